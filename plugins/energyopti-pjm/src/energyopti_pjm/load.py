"""PJM's load: as read every five minutes, as metered, and as expected.

The areas of these feeds overlap: the whole of PJM stands beside its regions, and those beside their parts. All are
kept; never add them up. Each feed has names of its own for them, which are kept as published: ``RTO``,
``PJM RTO`` and ``RTO_COMBINED`` are the whole of PJM.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from energyopti import Chunk, ChunkSize, Example, Feed, FeedSource, Finding, FindingKind, NoData
from energyopti.datasets import LOAD as LOAD_DATASET
from energyopti.datasets import LOAD_FORECAST
from energyopti.layouts import Layout, Number, Reading, Text
from energyopti.market import Collect
from energyopti.source import Source
from energyopti.timezones import zone
from energyopti_pjm import dataminer, timing
from energyopti_pjm.examples import load as examples
from energyopti_pjm.layouts import FIVE_MINUTES, HOUR, ZONE, beginning, evaluated, optional, rows
from energyopti_pjm.unverified import verified_first

DOCUMENTED = "https://dataminer2.pjm.com/feed/{}/definition"
KEPT = timedelta(days=30)
"""How long the feeds are kept that keep the last days only."""

MADE_AT = "evaluated_at_ept"
"""The column that tells when a forecast was made, on the eastern clock."""

_MINUTE = timedelta(minutes=1)
_PRELIMINARY_FOR = timedelta(days=14)
_FIRST_FORECAST = date(2011, 1, 1)


def data_miner(collect: Collect) -> tuple[FeedSource, ...]:
    """The one source of a feed."""
    return (FeedSource(name="Data Miner", host="dataminer", collect=collect),)


def to_the_end(collect: Collect) -> Collect:
    """Ask for a chunk with its very last minute: a filter that ends at 23:59 loses the stamp 23:59:30.

    The filter speaks of minutes and includes its end, so that the first instant of the next chunk comes along: it
    is left out again, by the time of a forecast's making or of a reading. At the end of a year the filter stays
    within it.
    """

    async def whole(chunk: Chunk, source: Source) -> Reading:
        within_the_year = chunk.end.astimezone(zone(ZONE)).year == chunk.day.year
        asked = attrs.evolve(chunk, end=chunk.end + _MINUTE) if within_the_year else chunk
        return _cut(await collect(asked, source), chunk)

    return whole


def _cut(reading: Reading, chunk: Chunk) -> Reading:
    """The rows that were made, or read, within a chunk; a finding counts the others."""
    made = reading.frame["publish_time" if chunk.feed.dataset.forecast else "interval_start"]
    inside = ((made >= chunk.start) & (made < chunk.end)).fill_null(value=True)
    if inside.all():
        return reading
    if not inside.any():
        raise NoData(f"{chunk}: PJM has no rows of its time: not published yet, or no longer kept")
    others = int((~inside).sum())
    finding = Finding(
        kind=FindingKind.OUTSIDE_CHUNK,
        message=f"{others} rows of the next chunk's first instant came along",
        rows=others,
        accounts=True,
    )
    return reading.keep(inside, finding)


def expected(made: str, begins: str, step: timedelta, *, ends: str | None = None) -> Layout:
    """Expected load by area; ``made`` and ``begins`` are the columns of a forecast's making and its interval."""
    ending = (ends, f"{ends.removesuffix('_utc')}_ept") if ends else ()
    return rows(
        LOAD_FORECAST,
        beginning(step, names=begins),
        evaluated(made),
        Text("forecast_area", to="location"),
        Number("forecast_load_mw", to="load"),
        ignored=ending,
    )


INSTANTANEOUS = rows(
    LOAD_DATASET,
    beginning(FIVE_MINUTES),
    Text("area", to="location"),
    Number("instantaneous_load", to="load"),
)
"""Readings at their stamps, which are a second or two off the five-minute grid."""

METERED = rows(
    LOAD_DATASET,
    beginning(HOUR),
    Text("load_area", to="location"),
    Number("mw", to="load"),
    *(optional(name) for name in ("nerc_region", "mkt_region", "zone", "is_verified")),
)
"""Hourly means by load area, verified or not yet, which the source's own columns say."""

PRELIMINARY = rows(
    LOAD_DATASET,
    beginning(HOUR),
    Text("load_area", to="location"),
    Number("prelim_load_avg_hourly", to="load"),
)

SEVEN_DAYS = expected(
    "evaluated_at_datetime_utc",
    "forecast_datetime_beginning_utc",
    HOUR,
    ends="forecast_datetime_ending_utc",
)
HISTORICAL = expected("evaluated_at_utc", "forecast_hour_beginning_utc", HOUR)
VERY_SHORT = expected(
    "evaluated_at_utc",
    "forecast_datetime_beginning_utc",
    FIVE_MINUTES,
    ends="forecast_datetime_ending_utc",
)

