"""CAISO's load and its forecasts, hourly from OASIS.

Rows are transmission access charge areas, ``CA ISO-TAC`` the whole of CAISO, and the balancing areas of the western
imbalance market beside them: they are never summed here.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import ChunkSize, Due, Example, Feed
from energyopti.datasets import LOAD, LOAD_FORECAST
from energyopti.layouts import CsvLayout, Text
from energyopti.schema import Dataset
from energyopti_caiso import oasis, runs, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import load as examples
from energyopti_caiso.layouts import DAY, FIVE_MINUTES, HOUR, QUARTER, figures, report
from energyopti_caiso.oasis import KEPT, Report, unsaid
from energyopti_caiso.pieces import awaiting, in_turn

_ALL_OF_CAISO = awaiting("location", ("CA ISO-TAC",))
"""Of the areas one is in every document; others come and go."""

_AREA = Text(("TAC_AREA_NAME", "RESOURCE_NAME"), to="location")
_RUNS: runs.Feeds = {
    **{run: f"SLD_FCST_{run}" for run in (runs.ACTUAL, runs.DAM, "2DA", "7DA")},
    runs.REAL_TIME: ("SLD_FCST_RTPD", "SLD_FCST_RTD"),
}
_ITEMS: runs.Feeds = {
    "SYS_FCST_ACT_MW": "SLD_FCST_ACTUAL",
    "SYS_FCST_DA_MW": "SLD_FCST_DAM",
    "SYS_FCST_2DA_MW": "SLD_FCST_2DA",
    "SYS_FCST_7DA_MW": "SLD_FCST_7DA",
    "SYS_FCST_15MIN_MW": "SLD_FCST_RTPD",
    "SYS_FCST_5MIN_MW": "SLD_FCST_RTD",
}


def _layout(dataset: Dataset, words: runs.Words, item: str) -> CsvLayout:
    """One of the figures that a document of load may hold; the others are other feeds'."""
    return report(
        dataset,
        _AREA,
        long=figures({item: "load"}, same=(_AREA.name,)),
        only=(runs.run(words, _RUNS), runs.item(item, _ITEMS)),
    )


_ACTUAL = _layout(LOAD, runs.ACTUAL, "SYS_FCST_ACT_MW")

ACTUAL = Feed(
    name="SLD_FCST_ACTUAL",
    dataset=LOAD,
    title="Actual load by area, hourly",
    documented_at=SPECIFICATION,
    history_from=date(2009, 4, 1),
    step=HOUR,
    chunk=ChunkSize.MONTH,
    due=timetable.ACTUAL_LOAD,
    refresh_every=timedelta(minutes=30),
    **timetable.TAKEN_AS_PRICES,
    retention=KEPT,
    layout=_ACTUAL,
    example=Example(payload=examples.ACTUAL, rows=examples.ACTUAL_ROWS),
    sources=oasis.single(Report("SLD_FCST", 1, {"market_run_id": "ACTUAL"}), _ACTUAL, finish=_ALL_OF_CAISO),
)


def _forecast(
    short: str,
    title: str,
    item: str,
    *,
    step: timedelta,
    chunk: ChunkSize,
    published_ahead: timedelta,
    due: Due,
    example: Example,
) -> Feed:
    """A feed of forecasts: they differ in how far ahead they are made."""
    real_time = step < HOUR
    filters = {"market_run_id": "RTM", "execution_type": short} if real_time else {"market_run_id": short}
    layout = _layout(LOAD_FORECAST, runs.REAL_TIME if real_time else short, item)
    return Feed(
        name=f"SLD_FCST_{short}",
        dataset=LOAD_FORECAST,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2014, 5, 1) if real_time else date(2009, 4, 1),
        step=step,
        chunk=chunk,
        published_ahead=published_ahead,
        due=due,
        **timetable.TAKEN_AS_PRICES,
        refresh_every=FIVE_MINUTES if real_time else timedelta(minutes=30),
        retention=KEPT,
        layout=layout,
        example=example,
        sources=oasis.single(Report("SLD_FCST", 1, filters), layout, finish=in_turn(_ALL_OF_CAISO, unsaid)),
        unconfirmed="that of a forecast that is made again only the last one is kept",
    )


DAY_AHEAD = _forecast(
    "DAM",
    "Load forecast of the day-ahead market, hourly",
    "SYS_FCST_DA_MW",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    published_ahead=2 * DAY,
    due=timetable.LOAD_FORECAST_DAYS["DAM"],
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
)
TWO_DAYS_AHEAD = _forecast(
    "2DA",
    "Load forecast of two days ahead, hourly",
    "SYS_FCST_2DA_MW",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    published_ahead=3 * DAY,
    due=timetable.LOAD_FORECAST_DAYS["2DA"],
    example=Example(payload=examples.TWO_DAYS_AHEAD, rows=examples.TWO_DAYS_AHEAD_ROWS),
)
SEVEN_DAYS_AHEAD = _forecast(
    "7DA",
    "Load forecast of up to seven days ahead, hourly",
    "SYS_FCST_7DA_MW",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    published_ahead=8 * DAY,
    due=timetable.LOAD_FORECAST_DAYS["7DA"],
    example=Example(payload=examples.SEVEN_DAYS_AHEAD, rows=examples.SEVEN_DAYS_AHEAD_ROWS),
)
FIFTEEN_MINUTE = _forecast(
    "RTPD",
    "Load forecast of the fifteen-minute market",
    "SYS_FCST_15MIN_MW",
    step=QUARTER,
    chunk=ChunkSize.DAY,
    published_ahead=2 * HOUR,
    due=timetable.REAL_TIME_FORECAST,
    example=Example(payload=examples.FIFTEEN_MINUTE, rows=examples.FIFTEEN_MINUTE_ROWS),
)
FIVE_MINUTE = _forecast(
    "RTD",
    "Load forecast of the five-minute dispatch",
    "SYS_FCST_5MIN_MW",
    step=FIVE_MINUTES,
    chunk=ChunkSize.DAY,
    published_ahead=HOUR,
    due=timetable.REAL_TIME_FORECAST,
    example=Example(payload=examples.FIVE_MINUTE, rows=examples.FIVE_MINUTE_ROWS),
)

LOAD_FORECASTS = (DAY_AHEAD, TWO_DAYS_AHEAD, SEVEN_DAYS_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE)
