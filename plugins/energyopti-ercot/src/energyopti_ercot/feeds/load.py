"""ERCOT's load by weather zone and forecast zone, its forecasts, and the load in every SCED run.

The load of a SCED run is telemetered generation minus telemetered DC tie flow, where imports are negative; both are in
the source's own columns. A dynamically scheduled resource (DSR) is generation that follows a load: that load cannot be
called, so it is not demand response.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import LOAD, LOAD_FORECAST
from energyopti.layouts import CsvLayout, Moment, Number, Text, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import made_every_hour, sixty_days_late, two_days_late
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.daily import Daily
from energyopti_ercot.protocol.disclosures import (
    CORRECTED,
    SIXTY_DAYS,
    TWO_DAYS,
    disclosed,
    of_table,
    runs_of_day,
)
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import (
    LABEL,
    SHORT,
    api_report,
    both_forms,
    dispatch_of_api,
    hours,
    of_api,
    report,
)
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT, feed_sources

Columns = Mapping[tuple[str, ...], str]

FORECAST_ZONES: Columns = {
    ("NORTH",): "NORTH",
    ("SOUTH",): "SOUTH",
    ("WEST",): "WEST",
    ("HOUSTON",): "HOUSTON",
    ("TOTAL", "SystemTotal"): SYSTEM,
}
WEATHER_ZONES: Columns = {
    ("COAST",): "COAST",
    ("EAST",): "EAST",
    ("FAR_WEST", "FARWEST"): "FAR_WEST",
    ("NORTH",): "NORTH",
    ("NORTH_C", "NORTHC", "NorthCentral"): "NORTH_C",
    ("SOUTHERN",): "SOUTHERN",
    ("SOUTH_C", "SOUTHC", "SouthCentral"): "SOUTH_C",
    ("WEST",): "WEST",
    ("TOTAL", "SystemTotal"): SYSTEM,
}
STUDY_AREAS: Columns = {("Valley",): "VALLEY"}
"""The headers that a zone has had, and its name here."""

LISTED = timedelta(days=7)
"""How long the list keeps forecasts."""

_POSTED = Moment("postedDatetime", to="publish_time", formats="%Y-%m-%dT%H:%M:%S")


def _wide(columns: Columns) -> Wide:
    """One column per zone."""
    return Wide(
        to="location",
        value="load",
        columns=tuple(WideColumn(headers, words=words) for headers, words in columns.items()),
    )


def actual(columns: Columns) -> CsvLayout:
    """Hourly load of a day."""
    time = hours("OperDay")
    return both_forms(LOAD, time, of_api(time, date="operatingDay"), wide=_wide(columns))


def expected(columns: Columns, *, form: str = SHORT, by_model: bool = False) -> CsvLayout:
    """A forecast for the current day and the next seven, by one model or by each of several."""
    time = hours(form=form)
    model = (Text("Model", to="model"),) if by_model else ()
    wide, ignored = _wide(columns), ("InUseFlag",) if by_model else ()
    api = api_report(LOAD_FORECAST, of_api(time), columns=(*model, _POSTED), wide=wide, ignored=ignored)
    return report(LOAD_FORECAST, time, api=api, columns=model, wide=wide, ignored=ignored)


BY_WEATHER_ZONE = actual(WEATHER_ZONES)
BY_FORECAST_ZONE = actual(FORECAST_ZONES)
EXPECTED_BY_FORECAST_ZONE = expected(FORECAST_ZONES)
EXPECTED_BY_WEATHER_ZONE = expected(WEATHER_ZONES)
MODELLED_BY_WEATHER_ZONE = expected(WEATHER_ZONES, form=LABEL, by_model=True)
MODELLED_BY_STUDY_AREA = expected(STUDY_AREAS, form=LABEL, by_model=True)


def _load(name: str, number: str, product: str, title: str, layout: CsvLayout) -> Feed:
    """A load feed: a day's document is published on the next day."""
    end_point = EndPoint(path=f"{product.lower()}/{name}", by="operatingDay")
    return Feed(
        name=name,
        dataset=LOAD,
        title=title,
        documented_at=PRODUCT.format(product),
        history=History(since=API_FROM),
        publication=attrs.evolve(timing.LOAD, refresh_every=timedelta(minutes=30)),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=feed_sources(Daily(number=number, first=1), end_point),
        unconfirmed=(
            *API_UNCONFIRMED,
            *Unconfirmed.noted(
                date(2026, 11, 24),
                "that a day's document is published on the next day, and once",
                ("the headers of some zones", "all headers known to other clients are read"),
            ),
        ),
    )