METERED_LOAD = Feed(
    name="hrl_load_metered",
    dataset=LOAD_DATASET,
    title="Hourly metered load by load area, and RTO for all of them; preliminary load until then",
    documented_at=DOCUMENTED.format("hrl_load_metered"),
    history_from=date(1993, 1, 1),
    step=HOUR,
    chunk=ChunkSize.MONTH,
    refresh_every=timedelta(minutes=30),
    **timing.METERED,
    layout=METERED,
    example=Example(payload=examples.METERED, rows=examples.METERED_ROWS),
    sources=data_miner(
        verified_first(
            dataminer.rows("hrl_load_metered", METERED),
            dataminer.rows("hrl_load_prelim", PRELIMINARY),
            kept=_PRELIMINARY_FOR,
            same_places=False,
        )
    ),
    unconfirmed="its first day in 1993; which area of preliminary load is which load area, so that preliminary rows "
    "keep names of their own (MIDATL holds many areas) and leave gaps under the metered ones; whether an hour "
    "stands once as not verified and again as verified, which would be found as a repeated key",
)

INSTANTANEOUS_LOAD = Feed(
    name="inst_load",
    dataset=LOAD_DATASET,
    title="Load read every five minutes, by zone and region, and PJM RTO for all of them",
    documented_at=DOCUMENTED.format("inst_load"),
    history_from=date(2018, 4, 1),
    step=FIVE_MINUTES,
    irregular=True,
    retention=KEPT,
    **timing.REAL_TIME,
    layout=INSTANTANEOUS,
    example=Example(payload=examples.INSTANTANEOUS, rows=examples.INSTANTANEOUS_ROWS),
    sources=data_miner(to_the_end(dataminer.rows("inst_load", INSTANTANEOUS))),
    unconfirmed="the names of its areas; how many days are kept: about 30; whether stamps ever lie before the "
    "five-minute grid, or within the last minute of a year, which would be lost",
)

PRELIMINARY_LOAD = Feed(
    name="hrl_load_prelim",
    dataset=LOAD_DATASET,
    title="Hourly preliminary load by area, before it is metered",
    documented_at=DOCUMENTED.format("hrl_load_prelim"),
    history_from=date(2011, 8, 23),
    step=HOUR,
    chunk=ChunkSize.MONTH,
    refresh_every=timedelta(minutes=30),
    **timing.PRELIMINARY,
    layout=PRELIMINARY,
    example=Example(payload=examples.PRELIMINARY, rows=examples.PRELIMINARY_ROWS),
    sources=data_miner(dataminer.rows("hrl_load_prelim", PRELIMINARY)),
    unconfirmed="the full list of its areas, and whether the whole of PJM is among them",
)

HISTORICAL_FORECAST = Feed(
    name="load_frcstd_hist",
    dataset=LOAD_FORECAST,
    title="Load forecasts as they were made every six hours, by area",
    documented_at=DOCUMENTED.format("load_frcstd_hist"),
    history_from=_FIRST_FORECAST,
    step=HOUR,
    forecast_days=8,
    refresh_every=timedelta(minutes=30),
    **timing.SIX_HOURLY_FORECASTS,
    layout=HISTORICAL,
    example=Example(payload=examples.HISTORICAL, rows=examples.HISTORICAL_ROWS),
    sources=data_miner(to_the_end(dataminer.rows("load_frcstd_hist", HISTORICAL, when=MADE_AT))),
    unconfirmed="its first day in 2011; how many days a forecast reaches: seven and a part are looked at; how soon "
    "after its making it is published; the names of its areas, fewer than those of load_frcstd_7_day",
)

SEVEN_DAY_FORECAST = Feed(
    name="load_frcstd_7_day",
    dataset=LOAD_FORECAST,
    title="Load forecast of the running day and six more, the newest alone, by area; RTO_COMBINED for all of them",
    documented_at=DOCUMENTED.format("load_frcstd_7_day"),
    history_from=_FIRST_FORECAST,
    step=HOUR,
    snapshot_only=True,
    forecast_days=7,
    refresh_every=timedelta(minutes=15),
    **timing.CURRENT,
    layout=SEVEN_DAYS,
    example=Example(payload=examples.SEVEN_DAYS, rows=examples.SEVEN_DAYS_ROWS),
    sources=data_miner(dataminer.rows("load_frcstd_7_day", SEVEN_DAYS, when=None)),
    unconfirmed="the full list of its areas",
)

VERY_SHORT_FORECAST = Feed(
    name="very_short_load_frcst",
    dataset=LOAD_FORECAST,
    title="Load forecasts of the next two hours in five-minute steps, by area",
    documented_at=DOCUMENTED.format("very_short_load_frcst"),
    history_from=_FIRST_FORECAST,
    step=FIVE_MINUTES,
    forecast_days=2,
    retention=KEPT,
    **timing.FORECAST_RUNS,
    layout=VERY_SHORT,
    example=Example(payload=examples.VERY_SHORT, rows=examples.VERY_SHORT_ROWS),
    sources=data_miner(to_the_end(dataminer.rows("very_short_load_frcst", VERY_SHORT, when=MADE_AT))),
    unconfirmed="how often a forecast is made; how many days are kept: about 30; the names of its areas",
)

LOAD = (
    METERED_LOAD,
    INSTANTANEOUS_LOAD,
    PRELIMINARY_LOAD,
    HISTORICAL_FORECAST,
    SEVEN_DAY_FORECAST,
    VERY_SHORT_FORECAST,
)
"""Metered load and historical forecasts come first: they have all of the past, and what others lack of it."""
