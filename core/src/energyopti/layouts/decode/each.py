"""Many files of one form: a separate reading of each, made as fast as one reading of all.

The fixed cost of reading a file is many times the cost of a small file's few rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import attrs
import polars as pl

from energyopti.findings import FindingKind
from energyopti.layouts.decode.local import clock
from energyopti.layouts.decode.order import newest_first
from energyopti.layouts.reading import RECORD, Reading
from energyopti.layouts.tables import ColumnMapping
from energyopti.layouts.times import HourEnding, Meaning, Stamp


def looks_ahead(layout: ColumnMapping) -> bool:
    """Whether a row's end is the stamp of the next one, which may be in the next file."""
    time = layout.time
    return isinstance(time, Stamp) and time.irregular and time.meaning is Meaning.BEGINNING


def cut(whole: Reading, payloads: Sequence[bytes], layout: ColumnMapping) -> list[Reading] | None:
    """The readings of texts that were read as one, apart; None if they have to be read one by one."""
    rows = [each.count(b"\n") - each.endswith(b"\n") for each in payloads]
    ends = list(accumulate(rows, initial=0))
    if not _is_of_each(whole, ends[-1]):
        return None
    frame, raw, origin = whole.frame, whole.raw, whole.origin
    places = origin.search_sorted(pl.Series(ends, dtype=pl.UInt32)).to_list()
    times = [frame["interval_start"].slice(begin, end - begin) for begin, end in pairwise(places)]
    bounds = [(each.min(), each.max()) for each in times]
    if any(low is None for low, _ in bounds):
        return None
    rises = all(high < low for (_, high), (low, _) in pairwise(bounds))  # type: ignore[operator]
    if not (rises or _may_overlap(times, layout)):
        return None
    return [
        attrs.evolve(
            whole,
            frame=_rows(frame, begin, end),
            raw=_rows(raw, first, last),
            origin=origin.slice(begin, end - begin) - first,
            payload_rows=end - begin,
        )
        for (first, last), (begin, end) in zip(pairwise(ends), pairwise(places), strict=True)
    ]


def _is_of_each(whole: Reading, lines: int) -> bool:
    """Whether a reading is its parts one after the other, and says nothing that is not true of each."""
    origin, raw = whole.origin, whole.raw
    if any(finding.kind is not FindingKind.UNKNOWN_COLUMN for finding in whole.findings):
        return False
    if raw.height != lines or RECORD in raw.columns or whole.joined or whole.added:
        return False
    return whole.payload_rows == whole.frame.height and origin.is_sorted()


def _may_overlap(times: Sequence[pl.Series], layout: ColumnMapping) -> bool:
    """Whether texts about the same times, read apart, are read as each is alone; ``times`` are when their rows begin.

    Where clocks fall back, rows without a flag mean what their order says, which is that of all texts.
    """
    time = layout.time
    if not isinstance(time, Stamp | HourEnding):
        return True
    if isinstance(time, Stamp) and time.irregular:
        return False
    if time.flag is not None:
        return True
    every = pl.concat(times)
    wall = every.dt.convert_time_zone(layout.zone).dt.replace_time_zone(None)
    changes = clock(wall, layout.zone)[1]
    return not changes or len({newest_first(each) for each in (every, *times)}) == 1


def _rows(table: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """A copy of some rows: a slice would keep all the others in memory too."""
    return table[pl.int_range(first, last, dtype=pl.UInt32, eager=True)]
