"""Calls as users write them: checked by mypy, never run. A change that breaks one breaks somebody's code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

import energyopti
from energyopti import (
    Coverage,
    CrossMarketAnalysis,
    Finding,
    MarketData,
    Registry,
    Settings,
    UnifiedMarketService,
)

if TYPE_CHECKING:
    import pandas as pd


async def asks(service: UnifiedMarketService, start: datetime, end: date) -> MarketData:
    """Bounds of every kind, one location or several, any text column as a filter."""
    await service.get_market_data("nyiso", "lmp", start, "2024-07-02", run="day_ahead", locations="N.Y.C.")
    await service.get_market_data("nyiso", "load", start, end, feed="pal", locations=["WEST"], partial=True)
    return await service.get_market_data(
        "nyiso", "fuel_mix", start, end, tz="UTC", filters={"fuel": ["wind", "hydro"]}
    )


def blocks() -> tuple[pl.DataFrame, pd.DataFrame, Iterator[Any], tuple[Finding, ...], Coverage]:
    """The blocking face has the types of the async one."""
    data = energyopti.get("nyiso", "lmp", "2024-07-01", "2024-07-02", run="day_ahead", locations=["WEST"])
    frame: pl.DataFrame = data.local()
    return frame, data.to_pandas(), data.records(), data.findings, data.coverage


async def compares(service: UnifiedMarketService, start: datetime) -> tuple[pl.DataFrame, bytes]:
    """Markets, locations and run as a caller has them; both faces have the same types."""
    found: CrossMarketAnalysis = energyopti.compare("2024-07-01", "2024-07-08", markets="pjm", dart=False)
    again = await service.get_cross_market_analysis(
        start,
        "2024-07-02T00:00Z",
        markets=["pjm", "ercot"],
        locations={"ercot": "HB_WEST"},
        run="real_time_5min",
        block="common_5x16",
        round_trip_efficiency=0.85,
    )
    return again.side_by_side(), found.render("png")


def builds() -> UnifiedMarketService:
    """A service over chosen plugins and settings."""
    return UnifiedMarketService(Registry({}, discover=False), Settings(sandbox="1"))
