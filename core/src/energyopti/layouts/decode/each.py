"""Many files of one form: a separate reading of each, made as fast as one reading of all.

The fixed cost of reading a file is many times the cost of a small file's few rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import attrs
import polars as pl

from energyopti.findings import FindingKind
from energyopti.layouts.reading import RECORD, Reading
from energyopti.layouts.tables import ColumnMapping
from energyopti.layouts.times import Meaning, Stamp


def looks_ahead(layout: ColumnMapping) -> bool:
    """Whether a row's end is the stamp of the next one, which may be in the next file."""
    time = layout.time
    return isinstance(time, Stamp) and time.irregular and time.meaning is Meaning.BEGINNING


def cut(whole: Reading, payloads: Sequence[bytes]) -> list[Reading] | None:
    """The readings of texts that were read as one; None if they have to be read one by one."""
    rows = [each.count(b"\n") - each.endswith(b"\n") for each in payloads]
    return _cut(whole, list(accumulate(rows, initial=0)))


def _cut(whole: Reading, ends: Sequence[int]) -> list[Reading] | None:
    """A reading in parts that end at given rows; None if it says something that is not true of each part."""
    frame, raw, origin = whole.frame, whole.raw, whole.origin
    if any(finding.kind is not FindingKind.UNKNOWN_COLUMN for finding in whole.findings):
        return None
    if raw.height != ends[-1] or RECORD in raw.columns or whole.joined or whole.added:
        return None
    if whole.payload_rows != frame.height or not origin.is_sorted():
        return None
    places = origin.search_sorted(pl.Series(ends, dtype=pl.UInt32)).to_list()
    starts = frame["interval_start"]
    previous = None
    parts = []
    for (first, last), (begin, end) in zip(pairwise(ends), pairwise(places), strict=True):
        times = starts.slice(begin, end - begin)
        low, high = times.min(), times.max()
        if low is None or (previous is not None and low <= previous):  # type: ignore[operator]
            return None  # overlapping files: a row may have been read with another's
        previous = high
        parts.append(
            attrs.evolve(
                whole,
                frame=_rows(frame, begin, end),
                raw=_rows(raw, first, last),
                origin=origin.slice(begin, end - begin) - first,
                payload_rows=end - begin,
            )
        )
    return parts


def _rows(table: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """A copy of some rows: a slice would keep all the others in memory too."""
    return table[pl.int_range(first, last, dtype=pl.UInt32, eager=True)]
