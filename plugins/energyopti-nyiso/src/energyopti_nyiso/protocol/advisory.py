"""Advisory rows of the current day's real-time file, separated from dispatched ones.

After the newest five-minute interval of the dispatch (RTD) the file continues with the quarter hours of the
commitment (RTC) that lie ahead: they are forecasts, not real-time prices
(`energyopti_nyiso.protocol.commitment` reads them). The file of the day that just ended may still
have them for a while, and for good if nobody rewrote it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind
from energyopti.layouts import Document, Layout, Reading
from energyopti.timezones import HOUR, iso_utc, zone
from energyopti_nyiso.protocol.stamps import FIVE_MINUTES, ZONE

if TYPE_CHECKING:
    import polars as pl

ANNOUNCED_FOR = timedelta(hours=1)
"""How long after its end a day's file is not taken as finished just because it looks so."""

_START, _END = "interval_start", "interval_end"
_BOUNDS = (_START, _END)
_NEVER = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class Newest:
    """The newest interval of the dispatch, from its own file: its end, and its prices by location."""

    end: datetime
    prices: pl.DataFrame | None = attrs.field(default=None, eq=False)

    @classmethod
    def of(cls, reading: Reading) -> Newest | None:
        """The newest interval in a file; of several intervals, the last that was certainly dispatched."""
        ends = reading.frame[_END].unique().sort()
        end = ends[0] if len(ends) == 1 else _newest_certain(ends, None)
        if end is None:
            return None
        return cls(end, reading.frame.filter(reading.frame[_END] == end).select("location", "lmp"))

    def is_in(self, reading: Reading) -> bool:
        """Whether a day's file was written later: it has that interval, dispatched, at those prices."""
        there = reading.frame.filter(reading.frame[_END] == self.end)
        if there.is_empty() or self.prices is None:
            return not there.is_empty()
        both = there.join(self.prices, on="location", how="inner", suffix="_newest")
        return not both.is_empty() and bool(both["lmp"].eq_missing(both["lmp_newest"]).all())


def newest_alone(reading: Reading, at: datetime) -> Reading:
    """The content of a newest-interval file written around a given instant.

    Of several intervals only those are kept that were certainly dispatched; a single interval belongs to the second
    pass of the repeated hour if it can.
    """
    if reading.frame[_END].n_unique() > 1:
        return without_advisory(reading, None)
    return in_its_pass(reading, at)


def perhaps_old(reading: Reading, chunk: Chunk, now: datetime) -> Reading:
    """The newest interval, with a finding if a newer one should have been posted."""
    last: datetime = reading.frame[_END].max()  # type: ignore[assignment]
    if last >= chunk.due_to(now):
        return reading
    finding = Finding(
        kind=FindingKind.STALE,
        message=f"the newest interval that the server has ended at {iso_utc(last)}: newer ones were due",
        rows=reading.frame.height,
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def in_its_pass(reading: Reading, at: datetime) -> Reading:
    """The rows of an interval without a flag, posted around a given instant, in the correct pass of a repeated hour.

    That is the second pass if it is not after that instant: an interval is posted once it has begun.
    """
    import polars as pl

    same = pl.any_horizontal(wall(pl.col(name)) == wall(pl.col(name) + HOUR) for name in _BOUNDS)
    later = same & (pl.col(_START) + HOUR <= at)
    moved = [pl.when(later).then(pl.col(name) + HOUR).otherwise(name).alias(name) for name in _BOUNDS]
    return attrs.evolve(reading, frame=reading.frame.with_columns(moved))


def wall(instant: pl.Expr) -> pl.Expr:
    """The reading of New York's clocks at an instant."""
    return instant.dt.convert_time_zone(ZONE).dt.replace_time_zone(None)


def is_finished(modified: datetime | None, end: datetime, now: datetime) -> bool:
    """Whether a file modified at some time has all of its day, which ended at ``end``, and announces nothing.

    A file written after the interval following the day's last was over is finished. NYISO writes its own for the last
    time three minutes before midnight: that is trusted an hour later, since until then it may be written again.
    """
    if modified is None:
        return False
    return modified >= end + FIVE_MINUTES or (now >= end + ANNOUNCED_FOR and modified >= end - FIVE_MINUTES)


def of_the_dispatch(
    reading: Reading, *, end: datetime, now: datetime, modified: datetime | None, newest: Newest | None
) -> Reading:
    """A day's reading without the rows that its file only announces, if the file may not be finished.

    ``end`` is the end of the day. A newest interval of the next day says nothing about this day's last quarter hours.
    If the newest interval is not in the file, or at other prices, the file is older.
    """
    if now >= end + ANNOUNCED_FOR:
        return without_what_follows(reading) if modified is None else without_advisory(reading, None)
    return without_advisory(reading, vouched_for(reading, newest, end))


def vouched_for(reading: Reading, newest: Newest | None, end: datetime) -> datetime | None:
    """Up to where the newest interval vouches for the rows of a day's file; None if it says nothing of that day."""
    if newest is None or newest.end > end:
        return None
    return newest.end if newest.is_in(reading) else _NEVER


def without_advisory(reading: Reading, newest: datetime | None) -> Reading:
    """The current day's reading up to the newest interval that was certainly dispatched; a finding counts the rest.

    A row that ends off the quarter hour is always dispatched, and so is everything before it in the file: that may be
    later than ``newest``, the end of the interval that the server calls its newest. Rows after it in the file that go
    back in time are commitment rows.

    If the server does not say which interval is newest, a single quarter hour that follows was dispatched: the
    commitment announces several, except for the last one of a day.
    """
    if reading.frame.is_empty():
        return reading
    others = "rows announce quarter hours that were not dispatched yet"
    return reading.where(are_dispatched(reading, newest), FindingKind.ADVISORY_ROW, others)


def without_announced(layout: Layout, document: Document) -> Reading:
    """The rows of a day's file of unknown fetch time, without those it certainly only announces."""
    return without_what_follows(layout.read(document.content))


def without_what_follows(reading: Reading) -> Reading:
    """A day's reading without the quarter hours after its last row off the quarter hour, if there are several.

    A single one may have been dispatched, like the last one of a whole day.
    """
    ends = reading.frame[_END].unique()
    off: datetime | None = ends.filter(ends != ends.dt.truncate("15m")).max()  # type: ignore[assignment]
    announced = off is not None and (ends > off).sum() > 1
    return without_advisory(reading, None) if announced else reading


def are_dispatched(reading: Reading, newest: datetime | None) -> pl.Series:
    """Which rows of a day's file were certainly dispatched; ``newest`` as for `without_advisory`."""
    import polars as pl

    rows = reading.frame.select("location", _END)
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
    """The last end in a file that was certainly dispatched; None if there is none."""
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
