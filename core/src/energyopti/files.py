"""Files the user already has, read as the feed they come from, without any request."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import attrs
from polars import DataFrame
from polars.exceptions import PolarsError

from energyopti.answer.result import Coverage, CoveragePart, CoverageStatus, MarketData, RawPart
from energyopti.errors import PluginError, SchemaDrift, SourceUnavailable
from energyopti.fetch.checks import check_frame
from energyopti.findings import Finding, FindingKind
from energyopti.frames import sort_order, unify, with_finite, with_wholes
from energyopti.layouts import Document, ExcelLayout, Reading, members
from energyopti.layouts.formats.archive import UNREADABLE, plausible_bytes
from energyopti.local_files import read_bounded
from energyopti.market import Feed, Market
from energyopti.query import Chunk, ResolvedQuery, TimeRange
from energyopti.store import RawRows
from energyopti.timezones import DAY, local_date, midnight, zone
from energyopti.tuning.reading import LARGEST_FILE

_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")


def read_file(
    market: Market, feed: Feed, path: Path, *, now: datetime, revisions: bool = False
) -> MarketData:
    """A file in a feed's published format, as the unified table.

    It may be compressed; every member of a zip archive is read. Rows are checked like fetched ones. Raises
    `SchemaDrift` for a file in another format, and `SourceUnavailable` for one that cannot be opened.
    """
    try:
        content = read_bounded(path, cap=LARGEST_FILE)
    except OSError as error:
        raise SourceUnavailable(f"{path} cannot be read: {error.strerror or error}") from error
    reading = feed.reads(feed.layout, list(documents_in(path.name, content, feed, market.zone)))
    reading = _dated(reading, local_date(now, market.zone), market.zone)
    reading = reading if revisions else reading.without_superseded()
    if feed.dataset.forecast and "publish_time" not in reading.frame.columns:
        reading = reading.published(None)
    return _answer(market, feed, reading)


def _dated(reading: Reading, today: date, zone: str) -> Reading:
    """A reading with times filled in: rows without a publish time count as today's, with a finding."""
    undated = reading.frame["interval_start"].null_count()
    if not undated:
        return reading
    finding = Finding(
        kind=FindingKind.UNKNOWN_TIME,
        message=f"the file does not say when it was published: its rows count as published on {today}",
        rows=undated,
    )
    bounds = {"interval_start": midnight(today, zone), "interval_end": midnight(today + DAY, zone)}
    frame = reading.frame.with_columns(reading.frame[name].fill_null(at) for name, at in bounds.items())
    return attrs.evolve(reading, frame=frame, findings=(*reading.findings, finding))


def documents_in(name: str, content: bytes, feed: Feed, zone: str) -> Iterator[Document]:
    """The documents in a file, including those of a zip inside a zip, as sources pack a month of archives."""
    content = _unpacked(content)
    if not content.startswith(_ZIP) or _is_workbook(content, feed):
        yield Document(name=name, content=content)
        return
    found, left = list(members(content)), plausible_bytes(len(content))
    if not found:
        raise SchemaDrift("the zip archive holds no file")
    for member in found:
        packed = member.content.startswith(_ZIP) and not _is_workbook(member.content, feed)
        for each in members(member.content, max_bytes=left) if packed else [member]:
            left -= len(each.content)
            yield Document(name=each.name, content=each.content, modified=_in_utc(each.modified, zone))


def _in_utc(modified: datetime | None, zone_name: str) -> datetime | None:
    """When an archive member was written, read on the clock of the market that packed it."""
    return modified and modified.replace(tzinfo=zone(zone_name)).astimezone(UTC)


def _unpacked(content: bytes) -> bytes:
    """A file's bytes, unpacked if it is gzip."""
    if not content.startswith(_GZIP):
        return content
    most = plausible_bytes(len(content))
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            content = stream.read(most + 1)
    except UNREADABLE as error:
        raise SchemaDrift(f"the file is not readable gzip: {error}") from error
    if len(content) > most:
        raise SchemaDrift(f"the file unpacks to more than {most:,} bytes; it was not read")
    return content


def _is_workbook(content: bytes, feed: Feed) -> bool:
    """Whether a zip is itself a document (a workbook), not an archive."""
    if isinstance(feed.layout, ExcelLayout):
        return True
    return any(True for _ in members(content, named="workbook.xml"))


def _answer(market: Market, feed: Feed, reading: Reading) -> MarketData:
    """A reading as a result, over the time its rows span."""
    try:
        unified, odd = with_finite(unify(reading.frame, feed, market.id))
        frame = with_wholes(unified, market)
        frame = frame.with_columns(reading.origin.alias("\0origin"))
    except PolarsError as error:
        raise PluginError(
            f"its rows do not fit dataset {feed.dataset.name}: {error}",
            do="report it to the plugin's author",
            market=market.id,
            feed=feed.name,
        ) from error
    frame = frame.sort(*sort_order(feed.dataset), maintain_order=True)
    frame, origin = frame.drop("\0origin"), frame["\0origin"]
    span = _span(frame, market, feed, reading)
    chunk = Chunk(market=market, feed=feed, start=span.start, end=span.end, size=feed.chunk)
    findings = (*reading.findings, *odd, *check_frame(frame, chunk, until=span.end))
    gap = next((finding.message for finding in findings if finding.kind is FindingKind.GAP), "")
    status = CoverageStatus.INCOMPLETE if gap else CoverageStatus.COMPLETE
    part = CoveragePart(start=span.start, end=span.end, status=status, reason=gap, rows=frame.height)
    return MarketData(
        queries=(ResolvedQuery(market=market, feed=feed, time=span),),
        frame=frame,
        findings=findings,
        coverage=Coverage(start=span.start, end=span.end, parts=(part,)),
        raw_parts=(RawPart(RawRows(reading.raw, origin, reading.left_out), whole=True),),
    )


def _span(frame: DataFrame, market: Market, feed: Feed, reading: Reading) -> TimeRange:
    """From the first interval's start to the last one's end; raises for a file without rows."""
    if frame.is_empty():
        raise SchemaDrift(
            f"the file holds no rows of this feed: {_why_none(reading)}", market=market.id, feed=feed.name
        )
    start, end = frame["interval_start"].min(), frame["interval_end"].max()
    assert isinstance(start, datetime)  # noqa: S101 - for the type checker: there are rows
    assert isinstance(end, datetime)  # noqa: S101 - the same
    return TimeRange(start, end)


def _why_none(reading: Reading) -> str:
    """Why a file has no rows: the findings about rows left out, or that there were none."""
    said = [finding.line for finding in reading.findings if finding.accounts]
    return "; ".join(said) or "it has a header and nothing below it"
