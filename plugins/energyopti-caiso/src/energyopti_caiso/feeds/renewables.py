"""CAISO's wind and solar output by trading hub, and its forecasts.

It covers only eligible intermittent resources, which is less than all wind and solar.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, Locations, Publication, Unconfirmed
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST, Dataset
from energyopti.layouts import CsvLayout, Text
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import RenewableFuel
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import HALF_HOUR, OASIS, oasis_feed, report_page
from energyopti_caiso.locations import HUBS
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, report, value
from energyopti_caiso.protocol.oasis import Report, unsaid
from energyopti_caiso.protocol.pieces import awaiting, in_turn

_FUELS = {"Solar": RenewableFuel.SOLAR.value, "Wind": RenewableFuel.WIND.value}
_BOTH = awaiting("fuel", tuple(_FUELS.values()))


_ITEMS = {
    runs.ACTUAL: "RENEW_FCST_ACT_MW",
    runs.DAM: "RENEW_FCST_DA_MW",
    runs.HASP: "RENEW_FCST_HASP_MW",
    runs.RTPD: "RENEW_FCST_15MIN_MW",
    runs.RTD: "RENEW_FCST_5MIN_MW",
}
"""The name of each run's value."""


def _layout(dataset: Dataset, run: str) -> CsvLayout:
    """The MW of a run by hub and fuel."""
    feeds: runs.Feeds = {each: f"SLD_REN_FCST_{each}" for each in _ITEMS}
    items: runs.Feeds = {_ITEMS[each]: f"SLD_REN_FCST_{each}" for each in _ITEMS}
    return report(
        dataset,
        Text("TRADING_HUB", to="location"),
        Text("RENEWABLE_TYPE", to="fuel", words=_FUELS),
        value("generation"),
        only=(runs.run(run, feeds), runs.item(_ITEMS[run], items)),
    )


ACTUAL = oasis_feed(
    name="SLD_REN_FCST_ACTUAL",
    documented_at=report_page("SLD_REN_FCST_ACTUAL"),
    dataset=RENEWABLES,
    title="Wind and solar output by trading hub, hourly, published the next day",
    history=attrs.evolve(OASIS, since=date(2012, 12, 1)),
    step=HOUR,
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(timing.RENEWABLES, refresh_every=HOUR),
    locations=Locations(closed=tuple(HUBS)),
    layout=_layout(RENEWABLES, runs.ACTUAL),
    example=example("SLD_REN_FCST_ACTUAL.csv"),
    sources=(oasis.single(Report("SLD_REN_FCST", 1, {"market_run_id": "ACTUAL"}), finish=_BOTH),),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 25),
        "its first day",
        "whether all of it is in front of the meter",
    ),
)


def _forecast(run: str, title: str, step: timedelta, published_ahead: timedelta, times: Publication) -> Feed:
    """A forecast feed; the feeds differ in the run that the forecast is made for."""
    hourly = step == HOUR
    report = Report("SLD_REN_FCST", 1, {"market_run_id": run})
    return oasis_feed(
        name=f"SLD_REN_FCST_{run}",
        documented_at=report_page(f"SLD_REN_FCST_{run}"),
        dataset=RENEWABLES_FORECAST,
        title=title,
        history=attrs.evolve(OASIS, since=date(2012, 12, 1) if hourly else date(2014, 5, 1)),
        step=step,
        chunk=ChunkSize.MONTH if hourly else ChunkSize.DAY,
        publication=attrs.evolve(
            times, published_ahead=published_ahead, refresh_every=HALF_HOUR if hourly else FIVE_MINUTES
        ),
        locations=Locations(closed=tuple(HUBS)),
        layout=_layout(RENEWABLES_FORECAST, run),
        example=example(f"SLD_REN_FCST_{run}.csv"),
        sources=(oasis.single(report, finish=in_turn(_BOTH, unsaid)),),
        unconfirmed=Unconfirmed.noted(
            date(2026, 11, 25),
            "its first day",
            "that only the last version of a forecast is kept",
            "whether all of it is in front of the meter",
        ),
    )


DAY_AHEAD = _forecast(
    "DAM",
    "Day-ahead market wind and solar forecast, hourly",
    HOUR,
    2 * DAY,
    timing.RENEWABLES_DAY_AHEAD,
)
HOUR_AHEAD = _forecast(
    "HASP",
    "Hour-ahead process (HASP) wind and solar forecast, hourly",
    HOUR,
    2 * HOUR,
    timing.REAL_TIME_FORECAST,
)
FIFTEEN_MINUTE = _forecast(
    "RTPD",
    "Fifteen-minute market wind and solar forecast",
    QUARTER,
    2 * HOUR,
    timing.REAL_TIME_FORECAST,
)
FIVE_MINUTE = _forecast(
    "RTD",
    "Five-minute dispatch wind and solar forecast",
    FIVE_MINUTES,
    HOUR,
    timing.REAL_TIME_FORECAST,
)

RENEWABLE_FEEDS = (ACTUAL, DAY_AHEAD, HOUR_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE)
