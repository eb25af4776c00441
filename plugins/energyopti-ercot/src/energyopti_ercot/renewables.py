"""ERCOT's wind and solar: one document an hour with what was generated and what is expected, read for either.

An hour that is not over has no output, only forecasts. Of those the short-term forecast of the most likely output
(STWPF, STPPF) is read; the cautious one (WGRPP, PVGRPP) and the plants' own plans (COP HSL) stay raw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from energyopti import Chunk, Days, Era, Example, Feed, Finding, FindingKind, NoData
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST
from energyopti.layouts import CsvLayout, Layout, Moment, Reading, Wide, WideColumn
from energyopti.market import Collect
from energyopti.schema import Dataset
from energyopti.timezones import zone
from energyopti.vocabulary import RenewableFuel
from energyopti_ercot.api import every_page
from energyopti_ercot.documents import Report, documents_of, download, read_documents
from energyopti_ercot.examples import renewables as examples
from energyopti_ercot.layouts import HOUR, ZONE, api_report, hours, of_api, report
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint, eras
from energyopti_ercot.vocabulary import SYSTEM

if TYPE_CHECKING:
    from energyopti.source import Source

LISTED = timedelta(days=7)
_SECOND = timedelta(seconds=1)
_STAMP = "%Y-%m-%dT%H:%M:%S"
Places = Mapping[str, tuple[str, str]]
_ZONES: Places = {
    "SOUTH_HOUSTON": ("LZ_SOUTH_HOUSTON", "LoadZoneSouthHouston"),
    "WEST": ("LZ_WEST", "LoadZoneWest"),
    "NORTH": ("LZ_NORTH", "LoadZoneNorth"),
}
_WIND_REGIONS: Places = {
    name.upper(): (name.upper(), name) for name in ("Panhandle", "Coastal", "South", "West", "North")
}
SOLAR_REGIONS = ("CenterWest", "NorthWest", "FarWest", "FarEast", "SouthEast", "CenterEast")
_SOLAR_REGIONS: Places = {name: (name, name) for name in SOLAR_REGIONS}
"""Zones and regions, with their names in documents and in the API."""


@attrs.frozen(kw_only=True)
class Kind:
    """Wind or solar: its report, what its forecasts are called, and the places it is told by."""

    fuel: RenewableFuel
    number: str
    product: str
    name: str
    likely: str
    cautious: str
    places: Places

    @property
    def path(self) -> str:
        """The report's end point."""
        return f"{self.product.lower()}/{self.name}"

    def headers(self, word: str, api_word: str) -> dict[str, tuple[str, ...]]:
        """The names of one figure by place: in documents, then in the API."""
        found: dict[str, tuple[str, ...]] = {
            SYSTEM: (f"{word}_SYSTEM_WIDE", f"{api_word}SystemWide", f"SYSTEM_WIDE_{word}")
        }
        named = self.places.items()
        return found | {place: (f"{word}_{own}", f"{api_word}{api}") for place, (own, api) in named}

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
)
SOLAR = Kind(
    fuel=RenewableFuel.SOLAR,
    number="13483",
    product="NP4-737-CD",
    name="spp_hrly_avrg_actl_fcast",
    likely="STPPF",
    cautious="PVGRPP",
    places={},
)
REGIONAL_WIND = attrs.evolve(
    WIND, number="14787", product="NP4-742-CD", name="wpp_hrly_actual_fcast_geo", places=_WIND_REGIONS
)
REGIONAL_SOLAR = attrs.evolve(
    SOLAR, number="21809", product="NP4-745-CD", name="spp_hrly_actual_fcast_geo", places=_SOLAR_REGIONS
)


