"""How far forecasts were off, by how long ahead they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time, timedelta

import polars as pl

from energyopti.analysis.desk import DeskAnalysis, Rows, left_out, result
from energyopti.analysis.desk_tables import FORECAST_ERRORS, FORECAST_ROWS
from energyopti.analysis.series import BOUNDS, check_once, check_same, clock_of, frame_of
from energyopti.errors import UnsupportedQuery
from energyopti.timezones import HOUR

LEADS = (0.0, 1.0, 6.0, 12.0, 24.0, 48.0, 72.0, 96.0, 120.0, 144.0, 168.0)
"""Where buckets of lead begin, in hours."""

_VALUES = ("load", "generation")
_PLACE = ("location", "fuel", "metering")
_SERIES = (*_PLACE, "model")
_WHY = "\0why"

_UNDATED = "{} rows do not say when they were published"
_LATE = "{} rows were published after their interval began, or with less lead than the first bucket"
_AFTER_GATE = "{} rows were published after the gate"
_SUPERSEDED = "{} rows were superseded before the gate"
_EMPTY = "{} rows have no forecast"
_NO_ACTUAL = "{} rows have no actual value at their location for their interval"


def forecast_errors(
    forecast: Rows,
    actual: Rows,
    *,
    gate: time | None = None,
    leads: Sequence[float] = LEADS,
    locations: Mapping[str, str] | None = None,
    tz: str | None = None,
) -> DeskAnalysis:
    """Errors of forecasts of load, wind or solar by lead, in MW: bias, MAE, RMSE; MAPE in percent.

        error = forecast - actual;  bias = mean error;  MAE = mean |error|;  RMSE = root of mean error^2
        MAPE = 100 * mean of |error| / |actual|, over the rows whose actual value is not 0

    ``forecast`` are rows of `load_forecast` or `renewables_forecast`, best with ``vintages="all"``; ``actual`` rows of
    `load` or `renewables`. They are joined on location, fuel and side of the meter, and on their interval as it is;
    ``locations`` maps a forecast's location to that of the actual value, where names differ. Lead is from publication to
    the start of the interval; ``leads`` are where buckets begin, in hours, each included. With ``gate`` only what was known
    at that time of the day before counts, on the clock of the market (``tz`` for a frame): of each interval the last
    publication at or before it. Every row weighs the same.

    Tables `forecast_errors` and `forecast_rows`. Forecasts in neither are counted by `left_out` findings, by reason.

    Raises `UnsupportedQuery` for leads that do not rise, a forecast or an actual value that is there twice, or rows
    without a column of load or generation.
    """
    edges = _edges(leads)
    frames = [rows if isinstance(rows, pl.DataFrame) else rows.frame for rows in (forecast, actual)]
    check_same("market", *frames, what="forecast errors are")
    value = _value(*frames)
    rows = _forecasts(forecast, value)
    came = _actuals(actual, value)
    there = pl.col("location").replace(dict(locations or {}))
    rows = rows.with_columns(there.alias("\0at")).join(
        came.rename({"location": "\0at"}),
        on=[*BOUNDS, "\0at", "fuel", "metering"],
        how="left",
        maintain_order="left",
        nulls_equal=True,
    )
    rows = rows.sort("lead", nulls_last=True).join_asof(
        edges, left_on="lead", right_on="lead_from", coalesce=False
    )
    rows = _known_at(rows, gate, clock_of(forecast, tz)) if gate is not None else _by_lead(rows)
    rows = rows.with_columns(
        pl.when(pl.col(_WHY).is_not_null())
        .then(_WHY)
        .when(pl.col("forecast").is_null())
        .then(pl.lit(_EMPTY))
        .when(pl.col("actual").is_null())
        .then(pl.lit(_NO_ACTUAL))
        .alias(_WHY)
    )
    counted = _errors(rows.filter(pl.col(_WHY).is_null()))
    why = rows.group_by(_WHY).len().drop_nulls().sort(_WHY)
    return result(
        {FORECAST_ERRORS: _figures(counted), FORECAST_ROWS: counted},
        (forecast, actual),
        *(left_out(message, number) for message, number in why.iter_rows()),
    )


def _edges(leads: Sequence[float]) -> pl.DataFrame:
    """The buckets: from, and to before."""
    edges = pl.Series("lead_from", leads, dtype=pl.Float64)
    if edges.is_empty() or (edges.diff() <= 0).any():
        raise UnsupportedQuery("leads do not rise", do="give hours in order, such as (0, 24, 48)")
    return pl.DataFrame([edges, edges.shift(-1).alias("lead_to")])


def _value(*frames: pl.DataFrame) -> str:
    """The column that both have."""
    for name in _VALUES:
        if all(name in each.columns for each in frames):
            return name
    raise UnsupportedQuery("forecasts and actual values have neither load nor generation in common")


def _with_series(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The frame with all columns that tell series apart: null where it has none."""
    lacking = [pl.lit(None, dtype=pl.String).alias(name) for name in names if name not in frame.columns]
    return frame.with_columns(lacking).with_columns(pl.col(names).cast(pl.String))


