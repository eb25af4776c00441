"""One published stream of a market: which dataset it fills, when its rows come out, and the sources it comes from.

All of it is frozen data, checked when it is made: a wrong declaration fails at import, and the error names
the part that is wrong.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs

from energyopti.errors import PluginError
from energyopti.example import Example, ExampleFiles
from energyopti.layouts.decode.documents import ReadDocuments, as_they_stand
from energyopti.layouts.times import Dates, Undated
from energyopti.publication import Publication
from energyopti.schema import Dataset
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import Run

if TYPE_CHECKING:
    from energyopti.layouts import Layout, Reading
    from energyopti.query.places import Place

Narrowing = Callable[["Sequence[Place]", datetime, datetime], "ChunkSize"]
"""How long a chunk of some locations is around an instant; the second instant is now."""


_UNITS = ((DAY, "day"), (HOUR, "hour"), (timedelta(minutes=1), "minute"))


class ChunkSize(enum.StrEnum):
    """How much of a feed is fetched, stored and resumed as one unit; always on the market's own clock."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def length(self) -> timedelta:
        """Its nominal length."""
        return {"hour": HOUR, "day": DAY, "month": 30 * DAY, "year": 365 * DAY}[self]


@attrs.frozen
class Days:
    """A half-open span of market-local days; an open side is None."""

    first: date | None = None
    end: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)

    def __str__(self) -> str:
        if self.first is None and self.end is None:
            return "all days"
        since = f"from {self.first}" if self.first else ""
        until = f"before {self.end}" if self.end else ""
        return " ".join(part for part in (since, until) if part)


@attrs.frozen(kw_only=True)
class FeedSource:
    """One source of a feed, and the days that it has.

    ISOs move their data, so a feed may declare several. Only those with the day in ``available`` are asked, one after
    the other, until one answers: first those with the day in ``preferred``, then the rest, each group in the order of
    declaration. Among the preferred, one with ``preferred_for`` goes first for that long after the day's end: the
    source that gets corrections first. ``fills_when_doubted`` says that it has more to ask if a chunk seems to lack
    some of its locations (`Source.doubted`). ``in_stages`` says that rows of a later stage, such as settlement prices,
    come in other documents than those before: unchanged documents mean unchanged data only once it is final.

    ``missing`` says what an absent document of several means. With ``"error"`` the chunk is absent; with ``"skip"``
    `Source.get_all` gives the others, and each absent one is a gap, with a finding.
    """

    name: str
    host: str
    collect: Callable[..., Awaitable[Reading]]
    available: Days = Days()
    preferred: Days = Days()
    preferred_for: timedelta = timedelta()
    fills_when_doubted: bool = False
    in_stages: bool = False
    missing: Literal["error", "skip"] = attrs.field(
        default="error", validator=attrs.validators.in_(("error", "skip"))
    )

    def is_first_at(self, age: timedelta | None) -> bool:
        """Whether it goes before the other preferred sources of a day that ended ``age`` ago."""
        return age is not None and timedelta() < self.preferred_for > age


@attrs.frozen(kw_only=True)
class History:
    """How far back a feed goes, and how long its sources keep rows.

    ``since`` is the first market-local day that any source of the feed has. ``retention`` is how long rows are kept;
    None means forever. It may be shorter than a chunk: what an earlier fetch had is then kept with what a later one has. With ``snapshot_only`` only the newest publication is kept, and a query can ask for the current
    day only.
    """

    since: date
    retention: timedelta | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.gt(timedelta()))
    )
    snapshot_only: bool = False

    def __str__(self) -> str:
        """What the source keeps, in words; empty if it keeps everything."""
        if self.snapshot_only:
            return "current data"
        if self.retention is None:
            return ""
        whole = (each for each in _UNITS if not self.retention % each[0])
        unit, name = next(whole, _UNITS[-1])
        count = self.retention // unit
        return f"the last {count} {name}s" if count != 1 else f"the last {name}"

    def kept_since(self, now: datetime) -> datetime | None:
        """The instant since which rows are kept by now; None if all are."""
        return None if self.retention is None else now - self.retention


@attrs.frozen(kw_only=True)
class Locations:
    """The locations that a feed has, and how a source is asked for some of them.

    ``closed`` is the complete list, if there is one; with ``add_up`` the figures of all of them add up to the whole system's, which the feed
    does not publish itself. If there is none, ``own_names`` are location names of the feed
    that the market otherwise uses as common names of other locations: here they mean themselves. ``per_location`` says
    that the source can be asked for chosen locations, and how long a chunk of them is; it may be a function, which must
    return the same length throughout the longest chunk around an instant. ``all_locations_keywords`` are the words that
    such a source accepts for all of its locations; a query without locations then gets the usual ones.
    """

    closed: tuple[str, ...] | None = None
    own_names: tuple[str, ...] = ()
    per_location: ChunkSize | Narrowing | None = None
    all_locations_keywords: tuple[str, ...] = ()
    add_up: bool = False

    def __attrs_post_init__(self) -> None:
        if self.add_up and not self.closed:
            raise PluginError("add_up needs closed")
        if self.all_locations_keywords and self.per_location is None:
            raise PluginError("all_locations_keywords needs per_location")


