"""CAISO's wind and solar by trading hub, and their forecasts.

Only eligible intermittent resources are in it: less than all wind and solar.
"""

from __future__ import annotations

from datetime import date, timedelta

from energyopti import ChunkSize, Due, Example, Feed
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST
from energyopti.layouts import CsvLayout, Text
from energyopti.schema import Dataset
from energyopti.vocabulary import RenewableFuel
from energyopti_caiso import oasis, runs, timetable
from energyopti_caiso.documented import SPECIFICATION
from energyopti_caiso.examples import renewables as examples
from energyopti_caiso.layouts import DAY, FIVE_MINUTES, HOUR, QUARTER, report, value
from energyopti_caiso.oasis import KEPT, Report, unsaid
from energyopti_caiso.pieces import awaiting, in_turn
from energyopti_caiso.places import HUBS

_FUELS = {"Solar": RenewableFuel.SOLAR.value, "Wind": RenewableFuel.WIND.value}
_BOTH = awaiting("fuel", tuple(_FUELS.values()))


_ITEMS = {
    runs.ACTUAL: "RENEW_FCST_ACT_MW",
    runs.DAM: "RENEW_FCST_DA_MW",
    runs.HASP: "RENEW_FCST_HASP_MW",
    runs.RTPD: "RENEW_FCST_15MIN_MW",
    runs.RTD: "RENEW_FCST_5MIN_MW",
}
"""The figure of each run."""


def _layout(dataset: Dataset, run: str) -> CsvLayout:
    """Megawatts of a run by hub and fuel."""
    feeds: runs.Feeds = {each: f"SLD_REN_FCST_{each}" for each in _ITEMS}
    items: runs.Feeds = {_ITEMS[each]: f"SLD_REN_FCST_{each}" for each in _ITEMS}
    return report(
        dataset,
        Text("TRADING_HUB", to="location"),
        Text("RENEWABLE_TYPE", to="fuel", words=_FUELS),
        value("generation"),
        only=(runs.run(run, feeds), runs.item(_ITEMS[run], items)),
    )


_ACTUAL = _layout(RENEWABLES, runs.ACTUAL)

ACTUAL = Feed(
    name="SLD_REN_FCST_ACTUAL",
    dataset=RENEWABLES,
    title="Wind and solar output by trading hub, hourly, the day after",
    documented_at=SPECIFICATION,
    history_from=date(2012, 12, 1),
    step=HOUR,
    chunk=ChunkSize.MONTH,
    due=timetable.THE_DAY_AFTER,
    refresh_every=HOUR,
    **timetable.TAKEN_AS_PRICES,
    retention=KEPT,
    locations=tuple(HUBS),
    layout=_ACTUAL,
    example=Example(payload=examples.ACTUAL, rows=examples.ACTUAL_ROWS),
    sources=oasis.single(Report("SLD_REN_FCST", 1, {"market_run_id": "ACTUAL"}), _ACTUAL, finish=_BOTH),
    unconfirmed="its first day",
)


def _forecast(
    run: str,
    title: str,
    *,
    step: timedelta,
    chunk: ChunkSize,
    published_ahead: timedelta,
    due: Due,
    example: Example,
) -> Feed:
    """A feed of forecasts: they differ in the run that they are made for."""
    layout = _layout(RENEWABLES_FORECAST, run)
    return Feed(
        name=f"SLD_REN_FCST_{run}",
        dataset=RENEWABLES_FORECAST,
        title=title,
        documented_at=SPECIFICATION,
        history_from=date(2012, 12, 1) if step == HOUR else date(2014, 5, 1),
        step=step,
        chunk=chunk,
        published_ahead=published_ahead,
        due=due,
        **timetable.TAKEN_AS_PRICES,
        refresh_every=timedelta(minutes=30) if step == HOUR else FIVE_MINUTES,
        retention=KEPT,
        locations=tuple(HUBS),
        layout=layout,
        example=example,
        sources=oasis.single(
            Report("SLD_REN_FCST", 1, {"market_run_id": run}), layout, finish=in_turn(_BOTH, unsaid)
        ),
        unconfirmed="its first day; that of a forecast that is made again only the last one is kept",
    )


DAY_AHEAD = _forecast(
    "DAM",
    "Wind and solar forecast of the day-ahead market, hourly",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    published_ahead=2 * DAY,
    due=timetable.RENEWABLES_DAY_AHEAD,
    example=Example(payload=examples.DAY_AHEAD, rows=examples.DAY_AHEAD_ROWS),
)
HOUR_AHEAD = _forecast(
    "HASP",
    "Wind and solar forecast of the hour-ahead process, hourly",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    published_ahead=2 * HOUR,
    due=timetable.REAL_TIME_FORECAST,
    example=Example(payload=examples.HOUR_AHEAD, rows=examples.HOUR_AHEAD_ROWS),
)
FIFTEEN_MINUTE = _forecast(
    "RTPD",
    "Wind and solar forecast of the fifteen-minute market",
    step=QUARTER,
    chunk=ChunkSize.DAY,
    published_ahead=2 * HOUR,
    due=timetable.REAL_TIME_FORECAST,
    example=Example(payload=examples.FIFTEEN_MINUTE, rows=examples.FIFTEEN_MINUTE_ROWS),
)
FIVE_MINUTE = _forecast(
    "RTD",
    "Wind and solar forecast of the five-minute dispatch",
    step=FIVE_MINUTES,
    chunk=ChunkSize.DAY,
    published_ahead=HOUR,
    due=timetable.REAL_TIME_FORECAST,
    example=Example(payload=examples.FIVE_MINUTE, rows=examples.FIVE_MINUTE_ROWS),
)

RENEWABLE_FEEDS = (ACTUAL, DAY_AHEAD, HOUR_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE)
