"""Frames as analysts have them: first the right answer, then that the command gives the same for the same rows as CSV."""

from __future__ import annotations

import datetime
import decimal

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest
from conftest import cli, plain

import rxlint

OXYCODONE, NALTREXONE, OTHER = "Oxycodone HCl 5 MG Tablet", "Naltrexone HCl 50 MG Tablet", "Lisinopril 10 mg tablet"
OVERLAP = "opioid-antagonist-overlap"
FIRST, LAST = datetime.date(2026, 3, 1), datetime.date(2026, 3, 5)


def told(data, **options) -> list[tuple]:
    """Patient, rule and shared days of each finding."""
    return sorted((finding["patient"], finding["rule"], finding["days"]) for finding in rxlint.lint(data, **options).findings)


def same_as_csv(data, csv: str, path, **options) -> None:
    """The command finds the same in the rows as CSV."""
    path = path / "rows.csv"
    path.write_text(csv)
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    assert plain(rxlint.lint(data, **options).findings) == plain(cli(path, *words))


def pair(**columns) -> pandas.DataFrame:
    """An opioid for seven days, and naltrexone four days after its first."""
    usual = {"patient": ["A", "A"], "drug": [OXYCODONE, NALTREXONE], "fill_date": ["2026-03-01", "2026-03-05"], "days_supply": [7, 30]}
    return pandas.DataFrame({**usual, **columns})


def test_claims_in_pandas_with_missing_numbers_and_days(tmp_path):
    claims = pandas.DataFrame({
        "member_id": ["1001", "1001", None, "1002"],
        "drug_name": [OXYCODONE, NALTREXONE, NALTREXONE, OTHER],
        "fill_date": pandas.to_datetime(["2026-03-01", "2026-03-05", "2026-03-05", None]),
        "days_supply": [7, 30, numpy.nan, 30],
    })
    assert told(claims) == [("1001", OVERLAP, 3)]
    tally = rxlint.lint(claims).tally
    assert tally["rejected", "no-patient"] == 1 and tally["rejected", "no-date"] == 1 and not tally.complete
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


def test_whole_numbers_that_pandas_keeps_as_floats_are_whole_numbers():
    claims = pair(patient=[1001, 1001]).reindex([0, 1, 2])
    assert claims["patient"].dtype == float
    assert told(claims) == [("1001", OVERLAP, 3)]


def test_nullable_columns_categories_and_flags(tmp_path):
    claims = pandas.DataFrame({
        "MRN": pandas.array([1, 1, None, 2], dtype="Int64"),
        "medication": pandas.Categorical([OXYCODONE, NALTREXONE, NALTREXONE, NALTREXONE]),
        "dispensed_on": pandas.to_datetime(["2026-03-01", "2026-03-05", "2026-03-05", "2026-03-06"]),
        "days_supply": pandas.array([7, 30, 30, None], dtype="Int64"),
        "reversed": pandas.array([False, False, False, True], dtype="boolean"),
    })
    assert told(claims) == [("1", OVERLAP, 3)]
    assert rxlint.lint(claims).tally["inactive"] == 1
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


def test_objects_that_are_days_and_decimals(tmp_path):
    claims = pair(fill_date=[FIRST, LAST], days_supply=[decimal.Decimal("7.00"), decimal.Decimal("30.00")])
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


@pytest.mark.parametrize("index", ["patient", ["patient", "fill_date"]])
def test_an_index_is_a_column(index, tmp_path):
    claims = pair().set_index(index)
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.to_csv(), tmp_path)


def test_cells_of_several_kinds_in_one_column_are_texts(tmp_path):
    claims = pandas.DataFrame({
        "MRN": [1001, "A12", 1001, None],
        "drug": [OXYCODONE, NALTREXONE, NALTREXONE, NALTREXONE],
        "fill_date": ["2026-03-01", "2026-03-05", pandas.Timestamp("2026-03-05"), "2026-03-05"],
        "days_supply": [7, 30, "30", 30],
    })
    before = claims.copy()
    assert told(claims) == [("1001", OVERLAP, 3)]
    assert claims.equals(before)
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


@pytest.mark.parametrize("nobody", ["nan", "NaN", "None", "<NA>", "NaT", "null", "\\N", ""])
def test_a_missing_patient_that_was_made_a_text_is_nobody(nobody, tmp_path):
    claims = pair(patient=[nobody, nobody])
    linted = rxlint.lint(claims)
    assert len(linted.findings) == 0 and linted.tally["rejected"] == 2
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


@pytest.mark.parametrize("nothing", ["NaT", "nan", "<NA>", "None"])
def test_a_missing_day_that_was_made_a_text_is_none(nothing, tmp_path):
    claims = pair(fill_date=["2026-03-01", nothing], written_date=["2026-02-28", "2026-03-05"])
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


def test_codes_that_lost_their_zeros(tmp_path):
    claims = pandas.DataFrame({
        "bene_id": [-10000010254618] * 2,
        "ndc": [406055201, 406117003],
        "srvc_dt": [20260301, 20260305],
        "days_suply_num": [7, 30],
    })
    assert told(claims) == [("-10000010254618", OVERLAP, 3)]
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)
    assert told(claims.astype({"ndc": float})) == [("-10000010254618", OVERLAP, 3)]


def test_lengths_of_time_are_days(tmp_path):
    claims = pair(fill_date=pandas.to_datetime(["2026-03-01", "2026-03-05"]), days_supply=pandas.to_timedelta([7, 30], unit="D"))
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)


