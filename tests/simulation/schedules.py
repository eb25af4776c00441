"""When rows get out, and what happens to them: declarations, and the days on which they are dealt."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import attrs

from energyopti.timezones import DAY


@attrs.frozen(kw_only=True)
class EachInterval:
    """Each interval gets out by itself, so long after its end; a reading after its instant."""

    after: timedelta
    jitter: timedelta = timedelta()
    reading: bool = False


@attrs.frozen(kw_only=True)
class WholeDay:
    """A day gets out whole at a local time, so many days after it (-1: on the day before).

    A forecast ``reach``es so far from its day's midnight on.
    """

    at: time
    days: int = -1
    jitter: timedelta = timedelta()
    reach: timedelta | None = None


@attrs.frozen(kw_only=True)
class Runs:
    """A forecast that is made anew at each multiple of ``every`` of the local day, and some time ``past`` it.

    It is out so long after its making, and speaks of what follows its making for so long as it can ``reach``.
    """

    every: timedelta
    past: timedelta = timedelta()
    after: timedelta = timedelta()
    reach: timedelta


@attrs.frozen(kw_only=True)
class Verified:
    """Each interval gets out by itself, and is verified by days: many figures stay, some are others then.

    With ``weekdays`` what would be verified on a Saturday or a Sunday is so on the Monday.
    """

    first: EachInterval
    then: WholeDay
    weekdays: bool = False


Release = EachInterval | WholeDay | Runs | Verified


@attrs.frozen(kw_only=True)
class Late:
    """A day's rows are late."""

    by: timedelta


@attrs.frozen(kw_only=True)
class Withheld:
    """Some hours of a day do not come with the others."""

    first: int
    hours: int
    until: timedelta


@attrs.frozen(kw_only=True)
class PostedEmpty:
    """A document is posted in time with its header alone, and filled later."""

    until: timedelta


@attrs.frozen(kw_only=True)
class Cut:
    """Half of a document, by time or by place, comes later."""

    until: timedelta
    by: str = "time"


@attrs.frozen(kw_only=True)
class Corrected:
    """A share of a day's rows gets other values, so long after its end."""

    after: timedelta
    share: float = 1.0


@attrs.frozen(kw_only=True)
class Lost:
    """One interval of a day never comes."""

    hour: int


Trouble = Late | Withheld | PostedEmpty | Cut | Corrected | Lost

HOURS = timedelta(hours=1)
USUAL: tuple[Trouble, ...] = (
    Corrected(after=2 * DAY),
    Late(by=3 * HOURS),
    Corrected(after=6 * DAY, share=0.3),
    PostedEmpty(until=2 * HOURS),
    Cut(until=4 * HOURS),
    Corrected(after=20 * DAY),
    Late(by=30 * HOURS),
    Cut(until=50 * HOURS, by="place"),
    Corrected(after=timedelta(hours=5), share=0.1),
)
"""What happens to documents that come as a whole."""

VERIFIED: tuple[Trouble, ...] = (
    Corrected(after=9 * DAY, share=0.3),
    Late(by=26 * HOURS),
    Withheld(first=9, hours=2, until=90 * HOURS),
    Corrected(after=20 * DAY),
    Cut(until=5 * HOURS),
    Cut(until=30 * HOURS, by="place"),
)
"""What happens to figures that are verified later."""

FORECAST: tuple[Trouble, ...] = (Late(by=3 * HOURS), Cut(until=4 * HOURS), PostedEmpty(until=2 * HOURS))
"""What happens to forecasts: the next one takes their place before they would be corrected."""

GROWING: tuple[Trouble, ...] = (
    Corrected(after=2 * DAY),
    Withheld(first=9, hours=2, until=5 * HOURS),
    Corrected(after=6 * DAY, share=0.3),
    Late(by=26 * HOURS),
    Lost(hour=14),
    Corrected(after=20 * DAY),
    Withheld(first=22, hours=2, until=40 * HOURS),
    PostedEmpty(until=1 * HOURS),
    Corrected(after=timedelta(hours=3), share=0.1),
)
"""What happens to documents that grow by the interval."""


@attrs.frozen(kw_only=True)
class Published:
    """One feed as it is published: its places with what their rows carry beside, its release and its troubles.

    ``locations`` are what its rows are of, each with the raw cells that its documents have for it. ``newest_of`` is the feed of which it has the newest
    interval alone, ``closed`` says that it can be known which
    locations there are, ``place`` is the column that they are of, and with
    ``closes_at_midnight`` a day's document begins after its first midnight and holds the next one; ``values`` are the columns to be compared, where they are
    not the dataset's usual ones, ``doubtful`` is for how long it may not be sure that a row is what it
    seems, ``kept`` is for how long its
    source keeps rows, ``offset`` how far off their grid its intervals begin, ``history`` how many days before the simulated ones are published too.
    """

    feed: str
    step: timedelta
    locations: Mapping[str, Mapping[str, str]]
    release: Release
    troubles: tuple[Trouble, ...] = GROWING
    newest_of: str = ""
    closed: bool = True
    watched: bool = False
    watched_locations: tuple[str, ...] = ()
    place: str = "location"
    closes_at_midnight: bool = False
    values: tuple[str, ...] = ()
    kept: timedelta | None = None
    doubtful: timedelta = timedelta()
    offset: timedelta = timedelta()
    history: int = 37


def deal(
    troubles: Sequence[Trouble], first: date, last: date, chance: random.Random
) -> Mapping[date, tuple[Trouble, ...]]:
    """On which day each trouble happens: no two on one day, and a correction so that it gets out within the days."""
    dealt: dict[date, tuple[Trouble, ...]] = {}
    for trouble in troubles:
        back = trouble.after.days + 1 if isinstance(trouble, Corrected) else 0
        days = [first + number * DAY for number in range(-back, (last - first).days + 1 - back)]
        free = [day for day in days if day not in dealt]
        if free:
            dealt[chance.choice(free)] = (trouble,)
    return dealt


@attrs.frozen(kw_only=True)
class Outage:
    """A host does not answer from one instant to another: it is ``down``, or says 503 or 429 to most requests."""

    host: str
    start: datetime
    end: datetime
    how: str
    share: float = 1.0

    def covers(self, host: str, at: datetime) -> bool:
        """Whether it holds at an instant."""
        return host == self.host and self.start <= at < self.end


def outages(
    hosts: Sequence[str], start: datetime, end: datetime, chance: random.Random
) -> tuple[Outage, ...]:
    """What befalls hosts: hours of silence and storms of refusals, about one of each in a week."""
    dealt = []
    weeks = max(1, round((end - start) / (7 * DAY)))
    kinds = (("down", 1.0, 5), ("503", 0.7, 2), ("429", 0.5, 1))
    for host in hosts:
        for how, share, hours in kinds * weeks:
            begin = start + chance.random() * (end - start - hours * HOURS)
            dealt.append(
                Outage(
                    host=host,
                    start=begin,
                    end=begin + chance.uniform(0.5, 1) * hours * HOURS,
                    how=how,
                    share=share,
                )
            )
    return tuple(dealt)
