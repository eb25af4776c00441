"""What the clock of a file is made of: the forms of its stamps, and the times that they mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from energyopti.layouts import Absolute, HourEnding, Stamp
from energyopti.scaffold.sample import MOSTLY, Column

DATES = ("%m/%d/%Y", "%Y-%m-%d", "%Y%m%d", "%m/%d/%y", "%d-%b-%Y", "%m-%d-%Y", "%Y/%m/%d")
_TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f")
_ZONES = ("", "Z", "%z", " %z")
STAMPS = (
    *(
        f"{day}{joint}{time}{offset}"
        for day in DATES
        for joint in " T"
        for time in _TIMES
        for offset in _ZONES
    ),
    "%Y%m%d%H%M",
    "%Y%m%d%H%M%S",
)
_DATED = re.compile(r"\d+[-/]\w+[-/]|\d{8}")
_MIDNIGHT = re.compile(r"\S+[ T](?:00:00(?::00)?(?:\.0+)?|12:00(?::00)? AM)")
OTHER_TIME = frozenset(
    [
        "publish",
        "published",
        "posted",
        "created",
        "updated",
        "modified",
        "issued",
        "version",
        "asof",
        "execution",
        "retrieved",
    ]
)
"""Words of columns that say when something was published, not what it is about."""


@attrs.frozen(kw_only=True)
class Clock:
    """How a file states time: the declaration, the columns that it uses, and what about it is a guess."""

    time: Stamp | HourEnding | Absolute
    columns: tuple[str, ...]
    instants: tuple[datetime | None, ...]
    checks: tuple[str, ...]


def form_of(column: Column, forms: Sequence[str]) -> str | None:
    """The first form that fits nearly all cells of a column."""
    cells = Counter(column.filled)
    usual = [cell for cell, _ in cells.most_common() if _DATED.match(cell)][:2]
    for form in forms if usual else ():
        if any(read_as(cell, form) for cell in usual):
            fit = sum(count for cell, count in cells.items() if read_as(cell, form))
            if fit >= MOSTLY * cells.total():
                return form
    return None


def read_as(cell: str, form: str) -> datetime | None:
    """A cell as a time of no particular clock; None if it is of another form."""
    try:
        return datetime.strptime(cell, form)  # noqa: DTZ007 - the clock is told by the column
    except ValueError:
        return None


def is_date(column: Column) -> bool:
    """Whether the stamps of a column are all midnights: dates, with a time that means nothing."""
    return all(_MIDNIGHT.fullmatch(cell) for cell in column.filled)


def in_words(step: timedelta) -> str:
    """A length of time in words."""
    minutes = step / timedelta(minutes=1)
    if minutes % 60:
        return f"{minutes:g} minutes"
    return "1 hour" if minutes == 60 else f"{minutes / 60:g} hours"
