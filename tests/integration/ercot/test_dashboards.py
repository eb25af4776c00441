"""Whole queries to ERCOT's dashboards, over HTTP from the sandbox, on ordinary days and where the clocks change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from builders import utc
from energyopti import FindingKind, MarketData, NoData
from energyopti.answer.result import CoverageStatus
from serving import Served, sandbox_served

NOW = utc("2026-11-20T17:02")
"""11:02 in Texas."""

FIVE = timedelta(minutes=5)
FUELS = 8


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox, over HTTP; tests move its clock."""
    with sandbox_served(NOW, tmp_path_factory.mktemp("home")) as running:
        yield running


def get(served: Served, now: datetime, *question: str, **query: Any) -> MarketData:
    """A query at a time, by a service of its own."""
    served.clock.at = now

    async def go() -> MarketData:
        async with served.service() as service:
            return await service.get_market_data("ercot", *question, **query)

    return asyncio.run(go())


def steps(data: MarketData) -> set[timedelta]:
    """How far apart the answer's intervals begin."""
    return set(data.frame["interval_start"].unique().sort().diff().drop_nulls())


@pytest.mark.parametrize(
    ("dataset", "feed", "rows"),
    [
        ("fuel_mix", "dashboard_fuel_mix", 288 * FUELS),
        ("storage", "dashboard_energy_storage_resources", 288),
        ("load", "act_sys_load_by_fzn", 24 * 5),
        ("load_forecast", "7d_load_fcast_by_fzn", 24 * 5),
    ],
)
def test_usual_answer_of_each_dataset(served: Served, dataset: str, feed: str, rows: int) -> None:
    """Fuel mix and batteries come from the dashboards; load and its forecast stay what they were."""
    data = get(served, NOW, dataset, "2026-11-19", "2026-11-20")
    assert set(data.frame["feed"]) == {feed}
    assert len(data) == rows
    assert data.coverage.complete


def test_fuel_mix_counts_storage_once(served: Served) -> None:
    """Its halves are left out; with revisions they are there, and add up to it."""
    data = get(served, NOW, "fuel_mix", "2026-11-19", "2026-11-20")
    every = get(served, NOW, "fuel_mix", "2026-11-19", "2026-11-20", revisions=True)
    assert data.frame["fuel_native"].n_unique() == FUELS
    assert {each.kind for each in data.findings} == {FindingKind.SUPERSEDED_ROW}
    storage = every.frame.filter(pl.col("fuel") == "storage").pivot(
        "fuel_native", index="interval_start", values="generation"
    )
    net = storage["Power Storage Charging"] + storage["Power Storage Discharging"]
    assert (storage["Power Storage"] - net).abs().max() < 0.001  # type: ignore[operator]
    assert storage["Power Storage"].min() < 0 < storage["Power Storage"].max()  # type: ignore[operator]


def test_running_day_ends_now_and_is_no_error(served: Served) -> None:
    """At 11:02 the reading of 11:00 is the last; the rest of the day is said to be to come."""
    for dataset in ("fuel_mix", "storage"):
        data = get(served, NOW, dataset, "2026-11-20", "2026-11-21")
        assert data.frame["interval_start"].max() == utc("2026-11-20T17:00")
        assert [part.status for part in data.coverage.parts] == [CoverageStatus.INCOMPLETE]
        assert FindingKind.GAP not in {each.kind for each in data.findings}


def test_running_days_load_ends_with_the_last_whole_hour(served: Served) -> None:
    """At 11:02 eleven hours are over; thirteen are counted as still to come."""
    data = get(served, NOW, "dashboard_system_wide_demand", "2026-11-20", "2026-11-21")
    assert data.frame["interval_end"].max() == utc("2026-11-20T17:00")
    assert data.frame["load"].null_count() == 0
    assert [(each.kind, each.rows) for each in data.findings] == [(FindingKind.ADVISORY_ROW, 13)]


