"""Spark, on threads, on a cluster whose processes are killed, and over Connect, gives the same result as the command line."""

from __future__ import annotations

import os
import pathlib
import signal
import sys

import pyarrow
import pytest
from conftest import SAMPLES, cli, plain

import rxlint

# Workers run the Python that has the wheel.
os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable

pytest.importorskip("pyspark")
import rxlint.spark  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402


def session(master: str, **settings: str) -> SparkSession:
    builder = SparkSession.builder.master(master).appName("rxlint")
    usual = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.driver.extraJavaOptions": "-Dderby.system.home=/tmp/rxlint-derby",
    }
    for key, value in {**usual, **settings}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def frame(spark: SparkSession, rows: pyarrow.Table):
    return spark.createDataFrame(rows).repartition(5)


def told(linted) -> list[tuple]:
    return plain(row.asDict() for row in linted.findings.collect())


@pytest.fixture
def local():
    spark = session("local[2]", **{"spark.sql.execution.arrow.maxRecordsPerBatch": "1000"})
    yield spark
    spark.stop()


def test_local(local, rows, expected):
    linted = rxlint.spark.lint(frame(local, rows), sequence="seq", partitions=3)
    assert told(linted) == expected
    # Sorting a result does not compute it again with a different outcome.
    assert linted.findings.orderBy("patient").count() == len(expected)
    tally = {(row["measure"], row["name"]): row["count"] for row in linted.tally.collect()}
    by_hand = rxlint.lint(rows).tally
    for measure in ("read", "checked", "inactive", "unresolved", "rejected", "patients", "exposures", "reversed"):
        assert tally[measure, ""] == by_hand[measure], measure
    assert tally["rejected", "placeholder-patient"] == by_hand["rejected", "placeholder-patient"]
    assert {row["digest"] for row in linted.findings.select("digest").distinct().collect()} == {rxlint.Engine().digest}


@pytest.mark.parametrize("name", ["claims", "catalogue"])
def test_samples(local, name, tmp_path):
    path = tmp_path / f"{name}.csv"
    path.write_bytes((SAMPLES / f"{name}.csv").read_bytes())
    table = pyarrow.csv.read_csv(path)
    numbered = table.append_column("seq", pyarrow.array(range(1, table.num_rows + 1), pyarrow.int64()))
    linted = rxlint.spark.lint(frame(local, numbered), sequence="seq")
    assert told(linted) == plain(cli(path))


def test_one_patient_with_most_of_the_rows(local, tmp_path):
    rows = 20_000
    table = pyarrow.table({
        "patient": ["P1"] * rows + ["P2"] * 2,
        "drug": ["oxycodone 5 mg tablet"] * (rows - 1) + ["naltrexone 50 mg tablet"] + ["oxycodone 5 mg tablet", "naltrexone 50 mg tablet"],
        "fill_date": ["2025-03-01"] * rows + ["2025-03-01", "2025-03-03"],
        "days_supply": [7] * (rows + 2),
        "seq": list(range(rows + 2)),
    })
    pyarrow.csv.write_csv(table, tmp_path / "rows.csv")
    linted = rxlint.spark.lint(frame(local, table), sequence="seq", partitions=2)
    assert told_without_rows(linted) == plain(cli(tmp_path / "rows.csv"), "subject_row", "other_row")


def told_without_rows(linted) -> list[tuple]:
    return plain((row.asDict() for row in linted.findings.collect()), "subject_row", "other_row")


def test_dates_and_timestamps_are_days_of_the_place(local, tmp_path):
    local.sql(
        "create or replace temp view fills as select 'P1' patient, 'oxycodone 5 mg tablet' drug, timestamp'2025-03-01 23:30:00' fill_date, 7 days_supply"
        " union all select 'P1', 'naltrexone 50 mg tablet', timestamp'2025-03-05 23:59:00', 30"
    )
    found = rxlint.spark.lint(local.table("fills")).findings.collect()
    assert [str(row["subject_first"]) for row in found] == ["2025-03-05"]


