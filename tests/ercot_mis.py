"""ERCOT's document service as a test fills it: documents with the times at which they were posted, by their reports."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import httpx

from caiso_hosts import statuses
from energyopti import MarketData, Registry, Settings, UnifiedMarketService
from serving import Clock
from zips import zipped

TEXAS = ZoneInfo("America/Chicago")


@attrs.frozen(kw_only=True)
class Posted:
    """A document: its number, its name, when it was posted, and its file."""

    number: int
    name: str
    at: datetime
    content: bytes

    @property
    def entry(self) -> dict[str, Any]:
        """What a list says of it."""
        wall = self.at.astimezone(TEXAS).isoformat()
        names = {"FriendlyName": f"{self.name}_csv", "ConstructedName": f"cdr.{self.name}_csv.zip"}
        return {"Document": {"DocID": str(self.number), "PublishDate": wall, **names}}


@attrs.define
class Mis:
    """The documents of each report, of which only those are there that are posted already.

    The Public API is not asked without credentials.
    """

    reports: dict[str, list[Posted]] = attrs.field(factory=dict)
    now: datetime | None = None
    asked: list[str] = attrs.field(factory=list)

    def post(self, report: str, at: datetime, name: str, header: str, rows: Iterable[str]) -> None:
        """Post a document."""
        number = 1 + sum(map(len, self.reports.values()))
        content = zipped({f"{name}.csv": "\n".join([header, *rows, ""]).encode()})
        self.reports.setdefault(report, []).append(Posted(number=number, name=name, at=at, content=content))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """A list or a document."""
        params = request.url.params
        if "reportTypeId" in params:
            self.asked.append(params["reportTypeId"])
            found = [
                each.entry
                for each in self.reports.get(params["reportTypeId"], [])
                if self.now is None or each.at <= self.now
            ]
            body = {"DocumentList": found} if found else {}
            return httpx.Response(200, json={"ListDocsByRptTypeRes": body})
        every = (each for group in self.reports.values() for each in group)
        found_ = [each for each in every if str(each.number) == params.get("doclookupId")]
        return httpx.Response(200, content=found_[0].content) if found_ else httpx.Response(404)

    def get(self, home: Path, now: datetime, feed: str, *bounds: str, **more: Any) -> MarketData:
        """What a feed answers at a time, out of no memory and without an account."""

        self.now = now

        async def go() -> MarketData:
            settings = Settings(home=home, attempts=1, backoff=0.001)
            transport = httpx.MockTransport(self)
            service = UnifiedMarketService(Registry(), settings, transport=transport, now=Clock(now))
            async with service:
                return await service.get_market_data("ercot", feed, *bounds, partial=True, **more)

        return asyncio.run(go())

    def state(self, home: Path, now: datetime, feed: str, *bounds: str, **more: Any) -> tuple[list[str], int]:
        """What the parts of an answer are, and how many rows it has."""
        data = self.get(home, now, feed, *bounds, **more)
        return statuses(data), len(data)
