"""``compare``: the prices of several markets side by side, as tables, a file or a chart."""

from __future__ import annotations

import enum
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from energyopti.cli.getting import ask, check_writable
from energyopti.cli.installation import installation
from energyopti.cli.options import (
    form_of,
    with_format,
    with_output,
    with_period,
    with_safe_csv,
    with_sandbox,
)
from energyopti.cli.output import draw, say, write
from energyopti.cli.report import say_findings, say_terms
from energyopti.errors import OutputError, UnsupportedQuery
from energyopti.local_files import check_target, save
from energyopti.output import JSON, Format
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    import polars as pl

    from energyopti.analysis import CrossMarketAnalysis
    from energyopti.events import Observer
    from energyopti.findings import Finding
    from energyopti.service import UnifiedMarketService

_ALL = "all"


class Table(enum.StrEnum):
    """The tables of a comparison, and its prices with one column per market."""

    MARKETS = "markets"
    HOURS = "hours"
    STATISTICS = "statistics"
    BLOCKS = "blocks"
    MONTHS = "months"
    PAIRS = "pairs"
    DART = "dart"
    DART_BLOCKS = "dart_blocks"
    DART_HOURS = "dart_hours"
    STORAGE = "storage"
    STORAGE_DAYS = "storage_days"
    SIDE_BY_SIDE = "side_by_side"


_BLOCKS = ("own", "common_5x16")
"""Which hours are on-peak."""


@click.command("compare")
@click.option("--start", help="First hour: 2024-07-01, 2024-07-01T05:00, ...T05:00Z, yesterday, -7d.")
@click.option("--end", help="End, excluded; naive times are each market's own unless --tz is given.")
@with_period
@click.option("--market", multiple=True, help="A market, or all (the default); repeatable.")
@click.option("--run", help="The market run; default day_ahead.")
@click.option(
    "--location",
    multiple=True,
    metavar="MARKET=LOCATION",
    help="A location in place of the reference hub; repeatable, for one market too.",
)
@click.option("--against", help="Compare all with this market or location only.", metavar="NAME")
@click.option("--tz", help="One clock for naive bounds, days and months of all markets.")
@click.option(
    "--block",
    default=_BLOCKS[0],
    show_default=True,
    type=click.Choice(_BLOCKS, case_sensitive=False),
    help="The on-peak hours: each market's own block, or the same UTC hours for all.",
)
@click.option(
    "--round-trip-efficiency",
    "efficiency",
    default=1.0,
    show_default=True,
    type=float,
    help="Of the batteries: energy sold for each unit bought.",
)
@click.option(
    "--chart",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw a chart: FILE.html, FILE.png or FILE.svg.",
)
@click.option(
    "--table",
    type=click.Choice(Table, case_sensitive=False),
    help="Only this table; csv writes statistics by default.",
)
@with_format
@with_safe_csv
@with_output
@click.option("--dart/--no-dart", default=True, help="Fetch real-time prices too, and compare the two.")
@click.option("--partial", is_flag=True, help="Leave out markets that cannot answer, and say so.")
@with_sandbox
@click.pass_context
def compare(
    context: click.Context,
    *,
    start: str | None,
    end: str | None,
    period: str | None,
    market: tuple[str, ...],
    run: str | None,
    location: tuple[str, ...],
    against: str | None,
    tz: str | None,
    block: str,
    efficiency: float,
    chart: Path | None,
    table: Table | None,
    form: str | None,
    safe_csv: bool,
    output: Path | None,
    dart: bool,
    partial: bool,
    sandbox: bool,
) -> None:
    """Compare hourly prices across markets.

    Statistics, spreads, day-ahead against real-time, batteries. The tables go to standard output (or --output), the summary and findings to standard error.
    Hours are UTC; on-peak hours, days and months are each market's own. Prices are in USD/MWh.
    """
    chosen = form_of(form, output, safe_csv=safe_csv)
    check_writable(chosen, output)
    if chart is not None:
        _check_chart(chart, output)
    here = installation(context)
    markets, locations = _markets(market), _locations(location)

    async def question(service: UnifiedMarketService, observe: Observer) -> CrossMarketAnalysis:
        return await service.get_cross_market_analysis(
            start,
            end,
            period=period,
            markets=markets,
            run=run,
            locations=locations,
            against=against,
            tz=tz,
            block=block,
            round_trip_efficiency=efficiency,
            partial=partial,
            dart=dart,
            observe=observe,
        )

    analysis = ask(here, question, sandbox=sandbox)
    if chart is not None:
        save(chart, iter([analysis.render(_suffix(chart))]))
    blocks = _blocks(analysis, chosen, table, output, sparklines=chart is None)
    write(chosen, blocks, output)
    _report(analysis, output, chart)


