"""The newest interval of a feed, or the newest publication of a forecast: what is out by now, wherever it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.answer.parts import Coverage, CoveragePart, CoverageStatus
from energyopti.answer.result import MarketData
from energyopti.errors import NoData
from energyopti.findings import FindingKind
from energyopti.query import ResolvedQuery, TimeRange, plan
from energyopti.timezones import DAY, INSTANT, local_date, midnight
from energyopti.tuning.chunks import CHUNKS_BACK, LONGEST_LOOK

_OF_ABSENCE = {
    FindingKind.MISSING_PART,
    FindingKind.UNAVAILABLE,
    FindingKind.GAP,
    FindingKind.FEWER_SERIES,
}


async def newest(
    ask: Callable[[ResolvedQuery], Awaitable[MarketData]], query: ResolvedQuery, now: datetime
) -> MarketData:
    """The rows of the last interval that is out, at all locations asked for; of a forecast, the last publication.

    Where locations differ in how far they are, the interval is the last of any: the answer may lack some. Raises `NoData` if
    nothing was published for a few chunks, and the errors of asking.
    """
    if query.feed.history.snapshot_only:
        return _cut(await ask(query))
    why: NoData | None = None
    for span in _spans(query, now):
        try:
            found = await ask(attrs.evolve(query, time=span, partial=True))
        except NoData as error:
            why = why or error
            continue
        if len(found):
            return _cut(found)
    raise NoData(
        "nothing that is out was found", do="give a range", market=query.market.id, feed=query.feed.name
    ) from why


def _spans(query: ResolvedQuery, now: datetime) -> list[TimeRange]:
    """Where the newest rows may be, the latest span first."""
    market, feed = query.market, query.feed
    if feed.reaches_past and not feed.publication.by_publication:
        today, days = local_date(now, market.zone), max(feed.publication.forecast_days, 1)
        firsts = [midnight(today - back * DAY, market.zone) for back in range(CHUNKS_BACK)]
        return [TimeRange(first, first + days * DAY) for first in firsts]
    end = max(now + INSTANT, feed.due_to(now, market.zone))
    if (ahead := min(feed.publication.published_ahead, LONGEST_LOOK)) > timedelta():
        end = midnight(local_date(now + ahead, market.zone) + DAY, market.zone)  # days are published whole
    (chunk,) = plan(market, feed, TimeRange(end - INSTANT, end), places=query.places, now=now)
    spans = []
    for _ in range(CHUNKS_BACK):
        last = min(end, chunk.end)
        whole = feed.sparse or feed.step >= DAY
        spans.append(TimeRange(chunk.start if whole else max(chunk.start, last - LONGEST_LOOK), last))
        chunk = chunk.previous()
    return spans


def _cut(data: MarketData) -> MarketData:
    """The answer with the rows of its last interval or publication only, as a whole of its own."""
    by = "publish_time" if data.dataset.forecast and "publish_time" in data.columns else "interval_start"
    if by not in data.columns or data.frame.is_empty():
        return data
    frame = data.frame.filter(pl.col(by) == pl.col(by).max())
    start, end = frame.select(pl.col("interval_start").min(), pl.col("interval_end").max()).row(0)
    part = CoveragePart(start=start, end=end, status=CoverageStatus.COMPLETE, rows=frame.height)
    (query,) = data.queries
    return attrs.evolve(
        data,
        queries=(attrs.evolve(query, time=TimeRange(start, end)),),
        frame=frame,
        coverage=Coverage(start=start, end=end, parts=(part,)),
        findings=tuple(
            each for each in data.findings if each.kind not in _OF_ABSENCE and each.touches(start, end)
        ),
        raw_parts=(),
    )
