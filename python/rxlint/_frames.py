"""Tables of all kinds, prepared for Arrow."""

from __future__ import annotations

from typing import Any

from ._errors import refused

#: The kinds of cells that pandas names in a column of objects, if Arrow has one type for all of them.
_OF_ONE_KIND = {"string", "bytes", "boolean", "integer", "floating", "decimal", "date", "datetime64", "datetime", "empty"}


def ready(data: Any) -> Any:
    """Something with Arrow's PyCapsule interface; data that already has it is left unchanged."""
    if _is(data, "polars", "LazyFrame"):
        raise TypeError("this query has not run yet: give what `frame.collect()` returns")
    if _is(data, "pyspark", "DataFrame"):
        raise TypeError("this is a DataFrame of Spark: give it to `rxlint.spark.lint`, or give `df.toArrow()`")
    if _is(data, "pandas", "Series") or _is(data, "polars", "Series") or _is(data, "pyarrow", "ChunkedArray"):
        raise TypeError("this is one column: give the whole table")
    if isinstance(data, (dict, list, tuple)):
        raise TypeError("this is no table yet: give `pyarrow.table(...)` or `pandas.DataFrame(...)` of it, or paths as texts")
    return _Held(_stream(data)) if _is(data, "pandas", "DataFrame") else data


def _is(data: Any, package: str, name: str) -> bool:
    return any(kind.__name__ == name and kind.__module__.split(".")[0] == package for kind in type(data).__mro__)


class _Held:
    """Columns that their data frame has handed over."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._stream


def _stream(frame: Any) -> Any:
    if not frame.columns.is_unique:
        raise refused("two columns of the data frame have one name", "give each column a name of its own")
    try:
        return frame.__arrow_c_stream__()
    except ImportError:
        raise
    except Exception:
        # Cells of several kinds in one column, such as 1001 and "A12". The message of pyarrow quotes a cell.
        pass
    try:
        return _with_texts(frame).__arrow_c_stream__()
    except Exception:
        raise refused("a column of the data frame cannot be read", "make its cells texts, numbers or dates: `df.astype(...)`") from None


def _with_texts(frame: Any) -> Any:
    """Columns with several kinds of cells as texts, as `to_csv` would write them."""
    import pandas

    def text(cell: Any) -> str | None:
        return None if pandas.api.types.is_scalar(cell) and pandas.isna(cell) else str(cell)

    written = frame.copy(deep=False)
    for name, column in frame.items():
        if column.dtype == object and pandas.api.types.infer_dtype(column, skipna=True) not in _OF_ONE_KIND:
            written[name] = pandas.Series([text(cell) for cell in column], index=frame.index, dtype=object)
    return written
