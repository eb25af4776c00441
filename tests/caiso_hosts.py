"""CAISO's hosts as a test fills them: reports of OASIS by their query names, and files of charts by their paths."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import attrs
import httpx

from caiso_answers import HEADER, error
from energyopti import MarketData, Registry, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti.store import Store
from energyopti.timezones import iso_utc
from serving import Clock
from zips import zipped

NOTHING = error(1000, "No data returned for the specified selection")
COMPONENTS = ("LMP", "MCE", "MCC", "MCL")
HOUR = timedelta(hours=1)

Span = tuple[datetime, datetime]
Served = Callable[[Span], bytes]
"""What a report answers for a span that is asked for."""

Written = tuple[str, datetime | None]
"""A file of a chart, and when it was written: None where the host does not say."""


@attrs.define
class Hosts:
    """What OASIS and the charts have, and what was asked of them."""

    reports: dict[str, Served | bytes] = attrs.field(factory=dict)
    charts: dict[str, Written] = attrs.field(factory=dict)
    asked: list[httpx.URL] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """A report or a chart's file; OASIS says that it has no data, the charts answer with a page."""
        self.asked.append(request.url)
        if "oasis" not in request.url.host:
            return self._chart(request.url.path.rpartition("outlook/")[2])
        params = request.url.params
        served = self.reports.get(params.get("queryname") or params["groupid"], NOTHING)
        if callable(served):
            start = _stamp(params["startdatetime"])
            served = served((start, _stamp(params["enddatetime"]) if "enddatetime" in params else start))
        return httpx.Response(200, content=served)

    def _chart(self, path: str) -> httpx.Response:
        if path not in self.charts:
            page = {"content-type": "text/html"}
            return httpx.Response(200, content=b"<!DOCTYPE html><html></html>", headers=page)
        content, written = self.charts[path]
        said = {"content-type": "text/csv"}
        if written is not None:
            said["last-modified"] = format_datetime(written, usegmt=True)
        return httpx.Response(200, content=content.encode(), headers=said)

    def service(self, home: Path, clock: Clock, store: Store | None = None) -> UnifiedMarketService:
        """A service that asks them, as often as it likes."""
        hosts = {("caiso", "oasis"): HostSettings(rate="off")}
        settings = Settings(home=home, hosts=hosts, attempts=1, backoff=0.001)
        return UnifiedMarketService(
            Registry(), settings, store=store, transport=httpx.MockTransport(self), now=clock
        )

    def get(self, home: Path, now: datetime, feed: str, *bounds: str, **more: object) -> MarketData:
        """What a feed answers at a time, out of no memory."""

        async def go() -> MarketData:
            async with self.service(home, Clock(now)) as service:
                return await service.get_market_data("caiso", feed, *bounds, partial=True, **more)  # type: ignore[arg-type]

        return asyncio.run(go())

    def state(
        self, home: Path, now: datetime, feed: str, *bounds: str, **more: object
    ) -> tuple[list[str], int]:
        """What the parts of an answer are, and how many rows it has."""
        data = self.get(home, now, feed, *bounds, **more)
        return statuses(data), len(data)


def _stamp(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H:%M%z")


def hours(start: datetime, count: int) -> list[datetime]:
    """So many hours from an instant on."""
    return [start + number * HOUR for number in range(count)]


def price_rows(
    starts: Iterable[datetime],
    nodes: Iterable[str],
    words: Iterable[str] = COMPONENTS,
    *,
    lmp: float = 40.0,
    run: str = "DAM",
) -> list[str]:
    """Prices of some hours at some nodes; the components are such that their sum is right."""
    values = {"LMP": lmp, "MCE": lmp - 1.0, "MCC": 0.75, "MCL": 0.25}
    nodes, words = tuple(nodes), tuple(words)
    return [
        f"{_gmt(at)},{_gmt(at + HOUR)},x,1,{node},{node},{node},{run},{word},{word}_X,{node},ALL,0,{values[word]},0,1"
        for word in words
        for at in starts
        for node in nodes
    ]


def price_file(rows: Iterable[str]) -> bytes:
    """An answer with prices."""
    return zipped({"prices.csv": "\n".join([HEADER.format("MW"), *rows, ""]).encode()})


def table(header: str, rows: Iterable[str]) -> bytes:
    """An answer with a table; without a row it has its header alone."""
    return zipped({"table.csv": "\n".join([header, *rows, ""]).encode()})


def _gmt(at: datetime) -> str:
    return f"{iso_utc(at).removesuffix('Z')}-00:00"


def span_of(at: datetime, step: timedelta = HOUR) -> str:
    """The beginning and the end of an interval as OASIS writes them."""
    return f"{_gmt(at)},{_gmt(at + step)}"


def statuses(data: MarketData) -> list[str]:
    """What the parts of an answer are, in the order of time; equal ones that follow each other once."""
    found = [part.status.value for part in data.coverage.parts]
    return [each for number, each in enumerate(found) if number == 0 or found[number - 1] != each]
