"""Comparisons made of prices that a test writes down, without a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import attrs
import polars as pl

from builders import utc
from energyopti import Block, CrossMarketAnalysis, TimeRange
from energyopti.analysis.block_tables import blocks, months
from energyopti.analysis.calendar import Calendar
from energyopti.analysis.hours import on_the_clock
from energyopti.analysis.spreads import dart, pairs, storage, storage_days
from energyopti.analysis.statistics import statistics
from energyopti.analysis.tables import DART_BLOCKS, DART_HOURS, HOURS, MARKETS, as_table
from energyopti.frames import empty_frame, frame_schema

Prices = Sequence[float | None]


def calendar_of(
    zone: str = "America/New_York", *, onpeak: str = "5x16", first: int = 7, last: int = 22
) -> Calendar:
    """The calendar of a market on a zone's clock, with its own blocks."""
    return Calendar(zone=zone, block_zone=zone, blocks=Block.traded(onpeak, first=first, last=last))


def hours(
    market: str,
    prices: Prices,
    *,
    first: str = "2024-07-01T00:00",
    zone: str = "America/New_York",
    congestion: Prices | None = None,
    loss: Prices | None = None,
    calendar: Calendar | None = None,
) -> pl.DataFrame:
    """A table `hours` of one market, from an instant on."""
    nothing: Prices = [None] * len(prices)
    columns: dict[str, Prices] = {"lmp": prices, "congestion": congestion or nothing, "loss": loss or nothing}
    starts = [utc(first) + timedelta(hours=number) for number in range(len(prices))]
    frame = pl.DataFrame(
        {
            "interval_start": pl.Series(starts, dtype=pl.Datetime("us", "UTC")),
            **{name: pl.Series(values, dtype=pl.Float64) for name, values in columns.items()},
        }
    )
    return as_table(on_the_clock(frame, market=market, calendar=calendar or calendar_of(zone)), HOURS)


def analysed(
    prices: Mapping[str, Prices], *, first: str = "2024-07-01T00:00", tz: str | None = "UTC", **changes: Any
) -> CrossMarketAnalysis:
    """The comparison of some markets' prices from an instant on; each is at its HUB, on New York's clock."""
    table = pl.concat([hours(name, each, first=first) for name, each in prices.items()])
    markets = pl.DataFrame(
        [
            {
                "market": name,
                "zone": "America/New_York",
                "start": utc(first),
                "end": utc(first) + timedelta(hours=len(prices[name])),
                "block": "5x16",
                "block_hours": "HE07-22 America/New_York",
                "location": "HUB",
                "run": "day_ahead",
                "feed": "prices",
            }
            for name in prices
        ],
        schema=frame_schema(MARKETS),
    )
    each_market = table.partition_by("market", maintain_order=True)
    days = pl.concat([storage_days(each, zone="America/New_York") for each in each_market])
    count = len(next(iter(prices.values())))
    found = CrossMarketAnalysis(
        time=TimeRange(utc(first), utc(first) + timedelta(hours=count)),
        tz=tz,
        markets=markets,
        hours=table,
        statistics=statistics(table, markets),
        blocks=pl.concat(blocks(each, calendar_of()) for each in each_market),
        months=pl.concat(months(each, calendar_of()) for each in each_market),
        pairs=pairs(table),
        dart=dart(empty_frame(DART_HOURS), markets),
        dart_blocks=empty_frame(DART_BLOCKS),
        dart_hours=empty_frame(DART_HOURS),
        storage=storage(days),
        storage_days=days,
        findings=dict.fromkeys(prices, ()),
        provenance=dict.fromkeys(prices, ()),
    )
    return attrs.evolve(found, **changes)
