"""A comparison of markets as pages for people: one column per market, one row per figure."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from energyopti.analysis import TABLES
from energyopti.cli.output import add_row, fitted, listing, page_width, printable
from energyopti.cli.table import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from rich.table import Table

    from energyopti.analysis import CrossMarketAnalysis

_NONE = "-"
_NARROWEST, _WIDEST = 20, 72


def table_page(frame: pl.DataFrame, name: str) -> list[RenderableType]:
    """One table of a comparison, laid out as ``get`` lays out a dataset."""
    return page(frame, TABLES.get(name), title=name)


def comparison_page(analysis: CrossMarketAnalysis, *, sparklines: bool) -> list[RenderableType]:
    """The figures of each market and each pair, the sparklines, and notes on the terms."""
    from rich.text import Text

    runs = ", ".join(dict.fromkeys(analysis.markets["run"]))
    hours = (analysis.time.end - analysis.time.start).total_seconds() / 3600
    title = f"{', '.join(analysis.names)}: {runs} prices in USD/MWh, {analysis.time}, {hours:,.0f} hours"
    parts: list[RenderableType] = [Text(printable(title), style="bold"), "", _figures(analysis)]
    if analysis.pairs.height:
        parts += ["", *_pairs(analysis.pairs)]
    if sparklines and _blocks_can_be_shown():
        parts += ["", *_sparklines(analysis)]
    return [*parts, "", *(Text(printable(note), style="dim") for note in _notes(analysis))]


def _money(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.2f}"


def _count(value: float | None) -> str:
    return _NONE if value is None else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return _NONE if value is None else f"{100 * value:.1f} %"


def _time(value: datetime | None) -> str:
    return _NONE if value is None else f"{value:%Y-%m-%d %H:%M}"


def _word(value: str | None) -> str:
    return _NONE if value is None else value


_FIGURES: tuple[tuple[str, str, str, Callable[[Any], str]], ...] = (
    ("location", "markets", "location", _word),
    ("  its name", "markets", "location_name", _word),
    ("hours", "statistics", "hours", _count),
    ("missing hours", "statistics", "missing_hours", _count),
    ("mean", "statistics", "mean", _money),
    ("median", "statistics", "median", _money),
    ("5th percentile", "statistics", "p5", _money),
    ("25th percentile", "statistics", "p25", _money),
    ("75th percentile", "statistics", "p75", _money),
    ("95th percentile", "statistics", "p95", _money),
    ("std dev", "statistics", "standard_deviation", _money),
    ("volatility", "statistics", "volatility", _money),
    ("lowest", "statistics", "minimum", _money),
    ("  in the hour", "statistics", "minimum_at", _time),
    ("highest", "statistics", "maximum", _money),
    ("  in the hour", "statistics", "maximum_at", _time),
    ("negative hours", "statistics", "negative_hours", _count),
    ("  longest streak", "statistics", "longest_negative_streak", _count),
    ("on-peak block", "statistics", "block", _word),
    ("on-peak mean", "statistics", "onpeak_mean", _money),
    ("off-peak mean", "statistics", "offpeak_mean", _money),
    ("congestion", "statistics", "congestion_share", _percent),
    ("losses", "statistics", "loss_share", _percent),
    ("DART mean", "dart", "mean", _money),
    ("DART deviation", "dart", "standard_deviation", _money),
    ("DART hit rate", "dart", "hit_rate", _percent),
    ("DART 5th percentile", "dart", "p5", _money),
    ("DART 95th percentile", "dart", "p95", _money),
    ("whole days", "storage", "days", _count),
    ("TB1, USD/MW-day", "storage", "tb1_usd_per_mw_day", _money),
    ("TB2, USD/MW-day", "storage", "tb2_usd_per_mw_day", _money),
    ("TB4, USD/MW-day", "storage", "tb4_usd_per_mw_day", _money),
)
"""The rows of the page: label, table, column, and how to format a value."""


def _figures(analysis: CrossMarketAnalysis) -> Table:
    table = listing("", *map(printable, analysis.names))
    for column in table.columns[1:]:
        column.justify = "right"
    for label, name, column_name, written in _FIGURES:
        values = _by_market(analysis, name, column_name)
        if any(value is not None for value in values):
            add_row(table, label, *map(written, values))
    return table


def _by_market(analysis: CrossMarketAnalysis, name: str, column: str) -> list[Any]:
    """A column's values in market order; None where a market has no row."""
    wanted = analysis.markets.select("market")
    joined = wanted.join(analysis.table(name), on="market", how="left", maintain_order="left")
    return joined[column].to_list()


def _pairs(pairs: pl.DataFrame) -> list[RenderableType]:
    rows = [
        {
            "first less second": f"{row['market']} - {row['other']}",
            "hours": _count(row["hours"]),
            "mean": _money(row["mean_spread"]),
            "deviation": _money(row["standard_deviation"]),
            "lowest": _money(row["minimum"]),
            "highest": _money(row["maximum"]),
            "correlation": _money(row["correlation"]),
        }
        for row in pairs.iter_rows(named=True)
    ]
    right = rows[0].keys() - {"first less second"}
    spare = ("lowest", "highest", "hours")
    return fitted(rows, whole=rows[0].keys(), spare=spare, right=right, more="--table pairs gives all")


def _blocks_can_be_shown() -> bool:
    """Whether standard output can show the blocks of a sparkline."""
    try:
        "\N{FULL BLOCK}".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _sparklines(analysis: CrossMarketAnalysis) -> list[RenderableType]:
    """One line per market, scaled between its own lowest and highest price."""
    from rich.text import Text

    longest = max(map(len, analysis.names))
    width = min(_WIDEST, max(_NARROWEST, page_width() - longest - 2))
    return [
        Text(f"{printable(name):{longest}}  {line}", no_wrap=True)
        for name, line in analysis.sparklines(width).items()
    ]


def _notes(analysis: CrossMarketAnalysis) -> list[str]:
    """Notes that define the terms."""
    runs = [f"{row[0]} {row[1]}" for row in analysis.dart.select("market", "real_time_run").iter_rows()]
    efficiency = f"round-trip efficiency {analysis.storage['round_trip_efficiency'][0]:g}"
    return [
        "hours are UTC; on-peak, without NERC holidays: "
        + "; ".join(f"{', '.join(names)} {hours}" for hours, names in _onpeak(analysis).items()),
        "volatility: standard deviation of the change from one hour to the next",
        *(
            ["congestion, losses: their share of the price, where they are published"]
            if any(analysis.statistics[name].count() for name in ("congestion_share", "loss_share"))
            else []
        ),
        *([f"DART: day-ahead minus real-time ({', '.join(runs)}); a hit is an hour above 0"] if runs else []),
        f"TBn: a day's n most expensive hours minus its n cheapest, in sum; mean of whole days; {efficiency}",
    ]


def _onpeak(analysis: CrossMarketAnalysis) -> dict[str, list[str]]:
    """The on-peak blocks with their hours, each with the markets that use it."""
    found: dict[str, list[str]] = {}
    for market, block, hours in analysis.markets.select("market", "block", "block_hours").iter_rows():
        found.setdefault(f"{block} {hours}", []).append(market)
    return found
