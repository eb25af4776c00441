"""A small right market, and the same market with one fault each: what the contract kit must tell apart."""

from __future__ import annotations

import asyncio
import inspect
import os
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import sleep
from time import time as clock

import anyio
import anyio.lowlevel
import attrs
import polars as pl

from energyopti import (
    Chunk,
    Days,
    Due,
    Example,
    Feed,
    FeedSource,
    History,
    Host,
    Market,
    Publication,
    Run,
    hookimpl,
)
from energyopti.datasets import LMP
from energyopti.layouts import CsvLayout, Meaning, Number, Reading, Stamp, Text
from energyopti.sandbox import Answer, Ask, Responder
from energyopti.source import Collect, Expect, Source
from energyopti.timezones import DAY, midnight

ZONE = "America/Chicago"
HOUR = timedelta(hours=1)
TIME = Stamp(("Hour Ending",), formats=("%Y-%m-%d %H:%M",), meaning=Meaning.ENDING, step=HOUR)
COLUMNS = (
    Text("Node", to="location"),
    Number("Price", to="lmp"),
    Number("Energy", to="energy"),
    Number("Congestion", to="congestion", scale=-1),
    Number("Losses", to="loss"),
)
PAYLOAD = (
    b"Hour Ending,Node,Price,Energy,Congestion,Losses\r\n"
    b"2024-07-01 01:00,HUB,30.00,25.00,-4.00,1.00\r\n"
    b"2024-07-01 01:00,NODE 7,20.00,25.00,4.00,-1.00\r\n"
    b"2024-07-01 02:00,HUB,-3.00,-3.00,0.00,0.00\r\n"
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ROWS = (
    {
        "interval_start": _utc("2024-07-01T05:00"),
        "interval_end": _utc("2024-07-01T06:00"),
        "location": "HUB",
        "location_type": "node",
        "lmp": 30.0,
        "energy": 25.0,
        "congestion": 4.0,
        "loss": 1.0,
    },
    {"interval_start": _utc("2024-07-01T05:00"), "location": "NODE 7", "congestion": -4.0},
    {"interval_start": _utc("2024-07-01T06:00"), "location": "HUB", "lmp": -3.0},
)

RIGHT = CsvLayout(dataset=LMP, zone=ZONE, time=TIME, columns=COLUMNS, constants={"location_type": "node"})


def nothing(_: Chunk) -> None:
    """What a right plugin does besides collecting."""


def daily(
    layout: CsvLayout,
    *,
    days: int = 1,
    besides: Callable[[Chunk], object] = nothing,
    threaded: bool = False,
    altered: Callable[[Reading], Reading] = Reading.without_superseded,
) -> Collect:
    """Collect a chunk from its day's file; with more days, from those after it too.

    ``besides`` is called for each chunk, by a worker thread of the source if ``threaded``; what it returns is awaited if it can be.
    What was read is ``altered`` in the end.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        readings = []
        made = await source.run(besides, chunk) if threaded else besides(chunk)
        if inspect.isawaitable(made):
            await made
        for number in range(days):
            path = f"{chunk.day + number * DAY:%Y%m%d}.csv"
            payload = await source.get(path, expect=Expect.CSV)
            readings.append(await source.run(layout.read, payload.content))
        return altered(Reading.concat(readings))

    return collect


def published(ask: Ask) -> Answer:
    """The market's only host: a file a day, written by the right layout, from the day before on."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)\.csv", ask.path)
    if found is None:
        return Answer.missing()
    day = date(*map(int, found.groups()))
    return Answer.missing() if midnight(day - DAY, ZONE) > ask.now else day_ahead(day)


def day_ahead(day: date) -> Answer:
    """The file of a day."""
    start, end = midnight(day, ZONE), midnight(day + DAY, ZONE)
    hours = [start + number * HOUR for number in range((end - start) // HOUR)]
    energy = [20.0 + hour.hour + day.day / 10 for hour in hours]
    frame = pl.DataFrame(
        {
            "interval_start": hours,
            "interval_end": [hour + HOUR for hour in hours],
            "location": ["HUB"] * len(hours),
            "lmp": [price + 3.0 for price in energy],
            "energy": energy,
            "congestion": [2.0] * len(hours),
            "loss": [1.0] * len(hours),
        },
        schema_overrides=dict.fromkeys(("interval_start", "interval_end"), pl.Datetime("us", "UTC")),
    )
    return Answer(body=RIGHT.write(frame), content_type="text/csv")


@attrs.frozen
class Plugin:
    """A plugin that brings one market with one feed, read by a given layout; or with several that differ in name."""

    layout: CsvLayout = RIGHT
    days: int = 1
    besides: Callable[[Chunk], object] = nothing
    threaded: bool = False
    altered: Callable[[Reading], Reading] = Reading.without_superseded
    in_hook: Callable[[], object] | None = None
    feeds: tuple[str, ...] = ("hourly_prices",)

    @hookimpl
    def energyopti_markets(self) -> list[Market]:
        """The market under test."""
        if self.in_hook is not None:
            self.in_hook()
        feed = Feed(
            name=self.feeds[0],
            dataset=LMP,
            run=Run.DAY_AHEAD,
            title="Hourly prices",
            documented_at="https://iso.example/prices",
            history=History(since=date(2015, 1, 1)),
            publication=Publication(
                published_ahead=timedelta(days=1),
                due=Due(at=time(13), days=-1, source="https://iso.example/times"),
                settles_source="https://iso.example/corrections",
            ),
            layout=self.layout,
            example=Example(payload=PAYLOAD, rows=ROWS),
            sources=(
                FeedSource(
                    name="files",
                    host="files",
                    collect=daily(
                        self.layout,
                        days=self.days,
                        besides=self.besides,
                        threaded=self.threaded,
                        altered=self.altered,
                    ),
                    available=Days(),
                ),
            ),
        )
        return [
            Market(
                id="testiso",
                title="Test ISO",
                zone=ZONE,
                website="https://iso.example",
                hosts=(Host(name="files", url="https://files.iso.example"),),
                feeds=tuple(attrs.evolve(feed, name=name) for name in self.feeds),
            )
        ]

    @hookimpl
    def energyopti_sandbox(self, market: str) -> Mapping[str, Responder] | None:
        """The market, served locally."""
        return {"files": published} if market == "testiso" else None


class RepeatedHourMerged(CsvLayout):
    """Takes both passes of the repeated hour for the first, and keeps one row of the two."""

    def read(self, payload: bytes) -> Reading:
        """Read, and lose an hour a year."""
        reading = super().read(payload)
        ends = pl.col("interval_end")
        local = ends.dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
        ends = local.dt.replace_time_zone(ZONE, ambiguous="earliest").dt.convert_time_zone("UTC")
        frame = reading.frame.with_columns(interval_end=ends, interval_start=ends - HOUR)
        kept = frame.unique(subset=["interval_start", "location"], keep="first", maintain_order=True)
        return attrs.evolve(reading, frame=kept, origin=reading.origin.head(kept.height))


class MissingHourInvented(CsvLayout):
    """Fills every day up to 24 hours, the one with 23 too."""

    def read(self, payload: bytes) -> Reading:
        """Read, and make up an hour a year."""
        reading = super().read(payload)
        frame = reading.frame
        if frame["interval_start"].n_unique() != 23:
            return reading
        last = frame.tail(1).with_columns(pl.col("interval_start", "interval_end") + HOUR)
        origin = reading.origin.append(reading.origin.tail(1))
        return attrs.evolve(reading, frame=pl.concat([frame, last]), origin=origin)


class RowSwallowed(CsvLayout):
    """Drops the last row of every payload, and says nothing."""

    def read(self, payload: bytes) -> Reading:
        """Read all rows but one."""
        reading = super().read(payload)
        fewer = max(0, reading.frame.height - 1)
        return attrs.evolve(reading, frame=reading.frame.head(fewer), origin=reading.origin.head(fewer))


class TimesNaive(CsvLayout):
    """Forgets the time zone."""

    def read(self, payload: bytes) -> Reading:
        """Read, with times that could be anybody's."""
        reading = super().read(payload)
        naive = pl.col("interval_start", "interval_end").dt.replace_time_zone(None)
        return attrs.evolve(reading, frame=reading.frame.with_columns(naive))


class OtherError(CsvLayout):
    """Lets the parser's own errors out."""

    def read(self, payload: bytes) -> Reading:
        """Read what is UTF-8 text of whole lines, and fail in its own way on anything else."""
        if not payload.decode().endswith("\n"):
            raise ValueError("the payload does not end")
        return super().read(payload)


class SleepsWhileReading(CsvLayout):
    """Waits in the middle of a payload."""

    def read(self, payload: bytes) -> Reading:
        """Read, slowly."""
        sleep(0)
        return super().read(payload)


def wrong(kind: type[CsvLayout]) -> CsvLayout:
    """The right declaration, read by a wrong layout."""
    return kind(dataset=LMP, zone=ZONE, time=TIME, columns=COLUMNS, constants={"location_type": "node"})


SIGN_NOT_FLIPPED = attrs.evolve(
    RIGHT,
    columns=tuple(attrs.evolve(each, scale=1.0) if isinstance(each, Number) else each for each in COLUMNS),
)
ENDING_READ_AS_BEGINNING = attrs.evolve(RIGHT, time=attrs.evolve(TIME, meaning=Meaning.BEGINNING))


def in_a_thread(_: Chunk) -> None:
    """A connection behind everybody's back."""

    def connect() -> None:
        with socket.socket() as there:
            there.connect_ex(("127.0.0.1", 9))

    thread = threading.Thread(target=connect)
    thread.start()
    thread.join()


def on_the_long_day(chunk: Chunk) -> None:
    """A sleep, only where a day has 25 hours."""
    if chunk.end - chunk.start == timedelta(hours=25):
        sleep(0)


def home() -> str | None:
    """Something of this machine."""
    return os.environ.get("HOME")


BESIDES: dict[str, Callable[[Chunk], object]] = {
    "time.sleep": lambda _: sleep(0),
    "asyncio.sleep": lambda _: asyncio.sleep(0),
    "anyio.sleep": lambda _: anyio.lowlevel.checkpoint(),
    "os.environ": lambda _: home(),
    "os.getenv": lambda _: os.getenv("HOME"),
    "a file": lambda _: Path(__file__).read_bytes(),
    "a process": lambda _: subprocess.run([sys.executable, "-c", ""], check=True),
    "datetime.now": lambda _: datetime.now(UTC),
    "time.time": lambda _: clock(),
    "random": lambda _: random.random(),
    "a socket in its own thread": in_a_thread,
    "a sleep on the long day": on_the_long_day,
}
"""What a plugin must not do besides asking its source."""


def _with_times(change: Callable[[pl.Expr], pl.Expr]) -> Callable[[Reading], Reading]:
    times = change(pl.col("interval_start", "interval_end"))
    return lambda reading: attrs.evolve(reading, frame=reading.frame.with_columns(times))


def without_the_cheapest(reading: Reading) -> Reading:
    """Drops a row after reading, and says nothing."""
    kept = reading.frame["lmp"] > reading.frame["lmp"].min()
    return attrs.evolve(reading, frame=reading.frame.filter(kept), origin=reading.origin.filter(kept))


ALTERED: dict[str, Callable[[Reading], Reading]] = {
    "naive times": _with_times(lambda times: times.dt.replace_time_zone(None)),
    "local times": _with_times(lambda times: times.dt.convert_time_zone(ZONE)),
    "milliseconds": _with_times(lambda times: times.dt.cast_time_unit("ms")),
    "a row that is nowhere": without_the_cheapest,
}
"""What a plugin must not make of what its layout read."""
