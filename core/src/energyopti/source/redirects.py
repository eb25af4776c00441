"""Redirects: followed on the host that was asked and to others that its market declares, never from https to http."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator, Collection

import httpx

from energyopti.errors import SourceUnavailable
from energyopti.tuning.hosts import MOST_REDIRECTS

Place = tuple[str, int | None]
"""A server by its name and port; None is the usual port of http or https."""


@functools.lru_cache(maxsize=64)
def place_of(url: httpx.URL | str) -> Place:
    """The server of an address."""
    url = httpx.URL(url)
    return url.host, url.port


@contextlib.asynccontextmanager
async def response_to(
    client: httpx.AsyncClient, request: httpx.Request, *, within: Collection[Place]
) -> AsyncIterator[httpx.Response]:
    """The response to a request, after any redirects to some servers; one to another address is the response itself."""
    first = request.url
    for _ in range(MOST_REDIRECTS + 1):
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            further = response.next_request
            if further is None or not _is_allowed(request.url, further.url, within):
                yield response
                return
        finally:
            await response.aclose()
        request = further
    raise SourceUnavailable(
        f"{first.copy_with(query=None)} redirects more than {MOST_REDIRECTS} times", do="try again later"
    )


def _is_allowed(old: httpx.URL, new: httpx.URL, within: Collection[Place]) -> bool:
    """Whether a redirect stays with known servers, and loses no encryption."""
    safe = new.scheme == "https" or (new.scheme == "http" and old.scheme == "http")
    return safe and not new.userinfo and place_of(new) in within
