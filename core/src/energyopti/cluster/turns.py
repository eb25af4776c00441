"""The turn to ask a market's hosts, which one process of a cluster has at a time."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import anyio
import anyio.lowlevel
import anyio.to_thread
from distributed import Semaphore

from energyopti.market import Market
from energyopti.settings import Settings
from energyopti.tuning.cluster import CLUSTER_ASKED_EVERY
from energyopti.tuning.hosts import SECOND_OF_A_LIMIT_MS

if TYPE_CHECKING:
    from distributed import Client


class Turn:
    """The turn to ask a market's hosts. Use it as an async context manager: it waits until no other process has it.

    It is one for all hosts of a market, since a feed may ask any of them. The rate of a host is kept in a file of each
    machine, so whoever takes the turn over from a machine with another file waits first, until the longest period of a limit
    has passed: what the other one asked for is then in no window together with what this one asks for.
    """

    def __init__(self, market: Market, settings: Settings, client: Client) -> None:
        name = f"energyopti/{market.id}"
        self._client, self._place = client, ["energyopti turns", market.id]
        self._machine = limits_of(settings.home / "limits")
        self._me = f"{self._machine} {uuid.uuid4().hex}"
        rates = [settings.rate(market.id, host) for host in market.hosts]
        periods = [rate.per.total_seconds() for rate in rates if rate is not None]
        self.pause = max(periods, default=0.0) * SECOND_OF_A_LIMIT_MS / 1000
        self._lease = Semaphore(max_leases=1, name=name, scheduler_rpc=client.scheduler, loop=client.loop)
        self._has = False

    async def __aenter__(self) -> Self:
        try:
            while not await anyio.to_thread.run_sync(self._acquire):
                await anyio.lowlevel.checkpoint()
            last = await anyio.to_thread.run_sync(self._holder)
            await anyio.to_thread.run_sync(self._client.set_metadata, self._place, self._me)
            if last.partition(" ")[0] != self._machine:
                await anyio.sleep(self.pause)
        except BaseException:
            await self._release()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._release()

    async def lasts(self) -> bool:
        """Whether it is still this one's: a process that stood still for long loses it to another one."""
        return await anyio.to_thread.run_sync(self._holder) == self._me

    def _acquire(self) -> bool:
        self._has = bool(self._lease.acquire(timeout=CLUSTER_ASKED_EVERY))
        return self._has

    def _holder(self) -> str:
        """Who had it last; empty if nobody had it yet."""
        return str(self._client.get_metadata(self._place, ""))

    async def _release(self) -> None:
        with anyio.CancelScope(shield=True):
            if self._has:
                self._has = False
                await anyio.to_thread.run_sync(self._lease.release)
            self._lease.refresh_callback.stop()


def limits_of(folder: Path) -> str:
    """What tells a folder of limits from those of other machines: a random name, kept in it."""
    file = folder / "machine"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        own = folder / f".{uuid.uuid4().hex}"
        own.write_text(uuid.uuid4().hex)
        try:
            os.link(own, file)  # another process may have been faster
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return file.read_text()
