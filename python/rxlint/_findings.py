"""Findings and counts in Python."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

#: How many findings a notebook shows.
_SHOWN = 20
_COLOURS = {"high": "#b3261e", "moderate": "#b26a00", "low": "#555"}


class _Columns:
    """A table for anything that accepts the Arrow PyCapsule interface."""

    def __init__(self, table: Any, run: Any = None) -> None:
        self._table = table
        self._run = run

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._table)

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self._table.columns()

    def to_pyarrow(self) -> Any:
        """The table as a ``pyarrow.Table``."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> Any:
        """The table as a pandas data frame."""
        return self.to_pyarrow().to_pandas()

    def to_polars(self) -> Any:
        """The table as a Polars data frame."""
        import polars

        return polars.DataFrame(self)


class Findings(_Columns):
    """Findings, one per row, in the order of the input: the table ``rxlint/findings/1``."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for start in range(0, len(self), 1024):
            yield from self._table.rows(start, 1024)

    def __getitem__(self, at: int) -> dict[str, Any]:
        at = at + len(self) if at < 0 else at
        rows = self._table.rows(at, 1) if at >= 0 else []
        if not rows:
            raise IndexError("there are not so many findings")
        return rows[0]

    def of(self, patient: str) -> list[dict[str, Any]]:
        """The findings about one patient."""
        return [finding for finding in self if finding["patient"] == patient]

    def timeline(self, patient: str) -> Timeline:
        """One patient's findings over time, for a notebook."""
        return Timeline(patient, self.of(patient))

    def __repr__(self) -> str:
        return f"<rxlint.Findings: {len(self)}>"

    def _repr_html_(self) -> str:
        rows = self._table.rows(0, _SHOWN)
        told = "".join(_row(finding) for finding in rows)
        more = len(self) - len(rows)
        rest = f"<p>… and {more} more.</p>" if more else ""
        head = "".join(f"<th style='text-align:left'>{name}</th>" for name in ("", "patient", "what", "clean from", "rule"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{told}</tbody></table>{rest}"


def _row(finding: dict[str, Any]) -> str:
    def cell(text: Any) -> str:
        return f"<td style='text-align:left'>{html.escape('' if text is None else str(text))}</td>"

    severity = finding["severity"]
    mark = f"<td style='color:{_COLOURS.get(severity, 'inherit')}'>{html.escape(severity)}</td>"
    return (
        f"<tr title='{html.escape(finding['help'], quote=True)}'>{mark}{cell(finding['patient'])}{cell(finding['message'])}"
        f"{cell(finding['clean_from'])}{cell(finding['rule'])}</tr>"
    )


class Timeline:
    """One patient's findings over time: a bar for each record, red where the two records of a finding overlap."""

    def __init__(self, patient: str, findings: list[dict[str, Any]]) -> None:
        self.patient = patient
        self.findings = findings

    def bars(self) -> list[tuple[str, str, Any, Any]]:
        """Each record once: drug, role, first and last day."""
        bars = {
            (finding[side + "drug"], finding[side + "role"], finding[side + "first"], finding[side + "last"])
            for finding in self.findings
            for side in ("subject_", "other_")
            if finding[side + "first"] is not None
        }
        return sorted(bars, key=lambda bar: (bar[2], bar[3], bar[0] or ""))

    def __repr__(self) -> str:
        lines = [f"{first} to {last}  {drug} ({role})" for drug, role, first, last in self.bars()]
        return "\n".join([f"patient {self.patient}", *lines])

    def _repr_html_(self) -> str:
        bars = self.bars()
        if not bars:
            return f"<p>No finding about {html.escape(self.patient)} has days to draw.</p>"
        start, end = min(bar[2] for bar in bars), max(bar[3] for bar in bars)
        days = max((end - start).days + 1, 1)
        scale = 640 / days
        drawn = []
        for at, (drug, role, first, last) in enumerate(bars):
            left, width = (first - start).days * scale, max(((last - first).days + 1) * scale, 2)
            colour = "#1a73a8" if "antagonist" in (role or "") else "#b26a00"
            title = html.escape(f"{drug}, {role}: {first} to {last}")
            drawn.append(
                f"<text x='0' y='{at * 24 + 16}' font-size='12' fill='currentColor'>{html.escape(drug or '')}</text>"
                f"<rect x='{160 + left:.1f}' y='{at * 24 + 4}' width='{width:.1f}' height='14' fill='{colour}'>"
                f"<title>{title}</title></rect>"
            )
        for finding in self.findings:
            if finding["days_first"] is None or finding["days_kind"] != "overlap":
                continue
            left = 160 + (finding["days_first"] - start).days * scale
            width = max((finding["days"] or 1) * scale, 2)
            drawn.append(
                f"<rect x='{left:.1f}' y='0' width='{width:.1f}' height='{len(bars) * 24}' fill='#b3261e' opacity='.2'>"
                f"<title>{html.escape(finding['message'])}</title></rect>"
            )
        height = len(bars) * 24 + 18
        axis = (
            f"<text x='160' y='{height - 2}' font-size='11' fill='currentColor'>{start}</text>"
            f"<text x='800' y='{height - 2}' font-size='11' text-anchor='end' fill='currentColor'>{end}</text>"
        )
        head = f"<p><b>{html.escape(self.patient)}</b></p>"
        return f"{head}<svg width='820' height='{height}' role='img'>{''.join(drawn)}{axis}</svg>"


class Tally(_Columns):
    """What was counted: the table ``rxlint/tally/1``. Every record read is in it exactly once."""

    def __getitem__(self, key: str | tuple[str, str]) -> int:
        """A count: ``tally["read"]``, ``tally["rejected", "no-patient"]``."""
        measure, name = key if isinstance(key, tuple) else (key, "")
        rows = self._table.rows()
        return sum(row["count"] for row in rows if (row["measure"], row["name"]) == (measure, name))

    def as_dict(self) -> dict[str, int]:
        """All counts by name, as ``rejected/no-patient``."""
        rows = self._table.rows()
        return {"/".join(filter(None, (row["measure"], row["name"]))): row["count"] for row in rows}

    @property
    def complete(self) -> bool | None:
        """Whether everything that should be checked was checked; ``None`` if that was not examined."""
        return None if self._run is None else self._run.complete

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """What was not checked, and what to do about it."""
        return [] if self._run is None else self._run.gaps

    @property
    def as_of(self) -> str | None:
        """The day that counted as today."""
        return None if self._run is None else self._run.as_of

    @property
    def digest(self) -> str | None:
        """The digest of the rules and settings that were used."""
        return None if self._run is None else self._run.digest

    def __repr__(self) -> str:
        return f"<rxlint.Tally: {self['read']} read, {self['checked']} checked>"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{html.escape(name)}</td><td>{count}</td></tr>" for name, count in self.as_dict().items())
        return f"<table>{rows}</table>"
