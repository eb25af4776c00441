"""What a fetching worker has others do: read large payloads, and write."""

from __future__ import annotations

import functools
import pickle
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

import anyio.to_thread
import attrs
import cloudpickle
from distributed import KilledWorker

from energyopti.cluster.where import Where, without_past
from energyopti.errors import EnergyOptiError, LakeError
from energyopti.market import Market
from energyopti.query import Chunk
from energyopti.source.threads import Threads
from energyopti.store import ChunkData, ChunkIndex
from energyopti.store.base import Covered
from energyopti.store.opening import open_lake
from energyopti.store.pending import BatchStore
from energyopti.store.rawrows import StoredRows
from energyopti.tuning.cluster import CLUSTER_SPREAD

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def others(client: Client, besides: str) -> list[str]:
    """The workers of a cluster besides one."""
    return [each for each in client.scheduler_info(n_workers=-1)["workers"] if each != besides]


class ReadElsewhere(Threads):
    """Threads that leave large payloads to other workers, if there are any; theirs is the same code.

    A worker that dies has its payload read again by another one, and after several by this one.
    """

    def __init__(self, client: Client, *, besides: str) -> None:
        super().__init__()
        self._client, self._besides = client, besides

    async def run(self, market: Market, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """Run a function: where another worker is free to, if it is about much."""
        if bytes_in(args) > CLUSTER_SPREAD and (there := others(self._client, self._besides)):
            asked = functools.partial(self._run, there, work, args)
            done = await anyio.to_thread.run_sync(asked, limiter=self.of(market))
            if isinstance(done, EnergyOptiError):
                raise done
            if done is not None:
                return done[0]  # type: ignore[no-any-return]
        return await super().run(market, work, *args)

    def _run(self, there: list[str], work: Callable[..., T], args: tuple[Any, ...]) -> Any:
        """What another worker made of it, in a tuple, or its error; None if it cannot be had from others."""
        try:
            packed = cloudpickle.dumps((work, args))
        except (pickle.PicklingError, TypeError, AttributeError):
            return None  # a plugin's function may hold what cannot be sent
        data = self._client.scatter(packed, workers=there, hash=False)
        task = self._client.submit(
            read, data, pure=False, key=f"read-{uuid.uuid4().hex}", workers=there, allow_other_workers=True
        )
        try:
            return task.result()
        except KilledWorker:
            return None


def bytes_in(args: Sequence[object]) -> int:
    """How many bytes of payloads are among the arguments of a function, or in lists among them."""
    flat = [part for each in args for part in (each if isinstance(each, list | tuple) else (each,))]
    contents = (getattr(each, "content", each) for each in flat)
    return sum(len(each) for each in contents if isinstance(each, bytes | bytearray | memoryview))


def read(packed: bytes) -> tuple[Any] | EnergyOptiError:
    """The work of another worker: its result in a tuple, or its error."""
    work, args = pickle.loads(packed)  # noqa: S301 - all of a cluster's messages are pickles
    try:
        return (work(*args),)
    except EnergyOptiError as error:
        return without_past(error)


class WrittenElsewhere:
    """The lake as the fetching worker sees it: it reads itself, and other workers write, if there are any.

    What they are to write stays in this worker's memory until it is written, so a writer that is lost loses nothing.
    """

    name = "lake"

    def __init__(self, where: Where, lake: BatchStore, client: Client, *, besides: str) -> None:
        self._where, self._lake, self._client, self.besides = where, lake, client, besides

    async def get(self, chunk: Chunk, *, as_of: datetime | None = None) -> ChunkData | None:
        """What the lake has of a chunk."""
        return await self._lake.get(chunk, as_of=as_of)

    async def get_all(
        self,
        chunks: Sequence[Chunk],
        *,
        locations: Sequence[str] = (),
        rows: bool = True,
        as_of: datetime | None = None,
    ) -> dict[Chunk, ChunkData]:
        """What the lake has of some chunks."""
        return await self._lake.get_all(chunks, locations=locations, rows=rows, as_of=as_of)

    async def put(self, data: ChunkData) -> None:
        """Have a chunk written."""
        await self.put_all([data])

    async def put_all(self, several: Sequence[ChunkData]) -> None:
        """Have chunks written, in one commit a table; returns when they are."""
        await anyio.to_thread.run_sync(functools.partial(self._put_all, several))

    async def usual_bytes(self, chunk: Chunk) -> float | None:
        """How many bytes a chunk of this feed usually takes in the lake."""
        return await self._lake.usual_bytes(chunk)

    async def coverage(self, market: str, feed: str) -> tuple[Covered, ...]:
        """What the lake covers of a feed."""
        return await self._lake.coverage(market, feed)

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _put_all(self, several: Sequence[ChunkData]) -> None:
        there = others(self._client, self.besides)
        data = self._client.scatter([portable(each) for each in several], hash=False)
        task = self._client.submit(
            written, self._where, data, pure=False, workers=there or None, allow_other_workers=bool(there)
        )
        try:
            task.result()
        except KilledWorker:
            raise LakeError("the workers that were to write it died, one after another") from None


def portable(data: ChunkData) -> ChunkData:
    """The same data without what only this process can read or has cached."""
    raw = data.raw_rows.loaded() if isinstance(data.raw_rows, StoredRows) else data.raw_rows
    return attrs.evolve(data, raw_rows=raw, index=ChunkIndex(data.frame))


def written(where: Where, several: Sequence[ChunkData]) -> None:
    """Write chunks into the lake; those that it has from the same fetch or a later one are left out."""
    open_lake(where.settings().lake_address).write(several)
