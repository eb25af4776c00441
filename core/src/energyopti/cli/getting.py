"""``get``: one market's data for a time range, as a table or as a file."""

from __future__ import annotations

import enum
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from energyopti.cli.formats import Format, chosen_format, encode
from energyopti.cli.installation import Installation, installation
from energyopti.cli.output import check_target, draw, emit, save, say
from energyopti.errors import OutputError, UnsupportedQuery
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    from energyopti.events import Observer
    from energyopti.findings import Finding
    from energyopti.result import MarketData
    from energyopti.service import UnifiedMarketService

T = TypeVar("T")
Form = Annotated[
    Format | None,
    typer.Option(
        "--format",
        "-f",
        help="table, csv, json, ndjson, parquet or arrow; else the file's suffix says.",
        metavar="FORMAT",
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")]
Generated = Annotated[bool, typer.Option("--sandbox", help="Generated data: no network, no key.")]

_FINDINGS_SHOWN = 20


class Vintages(enum.StrEnum):
    """Which publications of a forecast."""

    LATEST = "latest"
    ALL = "all"


def get(
    context: typer.Context,
    market: Annotated[str, typer.Argument(metavar="MARKET", help="A market, such as nyiso.")],
    data: Annotated[
        str,
        typer.Argument(metavar="DATASET|FEED", help="A dataset, such as lmp, or one of the market's feeds."),
    ],
    *,
    start: Annotated[
        str | None, typer.Option(help="The first instant: 2024-07-01, 2024-07-01T05:00 or ...T05:00Z.")
    ] = None,
    end: Annotated[
        str | None, typer.Option(help="The instant to stop before; on the market's clock if naive.")
    ] = None,
    run: Annotated[str | None, typer.Option(help="The market run: day_ahead, real_time_5min ...")] = None,
    feed: Annotated[str | None, typer.Option(help="Insist on one feed.")] = None,
    location: Annotated[list[str] | None, typer.Option(help="Only this location; can be repeated.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="COLUMN=VALUE", help="Only rows with this value; can be repeated."),
    ] = None,
    tz: Annotated[str | None, typer.Option(help="The clock of naive bounds, if not the market's.")] = None,
    vintages: Annotated[
        Vintages, typer.Option(help="Of a forecast: the last publication for each interval, or every one.")
    ] = Vintages.LATEST,
    form: Form = None,
    output: Output = None,
    raw: Annotated[bool, typer.Option("--raw", help="The source's own columns, as published.")] = False,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Keep rows that were superseded, with their version.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take what there is if a part is missing.")
    ] = False,
    sandbox: Generated = False,
) -> None:
    """Get one market's data for a time range; the end is excluded. Lists of locations need no range.

    The data goes to standard output (or --output), what there is to know about it to standard error.
    Times are UTC.
    """
    from energyopti.planning import resolve

    chosen = chosen_format(form, output)
    check_writable(chosen, output)
    here = installation(context)
    query = resolve(
        here.registry,
        market=market,
        data_type=data,
        bounds=(start, end),
        now=here.now(),
        locations=location,
        run=run,
        feed=feed,
        tz=tz,
        partial=partial,
        vintages=vintages.value,
        revisions=revisions,
        filters=_filters(column or ()),
    )
    result = ask(here, lambda service, observe: service.answer(query, observe=observe), sandbox=sandbox)
    deliver(result, chosen, output, raw=raw)
    report(result, output)


def check_writable(form: Format, output: Path | None) -> None:
    """Raise `OutputError` for a result that could not be written, before it is asked for."""
    if output is not None:
        check_target(output)
    elif form.binary and sys.stdout.isatty():
        raise OutputError(f"{form} is no text for a terminal; add --output FILE, or pipe it somewhere")


def _filters(given: list[str] | tuple[()]) -> dict[str, list[str]]:
    """``COLUMN=VALUE`` as values by column."""
    filters: dict[str, list[str]] = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign:
            raise UnsupportedQuery(f"--filter {each!r} is no filter; write COLUMN=VALUE, such as fuel=wind")
        filters.setdefault(name.strip(), []).append(value.strip())
    return filters


def ask(
    here: Installation, question: Callable[[UnifiedMarketService, Observer], Awaitable[T]], *, sandbox: bool
) -> T:
    """What a service answers to a question, with a progress bar if it takes a while."""
    import anyio

    from energyopti.progress import progress
    from energyopti.service import UnifiedMarketService

    settings = here.settings(sandbox=sandbox)

    async def answer() -> T:
        service = UnifiedMarketService(here.registry, settings, transport=here.transport, now=here.now)
        async with service:
            return await question(service, observe)

    with progress() as observe:
        return anyio.run(answer)


def deliver(result: MarketData, form: Format, output: Path | None, *, raw: bool) -> None:
    """Write the result where it was asked for."""
    frame = result.raw() if raw else result.frame
    if form is Format.TABLE:
        from energyopti.cli.table import page

        dataset = None if raw else result.query.feed.dataset
        text = draw(*page(frame, dataset, title=f"{result.query.market.id}/{result.query.feed.name}"))
        blocks = iter([text.encode("utf-8" if output else sys.stdout.encoding, "replace")])
    else:
        blocks = encode(frame, form)
    if output is None:
        emit(blocks)
    else:
        save(output, blocks)


def report(result: MarketData, output: Path | None, *, source: str | None = None) -> None:
    """Say how much came, from where and where to, what was found and what is missing."""
    say(_summary(result, source) + (f", written to {output}" if output else ""))
    say_findings(result.findings)
    said = "\n".join(finding.message for finding in result.findings)
    for part in result.coverage.missing:
        if part.reason not in said:
            say(f"{part.status}: {iso_utc(part.start)} to {iso_utc(part.end)}: {part.reason}")


def say_findings(findings: Sequence[Finding]) -> None:
    """Say what was found, and how much more."""
    for finding in findings[:_FINDINGS_SHOWN]:
        say(f"{finding.kind}: {finding}")
    more = len(findings) - _FINDINGS_SHOWN
    if more > 0:
        say(f"... and {more} more findings")


def _summary(result: MarketData, source: str | None) -> str:
    """``24 rows of nyiso/pal, ... , from mis (monthly archive)``."""
    query, rows = result.query, len(result)
    sources = dict.fromkeys(f"{part.host} ({part.era})" for part in result.provenance)
    return (
        f"{rows:,} {'row' if rows == 1 else 'rows'} of {query.market.id}/{query.feed.name}, {query.time}, "
        f"from {source or ' and '.join(sources) or 'no source'}"
    )
