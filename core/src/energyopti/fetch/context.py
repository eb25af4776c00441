"""What a call says about the chunks that it needs."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from energyopti.concurrency.deadline import Deadline
from energyopti.events import Event, EventKind, Observer
from energyopti.query import Chunk, ResolvedQuery, TimeRange


@attrs.frozen(kw_only=True)
class FetchContext:
    """How to fetch the chunks of a call: its deadline, its ``observer`` if anyone listens, and how new data must be.

    Data fetched less than ``max_age`` ago is new enough; without it, the feed's ``refresh_every`` counts. ``time`` is
    the queried range: a chunk need not be new outside it. With ``newer_than``, documents that chunks share are fetched
    again if they were fetched before that instant. Of ``locations``, if any, the rows are needed and of no others; with ``keeps_raw``
    the source's own columns too, however long the range is.
    """

    deadline: Deadline
    observer: Observer | None = None
    max_age: timedelta | None = None
    time: TimeRange | None = None
    newer_than: datetime | None = None
    locations: tuple[str, ...] = ()
    keeps_raw: bool = True

    @classmethod
    def of_query(
        cls,
        query: ResolvedQuery,
        deadline: Deadline,
        *,
        observer: Observer | None,
        max_age: timedelta | None,
        now: datetime,
    ) -> FetchContext:
        """What a query says about the chunks that it needs."""
        return cls(
            deadline=deadline,
            observer=observer,
            max_age=max_age,
            time=query.time,
            newer_than=None if max_age is None else now - max_age,
            locations=query.locations,
            keeps_raw=query.raw,
        )

    def of(self, chunk: Chunk) -> TimeRange:
        """The part of a chunk that the query needs; all of a chunk whose rows may lie outside its own time."""
        feed = chunk.feed
        if (
            self.time is None
            or feed.publication.forecast_days
            or feed.publication.by_publication
            or feed.history.snapshot_only
        ):
            return chunk.time
        start, end = max(chunk.start, self.time.start), min(chunk.end, self.time.end)
        return TimeRange(start, end) if start < end else chunk.time

    def emit(self, kind: EventKind, chunk: Chunk, detail: str = "") -> None:
        """Emit the event that something happened to a chunk."""
        if self.observer is not None:
            feed = chunk.feed.name
            self.observer(
                Event(kind=kind, market=chunk.market.id, subject=chunk.key, detail=detail, feed=feed)
            )
