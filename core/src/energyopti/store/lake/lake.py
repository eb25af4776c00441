"""The lake: Delta tables, one for each feed, that keep chunks for other processes and later days."""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
import polars as pl

from energyopti.errors import LakeError
from energyopti.folding import fold_location
from energyopti.frames import frame_schema
from energyopti.lake_address import LakeAddress
from energyopti.market import Feed
from energyopti.query import Chunk, TimeRange
from energyopti.store.base import Covered
from energyopti.store.chunkdata import ChunkData
from energyopti.store.lake.as_of import as_known
from energyopti.store.lake.assembling import outlined, read_chunks, retried
from energyopti.store.lake.files import FETCHED_AT
from energyopti.store.lake.folder import Folder
from energyopti.store.lake.merging import CHUNK, SUPERSEDED_AT
from energyopti.store.lake.pieces import Piece
from energyopti.store.lake.places import Place
from energyopti.store.lake.table import Table
from energyopti.store.lake.writing import put
from energyopti.tuning.lake import LAKE_LOCK_SECONDS, LAKE_THREADS

T = TypeVar("T")
_TIME = pl.Datetime("us", "UTC")
REVISIONS, HISTORY = ".revisions", ".history"


class Lake:
    """The chunks of all feeds in one folder, or at one address of an object store; a `Store`.

        <folder>/<market>/<feed>/              the newest rows: a Delta table
        <folder>/<market>/<feed>.history/      rows that later fetches changed, and when: another
        <folder>/<market>/<feed>.revisions/    the same for chunks that keep superseded rows

    Several processes may read and write it at once. A chunk's rows and the record that it is covered are one commit:
    after a crash both are there, or neither is. Raises `LakeError` for what cannot be read or written.
    """

    name = "lake"

    def __init__(self, address: str | os.PathLike[str] | LakeAddress) -> None:
        self.address = LakeAddress.of(address)
        self.place = _place(self.address)
        self._tables: dict[str, Table] = {}
        self._lock = threading.Lock()
        self._threads: anyio.CapacityLimiter | None = None

    def __repr__(self) -> str:
        return f"<Lake {self.address}>"

    @property
    def folder(self) -> Path:
        """The folder of this machine that it is; raises `LakeError` if it is elsewhere."""
        if self.address.folder is None:
            raise LakeError(f"the lake {self.address} is no folder of this machine")
        return self.address.folder

    def exists(self) -> bool:
        """Whether there is anything."""
        return self.place.exists()

    async def get(self, chunk: Chunk, *, as_of: datetime | None = None) -> ChunkData | None:
        """A chunk's data, out of all pieces that cover it; with ``as_of`` as it had been fetched by then."""
        return (await self.get_all([chunk], as_of=as_of)).get(chunk)

    async def get_all(
        self,
        chunks: Sequence[Chunk],
        *,
        locations: Sequence[str] = (),
        rows: bool = True,
        as_of: datetime | None = None,
    ) -> dict[Chunk, ChunkData]:
        """The data of those chunks that are covered; each file is read once, and none without ``rows``."""
        work = functools.partial(self.read, chunks, locations=locations, rows=rows, as_of=as_of)
        return await self._in_thread(work)

    async def put(self, data: ChunkData) -> None:
        """Keep a chunk's data; what it covers takes the place of what was there, which goes to the history."""
        await self.put_all([data])

    async def put_all(self, several: Sequence[ChunkData]) -> None:
        """Keep the data of several chunks, those of one feed in one commit."""
        await self._in_thread(functools.partial(self.write, several))

    async def usual_bytes(self, chunk: Chunk) -> float | None:
        """How many bytes a chunk of this feed usually takes, without its raw rows; None if none is there."""
        snapshot = await self._in_thread(self._table(chunk).snapshot)
        alike = [piece for piece in snapshot.pieces if bool(piece.places) is bool(chunk.places)]
        rows = sum(file.rows for file in snapshot.files.values())
        if not alike or not rows:
            return None
        size = sum(file.bytes for file in snapshot.files.values())
        return size / rows * sum(piece.rows for piece in alike) / len(alike)

    async def coverage(self, market: str, feed: str) -> tuple[Covered, ...]:
        """The stretches of a feed that are covered, in time order."""
        return await self._in_thread(functools.partial(self.covered, market, feed))

    async def aclose(self) -> None:
        """Nothing is held open."""

    def read(
        self,
        chunks: Sequence[Chunk],
        *,
        locations: Sequence[str] = (),
        rows: bool = True,
        as_of: datetime | None = None,
    ) -> dict[Chunk, ChunkData]:
        """What `get_all` gives; blocking."""
        found: dict[Chunk, ChunkData] = {}
        for several in _by_table(chunks):
            table = self._table(several[0])
            if as_of is not None:
                found |= as_known(table, self._history(several[0]), several, as_of)
            elif not rows:
                found |= outlined(table, several)
            else:
                found |= retried(functools.partial(read_chunks, table, several, locations))
        return found

    def write(self, several: Sequence[ChunkData]) -> None:
        """What `put_all` does; blocking. Raises `ValueError` for data that is only part of its chunk."""
        for each in several:
            if each.narrowed:
                raise ValueError(
                    f"{each!r} has only some of its rows: its chunk would be covered without them"
                )
        data = {each.chunk: each for each in several}
        for chunks in _by_table(data):
            with self.writing(_name(chunks[0])):
                put(self._table(chunks[0]), self._history(chunks[0]), [data[chunk] for chunk in chunks])

    def covered(self, market: str, feed: str) -> tuple[Covered, ...]:
        """What `coverage` gives; blocking."""
        pieces = [piece for name in (feed, f"{feed}{REVISIONS}") for piece in self._pieces(market, name)]
        held = [
            Covered(
                time=TimeRange(piece.area.start, piece.area.end),
                places=_places(piece),
                all_but=piece.area.locations.all_but and bool(piece.area.locations.names),
                fetched_at=piece.fetched_at,
                final=piece.final,
            )
            for piece in pieces
        ]
        return tuple(sorted(held, key=lambda each: (each.time.start, each.time.end, each.places)))

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table that there is, by market and name (``nyiso/pal``), histories and revisions too."""
        for market, feed in self.place.tables():
            name = f"{market}/{feed}"
            yield name, self._open(name, None)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[None]:
        """The right to write a table and its history, which one writer of this machine has at a time.

        In an object store one of this lake has it; writers of other processes are told by a conflict, and try again.
        """
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(self.place.turn(name.removesuffix(HISTORY), LAKE_LOCK_SECONDS))
            except TimeoutError:
                raise LakeError(
                    f"another process has been writing {name} in {self.address} for {LAKE_LOCK_SECONDS:.0f} seconds",
                    do="try again when it is done",
                ) from None
            yield

    def pair(self, market: str, feed: Feed, *, revisions: bool) -> tuple[Table, Table]:
        """The table of a feed, and that of its history."""
        name = f"{market}/{feed.name}{REVISIONS if revisions else ''}"
        return self._of(name, feed), self._history_of(name, feed)

    def _pieces(self, market: str, name: str) -> Sequence[Piece]:
        return self._open(f"{market}/{name}", None).snapshot().pieces

    def _table(self, chunk: Chunk) -> Table:
        """The table of a chunk."""
        return self._of(_name(chunk), chunk.feed)

    def _history(self, chunk: Chunk) -> Table:
        """The table of the rows that a chunk's table no longer has."""
        return self._history_of(_name(chunk), chunk.feed)

    def _of(self, name: str, feed: Feed) -> Table:
        return self._open(name, pl.Schema({**frame_schema(feed.dataset), FETCHED_AT: _TIME}))

    def _history_of(self, name: str, feed: Feed) -> Table:
        own = {FETCHED_AT: _TIME, SUPERSEDED_AT: _TIME, CHUNK: pl.String()}
        columns = pl.Schema({**frame_schema(feed.dataset), **own})
        return self._open(f"{name}{HISTORY}", columns, covers=False)

    def _open(self, name: str, columns: pl.Schema | None, *, covers: bool = True) -> Table:
        with self._lock:
            table = self._tables.get(name)
            if table is None or (columns is not None and table.columns is None):
                market, _, feed = name.partition("/")
                covers = covers and not name.endswith(HISTORY)
                table = self._tables[name] = Table(
                    self.place.below(market, feed), columns, name=name, covers=covers
                )
            return table

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(LAKE_THREADS)
        return await anyio.to_thread.run_sync(work, limiter=self._threads)


def _place(address: LakeAddress) -> Place:
    """Where a lake's tables lie."""
    if address.folder is not None:
        return Folder(address.folder)
    from energyopti.store.lake.bucket import Bucket

    return Bucket(str(address))


def _name(chunk: Chunk) -> str:
    """The name of a chunk's table."""
    return f"{chunk.market.id}/{chunk.feed.name}{REVISIONS if chunk.revisions else ''}"


def _by_table(chunks: Iterable[Chunk]) -> Iterable[list[Chunk]]:
    """Chunks by the table that they are in."""
    tables: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        tables.setdefault(_name(chunk), []).append(chunk)
    return tables.values()


def _places(piece: Piece) -> tuple[str, ...]:
    """The names of the locations that a piece covers, or of those that it does not."""
    there = piece.area.locations
    if there.all_but:
        return tuple(sorted(there.names))
    return tuple(name for name in piece.places if fold_location(name) in there.names)
