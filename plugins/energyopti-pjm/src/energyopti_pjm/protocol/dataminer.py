"""Data Miner 2, PJM's public API: which requests a chunk needs, given its filters and the archive's rules.

``GET /api/v1/{feed}`` returns pages, as JSON or as CSV. Both ends of a time filter are included, a request must
stay within a calendar year and 365 days, and old prices are in an archive with fewer filters: no location, no sort,
one UTC year, and no range across its edge.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Days, FeedSource, Finding, FindingKind, NoData
from energyopti.layouts import Layout, Reading
from energyopti.query import Place
from energyopti.source import Collect
from energyopti.timezones import DAY
from energyopti_pjm.protocol.metadata import archive_of
from energyopti_pjm.protocol.pages import PAGE_ROWS, Form, Query, all_pages
from energyopti_pjm.protocol.ranges import TYPES, Archive, Span, between, spans

if TYPE_CHECKING:
    from energyopti.source import Source

BY_TYPE = "type"
_LONGEST_DAY = timedelta(hours=25)
_IDS_AT_ONCE = 100


DOCUMENTED = "https://dataminer2.pjm.com/feed/{}/definition"
"""Where PJM describes a feed of Data Miner."""


MADE_AT = "evaluated_at_ept"
"""The column that says when a forecast was made, on the Eastern clock."""


def data_miner(
    collect: Collect,
    *,
    available: Days = Days(),  # noqa: B008 - frozen
    fills_when_doubted: bool = False,
    in_stages: bool = False,
) -> tuple[FeedSource, ...]:
    """The only source of a feed."""
    return (
        FeedSource(
            name="Data Miner",
            host="dataminer",
            collect=collect,
            available=available,
            fills_when_doubted=fills_when_doubted,
            in_stages=in_stages,
        ),
    )


def rows(
    feed: str | None = None,
    layout: Layout | None = None,
    *,
    when: str | None = "datetime_beginning_ept",
    place: str | None = None,
    archive: Archive | None = None,
    filters: Mapping[str, str] | None = None,
    page: int = PAGE_ROWS,
    form: Form = Form.JSON,
    immutable: bool = False,
) -> Collect:
    """Read a feed's rows of a chunk: page by page, and only its places if they can be requested.

    ``feed`` is Data Miner's name if it differs from the chunk's feed, ``layout`` the layout if it differs. ``when``
    is the column of the time filter (None: the feed has no time). ``place`` is the column by which locations are
    requested (``type`` for feeds that know only their kind: the reader then keeps those that are wanted). ``archive``
    is the archive that the feed usually has: its own definition says where it begins now. ``page`` is the number of
    rows per page, ``form`` the form of pages to request; ``immutable`` pages never change.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        places = chunk.places if place is not None else ()
        name = feed or chunk.feed.name
        there = None if archive is None else await archive_of(name, archive, chunk.start, source)
        readings = []
        for span in spans(chunk, source.now, there):
            for part, chosen in _asked(places, span, place, there):
                times = {} if when is None else {when: between(part.start, part.end)}
                query = Query(
                    feed=name,
                    params={**(filters or {}), **times, **chosen},
                    layout=layout or chunk.feed.layout,
                    page=page,
                    form=form,
                    immutable=immutable,
                    kept=functools.partial(only, places=places) if places and place != BY_TYPE else None,
                )
                readings.append(await all_pages(source, query))
        reading = _summed(Reading.concat(readings))
        if not reading.payload_rows or (places and reading.frame.is_empty()):
            raise NoData(f"{chunk}: PJM has no rows of {name}: not published yet, or no longer kept")
        return reading

    return collect


def _asked(
    places: Sequence[Place], span: Span, place: str | None, archive: Archive | None
) -> list[tuple[Span, dict[str, str]]]:
    """The requests that a span needs: its part and its filters. All places of an archive are requested day by day."""
    chosen = _selections(places, span, place, archive)
    parts = [span]
    if places and chosen == [{}] and place != BY_TYPE and span.end - span.start > _LONGEST_DAY:
        starts = [span.start + number * DAY for number in range(-((span.start - span.end) // DAY))]
        parts = [Span(start, min(start + DAY, span.end), span.archived) for start in starts]
    return [(part, each) for part in parts for each in chosen]


def _selections(
    places: Sequence[Place], span: Span, place: str | None, archive: Archive | None
) -> list[dict[str, str]]:
    """The filters for some places: by their ids; in the archive by their types, or none."""
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
    """The rows of some places; a finding counts the others, which the archive returns as well.

    The raw columns of the others are dropped too: there may be a hundred million of them.
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
        message=f"{count} rows are of other locations: the archive cannot filter by location",
        rows=count,
        accounts=True,
    )


def _summed(reading: Reading) -> Reading:
    """The same reading with a single finding for the other locations of all its pages."""
    counts = [each.rows for each in reading.findings if each.kind is FindingKind.OUTSIDE_CHUNK]
    if not counts:
        return reading
    rest = (each for each in reading.findings if each.kind is not FindingKind.OUTSIDE_CHUNK)
    return attrs.evolve(reading, findings=(*rest, _others(sum(counts))))


async def every_row(
    source: Source, feed: str, filters: Mapping[str, str], layout: Layout, *, shared: bool = False
) -> Reading:
    """Every row of a feed that passes some filters, none of them about time.

    ``shared`` pages are kept for a while, for other chunks that need them.
    """
    return await all_pages(source, Query(feed=feed, params=filters, layout=layout, shared=shared))
