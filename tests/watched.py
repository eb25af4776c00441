"""A publication in time, and a watch of it on a clock that is moved: what was asked, and what was told."""

from __future__ import annotations

import asyncio
import operator
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import attrs
import polars as pl

from builders import feed as of_feed
from builders import market as of_market
from energyopti.answer.answering import answer
from energyopti.answer.result import MarketData
from energyopti.errors import NoData, SourceUnavailable
from energyopti.events import Event, EventKind
from energyopti.fetch.checks import check_frame
from energyopti.fetch.outcome import Outcome
from energyopti.frames import unify
from energyopti.market import Feed, Market
from energyopti.query import Chunk, ResolvedQuery, TimeRange, plan
from energyopti.store import ChunkData, ChunkProvenance, RawRows
from energyopti.timezones import DAY, HOUR, local_date, midnight
from energyopti.watching import watch

Key = tuple[datetime, str]
MINUTE, STEP = timedelta(minutes=1), timedelta(minutes=5)
NEW_YORK = "America/New_York"
MONDAY = date(2024, 7, 1)
FIVE_MINUTES = of_feed(step=STEP, refresh_every=STEP)


@attrs.frozen
class Post:
    """A row as it is published at an instant; of a forecast ``published`` is when it says that it was."""

    at: datetime
    start: datetime
    value: float
    place: str = "NORTH"
    published: datetime | None = None
    version: int | None = None


