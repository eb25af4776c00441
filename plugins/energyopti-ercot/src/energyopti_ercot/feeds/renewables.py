"""ERCOT's wind and solar: one document an hour with what was generated and what is expected, read for either.

Figures stand by place, under the names that they have had since 2014. Of the forecasts the short-term one of the most
likely output (STWPF, STPPF) is read; the cautious one (WGRPP, PVGRPP) and the plants' own plans (COP HSL) stay raw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST, Dataset
from energyopti.layouts import CsvLayout, Layout, Meaning, Moment, Stamp, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti.vocabulary import RenewableFuel
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import made_every_hour
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.hourly_output import POSTED, output_sources, over_as_named
from energyopti_ercot.protocol.layouts import Declared, api_report, hours, of_api, repeat_flag, report
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT, feed_sources

LISTED = timedelta(days=7)
"""How long the list has the documents."""

Places = Mapping[str, tuple[str, str]]
_ZONES: Places = {
    "SOUTH_HOUSTON": ("LZ_SOUTH_HOUSTON", "LoadZoneSouthHouston"),
    "WEST": ("LZ_WEST", "LoadZoneWest"),
    "NORTH": ("LZ_NORTH", "LoadZoneNorth"),
}
_WIND_REGIONS: Places = {
    name.upper(): (name.upper(), name) for name in ("Panhandle", "Coastal", "South", "West", "North")
}
_TWO_ZONES: Places = {
    "SOUTH_HOUSTON": ("SOUTH_HOUSTON", "SouthHouston"),
    "WEST_NORTH": ("WEST_NORTH", "WestNorth"),
}
"""The zones of wind until 2016, when west and north were one."""

SOLAR_REGIONS = ("CenterWest", "NorthWest", "FarWest", "FarEast", "SouthEast", "CenterEast")
_SOLAR_REGIONS: Places = {name: (name, name) for name in SOLAR_REGIONS}
"""Zones and regions, with their names in documents and in the API."""

_FORMER = {"GEN": ("ACTUAL",)}
"""What a figure was called until September 2024."""


@attrs.frozen(kw_only=True)
class Kind:
    """Wind or solar: its report, what its forecasts are called, and the places it is told by.

    ``older`` are the places of its first years, of those that have a form of their own.
    """

    fuel: RenewableFuel
    number: str
    product: str
    name: str
    likely: str
    cautious: str
    places: Places
    older: Places | None = None

    @property
    def path(self) -> str:
        """The report's end point."""
        return f"{self.product.lower()}/{self.name}"

    def headers(self, word: str, api_word: str) -> dict[str, tuple[str, ...]]:
        """The names of one figure by place: in documents, in the API, and those that it had before."""
        named = {SYSTEM: ("SYSTEM_WIDE", "SystemWide"), **self.places}
        found = {
            place: (
                f"{word}_{own}",
                f"{api_word}{api}",
                *(f"{former}_{own}" for former in _FORMER.get(word, ())),
            )
            for place, (own, api) in named.items()
        }
        return found | {SYSTEM: (*found[SYSTEM], f"SYSTEM_WIDE_{word}")}

    @property
    def ignored(self) -> tuple[str, ...]:
        """Every column but the times: those that a layout reads it takes from among them."""
        words = {"GEN": "gen", "COP_HSL": "COPHSL", self.likely: self.likely, self.cautious: self.cautious}
        figures = [name for pair in words.items() for names in self.headers(*pair).values() for name in names]
        return (*figures, "SYSTEM_WIDE_HSL", "HSLSystemWide", "postedDatetime")


WIND = Kind(
    fuel=RenewableFuel.WIND,
    number="13028",
    product="NP4-732-CD",
    name="wpp_hrly_avrg_actl_fcast",
    likely="STWPF",
    cautious="WGRPP",
    places=_ZONES,
    older=_TWO_ZONES,
)
SOLAR = Kind(
    fuel=RenewableFuel.SOLAR,
    number="13483",
    product="NP4-737-CD",
    name="spp_hrly_avrg_actl_fcast",
    likely="STPPF",
    cautious="PVGRPP",
    places={},
    older={},
)
REGIONAL_WIND = attrs.evolve(
    WIND,
    number="14787",
    product="NP4-742-CD",
    name="wpp_hrly_actual_fcast_geo",
    places=_WIND_REGIONS,
    older=None,
)
REGIONAL_SOLAR = attrs.evolve(
    SOLAR,
    number="21809",
    product="NP4-745-CD",
    name="spp_hrly_actual_fcast_geo",
    places=_SOLAR_REGIONS,
    older=None,
)


def _layout(kind: Kind, dataset: Dataset, word: str, api_word: str) -> CsvLayout:
    """A report read for one of its figures."""
    time = hours("DELIVERY_DATE", "HOUR_ENDING", form="{:02d}")
    posted = (Moment("postedDatetime", to="publish_time", formats=POSTED),) if dataset.forecast else ()
    api = api_report(dataset, of_api(time), **_figures(kind, word, api_word, *posted))
    older = _older(kind, dataset, word, api_word)
    return report(dataset, time, api=api, older=older, **_figures(kind, word, api_word))


