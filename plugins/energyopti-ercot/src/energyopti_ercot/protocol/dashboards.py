"""ERCOT's dashboards: JSON of yesterday and today (some of tomorrow too) behind its website's pages, no key needed.

A document has several days and is fetched once; each chunk takes its own rows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, FeedSource, Finding, FindingKind, NoData
from energyopti.layouts import Reading
from energyopti.source import Expect

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

FOLDER = "api/1/services/read/dashboards"


def dashboard(name: str, value: str) -> FeedSource:
    """The source of a feed in a dashboard: its rows up to the last one with a value."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        page = await source.get(f"{FOLDER}/{name}.json", expect=Expect.JSON, shared=True)
        reading = await source.run(chunk.feed.layout.read, page.content)
        if not chunk.feed.dataset.forecast:
            reading = reading.slice(chunk.start, chunk.end)
        reading = so_far(reading, value)
        if reading.frame.is_empty():
            raise NoData(
                f"{chunk}: dashboard {name} has only yesterday and today (or less), and nothing of this time yet"
            )
        return reading

    return FeedSource(name="dashboard", host="mis", collect=collect)


def so_far(reading: Reading, value: str) -> Reading:
    """The rows up to the last one with a value; a finding counts those after it, which are still to come."""
    import polars as pl

    starts = reading.frame["interval_start"]
    last = reading.frame.filter(pl.col(value).is_not_null())["interval_start"].max()
    to_come = starts > last if last is not None else starts.is_not_null()
    missing = (FindingKind.MISSING_VALUE, value)
    findings = tuple(each for each in reading.findings if (each.kind, each.column) != missing)
    reading = left_out(attrs.evolve(reading, findings=findings), to_come, f"rows have no {value} yet")
    empty = reading.frame[value].null_count()
    if not empty:
        return reading
    message = f"{value} is empty in the payload and null here"
    finding = Finding(kind=FindingKind.MISSING_VALUE, message=message, rows=empty, column=value)
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def left_out(reading: Reading, mask: pl.Series, what: str) -> Reading:
    """A reading without rows that are not readings yet; a finding counts them."""
    rows = int(mask.sum())
    if not rows:
        return reading
    finding = Finding(kind=FindingKind.ADVISORY_ROW, message=f"{rows} {what}", rows=rows, accounts=True)
    return attrs.evolve(
        reading,
        frame=reading.frame.filter(~mask),
        origin=reading.origin.filter(~mask),
        findings=(*reading.findings, finding),
    )
