"""Files that a user has already, read as the feed they come from: no request is made."""

from __future__ import annotations

import gzip
import io
from datetime import datetime
from pathlib import Path

from polars import DataFrame

from energyopti.checks import check_frame
from energyopti.errors import SchemaDrift, SourceUnavailable
from energyopti.frames import sort_order, unify
from energyopti.layouts import ExcelLayout, Reading, Undated, members
from energyopti.layouts.archive import MAX_UNZIPPED
from energyopti.market import Feed, Market
from energyopti.query import Chunk, Query, TimeRange
from energyopti.result import Coverage, CoveragePart, CoverageStatus, MarketData
from energyopti.timezones import DAY, local_date, midnight

_GZIP, _ZIP = b"\x1f\x8b", b"PK"


def read_file(
    market: Market, feed: Feed, path: Path, *, now: datetime, revisions: bool = False
) -> MarketData:
    """A file in the published form of a feed, as the unified table.

    It may be packed: of a zip archive every member is read. Rows are checked as fetched ones are. Raises
    `SchemaDrift` for a file of another form, and `SourceUnavailable` for one that cannot be opened.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceUnavailable(f"{path} cannot be read: {error.strerror or error}") from error
    parts = [feed.layout.read(part) for part in _unpacked(content, feed)]
    reading = Reading.concat(parts)
    if isinstance(feed.layout.time, Undated):
        today = local_date(now, market.zone)
        reading = reading.during(midnight(today, market.zone), midnight(today + DAY, market.zone))
    reading = reading if revisions else reading.standing()
    return _answer(market, feed, reading)


def _unpacked(content: bytes, feed: Feed) -> list[bytes]:
    """The payloads in a file."""
    if content.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(content)) as stream:
                content = stream.read(MAX_UNZIPPED + 1)
        except (OSError, EOFError) as error:
            raise SchemaDrift(f"the file is not readable gzip: {error}") from error
        if len(content) > MAX_UNZIPPED:
            raise SchemaDrift(f"the file unpacks to more than {MAX_UNZIPPED:,} bytes; it was not read")
    if not content.startswith(_ZIP) or isinstance(feed.layout, ExcelLayout):
        return [content]
    found = [member.content for member in members(content)]
    if not found:
        raise SchemaDrift("the zip archive holds no file")
    return found


def _answer(market: Market, feed: Feed, reading: Reading) -> MarketData:
    """A reading as a result, over the time that its rows span."""
    frame = unify(reading.frame, feed, market.id).with_columns(reading.origin.alias("\0origin"))
    frame = frame.sort(*sort_order(feed.dataset), maintain_order=True)
    frame, origin = frame.drop("\0origin"), frame["\0origin"]
    span = _span(frame, market)
    chunk = Chunk(market=market, feed=feed, start=span.start, end=span.end, size=feed.chunk)
    part = CoveragePart(start=span.start, end=span.end, status=CoverageStatus.COMPLETE, rows=frame.height)
    return MarketData(
        query=Query(market=market, feed=feed, time=span),
        frame=frame,
        findings=(*reading.findings, *check_frame(frame, chunk, until=span.end)),
        coverage=Coverage(start=span.start, end=span.end, parts=(part,)),
        raw_parts=((reading.raw, origin),),
    )


def _span(frame: DataFrame, market: Market) -> TimeRange:
    """From the first interval's start to the last one's end; an empty file spans nothing."""
    if frame.is_empty():
        raise SchemaDrift(f"the file holds no rows that {market.id} could mean")
    start, end = frame["interval_start"].min(), frame["interval_end"].max()
    assert isinstance(start, datetime)  # noqa: S101 - for the type checker: there are rows
    assert isinstance(end, datetime)  # noqa: S101 - the same
    return TimeRange(start, end)
