"""Peaks of load: those of a market's own rule, and the highest hours of any load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import polars as pl

from energyopti.analysis.desk import DeskAnalysis, Rows, left_out, result
from energyopti.analysis.desk_tables import PEAK_PERIODS, PEAKS
from energyopti.analysis.series import (
    BOUNDS,
    Series,
    check_apart,
    chosen,
    clock_of,
    frame_of,
    hours,
    market_of,
    one_series,
    onto,
    slack_of,
)
from energyopti.answer.result import MarketData
from energyopti.errors import UnsupportedQuery, suggest
from energyopti.findings import Finding, FindingKind
from energyopti.peaks import PeakRule
from energyopti.timezones import HOUR

_TOP, _ALL = "top", "all"
_MINUTE = HOUR / 60
_LOAD = pl.col("load")


def peaks(
    load: Rows,
    *,
    rule: str | PeakRule | None = None,
    locations: Sequence[str] | None = None,
    tz: str | None = None,
) -> DeskAnalysis:
    """Coincident peaks by the market's own rule, such as 4CP, 5CP or the NYCA peak; load in MW.

    ``load`` are rows of dataset `load`. ``rule`` is the name of one of ``Market.peaks`` (default: the only one), or a rule
    of your own, which a frame needs, with ``tz``. ``locations`` are added up, null unless all are known; the default is
    those of the rule, in the rule's own feed. Periods and days are on the market's clock. Intervals shorter than the
    rule's step are averaged to it by seconds, null unless whole; longer ones are compared as they are, which a `coarser_step`
    finding says and column ``step_minutes`` shows. Of equal loads the first counts.

    Tables `peaks` and `peak_periods`; the latter says how much of each period is known. Rows outside of the rule's months
    are counted.

    Raises `UnsupportedQuery` for a market without such a rule, for locations that are not there, or if an interval is
    there twice.
    """
    there = _rule(load, rule)
    if locations is None and isinstance(load, MarketData) and load.query.feed.name != there.feed:
        raise UnsupportedQuery(
            f"{there} is of feed {there.feed}, and this load is of feed {load.query.feed}",
            do="give the locations that add up to the system's load",
        )
    clock = clock_of(load, tz)
    if locations is not None and not locations:
        raise UnsupportedQuery("no location is given", do="name those that add up to the system's load")
    system = _added(load, tuple(there.locations if locations is None else locations))
    steps, coarse = _in_steps(system, there)
    local = _local(clock)
    timed = steps.with_columns(
        local.dt.strftime("%Y-%m" if there.by_month else "%Y").alias("period"),
        local.dt.date().alias("day"),
        local.dt.month().is_in(list(there.months)).alias("inside"),
    )
    inside = timed.filter("inside")
    periods = _periods(timed["day"].dt.year().unique().sort(), there, clock)
    return result(
        {
            PEAKS: _ranked(inside, there.name, there.count, distinct_days=there.distinct_days),
            PEAK_PERIODS: _coverage(periods, inside, there.name, steps),
        },
        (load,),
        coarse,
        _lacking(periods, inside, there.name),
        left_out(f"{{}} intervals are outside of the months of {there}", timed.height - inside.height),
    )


def top_hours(
    load: Rows,
    count: int,
    *,
    where: Mapping[str, str] | None = None,
    value: str = "load",
    distinct_days: bool = False,
    tz: str | None = None,
) -> DeskAnalysis:
    """The hours of highest load of any one series in MW, the highest first.

    ``load`` is any series in column ``value``; ``where`` chooses it by words, as ``{"location": "N.Y.C."}``. Shorter
    intervals are averaged to hours by seconds, null unless whole; longer ones are compared as they are. With
    ``distinct_days`` each is on another day of the market's clock (``tz`` for a frame). Of equal loads the first counts.
    Tables `peaks` and `peak_periods`; the latter says how many hours between the first and the last have no load.

    Raises `UnsupportedQuery` if the load is not one series, or for a count below one.
    """
    if count < 1:
        raise UnsupportedQuery(f"there are no top {count} hours", do="give a count from 1 on")
    clock = clock_of(load, tz)
    series = one_series(load, value, what="loads", where=where)
    series = attrs.evolve(series, frame=series.frame.rename({value: "load"}))
    rule = PeakRule(name=_TOP, feed=_TOP, locations=(_TOP,), count=count, distinct_days=distinct_days)
    steps, coarse = _in_steps(series, rule)
    timed = steps.with_columns(pl.lit(_ALL).alias("period"), _local(clock).dt.date().alias("day"))
    spans = pl.DataFrame(
        {
            "period": [_ALL],
            "start": series.frame["interval_start"].head(1),
            "end": series.frame["interval_end"].tail(1),
        }
    )
    return result(
        {
            PEAKS: _ranked(timed, _TOP, count, distinct_days=distinct_days),
            PEAK_PERIODS: _coverage(spans, timed, _TOP, steps),
        },
        (load,),
        coarse,
        _lacking(spans, timed, _TOP),
    )


def _rule(load: Rows, rule: str | PeakRule | None) -> PeakRule:
    if isinstance(rule, PeakRule):
        return rule
    market = market_of(load)
    if market is None:
        raise UnsupportedQuery("a frame does not say by which rule its peaks are", do="give rule, a PeakRule")
    if not market.peaks:
        raise UnsupportedQuery("no rule for coincident peaks", do="use top_hours", market=market.id)
    names = {each.name.casefold(): each for each in market.peaks}
    if rule is None and len(names) > 1:
        raise UnsupportedQuery("several rules for peaks", do=suggest("", names), market=market.id)
    name = (market.peaks[0].name if rule is None else rule).casefold()
    if name not in names:
        known = [each.name for each in market.peaks]
        raise UnsupportedQuery(f"no peaks {rule!r}", do=suggest(str(rule), known), market=market.id)
    return names[name]


def _local(clock: str) -> pl.Expr:
    return pl.col("interval_start").dt.convert_time_zone(clock)


def _added(load: Rows, locations: tuple[str, ...]) -> Series:
    """The load of several locations added up; null where one of them is not known."""
    frame = frame_of(load, "load", what="loads")
    series = []
    for location in dict.fromkeys(locations):
        each = chosen(frame, {"location": location}, what="loads").sort(*BOUNDS)
        check_apart(each, what=f"loads of {location}")
        series.append(each.select(*BOUNDS, "load"))
    known = (pl.len() == len(series)) & (_LOAD.null_count() == 0)
    whole = pl.when(known).then(_LOAD.sum())
    added = pl.concat(series).group_by(BOUNDS).agg(whole.alias("load")).sort(*BOUNDS)
    return Series(what="loads", frame=added, slack=slack_of(load))


def _in_steps(series: Series, rule: PeakRule) -> tuple[pl.DataFrame, Finding | None]:
    """The known loads in the steps of a rule, and a finding if they are in longer ones."""
    if series.frame["load"].is_null().all():
        raise UnsupportedQuery("no load is known", do="ask for another range, or other locations")
    if series.step > rule.step:
        message = f"{rule} is of {rule.step / _MINUTE:g}-minute loads; these are of {series.step / _MINUTE:g} minutes"
        finding = Finding(kind=FindingKind.COARSER_STEP, message=f"{message} and compared as they are")
        return series.frame.drop_nulls("load"), finding
    every = f"{rule.step // (_MINUTE / 60)}s"
    starts = pl.col("interval_start").dt.truncate(every)
    grid = series.frame.select(
        pl.datetime_range(starts.min(), pl.col("interval_end").max(), every, closed="left").alias(BOUNDS[0])
    )
    grid = grid.with_columns((pl.col("interval_start") + rule.step).alias("interval_end"))
    return onto(grid, series).drop_nulls("load"), None


def _ranked(timed: pl.DataFrame, rule: str, count: int, *, distinct_days: bool) -> pl.DataFrame:
    """The table `peaks`."""
    ordered = timed.sort("period", -_LOAD, "interval_start")
    if distinct_days:
        ordered = ordered.unique(["period", "day"], keep="first", maintain_order=True)
    rank = pl.int_range(1, pl.len() + 1).over("period").alias("rank")
    return ordered.with_columns(rank, pl.lit(rule).alias("rule")).filter(pl.col("rank") <= count)


def _periods(years: pl.Series, rule: PeakRule, clock: str) -> pl.DataFrame:
    """The periods of a rule in some years: ``period``, ``start`` and ``end`` in UTC."""
    first = pl.Series("first", rule.months if rule.by_month else rule.months[:1])
    last = pl.Series("last", rule.months if rule.by_month else rule.months[-1:])
    spans = years.alias("year").to_frame().join(pl.DataFrame([first, last]), how="cross")
    begins = pl.datetime("year", "first", 1, time_zone=clock)
    ends = pl.datetime("year", "last", 1, time_zone=clock).dt.offset_by("1mo")
    return spans.select(
        begins.dt.strftime("%Y-%m" if rule.by_month else "%Y").alias("period"),
        begins.dt.convert_time_zone("UTC").alias("start"),
        ends.dt.convert_time_zone("UTC").alias("end"),
    )


def _coverage(periods: pl.DataFrame, timed: pl.DataFrame, rule: str, steps: pl.DataFrame) -> pl.DataFrame:
    """The table `peak_periods`."""
    length = (pl.col("interval_end") - pl.col("interval_start")) / _MINUTE
    step = steps.select(length.mode().max()).item()
    return _known(periods, timed).with_columns(
        pl.lit(rule).alias("rule"), pl.lit(step, dtype=pl.Float64).alias("step_minutes")
    )


def _known(periods: pl.DataFrame, timed: pl.DataFrame) -> pl.DataFrame:
    """Periods with their hours, those that are known, and those that are missing."""
    known = timed.group_by("period").agg(hours().sum().alias("known_hours"))
    length = (pl.col("end") - pl.col("start")) / HOUR
    return (
        periods.join(known, on="period", how="left", maintain_order="left")
        .with_columns(length.alias("hours"), pl.col("known_hours").fill_null(0.0))
        .with_columns((pl.col("hours") - pl.col("known_hours")).alias("missing_hours"))
    )


def _lacking(periods: pl.DataFrame, timed: pl.DataFrame, rule: str) -> Finding | None:
    """A finding if a period is not known in full: a higher load may be missing."""
    lacking = _known(periods, timed).filter(pl.col("missing_hours") > 0)
    if lacking.is_empty():
        return None
    said = ", ".join(
        f"{period} lacks {missing:g} of {length:g} hours"
        for period, missing, length in lacking.select("period", "missing_hours", "hours").iter_rows()
    )
    return Finding(kind=FindingKind.MISSING_PART, message=f"{rule} may have a higher peak: {said}")
