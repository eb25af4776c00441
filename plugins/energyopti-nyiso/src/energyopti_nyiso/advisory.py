"""What the running day's real-time file announces, told from what was dispatched.

After the newest five-minute interval of the dispatch (RTD) the file goes on with the quarter hours of the
commitment (RTC) that lie ahead: they are forecasts and no real-time prices.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from energyopti import Finding, FindingKind
from energyopti.layouts import Reading

if TYPE_CHECKING:
    import polars as pl

_QUARTER = timedelta(minutes=15)


def latest_end(reading: Reading) -> datetime | None:
    """The latest end of an interval in a reading."""
    latest: datetime | None = reading.frame["interval_end"].max()  # type: ignore[assignment]
    return latest


def without_advisory(reading: Reading, newest: datetime | None) -> Reading:
    """A running day's reading up to the newest dispatched interval; a finding counts the rows after it.

    Where the server does not say which is the newest, and quarter hours do follow at the end, nothing after
    the last row that ends off the quarter is taken: such a row is always of the dispatch.
    """
    ends = reading.frame["interval_end"]
    last = newest if newest is not None else _last_certain(ends.unique().sort())
    if last is None or not len(ends):
        return reading
    mask = ends <= last
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


def _last_certain(ends: pl.Series) -> datetime | None:
    """The last end that is certainly of the dispatch; None where no quarter hours follow by themselves."""
    off = ends.filter((ends - ends.dt.truncate("15m")) != timedelta())
    steps = ends.diff().tail(1)
    if off.is_empty() or not (steps == _QUARTER).any():
        return None
    last: datetime = off.max()  # type: ignore[assignment]
    return last
