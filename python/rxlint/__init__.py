"""rxlint: finds naltrexone given together with, or too soon after, opioids.

Offline: nothing leaves the machine. It is not a medical device; a pharmacist decides.

>>> import rxlint
>>> rows = {
...     "patient_id": ["P1", "P1"],
...     "drug": ["Oxycodone HCl 5 MG Tablet", "Naltrexone 50 mg tablet"],
...     "fill_date": ["2026-03-01", "2026-03-05"],
...     "days_supply": [7, 30],
... }
>>> import pyarrow
>>> findings, tally = rxlint.lint(pyarrow.table(rows))
>>> [finding["rule"] for finding in findings]
['opioid-antagonist-overlap']
>>> tally["read"], tally["checked"]
(2, 2)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _rxlint
from ._errors import refused as _refused
from ._findings import Findings, Tally
from ._frames import ready as _ready
from ._options import options as _options
from ._rxlint import RxlintError, __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Engine",
    "Findings",
    "Linted",
    "RxlintError",
    "Scan",
    "Session",
    "Tally",
    "__version__",
    "explain",
    "lint",
    "patient_key",
    "report",
    "scan",
]


class Engine:
    """Rules and settings, built once and used as often as needed, by any number of threads.

    Options are those of ``rxlint check`` that say how to judge, with underscores: ``jurisdiction``, ``strict``,
    ``select``, ``ignore``, ``rules`` (folders), ``vocabulary`` (tables of codes), ``config`` (a ``rxlint.toml``). It
    pickles as bytes, with everything it is made of, so that a worker elsewhere judges by the same rules.

    >>> engine = Engine(jurisdiction="uk")
    >>> len(engine.digest)
    16
    >>> import pickle
    >>> pickle.loads(pickle.dumps(engine)).digest == engine.digest
    True
    """

    def __init__(self, **options: Any) -> None:
        self._arguments = _options(options)
        self._native = _rxlint.Engine(self._arguments)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits over everything that can change a verdict."""
        return self._native.digest

    def to_bytes(self) -> bytes:
        """Everything that the engine is made of."""
        return self._native.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Engine:
        """The engine from these bytes; bytes from another version of rxlint are refused."""
        engine = cls.__new__(cls)
        engine._arguments = _options({})
        engine._native = _rxlint.Engine.from_bytes(data)
        return engine

    def patient_key(self, identifier: str) -> str | None:
        """The key by which the records of one patient are grouped; ``None`` if the text identifies no one.

        >>> engine = Engine()
        >>> engine.patient_key(" M1 ") == engine.patient_key("M1")
        True
        >>> engine.patient_key("UNKNOWN") is None
        True
        """
        return self._native.patient_key(identifier)

    def explain(self, what: str) -> str:
        """What is known about a rule, or how a drug, text or code is understood."""
        return self._native.explain(what)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Engine.from_bytes, (self.to_bytes(),))

    def __repr__(self) -> str:
        return f"<rxlint.Engine {self.digest}>"


class Linted(NamedTuple):
    """The result of :func:`lint`: the findings, and what was counted."""

    findings: Findings
    tally: Tally


_engines: list[Engine] = []


def _built_in() -> Engine:
    if not _engines:
        _engines.append(Engine())
    return _engines[0]


def _is_path(data: Any) -> bool:
    return isinstance(data, (str, os.PathLike))


def lint(data: Any, *, engine: Engine | None = None, name: str = "table", **options: Any) -> Linted:
    """Lints a table, or files.

    ``data`` is anything that has the Arrow PyCapsule interface (a pyarrow table, a Polars or pandas data frame, a DuckDB
    relation), a path, or a list of paths: files and folders of every format that ``rxlint check`` reads. ``options`` are
    those of ``rxlint check``, with underscores: ``as_of``, ``columns`` (a dictionary of field and column), ``date_order``,
    ``phi``, ``dates``, ``baseline``, ``show``, ``witness``, ``patients``, ``conditions``, ``config`` … Without ``config``
    no configuration file is read. The findings are those of the command line on the same rows as CSV.

    >>> import pyarrow
    >>> table = pyarrow.table({"MRN": ["1"], "Med": ["Naltrexone 50 mg"], "When": ["2026-03-05"], "days": [30]})
    >>> findings, tally = lint(table, columns={"patient": "MRN", "drug": "Med", "fill_date": "When"})
    >>> len(findings), tally.complete
    (0, True)
    """
    if engine is None:
        judging = {"rules", "vocabulary", "config", "jurisdiction", "strict", "select", "ignore"}
        if not judging & options.keys():
            engine = _built_in()
    arguments = (engine._arguments if engine is not None else []) + _options(options, bare=engine is not None)
    paths: list[str] = []
    tables: list[tuple[str, Any]] = []
    if _is_path(data):
        paths = [os.fspath(data)]
    elif isinstance(data, (list, tuple)) and data and all(_is_path(item) for item in data):
        paths = [os.fspath(item) for item in data]
    else:
        tables = [(name, _ready(data))]
    native = None if engine is None else engine._native
    run = _rxlint.lint(native, arguments, paths, tables)
    return Linted(Findings(run.findings(), run), Tally(run.tally(), run))


