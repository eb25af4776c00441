"""``get``: a market's data for a time range, as a table or a file."""

from __future__ import annotations

import contextlib
import enum
import itertools
import sys
from collections.abc import Awaitable, Callable, Collection, Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from energyopti.cli.installation import Installation, installation
from energyopti.cli.options import (
    Clock,
    Columns,
    Data,
    FeedName,
    Form,
    Generated,
    Output,
    RunName,
    filters,
    form_of,
)
from energyopti.cli.output import check_target, draw, emit, save
from energyopti.cli.report import Report, title
from energyopti.errors import OutputError, UnsupportedQuery

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal
    from polars import DataFrame

    from energyopti.answer.result import MarketData
    from energyopti.events import Observer
    from energyopti.output import Format
    from energyopti.query import Query
    from energyopti.service import UnifiedMarketService

T = TypeVar("T")


class Vintages(enum.StrEnum):
    """Which publications of a forecast."""

    LATEST = "latest"
    ALL = "all"


def get(
    context: typer.Context,
    market: Annotated[
        str,
        typer.Argument(metavar="MARKET", help="A market, such as nyiso; several, such as nyiso,pjm; or all."),
    ],
    data: Data,
    *,
    start: Annotated[
        str | None, typer.Option(help="Start: 2024-07-01, 2024-07-01T05:00 or ...T05:00Z.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="End, excluded; on the market's clock if naive.")] = None,
    run: RunName = None,
    feed: FeedName = None,
    location: Annotated[
        list[str] | None,
        typer.Option(help="Only this location (with several markets: nyiso=N.Y.C.); repeatable."),
    ] = None,
    column: Columns = None,
    tz: Clock = None,
    vintages: Annotated[
        Vintages, typer.Option(help="Forecasts: the latest publication for each interval, or all of them.")
    ] = Vintages.LATEST,
    form: Form = None,
    output: Output = None,
    raw: Annotated[bool, typer.Option("--raw", help="The source's own columns, as published.")] = False,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Keep superseded rows, with their version.")
    ] = False,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="As known at a time, or '1 day before 10:00'.", metavar="TIME"),
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Accept an answer with missing parts.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option(help="Answer after this many seconds with what is there.", metavar="SECONDS"),
    ] = None,
    sandbox: Generated = False,
) -> None:
    """Get market data for a time range.

    The end is excluded; lists of locations need no range. The data goes to standard output (or --output), the summary and findings
    to standard error. Times are UTC.
    """
    from energyopti.query import Query

    chosen = form_of(form, output)
    check_writable(chosen, output)
    here = installation(context)
    markets = [name.strip() for name in market.split(",") if name.strip()]
    query = Query.of(
        markets,
        data,
        start=start,
        end=end,
        locations=_by_market(location or (), here.registry.markets) if len(markets) > 1 else location,
        run=run,
        feed=feed,
        filters=filters(column or ()),
        tz=tz,
        vintages=vintages.value,
        revisions=revisions,
        as_of=as_of,
        raw=raw,
        partial=partial,
    )

    async def question(service: UnifiedMarketService, observe: Observer) -> MarketData:
        return await service.get_market_data(query, timeout=timeout, observe=observe)

    if output is not None and chosen is not None and chosen.encode_all and not raw and timeout is None:
        _stream(here, query, chosen, output, sandbox=sandbox).say(output)
        return
    result = ask(here, question, sandbox=sandbox)
    deliver(result, chosen, output, raw=raw)
    Report.of(result).say(output)


def check_writable(form: Format | None, output: Path | None) -> None:
    """Raise `OutputError` for a result that cannot be written, before anything is fetched."""
    if output is not None:
        check_target(output)
    elif form is not None and form.binary and sys.stdout.isatty():
        raise OutputError(
            f"{form} is binary and does not go to a terminal", do="add --output FILE, or pipe it"
        )


def _by_market(locations: Sequence[str], markets: Collection[str]) -> dict[str, list[str]] | Sequence[str]:
    """``nyiso=N.Y.C.`` as locations by market; names without a market apply to all of them."""
    named = [each.partition("=") for each in locations]
    if not any(name.strip() in markets for name, sign, _ in named if sign):
        return locations
    found: dict[str, list[str]] = {}
    for each, (name, sign, place) in zip(locations, named, strict=True):
        if not sign or name.strip() not in markets:
            raise UnsupportedQuery(
                f"--location {each!r} names no market, but others do", do="write MARKET=NAME for each"
            )
        found.setdefault(name.strip(), []).append(place.strip())
    return found


def ask(
    here: Installation, question: Callable[[UnifiedMarketService, Observer], Awaitable[T]], *, sandbox: bool
) -> T:
    """The service's answer to a question, with a progress bar if it takes a while."""
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


def _stream(here: Installation, query: Query, form: Format, output: Path, *, sandbox: bool) -> Report:
    """Write the answer to a file part by part, so that it needs little memory however long the range is."""
    from anyio.from_thread import start_blocking_portal

    from energyopti.progress import progress
    from energyopti.service import UnifiedMarketService
    from energyopti.sync import pulled

    report = Report()
    service = UnifiedMarketService(
        here.registry, here.settings(sandbox=sandbox), transport=here.transport, now=here.now
    )

    def frames(portal: BlockingPortal, observe: Observer) -> Generator[DataFrame]:
        for part in pulled(portal, service.stream(query, observe=observe)):
            report.add(part)
            yield part.frame

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(service),
        progress() as observe,
        contextlib.closing(frames(portal, observe)) as parts,
    ):
        first = next(parts)
        save(output, form.blocks(first.schema, itertools.chain([first], parts)))
    return report


def deliver(result: MarketData, form: Format | None, output: Path | None, *, raw: bool) -> None:
    """Write the result to its destination."""
    frame = result.raw() if raw else result.frame
    if form is None:
        from energyopti.cli.table import page

        dataset = None if raw else result.query.feed.dataset
        text = draw(*page(frame, dataset, title=title(result)))
        blocks: Iterable[bytes] = [text.encode("utf-8" if output else sys.stdout.encoding, "replace")]
    else:
        blocks = form.encode(frame)
    if output is None:
        emit(blocks)
    else:
        save(output, blocks)
