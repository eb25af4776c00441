"""A whole job done plainly: its requests by httpx, and its texts split by polars, with nothing made of them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from energyopti import Registry
from performance.compared.cases import Case, Documents


class _Kept(httpx.AsyncBaseTransport):
    """The network; keeps what is asked of it."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._network = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Keep a request, and let it pass."""
        self.requests.append(request)
        return await self._network.handle_async_request(request)

    async def aclose(self) -> None:
        """Give the connections back."""
        await self._network.aclose()


def bare_job(
    case: Case, registry: Registry, url: str, home: Path, documents: Documents
) -> Callable[[], object]:
    """What makes the requests of a case as energyopti makes them, all at once, and splits the documents that come.

    Nothing is looked at, checked or kept, and no column means anything.
    """
    kept, trust = _Kept(), ssl.create_default_context()  # made once: reading all certificates takes 20 ms
    case.whole(registry, url, home, kept)

    async def go() -> None:
        async with httpx.AsyncClient(verify=trust) as client:
            asked = [
                client.build_request(each.method, each.url, content=each.content, headers=each.headers)
                for each in kept.requests
            ]
            for answer in await asyncio.gather(*map(client.send, asked)):
                if answer.status_code != httpx.codes.NOT_FOUND:  # asked for, and not there
                    answer.raise_for_status()
            case.plain(documents)

    return lambda: asyncio.run(go())
