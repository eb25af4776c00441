"""ERCOT's five-minute wind and solar output: every five minutes a document is published that holds the last hour.

A day is read from as few documents as hold all of it. If documents differ, the later one is used. A stamp that is some
seconds off the five-minute grid means the nearest five minutes: another report has the same value with a stamp on the
grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import attrs

from energyopti import Feed, History, Unconfirmed
from energyopti.datasets import RENEWABLES
from energyopti.layouts import CsvLayout, Wide, WideColumn
from energyopti.timezones import HOUR
from energyopti.vocabulary import Metering, RenewableFuel
from energyopti_ercot import timing
from energyopti_ercot.examples import example
from energyopti_ercot.feeds.renewables import SOLAR_REGIONS
from energyopti_ercot.locations import SYSTEM
from energyopti_ercot.protocol.api import EndPoint
from energyopti_ercot.protocol.documents import Report
from energyopti_ercot.protocol.layouts import FIVE_MINUTES, Declared, api_report, ends, ends_of_api, report
from energyopti_ercot.protocol.potential import CURTAILED, POTENTIAL, POTENTIAL_UNCONFIRMED
from energyopti_ercot.protocol.sources import API_FROM, PRODUCT, feed_sources

Headers = Mapping[str, tuple[str, ...]]

_SYSTEM = ("SYSTEM_WIDE_GEN", "SYSTEM_WIDE", "genSystemWide")
_BEYOND = ("postedDatetime",)
_APART = timedelta(minutes=50)
"""The time between the documents that are read: each holds the 60 minutes before its publication."""
_BESIDE = timedelta(minutes=2)
"""How far off the grid a stamp may be: less than halfway to the next mark."""

ZONES: Headers = {
    "SOUTH_HOUSTON": ("LZ_SOUTH_HOUSTON", "LZSouthHouston", "GEN_LZ_SOUTH_HOUSTON"),
    "WEST": ("LZ_WEST", "LZWest", "GEN_LZ_WEST"),
    "NORTH": ("LZ_NORTH", "LZNorth", "GEN_LZ_NORTH"),
}
_TWO_ZONES: Headers = {"SOUTH_HOUSTON": ("SOUTH_HOUSTON",), "WEST_NORTH": ("WEST_NORTH",)}
"""The zones of the first years, when West and North were one."""

WIND_REGIONS: Headers = {
    "PANHANDLE": ("PANHANDLE", "genPanhandle"),
    "COASTAL": ("COASTAL", "coast", "genCoastal"),
    "SOUTH": ("SOUTH", "genSouth"),
    "WEST": ("WEST", "genWest"),
    "NORTH": ("NORTH", "genNorth"),
}
_SOLAR_REGIONS: Headers = {name: (f"{name}_GEN", f"gen{name}") for name in SOLAR_REGIONS}
"""The headers of a location, in documents and in the API."""


@attrs.frozen(kw_only=True)
class Output:
    """A report of five-minute output; ``older`` are the locations of its first years.

    With ``seconds``, its stamps have seconds.
    """

    fuel: RenewableFuel
    number: str
    product: str
    name: str
    places: Headers
    older: Headers | None = None
    seconds: bool = False

    def layout(self) -> CsvLayout:
        """The report in both current forms, and in its old form."""
        now = self._generated(self.places)
        api = api_report(RENEWABLES, ends_of_api(), **now)
        ending = ends(seconds=self.seconds)
        older = () if self.older is None else (report(RENEWABLES, ending, **self._generated(self.older)),)
        return report(RENEWABLES, ending, api=api, older=older, **now)

    def _generated(self, places: Headers) -> Declared:
        """Output, one column per location."""
        headers = {SYSTEM: _SYSTEM, **places}
        columns = tuple(WideColumn(names, words=place) for place, names in headers.items())
        wide = Wide(to="location", value="generation", columns=columns, beside=(POTENTIAL,))
        return Declared(
            wide=wide,
            derived=(CURTAILED,),
            ignored=_BEYOND,
            constants={"fuel": self.fuel.value, "metering": Metering.FRONT_OF_METER.value},
        )

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
            unconfirmed=(
                *Unconfirmed.noted(
                    date(2026, 11, 29),
                    "the first day that the API has",
                    (
                        "whether stamps off the grid in its documents are off the grid in the API too",
                        "both are read",
                    ),
                ),
                *POTENTIAL_UNCONFIRMED,
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
    WIND.feed("Wind output by zone, five-minute", WIND_GENERATED),
    SOLAR.feed("Solar output, five-minute", SOLAR_GENERATED),
    REGIONAL_WIND.feed("Wind output by geographical region, five-minute", REGIONAL_WIND_GENERATED),
    REGIONAL_SOLAR.feed("Solar output by geographical region, five-minute", REGIONAL_SOLAR_GENERATED),
)
