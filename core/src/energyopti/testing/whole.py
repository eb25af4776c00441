"""Laws about incomplete documents: none of them is a complete answer, in any market."""

from __future__ import annotations

import abc
from datetime import datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from energyopti.answer.answering import answer
from energyopti.errors import NoData, SchemaDrift
from energyopti.fetch.outcome import Outcome
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import Reading, Undated
from energyopti.market import Feed, Market
from energyopti.query import Chunk, ResolvedQuery, TimeRange, plan
from energyopti.store import ChunkData
from energyopti.testing.alone import finished
from energyopti.testing.report import hold, law
from energyopti.testing.strategies import chunks, frames
from energyopti.testing.trying import BRIEF
from energyopti.timezones import DAY

_YEARS = 800 * DAY


class NothingIsNeverWhole(abc.ABC):
    """How a feed's documents are treated if they are empty, of another time, half, or lack locations."""

    @property
    @abc.abstractmethod
    def subject(self) -> Market:
        """The market under test."""

    @law
    def test_document_without_rows_is_no_data(self, feed: Feed) -> None:
        """A document with only a header is refused, so that the next source is asked; a sparse feed may have no rows."""

        @BRIEF
        @given(chunks(self.subject, feed), st.data())
        def holds(chunk: Chunk, data: st.DataObject) -> None:
            written = data.draw(frames(feed, chunk))
            try:
                reading = feed.layout.read(feed.layout.write(written.clear()))
            except SchemaDrift:
                return  # a form without rows has no columns either
            read = reading.frame
            hold(read.is_empty(), "a document without rows is read as having some", chunk=chunk, rows=read)
            if feed.has_grid:
                _is_refused(reading, chunk)

        holds()

    @law
    def test_document_of_another_time_is_no_data(self, feed: Feed) -> None:
        """Rows of an earlier chunk under this one's name are refused; auctions, whose times can be any, are exempt."""
        if feed.publication.by_publication or isinstance(feed.layout.time, Undated):
            return

        @BRIEF
        @given(chunks(self.subject, feed), st.data())
        def holds(chunk: Chunk, data: st.DataObject) -> None:
            reach = timedelta(days=feed.publication.forecast_days + 1) + 2 * feed.step
            other = plan(chunk.market, feed, TimeRange(chunk.start - reach - DAY, chunk.start - reach))[0]
            other = other if other.end <= chunk.start - reach + DAY else other.previous()
            reading = feed.layout.read(feed.layout.write(data.draw(frames(feed, other))))
            _is_refused(reading, chunk)

        holds()

    @law
    def test_half_a_document_is_not_whole(self, feed: Feed) -> None:
        """Only the first half of a chunk long over: a gap, and not final."""
        if not _has_halves(feed):
            return

        @BRIEF
        @given(chunks(self.subject, feed), st.data())
        def holds(chunk: Chunk, data: st.DataObject) -> None:
            found = _half(data.draw(frames(feed, chunk)), chunk)
            if found is not None:
                _is_not_whole(found)

        holds()

    @law
    def test_half_a_document_that_is_early_is_no_complete_answer(self, feed: Feed) -> None:
        """A document posted in part before any of it was due: what is not out yet is not complete."""
        if not _has_halves(feed):
            return

        @BRIEF
        @given(chunks(self.subject, feed), st.data())
        def holds(chunk: Chunk, data: st.DataObject) -> None:
            early = feed.due_at(chunk.start, chunk.zone) - 2 * DAY
            found = _half(data.draw(frames(feed, chunk)), chunk, at=early)
            if found is not None:
                query = ResolvedQuery(market=chunk.market, feed=feed, time=chunk.time, partial=True)
                early_answer = answer(query, [Outcome(chunk=chunk, data=found)], now=early)
                said = "half a document, posted before it was due, passes as complete"
                hold(
                    not early_answer.coverage.complete,
                    said,
                    chunk=chunk,
                    rows=early_answer.frame,
                    findings=early_answer.findings,
                )

        holds()

    @law
    def test_document_without_a_location_is_not_whole(self, feed: Feed) -> None:
        """Each location of a closed list is expected: one without a row is a gap, and named."""
        if feed.locations.closed is None or len(feed.locations.closed) < 2 or not feed.has_grid:
            return
        missing = min(feed.locations.closed)

        @BRIEF
        @given(chunks(self.subject, feed), st.data())
        def holds(chunk: Chunk, data: st.DataObject) -> None:
            reading = feed.layout.read(feed.layout.write(data.draw(frames(feed, chunk))))
            others = reading.frame["location"] != missing
            count = int((~others).sum())
            left_out = Finding(
                kind=FindingKind.OTHER_FIGURE, message="left out by the test", rows=count, accounts=True
            )
            reading = reading.keep(others, left_out) if count else reading
            if reading.frame.is_empty():
                return
            found = _finished(reading, chunk)
            _is_not_whole(found)
            named = [each.message for each in found.findings if each.kind is FindingKind.GAP]
            said = f"no gap names {missing}, of which there are no rows"
            hold(any(missing in message for message in named), said, chunk=chunk, findings=found.findings)

        holds()


def _has_halves(feed: Feed) -> bool:
    """Whether half of a chunk's time certainly lacks the other half."""
    reaches_past = feed.dataset.forecast or feed.publication.by_publication or feed.history.snapshot_only
    return not (feed.sparse or reaches_past or isinstance(feed.layout.time, Undated))


def _half(written: pl.DataFrame, chunk: Chunk, *, at: datetime | None = None) -> ChunkData | None:
    """The first half of a document as the chunk's data; None if there is no half, or none of its rows is kept."""
    first = written.filter(pl.col("interval_start") < chunk.start + (chunk.end - chunk.start) / 2)
    if first.height in {0, written.height}:
        return None  # one interval has no half
    layout = chunk.feed.layout
    try:
        return _finished(layout.read(layout.write(first)), chunk, at=at)
    except NoData:
        return None


def _finished(reading: Reading, chunk: Chunk, *, at: datetime | None = None) -> ChunkData:
    """A reading as the chunk's data, at an instant or long after."""
    if isinstance(chunk.feed.layout.time, Undated):
        reading = reading.spanning(chunk.start, chunk.end)
    return finished(reading, chunk, chunk.feed.sources[0], at or chunk.end + _YEARS)


def _is_not_whole(data: ChunkData) -> None:
    """Raise for data that would pass as a whole chunk."""
    gap = any(finding.kind is FindingKind.GAP for finding in data.findings)
    passes = "as whole" if data.whole else "as final" if data.provenance.final else ""
    said = f"a part of a document passes {passes or 'without a gap'}"
    hold(gap and not passes, said, chunk=data.chunk, rows=data.frame, findings=data.findings)


def _is_refused(reading: Reading, chunk: Chunk) -> None:
    """Raise unless a reading without rows of a chunk is no data."""
    try:
        found = _finished(reading, chunk)
    except NoData:
        return
    hold(holds=False, what="it passes as data", chunk=chunk, rows=found.frame, findings=found.findings)
