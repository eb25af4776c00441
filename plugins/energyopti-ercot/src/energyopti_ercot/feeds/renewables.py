"""ERCOT's wind and solar: an hourly document with actual output and forecasts, read for either.

Values are by location, under all names they have had since 2014. The forecast is the short-term forecast of the most
likely output (STWPF, STPPF); the conservative forecast (WGRPP, PVGRPP) and the plants' own plans (COP HSL) are in the
raw columns. All of it is in front of the meter: the reports add up generation resources (NPRR361).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST, Dataset
from energyopti.layouts import CsvLayout, Layout, Meaning, Moment, Stamp, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti.vocabulary import Metering, RenewableFuel
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.by_run import made_every_hour
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.hourly_output import POSTED, output_sources, over_as_named
from energyopti_ercot.protocol.layouts import Declared, api_report, hours, of_api, repeat_flag, report
from energyopti_ercot.protocol.potential import CURTAILED, POTENTIAL, POTENTIAL_UNCONFIRMED
from energyopti_ercot.protocol.potential import NAMES as POTENTIAL_NAMES
from energyopti_ercot.protocol.sources import API_FROM, API_UNCONFIRMED, PRODUCT, feed_sources

LISTED = timedelta(days=7)
"""How long the list keeps the documents."""

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
"""The wind zones until 2016, when West and North were one."""

SOLAR_REGIONS = ("CenterWest", "NorthWest", "FarWest", "FarEast", "SouthEast", "CenterEast")
_SOLAR_REGIONS: Places = {name: (name, name) for name in SOLAR_REGIONS}
"""Zones and regions, with their names in documents and in the API."""

_ACTUAL = "GEN"
_FORMER = {_ACTUAL: ("ACTUAL",)}
"""The name of a value until September 2024."""


@attrs.frozen(kw_only=True)
class Kind:
    """Wind or solar: its report, the names of its forecasts, and its locations.

    ``older`` are the locations of its first years, if the report had another form then.
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
        """The report's endpoint."""
        return f"{self.product.lower()}/{self.name}"

    def headers(self, word: str, api_word: str) -> dict[str, tuple[str, ...]]:
        """The names of one value by location: in documents, in the API, and former names."""
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
        """Every column except the times; a layout reads some of them."""
        words = {"GEN": "gen", "COP_HSL": "COPHSL", self.likely: self.likely, self.cautious: self.cautious}
        figures = [name for pair in words.items() for names in self.headers(*pair).values() for name in names]
        return (*figures, *POTENTIAL_NAMES, "postedDatetime")


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
    """A report, read for one of its values."""
    time = hours("DELIVERY_DATE", "HOUR_ENDING", form="{:02d}")
    posted = (Moment("postedDatetime", to="publish_time", formats=POSTED),) if dataset.forecast else ()
    api = api_report(dataset, of_api(time), **_figures(kind, word, api_word, *posted))
    older = _older(kind, dataset, word, api_word)
    return report(dataset, time, api=api, older=older, **_figures(kind, word, api_word))


def _figures(kind: Kind, word: str, api_word: str, *columns: Moment) -> Declared:
    """One value, with a column per location, and some other columns."""
    places = [WideColumn(names, words=place) for place, names in kind.headers(word, api_word).items()]
    actual = word == _ACTUAL
    wide = Wide(to="location", value="generation", columns=places, beside=(POTENTIAL,) if actual else ())
    derived = (CURTAILED,) if actual else ()
    constants = {"fuel": kind.fuel.value, "metering": Metering.FRONT_OF_METER.value}
    return Declared(columns=columns, wide=wide, derived=derived, ignored=kind.ignored, constants=constants)


def _older(kind: Kind, dataset: Dataset, word: str, api_word: str) -> tuple[Layout, ...]:
    """A report in its old forms: hours were stamps until June 2016; then, until 2017, wind still had two zones."""
    if kind.older is None:
        return ()
    figures = _figures(attrs.evolve(kind, places=kind.older), word, api_word)
    labelled = hours("DELIVERY_DATE", "HOUR_ENDING", form="{:02d}")
    clocks = (_hour("HOUR_ENDING", Meaning.ENDING), _hour("HOUR_BEGINNING", Meaning.BEGINNING))
    stamped = tuple(report(dataset, clock, begins=clock.names[0], **figures) for clock in clocks)
    return (*((report(dataset, labelled, **figures),) if kind.older != kind.places else ()), *stamped)


def _hour(name: str, meaning: Meaning) -> Stamp:
    """An hour as one stamp, ``04/29/2014 01:00``, in the first column."""
    return Stamp(
        name,
        formats=("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S"),
        meaning=meaning,
        step=HOUR,
        flag=repeat_flag("DSTFlag"),
    )


def actual(kind: Kind) -> CsvLayout:
    """Actual output."""
    return _layout(kind, RENEWABLES, _ACTUAL, "gen")


def expected(kind: Kind) -> CsvLayout:
    """Forecast output."""
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
            "that posting times are on the local clock",
            "in the repeated hour they are taken as the second pass, so that none is too early",
        ),
    ),
)


def _generated(kind: Kind, title: str, layout: CsvLayout) -> Feed:
    """A feed of actual output."""
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
        unconfirmed=(*_UNCONFIRMED, *POTENTIAL_UNCONFIRMED),
    )


def _forecast(kind: Kind, title: str, layout: CsvLayout) -> Feed:
    """A feed of forecast output."""
    end_point = EndPoint(path=kind.path, by="postedDatetime", stamps=True)
    return made_every_hour(
        name=kind.name,
        dataset=RENEWABLES_FORECAST,
        title=title,
        documented_at=PRODUCT.format(kind.product),
        layout=layout,
        example=example(f"{kind.name}_actual.csv", rows=f"{kind.name}.rows.json"),
        sources=feed_sources(Report(number=kind.number, every=HOUR), end_point, published=True),
        unconfirmed=(
            *_UNCONFIRMED,
            *Unconfirmed.noted(
                date(2026, 11, 30),
                "whether the forecast is of output, or of what could be made before curtailment",
            ),
        ),
    )


RENEWABLE_FEEDS: Sequence[Feed] = (
    _generated(WIND, "Wind output by zone, hourly", WIND_GENERATED),
    _generated(SOLAR, "Solar output, hourly", SOLAR_GENERATED),
    _generated(REGIONAL_WIND, "Wind output by geographical region, hourly", REGIONAL_WIND_GENERATED),
    _generated(REGIONAL_SOLAR, "Solar output by geographical region, hourly", REGIONAL_SOLAR_GENERATED),
    _forecast(WIND, "Wind forecast by zone, updated hourly", WIND_EXPECTED),
    _forecast(SOLAR, "Solar forecast, updated hourly", SOLAR_EXPECTED),
    _forecast(REGIONAL_WIND, "Wind forecast by geographical region, updated hourly", REGIONAL_WIND_EXPECTED),
    _forecast(
        REGIONAL_SOLAR, "Solar forecast by geographical region, updated hourly", REGIONAL_SOLAR_EXPECTED
    ),
)
