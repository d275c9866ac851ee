"""Nightly check of prescription exports, as an Airflow DAG (TaskFlow API, Airflow 2.4 or later).

Findings (exit code 1) let the DAG go on, since somebody must look at them; an incomplete run (3) and a failed one (2) fail
the task. Log lines of rxlint are JSON and hold no patient, so that they may stand in Airflow's log.
"""

from __future__ import annotations

import json
import subprocess
from datetime import datetime

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException

INBOX = "/srv/exports/{day}"
REPORTS = "/srv/rxlint/reports"


def command(day: str, expected: int | None) -> list[str]:
    """The command line for one day's exports."""
    words = ["rxlint", "check", INBOX.format(day=day), "--log-format", "json", "--as-of", day]
    words += ["--report", f"html={REPORTS}/{day}.html", "--report", f"json={REPORTS}/{day}.json"]
    if expected is not None:
        words += ["--expect-records", str(expected)]
    return words


def verdict(code: int, log: str) -> dict:
    """The last log line of a run that was done; an exception for any other."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    if code not in (0, 1):
        told = [line.get("message", "") for line in lines if line["level"] in ("warning", "error") and "message" in line]
        raise AirflowException(f"rxlint ended with {code}: {'; '.join(told)}")
    return lines[-1]


@dag(schedule="30 2 * * *", start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1, tags=["pharmacy"])
def rxlint_nightly():
    @task
    def check(expected: int | None = None, ds: str | None = None) -> dict:
        # Findings on standard output stay out of the log: the reports hold them.
        run = subprocess.run(command(ds, expected), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        print(run.stderr)
        return verdict(run.returncode, run.stderr)

    @task
    def tell(end: dict) -> None:
        found = end["findings"]
        if any(found.values()):
            print(f"{found['high']} high, {found['moderate']} moderate, {found['low']} low: see {REPORTS}")

    tell(check())


rxlint_nightly()
