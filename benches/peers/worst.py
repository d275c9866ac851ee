#!/usr/bin/env python3
"""Shapes of input that could take more than their share, each at two sizes: cost per row and per byte must stay flat.

    cargo build --release --bins --example make_export
    python benches/peers/worst.py
"""
import argparse, os, pathlib, tempfile
from run import ROOT, run

SHAPES = {
    "usual": ([], 1_000_000),
    "one patient": (["--patients", "0"], 500_000),
    "every row watched": (["--watched", "1000"], 250_000),
    "every text distinct": (["--texts", "1000000000000"], 100_000),
    "every cell quoted": (["--layout", "quoted"], 500_000),
    "10,000 columns": (["--layout", "wide"], 2_000),
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--target", default=os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")))
    options.add_argument("--folder", default=tempfile.gettempdir())
    chosen = options.parse_args()
    release, export = pathlib.Path(chosen.target) / "release", pathlib.Path(chosen.folder) / "rxlint-worst.csv"
    check = [str(release / "rxlint"), "check", "--isolated", "--quiet", "--format", "jsonl"]
    print("| shape | rows | MB | CPU s | µs a row | ns a byte | peak MiB |\n|---|---|---|---|---|---|---|")

    def row(shape, rows):
        _, cpu, memory, _ = min(run(check + [str(export)]) for _ in range(2))
        size = export.stat().st_size
        print(f"| {shape} | {rows:,} | {size / 1e6:.0f} | {cpu:.2f} | {cpu / rows * 1e6:.2f} | {cpu / size * 1e9:.2f} | {memory:.0f} |", flush=True)

    for shape, (arguments, rows) in SHAPES.items():
        for rows in (rows, rows * 4):
            run([str(release / "examples" / "make_export"), "--rows", str(rows), *arguments, "--out", str(export)])
            row(shape, rows)
    for megabytes in (250, 1000):
        with open(export, "wb") as out:
            out.write(b"patient_id,drug_name,fill_date\nP1,naltrexone 50 mg,2025-01-02\n")
            for _ in range(megabytes):
                out.write(b"x" * 1_000_000)
        check_line = check + ["--max-rejects", "1"]
        _, cpu, memory, _ = run(check_line + [str(export)])
        print(f"| one line | 1 | {megabytes} | {cpu:.2f} | | {cpu / megabytes * 1e3:.2f} | {memory:.0f} |", flush=True)
    export.unlink()


if __name__ == "__main__":
    main()
