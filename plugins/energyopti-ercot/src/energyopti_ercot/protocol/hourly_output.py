"""Hourly output in forecast reports: an hour's document has both actual generation and forecasts.

An hour that is not over has no output, only forecasts.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Days, FeedSource, Finding, FindingKind, NoData
from energyopti.layouts import Document, Layout, Reading, one_by_one
from energyopti.source import Collect
from energyopti.timezones import HOUR, zone
from energyopti_ercot.protocol.api import every_page
from energyopti_ercot.protocol.documents import Report, documents_of, named_time, read_documents
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import Document as Listed
from energyopti_ercot.protocol.postings import download
from energyopti_ercot.protocol.sources import API_FROM

if TYPE_CHECKING:
    from energyopti.source import Source

POSTED = "%Y-%m-%dT%H:%M:%S"
"""How the API writes posting times, and takes them in requests."""

_SECOND = timedelta(seconds=1)


def output_sources(number: str, path: str) -> tuple[FeedSource, ...]:
    """The sources of actual generation: the newest document of a report, then its end point in the API."""
    return (
        FeedSource(name="documents", host="mis", collect=newest_document(number)),
        FeedSource(name="Public API", host="api", collect=first_publication(path), available=Days(API_FROM)),
    )


def newest_document(number: str) -> Collect:
    """Actual generation, from the newest document up to an hour after the day: each holds the last two days."""
    every_hour = Report(number=number, every=HOUR)

    async def collect(chunk: Chunk, source: Source) -> Reading:
        newest = functools.partial(_newest, start=chunk.start + HOUR, end=chunk.end + HOUR)
        chosen = newest(await documents_of(source, every_hour, newest))
        if not chosen:
            raise NoData(f"{chunk}: report {number} lists no document published at that time")
        (content,) = await download(source, chosen)
        reading = await source.run(read_documents, chunk.feed.layout, [content])
        return over(reading, chosen[0].published).within(chunk.start, chunk.end)

    return collect


def _newest(listed: Sequence[Listed], start: datetime, end: datetime) -> Sequence[Listed]:
    """The last document published in a time range; none if there is none."""
    return [each for each in listed if start <= each.published < end][-1:]


def over(reading: Reading, published: datetime) -> Reading:
    """The hours that were over when a document was published; a finding counts the others, which are forecasts."""
    findings = tuple(each for each in reading.findings if each.kind is not FindingKind.MISSING_VALUE)
    others = "rows are of hours that were not over at publication: they have only forecasts"
    over = reading.frame["interval_end"] <= published
    reading = attrs.evolve(reading, findings=findings).where(over, FindingKind.ADVISORY_ROW, others)
    empty = reading.frame["generation"].null_count()
    if not empty:
        return reading
    message = "generation is empty in the payload and null here"
    missing = Finding(kind=FindingKind.MISSING_VALUE, message=message, rows=empty, column="generation")
    return attrs.evolve(reading, findings=(*reading.findings, missing))


def _over_as_named(layout: Layout, document: Document) -> Reading:
    """A user's document: the hours that were over at the time in its name, or all hours if it has none."""
    reading, published = layout.read(document.content), named_time(document)
    return reading if published is None else over(reading, published)


def first_publication(path: str) -> Collect:
    """A day's actual generation, as the API has it from the hour after the day."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        posted = [at.astimezone(zone(ZONE)) for at in (chunk.end, chunk.end + HOUR - _SECOND)]
        asked = {
            "deliveryDateFrom": f"{chunk.day:%Y-%m-%d}",
            "deliveryDateTo": f"{chunk.day:%Y-%m-%d}",
            "postedDatetimeFrom": posted[0].strftime(POSTED),
            "postedDatetimeTo": posted[1].strftime(POSTED),
        }
        reading = await every_page(source, path, asked, chunk.feed.layout)
        if not reading.payload_rows:
            raise NoData(f"{chunk}: the API has no rows of {path} that were posted in the hour after the day")
        return reading

    return collect


over_as_named = one_by_one(_over_as_named)
"""How a user's files are read: the hours that were over at the times in their names."""
