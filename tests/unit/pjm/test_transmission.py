"""PJM's constraints: signs, contingencies, stretches of hours, the page's export."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from builders import utc
from energyopti import MarketData, SchemaDrift, Settings, UnifiedMarketService
from energyopti.layouts import Reading
from energyopti_pjm.feeds import transmission
from installed import installed

NOW = utc("2026-11-20T17:00")

DAY_AHEAD_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,datetime_ending_utc,datetime_ending_ept,monitored_facility,"
    b"contingency_facility,shadow_price\r\n"
    b"11/3/2024 5:00:00 AM,11/3/2024 1:00:00 AM,11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,NORTHTON 230 KV  NOR-SOU,"
    b"ACTUAL,-12.500000\r\n"
    b"11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,11/3/2024 7:00:00 AM,11/3/2024 2:00:00 AM,NORTHTON 230 KV  NOR-SOU,"
    b"L500.Riverside-Hilltop.5001,0.000000\r\n"
    b"11/3/2024 6:00:00 AM,11/3/2024 1:00:00 AM,11/3/2024 7:00:00 AM,11/3/2024 2:00:00 AM,NORTHTON 230 KV  NOR-SOU,"
    b",\r\n"
)
EVENTS_CSV = (
    b"datetime_beginning_utc,datetime_beginning_ept,datetime_ending_utc,datetime_ending_ept,duration,"
    b"day_ahead_congestion_event,monitored_facility,contingency_facility\r\n"
    b"9/2/2024 6:00:00 PM,9/2/2024 2:00:00 PM,9/3/2024 1:00:00 AM,9/2/2024 9:00:00 PM,7,RIVERSID TX 4,RIVERSID TX 4,"
    b"ACTUAL\r\n"
)


def rows(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a reading, row by row."""
    return reading.frame.select(columns).rows()


def ask(feed: str, start: str, end: str, home: Path) -> MarketData:
    """The answer to a query over the sandbox."""

    async def collect() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=1)
        async with UnifiedMarketService(installed(), settings, now=lambda: NOW) as service:
            return await service.get_market_data("pjm", feed, start, end)

    return asyncio.run(collect())


def test_shadow_prices_turn_positive() -> None:
    """What is published at or below zero is the constraint's worth here; a turned zero has no sign."""
    found = transmission.DAY_AHEAD.read(DAY_AHEAD_CSV)
    assert rows(found, "interval_start", "interval_end", "contingency", "shadow_price") == [
        (utc("2024-11-03T05:00"), utc("2024-11-03T06:00"), "ACTUAL", 12.5),
        (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), "L500.Riverside-Hilltop.5001", 0.0),
        (utc("2024-11-03T06:00"), utc("2024-11-03T07:00"), None, None),
    ]
    assert str(found.frame["shadow_price"][1]) == "0.0"


def test_runs_of_blanks_in_names_stay() -> None:
    """Facilities are named as PJM writes them."""
    found = transmission.DAY_AHEAD.read(DAY_AHEAD_CSV)
    assert found.frame["constraint"].unique().to_list() == ["NORTHTON 230 KV  NOR-SOU"]


def test_real_time_interval_ends_where_it_says() -> None:
    """The published end counts, whatever the step is: an interval of an hour lasts an hour."""
    row = {
        "datetime_beginning_utc": "2024-07-01T04:00:00",
        "datetime_ending_utc": "2024-07-01T05:00:00",
        "monitored_facility": "NORTHTON",
        "contingency_facility": "BASE",
        "transmission_constraint_penalty_factor": 2000.0,
        "limit_control_percentage": 95.0,
        "shadow_price": -2000.5,
    }
    found = transmission.REAL_TIME.read(json.dumps({"items": [row]}).encode())
    assert rows(found, "interval_end", "constraint", "shadow_price") == [
        (utc("2024-07-01T05:00"), "NORTHTON", 2000.5)
    ]
    assert found.findings == ()


def test_event_lasts_from_its_start_to_its_end() -> None:
    """A stretch of seven hours over UTC's midnight is one row, without a price."""
    found = transmission.EVENTS.read(EVENTS_CSV)
    assert rows(found, "interval_start", "interval_end", "constraint", "contingency") == [
        (utc("2024-09-02T18:00"), utc("2024-09-03T01:00"), "RIVERSID TX 4", "ACTUAL")
    ]
    assert "shadow_price" not in found.frame.columns
    assert found.findings == ()


def test_event_without_an_end_is_drift() -> None:
    """How long a stretch lasts is never guessed at."""
    with pytest.raises(SchemaDrift) as caught:
        transmission.EVENTS.read(EVENTS_CSV.replace(b"datetime_ending_utc", b"datetime_closing_utc"))
    assert caught.value.column == "datetime_ending_utc"


def test_event_that_ends_before_it_begins_is_rejected() -> None:
    """Such a row has no interval; a finding counts it."""
    found = transmission.EVENTS.read(EVENTS_CSV.replace(b"9/3/2024 1:00:00 AM", b"9/1/2024 1:00:00 AM"))
    assert (found.frame.height, found.payload_rows, found.accounted_rows) == (0, 1, 1)


@pytest.mark.parametrize("feed", transmission.TRANSMISSION, ids=str)
def test_constraints_are_sparse(feed: Any) -> None:
    """Where no constraint binds there is no row, and nothing is missing."""
    assert feed.sparse
    assert feed.dataset.name == "constraints"


@pytest.mark.parametrize("feed", ["da_marginal_value", "rt_marginal_value"])
def test_values_of_a_day_are_positive_and_told_apart(feed: str, tmp_path: Path) -> None:
    """One facility may bind for two contingencies at once; hours without a row are no gap."""
    data = ask(feed, "2026-11-10", "2026-11-11", tmp_path)
    assert data.frame["shadow_price"].min() > 0  # type: ignore[operator]
    assert data.findings == ()
    assert data.coverage.complete
    twice = data.frame.group_by("interval_start", "constraint").len().filter(pl.col("len") == 2)
    assert twice.height


def test_stretch_belongs_to_the_day_in_which_it_begins(tmp_path: Path) -> None:
    """A stretch that begins before a day is not among the day's, though it reaches into it."""
    frame = ask("da_transconstraints", "2026-11-10", "2026-11-11", tmp_path).frame
    starts = frame["interval_start"].unique().sort().to_list()
    assert starts == [utc("2026-11-10T08:00"), utc("2026-11-10T16:00"), utc("2026-11-11T00:00")]
    assert frame["interval_end"].max() == utc("2026-11-11T03:00")
