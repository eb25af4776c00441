"""Prices of a small California: its hubs and load zones, and a few made-up nodes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti.sandbox.series import demand, noise
from energyopti.timezones import HOUR, midnight
from energyopti_caiso.feeds import prices
from energyopti_caiso.feeds.by_run import NEW_MARKET
from energyopti_caiso.locations import USUAL
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, ZONE
from energyopti_caiso.sandbox.tables import Rows, Table, named, series, table

_NODES = [f"NODE{number:02d}_7_N{number:03d}" for number in range(12)]
_AGGREGATES = ["ELAP_PACE-APND"]
PLACES = named(location=[*USUAL, *_AGGREGATES, *_NODES])
POINTS = named(location=["MALIN_5_N101", "PALOVRDE_ASR-APND"])
_POSTED = timedelta(days=1, hours=14)
"""How far ahead of its end a day-ahead hour is posted."""


_ALWAYS = datetime(2009, 1, 1, tzinfo=UTC)
_NEVER = datetime(2100, 1, 1, tzinfo=UTC)


def _priced(*, real_time: bool, ghg_from: datetime) -> dict[str, pl.Expr]:
    """A price and its components: energy follows load minus solar; congestion and losses follow the place."""
    load = demand(ZONE, 30.0)
    lean = (pl.col("n") % 7 - 3) / 3
    energy = (22 + (load - 24) * 2.5 + 4 * noise(1) + (9 * noise(2) if real_time else 0.0)).round(2)
    congestion = (lean * (3 + 2 * noise(3))).round(2)
    loss = (energy * lean * 0.03).round(2)
    ghg = pl.when(pl.col("interval_start") >= ghg_from).then((-0.5 * (1 + noise(4))).round(2))
    parts = energy + congestion + loss + ghg.fill_null(0.0)
    return {"lmp": parts.round(2), "energy": energy, "congestion": congestion, "loss": loss, "ghg": ghg}


def _rows(
    step: timedelta,
    places: pl.DataFrame,
    *,
    real_time: bool,
    published_ahead: timedelta = timedelta(),
    ghg_from: datetime | None = None,
) -> Rows:
    ghg_from = ghg_from or (_ALWAYS if real_time else _NEVER)
    return series(
        step, places, _priced(real_time=real_time, ghg_from=ghg_from), published_ahead=published_ahead
    )


def _points(run: str, step: timedelta, longest: timedelta, published_ahead: timedelta = timedelta()) -> Table:
    feed = next(feed for feed in prices.SCHEDULING_POINTS if feed.name.endswith(f"_{run}"))
    rows = _rows(step, POINTS, real_time=run != "DAM", published_ahead=published_ahead)
    return table(feed, rows, 5, split=True, longest=longest)


_DAY = timedelta(days=1, hours=1)
PRICE_TABLES = {
    ("PRC_LMP", "DAM", ""): table(
        prices.DAY_AHEAD,
        _rows(
            HOUR,
            PLACES,
            real_time=False,
            published_ahead=_POSTED,
            ghg_from=midnight(NEW_MARKET, ZONE),
        ),
        12,
        split=True,
        longest=_DAY,
    ),
    ("PRC_RTPD_LMP", "RTPD", ""): table(
        prices.FIFTEEN_MINUTE, _rows(QUARTER, PLACES, real_time=True), 3, split=True, longest=HOUR
    ),
    ("PRC_INTVL_LMP", "RTM", ""): table(
        prices.FIVE_MINUTE, _rows(FIVE_MINUTES, PLACES, real_time=True), 3, split=True, longest=HOUR
    ),
    ("PRC_HASP_LMP", "HASP", ""): table(
        prices.HOUR_AHEAD, _rows(QUARTER, PLACES, real_time=True, published_ahead=HOUR), 3, longest=HOUR
    ),
    ("PRC_SPTIE_LMP", "DAM", ""): _points("DAM", HOUR, _DAY, _POSTED),
    ("PRC_SPTIE_LMP", "RTPD", ""): _points("RTPD", QUARTER, HOUR),
    ("PRC_SPTIE_LMP", "RTD", ""): _points("RTD", FIVE_MINUTES, HOUR),
}
