"""Rows before PJM has verified them: they complete the verified ones, and are counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData
from energyopti.layouts import Layout, Reading
from energyopti.market import Collect
from energyopti_pjm import dataminer
from energyopti_pjm.pages import Form
from energyopti_pjm.reference import PNODES

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source


def verified_first(verified: Collect, unverified: Collect, *, kept: timedelta) -> Collect:
    """Verified rows, and after the last of them the unverified ones, which are kept for some days.

    A finding counts what is not verified.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        oldest, due = source.now - kept, min(chunk.end, source.now)
        try:
            reading = await verified(chunk, source)
        except NoData:
            if chunk.end <= oldest:
                raise
            return _marked(await unverified(_since(chunk, oldest), source))
        last = reading.frame["interval_end"].max()
        if not isinstance(last, datetime) or last >= due or due <= oldest:
            return reading
        try:
            rest = await unverified(_since(chunk, max(last, oldest)), source)
        except NoData:
            return reading
        rest = _after(rest, last)
        if rest.frame.is_empty():
            return reading
        return Reading.concat([_aligned(reading, rest), _marked(_aligned(rest, reading))])

    return collect


def by_name(feed: str, layout: Layout) -> Collect:
    """Read a feed whose rows say a node's name and kind, and no id: the ids are those of the list of nodes.

    It is asked by kind. Rows whose name is no one node are left out, and counted.
    """
    ask = dataminer.rows(feed, layout, place=dataminer.BY_TYPE, form=Form.CSV)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        reading = await ask(chunk, source)
        if "pnode_id" not in reading.raw.columns:
            nodes = await dataminer.every_row(source, "pnode", {}, PNODES, shared=True)
            reading = await source.run(identified, reading, nodes.frame)
        reading = dataminer.only(reading, chunk.places) if chunk.places else reading
        if reading.frame.is_empty():
            raise NoData(f"{chunk}: PJM has no rows of {feed} of these locations")
        return reading

    return collect


def identified(reading: Reading, nodes: pl.DataFrame) -> Reading:
    """Rows by the ids of their nodes, which their names and kinds tell among the nodes that are valid."""
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
    told = reading.frame.with_columns(_folded("location_name")).join(
        ids, on=key, how="left", maintain_order="left"
    )
    mask = told["id"].is_not_null()
    left_out = int((~mask).sum())
    named = attrs.evolve(
        reading, frame=told.with_columns(location=pl.col("id")).select(reading.frame.columns)
    )
    if not left_out:
        return named
    first = told.filter(~mask)["location_name"][0]
    finding = Finding(
        kind=FindingKind.REJECTED_ROW,
        message=f"{left_out} rows are of names that are no one node, such as {first!r}: they are left out",
        rows=left_out,
        accounts=True,
    )
    return named.keep(mask, finding)


def _folded(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).str.strip_chars().str.replace_all(r"\s+", " ").str.to_uppercase().alias("name")


def _since(chunk: Chunk, at: datetime) -> Chunk:
    """What is left of a chunk: of unverified rows only those are asked that are kept and needed."""
    return attrs.evolve(chunk, start=max(chunk.start, at.replace(second=0, microsecond=0)))


def _after(reading: Reading, last: datetime) -> Reading:
    """The rows from an instant on; a finding counts those before."""
    mask = reading.frame["interval_start"] >= last
    before = int((~mask).sum())
    return reading.keep(mask, _verified_too(before)) if before else reading


def _verified_too(count: int) -> Finding:
    return Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"{count} unverified rows have verified ones in their place",
        rows=count,
        accounts=True,
    )


def _marked(reading: Reading) -> Reading:
    """A reading of unverified rows, and a finding that says so."""
    finding = Finding(
        kind=FindingKind.FALLBACK,
        message=f"{reading.frame.height} rows are not verified yet",
        rows=reading.frame.height,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _aligned(reading: Reading, other: Reading) -> Reading:
    """A reading with every column of another, in one order."""
    import polars as pl

    schema = reading.frame.schema | other.frame.schema
    columns = [
        pl.col(name) if name in reading.frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in sorted(schema.items())
    ]
    return attrs.evolve(reading, frame=reading.frame.select(columns))
