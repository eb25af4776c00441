"""ERCOT's wind and solar: one document an hour with what was generated and what is expected, read for either.

An hour that is not over has no output, only forecasts. Of those the short-term forecast of the most likely output
(STWPF, STPPF) is read; the cautious one (WGRPP, PVGRPP) and the plants' own plans (COP HSL) stay raw.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from energyopti import Chunk, Days, Example, Feed, FeedSource, Finding, FindingKind, NoData
from energyopti.datasets import RENEWABLES, RENEWABLES_FORECAST
from energyopti.layouts import CsvLayout, Document, Layout, Reading, one_by_one
from energyopti.market import Collect
from energyopti.timezones import zone
from energyopti_ercot import timetable
from energyopti_ercot.api import every_page
from energyopti_ercot.documents import (
    Report,
    documents_of,
    named_time,
    posted_as_named,
    read_documents,
)
from energyopti_ercot.examples import renewables as examples
from energyopti_ercot.layouts import HOUR, ZONE
from energyopti_ercot.listing import Document as Listed
from energyopti_ercot.postings import download
from energyopti_ercot.renewable_layouts import (
    POSTED,
    REGIONAL_SOLAR,
    REGIONAL_WIND,
    SOLAR,
    WIND,
    Kind,
    actual,
    expected,
)
from energyopti_ercot.sources import API_FROM, API_UNCONFIRMED, PRODUCT, EndPoint, feed_sources

if TYPE_CHECKING:
    from energyopti.source import Source

LISTED = timedelta(days=7)
_SECOND = timedelta(seconds=1)


def newest_document(number: str, layout: Layout) -> Collect:
    """What was generated, from the newest document up to an hour after the day: each holds the last two days."""
    every_hour = Report(number=number, every=HOUR)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        newest = functools.partial(_newest, start=chunk.start + HOUR, end=chunk.end + HOUR)
        chosen = newest(await documents_of(source, every_hour, newest))
        if not chosen:
            raise NoData(f"{chunk}: report {number} lists no document that was published then")
        (content,) = await download(source, chosen)
        reading = await source.run(read_documents, layout, [content])
        return over(reading, chosen[0].published).within(chunk.start, chunk.end)

    return collect


def _newest(listed: Sequence[Listed], start: datetime, end: datetime) -> Sequence[Listed]:
    """The last document that was published in a span; none where none was."""
    return [each for each in listed if start <= each.published < end][-1:]


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


def _over_as_named(layout: Layout, document: Document) -> Reading:
    """A user's document: the hours that were over at the time in its name, all where it says none."""
    reading, published = layout.read(document.content), named_time(document)
    return reading if published is None else over(reading, published)


def first_publication(path: str, layout: Layout) -> Collect:
    """What was generated on a day, as the API has it from the hour after the day."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        posted = [at.astimezone(zone(ZONE)) for at in (chunk.end, chunk.end + HOUR - _SECOND)]
        asked = {
            "deliveryDateFrom": f"{chunk.day:%Y-%m-%d}",
            "deliveryDateTo": f"{chunk.day:%Y-%m-%d}",
            "postedDatetimeFrom": posted[0].strftime(POSTED),
            "postedDatetimeTo": posted[1].strftime(POSTED),
        }
        reading = await every_page(source, path, asked, layout)
        if not reading.payload_rows:
            raise NoData(f"{chunk}: the API has no rows of {path} that were posted in the hour after the day")
        return reading

    return collect


def _generated(kind: Kind, layout: CsvLayout, **more: Any) -> Feed:
    """A feed of what was generated."""
    sources = (
        FeedSource(name="documents", host="mis", collect=newest_document(kind.number, layout)),
        FeedSource(
            name="Public API",
            host="api",
            collect=first_publication(kind.path, layout),
            available=Days(API_FROM),
        ),
    )
    return Feed(
        name=f"{kind.name}_actual",
        dataset=RENEWABLES,
        documented_at=PRODUCT.format(kind.product),
        history_from=API_FROM,
        step=HOUR,
        due=timetable.GENERATED,
        **timetable.POSTED_ONCE,
        refresh_every=timedelta(minutes=15),
        layout=layout,
        reads=one_by_one(_over_as_named),
        sources=sources,
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
        forecast_days=8,
        due=timetable.PUBLICATIONS,
        **timetable.PUBLISHED,
        refresh_every=timedelta(minutes=15),
        layout=layout,
        reads=posted_as_named,
        sources=feed_sources(Report(number=kind.number, every=HOUR), layout, end_point, published=True),
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
    unconfirmed=_POSTED,
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
    unconfirmed=_POSTED,
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