@click.command("spreads")
@click.argument("market", metavar="MARKET", help="A market, such as ercot.")
@click.argument(
    "location", metavar="LOCATION...", nargs=-1, required=True, help="Two of its locations, or more."
)
@click.option("--start", help="First hour: 2024-07-01, 2024-07-01T05:00, ...T05:00Z, yesterday, -7d.")
@click.option("--end", help="End, excluded; on the market's clock if naive.")
@with_period
@click.option("--run", help="The market run; default day_ahead.")
@click.option("--against", help="Compare all with this location only.", metavar="LOCATION")
@click.option("--hourly", is_flag=True, help="The prices of every hour, a column for each location.")
@with_format
@with_safe_csv
@with_output
@with_sandbox
@click.pass_context
def spreads(
    context: click.Context,
    market: str,
    location: tuple[str, ...],
    *,
    start: str | None,
    end: str | None,
    period: str | None,
    run: str | None,
    against: str | None,
    hourly: bool,
    form: str | None,
    safe_csv: bool,
    output: Path | None,
    sandbox: bool,
) -> None:
    """Compare the prices of several locations of one market.

    For each pair, or for each location and the one of --against: mean, deviation, extremes and correlation of their hourly prices, in USD/MWh.
    """
    chosen = form_of(form, output, safe_csv=safe_csv)
    check_writable(chosen, output)
    here = installation(context)
    there = here.registry.market(market).id
    if len(location) < 2:
        raise UnsupportedQuery(f"{location[0]} is compared with nothing", do="name two locations or more")

    async def question(service: UnifiedMarketService, observe: Observer) -> CrossMarketAnalysis:
        return await service.get_cross_market_analysis(
            start,
            end,
            period=period,
            markets=[there],
            run=run,
            locations={there: location},
            against=against,
            dart=False,
            observe=observe,
        )

    analysis = ask(here, question, sandbox=sandbox)
    table = Table.SIDE_BY_SIDE if hourly else Table.PAIRS
    write(chosen, _blocks(analysis, chosen, table, output, sparklines=False), output)
    _report(analysis, output, None)


def _suffix(path: Path) -> str:
    return path.suffix.casefold().removeprefix(".")


def _check_chart(chart: Path, output: Path | None) -> None:
    """Raise `OutputError` for a chart that cannot be drawn or written, before anything is fetched."""
    from energyopti.analysis.charts import FORMS, need_extra

    if _suffix(chart) not in FORMS:
        known = ", ".join(f".{each}" for each in FORMS)
        raise OutputError(f"the name {chart.name} does not say what to draw", do=f"end it in {known}")
    if output is not None and os.path.realpath(output) == os.path.realpath(chart):
        raise OutputError(f"{chart} cannot be both the chart and the output", do="name two different files")
    check_target(chart)
    need_extra()


def _markets(given: Sequence[str]) -> Sequence[str] | None:
    """The markets named; None for all of them."""
    if not given or any(name.strip().casefold() == _ALL for name in given):
        return None
    return given


def _locations(given: Sequence[str]) -> dict[str, list[str]]:
    """``MARKET=LOCATION`` as locations by market."""
    locations: dict[str, list[str]] = {}
    for each in given:
        market, sign, location = (part.strip() for part in each.partition("="))
        if not (market and sign and location):
            raise UnsupportedQuery(
                f"--location {each!r} names no market", do="write MARKET=LOCATION, such as ercot=HB_WEST"
            )
        locations.setdefault(market, []).append(location)
    return locations


def _blocks(
    analysis: CrossMarketAnalysis,
    form: Format | None,
    table: Table | None,
    output: Path | None,
    *,
    sparklines: bool,
) -> Iterable[bytes]:
    """The blocks to write."""
    if form is None:
        from energyopti.cli.comparison_page import comparison_page, table_page

        page = (
            comparison_page(analysis, sparklines=sparklines)
            if table is None
            else table_page(_frame(analysis, table), table)
        )
        return [draw(*page).encode("utf-8" if output else sys.stdout.encoding, "replace")]
    if form is JSON and table is None:
        return _everything(analysis)
    return form.encode(_frame(analysis, table or Table.STATISTICS))


def _frame(analysis: CrossMarketAnalysis, table: Table) -> pl.DataFrame:
    return analysis.side_by_side() if table is Table.SIDE_BY_SIDE else analysis.table(table.value)


def _everything(analysis: CrossMarketAnalysis) -> Iterator[bytes]:
    """All tables and findings as one JSON object."""
    yield b'{"start": "%s", "end": "%s"' % (
        iso_utc(analysis.time.start).encode(),
        iso_utc(analysis.time.end).encode(),
    )
    for table in Table:
        if table is not Table.SIDE_BY_SIDE:
            yield b',\n"%s": ' % table.value.encode()
            yield b"".join(JSON.encode(analysis.table(table.value))).rstrip()
    found = {
        market: [{"kind": finding.kind, "message": str(finding)} for finding in findings]
        for market, findings in analysis.findings.items()
    }
    yield b',\n"findings": %s}\n' % json.dumps(found, ensure_ascii=False).encode()


def _report(analysis: CrossMarketAnalysis, output: Path | None, chart: Path | None) -> None:
    """Report what was compared, where it was written and the findings."""
    hours = analysis.statistics["hours"].sum()
    written = f", written to {output}" if output else ""
    drawn = f", drawn in {chart}" if chart else ""
    say(f"{hours:,} hourly prices of {', '.join(analysis.names)}, {analysis.time}{written}{drawn}")
    if output or chart:
        say_terms(analysis.terms)
    found: list[Finding] = [finding for each in analysis.findings.values() for finding in each]
    say_findings(found)
