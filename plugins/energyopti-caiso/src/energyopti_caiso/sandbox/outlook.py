"""Today's Outlook in the sandbox: one file per day, the current one up to now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl

from energyopti import Feed
from energyopti.layouts import Layout
from energyopti.sandbox import Answer, Ask
from energyopti.sandbox.series import at_places, intervals, noise
from energyopti.timezones import DAY, local_date, midnight
from energyopti_caiso.feeds import outlook as charts
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, ZONE
from energyopti_caiso.sandbox.power import expected

_PATH = re.compile(r"(?:history/(?P<day>\d{8})|current)/(?P<file>\w+)\.csv")
_PAGE = b"<!DOCTYPE html><html><body>CAISO</body></html>"
_DATE = re.compile(rb"(?m)^\d\d/\d\d/\d{4} ")
_FILES: Mapping[str, tuple[Feed, ...]] = {
    "demand": (charts.DEMAND, charts.DAY_AHEAD, charts.HOUR_AHEAD),
    **{
        feed.name: (feed,)
        for feed in charts.CHARTS
        if feed.name not in {"demand", "demand_day_ahead", "demand_hour_ahead"}
    },
}
_DAYS_OF_FORECAST = 8


def outlook(ask: Ask) -> Answer:
    """One file; a page in its place if there is none."""
    found = _PATH.fullmatch(ask.path)
    if found is None:
        return Answer.missing()
    today = local_date(ask.now, ZONE)
    day = today if found["day"] is None else _day(found["day"])
    past = found["day"] is not None
    if (
        day is None
        or found["file"] not in _FILES
        or (past and day >= today)
        or day < charts.FUELS.history.since
    ):
        return Answer(body=_PAGE, content_type="text/html")
    body = _file(found["file"], day, ask.now)
    modified = min(midnight(day + DAY, ZONE), ask.now)
    return Answer(body=body, content_type="text/csv", modified=modified)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _file(name: str, day: date, now: datetime) -> bytes:
    """A day's file: in the columns of readings, everything after now is empty."""
    feeds = _FILES[name]
    days = _DAYS_OF_FORECAST if feeds[0] is charts.SEVEN_DAYS else 1
    times = intervals(midnight(day, ZONE), midnight(day + days * DAY, ZONE) - FIVE_MINUTES, FIVE_MINUTES)
    columns: list[pl.DataFrame] = []
    for feed in feeds:
        cells = _cells(feed, times, now)
        columns.append(cells if not columns else cells.drop("Time"))
    content = pl.concat(columns, how="horizontal").write_csv().encode()
    return content if feeds[0] is charts.SEVEN_DAYS else _DATE.sub(b"", content)


def _cells(feed: Feed, times: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """The columns of one feed."""
    layout: Layout = feed.layout
    wide = layout.wide
    words = [""] if wide is None else [column.words[0] for column in wide.columns]
    figures = [column.to for column in layout.columns if column.to] if wide is None else [wide.value]
    series = pl.DataFrame({wide.to[0] if wide else "series": words}).with_row_index("n")
    value = (expected(90 + len(words), 0.01) * 0.9 + 30 * noise(91)).round(0)
    known = pl.lit(value=True) if feed.dataset.forecast else pl.col("interval_start") <= now
    frame = at_places(times, series.with_columns(pl.col("n").cast(pl.Int64))).with_columns(
        pl.when(known).then(value - 100 * number).alias(name) for number, name in enumerate(figures)
    )
    return pl.read_csv(layout.write(frame), infer_schema=False)
