"""``lake``: what it holds and lacks, and looking after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from energyopti.cli.filling import FAILURES_SHOWN, with_lake
from energyopti.cli.installation import Installation, installation
from energyopti.cli.options import form_of, with_format, with_lake_at, with_safe_csv, with_sandbox
from energyopti.cli.output import add_row, emit_json, listing, say, show
from energyopti.errors import LakeError, UnsupportedQuery
from energyopti.local_files import check_target, save
from energyopti.timezones import iso_utc

if TYPE_CHECKING:
    from rich.text import Text

    from energyopti.store.lake import Lake

with_feeds = click.argument(
    "feeds", nargs=-1, metavar="MARKET/FEED...", help="Only these; default: all there are."
)
with_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.group("lake", no_args_is_help=True)
def group() -> None:
    """Look after the lake."""


def _opened(context: click.Context, at: str | None, *, sandbox: bool) -> tuple[Installation, Lake]:
    """The lake; raises `LakeError` if there is none."""
    from energyopti.store.opening import open_lake

    here = installation(context)
    lake = open_lake(with_lake(here.settings(sandbox=sandbox), at).lake_address)
    if not lake.exists():
        raise LakeError(f"there is no lake in {lake.address}", do="fill one with `energyopti backfill`")
    return here, lake


@group.command("status")
@with_feeds
@with_lake_at
@with_json
@with_sandbox
@click.pass_context
def status(
    context: click.Context, feeds: tuple[str, ...], *, lake: str | None, as_json: bool, sandbox: bool
) -> None:
    """Say what the lake holds: by feed, its time, chunks, rows, files and bytes."""
    from energyopti.store.lake.contents import held

    here, opened = _opened(context, lake, sandbox=sandbox)
    found = held(opened, here.registry, feeds)
    if as_json:
        emit_json([attrs.asdict(each, value_serializer=_plain) for each in found])
        return
    table = listing("feed", "from", "to", "chunks", "final", "rows", "files", "MB")
    for each in found:
        times = ["" if at is None else f"{at:%Y-%m-%d %H:%MZ}" for at in (each.start, each.end)]
        counts = [f"{count:,}" for count in (each.chunks, each.final, each.rows, each.files)]
        add_row(table, each.feed, *times, *counts, f"{each.bytes / 1e6:,.1f}")
    show(str(opened.address), table)
    for each in found:
        if each.outdated:
            say(
                f"{each.feed}: {each.outdated:,} chunks are of an earlier version of their dataset; fetch them again, or "
                "run `energyopti lake rebuild`"
            )


@group.command("gaps")
@with_feeds
@with_lake_at
@with_json
@with_sandbox
@click.pass_context
def gaps(
    context: click.Context, feeds: tuple[str, ...], *, lake: str | None, as_json: bool, sandbox: bool
) -> None:
    """Show which months are covered, in part or whole, and list what is missing in between."""
    from energyopti.store.lake.contents import calendar, missing

    here, opened = _opened(context, lake, sandbox=sandbox)
    found = missing(opened, here.registry, feeds)
    if as_json:
        emit_json([attrs.asdict(each, value_serializer=_plain) for each in found])
        return
    table = listing("missing", "from", "to")
    for each in found:
        add_row(table, each.feed, f"{each.start:%Y-%m-%d %H:%MZ}", f"{each.end:%Y-%m-%d %H:%MZ}")
    show(*map(_coloured, calendar(opened, here.registry, feeds, now=here.now())))
    if found:
        show("", table)


def _coloured(line: str) -> Text:
    """A line of the calendar in colours."""
    from rich.text import Text

    text = Text(line)
    for mark, style in (("█", "green"), ("▒", "yellow"), ("·", "red")):
        text.highlight_words([mark], style)
    return text


def _plain(_: object, __: object, value: object) -> object:
    """A value that JSON has a form for."""
    return iso_utc(value) if isinstance(value, datetime) else value


@group.command("verify")
@with_lake_at
@click.option("--repair", is_flag=True, help="Take out what is damaged; it is then fetched again.")
@click.option(
    "--sample",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Also fetch so many chunks again, and compare.",
    metavar="NUMBER",
)
@with_sandbox
@click.pass_context
def verify(context: click.Context, *, lake: str | None, repair: bool, sample: int, sandbox: bool) -> None:
    """Read every file, and check it against what was committed.

    With --sample also against what the sources say now.
    """
    from energyopti.store.lake.upkeep import verify as check

    here, opened = _opened(context, lake, sandbox=sandbox)
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
    if sample:
        _compare(here, opened, sample, sandbox=sandbox)


def _compare(here: Installation, lake: Lake, count: int, *, sandbox: bool) -> None:
    """Compare some chunks with their sources; raises `LakeError` if one differs."""
    import anyio

    from energyopti.sampling import Sampler

    differing: list[str] = []

    async def go() -> None:
        settings = here.settings(sandbox=sandbox)
        async with Sampler(lake, here.registry, settings, transport=here.transport, now=here.now) as sampler:
            async for each in sampler.compare(count):
                say(str(each))
                if each.differs:
                    differing.append(each.chunk.key)

    anyio.run(go)
    if differing:
        raise LakeError(
            f"{len(differing)} of the chunks differ from their sources",
            do="run `energyopti sync`, or a backfill of their range, to keep what the sources say now",
        )


@group.command("export")
@click.argument("feed", metavar="MARKET/FEED", help="A feed of the lake, as in lake status.")
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="Write to this file.")
@with_format
@with_safe_csv
@with_lake_at
@with_sandbox
@click.pass_context
def export(
    context: click.Context,
    feed: str,
    *,
    output: Path,
    form: str | None,
    safe_csv: bool,
    lake: str | None,
    sandbox: bool,
) -> None:
    """Write all rows of a feed to one file, file by file of the lake, in order of time."""
    from energyopti.store.lake.contents import rows_of

    chosen = form_of(form, output, safe_csv=safe_csv)
    check_target(output)
    if chosen is None:
        raise UnsupportedQuery("a table is not a file format", do="give csv, ndjson, parquet or arrow")
    _, opened = _opened(context, lake, sandbox=sandbox)
    schema, frames = rows_of(opened, feed)
    save(output, chosen.blocks(schema, frames))
    say(f"all rows of {feed}, written to {output}")


@group.command("compact")
@with_feeds
@with_lake_at
@with_sandbox
@click.pass_context
def compact(context: click.Context, feeds: tuple[str, ...], *, lake: str | None, sandbox: bool) -> None:
    """Write many small files again as few large ones."""
    from energyopti.store.lake.upkeep import compact as shrink

    _, opened = _opened(context, lake, sandbox=sandbox)
    for name, before, after in shrink(opened, feeds):
        say(f"{name}: {before} files, now {after}")


@group.command("vacuum")
@click.option(
    "--keep",
    default=7,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Keep files that are younger than this many days.",
    metavar="DAYS",
)
@with_lake_at
@with_sandbox
@click.pass_context
def vacuum(context: click.Context, *, keep: float, lake: str | None, sandbox: bool) -> None:
    """Delete files that are no longer part of the lake."""
    from energyopti.store.lake.upkeep import vacuum as sweep

    _, opened = _opened(context, lake, sandbox=sandbox)
    for name, count, size in sweep(opened, retention=timedelta(days=keep)):
        say(f"{name}: {count} files deleted, {size / 1e6:,.1f} MB")


@group.command("rebuild")
@with_feeds
@with_lake_at
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    help="The archive's folder; default: that of the settings.",
    metavar="FOLDER",
)
@with_sandbox
@click.pass_context
def rebuild(
    context: click.Context, feeds: tuple[str, ...], *, lake: str | None, archive: Path | None, sandbox: bool
) -> None:
    """Make tables again from the archive, without the network, as the installed plugins read it now.

    Every version of a chunk is read anew. A chunk whose answers are not in the archive stays as it is.
    """
    import anyio

    from energyopti.rebuilding import Rebuilder
    from energyopti.source.archive import Archive

    here, opened = _opened(context, lake, sandbox=sandbox)
    settings = here.settings(sandbox=sandbox)
    folder = (settings if archive is None else attrs.evolve(settings, archive=archive)).archive_folder
    if folder is None or not folder.is_dir():
        raise LakeError(
            "there is no archive to rebuild from",
            do="keep one with ENERGYOPTI_ARCHIVE=1, or name it with --archive",
        )
    rebuilder = Rebuilder(lake=opened, archive=Archive(folder), registry=here.registry, settings=settings)

    async def go() -> None:
        async for each in rebuilder.run(feeds):
            kept = f"; {len(each.kept):,} stay as they were" if each.kept else ""
            say(f"{each.table}: {each.again:,} of {each.chunks:,} chunks made again{kept}")
            for error in list(each.kept.values())[:FAILURES_SHOWN]:
                say(f"  {error.line}")

    anyio.run(go)
