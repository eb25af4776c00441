"""Single series out of answers and frames, and series of different steps beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.analysis.desk import Rows
from energyopti.analysis.hours import slack
from energyopti.answer.result import MarketData
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.market import Market
from energyopti.timezones import HOUR, INSTANT, iso_utc, zone

BOUNDS = ("interval_start", "interval_end")
_TIME = pl.Datetime("us", "UTC")
_BESIDE = {"location_name", "status", "price_unit", "block"}
_SHOWN = 5
START, END, _WHEN = "\0start", "\0end", "\0when"


@attrs.frozen(kw_only=True, eq=False)
class Series:
    """Values over time: a frame of ``interval_start``, ``interval_end`` and values, in order, without overlaps.

    ``slack`` is how much of an interval may be missing: half a step where stamps are irregular by nature.
    """

    what: str
    frame: pl.DataFrame
    slack: timedelta = timedelta()

    @property
    def step(self) -> timedelta:
        """The usual length of an interval."""
        lengths = self.frame.select(pl.col("interval_end") - pl.col("interval_start"))
        found: timedelta = lengths.to_series().mode().max()  # type: ignore[assignment]
        return found


def market_of(rows: Rows) -> Market | None:
    """The market of an answer; None for a frame. Raises `UnsupportedQuery` for an answer of several."""
    if not isinstance(rows, MarketData):
        return None
    if len(rows.queries) > 1:
        raise UnsupportedQuery(
            f"the answer is of {' and '.join(rows.markets)}", do="take one market's part of it with of()"
        )
    return rows.query.market


def clock_of(rows: Rows, tz: str | None) -> str:
    """The clock of days: ``tz``, or the market's own. Raises `UnsupportedQuery` for a frame without ``tz``."""
    market = market_of(rows)
    if tz is not None:
        return zone(tz).key
    if market is None:
        raise UnsupportedQuery(
            "a frame does not say on which clock its days are", do="give tz, such as tz='America/New_York'"
        )
    return market.zone


def frame_of(rows: Rows, *columns: str, what: str) -> pl.DataFrame:
    """The rows with their bounds in UTC; NaN counts as null.

    Raises `UnsupportedQuery` if a column is missing, if times have no time zone, if an interval ends before it starts, or
    for an infinite value.
    """
    frame = rows.frame if isinstance(rows, MarketData) else rows
    for name in (*BOUNDS, *columns):
        if name not in frame.columns:
            raise UnsupportedQuery(
                f"the {what} have no column {name!r}", do=suggest(name, frame.columns), column=name
            )
    for name in BOUNDS:
        if getattr(frame.schema[name], "time_zone", None) is None:
            raise UnsupportedQuery(
                f"{name} of the {what} has no time zone", do="give instants, in UTC", column=name
            )
    numbers = [pl.col(name).cast(pl.Float64).fill_nan(None) for name in columns]
    timed = frame.with_columns(pl.col(*BOUNDS).cast(_TIME), *numbers)
    for name in columns:
        if timed[name].is_infinite().any():
            raise UnsupportedQuery(f"a value of the {what} is infinite", do="leave it out", column=name)
    if timed.filter(pl.col("interval_start") >= pl.col("interval_end")).height:
        raise UnsupportedQuery(f"an interval of the {what} does not end after it starts")
    return timed


def chosen(frame: pl.DataFrame, where: Mapping[str, str] | None, *, what: str) -> pl.DataFrame:
    """The rows whose columns have these words; raises `UnsupportedQuery` for a column or word that is not there."""
    for name, word in (where or {}).items():
        if name not in frame.columns:
            raise UnsupportedQuery(
                f"the {what} have no column {name!r}", do=suggest(name, frame.columns), column=name
            )
        known = frame[name].drop_nulls().cast(pl.String).unique().to_list()
        frame = frame.filter(pl.col(name).cast(pl.String) == word)
        if frame.is_empty():
            raise UnsupportedQuery(f"the {what} have no {name} {word!r}", do=suggest(word, known))
    return frame


