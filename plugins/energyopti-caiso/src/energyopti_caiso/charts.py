"""The feeds of Today's Outlook: generation by fuel, load and net load with forecasts, storage, emissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from energyopti import Due, Example, Feed
from energyopti.datasets import EMISSIONS, FUEL_MIX, LOAD, LOAD_FORECAST, STORAGE
from energyopti.layouts import CsvLayout, Lookup, Meaning, Stamp, Wide, WideColumn
from energyopti.layouts.columns import Derivation
from energyopti.schema import Dataset
from energyopti.vocabulary import Fuel
from energyopti_caiso import timetable
from energyopti_caiso.documented import OUTLOOK
from energyopti_caiso.examples import charts as examples
from energyopti_caiso.layouts import FIVE_MINUTES, ZONE
from energyopti_caiso.outlook import days, of_a_day

WHOLE, NET = "CAISO", "CAISO net"
"""The whole market; what is left of its load once wind and sun are taken off."""

_TIME = Stamp("Time", formats="%m/%d/%Y %H:%M", meaning=Meaning.INSTANT, step=FIVE_MINUTES)
_FUELS = {
    "Solar": Fuel.SOLAR.value,
    "Wind": Fuel.WIND.value,
    "Geothermal": Fuel.GEOTHERMAL.value,
    "Biomass": Fuel.BIOMASS.value,
    "Biogas": Fuel.BIOMASS.value,
    "Small hydro": Fuel.HYDRO.value,
    "Coal": Fuel.COAL.value,
    "Nuclear": Fuel.NUCLEAR.value,
    "Natural Gas": Fuel.NATURAL_GAS.value,
    "Large Hydro": Fuel.HYDRO.value,
    "Batteries": Fuel.BATTERY.value,
    "Imports": Fuel.IMPORTS.value,
    "Other": Fuel.OTHER.value,
}
_DEMAND, _NET = ("Current demand", "Demand"), ("Net demand",)
_DAY_AHEAD = ("Day-ahead forecast", "Day ahead forecast")
_HOUR_AHEAD = ("Hour-ahead forecast", "Hour ahead forecast")
_RESPONSE = ("Demand response",)
"""What consumers save on call, beside the load since 2026; when it is counted and whether the load has it is not said."""

_EMITTING = ("Biogas", "Biomass", "Natural Gas", "Coal", "Imports", "Geothermal")
_PER_HOUR = 12
_SEVEN_DAYS = (
    "Demand",
    "Net Demand",
    "Resource adequacy capacity forecast",
    "Net resource adequacy capacity forecast",
    "Reserve requirement",
    "Reserve requirement forecast",
    "Resource adequacy credits",
)


def _layout(
    dataset: Dataset,
    value: str,
    columns: Mapping[str, str] | tuple[WideColumn, ...],
    *,
    to: str = "location",
    ignored: tuple[str, ...] = (),
    derived: tuple[Derivation, ...] = (),
) -> CsvLayout:
    """A column a series; lines end as on Unix."""
    wide = Wide(to=to, value=value, columns=columns)
    return CsvLayout(
        dataset=dataset, zone=ZONE, newline="\n", time=_TIME, wide=wide, ignored=ignored, derived=derived
    )


def _several(columns: Mapping[tuple[str, ...], str], *, scale: float = 1.0) -> tuple[WideColumn, ...]:
    """Columns under every header that they have had."""
    return tuple(WideColumn(names, words=word, scale=scale) for names, word in columns.items())


_FUEL = Lookup(to="fuel", of="fuel_native", values=_FUELS, default=Fuel.OTHER.value, report=True)
FUEL_MIX_LAYOUT = _layout(
    FUEL_MIX, "generation", {word: word for word in _FUELS}, to="fuel_native", derived=(_FUEL,)
)
DEMAND_LAYOUT = _layout(
    LOAD, "load", _several({_DEMAND: WHOLE}), ignored=(*_DAY_AHEAD, *_HOUR_AHEAD, *_RESPONSE)
)
DAY_AHEAD_LAYOUT = _layout(
    LOAD_FORECAST, "load", _several({_DAY_AHEAD: WHOLE}), ignored=(*_DEMAND, *_HOUR_AHEAD, *_RESPONSE)
)
HOUR_AHEAD_LAYOUT = _layout(
    LOAD_FORECAST, "load", _several({_HOUR_AHEAD: WHOLE}), ignored=(*_DEMAND, *_DAY_AHEAD, *_RESPONSE)
)
NET_DEMAND_LAYOUT = _layout(
    LOAD,
    "load",
    _several({_NET: NET}),
    ignored=(*_DEMAND, *_DAY_AHEAD, *_HOUR_AHEAD, "Net demand forecast", *_RESPONSE),
)
STORAGE_LAYOUT = _layout(
    STORAGE,
    "output",
    {
        "Total batteries": WHOLE,
        "Stand-alone batteries": f"{WHOLE} stand-alone",
        "Hybrid batteries": f"{WHOLE} hybrid",
    },
)
EMISSIONS_LAYOUT = _layout(
    EMISSIONS,
    "total",
    _several({(f"{word} CO2",): f"{WHOLE} {word}" for word in _EMITTING}, scale=1 / _PER_HOUR),
)
"""Published in metric tons an hour: an interval of five minutes has a twelfth of it."""

SEVEN_DAY_LAYOUT = _layout(
    LOAD_FORECAST,
    "load",
    {"Day-ahead demand forecast": WHOLE, "Day-ahead net demand forecast": NET},
    ignored=_SEVEN_DAYS,
)
_HOURS = "what a file has of the hour that clocks repeat"


def _feed(
    name: str,
    title: str,
    layout: CsvLayout,
    example: Example,
    *,
    file: str | None = None,
    published_ahead: timedelta = timedelta(),
    forecast_days: int = 0,
    due: Due = timetable.CHARTS,
    history_from: date = date(2018, 4, 10),
    unconfirmed: str = "",
) -> Feed:
    """A feed of one file, or of one of its columns."""
    return Feed(
        name=name,
        dataset=layout.dataset,
        title=title,
        documented_at=OUTLOOK,
        history_from=history_from,
        step=FIVE_MINUTES,
        published_ahead=published_ahead,
        forecast_days=forecast_days,
        due=due,
        **timetable.TAKEN_AS_PRICES,
        layout=layout,
        example=example,
        reads=of_a_day,
        sources=days(file or name, layout, forecast=layout.dataset.forecast),
        unconfirmed=f"its first day; {_HOURS}{unconfirmed}; a file of one's own says no date",
    )


FUELS = _feed(
    "fuelsource",
    "Generation by fuel, five-minute",
    FUEL_MIX_LAYOUT,
    Example(payload=examples.FUELS, rows=examples.FUEL_ROWS),
)
DEMAND = _feed(
    "demand",
    "Load of CAISO, five-minute",
    DEMAND_LAYOUT,
    Example(payload=examples.DEMAND, rows=examples.DEMAND_ROWS),
)
NET_DEMAND = _feed(
    "netdemand",
    "Load of CAISO less wind and sun, five-minute",
    NET_DEMAND_LAYOUT,
    Example(payload=examples.NET_DEMAND, rows=examples.NET_DEMAND_ROWS),
)
DAY_AHEAD = _feed(
    "demand_day_ahead",
    "Day-ahead forecast of CAISO's load as its charts show it",
    DAY_AHEAD_LAYOUT,
    Example(payload=examples.DEMAND, rows=examples.DAY_AHEAD_ROWS),
    file="demand",
    due=timetable.CHARTS_OF_FORECASTS,
    published_ahead=timedelta(days=1),
)
HOUR_AHEAD = _feed(
    "demand_hour_ahead",
    "Hour-ahead forecast of CAISO's load as its charts show it",
    HOUR_AHEAD_LAYOUT,
    Example(payload=examples.DEMAND, rows=examples.HOUR_AHEAD_ROWS),
    file="demand",
    published_ahead=timedelta(days=1),
)
SEVEN_DAYS = _feed(
    "rtm_forecast_7day",
    "Forecast of load and net load for seven days, five-minute",
    SEVEN_DAY_LAYOUT,
    Example(payload=examples.SEVEN_DAYS, rows=examples.SEVEN_DAY_ROWS),
    forecast_days=8,
    due=timetable.CHARTS_OF_FORECASTS,
    history_from=date(2025, 1, 1),
)
BATTERIES = _feed(
    "storage",
    "Output of batteries, five-minute; charging is negative",
    STORAGE_LAYOUT,
    Example(payload=examples.BATTERIES, rows=examples.BATTERY_ROWS),
)
CARBON = _feed(
    "co2",
    "Carbon dioxide by source of generation, five-minute",
    EMISSIONS_LAYOUT,
    Example(payload=examples.CARBON, rows=examples.CARBON_ROWS),
)

ACTUAL_CHARTS = (FUELS, DEMAND, NET_DEMAND, BATTERIES, CARBON)
CHARTS = (*ACTUAL_CHARTS, DAY_AHEAD, HOUR_AHEAD, SEVEN_DAYS)
