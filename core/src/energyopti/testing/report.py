"""What the kit says when a law does not hold: the feed, the law, the chunk, and a few lines of what it saw."""

from __future__ import annotations

import functools
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ParamSpec

import polars as pl

from energyopti.findings import Finding
from energyopti.query import Chunk
from energyopti.timezones import HOUR
from energyopti.tuning.output import KIT_LINE, KIT_LINES

P = ParamSpec("P")
_CORE = "energyopti."


class BrokenLaw(AssertionError):
    """A law that does not hold: what was found, and what it was found in."""


def hold(
    holds: object,
    what: str,
    *,
    chunk: Chunk | None = None,
    payload: bytes | None = None,
    raw: Callable[[], pl.DataFrame] | None = None,
    rows: pl.DataFrame | None = None,
    findings: Sequence[Finding] = (),
) -> None:
    """Raise `BrokenLaw` unless something holds, with the first lines of what it is about.

    ``raw`` gives the source's own columns of the rows.
    """
    if holds:
        return
    said = [what]
    if chunk is not None:
        said.append(f"chunk: {span_of(chunk)}")
    if payload is not None:
        said += _few("payload", payload.decode("utf-8", "replace").splitlines() or ["(empty)"])
    if raw is not None:
        said += _few("payload", lines_of(raw()))
    if rows is not None:
        said += _few("rows", lines_of(rows) or ["(none)"])
    said += _few("findings", [finding.line for finding in findings])
    raise BrokenLaw("\n".join(said))


def law(test: Callable[P, None]) -> Callable[P, None]:
    """A test of the kit whose failures say in a few lines which feed breaks which law, and how."""
    takes = inspect.signature(test)

    @functools.wraps(test)
    def held(*args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = True
        try:
            test(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever a test raises is its failure
            given = takes.bind(*args, **kwargs).arguments
            subject = "/".join(str(each) for each in (given["self"].market, given.get("feed")) if each)
            raise BrokenLaw(f"{_heading(subject, test)}\n{_indented(in_words(error))}") from None

    return held


def in_words(error: BaseException) -> str:
    """What a test raised: the words of a broken law, or the first lines of another error and the plugin's line it came from."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, BrokenLaw):
        return str(error)
    said = [_short(line) for line in str(error).strip().splitlines()[:KIT_LINES]]
    place = _place(error)
    return "\n".join([f"{type(error).__name__}: {said[0] if said else ''}", *said[1:], *place])


def shown(value: object) -> str:
    """A value as people write it: instants to the minute if they are whole ones."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return f"{value:%Y-%m-%d %H:%M} without a zone"
        utc = value.astimezone(UTC)
        return f"{utc:%Y-%m-%d %H:%M:%SZ}" if utc.second else f"{utc:%Y-%m-%d %H:%MZ}"
    return repr(value)


def row(cells: Mapping[str, Any]) -> str:
    """A row on a line, without its empty cells."""
    return " ".join(f"{name}={_bare(value)}" for name, value in cells.items() if value is not None)


def _bare(value: object) -> str:
    """A value, without quotes if it is a word."""
    return value if isinstance(value, str) and " " not in value else shown(value)


def lines_of(frame: pl.DataFrame) -> list[str]:
    """The first rows of a frame, one on a line."""
    return [row(cells) for cells in frame.head(KIT_LINES).iter_rows(named=True)]


def span_of(chunk: Chunk) -> str:
    """A chunk's name, and how long it is from when."""
    return f"{chunk} ({(chunk.end - chunk.start) / HOUR:g} hours from {shown(chunk.start)})"


def _heading(subject: str, test: Callable[..., object]) -> str:
    doc = inspect.getdoc(test) or ""
    return f"{subject} breaks {test.__name__}\n  law: {_short(doc.partition(chr(10))[0])}"


def _few(what: str, lines: Sequence[str]) -> list[str]:
    """The first few lines, under their heading."""
    return [f"{what}: {_short(line)}" for line in lines[:KIT_LINES]]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _short(line: str) -> str:
    return line if len(line) <= KIT_LINE else f"{line[: KIT_LINE - 3]}..."


def _place(error: BaseException) -> list[str]:
    """The last line of code outside the core that an error came through."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__
    for each in reversed(causes):
        frames = list(traceback.walk_tb(each.__traceback__))
        for frame, line in reversed(frames):
            module = str(frame.f_globals.get("__name__"))
            if not f"{module}.".startswith((_CORE, "hypothesis.", "polars.")) and not _is_builtin(module):
                return [f"at {module}:{line}"]
    return []


def _is_builtin(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def few_names(names: Iterable[object]) -> str:
    """A few names, sorted, with the count of the rest."""
    every = sorted(map(str, names))
    rest = f" and {len(every) - KIT_LINES} more" if len(every) > KIT_LINES else ""
    return f"{', '.join(every[:KIT_LINES])}{rest}"
