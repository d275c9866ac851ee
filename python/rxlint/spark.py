"""rxlint on Spark, classic or Connect, from version 4.

Three stages of Python over Arrow batches, with one exchange of data between the last two:

1. every row is read once and counted: how dates are written, which day counts as today;
2. only rows on which a finding can depend are kept, a few in a hundred, each with its patient's key;
3. the rows of each patient are brought together, sorted, and judged.

The findings are those of ``rxlint check`` on the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from . import Engine, _built_in, _rxlint
from ._errors import refused

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

__all__ = ["Linted", "lint"]

_KEY = "rxlint_key"
_SEQUENCE = "rxlint_sequence"
#: How many first rows are used to understand columns whose headers say nothing.
_SAMPLE = 500

_TALLY = "measure string, name string, count bigint"


class Linted(NamedTuple):
    """The result of :func:`lint`: findings (``rxlint/findings/1``) and counts (``rxlint/tally/1``), as DataFrames."""

    findings: DataFrame
    tally: DataFrame


def lint(
    df: DataFrame,
    *,
    engine: Engine | None = None,
    as_of: str | None = None,
    columns: Mapping[str, str] | None = None,
    sequence: str | None = None,
    partitions: int | None = None,
    date_order: str | None = None,
    phi: str = "minimum",
) -> Linted:
    """Lints a DataFrame of fills, claims or orders.

    ``columns`` names the column of a field if its header does not (``{"patient": "MRN"}``). ``sequence`` is a column of
    whole numbers, dates or timestamps that shows which of two records of one claim is the later one: without it records of
    one day count as equal, since a table on a cluster has no order. ``partitions`` is the number of parts among which the
    patients are distributed; by default Spark decides. ``phi="show"`` shows prescribers.

    Day and month in dates of three numbers are determined from all rows together; if nothing shows them, an error says so, and
    ``date_order="dmy"`` or ``"mdy"`` settles it. The day that counts as today is that of all rows, unless ``as_of`` is given.

    The DataFrames are persisted, because one computation produces both: ``findings.unpersist()`` releases them.
    """
    from pyspark.sql import functions as F

    if phi not in ("minimum", "show"):
        raise refused(
            f"phi={phi!r} is not possible on a cluster, where patients are numbered by nobody",
            "leave the column `patient` out of what you pass on",
        )
    engine = engine or _built_in()
    native = engine._native
    df = _readable(df)
    sample = df.limit(_SAMPLE).toArrow()
    plan = _rxlint.Plan.of(native, sample, dict(columns or {}), date_order, as_of, phi == "show")
    wanted = plan.wanted(native)
    needed = df.select([F.col(_quoted(name)) for name in wanted] + _sequence(df, sequence))
    packed = engine.to_bytes()

    while True:
        counted = needed.mapInArrow(_Survey(packed, plan.to_bytes()), "seen binary")
        seen = [bytes(row["seen"]) for row in counted.collect()]
        if not plan.settle(native, seen):
            break

    settled = plan.to_bytes()
    left = needed.mapInArrow(_Sieve(packed, settled), _with_key(needed))
    shared = left.repartition(partitions, _KEY) if partitions else left.repartition(_KEY)
    order = [_KEY] + ([_SEQUENCE] if sequence else _tie_breakers(left))
    judged = shared.sortWithinPartitions(*order).mapInArrow(_Judge(packed, settled), _judged_schema())
    judged = judged.persist()

    findings = judged.where("fingerprint is not null").drop("judged")
    parts = [bytes(row["judged"]) for row in judged.where("judged is not null").select("judged").collect()]
    counts = _rxlint.counts(seen + parts).rows()
    rows = [(row["measure"], row["name"], row["count"]) for row in counts]
    tally = df.sparkSession.createDataFrame(rows, _TALLY)
    return Linted(findings, tally)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _readable(df: DataFrame) -> DataFrame:
    """Timestamps in their own local time: which day an instant is on depends on the place."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import TimestampType

    def column(field: Any) -> Any:
        name = F.col(_quoted(field.name))
        return name.cast("timestamp_ntz").alias(field.name) if isinstance(field.dataType, TimestampType) else name

    return df.select([column(field) for field in df.schema.fields])


def _sequence(df: DataFrame, sequence: str | None) -> list[Any]:
    from pyspark.sql import functions as F
    from pyspark.sql.types import DateType, IntegralType, TimestampNTZType

    if sequence is None:
        return []
    kind = df.schema[sequence].dataType
    column = F.col(_quoted(sequence))
    if isinstance(kind, IntegralType):
        number = column.cast("bigint")
    elif isinstance(kind, DateType):
        number = F.unix_date(column).cast("bigint")
    elif isinstance(kind, TimestampNTZType):
        number = F.unix_micros(column.cast("timestamp"))
    else:
        raise refused(
            f"the sequence `{sequence}` is of the type {kind.simpleString()}",
            "name a column of whole numbers, dates or timestamps",
        )
    return [number.alias(_SEQUENCE)]


def _tie_breakers(df: DataFrame) -> list[str]:
    """All columns, so that the order within a patient is the same whenever it is computed."""
    return [_quoted(name) for name in df.columns if name != _KEY]


def _with_key(df: DataFrame) -> Any:
    from pyspark.sql.types import BinaryType, StructField, StructType

    return StructType([*df.schema.fields, StructField(_KEY, BinaryType())])


def _judged_schema() -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import BinaryType, StructField, StructType

    import pyarrow

    findings = from_arrow_schema(pyarrow.table(_rxlint.no_findings()).schema)
    return StructType([*findings.fields, StructField("judged", BinaryType())])


class _Stage:
    """A function over batches that is sent to the workers: it carries only bytes."""

    def __init__(self, engine: bytes, plan: bytes) -> None:
        self.engine = engine
        self.plan = plan

    def opened(self) -> tuple[Any, Any]:
        return _rxlint.Engine.from_bytes(self.engine), _rxlint.Plan.from_bytes(self.plan)


class _Survey(_Stage):
    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        survey = _rxlint.Survey(*self.opened())
        for batch in batches:
            survey.batch(batch)
        yield pyarrow.RecordBatch.from_pydict({"seen": pyarrow.array([survey.finish()], pyarrow.binary())})


class _Sieve(_Stage):
    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        sieve = _rxlint.Sieve(*self.opened())
        for batch in batches:
            yield from pyarrow.table(sieve.batch(batch)).to_batches()


class _Judge(_Stage):
    def __call__(self, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        def told(table: Any) -> Iterator[pyarrow.RecordBatch]:
            for batch in pyarrow.table(table).to_batches():
                nothing = pyarrow.nulls(batch.num_rows, pyarrow.binary())
                yield batch.append_column("judged", nothing)

        worker = _rxlint.Worker(*self.opened())
        for batch in batches:
            yield from told(worker.batch(batch))
        findings, seen = worker.finish()
        yield from told(findings)
        schema = pyarrow.table(findings).schema
        empty = [pyarrow.nulls(1, field.type) for field in schema]
        counted = pyarrow.array([seen], pyarrow.binary())
        yield pyarrow.RecordBatch.from_arrays([*empty, counted], names=[*schema.names, "judged"])
