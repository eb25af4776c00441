"""``locations``: the places of a market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from energyopti.cli.getting import ask
from energyopti.cli.installation import installation
from energyopti.cli.listings import with_json
from energyopti.cli.logs import with_logs
from energyopti.cli.options import with_sandbox
from energyopti.cli.output import emit_json, fitted, say, show

if TYPE_CHECKING:
    import polars as pl

    from energyopti.events import Observer
    from energyopti.service import UnifiedMarketService

_SHOWN = ("location", "location_name", "location_type", "zone", "code", "also")


@click.command("locations")
@click.argument("market", metavar="MARKET", help="A market, such as pjm.")
@click.argument("match", required=False, metavar="[NAME]", help="A part of a name, identifier or code.")
@click.option("--type", "kind", help="Only hub, zone, node, interface, ...")
@with_json
@with_logs
@with_sandbox
@click.pass_context
def locations(
    context: click.Context, market: str, match: str | None, *, kind: str | None, as_json: bool, sandbox: bool
) -> None:
    """List the places of a market: hubs, zones, interfaces, nodes.

    As in locations pjm western, or locations nyiso --type zone. Lists that the market publishes are fetched.
    What was listed is offered by Tab (energyopti completion).
    """
    from energyopti import catalog
    from energyopti.cli.completion.places import keep_places
    from energyopti.tuning.output import PLACES_SHOWN

    here = installation(context)

    def keep(every: pl.DataFrame) -> None:
        generated = here.settings(sandbox=sandbox).sandbox is not None
        keep_places(here.registry.market(market).id, every, sandbox=generated)

    async def question(service: UnifiedMarketService, observe: Observer) -> pl.DataFrame:
        return await catalog.locations(service, market, match, type=kind, observe=observe, listed=keep)

    found = ask(here, question, sandbox=sandbox)
    if as_json:
        emit_json(found.to_dicts())
        return
    shown = found.head(PLACES_SHOWN).select(
        name for name in _SHOWN if found[name].null_count() < found.height
    )
    rows = [{name: cell or "" for name, cell in row.items()} for row in shown.to_dicts()]
    show(*fitted(rows, whole={"location", "location_type"}, spare=("zone", "code", "also", "location_name")))
    if found.height > PLACES_SHOWN:
        say(
            f"{found.height:,} places; the first {PLACES_SHOWN} are shown: give a part of a name, or --json for all"
        )
