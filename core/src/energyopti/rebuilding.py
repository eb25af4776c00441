"""Make the lake's tables again out of the archive, without the network: a mended parser mends history."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime

import attrs
import polars as pl

from energyopti.checks import Check
from energyopti.errors import EnergyOptiError
from energyopti.fetch.collect import collect_chunk
from energyopti.market import Feed, Market
from energyopti.registry import Registry
from energyopti.settings import Settings
from energyopti.source.archive import Archive
from energyopti.source.archiving import ArchivedClient
from energyopti.store import ChunkData
from energyopti.store.lake import Lake
from energyopti.store.lake.files import Content
from energyopti.store.lake.lake import HISTORY, REVISIONS
from energyopti.store.lake.merging import CHUNK, regrown
from energyopti.store.lake.pieces import Piece, chunk_of
from energyopti.store.lake.table import Table
from energyopti.store.lake.writing import contents, replace_plain, rewrite
from energyopti.store.versions import succeeding


@attrs.define(kw_only=True)
class Rebuilt:
    """What became of a table: how many of its chunks were made again, and why others stayed as they were."""

    table: str
    chunks: int = 0
    again: int = 0
    kept: dict[str, EnergyOptiError] = attrs.field(factory=dict, repr=False)


@attrs.frozen(kw_only=True)
class Rebuilder:
    """Makes tables again; every version of a chunk is read anew from what its hosts answered then.

    A chunk whose answers are not in the archive, or that cannot be read from them, stays as it is.
    """

    lake: Lake
    archive: Archive
    registry: Registry
    settings: Settings

    async def run(self, wanted: Sequence[str] = ()) -> AsyncGenerator[Rebuilt]:
        """Each table's outcome, by name (``nyiso/pal``); none named means all of installed markets."""
        for name, _ in list(self.lake.tables()):
            market_id, _, feed_name = name.partition("/")
            market = self.registry.markets.get(market_id)
            if name.endswith(HISTORY) or market is None or (wanted and name not in wanted):
                continue
            revisions = name.endswith(REVISIONS)
            feed = market.feed(feed_name.removesuffix(REVISIONS))
            with self.lake.writing(name):
                table, history = self.lake.pair(market_id, feed, revisions=revisions)
                yield await self._table(Rebuilt(table=name), table, history, market, feed)

    async def _table(
        self, rebuilt: Rebuilt, table: Table, history: Table, market: Market, feed: Feed
    ) -> Rebuilt:
        checks = self.registry.checks(feed.dataset.name)
        gone: list[pl.DataFrame] = []
        for month in sorted({file.month for file in table.snapshot().files.values()}):
            snapshot = table.snapshot()
            files = snapshot.of_month(month)
            again: list[Content] = []
            for content in [each for file in files for each in contents(table, file)]:
                rebuilt.chunks += 1
                try:
                    versions = await self._versions(content.piece, market, feed, checks)
                except EnergyOptiError as error:
                    rebuilt.kept[content.piece.key] = error
                    again.append(content)
                    continue
                made, rows = regrown(content.piece, versions)
                again.append(made)
                gone.extend(rows)
            rewrite(table, snapshot, files, again)
        rebuilt.again = rebuilt.chunks - len(rebuilt.kept)
        _rewrite_history(history, gone, list(rebuilt.kept))
        return rebuilt

    async def _versions(
        self, piece: Piece, market: Market, feed: Feed, checks: Sequence[Check]
    ) -> list[ChunkData]:
        """Every version of a chunk, in order."""
        chunk = chunk_of(piece, market, feed)
        versions: list[ChunkData] = []
        for instant in piece.editions:
            client = ArchivedClient(self.archive, self.settings, now=functools.partial(_instant, instant))
            try:
                data = await collect_chunk(chunk, client, checks)
            finally:
                await client.aclose()
            data = attrs.evolve(data, provenance=attrs.evolve(data.provenance, fetched_at=instant))
            versions.append(succeeding(versions[-1], data) if versions else data)
        return versions


def _instant(instant: datetime) -> datetime:
    """What a clock shows that stands."""
    return instant


def _rewrite_history(history: Table, gone: Sequence[pl.DataFrame], kept: Sequence[str]) -> None:
    """Put the rows that are untrue now in the place of the history's; those of chunks that stayed as they were stay."""
    snapshot = history.snapshot()
    paths = list(snapshot.files)
    stay = [history.place.scan(paths).filter(pl.col(CHUNK).is_in(kept)).collect()] if paths else []
    rows = [each for each in (*stay, *gone) if each.height]
    if rows or paths:
        columns = pl.DataFrame(schema=history.columns)
        replace_plain(history, snapshot, pl.concat([columns, *rows], how="diagonal"))
