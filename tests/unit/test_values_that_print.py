"""What a person types at a prompt prints in a few lines, and can be pickled and copied."""

from __future__ import annotations

import asyncio
import copy
import pickle
from pathlib import Path

import polars as pl
import pytest

from builders import feed, market, utc
from collecting_builders import settings
from energyopti import MarketData, PluginError, Query, UnifiedMarketService
from energyopti.query.resolving import resolve
from installed import installed

NOW = utc("2026-09-15T16:00")
DAY = ("2026-09-10", "2026-09-11")


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> MarketData:
    """A day of day-ahead prices of New York's zones, from the sandbox."""
    pytest.importorskip("energyopti_nyiso")
    home: Path = tmp_path_factory.mktemp("home")

    async def go() -> MarketData:
        async with UnifiedMarketService(settings=settings(home, sandbox="1"), now=lambda: NOW) as service:
            return await service.get_market_data("nyiso", "damlbmp_zone", *DAY, partial=True)

    return asyncio.run(go())


def test_result_prints_what_came_and_its_first_rows(prices: MarketData) -> None:
    """One line about it, and the table as polars prints it."""
    first, *rest = repr(prices).splitlines()
    assert first == (
        "<MarketData nyiso/damlbmp_zone, 2026-09-10T04:00:00Z to 2026-09-11T04:00:00Z: 360 rows, complete>"
    )
    assert len(rest) < 30
    assert "\n".join(rest) == str(prices.frame)


def test_market_and_feed_print_in_a_line() -> None:
    """Their names, and how much there is of them."""
    nyiso = installed().market("nyiso")
    assert repr(nyiso) == f"<Market nyiso: {nyiso.title}, {len(nyiso.feeds)} feeds, America/New_York>"
    zones = nyiso.feed("damlbmp_zone")
    assert repr(zones) == "<Feed damlbmp_zone: lmp of run day_ahead, every 1:00:00, since 1999-11-18>"


def test_resolved_query_and_chunk_print_in_a_line() -> None:
    """Only what is not as usual."""
    asked = Query.of("nyiso", "damlbmp_zone", *DAY, locations="WEST", partial=True)
    (query,), _ = resolve(installed(), asked, NOW)
    assert repr(query) == (
        "<ResolvedQuery nyiso/damlbmp_zone, 2026-09-10T04:00:00Z to 2026-09-11T04:00:00Z, "
        "locations=('WEST',), partial=True>"
    )


def test_result_survives_pickling_with_its_raw_rows(prices: MarketData) -> None:
    """It means the market that is installed where it is read; its source's own columns come along."""
    again: MarketData = pickle.loads(pickle.dumps(prices))
    assert again.frame.equals(prices.frame)
    assert again.query.market is not None
    assert (again.query.market.id, again.query.feed.name) == ("nyiso", "damlbmp_zone")
    assert again.raw().equals(prices.raw())
    assert (again.coverage, again.provenance) == (prices.coverage, prices.provenance)


def test_result_can_be_copied(prices: MarketData) -> None:
    """A copy has the same rows, and shares them."""
    twin = copy.copy(prices)
    assert twin.frame.equals(prices.frame)
    assert copy.deepcopy(prices).frame.equals(prices.frame)
    assert isinstance(twin.frame, pl.DataFrame)


def test_declarations_are_copied_as_they_are() -> None:
    """They never change."""
    there = market()
    assert copy.copy(there) is copy.deepcopy(there) is there
    assert copy.deepcopy(there.feeds[0]) is there.feeds[0]


def test_installed_market_is_read_back_as_the_one_that_is_there() -> None:
    """And its feeds as that market's."""
    again = pickle.loads(pickle.dumps(installed().market("nyiso")))
    assert (again.id, again.zone) == ("nyiso", "America/New_York")
    zones = pickle.loads(pickle.dumps(again.feed("damlbmp_zone")))
    assert zones is again.feed("damlbmp_zone")


def test_what_is_not_installed_cannot_be_pickled() -> None:
    """Nothing could be found by its name."""
    with pytest.raises(PluginError, match="market testiso cannot be pickled: it is not installed"):
        pickle.dumps(market())
    with pytest.raises(PluginError, match="cannot be pickled: no installed market has it"):
        pickle.dumps(feed())