def _layout(kind: Kind, dataset: Dataset, word: str, api_word: str) -> CsvLayout:
    """A report read for one of its figures."""
    time = hours("DELIVERY_DATE", "HOUR_ENDING", form="{:02d}")
    columns = [WideColumn(names, words=place) for place, names in kind.headers(word, api_word).items()]
    wide = Wide(to="location", value="generation", columns=columns)
    more: dict[str, Any] = {"wide": wide, "ignored": kind.ignored, "constants": {"fuel": kind.fuel.value}}
    posted = Moment("postedDatetime", to="publish_time", formats=_STAMP)
    of_forecast = (posted,) if dataset.forecast else ()
    api = api_report(dataset, of_api(time), columns=of_forecast, **more)
    return report(dataset, time, api=api, **more)


def actual(kind: Kind) -> CsvLayout:
    """What was generated."""
    return _layout(kind, RENEWABLES, "GEN", "gen")


def expected(kind: Kind) -> CsvLayout:
    """What is expected."""
    return _layout(kind, RENEWABLES_FORECAST, kind.likely, kind.likely)


def newest_document(number: str, layout: Layout) -> Collect:
    """What was generated, from the newest document up to an hour after the day: each holds the last two days."""
    every_hour = Report(number=number, every=HOUR)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        listed = await documents_of(source, every_hour)
        chosen = [each for each in listed if chunk.start + HOUR <= each.published < chunk.end + HOUR]
        if not chosen:
            raise NoData(f"{chunk}: report {number} lists no document that was published then")
        (content,) = await download(source, chosen[-1:])
        reading = await source.run(read_documents, layout, [content])
        return over(reading, chosen[-1].published).within(chunk.start, chunk.end)

    return collect


def over(reading: Reading, published: datetime) -> Reading:
    """The hours that were over when a document was published; a finding counts the others, which are forecasts."""
    mask = reading.frame["interval_end"] <= published
    left_out = int((~mask).sum())
    findings = tuple(each for each in reading.findings if each.kind is not FindingKind.MISSING_VALUE)
    reading = attrs.evolve(reading, findings=findings)
    if left_out:
        message = f"{left_out} rows are of hours that were not over at publication: they have forecasts alone"
        finding = Finding(kind=FindingKind.ADVISORY_ROW, message=message, rows=left_out, accounts=True)
        reading = reading.keep(mask, finding)
    empty = reading.frame["generation"].null_count()
    if not empty:
        return reading
    message = "generation is empty in the payload and null here"
    missing = Finding(kind=FindingKind.MISSING_VALUE, message=message, rows=empty, column="generation")
    return attrs.evolve(reading, findings=(*reading.findings, missing))


def first_publication(path: str, layout: Layout) -> Collect:
    """What was generated on a day, as the API has it from the hour after the day."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        posted = [at.astimezone(zone(ZONE)) for at in (chunk.end, chunk.end + HOUR - _SECOND)]
        asked = {
            "deliveryDateFrom": f"{chunk.day:%Y-%m-%d}",
            "deliveryDateTo": f"{chunk.day:%Y-%m-%d}",
            "postedDatetimeFrom": posted[0].strftime(_STAMP),
            "postedDatetimeTo": posted[1].strftime(_STAMP),
        }
        reading = await every_page(source, path, asked, layout)
        if not reading.payload_rows:
            raise NoData(f"{chunk}: the API has no rows of {path} that were posted in the hour after the day")
        return reading

    return collect


def _generated(kind: Kind, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of what was generated."""
    sources = (
        Era(name="documents", host="mis", collect=newest_document(kind.number, layout)),
        Era(
            name="Public API", host="api", collect=first_publication(kind.path, layout), holds=Days(API_FROM)
        ),
    )
    return Feed(
        name=f"{kind.name}_actual",
        dataset=RENEWABLES,
        documented_at=PRODUCT.format(kind.product),
        history_from=API_FROM,
        step=HOUR,
        cadence=timedelta(minutes=15),
        layout=layout,
        eras=sources,
        **more,
    )


