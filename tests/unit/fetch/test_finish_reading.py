"""What a plugin hands over is held to the contract before anybody sees it."""

from __future__ import annotations

import attrs
import polars as pl
import pytest

from builders import utc
from collecting_builders import load_csv, load_feed, served_market
from energyopti.errors import PluginError
from energyopti.fetch.finish import finish
from energyopti.layouts import Reading
from energyopti.query import Chunk, TimeRange, plan
from energyopti.store import ChunkProvenance
from energyopti.timezones import DAY

FEED = load_feed()
MARKET = served_market("http://127.0.0.1:9", FEED)
READING = FEED.layout.read(load_csv("2024-07-01"))
DAY_OF_IT = TimeRange(utc("2024-07-01T04:00"), utc("2024-07-02T04:00"))
(CHUNK,) = plan(MARKET, FEED, DAY_OF_IT)


def finished(reading: Reading, chunk: Chunk = CHUNK) -> int:
    """The rows that a reading becomes."""
    provenance = ChunkProvenance(
        chunk=chunk.key,
        feed=FEED.name,
        feed_source="files",
        host="main",
        urls=(),
        sha256=(),
        fetched_at=chunk.end + 9 * DAY,
    )
    return finish(reading, chunk, provenance).frame.height


def test_right_reading_is_taken() -> None:
    """A day of hours."""
    assert finished(READING) == 24


@pytest.mark.parametrize(
    "times",
    [
        pl.col("interval_end").dt.replace_time_zone(None),
        pl.col("interval_start").dt.convert_time_zone("America/New_York"),
        pl.col("interval_start").dt.cast_time_unit("ms"),
        pl.col("interval_start").cast(pl.String),
    ],
    ids=["naive", "local", "milliseconds", "text"],
)
def test_time_that_is_no_instant_is_the_plugins_failure(times: pl.Expr) -> None:
    """It names the column and what it is."""
    with pytest.raises(PluginError, match="not in UTC and microseconds") as error:
        finished(attrs.evolve(READING, frame=READING.frame.with_columns(times)))
    assert error.value.column == times.meta.output_name()


def test_row_that_is_nowhere_is_the_plugins_failure() -> None:
    """It is neither in the frame nor in a finding."""
    short = attrs.evolve(READING, frame=READING.frame.head(23), origin=READING.origin.head(23))
    with pytest.raises(PluginError, match="accounts for 23 of its payloads' 24 rows"):
        finished(short)