def test_nested_columns_beside_those_that_are_needed(local):
    local.sql(
        "create or replace temp view orders as select 'P1' patient, 'oxycodone 5 mg tablet' drug, date'2025-03-01' fill_date, 7 days_supply,"
        " named_struct('npi', '1', 'name', 'X') prescriber, map('a', 1) extra, array('F11.20') icd10"
        " union all select 'P1', 'naltrexone 50 mg tablet', date'2025-03-05', 30, named_struct('npi', '1', 'name', 'X'), map('a', 1), array('F11.20')"
    )
    frame = local.table("orders").drop("prescriber")
    assert "opioid-antagonist-overlap" in {row["rule"] for row in rxlint.spark.lint(frame).findings.collect()}
    # A structure in place of a text is reported by its column; a field of it can be selected.
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.spark.lint(local.sql("select named_struct('id', patient) patient, drug, fill_date, days_supply from orders"))
    assert "patient" in caught.value.what and caught.value.help
    assert rxlint.spark.lint(local.sql("select struct(patient).patient patient, drug, fill_date, days_supply from orders")).findings.count() > 0


def test_what_cannot_be_told_is_refused(local):
    unclear = local.createDataFrame([("1", "naltrexone", "01/02/2026"), ("2", "oxycodone", "03/04/2026")], "patient string, drug string, fill_date string")
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.spark.lint(unclear)
    assert "day" in caught.value.what and caught.value.help
    rules = {row["rule"] for row in rxlint.spark.lint(unclear, date_order="dmy").findings.collect()}
    assert rules == {"missing-days-supply"}
    with pytest.raises(rxlint.RxlintError, match="sequence"):
        rxlint.spark.lint(unclear, date_order="dmy", sequence="drug")
    with pytest.raises(rxlint.RxlintError, match="no column was recognised"):
        rxlint.spark.lint(unclear.select("drug"))


def test_a_cluster_with_seven_rows_a_batch_and_accidents(rows, tmp_path):
    table = rows.slice(0, 4000)
    pyarrow.csv.write_csv(table, tmp_path / "rows.csv")
    expected = plain(cli(tmp_path / "rows.csv"))
    spark = session(
        "local-cluster[2,1,1024]",
        **{
            "spark.sql.execution.arrow.maxRecordsPerBatch": "7",
            "spark.task.maxFailures": "4",
            "spark.executorEnv.PYTHONPATH": os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH")])),
        },
    )
    try:
        once = tmp_path / "accidents"
        once.mkdir()
        df = frame(spark, table)
        schema = df.schema

        def accident(batches):
            # The first task that gets here kills its Python, the second its executor; later ones continue.
            for name, fatal in (("task", os.getpid()), ("executor", os.getppid())):
                try:
                    (pathlib.Path(once) / name).touch(exist_ok=False)
                except FileExistsError:
                    continue
                target = fatal if name == "task" else executor(fatal)
                os.kill(target, signal.SIGKILL)
            yield from batches

        def executor(process: int) -> int:
            # Up from Python's daemon to the Java process.
            while "java" not in pathlib.Path(f"/proc/{process}/comm").read_text():
                process = int(pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
            return process

        linted = rxlint.spark.lint(df.mapInArrow(accident, schema), sequence="seq", partitions=4)
        assert told(linted) == expected
        assert {path.name for path in once.iterdir()} == {"task", "executor"}
    finally:
        spark.stop()


def test_connect(rows, tmp_path):
    pytest.importorskip("grpc")
    table = rows.slice(0, 3000)
    pyarrow.csv.write_csv(table, tmp_path / "rows.csv")
    os.environ.pop("SPARK_REMOTE", None)
    spark = SparkSession.builder.remote("local[2]").getOrCreate()
    try:
        df = spark.createDataFrame(table.to_pandas())
        linted = rxlint.spark.lint(df, sequence="seq", partitions=3)
        assert told(linted) == plain(cli(tmp_path / "rows.csv"))
    finally:
        spark.stop()
