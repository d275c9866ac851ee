"""HL7 v2 messages, FHIR NDJSON and Bundles: rxlint against `wc -l`, and against DuckDB for NDJSON, one program after another.

    cargo build --release --bin rxlint --example make_messages
    python3 benches/peers/messages.py --records 200000 --runs 7

DuckDB answers the same question as far as SQL can: which patients have naltrexone and an opioid on the same day. Prints medians
of CPU and wall seconds, and of the ratio to `wc -l` on the same file within each round.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SQL = """
WITH fills AS (
  SELECT subject.reference AS patient,
         coalesce(whenHandedOver, authoredOn, effectiveDateTime)::DATE AS day,
         coalesce(daysSupply.value, dispenseRequest.expectedSupplyDuration.value, 1)::INT AS days,
         coalesce(medicationCodeableConcept.text, contained[1].code.text) AS drug
  FROM read_json('{path}', format = 'newline_delimited')
  WHERE resourceType LIKE 'Medication%' AND status IN ('active', 'completed')
), told AS (
  SELECT *, regexp_matches(drug, '(?i)naltrexone') AS blocks,
         regexp_matches(drug, '(?i)oxycodone|hydrocodone|morphine|tramadol|buprenorphine|methadone') AS opioid
  FROM fills
)
SELECT count(DISTINCT a.patient) FROM told a JOIN told o USING (patient)
WHERE a.blocks AND o.opioid AND o.day < a.day + a.days AND a.day < o.day + o.days
"""
DUCKDB = "import duckdb, sys; c = duckdb.connect(); c.execute('SET threads = 2'); print(c.execute(sys.argv[1]).fetchone())"


def run(command):
    """CPU seconds, wall seconds and peak MiB of one run."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(child.pid, 0)
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--bin", default=str(ROOT / "target/release/rxlint"))
    parser.add_argument("--make", default=str(ROOT / "target/release/examples/make_messages"))
    parser.add_argument("--folder", default="/tmp/rxlint-messages")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    programs = []
    for size, share in (("small", 1), ("large", 4)):
        for kind, ending in (("hl7", "hl7"), ("ndjson", "ndjson"), ("bundle", "json")):
            path = f"{options.folder}/{size}.{kind}.{ending}"
            if not os.path.exists(path):
                records = str(options.records // share)
                subprocess.run([options.make, "--records", records, "--size", size, "--format", kind, "--out", path], check=True)
            check = [options.bin, "check", "--isolated", "--threads", "2", "-q", "--format", "jsonl", path]
            programs.append((f"{size} {kind}", "wc -l", ["wc", "-l", path]))
            programs.append((f"{size} {kind}", "rxlint", check))
            if kind == "ndjson":
                programs.append((f"{size} {kind}", "DuckDB", [sys.executable, "-c", DUCKDB, SQL.format(path=path)]))
    rounds = [[run(command) for _, _, command in programs] for _ in range(options.runs)]
    print("| file | program | CPU s | wall s | CPU, `wc -l` = 1 | peak MiB |\n|---|---|---|---|---|---|")
    for at, (file, program, _) in enumerate(programs):
        counter = next(n for n, other in enumerate(programs) if other[0] == file)
        median = lambda of: statistics.median(of(done) for done in rounds)
        ratio = median(lambda done: done[at][0] / max(done[counter][0], 1e-3))
        cpu, wall, peak = (median(lambda done, n=n: done[at][n]) for n in range(3))
        print(f"| {file} | {program} | {cpu:.2f} | {wall:.2f} | {ratio:.1f} | {peak:.0f} |")


main()
