"""ERCOT's Public API: the same reports with their history, for account holders.

Rows come as arrays with a list of fields, in pages; ``_meta`` says how many there are. Every call carries a key and
a token, which the core obtains; the limit is thirty calls a minute.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, FindingKind, NoData, SchemaDrift, SourceUnavailable
from energyopti.layouts import Layout, Reading
from energyopti.source import Collect, Expect, Payload, Request
from energyopti.timezones import INSTANT, zone
from energyopti_ercot.protocol.layouts import ZONE
from energyopti_ercot.protocol.listing import UNREADABLE, counted

if TYPE_CHECKING:
    from energyopti.source import Source

PAGE_ROWS = 100_000
_POSTED = "posteddatetime"
_META, _META_BYTES = re.compile(rb'"_meta"\s*:\s*'), 1 << 16


@attrs.frozen(kw_only=True)
class EndPoint:
    """A report's end point in the API, and how to request a range from it.

    ``by`` is the parameter for the range (``From`` and ``To`` are added): whole days, both included, or with
    ``stamps`` local times; if those are interval ends, ``ending`` is the length of an interval. Stamps up to
    ``beside`` off the grid are requested too: a day's last one may come after midnight. Rows that are ``reposted``
    come once per posting: the newest posting of a row is kept.
    """

    path: str
    by: str = "deliveryDate"
    stamps: bool = False
    ending: timedelta = timedelta()
    beside: timedelta = timedelta()
    reposted: bool = False

    def asked(self, chunk: Chunk) -> dict[str, str]:
        """The parameters that request a chunk's range."""
        start = chunk.start + self.ending - self.beside
        end = (chunk.end if self.ending else chunk.end - INSTANT) + self.beside
        form = "%Y-%m-%dT%H:%M:%S" if self.stamps else "%Y-%m-%d"
        low, high = (f"{each.astimezone(zone(ZONE)):{form}}" for each in (start, end))
        return {f"{self.by}From": low, f"{self.by}To": high}


def api(end_point: EndPoint) -> Collect:
    """Read a chunk from an end point, page by page."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        path = end_point.path
        reading = await every_page(source, path, end_point.asked(chunk), chunk.feed.layout)
        if not reading.payload_rows:
            raise NoData(f"{chunk}: the API has no rows of {path}: not published yet, or before its history")
        if end_point.reposted:
            reading = await source.run(newest_posting, reading, chunk.feed.dataset.key)
        return posted_late(reading)

    return collect


def posted_late(reading: Reading) -> Reading:
    """The same reading with posting times in the repeated hour read as its second pass.

    Nothing tells the passes apart, and no forecast may seem to have been known before it was.
    """
    import polars as pl

    if "publish_time" not in reading.frame.columns:
        return reading
    wall = pl.col("publish_time").dt.convert_time_zone(ZONE).dt.replace_time_zone(None)
    late = wall.dt.replace_time_zone(ZONE, ambiguous="latest").dt.convert_time_zone("UTC")
    return attrs.evolve(reading, frame=reading.frame.with_columns(late.alias("publish_time")))


def newest_posting(reading: Reading, key: Sequence[str]) -> Reading:
    """Of rows that share a key, the last one posted; a finding counts the others."""
    import polars as pl

    (header,) = (name for name in reading.raw.columns if name.casefold() == _POSTED)
    rows = reading.frame.select(name for name in key if name in reading.frame.columns)
    posted = reading.raw[header].cast(pl.String).gather(reading.origin).alias("\0posted")
    newest = rows.with_columns(posted).with_row_index("\0row").sort("\0posted", maintain_order=True)
    stands = newest.unique(rows.columns, keep="last")["\0row"]
    mask = pl.Series([False]).new_from_index(0, rows.height).scatter(stands, values=True)
    others = "rows were posted again later: the newest posting is kept"
    return reading.where(mask, FindingKind.SUPERSEDED_ROW, others)


async def every_page(source: Source, path: str, asked: Mapping[str, str], layout: Layout) -> Reading:
    """All pages of an end point's answer; raises `SourceUnavailable` if they do not add up."""
    (first,) = await source.get_all([_page(path, asked, 1)])
    pages, rows = _counted(first)
    rest = await source.get_all([_page(path, asked, number) for number in range(2, pages + 1)])
    readings = [await source.run(layout.read, payload.content) for payload in (first, *rest)]
    reading = await source.run(layout.merge, readings)
    if reading.raw.height != rows:
        raise SourceUnavailable(
            f"ercot: the pages of {path} hold {reading.raw.height:,} rows and should hold {rows:,}; try again later"
        )
    return reading


def _page(path: str, asked: Mapping[str, str], number: int) -> Request:
    params = {**asked, "size": str(PAGE_ROWS), "page": str(number)}
    return Request(path=path, params=params, expect=Expect.JSON)


def _counted(payload: Payload) -> tuple[int, int]:
    """The pages and rows that a page counts in its ``_meta``; nothing else of it is decoded, since it may hold a
    hundred thousand rows."""
    begins = _META.search(payload.content)
    if begins is None:
        raise SchemaDrift(
            "the answer is not a page of the API: it has no `_meta`, which says how many there are"
        )
    said = payload.content[begins.end() : begins.end() + _META_BYTES]
    try:
        return counted(json.JSONDecoder().raw_decode(said.decode("utf-8", "replace"))[0])
    except UNREADABLE as error:
        raise SchemaDrift(
            f"the answer is not a page of the API: its `_meta` is not as due: {error!r}"
        ) from error
