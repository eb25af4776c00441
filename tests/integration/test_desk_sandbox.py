"""A desk's analyses on answers of the installed markets, against figures that plain Python makes of the same rows."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from builders import utc
from desk_rows import only
from energyopti import MarketData
from energyopti.analysis import basis, battery, capture, forecast_errors, implied_heat_rate, peaks
from installed import installed
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

START, END = utc("2024-07-01T07:00"), utc("2024-07-03T07:00")
"""Two days of Los Angeles."""

RULES = [(market.id, rule.name) for market in installed().markets.values() for rule in market.peaks]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A sandbox with all installed markets."""
    with sandbox_served(utc("2024-12-01T12:00"), tmp_path_factory.mktemp("home")) as running:
        yield running


def ask(served: Served, market: str, dataset: str, **query: Any) -> MarketData:
    """An answer of a market for the two days."""

    async def go() -> MarketData:
        async with served.service(patience=120.0, timeout=60.0) as service:
            return await service.get_market_data(market, dataset, START, END, **query)

    return asyncio.run(go())


@pytest.mark.parametrize(("market", "name"), RULES)
def test_peaks_are_found_by_the_rule_that_a_market_declares(served: Served, market: str, name: str) -> None:
    """In its feed, at its places, in whole hours: the highest sum."""
    (rule,) = (each for each in installed().markets[market].peaks if each.name == name)
    data = ask(served, market, rule.feed)
    added: dict[datetime, float] = defaultdict(float)
    for row in data:
        if row["location"] in rule.locations:
            added[row["interval_start"]] += row["load"]
    first = peaks(data).table("peaks").row(0, named=True)
    assert (first["rule"], first["rank"]) == (name, 1)
    assert first["load"] == pytest.approx(max(added.values()))
    assert added[first["interval_start"]] == pytest.approx(first["load"])


def test_basis_of_a_zone_is_made_of_its_parts(served: Served) -> None:
    """New York publishes all components, so that nothing is left but rounding."""
    zone, hub = (
        ask(served, "nyiso", "lmp", run="day_ahead", locations=name) for name in ("N.Y.C.", "CENTRL")
    )
    table = basis(zone, hub).table("basis")
    expected = [one["lmp"] - other["lmp"] for one, other in zip(zone, hub, strict=True)]
    assert table["basis"].to_list() == pytest.approx(expected)
    assert table["rest"].abs().max() < 0.011  # type: ignore[operator]


def test_congestion_is_above_system_lambda_where_it_alone_is_published(served: Served) -> None:
    """Texas: no losses, and all of the basis is congestion."""
    west, north, energy = (
        ask(served, "ercot", "lmp", run="day_ahead", locations="HB_WEST"),
        ask(served, "ercot", "lmp", run="day_ahead", locations="HB_NORTH"),
        ask(served, "ercot", "dam_system_lambda"),
    )
    table = basis(west, north, system_lambda=energy).table("basis")
    assert table.height == 48
    assert table["congestion"].to_list() == pytest.approx(table["basis"].to_list())
    expected = [one["lmp"] - other["lmp"] for one, other in zip(west, energy, strict=True)]
    assert table["node_congestion"].to_list() == pytest.approx(expected)


def test_wind_captures_prices_of_quarters_of_an_hour(served: Served) -> None:
    """Hourly output beside 15-minute prices."""
    prices = ask(served, "ercot", "lmp", run="real_time_15min", locations="HB_NORTH")
    wind = ask(served, "ercot", "wpp_hrly_avrg_actl_fcast_actual", locations="SYSTEM")
    output = {row["interval_start"]: row["generation"] for row in wind}
    value, energy = 0.0, 0.0
    for row in prices:
        power = output[row["interval_start"].replace(minute=0)]
        value, energy = value + row["lmp"] * power / 4, energy + power / 4
    found = only(capture(prices, wind).table("capture"))
    assert found["hours"] == 48.0
    assert found["capture_price"] == pytest.approx(value / energy)


def test_heat_rate_takes_the_index_of_the_market(served: Served) -> None:
    """California's gas indices are rows of a feed."""
    every = ask(served, "caiso", "PRC_FUEL")
    gas = ask(served, "caiso", "PRC_FUEL", locations=every.frame["location"][0])
    power = ask(served, "caiso", "lmp", run="day_ahead", locations="SP15")
    table = implied_heat_rate(power, gas).table("implied_heat_rate_intervals")
    by_day = [each["price"] for each in gas]
    expected = [row["lmp"] / by_day[number // 24] for number, row in enumerate(power)]
    assert table["implied_heat_rate"].to_list() == pytest.approx(expected)


def test_battery_trades_both_runs_of_a_market(served: Served) -> None:
    """Hourly day-ahead and five-minute real-time prices, with stamps that are irregular by nature."""
    ahead = ask(served, "nyiso", "lmp", run="day_ahead", locations="N.Y.C.")
    actual = ask(served, "nyiso", "lmp", run="real_time_5min", locations="N.Y.C.")
    both, alone = (
        only(battery(*prices, power=10, duration=4, round_trip_efficiency=0.85).table("battery"))
        for prices in ((ahead, actual), (None, actual))
    )
    assert both["hours"] == pytest.approx(48.0)
    assert both["revenue"] >= alone["revenue"] > 0
    assert both["bound"] == pytest.approx(both["revenue"], rel=2e-4)


def test_forecasts_are_better_the_later_they_are_made(served: Served) -> None:
    """As the sandbox makes them up, at all of PJM."""
    forecast = ask(served, "pjm", "load_frcstd_hist", vintages="all", locations="RTO")
    actual = ask(served, "pjm", "hrl_load_metered", locations="RTO")
    found = forecast_errors(forecast, actual)
    table = found.table("forecast_errors")
    assert table["rows"].sum() == found.table("forecast_rows").height
    counted = sum(finding.rows for finding in found.findings if finding.kind == "left_out")
    assert table["rows"].sum() + counted == len(forecast)
    assert table["mae"].is_sorted()
