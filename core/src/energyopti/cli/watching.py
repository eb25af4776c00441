"""``watch``: new rows as they are published, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from energyopti.cli.formats import Format, encode
from energyopti.cli.getting import say_findings
from energyopti.cli.installation import installation
from energyopti.cli.options import Clock, Columns, Data, FeedName, Generated, RunName, filters
from energyopti.cli.output import emit, say, show
from energyopti.errors import UnsupportedQuery

if TYPE_CHECKING:
    from energyopti.answer.result import MarketData
    from energyopti.events import Event

_FORMS = (Format.TABLE, Format.CSV, Format.NDJSON)


def watch(
    context: typer.Context,
    market: Annotated[str, typer.Argument(metavar="MARKET", help="A market, such as nyiso.")],
    data: Data,
    *,
    since: Annotated[
        str | None, typer.Option(help="Begin there; at the running day's midnight unless given.")
    ] = None,
    run: RunName = None,
    feed: FeedName = None,
    location: Annotated[list[str] | None, typer.Option(help="Only this location; can be repeated.")] = None,
    column: Columns = None,
    tz: Clock = None,
    form: Annotated[
        Format, typer.Option("--format", "-f", help="table, csv or ndjson.", metavar="FORMAT")
    ] = Format.TABLE,
    corrections: Annotated[
        float | None,
        typer.Option(min=0, help="Look for corrections so many days back; 35 unless given.", metavar="DAYS"),
    ] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="Give a row again if only its version or status is another.")
    ] = False,
    updates: Annotated[
        int | None, typer.Option(min=1, help="End after so many updates.", metavar="NUMBER")
    ] = None,
    sandbox: Generated = False,
) -> None:
    """Give new rows as a market publishes them, and rows that were changed, until Ctrl-C.

    The first update has the running day so far. The source is asked when the next rows are due; what fails is said on
    standard error and asked for again. Rows go to standard output.
    """
    from datetime import timedelta

    import anyio

    from energyopti.service import UnifiedMarketService
    from energyopti.tuning import CORRECTIONS

    if form not in _FORMS:
        raise UnsupportedQuery(f"rows that go on cannot be written as {form}", do=f"take {', '.join(_FORMS)}")
    here = installation(context)
    settings = here.settings(sandbox=sandbox)
    failures = _Failures()

    async def go() -> None:
        service = UnifiedMarketService(here.registry, settings, transport=here.transport, now=here.now)
        async with service:
            asked = service.watch(
                market,
                data,
                since=since,
                locations=location,
                run=run,
                feed=feed,
                tz=tz,
                corrections=CORRECTIONS if corrections is None else timedelta(days=corrections),
                filters=filters(column or ()),
                versions=versions,
                observe=failures.say,
            )
            number = 0
            async for update in asked:
                failures.over()
                _deliver(update, form, first=number == 0)
                number += 1
                if number == updates:
                    break

    anyio.run(go)


def _deliver(update: MarketData, form: Format, *, first: bool) -> None:
    """The rows, and what is new to be known of them; csv has its header once."""
    if form is Format.TABLE:
        from energyopti.cli.table import page

        show(
            *page(update.frame, update.dataset, title=f"{update.query.market.id}/{update.query.feed.name}"),
            "",
        )
    else:
        blocks: Iterator[bytes] = encode(update.frame, form)
        if form is Format.CSV and not first:
            next(blocks)
        emit(blocks)
    say_findings(update.findings)


class _Failures:
    """What polls failed with, said in one line, and once for as long as nothing else comes."""

    def __init__(self) -> None:
        self._last = ""

    def over(self) -> None:
        """An update came: what fails after it is worth saying again."""
        self._last = ""

    def say(self, event: Event) -> None:
        """Say why a poll failed, and what is missing for good."""
        from energyopti.events import EventKind

        if event.kind is EventKind.POLL_FAILED and event.detail != self._last:
            self._last = event.detail
            say(f"{event.market}/{event.subject}: {event.detail}; asking again")
        if event.kind is EventKind.GAP_GIVEN_UP:
            say(f"{event.market}/{event.subject}: {event.detail}")
