"""The connections to one host: one client per connection, and requests take turns on them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import httpx

from energyopti.redaction import redact_record
from energyopti.source.surroundings import certificates, check_proxies

for _name in ("httpx", *(f"httpcore.{each}" for each in ("connection", "http11", "proxy", "socks"))):
    logging.getLogger(_name).addFilter(redact_record)
_USER_AGENT = "energyopti"
_PACKED = "gzip"
"""The encoding of bodies that are unpacked while their bytes are counted."""


class ClientPool:
    """Clients of one connection each, as many as there are concurrent requests.

    A client goes through all of its connections whenever a request begins or ends, and checks whether each idle one is
    still open: with eight of them that takes as long as everything else about a request. ``transport`` replaces the
    network; TLS is always verified.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport | None, *, timeout: float) -> None:
        self._transport = transport
        self._timeout = timeout
        self._clients: list[httpx.AsyncClient] = []
        self._idle: list[httpx.AsyncClient] = []

    @contextlib.contextmanager
    def client(self) -> Iterator[httpx.AsyncClient]:
        """A client that no other request is using: the last one used, whose connection is most likely still open."""
        client = self._idle.pop() if self._idle else self._another()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _another(self) -> httpx.AsyncClient:
        if self._transport is None:
            check_proxies()
        client = httpx.AsyncClient(
            transport=self._transport,
            verify=certificates(),
            timeout=httpx.Timeout(self._timeout, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=1),
            headers={"user-agent": _USER_AGENT, "accept-encoding": _PACKED},
        )
        self._clients.append(client)
        return client

    async def aclose(self) -> None:
        """Close every connection, even if closing one fails."""
        async with contextlib.AsyncExitStack() as last:
            for client in self._clients:
                last.push_async_callback(client.aclose)
