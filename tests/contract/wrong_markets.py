"""Right markets of other kinds than `wrong_plugins` has, and what can be wrong with what they declare, serve and remember."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from time import sleep
from typing import Any

import attrs
import polars as pl

from contract.wrong_plugins import HOUR, RIGHT, ZONE, Plugin, day_ahead
from contract.wrong_plugins import published as serve_days
from energyopti import Chunk, ChunkSize, Due, Example, Feed, History, Market, Publication, Run, hookimpl
from energyopti.layouts import Absolute, CsvLayout, Reading
from energyopti.sandbox import Answer, Ask, Responder
from energyopti.source import Expect, Source
from energyopti.timezones import DAY, midnight, zone


def as_it_is(feed: Feed) -> Feed:
    """A right feed."""
    return feed


@attrs.frozen
class Changed:
    """The right market of `wrong_plugins`, with a feed, declarations of the market or a sandbox of its own."""

    change: Callable[[Feed], Feed] = as_it_is
    declares: Mapping[str, Any] = attrs.field(factory=dict)
    served: Responder | None = serve_days

    @hookimpl
    def energyopti_markets(self) -> list[Market]:
        """The market under test."""
        (market,) = Plugin().energyopti_markets()
        feeds = tuple(self.change(feed) for feed in market.feeds)
        return [attrs.evolve(market, feeds=feeds, **self.declares)]

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """The market, served locally, if it is."""
        return {"files": self.served} if market == "testiso" and self.served is not None else None


def serve_any_day(ask: Ask) -> Answer:
    """A file of each day, however far ahead it is."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)\.csv", ask.path)
    return Answer.missing() if found is None else day_ahead(date(*map(int, found.groups())))


Collecting = Callable[[Chunk, Source], Awaitable[Reading]]


def collected_by(collect: Collecting) -> Callable[[Feed], Feed]:
    """The same feed, collected otherwise."""
    return lambda feed: attrs.evolve(feed, sources=(attrs.evolve(feed.sources[0], collect=collect),))


def stating(*rows: Mapping[str, object]) -> Callable[[Feed], Feed]:
    """The same feed, whose example states other rows."""
    return lambda feed: attrs.evolve(feed, example=Example(payload=feed.example.payload, rows=rows))


def without(*names: str) -> Callable[[Feed], Feed]:
    """The same feed, whose example leaves some fields out."""

    def change(feed: Feed) -> Feed:
        rows = [{name: row[name] for name in row if name not in names} for row in feed.example.rows]
        return stating(*rows)(feed)

    return change


def as_of_now(feed: Feed) -> Feed:
    """The feed of an actual figure: each hour is out an hour after its end."""
    publication = Publication(
        due=Due(after=HOUR, source="https://iso.example/times"),
        settles_source="https://iso.example/corrections",
    )
    return attrs.evolve(feed, run=Run.REAL_TIME_HOURLY, publication=publication)


