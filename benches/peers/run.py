#!/usr/bin/env python3
"""Generates an export, runs rxlint and its peers on it in turn, checks that they give the same counts, and prints a table.

    pip install -r benches/peers/requirements.txt
    cargo build --release --bins --example make_export --example make_tables
    python benches/peers/run.py --rows 10000000 --times 3
    python benches/peers/run.py --layout all --rows 10000000 --times 7      # layouts of other systems: examples/make_tables

The programs run in turn, so that other load on the machine affects all of them. The shortest time counts.
"""
import argparse, collections, json, os, pathlib, platform, statistics, subprocess, sys, tempfile, time

import layouts

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
RULES = ["opioid-antagonist-overlap", "tramadol-antagonist-overlap", "maintenance-opioid-overlap"]


def run(command, keep=True):
    """Wall and CPU seconds, peak MiB, and, if kept, the output."""
    with tempfile.TemporaryFile() if keep else open(os.devnull, "rb+") as out:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        code = os.waitstatus_to_exitcode(status)
        # 3: something else needs attention, as reported on standard error.
        if code not in (0, 1, 3):
            sys.exit(f"{command} ended with {code}")
        if keep:
            out.seek(0)
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read() if keep else b""


def patients_of(lines):
    """Patients by rule, from rxlint's findings."""
    found = collections.defaultdict(set)
    for line in lines.splitlines():
        if line.startswith(b'{"type":"finding"'):
            finding = json.loads(line)
            if finding["rule"] in RULES:
                found[finding["rule"]].add(finding["patient"])
    return {rule: len(patients) for rule, patients in found.items()}


def of_layouts(chosen):
    """A table row per layout: medians, as multiples."""
    release, folder = pathlib.Path(chosen.target) / "release", pathlib.Path(chosen.folder)
    export, config = folder / f"rxlint-layout-{os.getpid()}.csv", folder / "rxlint-peers.toml"
    config.write_text("carry-over-cap = 0\n")
    names = list(layouts.LAYOUTS) if chosen.layout == "all" else chosen.layout.split(",")
    print(f"{chosen.rows:,} rows, {chosen.watched} % of them about watched drugs, {chosen.names:,} other names, sorted: {chosen.sorted}; "
          f"medians of {chosen.times} in turn; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} beside.\n")
    print("| layout | GB | `wc -l` CPU s | rxlint wall s | CPU s | `wc -l` = 1 | MiB | DuckDB naive wall s | against rxlint | clever wall s | against rxlint |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for name in names:
        subprocess.run([release / "examples" / "make_tables", "--layout", name, "--rows", str(chosen.rows), "--watched", str(chosen.watched),
                        "--names", str(chosen.names), "--sorted", chosen.sorted, "--out", export], check=True)
        duckdb = [sys.executable, str(HERE / "layouts.py"), name]
        programs = {
            "wc": ["wc", "-l", str(export)],
            "rxlint": [str(release / "rxlint"), "check", "--config", str(config), "--quiet", "--format", "jsonl", str(export)],
            "naive": [*duckdb, "naive", str(export)],
            "clever": [*duckdb, "clever", str(export)],
        }
        programs = {program: command for program, command in programs.items() if program not in chosen.skip.split(",")}
        figures, counts = collections.defaultdict(list), {}
        for _ in range(chosen.times):
            for program, command in programs.items():
                *measured, printed = run(command)
                figures[program].append(measured)
                if program != "wc":
                    counts[program] = patients_of(printed) if program == "rxlint" else json.loads(printed)
        if len({json.dumps(count, sort_keys=True) for count in counts.values()}) != 1:
            print(f"{name}: they do not count the same: {counts}", file=sys.stderr)
        median = {program: [statistics.median(column) for column in zip(*of)] for program, of in figures.items()}
        (_, lines, _), (wall, cpu, memory) = median["wc"], median["rxlint"]
        peers = [f"{median[peer][0]:.2f} | {median[peer][0] / wall:.1f}" if peer in median else " | " for peer in ("naive", "clever")]
        size = export.stat().st_size / 1e9
        print(f"| {name} | {size:.2f} | {lines:.2f} | {wall:.2f} | {cpu:.2f} | {cpu / lines:.1f} | {memory:.0f} | {' | '.join(peers)} |", flush=True)
        export.unlink()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--target", default=os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")))
    options.add_argument("--folder", default=tempfile.gettempdir())
    options.add_argument("--skip", default="", help="peers to leave out, by commas")
    options.add_argument("--layout", help="one of examples/make_tables, or all: wc -l, rxlint, and DuckDB in two ways")
    options.add_argument("--watched", type=int, default=6, help="with --layout: of a hundred rows, those about watched drugs")
    options.add_argument("--names", type=int, default=5000, help="with --layout: distinct names of other drugs")
    options.add_argument("--sorted", default="no", help="with --layout: yes: by patient")
    chosen = options.parse_args()
    if chosen.layout:
        return of_layouts(chosen)
    release = pathlib.Path(chosen.target) / "release"
    export = pathlib.Path(chosen.folder) / f"rxlint-peers-{chosen.rows}.csv"
    config = pathlib.Path(chosen.folder) / "rxlint-peers.toml"
    # The peers do not know about leftover supply.
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
