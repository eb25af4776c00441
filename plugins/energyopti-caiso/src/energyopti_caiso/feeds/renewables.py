"""CAISO's wind and solar output by trading hub, and its forecasts; since 2026-05-01 also by balancing area.

It covers only eligible intermittent resources, which is less than all wind and solar.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, Locations, Publication, Unconfirmed
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST, Dataset
from energyopti.layouts import Absolute, CsvLayout, Moment, Text, Wide, XmlLayout
from energyopti.timezones import DAY, HOUR
from energyopti.vocabulary import RenewableFuel
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import (
    HALF_HOUR,
    OASIS,
    PORTAL,
    SINCE_NEW_MARKET,
    oasis_feed,
    report_page,
)
from energyopti_caiso.locations import HUBS
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import (
    ENDS,
    FIVE_MINUTES,
    QUARTER,
    STAMP,
    STARTS,
    ZONE,
    report,
    value,
)
from energyopti_caiso.protocol.oasis import Group, Report, if_said, unsaid
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
    "15-minute market wind and solar forecast",
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

_STAMPS = (STAMP, "%Y-%m-%dT%H:%M:%S%.f%:z")
BY_AREA = oasis_feed(
    name="EDAM_WND_SLR_FORECAST_GRP",
    documented_at=PORTAL,
    dataset=RENEWABLES_FORECAST,
    title="Day-ahead wind and solar forecast by balancing area (EDAM), hourly",
    history=SINCE_NEW_MARKET,
    step=HOUR,
    publication=attrs.evolve(timing.EDAM_FORECAST, published_ahead=2 * DAY, refresh_every=HALF_HOUR),
    layout=XmlLayout(
        dataset=RENEWABLES_FORECAST,
        zone=ZONE,
        time=Absolute(names=(STARTS[1], STARTS[0]), end=(ENDS[1], ENDS[0]), formats=STAMP),
        columns=(
            Moment("TimeDate", to="publish_time", formats=_STAMPS, utc=True, required=False),
            Text("BAA_GRP_ID", to="location"),
        ),
        wide=Wide(
            to="fuel", value="generation", columns={word.upper(): fuel for word, fuel in _FUELS.items()}
        ),
        ignored=("OPR_DATE", "OPR_DT", "OPR_HR", "INTERVAL_NUM"),
        record="REPORT_DATA",
        heading="MessageHeader",
        headed=("TimeDate",),
        any_root=True,
        path=("EDAMWindAndSolarForecast", "MessagePayload", "RTO", "REPORT_ITEM"),
        namespace="http://www.caiso.com/soa/EDAMWindAndSolarForecast_v1.xsd",
        repeats="last",
    ),
    example=example("EDAM_WND_SLR_FORECAST_GRP.xml"),
    sources=(
        oasis.group(Group(name="EDAM_WND_SLR_FORECAST_GRP", in_xml=True), finish=in_turn(_BOTH, if_said)),
    ),
    unconfirmed=Unconfirmed.noted(
        date(2026, 11, 30),
        ("that TimeDate is when a forecast was published", "another reader takes it so"),
        ("that a day is requested by the hours forecast", "most reports of OASIS are"),
        ("whether a request gets all publications of a day", "each that comes is kept"),
        ("the elements around its records", "they may have any names"),
    ),
)
"""Its document is XML, the only form with the time of publication."""

RENEWABLE_FEEDS = (ACTUAL, DAY_AHEAD, HOUR_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE, BY_AREA)
