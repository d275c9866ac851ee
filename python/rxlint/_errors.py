"""Errors that say what is wrong and what to do about it."""

from __future__ import annotations

from ._rxlint import RxlintError


def refused(what: str, help: str | None = None) -> RxlintError:
    """An error as on the command line: neither part ever contains any of a record's content."""
    error = RxlintError(what if help is None else f"{what}\n  help: {help}")
    error.what, error.help = what, help
    return error
