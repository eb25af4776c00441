"""How a source writes time: the declarations; `energyopti.layouts.decode.clock` follows them.

Every layout says which of its columns hold time, what a stamp means and how to tell the passes of a repeated hour
apart.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from datetime import timedelta

import attrs

from energyopti.errors import PluginError
from energyopti.layouts.columns import _names
from energyopti.timezones import DAY, INSTANT


class Meaning(enum.StrEnum):
    """What a stamp says about its row."""

    BEGINNING = "beginning"
    ENDING = "ending"
    INSTANT = "instant"


@attrs.frozen(kw_only=True)
class OffsetFlag:
    """A column that gives the clock's offset from UTC as a word, such as EDT and EST.

    It decides within the repeated hour. Elsewhere the zone does, and a word that the zone does not allow is a finding.

    ``names`` are the headers it has had, the current one first.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    offsets: Mapping[str, timedelta]

    @property
    def name(self) -> str:
        """The current header."""
        return self.names[0]


@attrs.frozen(kw_only=True)
class RepeatFlag:
    """A column that says ``second`` on the second pass of the repeated hour, and ``first`` otherwise.

    It refers to the interval's beginning, even where the stamp is its end.

    ``names`` are the headers it has had, the current one first.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    second: str = "Y"
    first: str = "N"

    @property
    def name(self) -> str:
        """The current header."""
        return self.names[0]


@attrs.frozen
class Stamp:
    """A wall-clock stamp in one column.

    ``formats`` are chrono patterns; the first is written, all are read. An ``irregular`` source has extra stamps off
    the grid: an interval then reaches from (or to) the neighboring stamp of its location. If that is about two steps
    away, a stamp is missing, and the interval is one ``step`` long. With ``nearest`` a stamp a few seconds off means
    the nearest multiple of ``step``. Without a ``flag``, the order of a location's rows decides which pass of the
    repeated hour a stamp means.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    formats: tuple[str, ...] = attrs.field(converter=_names, kw_only=True)
    meaning: Meaning = attrs.field(kw_only=True)
    step: timedelta = attrs.field(kw_only=True)
    irregular: bool = attrs.field(default=False, kw_only=True)
    nearest: bool = attrs.field(default=False, kw_only=True)
    flag: OffsetFlag | RepeatFlag | None = attrs.field(default=None, kw_only=True)

    @property
    def closes(self) -> timedelta:
        """How long before a stamp its interval has certainly begun, where stamps close intervals.

        The clock is read at that time, so that an end exactly at a clock change belongs to the clock before it.
        """
        if self.meaning is not Meaning.ENDING:
            return timedelta()
        return INSTANT if self.irregular else self.step


@attrs.frozen(kw_only=True)
class HourParts:
    """Parts of an hour, numbered from 1, whose length depends on a word beside, such as the market run.

    ``number`` is the column of the numbers, ``of`` the column of the words, ``lengths`` how long a part is by word. A row
    without a number, numbered 0, or of another word is about the whole hour; a number that the hour does not have is no
    time.
    """

    number: tuple[str, ...] = attrs.field(converter=_names)
    of: tuple[str, ...] = attrs.field(converter=_names)
    lengths: Mapping[str, timedelta] = attrs.field(validator=attrs.validators.min_len(1))


@attrs.frozen(kw_only=True)
class HourEnding:
    """A date and an hour-ending label 1 to 24, ``01:00`` to ``24:00``; optionally an interval within the hour.

    Label 1 is the hour from midnight to 01:00. With ``counts_hours`` the labels of a 25-hour day run from 1 to 25 and
    count elapsed hours. With ``repeats_as`` the second pass of its repeated hour has a label of its own, such as 25 or
    ``02X``, and all other labels are clock hours. With ``skips_before`` the day whose clocks skip an hour has no label of
    the hour before the change: that hour ends when the clocks show 03:00, and its label is 3. With ``parts`` some rows are
    about a part of their hour only.
    """

    date: tuple[str, ...] = attrs.field(converter=_names)
    hour: tuple[str, ...] = attrs.field(converter=_names)
    date_formats: tuple[str, ...] = attrs.field(converter=_names, default=("%m/%d/%Y",))
    hour_format: str = attrs.field(default="{:02d}:00")
    interval: tuple[str, ...] | None = attrs.field(converter=attrs.converters.optional(_names), default=None)
    step: timedelta = timedelta(hours=1)
    flag: RepeatFlag | None = None
    counts_hours: bool = False
    repeats_as: int | str | None = None
    skips_before: bool = False
    parts: HourParts | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.repeats_as, str) and not re.search(r"[^\d\s:]", self.repeats_as):
            raise PluginError(
                f"repeats_as={self.repeats_as!r} has no letter or sign: write a label that is a number as one"
            )

    @property
    def finest(self) -> timedelta:
        """The length of the shortest interval that a label can mean."""
        return min(self.step, *(self.parts.lengths.values() if self.parts else [self.step]))


@attrs.frozen(kw_only=True)
class Absolute:
    """A stamp in UTC, or with its offset, in one column; optionally the interval's end in another.

    An ``irregular`` source has stamps between those of the ``step``, or intervals of other lengths.
    With ``nearest`` a stamp a few seconds off means the nearest multiple of ``step``; exactly half-way between two it
    means neither.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    formats: tuple[str, ...] = attrs.field(converter=_names, default=("%Y-%m-%dT%H:%M:%S",))
    end: tuple[str, ...] | None = attrs.field(converter=attrs.converters.optional(_names), default=None)
    meaning: Meaning = Meaning.BEGINNING
    step: timedelta = timedelta(hours=1)
    irregular: bool = False
    nearest: bool = False


@attrs.frozen(kw_only=True)
class Dates:
    """A date on the market's clock: the interval is a whole day, month or year from that date on.

    ``lasts`` is how long (``1d``, ``1mo``, ``1y``); with a column ``end`` the interval lasts to the end of that
    date, which is included.
    """

    names: tuple[str, ...] = attrs.field(converter=_names)
    formats: tuple[str, ...] = attrs.field(converter=_names, default=("%m/%d/%Y",))
    lasts: str = "1d"
    end: tuple[str, ...] | None = attrs.field(converter=attrs.converters.optional(_names), default=None)


@attrs.frozen
class Undated:
    """No time column at all: the document is about the time in which it was published.

    The code that collects it says which time that is: `Reading.spanning`.
    """


SteppedTime = Stamp | HourEnding | Absolute
"""The clocks whose intervals have a step."""

TimeColumns = SteppedTime | Dates | Undated
"""Every way to say what time a row speaks of."""

_LASTING = {"1d": DAY, "1mo": 30 * DAY, "1y": 365 * DAY}
"""The nominal lengths of what a date may stand for."""


def nominal_step(time: TimeColumns) -> timedelta | None:
    """How long an interval nominally is; None where rows say it themselves, or nothing does."""
    match time:
        case Undated():
            return None
        case Dates():
            return None if time.end else _LASTING[time.lasts]
        case Absolute():
            return None if time.end else time.step
        case _:
            return time.step
