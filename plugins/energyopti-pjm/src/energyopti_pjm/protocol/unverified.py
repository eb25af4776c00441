"""Unverified rows: they fill in where there are no verified ones, row by row, and are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData
from energyopti.layouts import Layout, Reading
from energyopti.source import Collect
from energyopti_pjm.protocol import dataminer
from energyopti_pjm.protocol.pages import Form

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

_ROW = ("location", "interval_start")
"""What distinguishes one verified row from another."""


def verified_first(
    verified: Collect, unverified: Collect, *, kept: timedelta, same_places: bool = True
) -> Collect:
    """Verified rows, and unverified ones where there are none; unverified rows are kept for some days.

    They are requested from the first interval that a location lacks to the last. If the two feeds do not have the
    ``same_places``, unverified rows are used only in intervals without any verified row, whatever their names for
    places. All intervals are requested if verified rows seem to lack whole locations. A finding says what is not
    verified.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        oldest = source.now - kept
        try:
            reading = await verified(chunk, source)
        except NoData:
            if chunk.end <= oldest:
                raise
            return _marked(await unverified(_within(chunk, oldest, chunk.end), source))
        if chunk.end <= oldest:
            return reading
        until = min(chunk.end, source.now)
        lacking = (chunk.start, until) if source.doubted else await source.run(holes, reading, chunk, until)
        if lacking is None or lacking[1] <= oldest:
            return reading
        try:
            rest = await unverified(_within(chunk, max(lacking[0], oldest), lacking[1]), source)
        except NoData:
            return reading
        return await source.run(filled, reading, rest, same_places)

    return collect


def holes(reading: Reading, chunk: Chunk, until: datetime) -> tuple[datetime, datetime] | None:
    """The first and last instant between which any location of verified rows lacks an interval; None if none does.

    Locations are those in the rows, and the requested ones. Intervals that begin before ``until`` can be there.
    """
    import polars as pl

    rows = _standing(reading)
    asked = {place.location for place in chunk.places}
    known = pl.Series(sorted(asked | set(rows["location"].unique())), dtype=pl.String)
    there = rows.group_by("interval_start").agg(pl.col("location").n_unique().alias("locations"))
    step = chunk.feed.step
    wanted = pl.datetime_range(chunk.start, until, step, closed="left", eager=True).dt.cast_time_unit("us")
    grid = pl.DataFrame({"interval_start": wanted})
    counts = grid.join(there, on="interval_start", how="left")["locations"].fill_null(0)
    short = wanted.filter(counts < len(known))
    if short.is_empty():
        return None
    first: datetime = short[0]
    last: datetime = short[-1]
    return first, chunk.end if last + step >= until else last + step


def filled(reading: Reading, rest: Reading, same_places: bool) -> Reading:
    """Verified rows plus the unverified ones that they lack; a finding counts the others."""
    rest = lacking(
        reading, rest, "unverified rows have verified ones in their place", same_places=same_places
    )
    if rest.frame.is_empty():
        return reading
    return Reading.concat([aligned(reading, rest), _marked(aligned(rest, reading))])


def lacking(
    reading: Reading, rest: Reading, known: str, *, key: Sequence[str] = _ROW, same_places: bool = True
) -> Reading:
    """The rows of ``rest`` that a reading lacks, by their ``key``; a finding counts the ``known`` others."""
    rows = reading.without_superseded().frame.select(*key)
    keys = rest.frame.select(*key).with_row_index("at")
    missing = keys.join(rows, on=key, how="anti")
    if not same_places:
        there = missing.join(rows.select("location").unique(), on="location", how="semi")
        unknown = missing.join(rows.select("interval_start").unique(), on="interval_start", how="anti")
        missing = missing.filter(missing["at"].is_in(there["at"]) | missing["at"].is_in(unknown["at"]))
    return rest.where(keys["at"].is_in(missing["at"]), FindingKind.SUPERSEDED_ROW, known)


def _standing(reading: Reading) -> pl.DataFrame:
    """What distinguishes the rows of a reading that are still valid."""
    return reading.without_superseded().frame.select(_ROW)


def by_name(nodes: Layout, *, feed: str | None = None, layout: Layout | None = None) -> Collect:
    """Read a feed whose rows have a node's name and kind but no id: the ids are taken from the list of ``nodes``.

    It is requested by kind. Rows whose name does not match exactly one node are left out, and counted.
    """
    ask = dataminer.rows(feed, layout, place=dataminer.BY_TYPE, form=Form.CSV)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        reading = await ask(chunk, source)
        if "pnode_id" not in reading.raw.columns:
            listed = await dataminer.every_row(source, "pnode", {}, nodes, shared=True)
            reading = await source.run(identified, reading, listed.frame)
        reading = dataminer.only(reading, chunk.places) if chunk.places else reading
        if reading.frame.is_empty():
            raise NoData(f"{chunk}: PJM has no rows of {feed or chunk.feed.name} of these locations")
        return reading

    return collect


def identified(reading: Reading, nodes: pl.DataFrame) -> Reading:
    """Rows with the ids of their nodes, found by name and kind among the valid nodes."""
    import polars as pl

    key = ("name", "location_type")
    ids = (
        nodes.filter(pl.col("valid_to").is_null())
        .select(_folded("location_name"), "location_type", id="location")
        .group_by(key)
        .agg(pl.col("id").unique())
        .filter(pl.col("id").list.len() == 1)
        .with_columns(pl.col("id").list.first())
    )
    found = reading.frame.with_columns(_folded("location_name")).join(
        ids, on=key, how="left", maintain_order="left"
    )
    mask = found["id"].is_not_null()
    left_out = int((~mask).sum())
    frame = found.with_columns(location=pl.col("id")).select(reading.frame.columns)
    named = attrs.evolve(reading, frame=frame)
    if not left_out:
        return named
    first = found.filter(~mask)["location_name"][0]
    finding = Finding(
        kind=FindingKind.REJECTED_ROW,
        message=f"{left_out} rows are of names that match no single node, such as {first!r}: they are left out",
        rows=left_out,
        accounts=True,
    )
    return named.keep(mask, finding)


def _folded(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.strip_chars().str.replace_all(r"\s+", " ").str.to_uppercase().alias("name")


def _within(chunk: Chunk, start: datetime, end: datetime) -> Chunk:
    """A part of a chunk: only the unverified rows that are kept and needed are requested."""
    return attrs.evolve(chunk, start=max(chunk.start, start.replace(second=0, microsecond=0)), end=end)


def _marked(reading: Reading) -> Reading:
    """A reading of unverified rows, with a finding that says so."""
    finding = Finding(
        kind=FindingKind.FALLBACK,
        message=f"{reading.frame.height} rows are not verified yet",
        rows=reading.frame.height,
        spans=reading.stretches,
        provisional=True,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def aligned(reading: Reading, other: Reading) -> Reading:
    """A reading with the same columns as another, in one order."""
    import polars as pl

    schema = reading.frame.schema | other.frame.schema
    columns = [
        pl.col(name) if name in reading.frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in sorted(schema.items())
    ]
    return attrs.evolve(reading, frame=reading.frame.select(columns))
