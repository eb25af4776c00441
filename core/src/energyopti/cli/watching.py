"""``watch``: new rows as they are published, until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from energyopti.cli.installation import installation
from energyopti.cli.logs import logs, with_findings, with_logs
from energyopti.cli.options import (
    TABLE,
    filters,
    form_of,
    with_data,
    with_feed,
    with_filters,
    with_run,
    with_safe_csv,
    with_sandbox,
    with_tz,
)
from energyopti.cli.output import emit, say, show, shown
from energyopti.cli.report import say_findings
from energyopti.errors import UnsupportedQuery
from energyopti.output import CSV, NDJSON, Format

if TYPE_CHECKING:
    from energyopti.answer.result import MarketData
    from energyopti.events import Event

_FORMS = (TABLE, CSV.name, NDJSON.name)


@click.command("watch")
@click.argument("market", metavar="MARKET", help="A market, such as nyiso.")
@with_data
@click.option("--since", help="Start here; default: midnight of the current day.")
@with_run
@with_feed
@click.option("--location", multiple=True, help="Only this location; repeatable.")
@with_filters
@with_tz
@click.option(
    "--format", "-f", "form", default=TABLE, show_default=True, help="table, csv or ndjson.", metavar="FORMAT"
)
@with_safe_csv
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
    form: str,
    safe_csv: bool,
    corrections: float | None,
    versions: bool,
    updates: int | None,
    sandbox: bool,
) -> None:
    """Print new and changed rows as they are published.

    It runs until Ctrl-C. The first update has the current day so far. The source is polled when the next rows are due; failures are
    reported on standard error and retried. Rows go to standard output.
    """
    from datetime import timedelta

    import anyio

    from energyopti.cli.event_log import event_log
    from energyopti.service import UnifiedMarketService
    from energyopti.tuning.watching import CORRECTIONS

    if form not in _FORMS:
        raise UnsupportedQuery(f"watch cannot write {form}", do=f"use {', '.join(_FORMS)}")
    chosen = form_of(form, None, safe_csv=safe_csv)
    here = installation(context)
    settings = here.settings(sandbox=sandbox)
    failures = _Failures()

    written = event_log(logs())

    async def go() -> None:
        service = UnifiedMarketService(
            here.registry, settings, transport=here.transport, now=here.now, observe=written
        )
        async with service:
            asked = service.watch(
                market,
                data,
                since=since,
                locations=location or None,
                run=run,
                feed=feed,
                tz=tz,
                corrections=CORRECTIONS if corrections is None else timedelta(days=corrections),
                filters=filters(column),
                versions=versions,
                observe=failures.say,
            )
            number = 0
            async for update in asked:
                failures.over()
                _deliver(update, chosen, first=number == 0)
                number += 1
                if number == updates:
                    break

    anyio.run(go)


def _deliver(update: MarketData, form: Format | None, *, first: bool) -> None:
    """Write the rows and any new findings; csv has its header once."""
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
    say_findings(update.findings)


class _Failures:
    """Why polls failed: one line each, not repeated until an update comes."""

    def __init__(self) -> None:
        self._last = ""

    def over(self) -> None:
        """An update came: report the next failure again."""
        self._last = ""

    def say(self, event: Event) -> None:
        """Report why a poll failed, and what is missing for good."""
        from energyopti.events import EventKind

        if event.kind is EventKind.POLL_FAILED and event.detail != self._last:
            self._last = event.detail
            said = f"{event.market}/{event.subject}: {event.detail}; retrying"
            say(said, event=event.kind, market=event.market, feed=event.subject)
        if event.kind is EventKind.GAP_GIVEN_UP:
            said = f"{event.market}/{event.subject}: {event.detail}"
            say(said, event=event.kind, market=event.market, feed=event.subject)
