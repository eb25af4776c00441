"""One published stream of a market: what it fills, when it is out, and the sources that it comes from.

All of it is frozen data, checked when it is made: a wrong declaration fails at import with the name of
what is wrong.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

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
"""How long chunks of some places are around an instant, at the time that is now."""


class ChunkSize(enum.StrEnum):
    """How much of a feed is fetched, stored and resumed as one: always in the market's own clock."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def length(self) -> timedelta:
        """How long one nominally is."""
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
    """One source of a feed, and the days that it is good for.

    Sources move. A feed names its feed sources in order: those that ``lead`` a day are asked first, then every
    other that ``available`` it, each in the order of declaration, until one answers. Of those that lead a day one goes
    before the others for so long after its end as ``preferred_for`` says: where days that are corrected are written first.
    One that ``fills_when_doubted`` has more to ask where a chunk seems to lack some of its locations (`Source.doubted`).
    """

    name: str
    host: str
    collect: Callable[..., Awaitable[Reading]]
    available: Days = Days()
    preferred: Days = Days()
    preferred_for: timedelta = timedelta()
    fills_when_doubted: bool = False

    def is_first_at(self, age: timedelta | None) -> bool:
        """Whether it goes before the others that lead a day that ended so long ago."""
        return age is not None and timedelta() < self.preferred_for > age


@attrs.frozen(kw_only=True)
class History:
    """What a source has of the past: from which day on, and for how long it keeps it.

    ``since`` is the first day that any source of the feed has. ``retention`` is how long rows are kept, where they are
    not kept forever; with ``snapshot_only`` nothing but the newest publication is, and only the running day can be asked for.
    """

    since: date
    retention: timedelta | None = None
    snapshot_only: bool = False

    def __str__(self) -> str:
        """What the source keeps, in words; nothing where it keeps everything."""
        if self.snapshot_only:
            return "what is current"
        if self.retention is None:
            return ""
        days = self.retention.days
        return f"the last {f'{days} days' if days else f'{self.retention // HOUR} hours'}"


@attrs.frozen(kw_only=True)
class Locations:
    """The locations that a feed has rows of, and how a source is asked for some of them.

    ``closed`` is the whole list, where there is one; of an open one ``own_names`` are those that mean just themselves,
    though the market has them as common names of others. ``per_location`` says that the source can be asked for chosen
    locations, and how long a chunk of them is (or a function that says so, the same for all of the longest chunk around
    an instant). ``all_locations_keywords`` are the words that such a source takes for every location that it has; a query
    without locations then gets the usual ones.
    """

    closed: tuple[str, ...] | None = None
    own_names: tuple[str, ...] = ()
    per_location: ChunkSize | Narrowing | None = None
    all_locations_keywords: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.all_locations_keywords and self.per_location is None:
            raise PluginError("a source that is not asked for locations has no word for all")


@attrs.frozen(kw_only=True)
class Unconfirmed:
    """A fact that a feed relies on and that neither the ISO's documents nor a recording confirm.

    ``evidence`` is what it rests on meanwhile, or what is done about it; ``since`` the day on which it was noted.
    """

    fact: str = attrs.field(validator=attrs.validators.min_len(1))
    evidence: str = ""
    since: date

    @classmethod
    def noted(cls, since: date, *facts: str | tuple[str, str]) -> tuple[Unconfirmed, ...]:
        """Several facts that were noted on one day, each alone or with its evidence: ``("its sign", "taken as imports")``."""
        pairs = [(fact, "") if isinstance(fact, str) else fact for fact in facts]
        return tuple(cls(fact=fact, evidence=evidence, since=since) for fact, evidence in pairs)

    def __str__(self) -> str:
        return f"{self.fact}: {self.evidence}" if self.evidence else self.fact


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Feed:
    """One published stream of one market that fills one dataset.

    ``layout`` is what its documents look like, ``example`` a few lines of one by hand. ``sources`` are asked in order, a
    ``chunk`` at a time; ``reads`` is what is made of a document beside what the layout reads, such as the time of
    publication in its name: for files that a user has as for those that are fetched.

    ``step`` is the nominal length of an interval: to be given only where the layout's clock has none (whose rows then say it).
    ``sparse`` says that there are rows only where something happened, so that nothing is missing between them;
    ``closes_at_midnight`` that the document of a day holds the readings after its first midnight up to and including
    the next one. ``derived`` names the columns that are computed, not published.

    Raises `PluginError` for a declaration that contradicts itself, its layout or its dataset.
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
        """What is wrong with the declaration; nothing where it is right."""
        clock = self._step_of_clock
        if self.layout.dataset is not self.dataset:
            return f"its layout reads dataset {self.layout.dataset.name}"
        if clock is None and self._step is None:
            return "give the step: its layout's clock has none"
        if None not in {clock, self._step} and clock != self._step:
            return f"its step is {self._step}, and that of its layout's clock {clock}"
        if "run" in self.dataset.key and self.run is None and not self.dataset.column("run").nullable:
            return f"dataset {self.dataset.name} needs a run"
        if self.history.snapshot_only and (self.chunk is not ChunkSize.DAY or self.closes_at_midnight):
            return "what is current has chunks of a day, from midnight"
        if not self.documented_at.startswith("http"):
            return "documented_at must be the address of the ISO's own page"
        return ""

    @cached_property
    def step(self) -> timedelta:
        """The nominal length of an interval."""
        step = self._step or self._step_of_clock
        assert step is not None  # noqa: S101 - for the type checker: it was looked at when the feed was made
        return step

    @property
    def _step_of_clock(self) -> timedelta | None:
        """The step that the layout's clock has; of dates without a length of their own, and of no dates, the chunk's."""
        by_date = isinstance(self.layout.time, Dates | Undated)
        return self.layout.step or (self.chunk.length if by_date and self._step is None else None)

    @property
    def irregular(self) -> bool:
        """Whether there are intervals between those of the step."""
        return self.layout.irregular

    def sources_for(self, day: date, age: timedelta | None = None) -> tuple[FeedSource, ...]:
        """The sources to ask for a day, in order; ``age`` is how long ago it ended, when it is asked for."""
        holding = [feed_source for feed_source in self.sources if day in feed_source.available]
        return tuple(
            sorted(
                holding,
                key=lambda feed_source: (day not in feed_source.preferred, not feed_source.is_first_at(age)),
            )
        )

    def due_to(self, now: datetime, zone_name: str) -> datetime:
        """The instant up to which everything should be out by now."""
        return self.publication.due_to(now, zone_name, self.step)

    def due_at(self, end: datetime, zone_name: str) -> datetime:
        """The instant at which an interval that ends at ``end`` should be out."""
        return self.publication.due_at(end, zone_name, self.step)

    @property
    def has_grid(self) -> bool:
        """Whether there are rows for all of its time, so that none in a chunk is too few."""
        return not self.sparse and not self.publication.by_publication

    @property
    def reaches_past(self) -> bool:
        """Whether what was published in a chunk's time speaks of later times: forecasts with a horizon, and auctions.

        A forecast without one has rows for its chunk's own time, as readings have.
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
