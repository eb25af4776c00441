"""The sandbox under a real HTTP server on loopback with services that ask it, and its documents without one."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
import uvicorn

from energyopti import MarketData, Registry, Settings, UnifiedMarketService
from energyopti.events import Observer
from energyopti.sandbox import Answer, Ask, Fault, Responder, Sandbox, sandbox_app
from energyopti_nyiso.sandbox.postings import _archive, _document, new_server, old_server
from installed import installed


@attrs.define
class Clock:
    """A clock that stands until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.at


@attrs.define(kw_only=True)
class Served:
    """A running sandbox: its address, its switches, and the clock that it shares with the services."""

    url: str
    sandbox: Sandbox
    registry: Registry
    clock: Clock
    home: Path

    @property
    def requests(self) -> list[str]:
        """The paths asked for, in order."""
        return list(self.sandbox.requests)

    def spoil(self, *faults: Fault) -> None:
        """Turn these faults on, and all others off."""
        self.sandbox.faults.set(*faults)

    def service(self, *, observe: Observer | None = None, **changes: Any) -> UnifiedMarketService:
        """A service that asks this sandbox; it gives up soon and hardly waits between attempts."""
        impatient: dict[str, Any] = {"attempts": 2, "patience": 20.0, "backoff": 0.001, "timeout": 10.0}
        settings = Settings(home=self.home, sandbox=self.url, **(impatient | changes))
        return UnifiedMarketService(self.registry, settings, now=self.clock, observe=observe)

    def get(
        self,
        data_type: str,
        start: str | None = None,
        end: str | None = None,
        *,
        changes: dict[str, Any] | None = None,
        **query: Any,
    ) -> MarketData:
        """One query by a service of its own."""

        async def go() -> MarketData:
            async with self.service(**(changes or {})) as service:
                return await service.get_market_data("nyiso", data_type, start, end, **query)

        return asyncio.run(go())


@contextlib.contextmanager
def on_loopback(app: Any) -> Iterator[str]:
    """An ASGI app on a free loopback port: its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app, log_config=None, log_level="critical", ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def sandbox_served(now: datetime, home: Path, registry: Registry | None = None) -> Iterator[Served]:
    """A sandbox on a free loopback port for the length of a test."""
    registry = registry or installed()
    clock = Clock(now)
    sandbox = sandbox_app(registry, now=clock)
    with on_loopback(sandbox) as url:
        yield Served(url=url, sandbox=sandbox, registry=registry, clock=clock, home=home)


def asked(server: Responder, path: str, now: datetime) -> Answer:
    """A server's answer at a time, made anew: nothing is remembered from an earlier one."""
    _document.cache_clear()
    _archive.cache_clear()
    return server(Ask(path=path, now=now))


def old(path: str, now: datetime) -> Answer:
    """The old server's answer; the path is below ``csv/``."""
    return asked(old_server, f"csv/{path}", now)


def new(path: str, now: datetime) -> Answer:
    """The new server's answer."""
    return asked(new_server, path, now)


def rows(body: bytes) -> list[dict[str, str]]:
    """A document's rows by their headers."""
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def member(archive: bytes, name: str) -> bytes:
    """One file of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name)


def names(archive: bytes) -> list[str]:
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.namelist()
