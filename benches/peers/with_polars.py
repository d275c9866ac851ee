"""The three main rules with polars, lazily, and the counts as JSON."""
import json, sys
import polars as pl

KINDS = [
    ("antagonist", r"(?i)\b(naltrexone|vivitrol|contrave)\b"),
    ("tramadol-antagonist-overlap", r"(?i)\btramadol\b"),
    ("maintenance-opioid-overlap", r"(?i)\b(buprenorphine|methadone)\b"),
    ("opioid-antagonist-overlap", r"(?i)\b(oxycodone|hydrocodone|morphine|fentanyl|codeine|hydromorphone)\b"),
]
kind = pl.lit(None, dtype=pl.String)
for name, pattern in reversed(KINDS):
    kind = pl.when(pl.col("drug_name").str.contains(pattern)).then(pl.lit(name)).otherwise(kind)
fills = (
    pl.scan_csv(sys.argv[1], infer_schema=False)
    .filter(pl.col("status") == "PAID")
    .select("patient_id", "fill_date", "days_supply", kind=kind)
    .filter(pl.col("kind").is_not_null())
    .with_columns(first=pl.col("fill_date").str.to_date("%Y-%m-%d"), days=pl.col("days_supply").cast(pl.Int64))
    .with_columns(free=pl.col("first") + pl.duration(days=pl.col("days")))
    .select("patient_id", "kind", "first", "free")
    .collect(engine="streaming")
)
antagonists = fills.filter(pl.col("kind") == "antagonist")
others = fills.filter(pl.col("kind") != "antagonist")
found = antagonists.join(others, on="patient_id").filter((pl.col("first_right") < pl.col("free")) & (pl.col("first") < pl.col("free_right")))
counts = found.group_by("kind_right").agg(pl.col("patient_id").n_unique()).sort("kind_right")
print(json.dumps(dict(counts.iter_rows())))
