"""The prices of reserves that only yearly documents have, over HTTP and without an account."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from builders import utc
from energyopti import InvalidTimeRange, MarketData
from energyopti.sandbox import Fault, FaultKind
from serving import Served, sandbox_served

NOW = utc("2026-01-03T17:00")
"""A Saturday: the year 2025 is over, and that of 2026 has no Sunday yet."""

NO_ACCOUNT = Fault(kind=FaultKind.STATUS, path="login", status=400)
SERVICES = 5


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox early in January 2026, over HTTP."""
    with sandbox_served(NOW, tmp_path_factory.mktemp("home")) as running:
        yield running


def get(served: Served, feed: str, start: str, end: str, *faults: Fault) -> MarketData:
    """A query by a service of its own, while some things do not work."""

    async def go() -> MarketData:
        async with served.service() as service:
            return await service.get_market_data("ercot", feed, start, end)

    served.spoil(*faults)
    try:
        return asyncio.run(go())
    finally:
        served.spoil()


@pytest.mark.parametrize(
    ("feed", "start", "end", "rows"),
    [
        ("dam_clear_price_for_cap", "2025-03-09", "2025-03-10", 23),
        ("dam_clear_price_for_cap", "2025-11-02", "2025-11-03", 25),
        ("rt_clear_price_cap", "2025-12-10", "2025-12-11", 96),
        ("rt_clear_price_cap_sced", "2025-12-10", "2025-12-11", 288),
    ],
)
def test_prices_without_an_account_are_those_that_the_api_has(
    served: Served, feed: str, start: str, end: str, rows: int
) -> None:
    """The same rows from the year's document, each service at each time."""
    whole = get(served, feed, start, end)
    assert [each.feed_source for each in whole.provenance] == ["Public API"]
    yearly = get(served, feed, start, end, NO_ACCOUNT)
    assert [each.feed_source.split()[0] for each in yearly.provenance] == ["yearly"]
    assert len(yearly) == rows * SERVICES
    key = ["interval_start", "product_native"]
    assert yearly.frame.select(key).is_duplicated().sum() == 0
    columns = [*key, "product", "price", "run", "location", "basis"]
    assert yearly.frame.select(columns).sort(key).equals(whole.frame.select(columns).sort(key))
    assert yearly.coverage.complete


def test_day_that_the_list_has_in_part_comes_whole_from_the_year_s_workbook(served: Served) -> None:
    """What is left of a day in the list is the last resort."""
    served.clock.at = utc("2026-01-07T12:00")
    try:
        data = get(served, "rt_clear_price_cap", "2025-12-31", "2026-01-01", NO_ACCOUNT)
    finally:
        served.clock.at = NOW
    assert [each.feed_source for each in data.provenance] == ["yearly workbooks"]
    assert len(data) == 96 * SERVICES


def test_day_ahead_prices_go_back_to_the_first_day(served: Served) -> None:
    """The nodal market began on December 1, 2010; no earlier day is asked for."""
    data = get(served, "dam_clear_price_for_cap", "2010-12-01", "2010-12-02", NO_ACCOUNT)
    assert data.frame["interval_start"].min() == utc("2010-12-01T06:00")
    assert data.frame["interval_end"].max() == utc("2010-12-01T06:00") + timedelta(hours=24)
    with pytest.raises(InvalidTimeRange, match="begins on 2010-12-01"):
        get(served, "dam_clear_price_for_cap", "2010-11-30", "2010-12-02")


def test_running_year_is_a_workbook(served: Served) -> None:
    """Day-ahead prices of the summer, in the workbook of October 2026."""
    served.clock.at = utc("2026-10-06T17:00")
    try:
        data = get(served, "dam_clear_price_for_cap", "2026-08-01", "2026-08-02", NO_ACCOUNT)
    finally:
        served.clock.at = NOW
    assert [each.feed_source for each in data.provenance] == ["yearly documents"]
    assert len(data) == 24 * SERVICES