def _forecast(name: str, number: str, product: str, title: str, layout: CsvLayout) -> Feed:
    """A feed of forecasts, made every hour."""
    end_point = EndPoint(path=f"{product.lower()}/{name}", by="postedDatetime", stamps=True)
    report = Report(number=number, every=HOUR)
    return made_every_hour(
        name=name,
        dataset=LOAD_FORECAST,
        title=title,
        documented_at=PRODUCT.format(product),
        layout=layout,
        example=example(f"{name}.csv"),
        sources=feed_sources(report, end_point, published=True, archive=product),
        unconfirmed=Unconfirmed.noted(
            date(2026, 11, 30),
            "the first day that the API has",
        ),
    )


LOAD_BY_WEATHER_ZONE = _load(
    "act_sys_load_by_wzn",
    "13101",
    "NP6-345-CD",
    "Load by weather zone, hourly",
    BY_WEATHER_ZONE,
)
LOAD_BY_FORECAST_ZONE = _load(
    "act_sys_load_by_fzn",
    "14836",
    "NP6-346-CD",
    "Load by forecast zone, hourly",
    BY_FORECAST_ZONE,
)
FORECAST_BY_FORECAST_ZONE = _forecast(
    "7d_load_fcast_by_fzn",
    "12311",
    "NP3-560-CD",
    "Seven-day load forecast by forecast zone, updated hourly",
    EXPECTED_BY_FORECAST_ZONE,
)
FORECAST_BY_WEATHER_ZONE = _forecast(
    "7d_load_fcast_by_wzn",
    "12312",
    "NP3-561-CD",
    "Seven-day load forecast by weather zone, updated hourly",
    EXPECTED_BY_WEATHER_ZONE,
)
FORECAST_BY_MODEL = _forecast(
    "lf_by_model_weather_zone",
    "14837",
    "NP3-565-CD",
    "Seven-day load forecast by model and weather zone, updated hourly; the in-use flag is in the raw columns",
    MODELLED_BY_WEATHER_ZONE,
)
FORECAST_BY_STUDY_AREA = _forecast(
    "lf_by_model_study_area",
    "15953",
    "NP3-566-CD",
    "Seven-day load forecast of the Valley by model, updated hourly",
    MODELLED_BY_STUDY_AREA,
)

LOADS = (
    LOAD_BY_FORECAST_ZONE,
    LOAD_BY_WEATHER_ZONE,
    FORECAST_BY_FORECAST_ZONE,
    FORECAST_BY_WEATHER_ZONE,
    FORECAST_BY_MODEL,
    FORECAST_BY_STUDY_AREA,
)

FOLLOWED = "DSR"
"""The location of the total load that dynamically scheduled resources follow."""

_SPARSE_AT_FIRST = Unconfirmed.noted(
    date(2026, 11, 30),
    "since when its rows are by SCED run",
    "in 2014 they were 15 minutes apart",
)


def summary(location: str) -> CsvLayout:
    """Load of a zone or of all of ERCOT; the table does not say which."""
    fixed = {"location": location}
    api = api_report(
        LOAD,
        dispatch_of_api(),
        columns=(Number("aggLoadSummary", to="load"),),
        ignored=("sumTelemGenMW", "sumTelemDCtieMW"),
        constants=fixed,
    )
    return report(
        LOAD,
        runs_of_day(),
        columns=(Number("AGG LOAD SUMMARY", to="load"),),
        ignored=("SUM TELEM GEN MW", "SUM TELEM DCTIE MW"),
        constants=fixed,
        api=api,
    )


