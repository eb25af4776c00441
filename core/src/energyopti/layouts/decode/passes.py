"""From wall-clock labels to instants: a flag decides only within a repeated hour, elsewhere the zone does.

A flag that the zone does not allow at that time is ignored, with a finding.
"""

from __future__ import annotations

import attrs
import polars as pl

from energyopti.layouts.decode.labels import Labels, Placed, Rows
from energyopti.layouts.decode.local import Readings, readings
from energyopti.layouts.decode.order import settled
from energyopti.layouts.times import OffsetFlag, RepeatFlag


@attrs.frozen(eq=False)
class _Said:
    """What flags say: which labels are of a second pass, which flags are impossible, and which words are not flags."""

    second: pl.Series | None
    odd: pl.Series
    unread: pl.Series | None = None


def placed(wall: pl.Series, words: pl.Series | None, labels: Labels, rows: Rows) -> Placed:
    """The instants of wall-clock labels with the words of their flag, one per run or per row."""
    read = readings(wall, labels.zone, labels.closes)
    done = _flagged(read, words, labels, rows)
    skipped = read.changes and read.first.null_count() > wall.null_count()
    return attrs.evolve(done, skipped=read.first.is_null() & wall.is_not_null()) if skipped else done


def _flagged(read: Readings, words: pl.Series | None, labels: Labels, rows: Rows) -> Placed:
    """The instants of readings with the words of their flag."""
    flag = labels.flag
    if flag is None or words is None:
        return settled(read, read.first, labels, rows)
    said = _offsets(read, flag, words) if isinstance(flag, OffsetFlag) else _repeats(read, flag, words)
    at = read.first if said.second is None else read.second.zip_with(said.second, read.first)
    if said.unread is not None:
        at = at.set(said.unread, None)
    done = settled(read, at, labels, rows)
    if not said.odd.any():
        return done
    stays = rows.runs.spread(done.at).eq_missing(rows.runs.spread(at))
    return _doubted(done, rows.runs.spread(said.odd) & stays, flag, labels.zone, rows)


def _repeats(read: Readings, flag: RepeatFlag, words: pl.Series) -> _Said:
    """What a second-pass flag says; outside a repeated hour nothing."""
    second = (words == flag.second).fill_null(value=False)
    if read.repeated is None:
        return _Said(None, second & read.first.is_not_null())
    return _Said(second & read.repeated, second & ~read.repeated & read.first.is_not_null())


def _offsets(read: Readings, flag: OffsetFlag, words: pl.Series) -> _Said:
    """What an offset flag says: nothing if it fits neither pass; an unknown word leaves no time."""
    offset = words.replace_strict(dict(flag.offsets), default=None, return_dtype=pl.Duration("us"))
    unread = offset.is_null() if offset.null_count() else None
    if not read.changes:
        return _Said(None, (offset != read.offset).fill_null(value=False), unread)
    meant = (read.wall - offset).dt.replace_time_zone("UTC")
    odd = ((meant != read.first) & (meant != read.second)).fill_null(value=False)
    second = None if read.repeated is None else (meant == read.second).fill_null(value=False) & read.repeated
    return _Said(second, odd, unread)


def _doubted(done: Placed, odd: pl.Series, flag: OffsetFlag | RepeatFlag, zone: str, rows: Rows) -> Placed:
    """What the zone makes of rows with an impossible flag: no time if another row of their series rightly has it."""
    if not odd.any():
        return done
    said = (
        f"the clocks of {zone} do not allow this {flag.name!r} at that time; the zone decides, not the flag"
    )
    found = [rows.found(odd, said, flag.name)]
    by_right = (~pl.col("odd")).any().over([*rows.keys, "at"])
    table = rows.table(at=done.at, odd=odd)
    doubtful = table.select(odd=pl.col("odd") & by_right & pl.col("at").is_not_null())["odd"]
    if not doubtful.any():
        return Placed(done.at, (*done.findings, *found))
    found.append(rows.found(doubtful, "left out, because another row rightly has that time", flag.name))
    return Placed(rows.runs.spread(done.at).set(doubtful, None), (*done.findings, *found))
