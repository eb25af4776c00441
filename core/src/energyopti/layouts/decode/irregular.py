"""The intervals of irregular stamps: each lasts from one stamp to the next of its series.

If the next stamp is too far away to be the neighbor, a stamp is missing, and the interval is one step long. There are
two implementations: for rising stamps, by comparing the column with itself; for all others, series by series.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from energyopti.layouts.decode.stamps import word
from energyopti.layouts.times import Meaning, Stamp
from energyopti.neighbours import rises
from energyopti.timezones import DAY, INSTANT, local_date, midnight
from energyopti.tuning.reading import LONGEST_IRREGULAR, MIDNIGHTS_LOOKED_AT

Bounds = tuple[pl.Series, pl.Series]
"""The start and the end of each interval."""


def rise_in_time(stamps: pl.Series) -> bool:
    """Whether stamps rise throughout, over no more days than are worth checking one by one."""
    return rises(stamps) and stamps[-1] - stamps[0] <= MIDNIGHTS_LOOKED_AT


def of_rising(stamps: pl.Series, time: Stamp, zone: str) -> Bounds:
    """The intervals of rising stamps, each of which applies to all series."""
    if time.meaning is Meaning.ENDING:
        return _begun(stamps, zone, time.step), stamps
    return stamps, _ended(stamps, time.step)


def by_series(stamps: pl.Series, time: Stamp, zone: str, series_columns: Sequence[pl.Series]) -> Bounds:
    """The intervals of stamps in any order; ``series_columns`` are the columns that distinguish the series."""
    names = [f"who{number}" for number in range(len(series_columns))]
    table = pl.DataFrame(
        [
            stamps.alias("at"),
            *(word(each).alias(name) for each, name in zip(series_columns, names, strict=True)),
        ]
    )
    ends = time.meaning is Meaning.ENDING
    bound = _since("at", zone, time.step) if ends else _until("at", time.step)
    distinct = table.unique().sort([*names, "at"])
    distinct = distinct.with_columns(bound.over(names).alias("bound") if names else bound.alias("bound"))
    bounds = table.join(distinct, on=[*names, "at"], how="left", nulls_equal=True, maintain_order="left")
    other = bounds["bound"].set(stamps.is_null(), None)
    return (other, stamps) if ends else (stamps, other)


def joined(frame: pl.DataFrame, time: Stamp, zone: str, series_columns: Sequence[pl.Series]) -> pl.DataFrame:
    """Rows that were read in parts, with their intervals as if they had been read together."""
    if time.meaning is Meaning.ENDING:
        start, end = by_series(frame["interval_end"], time, zone, series_columns)
        return frame.with_columns(start.alias("interval_start"), end.alias("interval_end"))
    return frame if time.meaning is Meaning.INSTANT else _continued(frame, time.step, series_columns)


def _continued(frame: pl.DataFrame, step: timedelta, series_columns: Sequence[pl.Series]) -> pl.DataFrame:
    """Rows with starts, where those that have no next stamp in their own part last to the next one of any part.

    Only intervals of one step are looked at, which are few where stamps are irregular.
    """
    names = [each.name for each in series_columns if each.n_unique() > 1]
    start, end = pl.col("interval_start"), pl.col("interval_end")
    stamps = frame.select(*names, start).with_row_index("row").sort("interval_start", maintain_order=True)
    last = stamps.filter(stamps["row"].is_in(frame.select((end - start == step).arg_true()).to_series()))
    after = stamps.select(*names, pl.col("interval_start").alias("after"))
    found = last.join_asof(
        after,
        left_on="interval_start",
        right_on="after",
        by=names or None,
        strategy="forward",
        tolerance=step * LONGEST_IRREGULAR,
        allow_exact_matches=False,
        check_sortedness=False,
    ).drop_nulls("after")
    return frame.with_columns(frame["interval_end"].scatter(found["row"], found["after"]))


def _begun(ends: pl.Series, zone: str, step: timedelta) -> pl.Series:
    """The starts of intervals with rising ends, as in `_since`: a midnight affects the first stamp after it."""
    starts = (ends.slice(0, 1) - step).append(_neighbours(ends, step, back=True))
    first, last = (local_date(each - INSTANT, zone) for each in (ends[0], ends[-1]))
    days = [midnight(first + number * DAY, zone) for number in range((last - first).days + 1)]
    midnights = pl.Series([round(day.timestamp() * 1_000_000) for day in days]).cast(ends.dtype)
    rows = ends.search_sorted(midnights, side="right")
    after = ends[rows] - midnights <= step * LONGEST_IRREGULAR
    return starts.scatter(rows.filter(after), midnights.filter(after))


def _ended(starts: pl.Series, step: timedelta) -> pl.Series:
    """The ends of intervals with rising starts, by the rule of `_until`."""
    return _neighbours(starts, step, back=False).append(starts.tail(1) + step)


def _neighbours(stamps: pl.Series, step: timedelta, *, back: bool) -> pl.Series:
    """The neighboring stamp of each stamp, or one step away if there is none or it is too far."""
    before, after = stamps.slice(0, len(stamps) - 1), stamps.slice(1)
    near = after - before <= step * LONGEST_IRREGULAR
    return before.zip_with(near, after - step) if back else after.zip_with(near, before + step)


def _since(at: str, zone: str, step: timedelta) -> pl.Expr:
    """The start of an interval that ends at a stamp: the stamp before it, or local midnight.

    If the stamp before is too far away to be the neighbor, one is missing: the interval is one step long.
    """
    ends = pl.col(at)
    day = (ends - pl.duration(microseconds=1)).dt.convert_time_zone(zone).dt.truncate("1d")
    before = pl.max_horizontal(ends.shift(1), day.dt.convert_time_zone("UTC"))
    return (
        pl.when(ends - before <= step * LONGEST_IRREGULAR).then(before).otherwise(ends - step).alias("start")
    )


def _until(at: str, step: timedelta) -> pl.Expr:
    """The end of an interval that starts at a stamp: the next stamp, unless that is too far away."""
    starts = pl.col(at)
    after = starts.shift(-1)
    return (
        pl.when(after - starts <= step * LONGEST_IRREGULAR).then(after).otherwise(starts + step).alias("end")
    )
