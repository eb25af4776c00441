"""Prices of the small PJM: verified after some days, unverified until then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs
import polars as pl

from energyopti.layouts import Layout
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR
from energyopti_pjm.feeds import prices
from energyopti_pjm.feeds.reference import PNODES
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE, optional
from energyopti_pjm.sandbox.places import PLACES, nodes
from energyopti_pjm.sandbox.tables import Table

_POSTED = timedelta(hours=30)
"""How far ahead day-ahead prices are posted."""

_VERIFIED = timedelta(days=4)
_PUBLISHED = ("total_lmp", "system_energy_price", "congestion_price", "marginal_loss_price")
_FIELDS = {
    "pnode_id": "location",
    "pnode_name": "location_name",
    "type": "type",
    "zone": "zone",
    "version_nbr": "version",
}
Rows = Callable[[datetime, datetime, datetime], pl.DataFrame]


def lmps(
    step: timedelta,
    *,
    real_time: bool,
    after: timedelta,
    kept: timedelta | None = None,
    one_of_a_name: bool = False,
) -> Rows:
    """Prices between two instants, up to some time before now, for as long as they are kept."""
    places = PLACES.filter(pl.col("location_name").is_unique()) if one_of_a_name else PLACES

    def rows(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        earliest = first if kept is None else max(first, now - kept)
        times = intervals(earliest, min(last, now - after - step), step)
        return _priced(at_places(times, places), real_time=real_time)

    return rows


def _priced(frame: pl.DataFrame, *, real_time: bool) -> pl.DataFrame:
    """Prices with their components: energy follows load; congestion and losses follow the place."""
    load = demand(ZONE, 90.0)
    number = pl.col("location").cast(pl.Int64)
    lean = ((number % 97) / 97 - 0.5).round(3)
    energy = 14 + (load - 62) * 0.7 + 4 * noise(1)
    if real_time:
        spike = pl.when(noise(2) > 0.985).then(160.0).otherwise(0.0)
        energy = energy + 8 * noise(4) + spike - pl.when(noise(3) > 0.97).then(45.0).otherwise(0.0)
    squeeze = pl.max_horizontal(pl.lit(0.0), load - 85) * (1 + 0.3 * noise(5))
    return (
        frame.with_columns(energy=energy.round(2))
        .with_columns(congestion=(squeeze * lean).round(2), loss=(pl.col("energy") * lean * 0.06).round(2))
        .with_columns(
            lmp=(pl.col("energy") + pl.col("congestion") + pl.col("loss")).round(2),
            version=pl.lit(1, dtype=pl.Int64),
            row_is_current=pl.lit("true"),
        )
    )


def _of_both_runs(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Real-time prices for settlement with the day-ahead ones beside them."""
    ahead = _HOURS_AHEAD(first, last, now)
    columns = ("lmp", "energy", "congestion", "loss")
    named = dict(zip(columns, _PUBLISHED, strict=True))
    beside = ahead.select(
        "interval_start",
        "location",
        **{f"{named[each]}_da": pl.col(each).cast(pl.String) for each in columns},
    )
    return _HOURLY(first, last, now).join(beside, on=["interval_start", "location"], how="left")


def _table(layout: Layout, rows: Rows, *, days: int | None = None, types: bool = True) -> Table:
    return Table(layout=layout, rows=rows, fields=_FIELDS, archive_days=days, archive_types=types)


_DAY_AHEAD = lmps(HOUR, real_time=False, after=-_POSTED)
_HOURLY = lmps(HOUR, real_time=True, after=_VERIFIED)
_HOURS_AHEAD = lmps(HOUR, real_time=False, after=_VERIFIED)
_FIVE = lmps(FIVE_MINUTES, real_time=True, after=_VERIFIED)
_HOURLY_NOW = lmps(
    HOUR, real_time=True, after=timedelta(minutes=5), kept=timedelta(days=30), one_of_a_name=True
)
_FIVE_NOW = lmps(FIVE_MINUTES, real_time=True, after=timedelta(minutes=2), kept=timedelta(days=15))

_BOTH_RUNS = attrs.evolve(
    prices.SETTLEMENT,
    columns=(*prices.SETTLEMENT.columns, *(optional(f"{name}_da") for name in _PUBLISHED)),
    ignored=(),
)
"""Settlement prices as they are published, both runs in one row."""

PRICE_TABLES = {
    "da_hrl_lmps": _table(prices.DAY_AHEAD, _DAY_AHEAD, days=731),
    "rt_hrl_lmps": _table(prices.REAL_TIME, _HOURLY, days=731),
    "rt_fivemin_hrl_lmps": _table(prices.FIVE_MINUTE, _FIVE, days=186, types=False),
    "rt_da_monthly_lmps": _table(_BOTH_RUNS, _of_both_runs),
    "rt_fivemin_mnt_lmps": _table(prices.FIVE_MINUTE_SETTLEMENT, _FIVE),
    "rt_unverified_hrl_lmps": Table(
        layout=prices.unverified(HOUR, "pnode_name"),
        rows=_HOURLY_NOW,
        fields={"pnode_name": "location_name", "type": "type"},
    ),
    "rt_unverified_fivemin_lmps": _table(prices.UNVERIFIED_FIVE_MINUTE, _FIVE_NOW),
    "pnode": Table(layout=PNODES, rows=nodes, when=None, fields=_FIELDS),
}