def _forecast(kind: Kind, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of what is expected."""
    end_point = EndPoint(path=kind.path, by="postedDatetime", stamps=True)
    return Feed(
        name=kind.name,
        dataset=RENEWABLES_FORECAST,
        documented_at=PRODUCT.format(kind.product),
        history_from=API_FROM,
        step=HOUR,
        horizon=8,
        cadence=timedelta(minutes=15),
        layout=layout,
        eras=eras(Report(number=kind.number, every=HOUR), layout, end_point, published=True),
        **more,
    )


WIND_GENERATED, WIND_EXPECTED = actual(WIND), expected(WIND)
SOLAR_GENERATED, SOLAR_EXPECTED = actual(SOLAR), expected(SOLAR)
REGIONAL_WIND_GENERATED, REGIONAL_WIND_EXPECTED = actual(REGIONAL_WIND), expected(REGIONAL_WIND)
REGIONAL_SOLAR_GENERATED, REGIONAL_SOLAR_EXPECTED = actual(REGIONAL_SOLAR), expected(REGIONAL_SOLAR)
_POSTED = (
    f"{API_UNCONFIRMED}, and that times of posting are on the local clock (of the repeated hour they mean the "
    "second pass: not earlier than it was)"
)
_ANALOGY = "the headers of its documents, which are taken from wind's"

WIND_OUTPUT = _generated(
    WIND,
    WIND_GENERATED,
    title="Wind output by zone, hourly",
    example=Example(payload=examples.WIND, rows=examples.WIND_ROWS),
    unconfirmed=_POSTED,
)
SOLAR_OUTPUT = _generated(
    SOLAR,
    SOLAR_GENERATED,
    title="Solar output, hourly",
    example=Example(payload=examples.SOLAR, rows=examples.SOLAR_ROWS),
    unconfirmed=f"{_ANALOGY}; {_POSTED}",
)
WIND_FORECAST = _forecast(
    WIND,
    WIND_EXPECTED,
    title="Wind forecast by zone, made every hour",
    example=Example(payload=examples.WIND, rows=examples.WIND_FORECAST_ROWS),
    unconfirmed=_POSTED,
)
SOLAR_FORECAST = _forecast(
    SOLAR,
    SOLAR_EXPECTED,
    title="Solar forecast, made every hour",
    example=Example(payload=examples.SOLAR, rows=examples.SOLAR_FORECAST_ROWS),
    unconfirmed=f"{_ANALOGY}; {_POSTED}",
)
REGIONAL_WIND_OUTPUT = _generated(
    REGIONAL_WIND,
    REGIONAL_WIND_GENERATED,
    title="Wind output by geographical region, hourly",
    example=Example(payload=examples.REGIONAL_WIND, rows=examples.REGIONAL_WIND_ROWS),
    unconfirmed=_POSTED,
)
REGIONAL_SOLAR_OUTPUT = _generated(
    REGIONAL_SOLAR,
    REGIONAL_SOLAR_GENERATED,
    title="Solar output by geographical region, hourly",
    example=Example(payload=examples.REGIONAL_SOLAR, rows=examples.REGIONAL_SOLAR_ROWS),
    unconfirmed=_POSTED,
)
REGIONAL_WIND_FORECAST = _forecast(
    REGIONAL_WIND,
    REGIONAL_WIND_EXPECTED,
    title="Wind forecast by geographical region, made every hour",
    example=Example(payload=examples.REGIONAL_WIND, rows=examples.REGIONAL_WIND_FORECAST_ROWS),
    unconfirmed=_POSTED,
)
REGIONAL_SOLAR_FORECAST = _forecast(
    REGIONAL_SOLAR,
    REGIONAL_SOLAR_EXPECTED,
    title="Solar forecast by geographical region, made every hour",
    example=Example(payload=examples.REGIONAL_SOLAR, rows=examples.REGIONAL_SOLAR_FORECAST_ROWS),
    unconfirmed=_POSTED,
)

RENEWABLE_FEEDS: Sequence[Feed] = (
    WIND_OUTPUT,
    SOLAR_OUTPUT,
    REGIONAL_WIND_OUTPUT,
    REGIONAL_SOLAR_OUTPUT,
    WIND_FORECAST,
    SOLAR_FORECAST,
    REGIONAL_WIND_FORECAST,
    REGIONAL_SOLAR_FORECAST,
)
