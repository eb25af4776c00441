"""Comparisons of all installed markets over HTTP, against figures that plain Python makes of the same rows."""

from __future__ import annotations

import asyncio
import csv
import io
import itertools
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import utc
from energyopti import CrossMarketAnalysis, MarketData, UnifiedMarketService
from hourly_oracle import hourly_means
from installed import installed, unmeasured
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

START, END = utc("2024-11-02T00:00"), utc("2024-11-05T00:00")
"""Three days around New York's and Chicago's long one."""

HOURS = 72
PATIENT: dict[str, Any] = {"patience": 120.0, "timeout": 60.0}
"""A market that a busy machine is slow to generate is not left out."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A sandbox with all installed markets."""
    with sandbox_served(utc("2024-12-01T12:00"), tmp_path_factory.mktemp("home")) as running:
        yield running


def ask(served: Served, run: str) -> tuple[CrossMarketAnalysis, dict[str, MarketData]]:
    """The comparison of the markets that have a run, and the rows of that run at each one's hub."""

    async def go() -> tuple[CrossMarketAnalysis, dict[str, MarketData]]:
        async with served.service(**PATIENT) as service:
            found = await service.get_cross_market_analysis(START, END, run=run, dart=False, partial=True)
            return found, {name: await at_the_hub(served, service, name, run) for name in found.names}

    return asyncio.run(go())


async def at_the_hub(served: Served, service: UnifiedMarketService, name: str, run: str) -> MarketData:
    """The rows of a run at the market's hub."""
    hub = served.registry.market(name).reference_hub
    return await service.get_market_data(name, "lmp", START, END, run=run, locations=hub)


@pytest.fixture(scope="module")
def day_ahead(served: Served) -> tuple[CrossMarketAnalysis, dict[str, MarketData]]:
    """The comparison of day-ahead prices."""
    return ask(served, "day_ahead")


def prices(data: MarketData) -> list[float]:
    """The prices of an answer in the order of time."""
    return data.frame["lmp"].to_list()


def test_every_installed_market_is_compared(
    day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]],
) -> None:
    """In the order of the registry, with every hour."""
    found, _ = day_ahead
    assert found.names == installed().filling("lmp")
    assert found.statistics["hours"].to_list() == [HOURS] * len(found.names)


def test_day_ahead_prices_are_those_of_each_market(
    day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]],
) -> None:
    """Hour by hour, to the last bit, over the change of the clock."""
    found, rows = day_ahead
    for name, data in rows.items():
        assert found.side_by_side()[name].to_list() == prices(data), name


def test_statistics_are_those_of_plain_python(
    day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]],
) -> None:
    """Mean, median, deviation, volatility and extremes of each market."""
    found, rows = day_ahead
    for row in found.statistics.iter_rows(named=True):
        known = prices(rows[row["market"]])
        changes = [later - earlier for earlier, later in itertools.pairwise(known)]
        assert row["mean"] == pytest.approx(statistics.fmean(known))
        assert row["median"] == pytest.approx(statistics.median(known))
        assert row["standard_deviation"] == pytest.approx(statistics.stdev(known))
        assert row["volatility"] == pytest.approx(statistics.stdev(changes))
        assert (row["minimum"], row["maximum"]) == (min(known), max(known))
        assert row["negative_hours"] == sum(price < 0 for price in known)


def test_pairs_are_those_of_plain_python(
    day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]],
) -> None:
    """Spread and correlation of each two markets."""
    found, rows = day_ahead
    count = len(found.names)
    assert found.pairs.height == count * (count - 1) // 2
    for row in found.pairs.iter_rows(named=True):
        first, second = prices(rows[row["market"]]), prices(rows[row["other"]])
        spread = [one - other for one, other in zip(first, second, strict=True)]
        assert row["mean_spread"] == pytest.approx(statistics.fmean(spread))
        assert row["standard_deviation"] == pytest.approx(statistics.stdev(spread))
        assert row["correlation"] == pytest.approx(statistics.correlation(first, second))


def test_long_day_counts_with_its_25_hours(
    day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]],
) -> None:
    """3 November 2024 is a whole day in every market, and a battery takes its dearest four hours of 25."""
    found, rows = day_ahead
    long = {row["market"]: row for row in found.storage_days.iter_rows(named=True) if row["day_hours"] == 25}
    assert tuple(long) == found.names
    for name, data in rows.items():
        day = sorted(
            row["lmp"] for row in data.local().iter_rows(named=True) if row["interval_start"].day == 3
        )
        assert (len(day), long[name]["hours"]) == (25, 25)
        expected = sum(day[-4:]) - sum(day[:4])
        assert long[name]["tb4_usd_per_mw_day"] == pytest.approx(expected)


def test_five_minute_prices_are_weighted_by_their_seconds(served: Served) -> None:
    """Of every market that has them: dispatch runs begin at any second, and the hours are right."""
    found, rows = ask(served, "real_time_5min")
    assert set(rows) >= {"ercot", "nyiso", "pjm"} & set(installed().markets)
    for name, data in rows.items():
        feed = data.query.feed
        intervals = data.frame.select("interval_start", "interval_end", "lmp").rows()
        slack = feed.step / 2 if feed.irregular else timedelta()
        expected = hourly_means(intervals, START, END, slack)
        assert None not in expected
        assert found.side_by_side()[name].to_list() == [pytest.approx(value) for value in expected], name


@pytest.mark.exhaustive
def test_dart_is_day_ahead_less_the_real_time_run_of_each_market(
    served: Served, day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]]
) -> None:
    """Hour by hour, by plain subtraction of hourly means."""

    async def go() -> tuple[CrossMarketAnalysis, dict[str, MarketData]]:
        async with served.service(**PATIENT) as service:
            found = await service.get_cross_market_analysis(START, END)
            runs = found.markets.select("market", "real_time_run").drop_nulls().iter_rows()
            return found, {name: await at_the_hub(served, service, name, run) for name, run in runs}

    found, real = asyncio.run(go())
    _, ahead = day_ahead
    assert len(real) > 1
    for name, data in real.items():
        intervals = data.frame.select("interval_start", "interval_end", "lmp").rows()
        hours = hourly_means(intervals, START, END)
        expected = [
            one - other for one, other in zip(prices(ahead[name]), hours, strict=True) if other is not None
        ]
        darts = found.dart_hours.filter(market=name)["dart"].to_list()
        assert darts == [pytest.approx(value) for value in expected]
        assert len(darts) == HOURS


@pytest.mark.exhaustive
def test_command_says_what_the_service_says(
    served: Served, day_ahead: tuple[CrossMarketAnalysis, dict[str, MarketData]], tmp_path: Path
) -> None:
    """In a process of its own, over the same server: the statistics, and a chart beside them."""
    chart = tmp_path / "chart.svg"
    arguments = (
        "--start",
        "2024-11-02T00:00Z",
        "--end",
        "2024-11-05T00:00Z",
        "--no-dart",
        "-f",
        "csv",
        "--chart",
        str(chart),
    )
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "from energyopti.cli import main; main()",
            "compare",
            *arguments,
        ],
        env=unmeasured() | {"ENERGYOPTI_SANDBOX": served.url, "ENERGYOPTI_HOME": str(tmp_path)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    means = {row["market"]: float(row["mean"]) for row in csv.DictReader(io.StringIO(done.stdout.decode()))}
    assert means == dict(day_ahead[0].statistics.select("market", "mean").iter_rows())
    assert chart.read_bytes().startswith(b"<svg")
