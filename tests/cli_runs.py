"""Running commands in this process: over a small market, a network made of a dict, and a clock that stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs
import httpx
from click.testing import CliRunner, Result

from builders import FEED, feed, feed_source, market
from energyopti import Credential, Host, Registry, hookimpl
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from energyopti.source import Expect

if TYPE_CHECKING:
    from energyopti import Chunk, Market
    from energyopti.layouts import Reading
    from energyopti.source import Source

NOW = datetime(2024, 8, 1, 12, tzinfo=UTC)
Pages = Mapping[str, bytes | int]
"""What is at each path: a payload, or a status."""


async def collect(chunk: Chunk, source: Source) -> Reading:
    """The protocol of these tests: one CSV a day."""
    payload = await source.get(f"{chunk.day}.csv", expect=Expect.CSV)
    return FEED.layout.read(payload.content)


MARKET = market(
    feeds=(feed(sources=(feed_source(collect=collect),), closes_at_midnight=False),),
    credentials=(Credential(name="key", title="a key", obtain="https://iso.example/keys"),),
)
KEYED = attrs.evolve(
    MARKET, hosts=(Host(name="main", url="https://data.iso.example", headers={"x-key": "key"}),)
)


def day(
    date: str, *, hours: range = range(24), areas: tuple[str, ...] = ("NORTH",), extra: str = ""
) -> bytes:
    """A day's file: hour 0 begins at 04:00Z, New York's midnight in summer; on the first of a month the load is 1000.5 and the hour."""
    lines = [f"Start,Area,MW{',' + extra if extra else ''}"]
    for hour in hours:
        shift, clock = divmod(hour + 4, 24)
        stamp = f"{date[:8]}{int(date[8:]) + shift:02}T{clock:02}:00:00"
        lines += [f"{stamp},{area},{1000 * int(date[8:]) + hour}.5{',x' if extra else ''}" for area in areas]
    return ("\r\n".join(lines) + "\r\n").encode()


@attrs.define
class Network:
    """A transport over pages, which keeps what was asked."""

    pages: Pages = attrs.field(factory=dict)
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The page at the request's path; 404 where there is none."""
        self.asked.append(request.url.path.lstrip("/"))
        page = self.pages.get(self.asked[-1], 404)
        if isinstance(page, int):
            return httpx.Response(page)
        return httpx.Response(200, stream=httpx.ByteStream(page))


@attrs.frozen
class Brings:
    """A plugin that brings one market."""

    market: Market

    @hookimpl
    def energyopti_markets(self) -> list[Market]:
        """The market."""
        return [self.market]


def registry(*markets: Market) -> Registry:
    """A registry of exactly these markets, each with a plugin of its own."""
    return Registry({f"plugin-{number}": Brings(each) for number, each in enumerate(markets)}, discover=False)


def run(
    *arguments: str,
    pages: Pages | None = None,
    over: Registry | None = None,
    network: Network | None = None,
    width: int = 200,
) -> Result:
    """One command, over those pages, on a page of that width; an unforeseen error is raised."""
    there = network or Network(pages or {})
    here = Installation(
        given_registry=over or registry(MARKET), transport=httpx.MockTransport(there), now=lambda: NOW
    )
    page = {"COLUMNS": str(width)}
    return CliRunner().invoke(app, list(arguments), obj=here, env=page, catch_exceptions=False)


def get(*arguments: str, pages: Pages | None = None, **others: object) -> Result:
    """``get testiso load`` for the first of July, unless the arguments say otherwise."""
    bounds = (
        () if {"--start", "--period"} & {*arguments} else ("--start", "2024-07-01", "--end", "2024-07-02")
    )
    return run("get", "testiso", "load", *bounds, *arguments, pages=pages, **others)  # type: ignore[arg-type]
