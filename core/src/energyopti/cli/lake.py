"""``lake``: what it holds and lacks, and looking after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import attrs
import typer

from energyopti.cli.filling import with_lake
from energyopti.cli.installation import Installation, installation
from energyopti.cli.options import Generated, LakeAt
from energyopti.cli.output import add_row, emit_json, listing, say, show
from energyopti.errors import LakeError
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    from energyopti.store.lake import Lake

app = typer.Typer(
    name="lake",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Look after the lake.",
)
Feeds = Annotated[
    list[str] | None, typer.Argument(metavar="MARKET/FEED...", help="Only these; default: all there are.")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def _opened(context: typer.Context, at: str | None, *, sandbox: bool) -> tuple[Installation, Lake]:
    """The lake; raises `LakeError` if there is none."""
    from energyopti.store.opening import open_lake

    here = installation(context)
    lake = open_lake(with_lake(here.settings(sandbox=sandbox), at).lake_address)
    if not lake.exists():
        raise LakeError(f"there is no lake in {lake.address}", do="fill one with `energyopti backfill`")
    return here, lake


@app.command("status")
def status(
    context: typer.Context,
    feeds: Feeds = None,
    *,
    lake: LakeAt = None,
    as_json: AsJson = False,
    sandbox: Generated = False,
) -> None:
    """Say what the lake holds: by feed, its time, chunks, rows, files and bytes."""
    from energyopti.store.lake.contents import held

    _, opened = _opened(context, lake, sandbox=sandbox)
    found = held(opened, feeds or ())
    if as_json:
        emit_json([attrs.asdict(each, value_serializer=_plain) for each in found])
        return
    table = listing("feed", "from", "to", "chunks", "final", "rows", "files", "MB")
    for each in found:
        times = ["" if at is None else f"{at:%Y-%m-%d %H:%MZ}" for at in (each.start, each.end)]
        counts = [f"{count:,}" for count in (each.chunks, each.final, each.rows, each.files)]
        add_row(table, each.feed, *times, *counts, f"{each.bytes / 1e6:,.1f}")
    show(str(opened.address), table)


@app.command("gaps")
def gaps(
    context: typer.Context,
    feeds: Feeds = None,
    *,
    lake: LakeAt = None,
    as_json: AsJson = False,
    sandbox: Generated = False,
) -> None:
    """Show which months are covered, in part or whole, and list what is missing in between."""
    from energyopti.store.lake.contents import calendar, missing

    here, opened = _opened(context, lake, sandbox=sandbox)
    found = missing(opened, here.registry, feeds or ())
    if as_json:
        emit_json([attrs.asdict(each, value_serializer=_plain) for each in found])
        return
    table = listing("missing", "from", "to")
    for each in found:
        add_row(table, each.feed, f"{each.start:%Y-%m-%d %H:%MZ}", f"{each.end:%Y-%m-%d %H:%MZ}")
    show(*calendar(opened, here.registry, feeds or (), now=here.now()))
    if found:
        show("", table)


def _plain(_: object, __: object, value: object) -> object:
    """A value that JSON has a form for."""
    return iso_utc(value) if isinstance(value, datetime) else value


@app.command("verify")
def verify(
    context: typer.Context,
    *,
    lake: LakeAt = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Take out what is damaged; it is then fetched again.")
    ] = False,
    sandbox: Generated = False,
) -> None:
    """Read every file, and check it against what was committed."""
    from energyopti.store.lake.upkeep import verify as check

    _, opened = _opened(context, lake, sandbox=sandbox)
    bad = 0
    for name, files, faults in check(opened, repair=repair):
        say(
            f"{name}: {files} files, {len(faults)} faults"
            if faults
            else f"{name}: {files} files, as committed"
        )
        for fault in faults:
            say(f"  {fault}")
        bad += len(faults)
    if bad and not repair:
        raise LakeError(f"{bad} faults", do="run `energyopti lake verify --repair`, then fetch again")


@app.command("compact")
def compact(
    context: typer.Context, feeds: Feeds = None, *, lake: LakeAt = None, sandbox: Generated = False
) -> None:
    """Write many small files again as few large ones."""
    from energyopti.store.lake.upkeep import compact as shrink

    _, opened = _opened(context, lake, sandbox=sandbox)
    for name, before, after in shrink(opened, feeds or ()):
        say(f"{name}: {before} files, now {after}")


@app.command("vacuum")
def vacuum(
    context: typer.Context,
    *,
    keep: Annotated[
        float, typer.Option(min=0, help="Keep files that are younger than this many days.", metavar="DAYS")
    ] = 7,
    lake: LakeAt = None,
    sandbox: Generated = False,
) -> None:
    """Delete files that are no longer part of the lake."""
    from energyopti.store.lake.upkeep import vacuum as sweep

    _, opened = _opened(context, lake, sandbox=sandbox)
    for name, count, size in sweep(opened, retention=timedelta(days=keep)):
        say(f"{name}: {count} files deleted, {size / 1e6:,.1f} MB")
