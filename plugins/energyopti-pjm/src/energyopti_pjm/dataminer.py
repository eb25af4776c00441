"""Data Miner 2, PJM's public API: filters, pages, the archive's rules, and what refusals mean.

``GET /api/v1/{feed}`` answers JSON, at most 50,000 rows a page. Both ends of a time filter are included, a
request stays within a calendar year and 365 days, and old prices lie in an archive that knows fewer filters:
no location, no sort, one UTC year, and no range across its edge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Finding, FindingKind, NoData, SourceUnavailable, UnsupportedQuery
from energyopti.layouts import Layout, Reading
from energyopti.market import Collect
from energyopti.query import Place
from energyopti.source import Expect, Payload, Request
from energyopti.timezones import DAY
from energyopti_pjm.ranges import TYPES, Archive, Span, between, spans

if TYPE_CHECKING:
    from energyopti.source import Source

PAGE_ROWS = 50_000
BY_TYPE = "type"
_AT_ONCE = 4
_LONGEST_DAY = timedelta(hours=25)
_IDS_AT_ONCE = 100
_TOTAL = re.compile(rb'"totalRows"\s*:\s*(\d+)')


def rows(
    feed: str,
    layout: Layout,
    *,
    when: str | None = "datetime_beginning_ept",
    place: str | None = None,
    archive: Archive | None = None,
    filters: Mapping[str, str] | None = None,
    page: int = PAGE_ROWS,
) -> Collect:
    """Read a feed's rows of a chunk: page by page, and of its places alone where it can be asked for them.

    ``when`` is the column that the time filter speaks of (None: the feed has no time), ``place`` the one that
    locations are asked by (``type`` for feeds that know them by their kind alone: whoever reads them keeps those
    that are wanted), ``page`` how many rows a page has.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        places = chunk.places if place is not None else ()
        readings = []
        for span in spans(chunk, source.now, archive):
            for part, chosen in _asked(places, span, place, archive):
                times = {} if when is None else {when: between(part.start, part.end)}
                kept = () if place == BY_TYPE else places
                query = _Query(feed, {**(filters or {}), **times, **chosen}, layout, kept, page)
                readings.append(await _all_pages(source, query))
        reading = _summed(Reading.concat(readings))
        if not reading.payload_rows or (places and reading.frame.is_empty()):
            raise NoData(f"{chunk}: PJM has no rows of {feed}: not published yet, or no longer kept")
        return reading

    return collect


@attrs.frozen
class _Query:
    """What all pages of an answer are asked for, how they are read, and which places are kept of them."""

    feed: str
    params: Mapping[str, str]
    layout: Layout
    places: Sequence[Place]
    page: int
    shared: bool = False


