"""Day-ahead prices of every installed market side by side: figures, sparklines and a chart.

Runs on the embedded sandbox: generated data, no network, no key. `make demo` runs it; `energyopti compare --sandbox`
is the same thing as a command. It runs twice, each time with a service of its own: the second time everything comes from
the lake that the first one filled.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from energyopti import (
    CrossMarketAnalysis,
    Event,
    EventKind,
    OutputError,
    Registry,
    Settings,
    UnifiedMarketService,
)

WEEK = ("2024-07-08", "2024-07-15")
FIGURES = {
    "mean": "mean",
    "std dev": "standard_deviation",
    "lowest": "minimum",
    "highest": "maximum",
    "on-peak mean": "onpeak_mean",
    "off-peak mean": "offpeak_mean",
}


class Run:
    """One comparison, with the requests that it made and the seconds that it took."""

    def __init__(self, home: Path) -> None:
        self.requests = 0
        began = time.monotonic()
        self.analysis = asyncio.run(self._compare(Settings(home=home, lake=home / "lake", sandbox="1")))
        self.seconds = time.monotonic() - began

    async def _compare(self, settings: Settings) -> CrossMarketAnalysis:
        """The comparison; a market that cannot answer is left out, with a finding."""
        async with UnifiedMarketService(Registry(), settings, observe=self._count) as service:
            return await service.get_cross_market_analysis(*WEEK, partial=True)

    def _count(self, event: Event) -> None:
        self.requests += event.kind is EventKind.FETCH_STARTED


def figures(analysis: CrossMarketAnalysis) -> Table:
    """One column per market, one row per figure, in USD/MWh."""
    title = f"Day-ahead prices in USD/MWh, {analysis.time}"
    table = Table("", *analysis.names, title=title, title_justify="left", header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("location", *analysis.markets["location_name"].fill_null(analysis.markets["location"]))
    for label, name in FIGURES.items():
        table.add_row(label, *map(money, analysis.statistics[name]))
    table.add_section()
    darts = dict(analysis.dart.select("market", "mean").iter_rows())
    table.add_row("DART", *(money(darts.get(name)) for name in analysis.names))
    table.add_row("TB4, USD/MW-day", *map(money, analysis.storage["tb4_usd_per_mw_day"]))
    return table


def money(value: float | None) -> str:
    """Dollars and cents; a dash if unknown."""
    return "-" if value is None else f"{value:,.2f}"


def draw(analysis: CrossMarketAnalysis) -> str:
    """Write the chart to a file; say where it is."""
    try:
        page = analysis.render("html")
    except OutputError as error:
        return str(error)
    file = Path(tempfile.mkdtemp(prefix="energyopti-")) / "side_by_side.html"
    file.write_bytes(page)
    return f"the chart, for a browser: {file}"


def main() -> None:
    """Fetch, compare, print, draw."""
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory() as home:
        first, again = Run(Path(home)), Run(Path(home))
    analysis = first.analysis
    console.print(figures(analysis))
    console.print("generated data from the embedded sandbox; TB4 counts no round-trip losses\n")
    for market, line in analysis.sparklines(62).items():
        console.print(f"{market:6} {line}")
    for row in analysis.pairs.iter_rows(named=True):
        spread = f"{row['market']} - {row['other']}"
        console.print(
            f"{spread:18} {money(row['mean_spread']):>7} USD/MWh, correlation {money(row['correlation'])}"
        )
    console.print(f"\n{draw(analysis)}")
    same = "the same prices" if again.analysis.hours.equals(analysis.hours) else "other prices"
    console.print(
        f"the first run made {first.requests} requests in {first.seconds:.1f} s; a second one, out of the lake that it "
        f"filled, made {again.requests or 'none'} in {again.seconds:.1f} s: {same}"
    )


if __name__ == "__main__":
    main()
