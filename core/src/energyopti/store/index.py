"""Find the rows of a chunk by start time and location, without a filter.

A filter reads all rows, however few it finds. Chunks are sorted by time and then location, so a span of time is a
slice; a second copy in location order makes the rows of one location a slice too. Both are built at first use.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

import attrs
import polars as pl

from energyopti.concurrency.cache import Cache
from energyopti.folding import fold_location
from energyopti.tuning.chunks import JOINED_KEPT, SELECTIONS_KEPT

_ROW = "\0row"
_NOWHERE: list[str] = []

Span = tuple[datetime, datetime]
"""A span of time: its first instant, and the first one after it."""


@attrs.frozen(eq=False)
class Selected:
    """Some rows of a chunk; ``numbers`` are their row numbers in it, None if they are all of its rows in order."""

    frame: pl.DataFrame
    numbers: pl.Series | range | None = None

    @property
    def rows(self) -> pl.Series | None:
        """The row numbers as a column (UInt32)."""
        return as_column(self.numbers)

    def keep(self, mask: pl.Series) -> Selected:
        """Only the rows where the mask is true."""
        rows = self.rows
        return Selected(self.frame.filter(mask), mask.arg_true() if rows is None else rows.filter(mask))

    def of(self, numbers: pl.Series | None) -> Selected:
        """The same rows, numbered as in the larger frame whose rows ``numbers`` make up this one."""
        if numbers is None:
            return self
        if self.numbers is None:
            return Selected(self.frame, numbers)
        if isinstance(self.numbers, range):
            return Selected(self.frame, numbers.slice(self.numbers.start, len(self.numbers)))
        return Selected(self.frame, numbers[self.numbers])


def as_column(numbers: pl.Series | range | None) -> pl.Series | None:
    """Row numbers as a column (UInt32)."""
    if isinstance(numbers, range):
        return pl.int_range(numbers.start, numbers.stop, dtype=pl.UInt32, eager=True)
    return numbers


def stacked(chosen: Sequence[Selected]) -> pl.DataFrame:
    """The rows of all selections, one after the other, as a new frame; their frames share a schema."""
    first, *others = chosen
    frame = first.frame.clone()
    for each in others:
        frame.vstack(each.frame, in_place=True)
    return frame


class ChunkIndex:
    """Finds rows of one frame, which is sorted by ``interval_start``; ``numbers`` are the numbers its rows go by.

    If all rows have one ``location`` and that is known, nothing has to look for it.
    """

    def __init__(
        self, frame: pl.DataFrame, numbers: pl.Series | None = None, *, location: str | None = None
    ) -> None:
        self._frame = frame
        self._location = location
        self._numbers = numbers
        self._sought = False
        self._latest: ChunkIndex | None = None
        self._joined: Cache[tuple[ChunkIndex, ...], JoinedIndex] = Cache(JOINED_KEPT)
        self._series: Cache[tuple[tuple[str, ...], tuple[str, ...]], pl.DataFrame] = Cache(SELECTIONS_KEPT)
        self._selected: Cache[tuple[tuple[str, ...], Span | None], Selected] = Cache(SELECTIONS_KEPT)

    def select(self, places: Sequence[str], span: Span | None) -> Selected:
        """The rows of some locations (none named: all) that begin in a span (None: any).

        Locations may be spelled in any way that folds to their own name. The last few selections of one location or
        of all are kept.
        """
        if len(places) > 1:
            return self._select(places, span)
        return self._selected.get((tuple(places), span), lambda: self._select(places, span))

    def _select(self, places: Sequence[str], span: Span | None) -> Selected:
        found = self._at(places, span) if places else self._during(span)
        return found.of(self._numbers)

    def names(self, place: str) -> Sequence[str]:
        """The locations that a name means, as the frame spells them."""
        if place == self._location:
            return [place]
        return self._names.get(fold_location(place), _NOWHERE)

    @cached_property
    def known(self) -> Sequence[str]:
        """Every location, as the frame spells it."""
        if self._location is not None:
            return [self._location]
        return self._frame["location"].unique().drop_nulls().to_list()

    def series(self, places: Sequence[str], columns: Sequence[str]) -> pl.DataFrame:
        """The series of some locations (none named: all), each once, by the columns that identify them."""

        def find() -> pl.DataFrame:
            frame = self._at(places, None).frame if places else self._frame
            return frame.select(columns).unique()

        return self._series.get((tuple(places), tuple(columns)), find)

    def latest(self, key: Sequence[str]) -> ChunkIndex:
        """The rows of the last publication for each key."""
        if self._latest is None:
            dated = self._frame.with_row_index(_ROW).sort(
                "publish_time", maintain_order=True, nulls_last=False
            )
            rows = dated.unique(subset=key, keep="last")[_ROW].sort()
            self._latest = ChunkIndex(self._frame[rows], rows)
        return self._latest

    def joined(self, later: Sequence[ChunkIndex], key: Sequence[str], order: Sequence[str]) -> JoinedIndex:
        """The last publication for each key from this chunk and later ones, in an order; the last few are kept."""

        def join() -> JoinedIndex:
            chosen = [each.latest(key).select((), None) for each in (self, *later)]
            return JoinedIndex(chosen, order, last_of=key)

        return self._joined.get(tuple(later), join)

    def _during(self, span: Span | None) -> Selected:
        if span is None:
            return Selected(self._frame)
        first, end = self._starts.rows(*span)
        if (first, end) == (0, self._frame.height):
            return Selected(self._frame)
        return Selected(self._frame.slice(first, end - first), range(first, end))

    def _at(self, places: Sequence[str], span: Span | None) -> Selected:
        names = dict.fromkeys(itertools.chain.from_iterable(map(self.names, places)))
        nowhere = self._location is None and self._frame["location"].null_count()
        if len(names) == len(self.known) and not nowhere:
            return self._during(span)
        if len(names) == 1 and not self._sought:  # an order by location pays once several are asked for
            self._sought = True
            numbers = (self._frame["location"] == next(iter(names))).arg_true()
            found = Selected(self._frame[numbers], numbers)
            return found if span is None else _within(found, span)
        spans = [self._places.spans[name] for name in names]
        if len(spans) != 1:
            return self._several(spans, span)
        first, length = spans[0]
        if span is None:
            return self._places.slice(first, length)
        if length == len(self._starts.instants):  # one row for each instant, in the same order
            begin, end = self._starts.positions(*span)
            return self._places.slice(first + begin, end - begin)
        return _within(self._places.slice(first, length), span)

    def _several(self, spans: Sequence[tuple[int, int]], span: Span | None) -> Selected:
        """The rows of several locations, in the order of the frame."""
        if not spans:
            return Selected(self._frame.clear(), pl.Series([], dtype=pl.UInt32))
        numbers = pl.concat([self._places.rows.slice(*each) for each in spans]).sort()
        found = Selected(self._frame[numbers], numbers)
        return found if span is None else _within(found, span)

    @cached_property
    def _starts(self) -> _Starts:
        return _Starts(self._frame["interval_start"])

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The locations by their folded names."""
        names: dict[str, list[str]] = {}
        for name in self.known:
            names.setdefault(fold_location(name), []).append(name)
        return names

    @cached_property
    def _places(self) -> _Places:
        return _Places(self._frame)


