#!/usr/bin/env python3
"""Makes an export, runs rxlint and its peers on it in turn, checks that they count the same, and prints a table.

    pip install -r benches/peers/requirements.txt
    cargo build --release --bins --examples
    python benches/peers/run.py --rows 10000000 --times 3

Every program runs in turn, so that what else the machine does falls on all of them. Of the times the least counts.
"""
import argparse, collections, json, os, pathlib, platform, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
RULES = ["opioid-antagonist-overlap", "tramadol-antagonist-overlap", "maintenance-opioid-overlap"]


def run(command):
    """Wall and CPU seconds, MiB at the peak, and what it printed."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        code = os.waitstatus_to_exitcode(status)
        if code not in (0, 1):
            sys.exit(f"{command} ended with {code}")
        out.seek(0)
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read()


def patients_of(lines):
    """Patients by rule, from rxlint's findings."""
    found = collections.defaultdict(set)
    for line in lines.splitlines():
        if line.startswith(b'{"type":"finding"'):
            finding = json.loads(line)
            if finding["rule"] in RULES:
                found[finding["rule"]].add(finding["patient"])
    return {rule: len(patients) for rule, patients in found.items()}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--target", default=os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")))
    options.add_argument("--folder", default=tempfile.gettempdir())
    options.add_argument("--skip", default="", help="peers to leave out, by commas")
    chosen = options.parse_args()
    release = pathlib.Path(chosen.target) / "release"
    export = pathlib.Path(chosen.folder) / f"rxlint-peers-{chosen.rows}.csv"
    config = pathlib.Path(chosen.folder) / "rxlint-peers.toml"
    # The peers know nothing of left-over supply.
    config.write_text("carry-over-cap = 0\n")
    subprocess.run([release / "examples" / "make_export", "--rows", str(chosen.rows), "--out", export], check=True)
    programs = {
        "wc -l": ["wc", "-l", str(export)],
        "rxlint, all rules": [str(release / "rxlint"), "check", "--config", str(config), "--quiet", "--format", "jsonl", str(export)],
        "DuckDB, three rules": [sys.executable, str(HERE / "with_duckdb.py"), str(export)],
        "polars, three rules": [sys.executable, str(HERE / "with_polars.py"), str(export)],
        "pandas, three rules": [sys.executable, str(HERE / "with_pandas.py"), str(export)],
    }
    programs = {name: command for name, command in programs.items() if name.split(",")[0].lower() not in chosen.skip.lower().split(",")}
    results = collections.defaultdict(list)
    counts = {}
    for _ in range(chosen.times):
        for name, command in programs.items():
            *figures, printed = run(command)
            results[name].append(figures)
            if name.startswith("rxlint"):
                counts[name] = patients_of(printed)
            elif name != "wc -l":
                counts[name] = json.loads(printed)
    if len({json.dumps(count, sort_keys=True) for count in counts.values()}) != 1:
        sys.exit(f"they do not count the same: {counts}")

    least = {name: [min(column) for column in zip(*figures)] for name, figures in results.items()}
    ours, lines = least["rxlint, all rules"], least["wc -l"]
    size = export.stat().st_size
    print(f"{chosen.rows:,} rows, {size / 1e9:.2f} GB, 18 columns; {os.cpu_count()} cores ({platform.processor() or platform.machine()}); "
          f"each {chosen.times} times in turn; load {os.getloadavg()[0]:.1f} beside. Patients found by all: {json.dumps(next(iter(counts.values())))}.\n")
    print("| | wall s | against rxlint | CPU s | `wc -l` = 1 | peak MiB |\n|---|---|---|---|---|---|")
    for name, (wall, cpu, memory) in least.items():
        memory = max(figures[2] for figures in results[name])
        print(f"| {name} | {wall:.2f} | {wall / ours[0]:.1f} | {cpu:.2f} | {cpu / lines[1]:.1f} | {memory:.0f} |")
    export.unlink()


if __name__ == "__main__":
    main()