@attrs.frozen(kw_only=True)
class Unconfirmed:
    """A fact that a feed relies on, but that neither the ISO's documents nor a recording confirms.

    ``evidence`` is what supports it so far, or how the feed handles it; ``since`` is the day it was noted.
    """

    fact: str = attrs.field(validator=attrs.validators.min_len(1))
    evidence: str = ""
    since: date

    @classmethod
    def noted(cls, since: date, *facts: str | tuple[str, str]) -> tuple[Unconfirmed, ...]:
        """Several facts noted on one day, each alone or with its evidence: ``("its sign", "taken as imports")``."""
        pairs = [(fact, "") if isinstance(fact, str) else fact for fact in facts]
        return tuple(cls(fact=fact, evidence=evidence, since=since) for fact, evidence in pairs)

    def __str__(self) -> str:
        return f"{self.fact}: {self.evidence}" if self.evidence else self.fact


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Feed:
    """One published stream of one market; its rows fill one dataset.

    ``layout`` says how to read its documents, ``example`` is a few hand-written lines of one. ``sources`` are asked in
    order, one ``chunk`` at a time. ``reads`` adds what the layout alone cannot read, such as the publication time in a
    file's name; it applies to fetched files and to a user's own.

    ``step`` is the nominal length of an interval: give it only if the layout's clock has none (its rows then say it).
    ``sparse`` means rows exist only where something happened, so nothing is missing between them.
    ``closes_at_midnight`` means a day's document holds the readings after its first midnight, up to and including the
    next one. ``derived`` names the columns that are computed, not published.

    Raises `PluginError` if the declaration contradicts itself, its layout or its dataset.
    """

    name: str
    dataset: Dataset
    title: str
    documented_at: str
    history: History
    sources: tuple[FeedSource, ...] = attrs.field(validator=attrs.validators.min_len(1))
    layout: Layout
    example: Example | ExampleFiles
    _step: timedelta | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.gt(timedelta()))
    )
    chunk: ChunkSize = ChunkSize.DAY
    run: Run | None = None
    sparse: bool = False
    closes_at_midnight: bool = False
    publication: Publication = attrs.field(factory=Publication)
    locations: Locations = attrs.field(factory=Locations)
    derived: tuple[str, ...] = ()
    reads: ReadDocuments = as_they_stand
    unconfirmed: tuple[Unconfirmed, ...] = attrs.field(
        default=(),
        validator=attrs.validators.deep_iterable(
            attrs.validators.instance_of(Unconfirmed), attrs.validators.instance_of(tuple)
        ),
    )

    def __attrs_post_init__(self) -> None:
        for name in self.derived:
            self.dataset.column(name)
        if fault := self._fault:
            raise PluginError(fault, feed=self.name)

    @property
    def _fault(self) -> str:
        """What is wrong with the declaration; empty if nothing is."""
        clock = self.layout.step
        if self.layout.dataset is not self.dataset:
            return f"its layout reads dataset {self.layout.dataset.name}"
        if clock is None and self._step is None and not self._is_by_date:
            return "give it a step: the clock of its layout has none"
        if None not in {clock, self._step} and clock != self._step:
            return f"its step is {self._step}, but the clock of its layout has {clock}"
        if "run" in self.dataset.key and self.run is None and not self.dataset.column("run").nullable:
            return f"dataset {self.dataset.name} needs a run"
        kept = None if self.publication.by_publication else self.history.retention
        if kept is not None and kept < self.step:
            return f"its source keeps less than one interval: {self.history} of steps of {self.step}"
        if self.history.snapshot_only and (self.chunk is not ChunkSize.DAY or self.closes_at_midnight):
            return "a feed with snapshot_only needs chunks of a day that begin at midnight"
        if not self.documented_at.startswith("http"):
            return "documented_at must be the address of a page of the ISO"
        return ""

    @cached_property
    def step(self) -> timedelta:
        """The nominal length of an interval."""
        return self._step or self.layout.step or self.chunk.length

    @property
    def _is_by_date(self) -> bool:
        """Whether rows have dates or none at all: without a length of their own they are as long as the chunk."""
        return isinstance(self.layout.time, Dates | Undated)

    @property
    def irregular(self) -> bool:
        """Whether intervals of other lengths occur between those of the step."""
        return self.layout.irregular

    def sources_for(self, day: date, age: timedelta | None = None) -> tuple[FeedSource, ...]:
        """The sources to ask for a day, in order; ``age`` is how long ago the day ended."""
        holding = [feed_source for feed_source in self.sources if day in feed_source.available]
        return tuple(
            sorted(
                holding,
                key=lambda feed_source: (day not in feed_source.preferred, not feed_source.is_first_at(age)),
            )
        )

    def due_to(self, now: datetime, zone_name: str) -> datetime:
        """The instant up to which all rows should be out by now."""
        return self.publication.due_to(now, zone_name, self.step)

    def due_at(self, end: datetime, zone_name: str) -> datetime:
        """When the row of an interval that ends at ``end`` should be out."""
        return self.publication.due_at(end, zone_name, self.step)

    @property
    def has_grid(self) -> bool:
        """Whether rows are expected for all of its time: a chunk without any is then missing data."""
        return not self.sparse and not self.publication.by_publication

    @property
    def reaches_past(self) -> bool:
        """Whether rows published in a chunk's time cover later times: forecasts with a horizon, and auctions.

        A forecast without a horizon has rows for its chunk's own time, as actuals have.
        """
        return self.publication.by_publication or (
            self.dataset.forecast and self.publication.forecast_days > 0
        )

    def __copy__(self) -> Feed:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Feed:
        return self

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        run = f" of run {self.run}" if self.run else ""
        return f"<Feed {self.name}: {self.dataset.name}{run}, every {self.step}, since {self.history.since}>"