def _asked(
    places: Sequence[Place], span: Span, place: str | None, archive: Archive | None
) -> list[tuple[Span, dict[str, str]]]:
    """The requests that a span needs: its part and its filters. All places of an archive are asked day by day."""
    chosen = _selections(places, span, place, archive)
    parts = [span]
    if places and chosen == [{}] and place != BY_TYPE and span.end - span.start > _LONGEST_DAY:
        starts = [span.start + number * DAY for number in range(-((span.start - span.end) // DAY))]
        parts = [Span(start, min(start + DAY, span.end), span.archived) for start in starts]
    return [(part, each) for part in parts for each in chosen]


def _selections(
    places: Sequence[Place], span: Span, place: str | None, archive: Archive | None
) -> list[dict[str, str]]:
    """The filters that ask for some places: by their ids, in the archive by their types, else none."""
    if not places or place is None:
        return [{}]
    if not span.archived and place != BY_TYPE:
        ids = [each.location for each in places]
        groups = [ids[first : first + _IDS_AT_ONCE] for first in range(0, len(ids), _IDS_AT_ONCE)]
        return [{place: ";".join(group)} for group in groups]
    kinds = {each.type for each in places}
    words = {word for kind in kinds if kind is not None for word in TYPES.get(kind, ())}
    filtered = place == BY_TYPE or (archive is not None and archive.by_type)
    if not filtered or not kinds <= TYPES.keys():
        return [{}]
    return [{"type": word} for word in sorted(words)]


def only(reading: Reading, places: Sequence[Place]) -> Reading:
    """The rows of some places; a finding counts the others, which the archive gives as well.

    Of the others the raw columns are not kept either: there may be a hundred million of them.
    """
    import polars as pl

    wanted = [place.location for place in places]
    mask = reading.frame["location"].is_in(wanted)
    if not wanted or mask.all():
        return reading
    origin = reading.origin.filter(mask)
    kept = origin.unique().sort()
    return attrs.evolve(
        reading,
        frame=reading.frame.filter(mask),
        raw=reading.raw[kept],
        origin=kept.search_sorted(origin).cast(pl.UInt32),
        findings=(*reading.findings, _others(int((~mask).sum()))),
    )


def _others(count: int) -> Finding:
    return Finding(
        kind=FindingKind.OUTSIDE_CHUNK,
        message=f"{count} rows of other locations came along: the archive cannot be asked for locations",
        rows=count,
        accounts=True,
    )


def _summed(reading: Reading) -> Reading:
    """The same reading with one finding for the other locations of all its pages."""
    counts = [each.rows for each in reading.findings if each.kind is FindingKind.OUTSIDE_CHUNK]
    if not counts:
        return reading
    rest = (each for each in reading.findings if each.kind is not FindingKind.OUTSIDE_CHUNK)
    return attrs.evolve(reading, findings=(*rest, _others(sum(counts))))


async def every_row(
    source: Source, feed: str, filters: Mapping[str, str], layout: Layout, *, shared: bool = False
) -> Reading:
    """Every row of a feed that some filters let through, none of which speaks of time.

    ``shared`` pages are kept for a while, for other chunks that need them.
    """
    return await _all_pages(source, _Query(feed, filters, layout, (), PAGE_ROWS, shared))


async def _all_pages(source: Source, query: _Query) -> Reading:
    """Every page of a query; asked once more with other pages where they do not add up.

    The service may answer a query that it has seen before with an older result, page by page: one without dates
    has other pages every day.
    """
    dated = any("datetime" in name or "date" in name for name in query.params)
    varied = 0 if dated else source.now.timetuple().tm_yday
    for size in (query.page - varied, query.page * 49 // 50 - varied):
        reading = await _pages(source, query, size)
        if reading is not None:
            return reading
    raise SourceUnavailable(
        f"pjm: the pages of {query.feed} do not add up to the total that they report, twice; try again later"
    )


async def _pages(source: Source, query: _Query, size: int) -> Reading | None:
    """Every page of a query, a few under way at once; None where they disagree."""
    pages = await _get(source, query, [1], size)
    total, rows, readings = total_rows(pages[0]), 0, []
    starts = list(range(1, total + 1, size)) or [1]
    for first in range(0, len(starts), _AT_ONCE):
        missing = starts[first : first + _AT_ONCE][len(pages) :]
        pages += await _get(source, query, missing, size)
        for page in pages:
            if total_rows(page) != total:
                return None
            reading, count = await source.run(_read, query, page.content)
            readings.append(reading)
            rows += count
        pages = []
    return await source.run(Reading.concat, readings) if rows == total else None


def _read(query: _Query, content: bytes) -> tuple[Reading, int]:
    """A page's rows of the places that are wanted, and how many rows it has in all."""
    reading = query.layout.read(content)
    return only(reading, query.places) if query.places else reading, reading.raw.height


async def _get(source: Source, query: _Query, starts: Sequence[int], size: int) -> list[Payload]:
    """Pages by the numbers of their first rows."""
    requests = [
        Request(
            path=query.feed,
            params={"rowCount": str(size), "startRow": str(start), **query.params},
            expect=Expect.JSON,
            accept=(400,),
            shared=query.shared,
        )
        for start in starts
    ]
    payloads = await source.get_all(requests)
    for payload in payloads:
        _check(payload, query.feed)
    return payloads


def _check(payload: Payload, feed: str) -> None:
    """Raise what PJM refuses, in PJM's words; such a body may come with any status."""
    if payload.status != 400 and b'"errors"' not in payload.content[:400]:
        return
    raise UnsupportedQuery(f"PJM refuses this request of {feed}: {_words(payload.content)}")


def _words(content: bytes) -> str:
    """What an error body says: a list of messages, one message, or a bare text."""
    try:
        body = json.loads(content)
    except ValueError:
        return content[:300].decode("utf-8", "replace").strip()
    if isinstance(body, dict):
        errors = body.get("errors")
        if isinstance(errors, list):
            return " ".join(
                str(each.get("message", each)) if isinstance(each, dict) else str(each) for each in errors
            )
        return str(errors or body.get("message") or body)
    return str(body)


def total_rows(payload: Payload) -> int:
    """How many rows a query has, as its page reports; it stands at the end of the envelope."""
    found = _TOTAL.search(payload.content[-4096:]) or _TOTAL.search(payload.content)
    if found is None:
        raise SourceUnavailable(
            f"pjm: {payload.url} says no total of its rows: it is not a page of Data Miner"
        )
    return int(found[1])
