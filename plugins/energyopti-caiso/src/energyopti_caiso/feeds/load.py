"""CAISO's load and its forecasts, hourly from OASIS.

Rows are transmission access charge (TAC) areas, ``CA ISO-TAC`` for all of CAISO, and the balancing areas of the Western
Energy Imbalance Market (WEIM). They are never summed here.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import ChunkSize, Feed, Unconfirmed
from energyopti.datasets import LOAD, LOAD_FORECAST, Dataset
from energyopti.layouts import CsvLayout, Text
from energyopti.timezones import DAY, HOUR
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.feeds.by_run import HALF_HOUR, OASIS, oasis_feed, report_page
from energyopti_caiso.protocol import oasis, runs
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, figures, report
from energyopti_caiso.protocol.oasis import Report, unsaid
from energyopti_caiso.protocol.pieces import awaiting, in_turn

_ALL_OF_CAISO = awaiting("location", ("CA ISO-TAC",))
"""This area is in every document; others come and go."""

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
    """One of the quantities that a load document may hold; other feeds read the others."""
    return report(
        dataset,
        _AREA,
        long=figures({item: "load"}, same=(_AREA.name,)),
        only=(runs.run(words, _RUNS), runs.item(item, _ITEMS)),
    )


ACTUAL = oasis_feed(
    name="SLD_FCST_ACTUAL",
    documented_at=report_page("SLD_FCST_ACTUAL"),
    dataset=LOAD,
    title="Actual load by area, hourly",
    step=HOUR,
    chunk=ChunkSize.MONTH,
    publication=attrs.evolve(timing.ACTUAL_LOAD, refresh_every=HALF_HOUR),
    layout=_layout(LOAD, runs.ACTUAL, "SYS_FCST_ACT_MW"),
    example=example("SLD_FCST_ACTUAL.csv"),
    sources=(oasis.single(Report("SLD_FCST", 1, {"market_run_id": "ACTUAL"}), finish=_ALL_OF_CAISO),),
)


_ONE_KEPT = Unconfirmed.noted(
    date(2026, 11, 30),
    "that only the last version of a forecast is kept",
)


def _of_days_ahead(short: str, title: str, item: str, published_ahead: timedelta) -> Feed:
    """An hourly forecast; the feeds differ in how far ahead it is made."""
    report = Report("SLD_FCST", 1, {"market_run_id": short})
    return oasis_feed(
        name=f"SLD_FCST_{short}",
        documented_at=report_page(f"SLD_FCST_{short}"),
        dataset=LOAD_FORECAST,
        title=title,
        step=HOUR,
        chunk=ChunkSize.MONTH,
        publication=attrs.evolve(
            timing.LOAD_FORECAST_DAYS[short], published_ahead=published_ahead, refresh_every=HALF_HOUR
        ),
        layout=_layout(LOAD_FORECAST, short, item),
        example=example(f"SLD_FCST_{short}.csv"),
        sources=(oasis.single(report, finish=in_turn(_ALL_OF_CAISO, unsaid)),),
        unconfirmed=_ONE_KEPT,
    )


def _of_real_time(short: str, title: str, item: str, step: timedelta, published_ahead: timedelta) -> Feed:
    """A forecast of the real-time market."""
    report = Report("SLD_FCST", 1, {"market_run_id": "RTM", "execution_type": short})
    return oasis_feed(
        name=f"SLD_FCST_{short}",
        documented_at=report_page(f"SLD_FCST_{short}"),
        dataset=LOAD_FORECAST,
        title=title,
        history=attrs.evolve(OASIS, since=date(2014, 5, 1)),
        step=step,
        publication=attrs.evolve(
            timing.REAL_TIME_FORECAST, published_ahead=published_ahead, refresh_every=FIVE_MINUTES
        ),
        layout=_layout(LOAD_FORECAST, runs.REAL_TIME, item),
        example=example(f"SLD_FCST_{short}.csv"),
        sources=(oasis.single(report, finish=in_turn(_ALL_OF_CAISO, unsaid)),),
        unconfirmed=_ONE_KEPT,
    )


DAY_AHEAD = _of_days_ahead("DAM", "Day-ahead market load forecast, hourly", "SYS_FCST_DA_MW", 2 * DAY)
TWO_DAYS_AHEAD = _of_days_ahead("2DA", "Load forecast two days ahead, hourly", "SYS_FCST_2DA_MW", 3 * DAY)
SEVEN_DAYS_AHEAD = _of_days_ahead(
    "7DA", "Load forecast up to seven days ahead, hourly", "SYS_FCST_7DA_MW", 8 * DAY
)
FIFTEEN_MINUTE = _of_real_time(
    "RTPD", "15-minute market load forecast", "SYS_FCST_15MIN_MW", QUARTER, 2 * HOUR
)
FIVE_MINUTE = _of_real_time(
    "RTD", "Five-minute dispatch load forecast", "SYS_FCST_5MIN_MW", FIVE_MINUTES, HOUR
)

LOAD_FORECASTS = (DAY_AHEAD, TWO_DAYS_AHEAD, SEVEN_DAYS_AHEAD, FIFTEEN_MINUTE, FIVE_MINUTE)
