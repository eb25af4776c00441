"""The feeds of Today's Outlook: generation by fuel, load and net load with forecasts, storage, emissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Publication, Unconfirmed
from energyopti.datasets import EMISSIONS, FUEL_MIX, LOAD, LOAD_FORECAST, STORAGE, Dataset
from energyopti.layouts import CsvLayout, Derivation, Lookup, Meaning, Number, Stamp, Wide, WideColumn
from energyopti.timezones import DAY
from energyopti.vocabulary import Fuel, StorageConfiguration
from energyopti_caiso import timing
from energyopti_caiso.examples import example
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, ZONE
from energyopti_caiso.protocol.outlook import day_files, read_files

WHOLE = "CAISO"
"""All of CAISO."""

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
    "Batteries": Fuel.STORAGE.value,
    "Imports": Fuel.IMPORTS.value,
    "Other": Fuel.OTHER.value,
}
_DEMAND, _NET = ("Current demand", "Demand"), ("Net demand",)
_DAY_AHEAD = ("Day-ahead forecast", "Day ahead forecast")
_HOUR_AHEAD = ("Hour-ahead forecast", "Hour ahead forecast")
_RESPONSE = ("Demand response",)
"""Load reduction on call, published with the load since 2026; CAISO does not say when it counts or whether load includes it."""

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
    constants: Mapping[str, str] | None = None,
) -> CsvLayout:
    """One column per series; lines end as on Unix."""
    wide = Wide(to=to, value=value, columns=columns)
    return CsvLayout(
        dataset=dataset,
        zone=ZONE,
        newline="\n",
        time=_TIME,
        wide=wide,
        ignored=ignored,
        derived=derived,
        constants=constants or {},
    )


def _both(
    dataset: Dataset, load: tuple[str, ...], net: tuple[str, ...], ignored: tuple[str, ...]
) -> CsvLayout:
    """Load and net load, which is load minus wind and solar, of all of CAISO."""
    return CsvLayout(
        dataset=dataset,
        zone=ZONE,
        newline="\n",
        time=_TIME,
        columns=(Number(load, to="load"), Number(net, to="net_load")),
        ignored=ignored,
        constants={"location": WHOLE},
    )


def _several(columns: Mapping[tuple[str, ...], str], *, scale: float = 1.0) -> tuple[WideColumn, ...]:
    """Columns with all headers they have had."""
    return tuple(WideColumn(names, words=word, scale=scale) for names, word in columns.items())


_FUEL = Lookup(to="fuel", of="fuel_native", values=_FUELS, default=Fuel.OTHER.value, report=True)


def _feed(
    name: str,
    title: str,
    page: str,
    layout: CsvLayout,
    *,
    file: str | None = None,
    published_ahead: timedelta = timedelta(),
    forecast_days: int = 0,
    times: Publication = timing.CHARTS,
    since: date = date(2018, 4, 10),
) -> Feed:
    """A feed of one file, or of some of its columns."""
    file = file or name
    return Feed(
        name=name,
        dataset=layout.dataset,
        title=title,
        documented_at=f"https://www.caiso.com/todays-outlook/{page}",
        history=History(since=since),
        step=FIVE_MINUTES,
        publication=attrs.evolve(times, published_ahead=published_ahead, forecast_days=forecast_days),
        layout=layout,
        example=example(f"{file}.csv", rows=f"{name}.rows.json"),
        reads=read_files,
        sources=(day_files(file),),
        unconfirmed=Unconfirmed.noted(
            date(2026, 11, 30),
            "its first day",
            "what a file has for the repeated hour",
            "that a file does not contain its date, so a user's own file has none",
        ),
    )


FUELS = _feed(
    "fuelsource",
    "Generation by fuel, five-minute",
    "supply",
    _layout(FUEL_MIX, "generation", {word: word for word in _FUELS}, to="fuel_native", derived=(_FUEL,)),
)
FUELS = attrs.evolve(
    FUELS,
    unconfirmed=(*FUELS.unconfirmed, *Unconfirmed.noted(date(2026, 11, 30), "what Other holds")),
)
DEMAND = _feed(
    "demand",
    "CAISO load, five-minute",
    "demand",
    _layout(LOAD, "load", _several({_DEMAND: WHOLE}), ignored=(*_DAY_AHEAD, *_HOUR_AHEAD, *_RESPONSE)),
)
NET_DEMAND = _feed(
    "netdemand",
    "CAISO load and net load (load minus wind and solar), five-minute",
    "demand",
    _both(LOAD, _DEMAND, _NET, (*_DAY_AHEAD, *_HOUR_AHEAD, "Net demand forecast", *_RESPONSE)),
)
DAY_AHEAD = _feed(
    "demand_day_ahead",
    "Day-ahead forecast of CAISO load, as in its charts",
    "demand",
    _layout(
        LOAD_FORECAST,
        "load",
        _several({_DAY_AHEAD: WHOLE}),
        ignored=(*_DEMAND, *_HOUR_AHEAD, *_RESPONSE),
    ),
    file="demand",
    times=timing.CHARTS_OF_FORECASTS,
    published_ahead=DAY,
)
HOUR_AHEAD = _feed(
    "demand_hour_ahead",
    "Hour-ahead forecast of CAISO load, as in its charts",
    "demand",
    _layout(
        LOAD_FORECAST,
        "load",
        _several({_HOUR_AHEAD: WHOLE}),
        ignored=(*_DEMAND, *_DAY_AHEAD, *_RESPONSE),
    ),
    file="demand",
    published_ahead=DAY,
)
SEVEN_DAYS = _feed(
    "rtm_forecast_7day",
    "Seven-day forecast of load and net load, five-minute",
    "demand",
    _both(LOAD_FORECAST, ("Day-ahead demand forecast",), ("Day-ahead net demand forecast",), _SEVEN_DAYS),
    forecast_days=8,
    times=timing.CHARTS_OF_FORECASTS,
    since=date(2025, 1, 1),
)
BATTERIES = _feed(
    "storage",
    "Battery output, five-minute; charging is negative",
    "supply",
    _layout(
        STORAGE,
        "output",
        {
            "Total batteries": StorageConfiguration.ALL.value,
            "Stand-alone batteries": StorageConfiguration.STAND_ALONE.value,
            "Hybrid batteries": StorageConfiguration.HYBRID.value,
        },
        to="configuration",
        constants={"location": WHOLE},
    ),
)
CARBON = _feed(
    "co2",
    "CO2 emissions by generation source, five-minute",
    "emissions",
    _layout(
        EMISSIONS,
        "total",
        _several({(f"{word} CO2",): word for word in _EMITTING}, scale=1 / _PER_HOUR),
        to="fuel_native",
        derived=(_FUEL,),
        constants={"location": WHOLE},
    ),
)
"""Published in metric tons per hour: a five-minute interval has one twelfth of it."""

CHARTS = (FUELS, DEMAND, NET_DEMAND, BATTERIES, CARBON, DAY_AHEAD, HOUR_AHEAD, SEVEN_DAYS)
