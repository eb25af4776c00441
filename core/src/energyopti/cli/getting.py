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
from energyopti.cli.logs import logs, with_findings, with_logs
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
from energyopti.timezones import spoken_zone, zone

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
@click.option("--start", help="Start: 2024-07-01, 2024-07-01T05:00, ...T05:00Z, yesterday, -7d, latest.")
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
@click.option("--system", is_flag=True, help="One row for the whole system of each market.")
@click.option("--resample", metavar="LENGTH", help="At intervals of 15min, 1h, 1d, 1mo, ..., or on_peak.")
@click.option("--where", metavar="CONDITION", help="Only rows that meet it, as in SQL: lmp > 200.")
@click.option("--columns", metavar="NAMES", help="Only these columns: interval_start,location,lmp.")
@click.option(
    "--out-tz", metavar="ZONE", help="Write times on this clock, with their offset: market, ET, CT, PT, ..."
)
@click.option("--raw", is_flag=True, help="The source's own columns, as published.")
@click.option("--revisions", is_flag=True, help="Keep superseded rows, with their version.")
@click.option("--as-of", help="As known at a time, or '1 day before 10:00'.", metavar="TIME")
@click.option(
    "--partial",
    is_flag=True,
    help="Accept an answer with missing parts; interrupted, a file keeps what arrived.",
)
@click.option(
    "--timeout", type=float, help="Answer after this many seconds with what is there.", metavar="SECONDS"
)
@with_findings
@with_logs
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
    system: bool,
    resample: str | None,
    where: str | None,
    columns: str | None,
    out_tz: str | None,
    raw: bool,
    revisions: bool,
    as_of: str | None,
    partial: bool,
    timeout: float | None,
    sandbox: bool,
) -> None:
    """Get market data for a time range.

    The end is excluded; lists of locations need no range. The data goes to standard output (or --output), the summary and findings
    to standard error. Times are UTC unless --out-tz names a clock.
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
        system=system,
        resample=resample,
        where=where,
        columns=[name.strip() for name in columns.split(",")] if columns else None,
    )

    async def question(service: UnifiedMarketService, observe: Observer) -> MarketData:
        return await service.get_market_data(query, timeout=timeout, observe=observe)

    if raw and (system or resample or where or columns or out_tz):
        raise UnsupportedQuery(
            "--raw is what the source published",
            do="leave --system, --resample, --where, --columns and --out-tz out",
        )
    if (clock := spoken_zone(out_tz)) is not None:
        zone(clock)
    streams = resample is None and not raw and timeout is None and not query.newest
    if output is not None and chosen is not None and chosen.encode_all and streams:
        _stream(here, query, chosen, output, out_tz=out_tz, sandbox=sandbox)
        return
    result = ask(here, question, sandbox=sandbox, timeout=timeout)
    deliver(result, chosen, output, raw=raw, out_tz=out_tz)
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


def _stream(
    here: Installation, query: Query, form: Format, output: Path, *, out_tz: str | None, sandbox: bool
) -> None:
    """Write the answer to a file part by part, so that it needs little memory however long the range is.

    If it is interrupted, and a partial answer is accepted, the file has the parts that were there.
    """
    from energyopti.answer.writing import Described
    from energyopti.output import PARQUET
    from energyopti.output.formats import parquet_of_parts

    report, described, interrupted = Report(), Described(), []

    def frames(parts: Iterable[MarketData]) -> Generator[DataFrame]:
        try:
            for part in parts:
                report.add(part)
                described.add(part)
                yield part.frame if out_tz is None else part.local(out_tz)
        except KeyboardInterrupt as stop:
            if not (query.partial and report.title):
                raise
            interrupted.append(stop)

    with (
        _serving(here, sandbox=sandbox) as (background, service, observe),
        contextlib.closing(background.pulled(service.stream(query, observe=observe))) as answers,
        contextlib.closing(frames(answers)) as parts,
    ):
        first = next(parts)
        every = itertools.chain([first], parts)
        if form is PARQUET:
            save(output, parquet_of_parts(first.schema, every, described.metadata))
        else:
            save(output, form.blocks(first.schema, every))
        report.say(output)
        if interrupted:
            raise interrupted[0]


@contextlib.contextmanager
def _serving(
    here: Installation, *, sandbox: bool, hurried: bool = False
) -> Iterator[tuple[Background, UnifiedMarketService, Observer]]:
    """A service, the thread that it runs in, and the progress bar; if one is ``hurried``, or interrupted, closing is not waited for."""
    from energyopti.cli.event_log import event_log
    from energyopti.concurrency.background import Background
    from energyopti.progress import progress
    from energyopti.service import UnifiedMarketService
    from energyopti.tuning.calls import CANCELLED_WITHIN

    speaks = logs()
    settings = here.settings(sandbox=sandbox)
    with progress(shown=speaks.quiet) as bar:
        written = event_log(speaks) or bar.requests
        service = UnifiedMarketService(
            here.registry, settings, transport=here.transport, now=here.now, observe=written
        )
        background = Background()
        try:
            yield background, service, bar
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


def deliver(
    result: MarketData, form: Format | None, output: Path | None, *, raw: bool, out_tz: str | None = None
) -> None:
    """Write the result to its destination, with times in UTC or on a clock."""
    from energyopti.answer.writing import encoded

    frame = result.raw() if raw else result.frame if out_tz is None else result.local(out_tz)
    if form is None:
        from energyopti.cli.table import page

        dataset = None if raw else result.query.feed.dataset
        text = draw(*page(frame, dataset, title=title(result)))
        blocks: Iterable[bytes] = [text.encode("utf-8" if output else sys.stdout.encoding, "replace")]
    else:
        blocks = form.encode(frame) if raw else encoded(result, frame, form)
    write(form, blocks, output)
