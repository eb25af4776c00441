"""The sandbox without a server: the same app, in process, behind httpx's transport."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from energyopti.registry import Registry
from energyopti.sandbox.app import ConnectionDroppedError, Sandbox


class SandboxTransport(httpx.AsyncBaseTransport):
    """Requests answered by a sandbox in this process; a dropped connection looks as it would on the network."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._inner = httpx.ASGITransport(app=sandbox)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionDroppedError:
            raise httpx.RemoteProtocolError("the sandbox dropped the connection", request=request) from None


def sandbox_transport(
    registry: Registry, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> SandboxTransport:
    """A transport that serves every installed market with generated data."""
    return SandboxTransport(Sandbox(registry, now=now))