class Scan(NamedTuple):
    """The result of :func:`scan`: how the columns are understood, and what was counted."""

    columns: dict[str, str]
    as_of: str | None
    tally: Tally


def scan(
    data: Any,
    *,
    engine: Engine | None = None,
    columns: Mapping[str, str] | None = None,
    date_order: str | None = None,
) -> Scan:
    """Looks at a table without judging it: which column serves which field, how many records can be read, which day counts as
    today.

    >>> import pyarrow
    >>> seen = scan(pyarrow.table({"patient": ["1"], "drug": ["Naltrexone"], "fill_date": ["2026-03-05"]}))
    >>> seen.columns["drug"], seen.as_of, seen.tally["checked"]
    ('drug', '2026-03-05', 1)
    """
    engine = engine or _built_in()
    native = engine._native
    held = _rxlint.hold(_ready(data))
    plan = _rxlint.Plan.of(native, held, dict(columns or {}), date_order, None, False)
    wanted = held.select(plan.wanted(native))
    while True:
        survey = _rxlint.Survey(native, plan)
        survey.batch(wanted)
        seen = survey.finish()
        if not plan.settle(native, [seen]):
            break
    return Scan(plan.fields(native), plan.as_of, Tally(_rxlint.counts([seen])))


class Session:
    """Records in, findings out, for a service that gets records one by one or in small batches.

    All records of a patient must be pushed before :meth:`close` judges the open patients. ``sequence`` names a column of
    whole numbers that shows which of two records of one claim is the later one.

    >>> import pyarrow
    >>> session = Session(as_of="2026-03-31")
    >>> session.push(pyarrow.table({"patient": ["1"], "drug": ["Oxycodone 5 mg tablet"], "fill_date": ["2026-03-01"],
    ...     "days_supply": [7]}))
    >>> session.push(pyarrow.table({"patient": ["1"], "drug": ["Naltrexone 50 mg tablet"], "fill_date": ["2026-03-05"],
    ...     "days_supply": [30]}))
    >>> [finding["days"] for finding in session.close()]
    [3]
    """

    def __init__(
        self,
        *,
        as_of: str,
        engine: Engine | None = None,
        columns: Mapping[str, str] | None = None,
        date_order: str | None = None,
        sequence: str | None = None,
    ) -> None:
        self._engine = engine or _built_in()
        self._asked = (dict(columns or {}), date_order, str(as_of), False)
        self._sequence = sequence
        self._plan: Any = None
        self._worker: Any = None
        self._headers: list[str] = []

    def push(self, data: Any) -> None:
        """Takes records. All pushes must have the columns of the first."""
        native = self._engine._native
        held = _rxlint.hold(_ready(data))
        if self._worker is None:
            self._plan = _rxlint.Plan.of(native, held, *self._asked)
            self._worker = _rxlint.Worker(native, self._plan)
            self._headers = self._plan.wanted(native)
        self._worker.push(held.select(self._headers, self._sequence))

    def close(self) -> Findings:
        """Judges the patients whose records have been pushed, and forgets them."""
        if self._worker is None:
            return Findings(_rxlint.no_findings())
        return Findings(self._worker.close())

    def finish(self) -> Linted:
        """The findings about the patients that are still open, and what was counted."""
        if self._worker is None:
            return Linted(Findings(_rxlint.no_findings()), Tally(_rxlint.counts([])))
        findings, seen = self._worker.finish()
        self._worker = None
        return Linted(Findings(findings), Tally(_rxlint.counts([seen])))


def patient_key(identifier: str, *, engine: Engine | None = None) -> str | None:
    """The key by which the records of one patient are grouped; ``None`` if the text identifies no one.

    >>> patient_key(" M1 ") == patient_key("M1")
    True
    """
    return (engine or _built_in()).patient_key(identifier)


def report(findings: Findings, tally: Tally | None = None, format: str = "concise") -> str | bytes:
    """A report on what :func:`lint` found, in any format of ``rxlint check --format``.

    ``tally`` is the one that came with the findings; it may be left out. Text formats give ``str``, ``parquet`` and
    ``arrow`` give ``bytes``.

    >>> import pyarrow
    >>> table = pyarrow.table({"patient": ["1"], "drug": ["Naltrexone"], "fill_date": ["2026-03-05"], "days_supply": [30]})
    >>> print(report(*lint(table), format="concise"), end="")
    No findings. 1 record read: 1 checked, 0 inactive, 0 unresolved, 0 rejected.
    """
    run = findings._run or (tally._run if tally is not None else None)
    if run is None:
        raise _refused("these findings do not come from `lint`", "only `lint` keeps what a document shows")
    document = run.report(format)
    return document if format in ("parquet", "arrow") else document.decode()


def explain(what: str, *, engine: Engine | None = None) -> str:
    """What is known about a rule, or how a drug, text or code is understood.

    >>> print(explain("APAP/COD #3").splitlines()[0])
    Read as the words: apap · cod · # · 3
    """
    return (engine or _built_in()).explain(what)