def _forecasts(forecast: Rows, value: str) -> pl.DataFrame:
    """Forecasts with their lead."""
    what = "forecasts"
    frame = _with_series(frame_of(forecast, value, what=what), _SERIES)
    if "publish_time" not in frame.columns:
        raise UnsupportedQuery("the forecasts have no column 'publish_time'", column="publish_time")
    frame = frame.with_columns(pl.col("publish_time").cast(pl.Datetime("us", "UTC")))
    check_once(frame, "publish_time", *_SERIES, what=what)
    lead = (pl.col("interval_start") - pl.col("publish_time")) / HOUR
    return frame.select(
        *BOUNDS, "publish_time", *_SERIES, lead.alias("lead"), pl.col(value).alias("forecast")
    )


def _actuals(actual: Rows, value: str) -> pl.DataFrame:
    what = "actual values"
    frame = _with_series(frame_of(actual, value, what=what), _PLACE)
    check_once(frame, *_PLACE, what=what)
    return frame.select(*BOUNDS, *_PLACE, pl.col(value).alias("actual"))


def _by_lead(rows: pl.DataFrame) -> pl.DataFrame:
    """All publications, but for those without a lead."""
    return rows.with_columns(_no_lead().alias(_WHY))


def _no_lead() -> pl.Expr:
    undated, late = pl.col("publish_time").is_null(), pl.col("lead_from").is_null()
    return pl.when(undated).then(pl.lit(_UNDATED)).when(late).then(pl.lit(_LATE))


def _known_at(rows: pl.DataFrame, gate: time, clock: str) -> pl.DataFrame:
    """The last publication of each interval at or before the gate of the day before."""
    if gate.tzinfo is not None:
        raise UnsupportedQuery(
            "a gate is a time of day on the clock of the days", do="give it without a time zone"
        )
    day = pl.col("interval_start").dt.convert_time_zone(clock).dt.date()
    of_day = timedelta(hours=gate.hour, minutes=gate.minute, seconds=gate.second)
    walls = [day.dt.offset_by("-1d").cast(pl.Datetime("us")) + of_day + later for later in (0 * HOUR, HOUR)]
    closes = pl.coalesce(  # a gate that the clocks skip closes an hour later
        wall.dt.replace_time_zone(clock, ambiguous="earliest", non_existent="null") for wall in walls
    )
    in_time = pl.col("publish_time") <= closes.dt.convert_time_zone("UTC")
    rows = rows.with_columns(
        pl.when(_no_lead().is_not_null())
        .then(_no_lead())
        .when(~in_time.fill_null(value=False))
        .then(pl.lit(_AFTER_GATE))
        .alias(_WHY)
    )
    published = pl.col("publish_time").filter(pl.col(_WHY).is_null())
    last = published.max().over("interval_start", "interval_end", *_SERIES)
    superseded = pl.col(_WHY).is_null() & (pl.col("publish_time") < last)
    return rows.with_columns(pl.when(superseded).then(pl.lit(_SUPERSEDED)).otherwise(_WHY).alias(_WHY))


def _errors(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with their error; the percentage is null where the actual value is 0."""
    error, actual = pl.col("error"), pl.col("actual")
    return (
        rows.with_columns((pl.col("forecast") - actual).alias("error"))
        .with_columns(
            pl.when(actual != 0).then(100 * error.abs() / actual.abs()).alias("absolute_percentage_error")
        )
        .sort("interval_start", *_SERIES, "publish_time")
    )


def _figures(rows: pl.DataFrame) -> pl.DataFrame:
    """The table `forecast_errors`."""
    error, percentage = pl.col("error"), pl.col("absolute_percentage_error")
    by = [*_SERIES, "lead_from", "lead_to"]
    return (
        rows.group_by(by)
        .agg(
            pl.len().alias("rows"),
            error.mean().alias("bias"),
            error.abs().mean().alias("mae"),
            (error**2).mean().sqrt().alias("rmse"),
            percentage.count().alias("mape_rows"),
            percentage.mean().alias("mape"),
        )
        .sort(by)
    )
