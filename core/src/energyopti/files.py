"""Files that a user has already, read as the feed they come from: no request is made."""

from __future__ import annotations

import gzip
import io
from datetime import date, datetime
from pathlib import Path

import attrs
from polars import DataFrame
from polars.exceptions import PolarsError

from energyopti.checks import check_frame
from energyopti.errors import PluginError, SchemaDrift, SourceUnavailable
from energyopti.findings import Finding, FindingKind
from energyopti.frames import sort_order, unify
from energyopti.layouts import ExcelLayout, Reading, members
from energyopti.layouts.archive import MAX_UNZIPPED, UNREADABLE
from energyopti.market import Feed, Market
from energyopti.query import Chunk, Query, TimeRange
from energyopti.result import Coverage, CoveragePart, CoverageStatus, MarketData, RawPart
from energyopti.timezones import DAY, local_date, midnight

_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")


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
    payloads = _unpacked(content, feed)
    together = feed.layout.long is not None or bool(feed.layout.only)
    parts = [feed.layout.read_all(payloads)] if together else [feed.layout.read(each) for each in payloads]
    reading = Reading.concat([_dated(part, local_date(now, market.zone), market.zone) for part in parts])
    reading = reading if revisions else reading.standing()
    if feed.dataset.forecast and "publish_time" not in reading.frame.columns:
        reading = reading.published(None)
    return _answer(market, feed, reading)


def _dated(reading: Reading, today: date, zone: str) -> Reading:
    """A reading with its times: an undated document is taken as today's, which a finding says."""
    if not reading.frame["interval_start"].null_count():
        return reading
    finding = Finding(
        kind=FindingKind.UNKNOWN_TIME,
        message=f"the file does not say when it was published: its rows are taken as those of {today}",
        rows=reading.frame.height,
    )
    dated = reading.during(midnight(today, zone), midnight(today + DAY, zone))
    return attrs.evolve(dated, findings=(*dated.findings, finding))


def _unpacked(content: bytes, feed: Feed) -> list[bytes]:
    """The payloads in a file."""
    if content.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(content)) as stream:
                content = stream.read(MAX_UNZIPPED + 1)
        except UNREADABLE as error:
            raise SchemaDrift(f"the file is not readable gzip: {error}") from error
        if len(content) > MAX_UNZIPPED:
            raise SchemaDrift(f"the file unpacks to more than {MAX_UNZIPPED:,} bytes; it was not read")
    if not content.startswith(_ZIP) or _is_workbook(content, feed):
        return [content]
    found = [member.content for member in members(content)]
    if not found:
        raise SchemaDrift("the zip archive holds no file")
    return found


def _is_workbook(content: bytes, feed: Feed) -> bool:
    """Whether a zip is itself the document of a feed that has workbooks, and packs nothing."""
    if isinstance(feed.layout, ExcelLayout):
        return True
    has_workbooks = any(isinstance(form, ExcelLayout) for form in feed.layout.others)
    return has_workbooks and any(True for _ in members(content, named="workbook.xml"))


def _answer(market: Market, feed: Feed, reading: Reading) -> MarketData:
    """A reading as a result, over the time that its rows span."""
    try:
        frame = unify(reading.frame, feed, market.id).with_columns(reading.origin.alias("\0origin"))
    except PolarsError as error:
        raise PluginError(
            f"{market.id}/{feed.name}: its rows do not fit dataset {feed.dataset.name}: {error}; tell its author"
        ) from error
    frame = frame.sort(*sort_order(feed.dataset), maintain_order=True)
    frame, origin = frame.drop("\0origin"), frame["\0origin"]
    span = _span(frame, market, feed, reading)
    chunk = Chunk(market=market, feed=feed, start=span.start, end=span.end, size=feed.chunk)
    findings = (*reading.findings, *check_frame(frame, chunk, until=span.end))
    gap = next((finding.message for finding in findings if finding.kind is FindingKind.GAP), "")
    status = CoverageStatus.INCOMPLETE if gap else CoverageStatus.COMPLETE
    part = CoveragePart(start=span.start, end=span.end, status=status, reason=gap, rows=frame.height)
    return MarketData(
        queries=(Query(market=market, feed=feed, time=span),),
        frame=frame,
        findings=findings,
        coverage=Coverage(start=span.start, end=span.end, parts=(part,)),
        raw_parts=(RawPart(reading.raw, origin, left_out=reading.left_out),),
    )


def _span(frame: DataFrame, market: Market, feed: Feed, reading: Reading) -> TimeRange:
    """From the first interval's start to the last one's end; an empty file spans nothing."""
    if frame.is_empty():
        raise SchemaDrift(
            f"the file holds no rows that {market.id} could mean as {feed.name}: {_why_none(reading)}"
        )
    start, end = frame["interval_start"].min(), frame["interval_end"].max()
    assert isinstance(start, datetime)  # noqa: S101 - for the type checker: there are rows
    assert isinstance(end, datetime)  # noqa: S101 - the same
    return TimeRange(start, end)


def _why_none(reading: Reading) -> str:
    """Why a file has no rows: it has none, or what was said of those that are left out."""
    said = [finding.line for finding in reading.findings if finding.accounts]
    return "; ".join(said) or "it has a header and nothing below it"
