"""Today's Outlook: the data behind CAISO's public charts, one file per day, every five minutes.

``/history/{YYYYMMDD}/{file}.csv`` has a past day, ``/current/{file}.csv`` the current one. ``Time`` is ``HH:MM`` on
California's clock: the date of the path is put before it, and repeated hours follow the order of the file. The last
rows of a current day are empty, and a page in a file's place means that the day is not there. A content delivery
network keeps copies of the current day's files by full address: the request carries a changing number, so that no
copy answers. A file does not say its day, so one that was written before the day began, or has readings in the
future, belongs to another day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from energyopti import Chunk, FeedSource, Finding, FindingKind, NoData, SchemaDrift
from energyopti.layouts import Document, Layout, Reading, in_utf_8, one_by_one
from energyopti.source import Expect, Request
from energyopti.timezones import DAY, local_date
from energyopti_caiso.protocol.layouts import ZONE
from energyopti_caiso.protocol.pieces import stretches

if TYPE_CHECKING:
    import polars as pl

    from energyopti.source import Source

_TIME = re.compile(rb'^(\d*,)?"?(\d{1,2}:\d{2})(?::00)?"?(?=,)', re.MULTILINE)
"""A time of day in the first column, or after the index that pandas writes."""

_DAY = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")
_TURNED_AFTER = timedelta(minutes=30)
"""How long after midnight the current file may still be that of the day that just ended, whose own may not be there yet."""

_EARLY = timedelta(minutes=15)
"""How far past now a reading may be before the file counts as another day's."""

READINGS = ("current demand", "demand")
"""The columns of readings in files that also have forecasts."""


def day_files(file: str) -> FeedSource:
    """The source of a feed with one file per day; for a forecast, future rows are due too."""

    async def collect(chunk: Chunk, source: Source) -> Reading:
        forecast = chunk.feed.dataset.forecast
        if chunk.day == local_date(source.now, ZONE):
            reading, modified = await _day(chunk, source, file, current=True)
        else:
            try:
                reading, modified = await _day(chunk, source, file, current=False)
            except NoData:
                if forecast or source.now >= chunk.end + _TURNED_AFTER:
                    raise
                reading, modified = await _day(chunk, source, file, current=True)
                _check_turn(reading, chunk, source.now)
        reading = still_to_come(reading, source.now, chunk)
        return reading.published(modified) if forecast else reading

    return FeedSource(name="Today's Outlook", host="outlook", collect=collect)


async def _day(chunk: Chunk, source: Source, file: str, *, current: bool) -> tuple[Reading, datetime | None]:
    """The current day's file or a past day's as the file of a chunk's day, and when it was written."""
    request = Request(
        path=f"{'current' if current else f'history/{chunk.day:%Y%m%d}'}/{file}.csv",
        params=past_caches(source.now) if current else {},
        expect=Expect.CSV,
        html_means_missing=True,
    )
    (payload,) = await source.get_all([request])
    content = in_utf_8(payload.content)
    if payload.modified is not None and payload.modified < chunk.start and _TIME.search(content):
        raise NoData(f"{chunk}: the file was written before the day began: it is still another day's file")
    return await source.run(chunk.feed.layout.read, dated(content, chunk.day)), payload.modified


def _check_turn(reading: Reading, chunk: Chunk, now: datetime) -> None:
    """Raise `NoData` unless the current file is still that of the day that just ended.

    The file of the new day has no figure of a time of day that is still to come.
    """
    latest = chunk.start + (now - chunk.end) + _EARLY
    if not _has_readings(reading, reading.frame["interval_start"] > latest, forecast=False):
        raise NoData(f"{chunk}: the current file is the new day's, and the day's own is not there yet")


def past_caches(now: datetime) -> dict[str, str]:
    """A query string that no cached copy matches; the server itself ignores it."""
    return {"_": str(round(now.timestamp() * 1000))}


def dated(content: bytes, day: date) -> bytes:
    """A file with its day put before every time of day; a last row of midnight gets the next day."""
    times = list(_TIME.finditer(content))
    if not times:
        return content
    last = times[-1]
    at_midnight = len(times) > 1 and last[2] in {b"00:00", b"0:00"}
    cut = last.start() if at_midnight else len(content)
    today, tomorrow = (_before(day + number * DAY) for number in (0, 1))
    return _TIME.sub(today, content[:cut]) + _TIME.sub(tomorrow, content[cut:])


