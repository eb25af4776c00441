"""What the running day's real-time file announces, told from what was dispatched.

After the newest five-minute interval of the dispatch (RTD) the file goes on with the quarter hours of the
commitment (RTC) that lie ahead: they are forecasts and no real-time prices. The file of the day that just ended may
still hold them for a while.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from energyopti import Finding, FindingKind
from energyopti.layouts import Document, Layout, Reading
from energyopti.timezones import zone
from energyopti_nyiso.layouts import ZONE

if TYPE_CHECKING:
    import polars as pl

_END = "interval_end"


def latest_end(reading: Reading) -> datetime | None:
    """The latest end of an interval in a reading."""
    latest: datetime | None = reading.frame[_END].max()  # type: ignore[assignment]
    return latest


def without_advisory(reading: Reading, newest: datetime | None) -> Reading:
    """A running day's reading up to the newest interval that was certainly dispatched; a finding counts the others.

    A row that ends off the quarter is always of the dispatch, and so is what stands before it in the file: that may
    be ahead of ``newest``, the end of the interval that the server calls its newest. Rows that come after it in the
    file and go back in time are of the commitment.

    Where the server does not say which is the newest, a quarter hour that follows by itself is of the dispatch: the
    commitment announces several, but for the last one of a day.
    """
    if reading.frame.is_empty():
        return reading
    mask = _dispatched(reading.frame.select("location", _END), newest)
    left_out = int((~mask).sum())
    if not left_out:
        return reading
    finding = Finding(
        kind=FindingKind.ADVISORY_ROW,
        message=f"{left_out} rows announce quarter hours that were not dispatched yet",
        rows=left_out,
        accounts=True,
    )
    return reading.keep(mask, finding)


def without_announced(layout: Layout, document: Document) -> Reading:
    """The rows of a day's file of which nobody says when it was fetched, without what it certainly announces.

    That is where several quarter hours follow the last row off the quarter by themselves. One alone may be of the
    dispatch, as the last one of a whole day is.
    """
    reading = layout.read(document.content)
    ends = reading.frame[_END].unique()
    off: datetime | None = ends.filter(ends != ends.dt.truncate("15m")).max()  # type: ignore[assignment]
    announced = off is not None and (ends > off).sum() > 1
    return without_advisory(reading, None) if announced else reading


def _dispatched(rows: pl.DataFrame, newest: datetime | None) -> pl.Series:
    """Which rows of a file, in its order, are certainly of the dispatch."""
    import polars as pl

    end, place = pl.col(_END), "location"
    off = end != end.dt.truncate("15m")
    table = rows.with_row_index("at").with_columns(pl.when(off).then("at").max().over(place).alias("turn"))
    surely = table.with_columns(pl.when(off).then(end).max().over(place).alias("until"))
    last = _newest_certain(rows[_END].unique().sort(), newest)
    if last is None:
        return pl.repeat(value=False, n=rows.height, eager=True)
    onwards = (end <= last) & (end > pl.col("until")).fill_null(value=True)
    onwards &= pl.struct(place, _END).is_first_distinct()
    return surely.select((pl.col("at") <= pl.col("turn")).fill_null(value=False) | onwards).to_series()


def _newest_certain(ends: pl.Series, newest: datetime | None) -> datetime | None:
    """The last end of a file that is certainly of the dispatch; None where none is."""
    off: datetime | None = ends.filter(ends != ends.dt.truncate("15m")).max()  # type: ignore[assignment]
    if off is None or newest is not None:
        return max((each for each in (off, newest) if each is not None), default=None)
    following = ends.filter(ends > off)
    if len(following) == 1 and _local_time(following[0]) != time():
        alone: datetime = following[0]
        return alone
    return off


def _local_time(at: datetime) -> time:
    """The reading of New York's clocks at an instant."""
    return at.astimezone(zone(ZONE)).time()
