"""``watch``: new rows as they are published, until Ctrl-C."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from energyopti.cli.commands import Command
from energyopti.cli.getting import by_market
from energyopti.cli.installation import installation
from energyopti.cli.logs import logs, with_findings, with_logs
from energyopti.cli.options import (
    TABLE,
    filters,
    form_of,
    with_data,
    with_feed,
    with_filters,
    with_output,
    with_run,
    with_safe_csv,
    with_sandbox,
    with_tz,
)
from energyopti.cli.output import emit, say, show, shown
from energyopti.cli.report import say_findings
from energyopti.errors import OutputError, UnsupportedQuery
from energyopti.local_files import check_target
from energyopti.output import CSV, NDJSON, Format

if TYPE_CHECKING:
    from energyopti.answer.result import MarketData
    from energyopti.events import Event
    from energyopti.sinks import Address

_FORMS = (TABLE, CSV.name, NDJSON.name)


@click.command("watch")
@click.argument(
    "market", metavar="MARKET", help="A market, such as nyiso; several, such as nyiso,pjm; or all."
)
@with_data
@click.option("--since", help="Start here; default: midnight of the current day.")
@with_run
@with_feed
@click.option(
    "--location", multiple=True, help="Only this location (with several markets: nyiso=N.Y.C.); repeatable."
)
@with_filters
@with_tz
@click.option(
    "--format",
    "-f",
    "form",
    help="table (the default), csv or ndjson; of a file: from its suffix.",
    metavar="FORMAT",
)
@with_safe_csv
@with_output
@click.option("--append", is_flag=True, help="Add to the file if it is there.")
@click.option(
    "--to",
    metavar="DESTINATION",
    help="Write to a folder of Parquet files, sqlite:///FILE, postgresql://HOST/DATABASE or a webhook's https address.",
)
@click.option(
    "--when",
    metavar="CONDITION",
    help="Only rows that meet it, in SQL: 'lmp > 200'; with --exec: only for that.",
)
@click.option(
    "--exec",
    "command",
    metavar="COMMAND",
    help="Run this for each arrival, with its rows as NDJSON on standard input.",
)
@click.option(
    "--corrections",
    type=click.FloatRange(min=0),
    help="Look for corrections this many days back; default 35.",
    metavar="DAYS",
)
@click.option("--versions", is_flag=True, help="Give a row again even if only its version or status changed.")
@click.option("--updates", type=click.IntRange(min=1), help="Stop after this many updates.", metavar="NUMBER")
@with_findings
@with_logs
@with_sandbox
@click.pass_context
def watch(
    context: click.Context,
    market: str,
    data: str,
    *,
    since: str | None,
    run: str | None,
    feed: str | None,
    location: tuple[str, ...],
    column: tuple[str, ...],
    tz: str | None,
    form: str | None,
    safe_csv: bool,
    output: Path | None,
    append: bool,
    to: str | None,
    when: str | None,
    command: str | None,
    corrections: float | None,
    versions: bool,
    updates: int | None,
    sandbox: bool,
) -> None:
    """Print or write new and changed rows as they are published.

    It runs until Ctrl-C. The first update has the current day so far. The source is polled when the next rows are due; failures are
    reported on standard error and retried. Rows go to standard output, or to --output or --to: the same command again then goes on where
    the last one ended, without repeating or losing a row.
    """
    from datetime import timedelta

    import anyio

    from energyopti.cli.event_log import event_log
    from energyopti.query import Query
    from energyopti.service import UnifiedMarketService
    from energyopti.tuning.watching import CORRECTIONS

    there = _destination(output, to, form, append=append, safe_csv=safe_csv)
    running = None if command is None else Command.of(command, when)
    printed = there is None and (running is None or form is not None)
    if printed and (form or TABLE) not in _FORMS:
        raise UnsupportedQuery(f"watch cannot write {form}", do=f"use {', '.join(_FORMS)}")
    chosen = form_of(form or TABLE, None, safe_csv=safe_csv) if printed else None
    here = installation(context)
    settings = here.settings(sandbox=sandbox)
    failures = _Failures()
    markets = [name.strip() for name in market.split(",") if name.strip()]
    if running is not None:
        running.check(here.registry, Query.of(markets, data, run=run))

    written = event_log(logs())

    async def go() -> None:
        service = UnifiedMarketService(
            here.registry, settings, transport=here.transport, now=here.now, observe=written
        )
        async with service:
            asked = service.watch(
                markets,
                data,
                since=since,
                locations=by_market(location, here.registry.markets)
                if len(markets) > 1
                else location or None,
                run=run,
                feed=feed,
                tz=tz,
                corrections=CORRECTIONS if corrections is None else timedelta(days=corrections),
                filters=filters(column),
                versions=versions,
                where=when if running is None else None,
                to=there,
                handle=None if running is None else running.run,
                observe=failures.say,
            )
            number = 0
            async with contextlib.aclosing(asked):
                async for update in asked:
                    failures.over()
                    if printed:
                        _print(update, chosen, first=number == 0)
                    else:
                        say(_arrival(update))
                    say_findings(update.findings)
                    number += 1
                    if number == updates:
                        break

    anyio.run(go)


def _destination(
    output: Path | None, to: str | None, form: str | None, *, append: bool, safe_csv: bool
) -> Address | None:
    """Where rows go; None for standard output. Raises `OutputError` for what rows cannot be added to."""
    from energyopti.sinks import address_of

    if output is not None and to is not None:
        raise UnsupportedQuery(
            "--output and --to are given", do="give one; start another watch for the other"
        )
    if append and output is None:
        raise UnsupportedQuery("--append is for a file", do="add -o FILE")
    if to is not None:
        if form is not None or safe_csv:
            raise UnsupportedQuery("--to has a format of its own", do="leave --format and --safe-csv out")
        return address_of(to)
    if output is None:
        return None
    chosen = form_of(form, output)
    if chosen is None or safe_csv:
        raise UnsupportedQuery(
            "a watch that goes on cannot read its file back", do="write csv or ndjson, without --safe-csv"
        )
    check_target(output)
    if not append and output.exists() and output.stat().st_size:
        raise OutputError(
            f"{output} is there already", do="add --append to go on with it, or name another file"
        )
    return address_of(output, chosen)


def _arrival(update: MarketData) -> str:
    """How many rows of which feed came."""
    rows = f"{len(update):,} row{'' if len(update) == 1 else 's'}"
    return f"{update.query.market.id}/{update.query.feed.name}: {rows}"


def _print(update: MarketData, form: Format | None, *, first: bool) -> None:
    """Write rows to standard output; csv has its header once."""
    if form is None:
        from energyopti.cli.table import page

        show(
            *page(update.frame, update.dataset, title=f"{update.query.market.id}/{update.query.feed.name}"),
            "",
        )
    else:
        blocks = iter(form.encode(update.frame))
        if form.name == CSV.name and not first:
            next(blocks)
        emit(shown(blocks))


class _Failures:
    """Why polls failed: one line each, not repeated until an update comes."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def over(self) -> None:
        """An update came: report the next failure again."""
        self._last.clear()

    def say(self, event: Event) -> None:
        """Report why a poll failed, and what is missing for good."""
        from energyopti.events import EventKind

        where = f"{event.market}/{event.subject}"
        if event.kind is EventKind.POLL_FAILED and event.detail != self._last.get(where):
            self._last[where] = event.detail
            said = f"{where}: {event.detail}; retrying"
        elif event.kind is EventKind.GAP_GIVEN_UP:
            said = f"{where}: {event.detail}"
        elif event.kind is EventKind.WATCH_ENDED:
            said = f"{event.detail}; the other markets go on"
        elif event.kind is EventKind.DELIVERY_WAITS:
            said = event.detail
        else:
            return
        say(said, event=event.kind, market=event.market, feed=event.subject)
