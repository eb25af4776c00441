"""A service's way to the network, or what replaces it: a transport that is given, or the sandbox in this process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from energyopti.events import Observer
from energyopti.registry import Registry
from energyopti.settings import Settings

if TYPE_CHECKING:
    import httpx

    from energyopti.source import Client


class Network:
    """The HTTP side of a service, imported and opened when something has to be asked for the first time.

    What memory and the lake answer costs nothing of it.
    """

    def __init__(
        self,
        registry: Registry,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None,
        *,
        observe: Observer,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._registry, self._settings, self._transport = registry, settings, transport
        self._observe, self._now, self._monotonic = observe, now, monotonic

    @functools.cached_property
    def client(self) -> Client:
        """The client of all markets."""
        from energyopti.source.archiving import client_of

        return client_of(
            self._settings,
            transports=self._replaced,
            observe=self._observe,
            now=self._now,
            monotonic=self._monotonic,
        )

    async def aclose(self) -> None:
        """Close every connection, if there is any."""
        if "client" in self.__dict__:
            await self.client.aclose()

    def _replaced(self, _market: str) -> httpx.AsyncBaseTransport | None:
        """The transport of a market; None for the network itself."""
        if self._transport is not None or self._settings.sandbox != "1":
            return self._transport
        from energyopti.sandbox import sandbox_transport

        return sandbox_transport(self._registry, now=self._now)
