"""The same rows as files, tables and data frames."""

from __future__ import annotations

import os
import pathlib
import random
import subprocess
import sys

import pyarrow
import pyarrow.csv
import pyarrow.parquet
import pytest

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
#: How many rows are made; `scripts/test-all` asks for 200,000.
ROWS = int(os.environ.get("RXLINT_TEST_ROWS", "5000"))

DRUGS = [
    "naltrexone 50 mg tablet",
    "Vivitrol 380 mg kit",
    "Contrave 8-90 mg tablet",
    "oxycodone 5 mg tablet",
    "tramadol 50 mg tablet",
    "Suboxone 8-2 mg film",
    "methadone 10 mg tablet",
    "warfarin 5 mg tablet",
    *[f"{name} {strength} mg tablet" for name in ("lisinopril", "metformin", "atorvastatin", "amlodipine", "sertraline") for strength in (5, 10, 20, 40, 80)],
    "MED001",
]
WILD_KEYS = ["UNKNOWN", "", "0", "999999999", "n/a", "-"]


def made(rows: int, seed: int = 7) -> pyarrow.Table:
    """Claims with reversals, replacements, duplicates and wild keys; `seq` is their order."""
    dice = random.Random(seed)
    first = {name: [] for name in ("claim_id", "patient_id", "drug_name", "fill_date", "quantity", "days_supply", "status", "icd10")}

    def add(*cells):
        for column, cell in zip(first.values(), cells):
            column.append(cell)

    while len(first["claim_id"]) < rows:
        number = len(first["claim_id"])
        patient = f"P{dice.randrange(max(rows // 12, 3)):06d}"
        if dice.random() < 0.02:
            patient = dice.choice(WILD_KEYS)
        if dice.random() < 0.05:
            patient = f" {patient} "
        drug = DRUGS[dice.randrange(8)] if dice.random() < 0.3 else dice.choice(DRUGS)
        day = f"2025-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}" if dice.random() > 0.01 else ""
        days = dice.choice([7, 14, 30, 30, 30, 90, None])
        status = dice.choice(["PAID", "PAID", "PAID", "DENIED", "wobbly"])
        icd10 = "K74.60" if dice.random() < 0.02 else ""
        row = (f"C{number:07d}", patient, drug, day, 30, days, status, icd10)
        add(*row)
        if dice.random() < 0.03:
            add(row[0], patient, drug, day, -30, days, "REVERSED", icd10)
        if dice.random() < 0.03:
            add(row[0], patient, drug, day, 60, days, "PAID", icd10)
        if dice.random() < 0.02:
            add(*row)
    table = pyarrow.table(first).slice(0, rows)
    return table.append_column("seq", pyarrow.array(range(1, rows + 1), pyarrow.int64()))


def as_csv(table: pyarrow.Table, path: pathlib.Path) -> pathlib.Path:
    pyarrow.csv.write_csv(table, path)
    return path


def command(*arguments: str) -> subprocess.CompletedProcess:
    """The command that the wheel installs."""
    return subprocess.run([pathlib.Path(sys.executable).with_name("rxlint"), *map(str, arguments)], capture_output=True, text=True)


def cli(path: pathlib.Path, *options: str) -> list[dict]:
    """The findings of the command line, as a table."""
    report = path.with_suffix(".report.parquet")
    done = command("check", "--isolated", "--quiet", "--report", f"parquet={report}", *options, path)
    assert done.returncode in (0, 1, 3), done.stderr
    return pyarrow.parquet.read_table(report).to_pylist()


def plain(findings, *without: str) -> list[tuple]:
    """Findings without their origin, sorted."""
    left_out = {"subject_source", "other_source", *without}
    return sorted(tuple(sorted((name, str(value)) for name, value in finding.items() if name not in left_out)) for finding in findings)


@pytest.fixture(scope="session")
def rows() -> pyarrow.Table:
    return made(ROWS)


@pytest.fixture(scope="session")
def expected(rows, tmp_path_factory) -> list[tuple]:
    """What the command line finds in the rows as CSV."""
    path = as_csv(rows, tmp_path_factory.mktemp("rows") / "rows.csv")
    found = plain(cli(path))
    assert len(found) > ROWS // 100
    return found