def _hours(first: datetime, last: datetime) -> pl.DataFrame:
    """Prices of the hours between two instants."""
    hours = [first + number * HOUR for number in range(max(0, (last - first) // HOUR))]
    return pl.DataFrame(
        {
            "interval_start": hours,
            "interval_end": [hour + HOUR for hour in hours],
            "location": ["HUB"] * len(hours),
            "lmp": [23.0 + hour.hour for hour in hours],
            "energy": [20.0 + hour.hour for hour in hours],
            "congestion": [2.0] * len(hours),
            "loss": [1.0] * len(hours),
        },
        schema_overrides=dict.fromkeys(("interval_start", "interval_end"), pl.Datetime("us", "UTC")),
    )


def serving_until(late: timedelta, layout: CsvLayout = RIGHT) -> Responder:
    """A file a day with the hours that ended so long ago."""

    def served(ask: Ask) -> Answer:
        found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)\.csv", ask.path)
        if found is None:
            return Answer.missing()
        day = date(*map(int, found.groups()))
        frame = _hours(midnight(day, ZONE), min(midnight(day + DAY, ZONE), ask.now - late))
        return Answer(body=layout.write(frame), content_type="text/csv")

    return served


UTC_LAYOUT = attrs.evolve(RIGHT, time=Absolute(names="Hour UTC", step=HOUR))
UTC_PAYLOAD = (
    b"Hour UTC,Node,Price,Energy,Congestion,Losses\r\n2024-07-01T05:00:00Z,HUB,30.00,25.00,-4.00,1.00\r\n"
)
UTC_ROW = {
    "interval_start": datetime(2024, 7, 1, 5, tzinfo=UTC),
    "location": "HUB",
    "location_type": "node",
    "lmp": 30.0,
    "energy": 25.0,
    "congestion": 4.0,
    "loss": 1.0,
}


def in_utc(name: str = ZONE) -> Callable[[Feed], Feed]:
    """The same feed with stamps in UTC, on the clock of a zone."""

    def change(feed: Feed) -> Feed:
        layout = attrs.evolve(UTC_LAYOUT, zone=name)

        async def collect(chunk: Chunk, source: Source) -> Reading:
            paths = [f"{chunk.day + number * DAY:%Y%m%d}.csv" for number in (-1, 0, 1)]
            read = [layout.read((await source.get(path, expect=Expect.CSV)).content) for path in paths]
            return Reading.concat(read).within(chunk.start, chunk.end)

        example = Example(payload=UTC_PAYLOAD, rows=(UTC_ROW,))
        return collected_by(collect)(attrs.evolve(feed, layout=layout, example=example))

    return change


def hourly(*, tells_passes: bool) -> Callable[[Feed], Feed]:
    """A feed of a file an hour, named by the local hour; the first pass of a repeated hour has a ``d`` after it."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        named = _named(chunk.start)
        path = named if tells_passes else named.replace("d", "")
        payload = await source.get(path, expect=Expect.CSV)
        return await source.run(UTC_LAYOUT.read, payload.content)

    def change(feed: Feed) -> Feed:
        example = Example(payload=UTC_PAYLOAD, rows=(UTC_ROW,))
        feed = attrs.evolve(as_of_now(feed), layout=UTC_LAYOUT, example=example, chunk=ChunkSize.HOUR)
        return collected_by(collect)(feed)

    return change


def _named(hour: datetime) -> str:
    """The file of an hour."""
    local, later = (at.astimezone(zone(ZONE)) for at in (hour, hour + HOUR))
    return f"{local:%Y%m%d%H}{'d' if local.hour == later.hour else ''}.csv"


def serve_hours(ask: Ask) -> Answer:
    """A file an hour, once it is over."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)d?\.csv", ask.path)
    if found is None:
        return Answer.missing()
    year, month, day, hour = map(int, found.groups())
    around = (midnight(date(year, month, day), ZONE) + (hour + more) * HOUR for more in (-1, 0, 1))
    start = next((at for at in around if _named(at) == ask.path), None)
    if start is None or start + HOUR > ask.now:
        return Answer.missing()
    return Answer(body=UTC_LAYOUT.write(_hours(start, start + HOUR)), content_type="text/csv")


async def impatient(chunk: Chunk, source: Source) -> Reading:
    """Looks for something that is in every whole file, and is lost without it."""
    payload = await source.get(f"{chunk.day:%Y%m%d}.csv")
    payload.content.index(b"Price")
    return RIGHT.read(payload.content)


def counting() -> Collecting:
    """Adds the number of its calls to a price."""
    calls: list[Chunk] = []

    async def collect(chunk: Chunk, source: Source) -> Reading:
        calls.append(chunk)
        reading = await daily(chunk, source)
        more = len(calls) / 1_000
        frame = reading.frame.with_columns(pl.col("lmp") + more, pl.col("energy") + more)
        return attrs.evolve(reading, frame=frame)

    return collect


def kept_for(time: timedelta, collect: Collecting | None = None) -> Callable[[Feed], Feed]:
    """The feed of an actual figure that its source keeps only for a while."""

    def change(feed: Feed) -> Feed:
        feed = as_of_now(feed)
        feed = attrs.evolve(feed, history=History(since=feed.history.since, retention=time))
        return feed if collect is None else collected_by(collect)(feed)

    return change


async def asleep(chunk: Chunk, source: Source) -> Reading:
    """Has its source sleep for it."""
    await source.run(sleep, 0.0)
    return await daily(chunk, source)


async def daily(chunk: Chunk, source: Source) -> Reading:
    """The day's file."""
    return RIGHT.read((await source.get(f"{chunk.day:%Y%m%d}.csv", expect=Expect.CSV)).content)


async def above_zero(chunk: Chunk, source: Source) -> Reading:
    """Leaves rows below zero out, of which its sandbox has none, and says nothing."""
    reading = await daily(chunk, source)
    kept = reading.frame["lmp"] >= 0
    return attrs.evolve(reading, frame=reading.frame.filter(kept), origin=reading.origin.filter(kept))


async def a_day_early(chunk: Chunk, source: Source) -> Reading:
    """Takes the file of the day before."""
    return await daily(attrs.evolve(chunk, start=chunk.start - DAY), source)


async def twice(chunk: Chunk, source: Source) -> Reading:
    """Takes a file for two."""
    return Reading.concat([await daily(chunk, source), await daily(chunk, source)])


def standing_in(collect: Collecting) -> Callable[[Feed], Feed]:
    """The same feed with a second source, which answers if the first one does not."""

    def change(feed: Feed) -> Feed:
        other = attrs.evolve(feed.sources[0], name="archive", collect=collect)
        return attrs.evolve(feed, sources=(*feed.sources, other))

    return change


async def every_third(chunk: Chunk, source: Source) -> Reading:
    """Leaves rows out, and says nothing."""
    reading = await daily(chunk, source)
    kept = pl.int_range(reading.frame.height, eager=True) % 3 == 0
    return attrs.evolve(
        reading,
        frame=reading.frame.filter(kept),
        origin=reading.origin.filter(kept),
        payload_rows=int(kept.sum()),
    )
