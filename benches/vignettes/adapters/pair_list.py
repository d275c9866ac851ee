"""Adapter: an interaction list as used by electronic records: both drugs within 90 days of each other, whatever their durations."""
import csv, datetime, sys
from names import is_antagonist, is_opioid

rows = [row for row in csv.DictReader(open(sys.argv[4])) if row["status"].lower() not in ("reversed", "cancelled", "rejected")]
day = lambda row: datetime.date.fromisoformat(row["date"])
for a in rows:
    for o in rows:
        if a is not o and is_antagonist(a["drug"].lower()) and is_opioid(o["drug"].lower()) and abs((day(a) - day(o)).days) <= 90:
            print("high\tpair")
            sys.exit()