@pytest.mark.parametrize(
    ("day", "end", "hours"), [("2026-03-08", "2026-03-09", 23), ("2026-11-01", "2026-11-02", 25)]
)
def test_days_when_the_clocks_change_are_whole(served: Served, day: str, end: str, hours: int) -> None:
    """Asked on the day after: every reading once, with the one late stamp put back."""
    now = utc(f"{end}T18:00")
    mix = get(served, now, "fuel_mix", day, end)
    storage = get(served, now, "storage", day, end)
    load = get(served, now, "dashboard_system_wide_demand", day, end)
    assert (len(mix), len(storage), len(load)) == (hours * 12 * FUELS, hours * 12, hours)
    assert (steps(mix), steps(storage), steps(load)) == ({FIVE}, {FIVE}, {timedelta(hours=1)})
    for data in (mix, storage, load):
        assert data.coverage.complete
        kinds = {each.kind for each in data.findings}
        assert not kinds & {FindingKind.GAP, FindingKind.DUPLICATE_KEY, FindingKind.REJECTED_ROW}


@pytest.mark.parametrize("minute", ["06:00", "07:01", "07:59", "08:00", "08:02"])
def test_repeated_hour_is_right_while_it_runs(served: Served, minute: str) -> None:
    """On November 1, 2026, in both passes: the newest reading of the batteries is less than five minutes old."""
    now = utc(f"2026-11-01T{minute}")
    data = get(served, now, "storage", "2026-11-01", "2026-11-02")
    newest = data.frame["interval_start"].max()
    assert isinstance(newest, datetime)
    assert timedelta() <= now - newest < FIVE
    assert steps(data) == {FIVE}


def test_yesterday_and_today_are_one_request(served: Served) -> None:
    """A dashboard has both."""
    before = len(served.requests)
    data = get(served, NOW, "storage", "2026-11-19", "2026-11-20T11:00")
    assert len(served.requests) - before == 1
    assert len(data) == 288 + 132


def test_older_day_is_no_data(served: Served) -> None:
    """Of the day before yesterday nothing is left; a day before that is not even asked for."""
    with pytest.raises(NoData, match="has only yesterday and today"):
        get(served, NOW, "fuel_mix", "2026-11-18", "2026-11-19")
    before = len(served.requests)
    with pytest.raises(NoData, match="keeps only the last 2 days"):
        get(served, NOW, "fuel_mix", "2026-11-17", "2026-11-18")
    assert len(served.requests) == before


def test_first_minutes_of_a_day_have_no_load_yet(served: Served) -> None:
    """At 00:10 no hour is over: not published yet."""
    with pytest.raises(NoData, match="nothing of this time yet"):
        get(served, utc("2026-11-20T06:10"), "dashboard_system_wide_demand", "2026-11-20", "2026-11-21")


@pytest.mark.parametrize(
    ("feed", "start", "end", "hours"),
    [
        ("dashboard_current_load_forecast", "2026-11-19", "2026-11-22", 72),
        ("dashboard_current_load_forecast", "2026-11-21", "2026-11-22", 24),
        ("dashboard_day_ahead_load_forecast", "2026-11-19", "2026-11-21", 48),
    ],
)
def test_forecasts_of_the_running_publication(
    served: Served, feed: str, start: str, end: str, hours: int
) -> None:
    """Yesterday, today and tomorrow, all known by when the dashboard showed them."""
    data = get(served, NOW, feed, start, end)
    assert len(data) == hours
    assert set(data.frame["publish_time"]) == {NOW}
    assert data.coverage.complete


def test_load_of_the_running_day_every_five_minutes(served: Served) -> None:
    """At 11:02 there are 133 readings; the 156 rows that look ahead are counted, and no range is needed."""
    data = get(served, NOW, "dashboard_supply_demand")
    assert data.frame["interval_start"].max() == utc("2026-11-20T17:00")
    assert (len(data), steps(data)) == (133, {FIVE})
    assert [(each.kind, each.rows) for each in data.findings] == [(FindingKind.ADVISORY_ROW, 156)]


def test_present_forecast_needs_no_range(served: Served) -> None:
    """Without one it is that of the running day."""
    assert len(get(served, NOW, "dashboard_current_load_forecast")) == 24
