"""The three main rules with pandas, and the counts as JSON."""
import json, sys
import pandas as pd

KINDS = [
    ("opioid-antagonist-overlap", r"(?i)\b(?:oxycodone|hydrocodone|morphine|fentanyl|codeine|hydromorphone)\b"),
    ("maintenance-opioid-overlap", r"(?i)\b(?:buprenorphine|methadone)\b"),
    ("tramadol-antagonist-overlap", r"(?i)\btramadol\b"),
    ("antagonist", r"(?i)\b(?:naltrexone|vivitrol|contrave)\b"),
]
fills = pd.read_csv(sys.argv[1], usecols=["patient_id", "fill_date", "drug_name", "days_supply", "status"], engine="pyarrow")
fills = fills[fills["status"] == "PAID"]
kind = pd.Series(None, index=fills.index, dtype="object")
for name, pattern in KINDS:
    kind[fills["drug_name"].str.contains(pattern, regex=True)] = name
fills = fills.assign(kind=kind)[kind.notna()]
fills["first"] = pd.to_datetime(fills["fill_date"])
fills["free"] = fills["first"] + pd.to_timedelta(fills["days_supply"], unit="D")
antagonists, others = fills[fills["kind"] == "antagonist"], fills[fills["kind"] != "antagonist"]
found = antagonists.merge(others, on="patient_id", suffixes=("", "_other"))
found = found[(found["first_other"] < found["free"]) & (found["first"] < found["free_other"])]
print(json.dumps(found.groupby("kind_other")["patient_id"].nunique().sort_index().to_dict()))
