"""Adapter: rxlint. RXLINT names the program if it is not on the path."""
import json, os, subprocess, sys

history, conditions, country, _plain = sys.argv[1:5]
command = [os.environ.get("RXLINT", "rxlint"), "check", "--isolated", "--format", "jsonl", "--jurisdiction", country, history]
if conditions != "-":
    command += ["--conditions", conditions]
done = subprocess.run(command, capture_output=True, text=True)
if done.returncode not in (0, 1):
    sys.exit(f"exit code {done.returncode}: {done.stderr.strip()}")
for line in done.stdout.splitlines():
    finding = json.loads(line)
    # A note that a record states no length is about the record, not the patient.
    if finding.get("type") == "finding" and finding["rule"] != "missing-days-supply":
        print(finding["severity"], finding["rule"], sep="\t")