ALL_FOLLOWED = report(
    LOAD,
    runs_of_day(),
    columns=(Number("SUM TELEM DSR LOAD", to="load"),),
    ignored=("SUM TELEM DSR GEN",),
    constants={"location": FOLLOWED},
    api=api_report(
        LOAD,
        dispatch_of_api(),
        columns=(Number("sumTelemDSRLoad", to="load"),),
        ignored=("sumTelemDSRGen",),
        constants={"location": FOLLOWED},
    ),
)
FOLLOWED_BY_ENTITY = report(
    LOAD,
    runs_of_day(),
    columns=(Text("QSE Name", to="location"), Number("Total Telemetered DSR Loads", to="load")),
    api=api_report(
        LOAD,
        dispatch_of_api(),
        columns=(Text("qseName", to="location"), Number("totalTelemeteredDSRLoads", to="load")),
    ),
)
"""The location is the scheduling entity (QSE) whose resources follow the load."""


def _two_days_late(
    name: str,
    title: str,
    table: str,
    layout: CsvLayout,
    unconfirmed: tuple[Unconfirmed, ...],
    *,
    file: str,
    may_lack: bool = False,
) -> Feed:
    """A table of the two-day report by SCED run."""
    end_point = EndPoint(path=f"np3-910-er/{name}", by="SCEDTimestamp", stamps=True)
    pattern = f"(?:2d|48h)_{table}"
    return two_days_late(
        name=name,
        dataset=LOAD,
        title=title,
        documented_at=PRODUCT.format("NP3-910-ER"),
        layout=layout,
        example=example(file, rows=f"{name}.rows.json"),
        reads=of_table(pattern),
        sources=disclosed("NP3-910-ER", "13056", TWO_DAYS, pattern, end_point, may_lack=may_lack),
        unconfirmed=(*API_UNCONFIRMED, *unconfirmed),
    )


def _summary(zone: str) -> Feed:
    """Load of a zone, or without a zone of all of ERCOT, in the two-day report."""
    return _two_days_late(
        f"2d_agg_load_summary_{zone.lower()}" if zone else "2d_agg_load_summary",
        f"Load of {f'the {zone} zone' if zone else 'all of ERCOT'} by SCED run, two days late",
        f"Agg_Load_Summary_{zone}" if zone else "Agg_Load_Summary",
        summary(zone.upper() or SYSTEM),
        (
            *Unconfirmed.noted(
                date(2026, 11, 30),
                "that it stays in the list for 31 days, as one client says",
            ),
            *_SPARSE_AT_FIRST,
        ),
        file="2d_agg_load_summary_north.csv" if zone else "2d_agg_load_summary.csv",
    )


_UNTIL = Unconfirmed.noted(
    date(2026, 11, 30),
    ("until when the table was published", "documents of 2026 lack it"),
)
SUMMARIES_BY_ZONE = {
    zone.upper() or SYSTEM: _summary(zone) for zone in ("", "North", "South", "West", "Houston")
}
ALL_FOLLOWED_LOADS = _two_days_late(
    "2d_agg_dsr_loads",
    "Load that dynamically scheduled resources follow, by SCED run, two days late",
    "Agg_DSR_Loads",
    ALL_FOLLOWED,
    _UNTIL,
    file="2d_agg_dsr_loads.csv",
    may_lack=True,
)
FOLLOWED_LOADS = sixty_days_late(
    name="60_sced_dsr_load_data",
    dataset=LOAD,
    title="Load that dynamically scheduled resources follow, by QSE, 60 days late",
    documented_at=PRODUCT.format("NP3-965-ER"),
    history=History(since=API_FROM),
    layout=FOLLOWED_BY_ENTITY,
    example=example("60_sced_dsr_load_data.csv"),
    reads=of_table("60d_SCED_DSR_Load_Data"),
    sources=disclosed(
        "NP3-965-ER",
        "13052",
        SIXTY_DAYS,
        "60d_SCED_DSR_Load_Data",
        EndPoint(path="np3-965-er/60_sced_dsr_load_data", by="SCEDTimestamp", stamps=True),
        may_lack=True,
    ),
    unconfirmed=(*API_UNCONFIRMED, *CORRECTED, *_UNTIL),
)

SUMMARIES = (*SUMMARIES_BY_ZONE.values(), ALL_FOLLOWED_LOADS, FOLLOWED_LOADS)
