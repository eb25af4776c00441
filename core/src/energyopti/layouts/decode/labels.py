"""The time labels of a payload's rows on their way to instants: what they mean, and which rows depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import attrs
import polars as pl

from energyopti.findings import Finding, FindingKind
from energyopti.layouts.decode.run_lengths import RunLengths
from energyopti.layouts.decode.stamps import word
from energyopti.layouts.times import OffsetFlag, RepeatFlag

DOCUMENT = "document"
"""The column of a table of rows that gives each row's document."""


@attrs.frozen(kw_only=True)
class Labels:
    """What labels mean: their zone, how far apart they are, and their flag.

    ``closes`` is how long before a label its interval has certainly begun, where labels close intervals.
    """

    zone: str
    step: timedelta
    flag: OffsetFlag | RepeatFlag | None = None
    closes: timedelta = timedelta()


@attrs.frozen(eq=False)
class Placed:
    """The instants that labels mean, one per run or per row; null for a label without one.

    ``skipped`` marks labels without an instant because the clocks skipped them, if there are any.
    """

    at: pl.Series
    findings: tuple[Finding, ...] = ()
    skipped: pl.Series | None = None


@attrs.frozen(eq=False, kw_only=True)
class Rows:
    """The rows of a payload, as far as the time of one depends on others.

    ``series`` are the columns that distinguish the series, ``shown`` those by which a finding names a row.
    ``documents`` gives each row's document, if there are several. ``lines`` are the payload rows that they were read
    from, if they are not the same.
    """

    runs: RunLengths
    series: Sequence[pl.Series]
    shown: Sequence[pl.Series] = ()
    documents: Callable[[], pl.Series] | None = None
    lines: pl.Series | None = None

    @property
    def keys(self) -> list[str]:
        """The names of the series columns in a table."""
        return [f"series{number}" for number in range(len(self.series))]

    def table(self, **columns: pl.Series) -> pl.DataFrame:
        """Columns with one value per run or per row, next to each row's number, document and series."""
        series = [word(each).alias(name) for each, name in zip(self.series, self.keys, strict=True)]
        cells = [self.runs.spread(each).alias(name) for name, each in columns.items()]
        document = pl.lit(0, dtype=pl.UInt32) if self.documents is None else self.documents()
        return pl.DataFrame([*cells, *series]).with_columns(document.alias(DOCUMENT)).with_row_index("row")

    def mask(self, rows: pl.Series) -> pl.Series:
        """Some rows, given by number, as a boolean column."""
        return pl.Series([False]).new_from_index(0, self.runs.height).scatter(rows, values=True)

    def moved(self, at: pl.Series, rows: pl.Series, to: pl.Series) -> pl.Series:
        """Instants, one per row, with some rows, given by number, replaced."""
        return self.runs.spread(at).clone().scatter(rows, to)  # scatter changes its target in place

    def found(self, odd: pl.Series, message: str, column: str | None = None) -> Finding:
        """A finding about some rows, which names the first of them."""
        rows = self.runs.spread(odd)
        first = rows.arg_max() or 0
        label = " ".join(str(cells[first]).strip() for cells in self.shown)
        count, number = int(rows.sum()), first if self.lines is None else self.lines[first]
        return Finding(
            kind=FindingKind.CLOCK_LABEL,
            message=f"{count} {'row' if count == 1 else 'rows'}, the first in row {number + 1} ({label}): {message}",
            rows=count,
            column=column,
        )
