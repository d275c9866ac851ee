"""Adapter: an interaction list as electronic records use it: both drugs within 90 days of each other, whatever their days. The pairs are those of
merged public lists (naltrexone with each opioid, the combinations by their ingredients)."""
import csv, datetime, sys

ANTAGONIST = ["naltrexone", "vivitrol", "revia", "adepend", "contrave", "mysimba", "lybalvi", "samidorphan", "nalmefene", "selincro"]
OPIOID = ["oxycod", "percocet", "oxycontin", "xtampza", "hydrocod", "norco", "hysingla", "morphin", "ms contin", "mst", "fentanyl", "codein", "hydromorph",
          "tramadol", "ultracet", "methadone", "buprenorph", "suboxone", "zubsolv", "belbuca", "butrans", "sublocade", "oxymorph", "tapentadol",
          "nucynta", "meperidine", "pethidine", "levorphanol", "butorphanol", "pentazocine", "nalbuphine", "diphenoxylate", "lomotil", "embeda"]

rows = [row for row in csv.DictReader(open(sys.argv[4])) if row["status"].lower() not in ("reversed", "cancelled", "rejected")]
named = lambda row, names: any(name in row["drug"].lower() for name in names)
day = lambda row: datetime.date.fromisoformat(row["date"])
for a in rows:
    for o in rows:
        if a is not o and named(a, ANTAGONIST) and named(o, OPIOID) and abs((day(a) - day(o)).days) <= 90:
            print("high\tpair")
            sys.exit()