def names_in(frame: pl.DataFrame) -> list[str]:
    """The columns of words that tell series apart."""
    words = (pl.String, pl.Categorical, pl.Enum)
    return [name for name, kind in frame.schema.items() if isinstance(kind, words) and name not in _BESIDE]


def one_series(
    rows: Rows, value: str, *others: str, what: str, where: Mapping[str, str] | None = None
) -> Series:
    """The one series of these rows in column ``value`` (and ``others`` beside it).

    Raises `UnsupportedQuery` if there is none or more than one, or if its intervals overlap.
    """
    frame = chosen(frame_of(rows, value, *others, what=what), where, what=what)
    if frame.is_empty():
        raise UnsupportedQuery(f"there are no {what}", do="ask for another range, or other locations")
    check_one(frame, what=what)
    found = frame.select(*BOUNDS, value, *others).sort(*BOUNDS)
    may_miss = slack_of(rows)
    check_apart(found, what=what, may_overlap=may_miss)
    return Series(what=what, frame=found, slack=may_miss)


def slack_of(rows: Rows) -> timedelta:
    """How far the intervals of an answer may miss each other; those of a frame may not."""
    return slack(rows.query.feed) if isinstance(rows, MarketData) else timedelta()


def check_one(frame: pl.DataFrame, *, what: str) -> None:
    """Raise `UnsupportedQuery` if the rows are of several series, naming what tells them apart."""
    names = names_in(frame)
    series = frame.select(names).unique(maintain_order=True)
    if series.height <= 1:
        return
    differ = [name for name in names if series[name].n_unique() > 1]
    said = series.select(pl.concat_str(pl.col(differ).cast(pl.String).fill_null("-"), separator="/"))
    shown = said.to_series().unique(maintain_order=True).to_list()
    more = ", ..." if len(shown) > _SHOWN else ""
    raise UnsupportedQuery(
        f"the {what} are several series, by {' and '.join(differ)}: {', '.join(shown[:_SHOWN])}{more}",
        do="give one of them",
    )


def check_same(name: str, *frames: pl.DataFrame, what: str, do: str | None = None) -> None:
    """Raise `UnsupportedQuery` if rows have several words in a column; a frame without the column fits any."""
    words = [frame[name].unique().drop_nulls() for frame in frames if name in frame.columns]
    different = sorted({str(word) for each in words for word in each})
    if len(different) > 1:
        raise UnsupportedQuery(
            f"{what} of one {name}, and these rows are of {' and '.join(different)}", do=do, column=name
        )


def check_once(frame: pl.DataFrame, *key: str, what: str) -> None:
    """Raise `UnsupportedQuery` if an interval begins twice in the series that the columns ``key`` tell apart."""
    if not frame.select("interval_start", *key).is_unique().all():
        twice = frame.filter(pl.struct("interval_start", *key).is_duplicated())
        raise _repeated(what, twice["interval_start"].min())


def _repeated(what: str, start: object) -> UnsupportedQuery:
    when = iso_utc(start) if isinstance(start, datetime) else start
    return UnsupportedQuery(f"the {what} have {when} twice", do="give one version of each interval")


def check_apart(frame: pl.DataFrame, *, what: str, may_overlap: timedelta = timedelta()) -> None:
    """Raise `UnsupportedQuery` if an interval begins before the one before it ends, by more than the stamps allow."""
    overlap = pl.col("interval_end").shift(1) - pl.col("interval_start") > may_overlap
    twice = frame.filter(overlap | (pl.col("interval_start") == pl.col("interval_start").shift(1)))
    if twice.height:
        raise _repeated(what, twice["interval_start"][0])


