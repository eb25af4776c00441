"""What a source says of a chunk now, next to what it said before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import polars as pl

from builders import feed, utc
from collecting_builders import chunk_data, chunk_of
from energyopti.datasets import LMP
from energyopti.findings import Finding, FindingKind
from energyopti.frames import unify
from energyopti.store import ChunkData
from energyopti.store.versions import lost_some, succeeding
from energyopti.vocabulary import Run

HOUR = timedelta(hours=1)
FEED = feed(name="prices", dataset=LMP, run=Run.REAL_TIME_HOURLY)
GAP = Finding(kind=FindingKind.GAP, message="2 intervals are missing", rows=2)
MONTH_LATER = utc("2024-08-01T12:00")


def prices(*hours: int, version: int | None = None, holed: bool = False, lmp: float = 20.0) -> ChunkData:
    """Some hours of a day of July at one node, long settled."""
    chunk = chunk_of(FEED)
    rows: list[dict[str, Any]] = [
        {
            "interval_start": chunk.start + hour * HOUR,
            "interval_end": chunk.start + (hour + 1) * HOUR,
            "location": "N-7",
            "location_type": "node",
            "lmp": lmp + hour,
            "version": version,
        }
        for hour in hours
    ]
    data = chunk_data(chunk, unify(pl.DataFrame(rows), FEED, "testiso"), fetched_at=MONTH_LATER)
    return attrs.evolve(data, findings=(GAP,)) if holed else data


def test_copy_that_lacks_rows_is_a_loss() -> None:
    """Whether it is shorter, or as long with a hole where there was none."""
    assert lost_some(prices(0, 1, 2), prices(0, 1, holed=True))
    assert lost_some(prices(0, 1, 2), prices(0, 2, 3, holed=True))


def test_copy_that_is_whole_is_no_loss_however_short() -> None:
    """The feed's own grid has no more: what is gone was taken back."""
    assert not lost_some(prices(0, 1, 2), prices(0, 1))


def test_longer_copy_with_a_late_hour_is_no_loss() -> None:
    """All that was there is there."""
    assert not lost_some(prices(0, 1), prices(0, 1, 4, holed=True))


def test_row_of_another_version_is_the_same_row() -> None:
    """Unverified prices that were verified meanwhile are not lost, though another hour is."""
    assert not lost_some(prices(0, 1), prices(0, 1, 4, version=2, holed=True))


def test_settled_row_that_is_another_counts_as_revised() -> None:
    """Two prices changed, one came and one went."""
    data = succeeding(prices(0, 1, 2), prices(1, 2, 3, lmp=30.0))
    (finding,) = data.findings
    assert (finding.kind, finding.rows, data.provenance.version) == (FindingKind.REVISED, 4, 2)


def test_other_version_of_the_same_price_is_no_change() -> None:
    """Its number alone says nothing of money."""
    data = succeeding(prices(0, 1), prices(0, 1, version=2))
    assert (data.findings, data.provenance.version) == ((), 1)


def test_what_had_not_settled_may_change() -> None:
    """Nothing is said of a day that is corrected within its time."""
    data = succeeding(prices(0, 1).unsettled(), prices(0, 1, lmp=30.0))
    assert (data.findings, data.provenance.version) == ((), 1)
