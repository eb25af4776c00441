"""New York's day-ahead and real-time prices side by side, with the spread between them.

Runs on the embedded sandbox: generated data, no network, no key. `make demo` runs it.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from energyopti import MarketData, Registry, Settings, UnifiedMarketService

LOCATION = "N.Y.C."
DAY = ("2024-07-09", "2024-07-10")


async def fetch(home: Path) -> tuple[MarketData, MarketData]:
    """Both runs of one day, asked at once."""
    settings = Settings(home=home, sandbox="1")
    async with UnifiedMarketService(Registry(), settings) as service:
        return await asyncio.gather(
            service.get_market_data("nyiso", "lmp", *DAY, run="day_ahead", locations=LOCATION),
            service.get_market_data("nyiso", "lmp", *DAY, run="real_time_5min", locations=LOCATION),
        )


def hourly(data: MarketData) -> pl.DataFrame:
    """Hourly prices on the market's clock: shorter intervals are averaged by their duration."""
    hours = (pl.col("interval_end") - pl.col("interval_start")).dt.total_seconds() / 3600
    return (
        data.local()
        .group_by(pl.col("interval_start").dt.truncate("1h").alias("hour"))
        .agg((pl.col("lmp") * hours).sum() / hours.sum())
        .sort("hour")
    )


def side_by_side(day_ahead: MarketData, real_time: MarketData) -> Table:
    """The table: an hour a row, prices in USD/MWh."""
    joined = hourly(day_ahead).join(hourly(real_time), on="hour", suffix="_rt")
    table = Table(title=f"{LOCATION}, {DAY[0]}: prices in USD/MWh", title_justify="left", header_style="bold")
    for name, style in (
        ("hour (New York)", "cyan"),
        ("day-ahead", "white"),
        ("real-time", "white"),
        ("spread", "bold"),
        ("", "white"),
    ):
        table.add_column(name, style=style, justify="left" if name in {"hour (New York)", ""} else "right")
    widest = max(1.0, float(joined.select((pl.col("lmp") - pl.col("lmp_rt")).abs().max()).item()))
    for hour, ahead, real in joined.iter_rows():
        spread = ahead - real
        bar = "█" * round(20 * abs(spread) / widest)
        colour = "green" if spread >= 0 else "red"
        table.add_row(f"{hour:%H:%M}", f"{ahead:.2f}", f"{real:.2f}", f"{spread:+.2f}", f"[{colour}]{bar}[/]")
    means = joined.select(pl.col("lmp").mean(), pl.col("lmp_rt").mean()).row(0)
    table.add_section()
    table.add_row("mean", f"{means[0]:.2f}", f"{means[1]:.2f}", f"{means[0] - means[1]:+.2f}", "")
    return table


def whence(data: MarketData) -> str:
    """Where the data came from, in a line."""
    (chunk,) = data.provenance
    state = "final" if chunk.final else "preliminary"
    rows = f"{len(data)} rows of {data.query.market.id}/{chunk.feed}"
    return f"{rows}, from the {chunk.era} {chunk.urls[0]} ({state}, {len(data.findings)} findings)"


def main() -> None:
    """Fetch, compare, print."""
    console = Console()
    with tempfile.TemporaryDirectory() as home:
        day_ahead, real_time = asyncio.run(fetch(Path(home)))
    console.print(side_by_side(day_ahead, real_time))
    console.print("spread = day-ahead minus real-time; generated data from the embedded sandbox\n")
    for data in (day_ahead, real_time):
        console.print(whence(data), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
