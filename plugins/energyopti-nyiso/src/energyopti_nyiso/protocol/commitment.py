"""Rows of the commitment (RTC) in the running day's real-time file, separated from those of the dispatch (RTD).

Only the rows are taken that were certainly not dispatched. A quarter hour that may have been dispatched between two runs
of the commitment is in neither feed: the dispatch takes it once it is certain.
"""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, Days, FeedSource, FindingKind, NoData
from energyopti.layouts import Document, Layout, Reading
from energyopti.source import Collect, Expect
from energyopti.timezones import HOUR
from energyopti_nyiso.protocol.advisory import are_dispatched, perhaps_old, vouched_for, wall
from energyopti_nyiso.protocol.documents import DOCUMENTS
from energyopti_nyiso.protocol.servers import MOVED, newest_dispatched, posted_sources
from energyopti_nyiso.protocol.stamps import DISPATCH, FIVE_MINUTES, QUARTER

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

_START, _END = "interval_start", "interval_end"


def commitment_sources(name: str) -> tuple[FeedSource, ...]:
    """The sources of a document's commitment rows: the running day's file, on the new server since the move."""
    document = DOCUMENTS[name]
    old = committed(document.old_path, document.newest or "")
    new = committed(document.new_path, document.new_newest or "")
    return (
        *posted_sources(new, since=document.in_folder_since, current=True),
        FeedSource(name="daily file", host="mis", collect=old, preferred=Days(end=MOVED)),
    )


def committed(path: str, newest: str) -> Collect:
    """Read the commitment's rows of the running day; raises `NoData` if no row of its file certainly is one.

    ``newest`` is the path of the newest interval, which is fetched first, as for the dispatch.
    """

    async def collect(chunk: Chunk, source: Source) -> Reading:
        layout = _as_dispatched(chunk.feed.layout)
        last = await newest_dispatched(newest, layout, source)
        address = path.format(day=chunk.day)
        payload = await source.get(address, expect=Expect.CSV)
        reading = await source.run(layout.read, payload.content)
        written = source.now if payload.modified is None else payload.modified
        said = vouched_for(reading, last, chunk.end)
        work = functools.partial(of_the_commitment, reading, written=written, newest=said)
        found = await source.run(work)
        if found.frame.is_empty():
            raise NoData(f"{chunk}: {address} has no quarter hour that was certainly not dispatched")
        return perhaps_old(found, chunk, source.now)

    return collect


def commitment_alone(layout: Layout, document: Document) -> Reading:
    """The commitment's rows of a day's file of unknown fetch time."""
    reading = _as_dispatched(layout).read(document.content)
    return of_the_commitment(reading, written=None, newest=None)


def of_the_commitment(reading: Reading, *, written: datetime | None, newest: datetime | None) -> Reading:
    """The rows of a day, read as the dispatch's, that were certainly not dispatched, as quarter hours.

    ``newest`` is as for `without_advisory`. ``written`` is the latest time at which the file can have been written: a quarter hour whose last five minutes had
    not begun by then was not dispatched, because an interval is posted once it has begun. Without that time, the first
    quarter hour after the dispatch is left out: by the second one, two more dispatched intervals would be in the file.
    A row that goes back in time after the dispatch is always of the commitment.

    In the repeated hour, a row counts only if it follows on the row before it: else its pass is not known.
    """
    import polars as pl

    if reading.frame.is_empty():
        return reading
    end, place = pl.col(_END), "location"
    table = reading.frame.select(place, _END).with_columns(
        are_dispatched(reading, newest).alias("dispatched")
    )
    off = end != end.dt.truncate("15m")
    back = (end < end.filter(off).max().over(place)).fill_null(value=False)
    follows = (end - end.shift(1).over(place)).is_between(pl.duration(), QUARTER, closed="right")
    lost = (~pl.col("dispatched") & _is_repeated() & ~follows.fill_null(value=False)).cum_max().over(place)
    masks = table.select(
        "dispatched",
        perhaps=~(back | _is_ahead(written)),
        lost=lost & _is_repeated(),
    )
    kept, after = reading, pl.repeat(value=True, n=table.height, eager=True)
    for name, kind, others in _REASONS:
        kept = kept.where(~masks[name].filter(after), kind, others)
        after &= ~masks[name]
    return attrs.evolve(kept, frame=kept.frame.with_columns((end - QUARTER).alias(_START)))


_REASONS = (
    ("dispatched", FindingKind.OTHER_RUN, "rows are of the dispatch (RTD), which is another feed"),
    (
        "perhaps",
        FindingKind.OTHER_RUN,
        "rows of quarter hours may have been dispatched by now: they are in no feed",
    ),
    (
        "lost",
        FindingKind.UNKNOWN_TIME,
        "rows of the repeated hour do not follow on the row before them: their pass is not known",
    ),
)
"""Why rows are left out, by the name of their mask, in the order in which they are."""


def _is_ahead(written: datetime | None) -> pl.Expr:
    """Whether a quarter hour's last five minutes lie ahead of its file; without a time, whether it is not the first."""
    import polars as pl

    end = pl.col(_END)
    if written is not None:
        return end - FIVE_MINUTES > written
    last = end.filter("dispatched").max()
    return (end > end.filter(end > last).min()).fill_null(value=False)


def _is_repeated() -> pl.Expr:
    """Whether New York's clocks show a quarter hour's beginning or end twice."""
    import polars as pl

    end = pl.col(_END)
    return pl.any_horizontal(
        wall(at) == wall(at + other) for at in (end - QUARTER, end) for other in (HOUR, -HOUR)
    )


def _as_dispatched(layout: Layout) -> Layout:
    """The same layout with the stamps of the whole file: those of the dispatch, off the grid and in both passes."""
    return attrs.evolve(layout, time=DISPATCH)