def onto(intervals: pl.DataFrame, series: Series) -> pl.DataFrame:
    """The values of a series on other intervals, row by row: ``intervals`` with the series' columns.

    A value is the mean over the interval, weighted by seconds; it is null unless the series covers the whole interval
    without a null. ``intervals`` are in order and do not overlap.
    """
    values = [name for name in series.frame.columns if name not in BOUNDS]
    seconds = (pl.col(END) - pl.col(START)).dt.total_microseconds()
    cut = pieces(intervals, series.frame).filter(pl.col("interval_start").is_not_null())
    covered = pl.col(_WHEN).is_not_null()
    lacking = seconds.filter(~covered).sum()
    found = cut.group_by("interval_start").agg(
        lacking.alias(_WHEN),
        *(_mean(pl.col(name).filter(covered), seconds.filter(covered)).alias(name) for name in values),
    )
    whole = pl.col(_WHEN) <= series.slack // INSTANT
    return (
        intervals.select(BOUNDS)
        .join(found, on="interval_start", how="left", maintain_order="left")
        .select(*BOUNDS, *(pl.when(whole).then(name).alias(name) for name in values))
    )


def _mean(value: pl.Expr, weight: pl.Expr) -> pl.Expr:
    """A weighted mean that is exact if all values are equal, and null if one is null."""
    mean = value.first() + ((value - value.first()) * weight).sum() / weight.sum()
    return pl.when(value.null_count() == 0).then(mean)


def pieces(intervals: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Time cut wherever an interval of either begins or ends: each piece with the interval and the values it lies in.

    A piece is from ``START`` to ``END``; ``interval_start`` is that of the interval it lies in, null if it lies in none, and
    the columns of the values are null likewise.
    """
    bounds = [frame[name].alias(START) for frame in (intervals, values) for name in BOUNDS]
    cuts = pl.concat(bounds).unique().sort().to_frame()
    pieces = cuts.with_columns(pl.col(START).shift(-1).alias(END)).drop_nulls()
    inside = pieces.join_asof(
        intervals.select(BOUNDS), left_on=START, right_on="interval_start", coalesce=False
    )
    inside = inside.with_columns(pl.when(pl.col("interval_end") > pl.col(START)).then("interval_start"))
    named = values.rename({"interval_start": _WHEN, "interval_end": f"{_WHEN}end"})
    found = inside.join_asof(named, left_on=START, right_on=_WHEN, coalesce=False)
    inside_values = pl.col(f"{_WHEN}end") > pl.col(START)
    names = [name for name in values.columns if name not in BOUNDS]
    return found.with_columns(pl.when(inside_values).then(name).alias(name) for name in (_WHEN, *names))


def beside(first: Series, second: Series) -> tuple[pl.DataFrame, float]:
    """Two series in the coarser steps of the two, and the hours of either that have no place in it.

    The frame has every interval of the coarser one, with the values of both; the hours are those of the finer one
    outside of all of them.
    """
    coarse, fine = (first, second) if first.step >= second.step else (second, first)
    there = onto(coarse.frame.select(BOUNDS), fine)
    joined = coarse.frame.join(there, on=list(BOUNDS), how="left", maintain_order="left")
    outside = pieces(coarse.frame.select(BOUNDS), fine.frame.select(BOUNDS)).filter(
        pl.col("interval_start").is_null() & pl.col(_WHEN).is_not_null()
    )
    return joined, float(outside.select(((pl.col(END) - pl.col(START)) / HOUR).sum()).item())


def hours() -> pl.Expr:
    """The length of a row's interval in hours."""
    return (pl.col("interval_end") - pl.col("interval_start")).dt.total_microseconds() / (HOUR // INSTANT)


def hours_where(known: pl.Expr) -> pl.Expr:
    """The hours of the known intervals."""
    return hours().filter(known).sum()


def total_where(value: pl.Expr, known: pl.Expr) -> pl.Expr:
    """Over the known intervals, times their hours: MW give MWh, USD/MWh times MW give USD."""
    return (value * hours()).filter(known).sum()


def mean_where(value: pl.Expr, known: pl.Expr) -> pl.Expr:
    """The time-weighted mean over the known intervals; null if there is none."""
    return pl.when(known.any()).then(total_where(value, known) / hours_where(known))