class JoinedIndex:
    """Rows of several publications in one order: all, or only the last one for each key of ``last_of``.

    ``select`` finds some of them; ``heights`` and ``rows`` say how many and which rows each publication contributes.
    """

    def __init__(
        self, chosen: Sequence[Selected], order: Sequence[str], *, last_of: Sequence[str] | None = None
    ) -> None:
        frame = stacked(chosen).with_row_index(_ROW)
        if last_of is not None:
            frame = frame.unique(subset=last_of, keep="last", maintain_order=True)
        frame = frame.sort(*order, _ROW)
        numbers = frame.drop_in_place(_ROW)
        self._index = ChunkIndex(frame, numbers)
        self._own = [each.rows for each in chosen]
        self._ends = list(itertools.accumulate(each.frame.height for each in chosen))
        self._heights: Cache[Selected, list[int]] = Cache(SELECTIONS_KEPT)

    def select(self, places: Sequence[str], span: Span | None) -> Selected:
        """The rows of some locations that begin in a span, numbered across all publications."""
        return self._index.select(places, span)

    def heights(self, found: Selected) -> list[int]:
        """How many of the found rows each publication contributes."""
        return self._heights.get(found, lambda: self._counted(found))

    def _counted(self, found: Selected) -> list[int]:
        rows = self._numbered(found)
        *ends, _ = self._ends
        below = [0, *(int((rows < end).sum()) for end in ends), len(rows)]
        return [high - low for low, high in itertools.pairwise(below)]

    def rows(self, found: Selected, number: int) -> pl.Series:
        """Which rows of a publication are among the found ones."""
        rows = self._numbered(found)
        first = self._ends[number - 1] if number else 0
        mine = rows.filter((rows >= first) & (rows < self._ends[number])) - first
        own = self._own[number]
        return mine if own is None else own[mine]

    def _numbered(self, found: Selected) -> pl.Series:
        rows = found.rows
        assert rows is not None  # noqa: S101 - for the type checker: `select` numbers them
        return rows


def _within(found: Selected, span: Span) -> Selected:
    mask = found.frame["interval_start"].is_between(*span, closed="left")
    return found if mask.all() else found.keep(mask)


class _Starts:
    """The instants at which rows begin, each once, and the first row of each."""

    def __init__(self, starts: pl.Series) -> None:
        runs = starts.rle().struct.unnest()
        self.instants: list[datetime] = runs["value"].to_list()
        self._first = [0, *runs["len"].cum_sum().to_list()]

    def positions(self, start: datetime, end: datetime) -> tuple[int, int]:
        """The positions of the instants in a span, from the first to past the last."""
        begin = bisect_left(self.instants, start)
        return begin, max(begin, bisect_left(self.instants, end))

    def rows(self, start: datetime, end: datetime) -> tuple[int, int]:
        """The rows that begin in a span, from the first to past the last."""
        first, last = self.positions(start, end)
        return self._first[first], self._first[last]


class _Places:
    """The same rows in location order, and where each location begins."""

    def __init__(self, frame: pl.DataFrame) -> None:
        table = frame.with_row_index(_ROW).sort("location", maintain_order=True)
        self.rows = table[_ROW]
        self._table = table.drop(_ROW)
        runs = table["location"].rle().struct.unnest()
        ends = runs["len"].cum_sum() - runs["len"]
        self.spans = {
            name: (first, length)
            for name, first, length in zip(runs["value"], ends, runs["len"], strict=True)
            if name is not None
        }

    def slice(self, first: int, length: int) -> Selected:
        """Some consecutive rows."""
        return Selected(self._table.slice(first, length), self.rows.slice(first, length))
