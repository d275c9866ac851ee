"""Options of the command line, as keyword arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ._errors import refused


def options(given: Mapping[str, Any], bare: bool = False) -> list[str]:
    """The words of a command line. ``bare`` is for options that follow others."""
    words: list[str] = []
    if not bare and given.get("config") is None:
        words.append("--isolated")
    for name, value in given.items():
        if name in ("threads", "dry_run", "ledger", "rejects", "report", "format", "log_format"):
            raise refused(f"`{name}` is an option of the command alone", "leave it out, or run the command `rxlint check`")
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(option)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                words.append(f"{option}={key}={item}")
        elif isinstance(value, (list, tuple, set, frozenset)):
            for item in sorted(map(_word, value)) if isinstance(value, (set, frozenset)) else map(_word, value):
                words.append(f"{option}={item}")
        else:
            words.append(f"{option}={_word(value)}")
    return words


def _word(value: Any) -> str:
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)
