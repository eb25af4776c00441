"""Every feed of every market into a file and a database: a restart finds that nothing is new."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from energyopti import Settings, UnifiedMarketService
from energyopti.errors import InvalidTimeRange
from installed import installed

NOON = datetime(2026, 7, 2, 16, tzinfo=UTC)
FEEDS = [(market.id, feed.name) for market in installed().markets.values() for feed in market.feeds]


class Once(UnifiedMarketService):
    """A service whose watches end after their first polls."""

    async def _pause(self, seconds: float) -> bool:  # noqa: ARG002 - it does not wait
        return False


def first_polls(home: Path, market: str, feed: str, to: str) -> int:
    """How many rows a watch gives that begins now."""

    async def go() -> int:
        async with Once(installed(), Settings(home=home, sandbox="1"), now=lambda: NOON) as service:
            return sum([len(update) async for update in service.watch(market, feed, to=to)])

    return asyncio.run(go())


def written(folder: Path, dataset: str) -> tuple[int, int]:
    """How many rows the file and the database have."""
    path = folder / "rows.csv"
    with contextlib.closing(sqlite3.connect(folder / "rows.db")) as there:
        (count,) = there.execute(f'select count(*) from "{dataset}"').fetchone()
    return (pl.scan_csv(path, infer_schema=False).collect().height if path.exists() else 0), count


@pytest.mark.exhaustive
@pytest.mark.parametrize(("market", "feed"), FEEDS)
def test_nothing_is_new_after_a_restart(market: str, feed: str, tmp_path: Path) -> None:
    """Each row is written once, and read back as it was."""
    for to in (str(tmp_path / "rows.csv"), f"sqlite:///{tmp_path}/rows.db"):
        try:
            came = first_polls(tmp_path, market, feed, to)
        except InvalidTimeRange:
            pytest.skip("its history begins later")
        assert first_polls(tmp_path, market, feed, to) == 0
    assert written(tmp_path, installed().market(market).feed(feed).dataset.name) == (came, came)
