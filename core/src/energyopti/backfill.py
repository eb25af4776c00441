"""Fill the lake: plan what is missing, fetch it within the hosts' limits, keep it; again to bring it up to date."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

import anyio
import attrs

from energyopti.concurrency.deadline import Deadline
from energyopti.errors import (
    AuthenticationFailed,
    EnergyOptiError,
    MissingCredential,
    NoData,
    UnknownLocation,
)
from energyopti.events import Observer
from energyopti.fetch.context import FetchContext
from energyopti.fetch.outcome import Outcome
from energyopti.query import Chunk, Query, ResolvedQuery
from energyopti.query.resolving import check_history, resolve
from energyopti.registry import Registry
from energyopti.service import UnifiedMarketService
from energyopti.settings import Settings
from energyopti.source.threads import Threads
from energyopti.source.waiting import Wait
from energyopti.store.pending import BatchStore, Pending
from energyopti.tuning.lake import FILL_MEMORY

if TYPE_CHECKING:
    import httpx

_HOPELESS = (MissingCredential, AuthenticationFailed, UnknownLocation)
"""Errors that every other chunk of the feed would meet too."""


@attrs.frozen(kw_only=True)
class FillPlan:
    """What filling the lake for one query takes: ``missing`` are the chunks that have to be asked for, of ``chunks``.

    ``wait`` is the least that its hosts' limits make of it: one request a chunk. ``bytes`` is about what they will take in
    the lake, by those that are there already; None if none is.
    """

    query: ResolvedQuery
    chunks: int
    missing: tuple[Chunk, ...] = attrs.field(repr=False)
    wait: Wait
    bytes: float | None = None

    @property
    def name(self) -> str:
        """The feed's name: ``nyiso/pal``."""
        return f"{self.query.market.id}/{self.query.feed.name}"


@attrs.define(kw_only=True)
class Filled:
    """What became of a plan so far: chunks and rows that came, chunks that are not there or failed, and why."""

    plan: FillPlan
    fetched: int = 0
    rows: int = 0
    absent: int = 0
    stale: int = 0
    failures: dict[str, EnergyOptiError] = attrs.field(factory=dict, repr=False)

    @property
    def left(self) -> int:
        """The number of chunks that nobody has asked for yet."""
        return len(self.plan.missing) - self.fetched - self.absent - self.stale - len(self.failures)

    def add(self, outcome: Outcome) -> None:
        """Count the outcome of a chunk; raises an error that all others would meet."""
        if outcome.data is not None and outcome.data.provenance.stale:
            self.stale += 1
        elif outcome.data is not None:
            self.fetched += 1
            self.rows += outcome.data.frame.height
        elif isinstance(outcome.error, NoData):
            self.absent += 1
        elif outcome.error is not None:
            self.failures[outcome.chunk.key] = outcome.error
            if isinstance(outcome.error, _HOPELESS):
                raise outcome.error


class Backfill(UnifiedMarketService):
    """A service that fills a lake. Use it as an async context manager: at its end, what came is in the lake.

    Chunks that the lake has are not asked for, except those that may have changed since; so a backfill that was
    interrupted goes on where it was, and the same call brings a lake up to date.

        async with Backfill(open_lake(folder)) as backfill:
            for plan in await backfill.plan(Query.of("nyiso", "lmp", "2019-01-01", "2024-01-01", run="day_ahead")):
                print(await backfill.fill(plan))
    """

    def __init__(
        self,
        lake: BatchStore,
        registry: Registry | None = None,
        settings: Settings | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        observe: Observer | None = None,
    ) -> None:
        registry = registry or Registry()
        settings = settings or Settings.load(registry.markets.values())
        self._pending = Pending(lake)
        super().__init__(
            registry,
            attrs.evolve(settings, memory_bytes=min(settings.memory_bytes, FILL_MEMORY)),
            store=self._pending,
            transport=transport,
            observe=observe,
            now=now,
        )

    def read_in(self, threads: Threads) -> None:
        """Have payloads read by others than this process's threads, from now on."""
        self._network.client.threads = threads

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with anyio.CancelScope(shield=True):
            try:
                await self.aclose()
            finally:
                await self._pending.flush()

    async def plan(self, query: Query) -> list[FillPlan]:
        """What filling the lake for a query takes, for each of its markets.

        Lists of locations may be fetched. Raises the errors of a query.
        """
        resolved, _ = resolve(self.registry, query, self._now())
        return [await self._planned(each) for each in resolved]

    async def _planned(self, query: ResolvedQuery) -> FillPlan:
        check_history(query, self._now())
        query = await self._locations.place(query)
        chunks = await self._chunks.needed(query, self._context(query))
        missing = await self._chunks.missing(chunks, self._context(query))
        sources = [query.feed.sources_for(chunk.day, self._now() - chunk.end) for chunk in missing]
        wait = Wait.of(query.market, sources, self.settings)
        usual = await self._pending.usual_bytes(chunks[0])
        size = None if usual is None else usual * len(missing)
        return FillPlan(query=query, chunks=len(chunks), missing=tuple(missing), wait=wait, bytes=size)

    async def fill(
        self,
        plan: FillPlan,
        *,
        jobs: int = 8,
        seconds: float | None = None,
        seen: Callable[[Filled], None] = lambda _: None,
    ) -> Filled:
        """Fetch what is missing, ``jobs`` chunks at once, for so many ``seconds`` at the most; ``seen`` follows it.

        Chunks that fail are counted and do not end it, unless all others would fail alike. Raises `LakeError` if the lake
        cannot be written.
        """
        filled = Filled(plan=plan)

        def done(outcome: Outcome) -> None:
            if self._pending.error is not None:
                raise self._pending.error
            filled.add(outcome)
            seen(filled)

        with anyio.move_on_after(seconds), contextlib.suppress(*_HOPELESS):  # these are among the failures
            await self._chunks.fill(plan.missing, self._context(plan.query), jobs=jobs, done=done)
        await self._pending.flush()
        return filled

    def _context(self, query: ResolvedQuery) -> FetchContext:
        deadline = Deadline.of_call(None)
        emit = self._listeners.of_call(())
        return FetchContext.of_query(query, deadline, observer=emit, max_age=None, now=self._now())


def total(filled: Sequence[Filled]) -> dict[str, int]:
    """The figures of several plans together."""
    return {
        "feeds": len(filled),
        "chunks": sum(each.plan.chunks for each in filled),
        "fetched": sum(each.fetched for each in filled),
        "rows": sum(each.rows for each in filled),
        "absent": sum(each.absent for each in filled),
        "stale": sum(each.stale for each in filled),
        "failed": sum(len(each.failures) for each in filled),
        "left": sum(each.left for each in filled),
    }


__all__ = ["Backfill", "FillPlan", "Filled"]
