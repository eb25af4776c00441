"""ERCOT's load by weather zone and by forecast zone, and what it is expected to be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from energyopti import Example, Feed
from energyopti.datasets import LOAD, LOAD_FORECAST
from energyopti.layouts import CsvLayout, Moment, Text, Wide, WideColumn
from energyopti_ercot import timetable
from energyopti_ercot.daily import Daily
from energyopti_ercot.documents import Report, posted_as_named
from energyopti_ercot.examples import load as examples
from energyopti_ercot.layouts import HOUR, LABEL, SHORT, api_report, hours, of_api, report
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint, feed_sources
from energyopti_ercot.vocabulary import SYSTEM

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
"""The headers that a zone has had, and what it is called here."""

LISTED = timedelta(days=7)
"""How long the list has forecasts."""

_POSTED = Moment("postedDatetime", to="publish_time", formats="%Y-%m-%dT%H:%M:%S")


def _wide(columns: Columns) -> Wide:
    """A column a zone."""
    return Wide(
        to="location",
        value="load",
        columns=tuple(WideColumn(headers, words=words) for headers, words in columns.items()),
    )


def actual(columns: Columns) -> CsvLayout:
    """Hourly load of a day."""
    time = hours("OperDay")
    api = api_report(LOAD, of_api(time, date="operatingDay"), wide=_wide(columns))
    return report(LOAD, time, api=api, wide=_wide(columns))


def expected(columns: Columns, *, form: str = SHORT, model: bool = False) -> CsvLayout:
    """A forecast for the running day and the seven after it, by one model or by each of several."""
    time = hours(form=form)
    told = (Text("Model", to="model"),) if model else ()
    more: dict[str, Any] = {"wide": _wide(columns), "ignored": ("InUseFlag",) if model else ()}
    api = api_report(LOAD_FORECAST, of_api(time), columns=(*told, _POSTED), **more)
    return report(LOAD_FORECAST, time, api=api, columns=told, **more)


BY_WEATHER_ZONE = actual(WEATHER_ZONES)
BY_FORECAST_ZONE = actual(FORECAST_ZONES)
EXPECTED_BY_FORECAST_ZONE = expected(FORECAST_ZONES)
EXPECTED_BY_WEATHER_ZONE = expected(WEATHER_ZONES)
MODELLED_BY_WEATHER_ZONE = expected(WEATHER_ZONES, form=LABEL, model=True)
MODELLED_BY_STUDY_AREA = expected(STUDY_AREAS, form=LABEL, model=True)


_FIRST_DAY = "the first day that the API can be asked for"


def _load(name: str, number: str, product: str, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of load: the document of a day is published on the next."""
    end_point = EndPoint(path=f"{product.lower()}/{name}", by="operatingDay")
    return Feed(
        name=name,
        dataset=LOAD,
        documented_at=PRODUCT.format(product),
        history_from=API_FROM,
        step=HOUR,
        due=timetable.LOAD,
        refresh_every=timedelta(minutes=30),
        **timetable.POSTED_ONCE,
        layout=layout,
        sources=feed_sources(Daily(number=number, first=1), layout, end_point),
        unconfirmed=f"{API_UNCONFIRMED}; that a day's document is published on the next day, and once; the headers "
        "of some zones: all that clients of the report know are read",
        **more,
    )


def _forecast(name: str, number: str, product: str, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of forecasts, made every hour."""
    end_point = EndPoint(path=f"{product.lower()}/{name}", by="postedDatetime", stamps=True)
    return Feed(
        name=name,
        dataset=LOAD_FORECAST,
        documented_at=PRODUCT.format(product),
        history_from=API_FROM,
        step=HOUR,
        forecast_days=8,
        due=timetable.PUBLICATIONS,
        **timetable.PUBLISHED,
        refresh_every=timedelta(minutes=15),
        layout=layout,
        reads=posted_as_named,
        sources=feed_sources(
            Report(number=number, every=HOUR), layout, end_point, published=True, archive=product
        ),
        **more,
    )


LOAD_BY_WEATHER_ZONE = _load(
    "act_sys_load_by_wzn",
    "13101",
    "NP6-345-CD",
    BY_WEATHER_ZONE,
    title="Load by weather zone, hourly",
    example=Example(payload=examples.BY_WEATHER_ZONE, rows=examples.BY_WEATHER_ZONE_ROWS),
)
LOAD_BY_FORECAST_ZONE = _load(
    "act_sys_load_by_fzn",
    "14836",
    "NP6-346-CD",
    BY_FORECAST_ZONE,
    title="Load by forecast zone, hourly",
    example=Example(payload=examples.BY_FORECAST_ZONE, rows=examples.BY_FORECAST_ZONE_ROWS),
)
FORECAST_BY_FORECAST_ZONE = _forecast(
    "7d_load_fcast_by_fzn",
    "12311",
    "NP3-560-CD",
    EXPECTED_BY_FORECAST_ZONE,
    title="Seven-day load forecast by forecast zone, made every hour",
    example=Example(payload=examples.EXPECTED, rows=examples.EXPECTED_ROWS),
    unconfirmed=_FIRST_DAY,
)
FORECAST_BY_WEATHER_ZONE = _forecast(
    "7d_load_fcast_by_wzn",
    "12312",
    "NP3-561-CD",
    EXPECTED_BY_WEATHER_ZONE,
    title="Seven-day load forecast by weather zone, made every hour",
    example=Example(payload=examples.EXPECTED_BY_WEATHER, rows=examples.EXPECTED_BY_WEATHER_ROWS),
    unconfirmed=_FIRST_DAY,
)
FORECAST_BY_MODEL = _forecast(
    "lf_by_model_weather_zone",
    "14837",
    "NP3-565-CD",
    MODELLED_BY_WEATHER_ZONE,
    title="Seven-day load forecast by model and weather zone, made every hour; which model is in use stays raw",
    example=Example(payload=examples.MODELLED, rows=examples.MODELLED_ROWS),
    unconfirmed=_FIRST_DAY,
)
FORECAST_BY_STUDY_AREA = _forecast(
    "lf_by_model_study_area",
    "15953",
    "NP3-566-CD",
    MODELLED_BY_STUDY_AREA,
    title="Seven-day load forecast of the Valley by model, made every hour",
    example=Example(payload=examples.STUDY_AREA, rows=examples.STUDY_AREA_ROWS),
    unconfirmed=_FIRST_DAY,
)

LOADS = (
    LOAD_BY_FORECAST_ZONE,
    LOAD_BY_WEATHER_ZONE,
    FORECAST_BY_FORECAST_ZONE,
    FORECAST_BY_WEATHER_ZONE,
    FORECAST_BY_MODEL,
    FORECAST_BY_STUDY_AREA,
)
