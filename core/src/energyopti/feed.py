"""One published stream of a market: what it fills, when it is out, and the sources that it comes from.

All of it is frozen data, checked when it is made: a wrong declaration fails at import with the name of
what is wrong.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from energyopti.errors import PluginError
from energyopti.example import Example, ExampleFiles
from energyopti.layouts.decode.documents import ReadDocuments, as_they_stand
from energyopti.publication import Due
from energyopti.schema import Dataset
from energyopti.timezones import HOUR
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


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Feed:
    """One published stream of one market that fills one dataset.

    ``step`` is the nominal length of an interval, and ``irregular`` says that extra ones occur between;
    ``sparse`` that there are rows only where something happened, so that nothing is missing between them.
    ``history_from`` is the first day that any source has. ``published_ahead`` is how far past now intervals can be
    published already, and negative where they are published so much later; ``forecast_days`` how many days a forecast publication covers, its own among them.
    ``due`` is when rows are out at the latest; without it, once an interval's end is as far behind as ``published_ahead``, the step
    and the cadence allow. A day is final once it is whole and ``settles_after`` has passed since its end, as
    ``settles_source`` says; before, it is fetched again after ``refresh_every``.
    ``closes_at_midnight`` says that the document of a day holds the readings after its first midnight up
    to and including the next one. ``derived`` names the columns that are computed, not published.
    ``locations`` is the closed list of the feed's locations, where there is one; of an open one ``own_names`` are those
    that mean just themselves, though the market has them as common names of others. ``snapshot_only`` says that the
    source keeps nothing but the newest publication: only the running day can be asked; ``retention`` that it keeps
    rows for so long, and none that are older. ``per_location`` says that
    the source can be asked for chosen locations alone, and how long a chunk of them is (or a function that
    says so, the same for all of the longest chunk around an instant); ``all_locations_keywords`` are the words that such a source
    takes for every location that it has, and a query without locations then gets the usual ones. With ``by_publication``
    a chunk holds what was made in its time, and the range of a query speaks of that: the rows' intervals lie
    where they lie. ``reads`` is what is made of a document beside what its layout reads, such as the time of
    publication that its name says: for files that a user has as for those that are fetched.
    """

    name: str
    dataset: Dataset
    title: str
    documented_at: str
    history_from: date
    step: timedelta = attrs.field(validator=attrs.validators.gt(timedelta()))
    sources: tuple[FeedSource, ...] = attrs.field(validator=attrs.validators.min_len(1))
    layout: Layout
    example: Example | ExampleFiles
    chunk: ChunkSize = ChunkSize.DAY
    run: Run | None = None
    irregular: bool = False
    sparse: bool = False
    closes_at_midnight: bool = False
    published_ahead: timedelta = timedelta()
    forecast_days: int = 0
    due: Due | None = None
    settles_after: timedelta = timedelta(days=7)
    settles_source: str = ""
    refresh_every: timedelta = timedelta(minutes=5)
    derived: tuple[str, ...] = ()
    locations: tuple[str, ...] | None = None
    own_names: tuple[str, ...] = ()
    snapshot_only: bool = False
    retention: timedelta | None = None
    per_location: ChunkSize | Narrowing | None = None
    all_locations_keywords: tuple[str, ...] = ()
    by_publication: bool = False
    reads: ReadDocuments = as_they_stand
    unconfirmed: str | None = None

    def __attrs_post_init__(self) -> None:
        for name in self.derived:
            self.dataset.column(name)
        if self.layout.dataset is not self.dataset:
            raise PluginError(f"its layout reads dataset {self.layout.dataset.name}", feed=self.name)
        if ("run" in self.dataset.key) and self.run is None and not self.dataset.column("run").nullable:
            raise PluginError(f"dataset {self.dataset.name} needs a run", feed=self.name)
        if self.snapshot_only and (self.chunk is not ChunkSize.DAY or self.closes_at_midnight):
            raise PluginError("what is current has chunks of a day, from midnight", feed=self.name)
        if self.all_locations_keywords and self.per_location is None:
            raise PluginError("a source that is not asked for locations has no word for all", feed=self.name)
        if not self.documented_at.startswith("http"):
            raise PluginError("documented_at must be the address of the ISO's own page", feed=self.name)

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
        """The instant to which everything should be there by now."""
        return self.due.reach(now, zone_name) if self.due is not None else now - self._usual_delay

    def due_at(self, end: datetime, zone_name: str) -> datetime:
        """The instant at which what ends at another should be there."""
        return self.due.of(end, zone_name) if self.due is not None else end + self._usual_delay

    @property
    def _usual_delay(self) -> timedelta:
        """How late rows may be that nothing is said of."""
        return max(-self.published_ahead, timedelta()) + max(self.step, self.refresh_every)

    @property
    def has_grid(self) -> bool:
        """Whether there are rows for all of its time, so that none in a chunk is too few."""
        return not self.sparse and not self.by_publication

    @property
    def reaches_past(self) -> bool:
        """Whether what was published in a chunk's time speaks of later times: forecasts with a horizon, and auctions.

        A forecast without one has rows for its chunk's own time, as readings have.
        """
        return self.by_publication or (self.dataset.forecast and self.forecast_days > 0)

    @property
    def kept(self) -> str:
        """What its source keeps alone, in words; nothing where it keeps everything."""
        if self.snapshot_only:
            return "what is current"
        if self.retention is None:
            return ""
        return f"the last {f'{self.retention.days} days' if self.retention.days else f'{self.retention // HOUR} hours'}"

    def __copy__(self) -> Feed:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Feed:
        return self

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        run = f" of run {self.run}" if self.run else ""
        return f"<Feed {self.name}: {self.dataset.name}{run}, every {self.step}, since {self.history_from}>"
