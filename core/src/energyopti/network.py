"""What replaces the network: a transport that is given, or the sandbox in this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx

from energyopti.registry import Registry
from energyopti.settings import Settings


def transports(
    registry: Registry,
    settings: Settings,
    given: httpx.AsyncBaseTransport | None,
    *,
    now: Callable[[], datetime],
) -> Callable[[str], httpx.AsyncBaseTransport | None]:
    """A function that gives each market its transport; None for the network itself."""

    def of(_market: str) -> httpx.AsyncBaseTransport | None:
        if given is not None or settings.sandbox != "1":
            return given
        from energyopti.sandbox import sandbox_transport

        return sandbox_transport(registry, now=now)

    return of
