"""Documents as they are at an instant: a feed's own layout writes them, once for all versions of their rows."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from energyopti.market import Feed
from simulation.truth import Page, Truth

_KEPT = 64


class Papers:
    """One feed's documents, a day each; what was written last is kept."""

    def __init__(self, feed: Feed, truth: Truth) -> None:
        self.feed = feed
        self.truth = truth
        raw = truth.published.locations
        self._cells: Mapping[str, Mapping[str, str]] = raw
        self._lines: OrderedDict[date, tuple[bytes, list[bytes]]] = OrderedDict()
        self._kept: OrderedDict[tuple[date, int], bytes] = OrderedDict()

    def page(self, day: date) -> Page | None:
        """All versions of a day."""
        return self.truth.pages.get(day)

    def state(self, day: date, at: datetime) -> int:
        """How often a day's document has changed by an instant; 0 where there is none."""
        page = self.page(day)
        return page.state(at) if page is not None else 0

    def body(self, day: date, at: datetime) -> bytes:
        """A day's document as it is at an instant, which it has to have by then."""
        page = self.truth.pages[day]
        key = (day, page.state(at))
        if key not in self._kept:
            self._kept[key] = self._written(page, at)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _written(self, page: Page, at: datetime) -> bytes:
        if self.feed.layout.wide is not None:
            return self.write(page.without_superseded(at))
        return self.header(page.day) + self.lines(page.day, page.mask(at))

    def header(self, day: date) -> bytes:
        """What stands above a day's lines."""
        return self._all(day)[0]

    def lines(self, day: date, mask: pl.Series) -> bytes:
        """Some of the lines of all versions of a day."""
        return b"".join(itertools.compress(self._all(day)[1], mask.to_list()))

    def _all(self, day: date) -> tuple[bytes, list[bytes]]:
        if day not in self._lines:
            frame = self.truth.pages[day].frame
            header, *lines = self.write(frame).splitlines(keepends=True)
            assert len(lines) == frame.height
            self._lines[day] = (header, lines)
            if len(self._lines) > _KEPT:
                self._lines.popitem(last=False)
        return self._lines[day]

    def write(self, frame: pl.DataFrame) -> bytes:
        """Rows in the feed's own form, with the raw cells of their places."""
        names = {name for cells in self._cells.values() for name in cells}
        beside = [
            pl.col("location")
            .replace_strict(
                {place: cells.get(name) for place, cells in self._cells.items()}, return_dtype=pl.String
            )
            .alias(name)
            for name in sorted(names)
        ]
        return self.feed.layout.write(
            frame.with_columns(beside).rename({"location": self.truth.published.place})
        )