def test_the_day_of_an_instant_is_that_of_its_place(tmp_path):
    # In New York, naltrexone was dispensed late in the evening of the fourth day.
    instants = pandas.to_datetime(["2026-03-01 10:30", "2026-03-05 23:59"]).tz_localize("America/New_York")
    claims = pair(fill_date=instants)
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.to_csv(index=False), tmp_path)
    assert told(claims.assign(fill_date=instants.tz_convert("UTC"))) == [("A", OVERLAP, 2)]


def test_polars_with_dates_categories_and_small_numbers(tmp_path):
    claims = polars.DataFrame({
        "person": ["A", "A", "B"],
        "drug": polars.Series([OXYCODONE, NALTREXONE, NALTREXONE], dtype=polars.Categorical),
        "fill_date": [FIRST, LAST, None],
        "days_supply": polars.Series([7, 30, 30], dtype=polars.UInt8),
        "status": polars.Series(["PAID", "PAID", "REVERSED"], dtype=polars.Enum(["PAID", "REVERSED"])),
    })
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.write_csv(), tmp_path)
    later = claims.with_columns(polars.col("fill_date").cast(polars.Datetime("us")))
    assert told(later) == [("A", OVERLAP, 3)]
    with pytest.raises(TypeError, match="collect"):
        rxlint.lint(claims.lazy())


def test_a_relation_of_duckdb_with_decimals_and_intervals(tmp_path):
    lake = duckdb.connect()
    lake.sql(
        f"create table claims as select 'A' patient_id, '{OXYCODONE}' drug, date '2026-03-01' fill_date, 7::decimal(10,2) days_supply, uuid() claim_id"
        f" union all select 'A', '{NALTREXONE}', date '2026-03-05', 30, uuid()"
    )
    claims = lake.table("claims")
    assert told(claims) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.df().to_csv(index=False), tmp_path)
    assert told(lake.sql("select * replace (to_days(days_supply::int) as days_supply) from claims")) == [("A", OVERLAP, 3)]
    assert told(lake.sql("select * replace (fill_date::timestamptz as fill_date) from claims")) == [("A", OVERLAP, 3)]


def test_pyarrow_with_large_texts_dictionaries_and_zones(tmp_path):
    noon = [datetime.datetime(2026, 3, day, 12) for day in (1, 5)]
    claims = pyarrow.table({
        "patient": pyarrow.array(["A", "A"], pyarrow.large_string()),
        "drug": pyarrow.array([OXYCODONE, NALTREXONE], pyarrow.large_string()).dictionary_encode(),
        "fill_date": pyarrow.array(noon, pyarrow.timestamp("ms", "UTC")),
        "days_supply": pyarrow.array([7.0, 30.0], pyarrow.float32()),
    })
    assert told(claims) == told(claims.to_reader()) == told(claims.to_batches()[0]) == [("A", OVERLAP, 3)]
    same_as_csv(claims, claims.to_pandas().to_csv(index=False), tmp_path)
    for zone in ("+02:00", "Europe/Berlin", "America/New_York"):
        shifted = claims.set_column(2, "fill_date", claims["fill_date"].cast(pyarrow.timestamp("ms", zone)))
        assert told(shifted) == [("A", OVERLAP, 3)], zone


def test_without_patients_nothing_was_checked():
    linted = rxlint.lint(pair(patient=[None, None]))
    assert len(linted.findings) == 0 and linted.tally["rejected", "no-patient"] == 2 and not linted.tally.complete


def test_an_empty_frame_is_no_good_news(tmp_path):
    for empty in (pair().iloc[:0], polars.from_pandas(pair()).head(0), pyarrow.table(pair()).slice(0, 0)):
        findings, tally = rxlint.lint(empty)
        assert len(findings) == 0 and tally["read"] == 0 and tally.complete is False
        assert findings._repr_html_() and rxlint.report(findings, tally, "html")


def test_wrong_names_are_told_without_a_cell():
    nameless = pair().set_axis(["x1", "x2", "x3", "x4"], axis=1)
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.lint(nameless)
    assert "patient" in caught.value.what and "--columns" in caught.value.help
    assert told(nameless, columns={"patient": "x1", "drug": "x2", "fill_date": "x3", "days_supply": "x4"}) == [("A", OVERLAP, 3)]
    with pytest.raises(rxlint.RxlintError, match="`MRN`"):
        rxlint.lint(pair(), columns={"patient": "MRN"})
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.lint(pair(drug=[{"text": "SECRET"}, {"text": "SECRET"}]))
    assert "SECRET" not in str(caught.value)


def test_what_is_no_table_is_refused_with_what_to_give():
    doubled = pandas.concat([pair(), pair()[["drug"]]], axis=1)
    with pytest.raises(rxlint.RxlintError) as caught:
        rxlint.lint(doubled)
    assert caught.value.help == "give each column a name of its own"
    for wrong, words in [
        ([{"patient": "A"}], "pyarrow.table"),
        ({"patient": ["A"]}, "pyarrow.table"),
        (pair()["drug"], "whole table"),
        (None, "no table"),
        (b"patient,drug", "no table"),
    ]:
        with pytest.raises(TypeError, match=words):
            rxlint.lint(wrong)
    with pytest.raises(rxlint.RxlintError, match="no-such.csv"):
        rxlint.lint("no-such.csv")