def _figures(kind: Kind, word: str, api_word: str, *columns: Moment) -> Declared:
    """One figure, a column a place, beside some other columns."""
    places = [WideColumn(names, words=place) for place, names in kind.headers(word, api_word).items()]
    wide = Wide(to="location", value="generation", columns=places)
    constants = {"fuel": kind.fuel.value}
    return Declared(columns=columns, wide=wide, ignored=kind.ignored, constants=constants)


def _older(kind: Kind, dataset: Dataset, word: str, api_word: str) -> tuple[Layout, ...]:
    """A report as it was until June 2016: its hours were stamps; wind had two zones, until 2017 with hours as now."""
    if kind.older is None:
        return ()
    figures = _figures(attrs.evolve(kind, places=kind.older), word, api_word)
    labelled = hours("DELIVERY_DATE", "HOUR_ENDING", form="{:02d}")
    clocks = (_hour("HOUR_ENDING", Meaning.ENDING), _hour("HOUR_BEGINNING", Meaning.BEGINNING))
    stamped = tuple(report(dataset, clock, begins=clock.names[0], **figures) for clock in clocks)
    return (*((report(dataset, labelled, **figures),) if kind.older != kind.places else ()), *stamped)


def _hour(name: str, meaning: Meaning) -> Stamp:
    """An hour by one stamp, ``04/29/2014 01:00``, in the first column."""
    return Stamp(
        name,
        formats=("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
        meaning=meaning,
        step=HOUR,
        flag=repeat_flag("DSTFlag"),
    )


def actual(kind: Kind) -> CsvLayout:
    """What was generated."""
    return _layout(kind, RENEWABLES, "GEN", "gen")


def expected(kind: Kind) -> CsvLayout:
    """What is expected."""
    return _layout(kind, RENEWABLES_FORECAST, kind.likely, kind.likely)


WIND_GENERATED, WIND_EXPECTED = actual(WIND), expected(WIND)
SOLAR_GENERATED, SOLAR_EXPECTED = actual(SOLAR), expected(SOLAR)
REGIONAL_WIND_GENERATED, REGIONAL_WIND_EXPECTED = actual(REGIONAL_WIND), expected(REGIONAL_WIND)
REGIONAL_SOLAR_GENERATED, REGIONAL_SOLAR_EXPECTED = actual(REGIONAL_SOLAR), expected(REGIONAL_SOLAR)
_UNCONFIRMED = (
    *API_UNCONFIRMED,
    *Unconfirmed.noted(
        date(2026, 11, 30),
        (
            ", and that times of posting are on the local clock",
            "of the repeated hour they mean the second pass: not earlier than it was",
        ),
    ),
)


def _generated(kind: Kind, title: str, layout: CsvLayout) -> Feed:
    """A feed of what was generated."""
    return Feed(
        name=f"{kind.name}_actual",
        dataset=RENEWABLES,
        title=title,
        documented_at=PRODUCT.format(kind.product),
        history=History(since=API_FROM),
        publication=attrs.evolve(timing.GENERATED, refresh_every=timedelta(minutes=15)),
        layout=layout,
        example=example(f"{kind.name}_actual.csv"),
        reads=over_as_named,
        sources=output_sources(kind.number, kind.path),
        unconfirmed=_UNCONFIRMED,
    )


def _forecast(kind: Kind, title: str, layout: CsvLayout) -> Feed:
    """A feed of what is expected."""
    end_point = EndPoint(path=kind.path, by="postedDatetime", stamps=True)
    return made_every_hour(
        name=kind.name,
        dataset=RENEWABLES_FORECAST,
        title=title,
        documented_at=PRODUCT.format(kind.product),
        layout=layout,
        example=example(f"{kind.name}_actual.csv", rows=f"{kind.name}.rows.json"),
        sources=feed_sources(Report(number=kind.number, every=HOUR), end_point, published=True),
        unconfirmed=_UNCONFIRMED,
    )


RENEWABLE_FEEDS: Sequence[Feed] = (
    _generated(WIND, "Wind output by zone, hourly", WIND_GENERATED),
    _generated(SOLAR, "Solar output, hourly", SOLAR_GENERATED),
    _generated(REGIONAL_WIND, "Wind output by geographical region, hourly", REGIONAL_WIND_GENERATED),
    _generated(REGIONAL_SOLAR, "Solar output by geographical region, hourly", REGIONAL_SOLAR_GENERATED),
    _forecast(WIND, "Wind forecast by zone, made every hour", WIND_EXPECTED),
    _forecast(SOLAR, "Solar forecast, made every hour", SOLAR_EXPECTED),
    _forecast(REGIONAL_WIND, "Wind forecast by geographical region, made every hour", REGIONAL_WIND_EXPECTED),
    _forecast(
        REGIONAL_SOLAR, "Solar forecast by geographical region, made every hour", REGIONAL_SOLAR_EXPECTED
    ),
)