@attrs.define(kw_only=True)
class Publication:
    """What a source has at each instant; in an outage it answers nothing, and of days that are broken never."""

    feed: Feed
    posts: Sequence[Post]
    outages: Sequence[tuple[datetime, datetime]] = ()
    broken: Sequence[date] = ()
    asked: list[tuple[datetime, Chunk]] = attrs.field(factory=list)
    market: Market = attrs.field(init=False)
    _by_chunk: dict[datetime, list[Post]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.market = of_market(feeds=(self.feed,))
        forecast = self.feed.publication.forecast_days > 0
        for post in sorted(self.posts, key=lambda each: each.at):
            belongs = post.published if forecast and post.published else post.start
            (chunk,) = plan(self.market, self.feed, TimeRange(belongs, belongs + timedelta(microseconds=1)))
            self._by_chunk.setdefault(chunk.start, []).append(post)

    @property
    def last(self) -> dict[Key, float]:
        """What is said of each row in the end."""
        return {(post.start, post.place): post.value for post in sorted(self.posts, key=lambda each: each.at)}

    def outcome(self, chunk: Chunk, now: datetime) -> Outcome:
        """What a source gives for a chunk: its rows so far, that there is nothing, or that it is down."""
        if chunk.start >= now + self.feed.publication.published_ahead:
            return Outcome(chunk=chunk, error=NoData(f"{chunk} is in the future"))
        self.asked.append((now, chunk))
        if chunk.day in self.broken or any(start <= now < end for start, end in self.outages):
            return Outcome(chunk=chunk, error=SourceUnavailable(f"{chunk}: the source is down"))
        latest: dict[tuple[Any, ...], Post] = {}
        for post in self._by_chunk.get(chunk.start, ()):
            if post.at > now:
                break
            latest[post.start, post.place, post.published] = post
        if not latest and self.feed.has_grid:
            return Outcome(chunk=chunk, error=NoData(f"{chunk}: nothing is there"))
        frame = _frame(self.feed, sorted(latest.values(), key=lambda each: (each.start, each.place)))
        provenance = ChunkProvenance(
            chunk=chunk.key,
            feed=self.feed.name,
            feed_source="",
            host="main",
            urls=(),
            sha256=(),
            fetched_at=now,
        )
        due_to = chunk.due_to(now)
        found = check_frame(frame, chunk, until=due_to)
        data = ChunkData(
            chunk=chunk,
            frame=frame,
            raw_rows=RawRows(pl.DataFrame(), pl.Series(dtype=pl.UInt32)),
            findings=found,
            checked=found,
            due_to=due_to,
            provenance=provenance,
        )
        return Outcome(chunk=chunk, data=data)


def _frame(feed: Feed, posts: Sequence[Post]) -> pl.DataFrame:
    columns: dict[str, Any] = {
        "interval_start": [each.start for each in posts],
        "interval_end": [each.start + feed.step for each in posts],
        "location": [each.place for each in posts],
    }
    schema: dict[str, Any] = {
        "interval_start": pl.Datetime("us", "UTC"),
        "interval_end": pl.Datetime("us", "UTC"),
        "location": pl.String,
    }
    value = "lmp" if feed.dataset.name == "lmp" else "load"
    columns[value], schema[value] = [each.value for each in posts], pl.Float64
    if feed.dataset.forecast:
        columns["publish_time"] = [each.published for each in posts]
        schema["publish_time"] = pl.Datetime("us", "UTC")
    if feed.dataset.name == "lmp":
        columns["version"], schema["version"] = [each.version for each in posts], pl.Int64
        columns["location_type"] = ["zone"] * len(posts)
        schema["location_type"] = pl.String
    return unify(pl.DataFrame(columns, schema=schema), feed, "testiso")


@attrs.define(kw_only=True)
class Watched:
    """What came of a watch."""

    publication: Publication
    told: list[tuple[datetime, Post]] = attrs.field(factory=list)
    polls: list[datetime] = attrs.field(factory=list)
    events: list[Event] = attrs.field(factory=list)

    def values(self) -> dict[Key, list[float]]:
        """What was told of each row, in order."""
        found: dict[Key, list[float]] = {}
        for _, post in self.told:
            found.setdefault((post.start, post.place), []).append(post.value)
        return found

    def lost(self, before: datetime | None = None) -> list[Key]:
        """The rows that were not told as they are in the end; with an instant those alone that begin before."""
        told = self.values()
        return [
            key
            for key, value in self.publication.last.items()
            if told.get(key, [None])[-1] != value and (before is None or key[0] < before)
        ]

    def twice(self) -> list[Key]:
        """The rows that were told again though nothing of them had changed."""
        return [key for key, values in self.values().items() if any(map(operator.eq, values, values[1:]))]

    def delays(self) -> list[timedelta]:
        """How long after it was published each version that was told was told."""
        at: dict[tuple[datetime, str, float], datetime] = {}
        for post in self.publication.posts:
            at.setdefault((post.start, post.place, post.value), post.at)
        return [told - at[post.start, post.place, post.value] for told, post in self.told]

    def requests(self, start: datetime, hours: int) -> list[int]:
        """How many requests were sent in each hour."""
        per_hour = Counter((at - start) // HOUR for at, _ in self.publication.asked)
        return [per_hour[number] for number in range(hours)]

    def given_up(self) -> list[str]:
        """What was told to be given up."""
        return [each.detail for each in self.events if each.kind is EventKind.GAP_GIVEN_UP]


def run_watch(
    publication: Publication,
    start: datetime,
    end: datetime,
    *,
    since: datetime | None = None,
    steps: Callable[[datetime], timedelta] = lambda _: timedelta(),
    vintages: str = "latest",
    locations: Iterable[str] = (),
    **how: Any,
) -> Watched:
    """Watch a publication from one instant to another; ``steps`` is how far the clock is off at a true time."""
    clock = {"now": start}
    watched = Watched(publication=publication)
    feed, there = publication.feed, publication.market

    def shown() -> datetime:
        return clock["now"] + steps(clock["now"])

    async def ask(query: ResolvedQuery) -> MarketData:
        watched.polls.append(clock["now"])
        outcomes = [publication.outcome(chunk, clock["now"]) for chunk in plan(there, feed, query.time)]
        return answer(query, outcomes, now=clock["now"])

    async def pause(seconds: float) -> bool:
        assert seconds >= 0
        clock["now"] += timedelta(seconds=max(seconds, 0.001))
        return clock["now"] < end

    async def go() -> None:
        query = ResolvedQuery(
            market=there,
            feed=feed,
            time=TimeRange(since or start, end + DAY),
            vintages=vintages,
            locations=tuple(locations),
        )
        value = "lmp" if feed.dataset.name == "lmp" else "load"
        async for update in watch(query, ask, now=shown, emit=watched.events.append, pause=pause, **how):
            for row in update.frame.iter_rows(named=True):
                told = Post(
                    clock["now"],
                    row["interval_start"],
                    row[value],
                    row["location"],
                    row.get("publish_time"),
                    row.get("version"),
                )
                watched.told.append((clock["now"], told))

    asyncio.run(go())
    return watched


def every(step: timedelta, start: datetime, end: datetime) -> list[datetime]:
    """The starts of the intervals between two instants."""
    return [start + number * step for number in range((end - start) // step)]


def local(day: date, hour: float = 0) -> datetime:
    """An hour of a day in New York."""
    return midnight(day, NEW_YORK) + timedelta(hours=hour)


def days_ahead(first: date, number: int, arrival: Callable[[date], datetime]) -> list[Post]:
    """The hours of so many days, each day published as a whole."""
    found = []
    for day in (first + count * DAY for count in range(number)):
        hours = every(HOUR, local(day), local(day + DAY))
        found += [Post(arrival(day), start, 100.0 * day.day + hour) for hour, start in enumerate(hours)]
    return found


def minutes(start: datetime, length: timedelta, late: tuple[int, int] = (30, 150)) -> list[Post]:
    """Rows of five minutes, each so many seconds late."""
    chance = random.Random(7)
    starts = enumerate(every(STEP, start, start + length))
    return [
        Post(at + STEP + timedelta(seconds=chance.uniform(*late)), at, float(number)) for number, at in starts
    ]


def asked_at_most(watched: Watched, start: datetime, hours: int, person: Sequence[float]) -> None:
    """No hour has more than twice the requests of a person, but the first, when all is asked for."""
    requests = watched.requests(start, hours)
    over = [(hour, count) for hour, count in enumerate(requests) if hour and count > 2 * person[hour]]
    assert over == []


def waited(watched: Watched) -> dict[date, timedelta]:
    """How long after its publication each day was told first."""
    found: dict[date, timedelta] = {}
    for (_, post), delay in zip(watched.told, watched.delays(), strict=True):
        found.setdefault(local_date(post.start, NEW_YORK), delay)
    return found