def _read_file(layout: Layout, document: Document) -> Reading:
    """A user's file: for the day in its name, or on which an archive says that it was written.

    Raises `SchemaDrift` for a file that gives its day nowhere.
    """
    content = in_utf_8(document.content)
    if not _TIME.search(content):
        return layout.read(content)
    day = _day_in(document.name) or (document.modified and local_date(document.modified, ZONE))
    if day is None:
        raise SchemaDrift(
            "the file's times have no date, and its name has no day: add it, as in fuelsource-20240701.csv"
        )
    reading = layout.read(dated(content, day))
    return reading.published(document.modified) if layout.dataset.forecast else reading


read_files = one_by_one(_read_file)


def _day_in(name: str) -> date | None:
    """The day in a file's name."""
    found = _DAY.search(name)
    try:
        return found and date(*map(int, found.groups()))
    except ValueError:
        return None


def _before(day: date) -> bytes:
    return rb"\g<1>" + f"{day:%m/%d/%Y} ".encode() + rb"\g<2>"


def still_to_come(reading: Reading, now: datetime, chunk: Chunk) -> Reading:
    """A reading up to its last figure; a finding counts the empty rows after it, which may still be filled.

    Empty rows before it stay, and their time is a gap. Raises `NoData` for readings in the future: the file is another
    day's.
    """
    starts = reading.frame["interval_start"]
    if _has_readings(reading, starts > now + _EARLY, forecast=chunk.feed.dataset.forecast):
        raise NoData(f"{chunk}: the file has figures for the future: it is still another day's file")
    filled = reading.frame.select(_any_figure(reading.frame)).to_series()
    times = starts.filter(filled)
    mask = starts <= times.max() if len(times) else filled
    left_out = int((~mask).sum())
    if left_out:
        reading = _up_to(reading, mask, left_out)
    empty = reading.frame.filter(~filled.filter(mask)).join(
        times.unique().to_frame(), on="interval_start", how="anti"
    )
    return _with_holes(reading, empty) if empty.height else reading


def _up_to(reading: Reading, mask: pl.Series, left_out: int) -> Reading:
    """A reading without the empty rows at its end."""
    finding = Finding(
        kind=FindingKind.ADVISORY_ROW,
        message=f"{left_out} rows after the last figure are empty: they are still to come",
        rows=left_out,
        accounts=True,
    )
    kept = reading.frame.filter(mask)
    missing = [each for each in reading.findings if each.kind is not FindingKind.MISSING_VALUE]
    missing += [
        attrs.evolve(each, rows=kept[each.column].null_count())
        for each in reading.findings
        if each.kind is FindingKind.MISSING_VALUE and each.column and kept[each.column].null_count()
    ]
    return attrs.evolve(reading, findings=tuple(missing)).keep(mask, finding)


def _with_holes(reading: Reading, empty: pl.DataFrame) -> Reading:
    """A reading with a gap at each time without any figure: it may still be filled."""
    times = empty["interval_start"].n_unique()
    finding = Finding(
        kind=FindingKind.GAP,
        message=f"{times} times have no figure in the file",
        rows=times,
        spans=stretches(empty),
    )
    return attrs.evolve(reading, findings=(*reading.findings, finding))


def _has_readings(reading: Reading, mask: pl.Series, *, forecast: bool) -> bool:
    """Whether some rows of a file have readings, even if only beside the forecasts that were read from it."""
    import polars as pl

    if not mask.any():
        return False
    if not forecast:
        return bool(reading.frame.filter(mask).select(_any_figure(reading.frame)).to_series().any())
    raw = reading.raw[reading.origin.filter(mask)]
    cells = [raw[name].cast(pl.String) for name in raw.columns if name.strip().lower() in READINGS]
    return any((each.fill_null("").str.strip_chars() != "").any() for each in cells)


def _any_figure(frame: pl.DataFrame) -> pl.Expr:
    """Whether a row has a figure."""
    import polars as pl

    values = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    return pl.any_horizontal(pl.col(name).is_not_null() for name in values)
