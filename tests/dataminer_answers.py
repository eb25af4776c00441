"""A stand-in for Data Miner's side of HTTP, and chunks to ask it for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from builders import changed, utc
from energyopti import Chunk, ChunkSize, NoData
from energyopti.layouts import Reading
from energyopti.query import Place, TimeRange, plan
from energyopti.source import Payload, Request, Source
from energyopti_pjm.feeds.prices import DAY_AHEAD, HOURLY_ARCHIVE
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol.dataminer import rows

NOW = utc("2026-11-20T17:00")
"""Noon in New York; hourly prices before 2024-11-19 (UTC) lie in the archive."""


def chunk(day: str, size: ChunkSize = ChunkSize.DAY, places: tuple[Place, ...] = ()) -> Chunk:
    """The chunk of day-ahead prices that holds a day, as long as is said."""
    feed = changed(PJM.feed("da_hrl_lmps"), chunk=size, per_location=size)
    noon = utc(f"{day}T17:00")
    (found,) = plan(PJM, feed, TimeRange(noon, noon + timedelta(hours=1)), places=places)
    return found


def page(*items: dict[str, Any], total: int | None = None) -> bytes:
    """A page in Data Miner's envelope."""
    body = {"links": [], "items": items, "totalRows": len(items) if total is None else total}
    return json.dumps(body, separators=(",", ":")).encode()


def price(hour: int, node: int = 51288, **more: Any) -> dict[str, Any]:
    """A price of 2026-06-01, of some hour in UTC."""
    kind = "HUB" if node == 51288 else "LOAD"
    stamp = f"2026-06-01T{hour:02}:00:00"
    return {"datetime_beginning_utc": stamp, "pnode_id": node, "type": kind, "total_lmp_da": 20.5, **more}


Page = tuple[int, bytes]
"""The status and the body of an answer."""

Counted = tuple[int, bytes, Mapping[str, str]]
"""The same with its headers."""

Answering = Callable[[Request], Page | Counted]


_GENERIC = {"rowCount", "startRow", "format", "download"}


class Answers:
    """Stands in for the HTTP side: answers each request by a function, and remembers it.

    What a feed says of itself is asked for apart (``defined``).
    """

    def __init__(self, answer: Answering, now: datetime = NOW, *, definition: bytes | None = None) -> None:
        self.now = now
        self.asked: list[Request] = []
        self.defined: list[str] = []
        self._answer = answer
        self._said = definition

    async def get_all(self, requests: Sequence[Request]) -> list[Payload]:
        """The answers, in order."""
        payloads = []
        for request in requests:
            if request.path.endswith("/metadata"):
                payloads.append(self._definition(request))
                continue
            self.asked.append(request)
            status, content, *headers = self._answer(request)
            payloads.append(
                Payload(
                    content=content,
                    url="https://pjm.example",
                    fetched_at=NOW,
                    status=status,
                    headers=headers[0] if headers else {},
                )
            )
        return payloads

    def _definition(self, request: Request) -> Payload:
        """What the feed says of itself; nothing unless that is given."""
        self.defined.append(request.path)
        if self._said is None:
            raise NoData(f"{request.path} does not exist")
        return Payload(content=self._said, url="https://pjm.example", fetched_at=NOW)

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """The result of some work."""
        return work(*args)

    @property
    def filters(self) -> list[dict[str, str]]:
        """What was asked for, without the pages."""
        return [
            {name: value for name, value in each.params.items() if name not in _GENERIC}
            for each in self.asked
        ]

    @property
    def pages(self) -> list[tuple[int, int]]:
        """The size and the first row of each page asked for."""
        return [(int(each.params["rowCount"]), int(each.params["startRow"])) for each in self.asked]


def collected(asked: Chunk, answers: Answers, **options: Any) -> Reading:
    """What is read of a chunk."""
    given: dict[str, Any] = {"place": "pnode_id", "archive": HOURLY_ARCHIVE, **options}
    collect = rows("da_hrl_lmps", given.pop("layout", DAY_AHEAD), **given)

    async def go() -> Reading:
        return await collect(asked, cast("Source", answers))

    return asyncio.run(go())


def listed(answer: bytes) -> Answers:
    """The same answer to every request."""
    return Answers(lambda _: (200, answer))


def table(items: Sequence[dict[str, Any]]) -> Callable[[Request], Page]:
    """Pages of a table, as the requests ask for them."""

    def answer(request: Request) -> tuple[int, bytes]:
        size, start = int(request.params["rowCount"]), int(request.params["startRow"])
        return 200, page(*items[start - 1 : start - 1 + size], total=len(items))

    return answer
