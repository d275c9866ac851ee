"""`rxlint.lint` on every kind of table gives the same result as the command line."""

from __future__ import annotations

import datetime
import pickle
import threading

import pyarrow
import pyarrow.parquet
import pytest
from conftest import SAMPLES, cli, command, plain

import rxlint


@pytest.mark.parametrize("name", ["claims", "catalogue", "clean"])
def test_samples_as_files_and_as_tables(name, tmp_path):
    path = tmp_path / f"{name}.csv"
    path.write_bytes((SAMPLES / f"{name}.csv").read_bytes())
    expected = plain(cli(path))
    assert plain(rxlint.lint(path).findings) == expected
    table = pyarrow.csv.read_csv(path)
    assert plain(rxlint.lint(table).findings) == expected
    pyarrow.parquet.write_table(table, tmp_path / "x.parquet", row_group_size=5)
    assert plain(rxlint.lint(tmp_path / "x.parquet").findings) == expected
    assert plain(cli(tmp_path / "x.parquet")) == expected


def test_pyarrow(rows, expected):
    assert plain(rxlint.lint(rows).findings) == expected
    dictionaries = rows
    for name in ("drug_name", "status"):
        at = rows.column_names.index(name)
        dictionaries = dictionaries.set_column(at, name, rows[name].dictionary_encode())
    assert plain(rxlint.lint(dictionaries).findings) == expected
    small = pyarrow.Table.from_batches(rows.to_batches(max_chunksize=7))
    assert plain(rxlint.lint(small).findings) == expected


def test_typed_dates(rows, expected):
    days = pyarrow.array([datetime.date.fromisoformat(text) if text else None for text in rows["fill_date"].to_pylist()])
    at = rows.column_names.index("fill_date")
    for kind in (pyarrow.date32(), pyarrow.timestamp("us"), pyarrow.timestamp("ns")):
        table = rows.set_column(at, "fill_date", days.cast(kind))
        assert plain(rxlint.lint(table).findings) == expected, kind


def test_pandas(rows, expected):
    assert plain(rxlint.lint(rows.to_pandas()).findings) == expected


def test_polars(rows, expected):
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(rows).with_columns(polars.col("drug_name").cast(polars.Categorical))
    assert plain(rxlint.lint(frame).findings) == expected


def test_duckdb(rows, expected):
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("claims", rows)
    relation = connection.sql("select * from claims order by seq")
    assert plain(rxlint.lint(relation).findings) == expected


def test_options_are_those_of_the_command_line(rows, tmp_path):
    table = rows.slice(0, 500)
    path = tmp_path / "rows.csv"
    pyarrow.csv.write_csv(table, path)
    for options, words in [
        ({"phi": "mask"}, ["--phi", "mask"]),
        ({"dates": "relative"}, ["--dates", "relative"]),
        ({"show": "high", "as_of": "2025-12-31"}, ["--show", "high", "--as-of", "2025-12-31"]),
        ({"ignore": ["DD"], "strict": True}, ["--ignore", "DD", "--strict"]),
    ]:
        assert plain(rxlint.lint(table, **options).findings) == plain(cli(path, *words)), options


def test_what_is_counted_ties_out(rows):
    tally = rxlint.lint(rows).tally
    assert tally["read"] == rows.num_rows
    assert tally["read"] == sum(tally[measure] for measure in ("checked", "inactive", "unresolved", "rejected"))
    assert tally["rejected"] == tally["rejected", "no-patient"] + tally["rejected", "placeholder-patient"] + tally["rejected", "no-date"]
    seen = rxlint.scan(rows)
    assert seen.columns["patient"] == "patient_id" and seen.as_of == tally.as_of
    for measure in ("read", "checked", "inactive", "unresolved", "rejected"):
        assert seen.tally[measure] == tally[measure]


def test_a_session_takes_rows_in_any_order(rows, expected):
    table = rows
    session = rxlint.Session(as_of=rxlint.scan(table).as_of, sequence="seq")
    for batch in table.take(list(range(table.num_rows))[::-1]).to_batches(max_chunksize=999):
        session.push(batch)
    findings, tally = session.finish()
    assert plain(findings) == expected
    assert tally["patients"] > 0


def test_engines_are_pickled_whole(tmp_path):
    (tmp_path / "rxlint.toml").write_text('ignore = ["DD"]\n')
    engine = rxlint.Engine(config=tmp_path / "rxlint.toml")
    copy = pickle.loads(pickle.dumps(engine))
    assert copy.digest == engine.digest != rxlint.Engine().digest
    table = pyarrow.csv.read_csv(SAMPLES / "claims.csv")
    assert len(rxlint.lint(table, engine=copy).findings) == len(rxlint.lint(table, config=tmp_path / "rxlint.toml").findings)
    with pytest.raises(rxlint.RxlintError, match="not an engine of this version"):
        rxlint.Engine.from_bytes(b"something else")


def test_errors_carry_the_help_of_the_command_line():
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.lint(pyarrow.table({"a": [1], "b": [2], "c": [3]}))
    assert "no column was recognised" in caught.value.what
    assert "--columns" in caught.value.help and caught.value.help in str(caught.value)
    with pytest.raises(rxlint.RxlintError, match="columns of their own"):
        rxlint.lint(pyarrow.table({"a": [1], "b": [2]}))
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.lint(pyarrow.table({"patient": ["1", "2"], "drug": ["naltrexone"] * 2, "fill_date": ["01/02/2026", "03/04/2026"]}))
    assert "--date-order" in caught.value.help
    with pytest.raises(rxlint.RxlintError, match="Time64") as caught:
        times = pyarrow.array([0], pyarrow.time64("us"))
        rxlint.lint(pyarrow.table({"patient": ["1"], "drug": ["naltrexone"], "fill_date": times}))
    assert "a text, a number or a date" in caught.value.help
    with pytest.raises(rxlint.RxlintError, match="--wrong"):
        rxlint.lint("x.csv", wrong=1)
    with pytest.raises(TypeError, match="no table"):
        rxlint.lint(7)


def test_notebooks_and_reports():
    linted = rxlint.lint(pyarrow.csv.read_csv(SAMPLES / "claims.csv"))
    findings, tally = linted
    assert "<table" in findings._repr_html_() and "<table" in tally._repr_html_()
    patient = findings[0]["patient"]
    assert "<svg" in findings.timeline(patient)._repr_html_() and patient in repr(findings.timeline(patient))
    assert rxlint.report(findings, tally, "html").startswith("<!DOCTYPE html>")
    assert rxlint.report(findings, tally, "json").startswith("{")
    assert rxlint.report(findings, tally, "parquet")[:4] == b"PAR1"
    with pytest.raises(rxlint.RxlintError, match="the formats are"):
        rxlint.report(findings, tally, "pdf")
    assert findings.to_pandas().shape == (len(findings), len(findings.columns))
    assert findings.to_polars().shape == (len(findings), len(findings.columns))
    assert "naltrexone" in rxlint.explain("Vivitrol") and "Evidence" in rxlint.explain("recent-opioid")


def test_threads_can_lint_at_once(rows, expected):
    table, found = rows, []
    threads = [threading.Thread(target=lambda: found.append(plain(rxlint.lint(table).findings))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_the_command_is_there(tmp_path):
    assert command("--version").stdout.split()[1] == rxlint.__version__
    assert command("check", tmp_path / "none.csv").returncode == 2
    assert command("chekc").returncode == 2
    assert command("check", "--isolated", "--quiet", SAMPLES / "claims.csv").returncode == 1


def test_docstrings():
    import doctest

    failed, tried = doctest.testmod(rxlint)
    assert tried > 20 and failed == 0
