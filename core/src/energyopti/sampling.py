"""Whether the sources still say what the lake says: some chunks are fetched again and compared."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs
import polars as pl

from energyopti.concurrency.deadline import Deadline
from energyopti.errors import EnergyOptiError
from energyopti.fetch.context import FetchContext
from energyopti.fetch.outcome import Outcome
from energyopti.query import Chunk
from energyopti.registry import Registry
from energyopti.service import UnifiedMarketService
from energyopti.settings import LAKE_OFF, Settings
from energyopti.store.lake import Lake
from energyopti.store.lake.lake import HISTORY, REVISIONS
from energyopti.store.lake.pieces import chunk_of

if TYPE_CHECKING:
    import httpx


@attrs.frozen(kw_only=True)
class Compared:
    """A chunk of the lake next to its source: rows that only one of them has, or why the source did not answer."""

    chunk: Chunk
    rows: int = 0
    only_in_lake: int = 0
    only_at_source: int = 0
    error: EnergyOptiError | None = None

    @property
    def differs(self) -> bool:
        """Whether the two have other rows."""
        return bool(self.only_in_lake or self.only_at_source)

    def __str__(self) -> str:
        if self.error is not None:
            return f"not compared: {self.error.line}"
        if not self.differs:
            return f"{self.chunk}: {self.rows:,} rows, as the source has them"
        return f"{self.chunk}: {self.only_in_lake:,} rows only in the lake, {self.only_at_source:,} only at the source"


class Sampler(UnifiedMarketService):
    """A service that fetches chunks of a lake again, and keeps nothing."""

    def __init__(
        self,
        lake: Lake,
        registry: Registry,
        settings: Settings,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        alone = attrs.evolve(settings, lake=LAKE_OFF, archive=None)
        super().__init__(registry, alone, transport=transport, now=now)
        self._lake = lake

    async def compare(self, count: int, *, seed: int | None = None) -> AsyncGenerator[Compared]:
        """So many chunks, chosen at random among those of installed markets."""
        chunks = list(self._chunks_held())
        for chunk in random.Random(seed).sample(chunks, min(count, len(chunks))):
            yield await self._compared(chunk)

    def _chunks_held(self) -> list[Chunk]:
        found: dict[str, Chunk] = {}
        for name, table in self._lake.tables():
            market, _, feed = name.partition("/")
            if name.endswith(HISTORY) or market not in self.registry.markets:
                continue
            there = self.registry.market(market)
            for piece in table.snapshot().pieces:
                found[piece.key] = chunk_of(piece, there, there.feed(feed.removesuffix(REVISIONS)))
        return list(found.values())

    async def _compared(self, chunk: Chunk) -> Compared:
        outcomes: list[Outcome] = []
        context = FetchContext(deadline=Deadline.of_call(None))
        await self._chunks.fill([chunk], context, jobs=1, done=outcomes.append)
        (outcome,) = outcomes
        kept = (await self._lake.get_all([chunk])).get(chunk)
        if outcome.data is None or kept is None:
            return Compared(chunk=chunk, error=outcome.error)
        here, there = kept.frame, outcome.data.frame
        return Compared(
            chunk=chunk,
            rows=here.height,
            only_in_lake=_without(here, there),
            only_at_source=_without(there, here),
        )


def _without(frame: pl.DataFrame, other: pl.DataFrame) -> int:
    """How many rows the other frame does not have."""
    return frame.join(other, on=frame.columns, how="anti", nulls_equal=True).height
