"""Rows as text and back: what a destination reads is what was written, to the last bit."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import feed, market
from energyopti.datasets import DATASETS
from energyopti.frames import frame_schema
from energyopti.output import CSV, NDJSON
from energyopti.query import ResolvedQuery, TimeRange
from energyopti.sinks.files import FileSink
from energyopti.sinks.parts import PartsSink
from energyopti.sinks.sink import Sink, Wanted
from energyopti.sinks.sqlite import SqliteSink
from energyopti.watching.delivered import Delivered

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

LOAD = DATASETS["load"]
DAY = TimeRange(datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 7, 2, tzinfo=UTC))
WATCHED = ResolvedQuery(market=market(), feed=feed(), time=DAY)
TEXT = st.text(string.printable + "é\N{EURO SIGN}\N{NO-BREAK SPACE}", max_size=8).filter(
    lambda text: "\0" not in text
)
TIMES = st.datetimes(datetime(1999, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
VALUES = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    """Some rows of load, with any texts, times and numbers; no two of one key."""
    count = draw(st.integers(1, 5))
    starts = draw(st.lists(TIMES, min_size=count, max_size=count, unique=True))
    columns: dict[str, Any] = {
        "market": ["testiso"] * count,
        "feed": ["hourly_load"] * count,
        "interval_start": starts,
        "interval_end": [draw(TIMES) for _ in starts],
        "location": [draw(TEXT) for _ in starts],
        "location_type": [draw(st.none() | TEXT) for _ in starts],
        "load": [draw(VALUES) for _ in starts],
        "net_load": [draw(VALUES) for _ in starts],
        "status": [draw(st.none() | TEXT) for _ in starts],
    }
    return pl.DataFrame(columns, schema=frame_schema(LOAD))


def sink_of(kind: str, folder: Path) -> Sink:
    """A destination in a folder."""
    if kind == "parts":
        return PartsSink(folder / "parts")
    if kind == "sqlite":
        return SqliteSink(folder / "rows.db")
    return FileSink(folder / f"rows.{kind}", {"csv": CSV, "ndjson": NDJSON}[kind])


@pytest.mark.parametrize("kind", ["csv", "ndjson", "parts", "sqlite"])
def test_rows_come_back_as_they_were(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """So none of them counts as changed after a restart."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(frames(), frames())
    def there_and_back(first: pl.DataFrame, second: pl.DataFrame) -> None:
        folder = tmp_path_factory.mktemp("rows")
        sink = sink_of(kind, folder)
        sink.open(WATCHED)
        for rows in (first, second):
            sink.write(LOAD, rows, {"testiso/hourly_load": DAY.start})
        sink.close()
        again = sink_of(kind, folder)
        again.open(WATCHED)
        found, starts = again.rows(Wanted(LOAD, "testiso", "hourly_load")), again.starts()
        again.close()
        again.close()
        key = ["interval_start", "location"]
        wanted = pl.concat([first, second])
        if kind == "sqlite":
            wanted = wanted.unique(key, keep="last")
        assert_frame_equal(found.sort(key), wanted.sort(key), check_exact=True)
        delivered = Delivered(dataset=LOAD)
        delivered.remember(found)
        assert delivered.news(wanted.unique(key, keep="last")).is_empty()
        assert starts == {"testiso/hourly_load": DAY.start}

    there_and_back()
