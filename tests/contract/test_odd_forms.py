"""The contract kit over feeds in odd forms: rows led by letters, footers, windows of hours, many documents of which some lack."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import attrs
import polars as pl
import pytest

from builders import feed, feed_source, market
from contract.test_planted_faults import failures
from energyopti import Registry, hookimpl
from energyopti.datasets import LOAD
from energyopti.example import Example
from energyopti.layouts import (
    CsvLayout,
    Footer,
    HourEnding,
    Meaning,
    Number,
    Reading,
    RowLetters,
    Stamp,
    Text,
)
from energyopti.market import ChunkSize, Feed, Market
from energyopti.publication import Due
from energyopti.query import Chunk
from energyopti.sandbox import Answer, Ask, Responder
from energyopti.source import Expect, Request, Source
from energyopti.testing.collected import from_sandbox, tried_chunks
from energyopti.timezones import DAY, HOUR, midnight

ZONE = "America/New_York"
COLUMNS = (Text("Zone", to="location"), Number("Load", to="load"))
LETTERED = CsvLayout(
    dataset=LOAD,
    zone=ZONE,
    time=HourEnding(
        date="Date", hour="Hour Ending", hour_format="{:02d}", repeats_as="02X", skips_before=True
    ),
    columns=COLUMNS,
    letters=RowLetters(counts="{} lines"),
    units={"Load": "MWh"},
    titles=("Hourly Load",),
    quoted=True,
)
FOOTED = CsvLayout(
    dataset=LOAD,
    zone=ZONE,
    time=Stamp("Time", formats="%Y-%m-%d %H:%M", meaning=Meaning.BEGINNING, step=HOUR),
    columns=COLUMNS,
    ends=Footer(begins="Total", counts="Rows: {}"),
)
LETTERED_EXAMPLE = Example(
    payload=(
        b'"C","Hourly Load"\r\n"H","Date","Hour Ending","Zone","Load"\r\n"H","Date","HE","String","MWh"\r\n'
        b'"D","11/03/2024","02","MAINE",1300.5\r\n"D","11/03/2024","02X","MAINE",1250\r\n"T","2 lines"\r\n'
    ),
    rows=(
        {"interval_start": datetime(2024, 11, 3, 5, tzinfo=UTC), "location": "MAINE", "load": 1300.5},
        {"interval_start": datetime(2024, 11, 3, 6, tzinfo=UTC), "location": "MAINE", "load": 1250.0},
    ),
)
FOOTED_EXAMPLE = Example(
    payload=b"Time,Zone,Load\r\n2024-07-01 00:00,MAINE,1300.5\r\nRows: 1\r\n",
    rows=({"interval_start": datetime(2024, 7, 1, 4, tzinfo=UTC), "location": "MAINE", "load": 1300.5},),
)


async def by_day(chunk: Chunk, source: Source) -> Reading:
    """A document a day."""
    payload = await source.get(f"{chunk.feed.name}/{chunk.day}.csv", expect=Expect.ANY)
    return await source.run(chunk.feed.layout.read, payload.content)


async def latest(chunk: Chunk, source: Source) -> Reading:
    """What there is now, of which a chunk takes its part."""
    payload = await source.get(f"{chunk.feed.name}/latest.csv", expect=Expect.ANY)
    reading = await source.run(chunk.feed.layout.read, payload.content)
    return reading.slice(chunk.start, chunk.end)


async def by_hour(chunk: Chunk, source: Source) -> Reading:
    """A document an hour."""
    hours = range((chunk.end - chunk.start) // HOUR)
    starts = [chunk.start + hour * HOUR for hour in hours]
    requests = [
        Request(
            path=f"{chunk.feed.name}/{chunk.day}/{hour}.csv", expect=Expect.ANY, about=(start, start + HOUR)
        )
        for hour, start in zip(hours, starts, strict=True)
    ]
    payloads = await source.get_all(requests)
    return await source.run(chunk.feed.layout.read_all, [payload.content for payload in payloads])


def odd(name: str, layout: CsvLayout, **changes: object) -> Feed:
    """A feed of these tests."""
    example = LETTERED_EXAMPLE if layout is LETTERED else FOOTED_EXAMPLE
    due = Due(after=HOUR / 2, source="the page of these tests: half an hour later")
    given: dict[str, object] = {
        "sources": (feed_source(collect=by_day),),
        "due": due,
        "settles_source": "nobody says",
        **changes,
    }
    return feed(name=name, layout=layout, example=example, **given)


FEEDS = (
    odd("lettered", LETTERED),
    odd("footed", FOOTED),
    odd("of_hours", FOOTED, sources=(feed_source(collect=by_hour, missing="skip"),)),
    odd("two_hours", FOOTED, sources=(feed_source(collect=latest),), retention=3 * HOUR),
    odd("a_day", FOOTED, sources=(feed_source(collect=latest),), retention=DAY, chunk=ChunkSize.HOUR),
)


def made_up(start: datetime, end: datetime) -> pl.DataFrame:
    """Hours of two zones."""
    hours = pl.datetime_range(start, end, "1h", closed="left", time_unit="us", time_zone="UTC", eager=True)
    frame = pl.DataFrame({"interval_start": hours, "interval_end": hours + HOUR})
    zones = [frame.with_columns(location=pl.lit(name)) for name in ("MAINE", "VERMONT")]
    loads = pl.col("interval_start").dt.hour() + 900.5
    return pl.concat(zones).sort("interval_start", "location").with_columns(load=loads.cast(pl.Float64))


def serve(ask: Ask) -> Answer:
    """The one host."""
    found = re.fullmatch(r"(\w+)/(latest|\d{4}-\d\d-\d\d)(?:/(\d+))?\.csv", ask.path)
    whose = next((each for each in FEEDS if found and each.name == found[1]), None)
    if found is None or whose is None:
        return Answer.missing()
    over = ask.now.replace(minute=0, second=0, microsecond=0)
    if found[2] == "latest":
        start, end = over - (whose.history.retention or DAY), over
    else:
        day = date.fromisoformat(found[2])
        start, end = midnight(day, ZONE), min(midnight(day + DAY, ZONE), over)
    if found[3]:
        start = start + int(found[3]) * HOUR
        end = min(start + HOUR, over)
    if end <= start:
        return Answer.missing()
    layout = whose.layout
    return Answer(body=layout.write(made_up(start, end)), content_type="text/csv")


class Plugin:
    """A market of these feeds."""

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """The market."""
        return [market(feeds=FEEDS)]

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """Its one host."""
        return {"main": serve} if market == "testiso" else None


@pytest.mark.parametrize("name", [each.name for each in FEEDS])
def test_feed_in_an_odd_form_passes_the_kit(name: str) -> None:
    """Every law: its example, the days of 23 and 25 hours, damaged payloads, whole answers."""
    of_prices = {"test_prices_are_the_sum_of_their_components"}
    assert failures(Plugin(), feed=name) == of_prices


def test_window_that_is_shorter_than_a_chunk_has_none_to_try() -> None:
    """It is asked for what it has; one of a day has its last whole hour."""
    there = market(feeds=FEEDS)
    assert tried_chunks(there, there.feed("two_hours")) == ()
    (hour,) = tried_chunks(there, there.feed("a_day"))
    assert hour.key == "testiso/a_day/2026-11-20T15:00:00Z"


def test_unit_of_the_example_is_held_to() -> None:
    """A layout that expects another unit fails on its own example."""
    wrong = attrs.evolve(FEEDS[0], layout=attrs.evolve(LETTERED, units={"Load": "kWh"}))

    class Wrong(Plugin):
        @hookimpl
        def energyopti_markets(self) -> Sequence[Market]:
            return [market(feeds=(wrong,))]

    name = "test_example_is_read_as_its_author_states"
    assert failures(Wrong(), name, feed="lettered") == {name}


def test_window_is_asked_for() -> None:
    """The whole intervals of the last hours, once: nothing else is there to try."""
    registry = Registry({"odd": Plugin()}, discover=False)
    collected = from_sandbox(lambda: registry, "testiso", "two_hours")
    assert (collected.answers, collected.following, collected.entered) == ((), None, True)
