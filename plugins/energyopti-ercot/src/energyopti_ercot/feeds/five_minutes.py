"""ERCOT's wind and solar every five minutes: each document holds the last hour, and one is published every five minutes.

So a day is read from as few documents as hold all of it. Where documents differ the later one stands. A stamp that is
some seconds beside the five minutes means them: the same figure as of another report's stamp on the grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import RENEWABLES
from energyopti.layouts import CsvLayout, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti.vocabulary import RenewableFuel
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.renewables import SOLAR_REGIONS
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, Declared, api_report, ends, ends_of_api, report
from energyopti_ercot.protocol.sources import API_FROM, PRODUCT, feed_sources

Headers = Mapping[str, tuple[str, ...]]

_SYSTEM = ("SYSTEM_WIDE_GEN", "SYSTEM_WIDE", "genSystemWide")
_BEYOND = ("SYSTEM_WIDE_HSL", "HSLSystemWide", "postedDatetime")
_APART = timedelta(minutes=50)
"""How far apart the documents are that are read: each holds the sixty minutes before its publication."""
_BESIDE = timedelta(minutes=2)
"""How far beside the grid a stamp may be: less than half-way to the next one."""

ZONES: Headers = {
    "SOUTH_HOUSTON": ("LZ_SOUTH_HOUSTON", "LZSouthHouston", "GEN_LZ_SOUTH_HOUSTON"),
    "WEST": ("LZ_WEST", "LZWest", "GEN_LZ_WEST"),
    "NORTH": ("LZ_NORTH", "LZNorth", "GEN_LZ_NORTH"),
}
_TWO_ZONES: Headers = {"SOUTH_HOUSTON": ("SOUTH_HOUSTON",), "WEST_NORTH": ("WEST_NORTH",)}
"""The zones of the first years, when west and north were one."""

WIND_REGIONS: Headers = {
    "PANHANDLE": ("PANHANDLE", "genPanhandle"),
    "COASTAL": ("COASTAL", "coast", "genCoastal"),
    "SOUTH": ("SOUTH", "genSouth"),
    "WEST": ("WEST", "genWest"),
    "NORTH": ("NORTH", "genNorth"),
}
_SOLAR_REGIONS: Headers = {name: (f"{name}_GEN", f"gen{name}") for name in SOLAR_REGIONS}
"""The headers that a place has, in documents and in the API."""


@attrs.frozen(kw_only=True)
class Output:
    """A report of what is generated every five minutes; ``older`` are the places of its first years.

    Some write their stamps with ``seconds``.
    """

    fuel: RenewableFuel
    number: str
    product: str
    name: str
    places: Headers
    older: Headers | None = None
    seconds: bool = False

    def layout(self) -> CsvLayout:
        """The report in both forms, and as it was."""
        now = self._generated(self.places)
        api = api_report(RENEWABLES, ends_of_api(), **now)
        ending = ends(seconds=self.seconds)
        older = () if self.older is None else (report(RENEWABLES, ending, **self._generated(self.older)),)
        return report(RENEWABLES, ending, api=api, older=older, **now)

    def _generated(self, places: Headers) -> Declared:
        """What is generated, a column a place."""
        headers = {SYSTEM: _SYSTEM, **places}
        columns = tuple(WideColumn(names, words=place) for place, names in headers.items())
        wide = Wide(to="location", value="generation", columns=columns)
        return Declared(wide=wide, ignored=_BEYOND, constants={"fuel": self.fuel.value})

    def feed(self, title: str, layout: CsvLayout) -> Feed:
        """The feed of the report."""
        return Feed(
            name=self.name,
            dataset=RENEWABLES,
            title=title,
            documented_at=PRODUCT.format(self.product),
            history=History(since=API_FROM),
            publication=timing.GENERATED_NOW,
            layout=layout,
            example=example(f"{self.name}.csv"),
            sources=feed_sources(
                Report(number=self.number, later=HOUR, every=FIVE_MINUTES, apart=_APART),
                EndPoint(
                    path=f"{self.product.lower()}/{self.name}",
                    by="intervalEnding",
                    stamps=True,
                    ending=FIVE_MINUTES,
                    beside=_BESIDE,
                    reposted=True,
                ),
            ),
            unconfirmed=Unconfirmed.noted(
                date(2026, 11, 29),
                "the first day that the API can be asked for",
                (
                    "whether stamps that are beside the grid in its documents are so in the API too",
                    "either is read",
                ),
            ),
        )


WIND = Output(
    fuel=RenewableFuel.WIND,
    number="13071",
    product="NP4-733-CD",
    name="wpp_actual_5min_avg_values",
    places=ZONES,
    older=_TWO_ZONES,
)
SOLAR = Output(
    fuel=RenewableFuel.SOLAR,
    number="13484",
    product="NP4-738-CD",
    name="spp_actual_5min_avg_values",
    places={},
    seconds=True,
)
REGIONAL_WIND = attrs.evolve(
    WIND,
    number="14788",
    product="NP4-743-CD",
    name="wpp_actual_5min_avg_values_geo",
    places=WIND_REGIONS,
    older=None,
)
REGIONAL_SOLAR = attrs.evolve(
    SOLAR,
    number="21810",
    product="NP4-746-CD",
    name="spp_actual_5min_avg_values_geo",
    places=_SOLAR_REGIONS,
)

WIND_GENERATED, SOLAR_GENERATED = WIND.layout(), SOLAR.layout()
REGIONAL_WIND_GENERATED, REGIONAL_SOLAR_GENERATED = REGIONAL_WIND.layout(), REGIONAL_SOLAR.layout()

FIVE_MINUTE_FEEDS = (
    WIND.feed("Wind output by zone, every five minutes", WIND_GENERATED),
    SOLAR.feed("Solar output, every five minutes", SOLAR_GENERATED),
    REGIONAL_WIND.feed("Wind output by geographical region, every five minutes", REGIONAL_WIND_GENERATED),
    REGIONAL_SOLAR.feed("Solar output by geographical region, every five minutes", REGIONAL_SOLAR_GENERATED),
)
