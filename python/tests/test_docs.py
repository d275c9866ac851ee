"""The examples in the manual run."""

from __future__ import annotations

import pathlib
import re
import sys
import types

import duckdb
import pyarrow.csv
import pyarrow.parquet
import pytest
from conftest import SAMPLES

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def blocks(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", (DOCS / page).read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(SAMPLES / "claims.csv"), "claims.parquet")
    # Airflow is large and changes other installed packages: the example only uses its decorator.
    airflow, sdk = types.ModuleType("airflow"), types.ModuleType("airflow.sdk")
    sdk.task = lambda **_: lambda function: function
    monkeypatch.setitem(sys.modules, "airflow", airflow)
    monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)
    return tmp_path


def test_notebooks(folder):
    names: dict = {}
    for block in blocks("notebooks.md"):
        exec(compile(block, "docs/notebooks.md", "exec"), names)
    dbt = types.SimpleNamespace(config=lambda **_: None, ref=lambda _: duckdb.sql("from 'claims.parquet'"))
    assert names["model"](dbt, None).num_rows == 7
    assert names["lint_claims"]("claims.parquet", "found.parquet") == 7
    assert pyarrow.parquet.read_table("found.parquet").num_rows == 7
