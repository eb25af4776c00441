"""Labels around clock changes, settled by the rows around them.

Without a flag, the order of a series' rows tells the passes of a repeated hour apart. With a flag, order decides only
where rows of a series would share a time although their document runs on without a gap: such labels are wrong.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti.findings import Finding
from energyopti.layouts.decode.labels import DOCUMENT, Labels, Placed, Rows
from energyopti.layouts.decode.local import Change, Readings
from energyopti.layouts.times import OffsetFlag, RepeatFlag
from energyopti.timezones import DAY, HOUR
from energyopti.tuning.reading import NEIGHBOURS_APART

_NONE = timedelta()


def settled(read: Readings, at: pl.Series, labels: Labels, rows: Rows) -> Placed:
    """The instants ``at`` of labels, corrected where the rows around them say more."""
    findings: list[Finding] = []
    for change in read.changes:
        if change.repeated > _NONE:
            done = _repeated(read, at, labels, rows, change)
        elif labels.closes:
            done = _skipped(read, at, labels, rows, change)
        else:
            continue
        at = done.at
        findings += done.findings
    return Placed(at, tuple(findings))


def _skipped(read: Readings, at: pl.Series, labels: Labels, rows: Rows, change: Change) -> Placed:
    """Ends around a skipped hour: its two ends are one moment, and if a series has both, the later is left out."""
    since, until = change.since, change.until + labels.closes
    if not read.wall.is_between(since, since + labels.closes, closed="left").any():
        return Placed(at)
    table = rows.table(wall=read.wall, at=at)
    wall = pl.col("wall")
    table = table.filter(wall.is_between(change.until, since + labels.closes, closed="left"))
    table = table.filter(pl.col("at").is_not_null())
    twice = table.filter((wall >= since) & (wall < until).any().over([*rows.keys, "at"]))
    if not twice.height:
        return Placed(at)
    odd = rows.mask(twice["row"])
    said = (
        f"left out, because {since:%H:%M} is the same moment as {change.until:%H:%M} on this day in {labels.zone}, "
        "where another row ends"
    )
    return Placed(rows.runs.spread(at).set(odd, None), (rows.found(odd, said),))


def _repeated(read: Readings, at: pl.Series, labels: Labels, rows: Rows, change: Change) -> Placed:
    """Labels around a repeated hour, by row order where there is no flag or flags cannot be right.

    A label may stay on the old clock for as long again as the clocks went back: 03:00 for the second 02:00.
    """
    until = change.until + labels.closes
    last = until if isinstance(labels.flag, OffsetFlag) else until + change.repeated
    if not read.wall.is_between(change.since, last, closed="left").any():
        return Placed(at)
    backwards = newest_first(rows.runs.spread(read.wall))
    table = _about(read, at, rows, change, last)
    if labels.flag is None:
        one = table.filter(pl.col("wall") < until).with_columns(pl.lit(0).alias(DOCUMENT))
        seconds = _in_passes(one, [*rows.keys, DOCUMENT], backwards).filter("second")
        if seconds.height:
            at = rows.moved(at, seconds["row"], seconds["new"])
            table = table.with_columns(at.gather(table["row"]).alias("at"))
    moved = _moved(table, rows, labels, until, backwards)
    if not moved.height:
        return Placed(at)
    odd, name = rows.mask(moved["row"]), labels.flag.name if labels.flag else None
    named = f"labels and {name!r} of" if name else "labels of"
    said = f"the {named} these rows cannot be right, because the clocks of {labels.zone} fell back; their order decides"
    return Placed(rows.moved(at, moved["row"], moved["by_order"]), (rows.found(odd, said, name),))


def _about(read: Readings, at: pl.Series, rows: Rows, change: Change, last: datetime) -> pl.DataFrame:
    """The rows whose labels may be of either clock, with their meaning on each.

    ``earlier`` and ``later`` say whether their series has rows of that day in their document before the repeated hour,
    and from its second pass on.
    """
    wall, day = pl.col("wall"), [*rows.keys, DOCUMENT]
    again = (change.until - change.before).replace(tzinfo=UTC)
    table = rows.table(wall=read.wall, at=at)
    table = table.filter(wall.is_between(change.since - DAY, last + DAY, closed="left"))
    table = table.with_columns(
        (wall < change.since).any().over(day).alias("earlier"),
        (pl.col("at") > again).any().over(day).alias("later"),
    )
    return table.filter(wall.is_between(change.since, last, closed="left")).with_columns(
        (wall - change.before).dt.replace_time_zone("UTC").alias("old"),
        (wall - change.after).dt.replace_time_zone("UTC").alias("new"),
    )


def newest_first(wall: pl.Series) -> bool:
    """Whether a payload lists the newest rows first."""
    step = wall.drop_nulls().diff().drop_nulls()
    return int((step < _NONE).sum()) > int((step > _NONE).sum())


def _in_passes(table: pl.DataFrame, group: list[str], backwards: bool) -> pl.DataFrame:
    """Rows, oldest first, and which of them come after the clocks fell back, by the order in each group.

    The turn is where the labels drop furthest. If none drops but one appears twice, its second occurrence begins the
    second pass; if several appear twice, rows were sorted by label, and the second of each is of the second pass.
    """
    wall = pl.col("wall")
    table = table.reverse() if backwards else table
    table = table.with_columns(
        (wall.shift(1) - wall).over(group).alias("drop"),
        pl.int_range(pl.len()).over([*group, "wall"]).alias("nth"),
    )
    table = table.with_columns(
        pl.col("drop").max().over(group).alias("most"),
        wall.filter(pl.col("nth") > 0).n_unique().over(group).alias("doubled"),
    )
    falls = (2 * pl.col("drop") > pl.col("most")) | (pl.col("drop") == pl.col("most"))
    falls = falls & (pl.col("drop") >= _NONE)
    table = table.with_columns(falls.fill_null(value=False).alias("turn"))
    turns = pl.col("turn").cum_sum().over(group)
    second = (
        pl.when(pl.col("most") > _NONE)
        .then(turns % 2 == 1)
        .when(pl.col("doubled") > 1)
        .then(pl.col("nth") > 0)
        .otherwise(turns > 0)
    )
    return table.with_columns(second.alias("second"))


def _moved(table: pl.DataFrame, rows: Rows, labels: Labels, until: datetime, backwards: bool) -> pl.DataFrame:
    """The rows that mean another time than they say, and which (``by_order``), by the order within each document.

    Only if rows of a series share a time as labeled, or none is labeled as the one pass; if in row order no two share
    one, and time continues where the labels turn; and if other rows show that the document has both passes.
    """
    group, step = [*rows.keys, DOCUMENT], labels.step
    table = _in_passes(table, group, backwards)
    at, second = pl.col("at"), pl.col("second")
    proper, turns = pl.col("wall") < until, pl.col("turn").sum().over(group)
    by_order = pl.when(second).then("new").otherwise("old")
    shared = (pl.len().over([*group, "at"]) > 1) & at.is_not_null()
    table = table.with_columns(by_order.alias("by_order"), shared.alias("shared"), (turns == 1).alias("once"))
    first, moves = ~second & proper, pl.col("by_order") != at
    one_flag = (at == pl.col("old")).filter(proper).all() | (at == pl.col("new")).filter(proper).all()
    forward = moves & second
    if labels.flag is None or (isinstance(labels.flag, RepeatFlag) and step >= HOUR):
        forward = pl.lit(value=False)
    seen = [
        pl.col("once"),
        (pl.col("shared").any() | (one_flag & (pl.col("most") > _NONE).any())).over(group),
        (pl.col("by_order").n_unique() == pl.len()).over(group),
        (pl.col("by_order").diff() <= step * NEIGHBOURS_APART).filter("turn").all().over(group),
        first.any().over(group),
        pl.col("earlier") | ~(first & moves).any().over(group),
        pl.col("later") | ~forward.any().over(group),
    ]
    return table.filter(pl.all_horizontal(seen)).filter(moves.fill_null(value=True))
