"""ERCOT's archive with documents that a test makes, and queries over it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import httpx

from collecting_builders import Plugin, registry
from energyopti import Event, Feed, FeedSource, MarketData, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti.source import Collect
from energyopti_ercot.market import ERCOT
from zips import zipped

SECRETS = {
    ("ercot", "username"): "someone@example.com",
    ("ercot", "password"): "correct-horse-battery",
    ("ercot", "subscription_key"): "key-do-not-tell",
}
TOKEN = "token-do-not-tell"
EVERY_SECRET = (*SECRETS.values(), TOKEN)


@attrs.frozen
class Kept:
    """A document: its number, name, publication on the wall clock, and content."""

    number: int
    name: str
    posted: str
    content: bytes


@attrs.define(kw_only=True)
class Archive:
    """A login, an archive of one report, and lists and end points that have nothing."""

    emil_id: str
    documents: Sequence[Kept]
    page: int = 1_000
    total: int | None = None
    lacking: frozenset[int] = frozenset()
    strange: Mapping[str, bytes] = attrs.field(factory=dict)
    refuses: int | None = None
    asked: list[httpx.Request] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        if request.url.host == "ercotb2c.b2clogin.com":
            return httpx.Response(200, json={"id_token": TOKEN, "expires_in": "3600"})
        if request.url.host == "www.ercot.com":
            return httpx.Response(200, json={"ListDocsByRptTypeRes": {}})
        path = request.url.path.removeprefix("/api/public-reports/")
        if not path.startswith(f"archive/{self.emil_id}"):
            return httpx.Response(404)
        self.asked.append(request)
        if self.refuses is not None and request.method == "POST":
            return httpx.Response(self.refuses, json={"message": "no"})
        if request.method == "POST":
            return httpx.Response(200, content=self._together(json.loads(request.content)["docIds"]))
        if "download" in request.url.params:
            return httpx.Response(200, content=self._content(int(request.url.params["download"])))
        return httpx.Response(200, json=self._listed(request.url.params))

    def _content(self, number: int) -> bytes:
        return next(each.content for each in self.documents if each.number == number)

    def _together(self, numbers: Sequence[int]) -> bytes:
        files = {
            f"{number}.ext.00099999.0000.zip": self._content(number)
            for number in reversed(numbers)
            if number not in self.lacking
        }
        return zipped({**files, **self.strange})

    def _listed(self, params: httpx.QueryParams) -> dict[str, Any]:
        bounds = (params["postDatetimeFrom"], params["postDatetimeTo"])
        found = [each for each in self.documents if bounds[0] <= each.posted <= bounds[1]]
        found.sort(key=lambda each: each.posted, reverse=True)
        number = int(params["page"])
        page = found[(number - 1) * self.page : number * self.page]
        return {
            "_meta": {
                "totalRecords": self.total or len(found),
                "totalPages": max(1, -(-len(found) // self.page)),
                "currentPage": number,
            },
            "archives": [
                {"docId": each.number, "friendlyName": each.name, "postDatetime": f"{each.posted}.000"}
                for each in page
            ],
        }

    @property
    def lists(self) -> list[httpx.QueryParams]:
        """What was asked of the list."""
        return [each.url.params for each in self.asked if "postDatetimeFrom" in each.url.params]

    @property
    def posts(self) -> list[list[int]]:
        """The documents that were asked for together."""
        return [json.loads(each.content)["docIds"] for each in self.asked if each.method == "POST"]

    @property
    def downloads(self) -> list[str]:
        """The documents that were asked for alone."""
        return [
            each.url.params["download"] for each in self.asked if each.url.params.get("download") is not None
        ]


def with_eras(feed: Feed, *collects: Collect) -> Feed:
    """A feed that is read from the archive alone, in one way after another."""
    feed_sources = tuple(
        FeedSource(name=f"archive {number}", host="api", collect=each) for number, each in enumerate(collects)
    )
    return attrs.evolve(feed, sources=feed_sources)


def ask(
    server: Callable[[httpx.Request], httpx.Response],
    feed: Feed,
    home: Path,
    start: str,
    end: str,
    *,
    now: datetime,
    events: list[Event] | None = None,
    **query: Any,
) -> MarketData:
    """A range of a feed of ERCOT, whose servers all are this one."""
    hosts = {("ercot", "api"): HostSettings(rate="off")}
    settings = Settings(home=home, hosts=hosts, credentials=SECRETS, attempts=2, backoff=0.001, patience=5.0)

    async def go() -> MarketData:
        async with UnifiedMarketService(
            registry(Plugin(attrs.evolve(ERCOT, feeds=(feed,), peaks=()))),
            settings,
            transport=httpx.MockTransport(server),
            now=lambda: now,
            observe=(events if events is not None else []).append,
        ) as service:
            return await service.get_market_data("ercot", feed.name, start, end, **query)

    return asyncio.run(go())
