"""``get``: a market's data for a time range, as a table or a file."""

from __future__ import annotations

import contextlib
import functools
import itertools
import sys
from collections.abc import Awaitable, Callable, Collection, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from energyopti.cli.installation import Installation, installation
from energyopti.cli.options import (
    filters,
    form_of,
    with_data,
    with_feed,
    with_filters,
    with_format,
    with_output,
    with_period,
    with_run,
    with_safe_csv,
    with_sandbox,
    with_tz,
)
from energyopti.cli.output import draw, write
from energyopti.cli.report import Report, title
from energyopti.errors import OutputError, UnsupportedQuery
from energyopti.local_files import check_target, save

if TYPE_CHECKING:
    from polars import DataFrame

    from energyopti.answer.result import MarketData
    from energyopti.concurrency.background import Background
    from energyopti.events import Observer
    from energyopti.output import Format
    from energyopti.query import Query
    from energyopti.service import UnifiedMarketService

T = TypeVar("T")


_VINTAGES = ("latest", "all")
"""Which publications of a forecast."""


@click.command("get")
@click.argument(
    "market", metavar="MARKET", help="A market, such as nyiso; several, such as nyiso,pjm; or all."
)
@with_data
@click.option("--start", help="Start: 2024-07-01, 2024-07-01T05:00, ...T05:00Z, yesterday, -7d.")
@click.option("--end", help="End, excluded; on the market's clock if naive.")
@with_period
@with_run
@with_feed
@click.option(
    "--location", multiple=True, help="Only this location (with several markets: nyiso=N.Y.C.); repeatable."
)
@with_filters
@with_tz
@click.option(
    "--vintages",
    default=_VINTAGES[0],
    show_default=True,
    type=click.Choice(_VINTAGES, case_sensitive=False),
    help="Forecasts: the latest publication for each interval, or all of them.",
)
@with_format
@with_safe_csv
@with_output
@click.option("--resample", "every", metavar="LENGTH", help="At intervals of 15min, 1h, 1d, 1mo, ...")
@click.option("--raw", is_flag=True, help="The source's own columns, as published.")
@click.option("--revisions", is_flag=True, help="Keep superseded rows, with their version.")
@click.option("--as-of", help="As known at a time, or '1 day before 10:00'.", metavar="TIME")
@click.option("--partial", is_flag=True, help="Accept an answer with missing parts.")
@click.option(
    "--timeout", type=float, help="Answer after this many seconds with what is there.", metavar="SECONDS"
)
@with_sandbox
@click.pass_context
def get(
    context: click.Context,
    market: str,
    data: str,
    *,
    start: str | None,
    end: str | None,
    period: str | None,
    run: str | None,
    feed: str | None,
    location: tuple[str, ...],
    column: tuple[str, ...],
    tz: str | None,
    vintages: str,
    form: str | None,
    safe_csv: bool,
    output: Path | None,
    every: str | None,
    raw: bool,
    revisions: bool,
    as_of: str | None,
    partial: bool,
    timeout: float | None,
    sandbox: bool,
) -> None:
    """Get market data for a time range.

    The end is excluded; lists of locations need no range. The data goes to standard output (or --output), the summary and findings
    to standard error. Times are UTC.
    """
    from energyopti.query import Query

    chosen = form_of(form, output, safe_csv=safe_csv)
    check_writable(chosen, output)
    here = installation(context)
    markets = [name.strip() for name in market.split(",") if name.strip()]
    query = Query.of(
        markets,
        data,
        start=start,
        end=end,
        period=period,
        locations=by_market(location, here.registry.markets) if len(markets) > 1 else location or None,
        run=run,
        feed=feed,
        filters=filters(column),
        tz=tz,
        vintages=vintages,
        revisions=revisions,
        as_of=as_of,
        raw=raw,
        partial=partial,
    )

    async def question(service: UnifiedMarketService, observe: Observer) -> MarketData:
        found = await service.get_market_data(query, timeout=timeout, observe=observe)
        return found if every is None else found.resample(every, tz=tz)

    if every is not None and raw:
        raise UnsupportedQuery("--raw is what the source published", do="leave --resample out")
    streams = every is None and not raw and timeout is None
    if output is not None and chosen is not None and chosen.encode_all and streams:
        _stream(here, query, chosen, output, sandbox=sandbox).say(output)
        return
    result = ask(here, question, sandbox=sandbox, timeout=timeout)
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


def by_market(locations: Sequence[str], markets: Collection[str]) -> dict[str, list[str]] | Sequence[str]:
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
    here: Installation,
    question: Callable[[UnifiedMarketService, Observer], Awaitable[T]],
    *,
    sandbox: bool,
    timeout: float | None = None,
) -> T:
    """The service's answer to a question, with a progress bar if it takes a while.

    With a ``timeout`` in seconds, no thread is waited for much longer than that: raises `SourceUnavailable`.
    """
    from energyopti.concurrency.deadline import Deadline
    from energyopti.tuning.calls import CANCELLED_WITHIN

    deadline = Deadline.of_call(timeout)
    within = None if timeout is None else timeout + CANCELLED_WITHIN
    with _serving(here, sandbox=sandbox, hurried=timeout is not None) as (background, service, observe):
        try:
            return background.call(functools.partial(question, service, observe), within=within)
        except TimeoutError:
            raise deadline.passed("the answer") from None


def _stream(here: Installation, query: Query, form: Format, output: Path, *, sandbox: bool) -> Report:
    """Write the answer to a file part by part, so that it needs little memory however long the range is."""
    report = Report()

    def frames(parts: Iterable[MarketData]) -> Generator[DataFrame]:
        for part in parts:
            report.add(part)
            yield part.frame

    with (
        _serving(here, sandbox=sandbox) as (background, service, observe),
        contextlib.closing(background.pulled(service.stream(query, observe=observe))) as answers,
        contextlib.closing(frames(answers)) as parts,
    ):
        first = next(parts)
        save(output, form.blocks(first.schema, itertools.chain([first], parts)))
    return report


@contextlib.contextmanager
def _serving(
    here: Installation, *, sandbox: bool, hurried: bool = False
) -> Iterator[tuple[Background, UnifiedMarketService, Observer]]:
    """A service, the thread that it runs in, and the progress bar; if one is ``hurried``, or interrupted, closing is not waited for."""
    from energyopti.concurrency.background import Background
    from energyopti.progress import progress
    from energyopti.service import UnifiedMarketService
    from energyopti.tuning.calls import CANCELLED_WITHIN

    service = UnifiedMarketService(
        here.registry, here.settings(sandbox=sandbox), transport=here.transport, now=here.now
    )
    background = Background()
    try:
        with progress() as observe:
            yield background, service, observe
    except Exception:
        raise
    except BaseException:
        hurried = True
        raise
    finally:
        within = CANCELLED_WITHIN if hurried else None
        with contextlib.suppress(TimeoutError):
            background.call(service.aclose, within=within)
        background.close(within=within)


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
    write(form, blocks, output)
