"""Documents of a list as they arrive: some are listed but absent, some repeat an earlier document."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from energyopti import Finding, FindingKind, NoData
from energyopti.concurrency import gather
from energyopti.layouts import Layout, Reading
from energyopti.source import Expect, Request
from energyopti.timezones import iso_utc
from energyopti_ercot.protocol.listing import Document

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

Text = tuple[int, bytes]
"""A text of a document, and its position in the order of posting."""

_PLACE = "\0place"

DOWNLOAD = "misdownload/servlets/mirDownload"

Choice = Callable[[Sequence[Document]], Sequence[Document]]
"""Picks the documents of a list that a chunk is made of."""

Found = list[tuple[Document, bytes]]
"""Documents with their contents."""


def numbered(document: Document) -> Request:
    """The request for a document, which never changes: anything posted again has another number."""
    params = {"doclookupId": document.number}
    return Request(path=DOWNLOAD, params=params, expect=Expect.ZIP, immutable=True)


async def download(source: Source, chosen: Sequence[Document]) -> list[bytes]:
    """The zips of some documents."""
    return [payload.content for payload in await source.get_all([numbered(each) for each in chosen])]


async def download_what_is_there(
    source: Source, every: Sequence[Document], choice: Choice
) -> tuple[Found, list[Document]]:
    """The documents of a choice with their contents, and those that are listed but absent.

    Another document may be chosen in place of an absent one.
    """
    absent: list[Document] = []
    while True:
        chosen = choice([each for each in every if each not in absent])
        contents = await gather([functools.partial(_content, source, each) for each in chosen])
        lacking = [each for each, content in zip(chosen, contents, strict=True) if content is None]
        if not lacking:
            found = zip(chosen, contents, strict=True)
            return [(each, content) for each, content in found if content is not None], absent
        absent += lacking


async def _content(source: Source, document: Document) -> bytes | None:
    """The zip of a document; None if it is listed but absent."""
    try:
        (content,) = await download(source, [document])
    except NoData:
        return None
    return content


def lacking(absent: Sequence[Document], spans: Sequence[tuple[datetime, datetime]]) -> Finding:
    """The finding that documents of some times are listed but absent: their content is missing, or not corrected."""
    count = f"{len(absent)} documents are" if len(absent) > 1 else "1 document is"
    first = min(absent, key=lambda each: each.published)
    return Finding(
        kind=FindingKind.GAP,
        message=f"{count} listed but not available, not yet or no longer: first {first.name}, published at "
        f"{iso_utc(first.published)}",
        spans=tuple(dict.fromkeys(spans)),
    )


def last_posting(reading: Reading, layout: Layout, texts: Sequence[Text]) -> Reading:
    """The reading of several texts without rows that a later text repeats; a finding accounts for them.

    ``texts`` are in the order of the reading, each with its position in the order of posting. If a layout keeps rows
    that repeat a key, repeats within one text are intended: for each time, the rows of the last text are kept.
    """
    key = [name for name in layout.dataset.key if name in reading.frame.columns]
    if len(texts) < 2 or not reading.frame.select(key).is_duplicated().any():
        return reading
    heights = [layout.read(text).raw.height for _, text in texts]
    if sum(heights) != reading.raw.height:
        return reading  # it is not known which rows came from which text
    same = ["interval_start"] if layout.repeats == "keep" else key
    stands = _stands(reading, [place for place, _ in texts], heights, same)
    if stands.all():
        return reading
    gone = reading.frame.filter(~stands)
    first = gone["interval_start"].min()
    assert isinstance(first, datetime)  # noqa: S101 - for the type checker: there are rows
    finding = Finding(
        kind=FindingKind.SUPERSEDED_ROW,
        message=f"{gone.height} rows were posted again, first {iso_utc(first)}: the last posting is kept",
        rows=gone.height,
        accounts=True,
    )
    return reading.keep(stands, finding)


def _stands(
    reading: Reading, places: Sequence[int], heights: Sequence[int], same: Sequence[str]
) -> pl.Series:
    """Which rows are from the last text that has rows of the same words; ``heights`` counts each text's raw rows."""
    import polars as pl

    lines = [
        pl.Series([place], dtype=pl.UInt32).new_from_index(0, height)
        for place, height in zip(places, heights, strict=True)
    ]
    table = reading.frame.select(same).with_columns(pl.concat(lines).gather(reading.origin).alias(_PLACE))
    return table.select(pl.col(_PLACE) == pl.col(_PLACE).max().over(same)).to_series()
