"""What came to a small California with the day-ahead market of 2026-05-01."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import polars as pl

from energyopti import Feed
from energyopti.sandbox.series import noise
from energyopti.timezones import DAY, HOUR, local_date, to_utc
from energyopti.vocabulary import RenewableFuel
from energyopti_caiso.feeds import capacity, renewables
from energyopti_caiso.protocol.layouts import ZONE
from energyopti_caiso.sandbox.prices import PLACES
from energyopti_caiso.sandbox.tables import Rows, Table, named, series, table

_UTC = pl.Datetime("us", "UTC")
_AREAS = ("CISO", "PACE", "PACW")


def _by_product(places: list[str], products: tuple[str, ...]) -> pl.DataFrame:
    return named(
        location=[place for place in places for _ in products],
        product_native=[product for _ in places for product in products],
    )


def _prices() -> Rows:
    """Prices and their components; imbalance reserve has no losses."""
    capacity_part = (3 + 2 * noise(91)).round(2)
    congestion = (0.5 * noise(92) + 0.1 * (pl.col("n") % 5 - 2)).round(2)
    reliability = ~pl.col("product_native").is_in(list(capacity.IMBALANCE))
    loss = pl.when(reliability).then((0.1 * noise(93)).round(2))
    parts = {"capacity": capacity_part, "congestion": congestion, "loss": loss}
    price = (capacity_part + congestion + loss.fill_null(0.0)).round(2)
    places = _by_product(PLACES["location"].to_list(), capacity.BOTH)
    return series(HOUR, places, {"price": price, **parts}, published_ahead=2 * DAY)


def _quantities(feed: Feed, products: tuple[str, ...], published_ahead: timedelta) -> Table:
    """A requirement by area and product, and nearly as much bought."""
    need = (400 + 100 * noise(94) + 20 * pl.col("n")).round(1)
    values = {"requirement": need, "procured": (need * 0.95).round(1)}
    return table(
        feed, series(HOUR, _by_product(list(_AREAS), products), values, published_ahead=published_ahead)
    )


_FUELS = named(
    location=[area for area in _AREAS for _ in RenewableFuel],
    fuel=[fuel.value for _ in _AREAS for fuel in RenewableFuel],
)


def _forecast(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
    """The forecast of an operating day, as published at 09:30 on the day before."""
    made = to_utc(datetime.combine(local_date(start, ZONE) - DAY, time(9, 30)), ZONE)
    if now < made:
        return pl.DataFrame()
    values = {"generation": (800 + 300 * noise(95) + 50 * pl.col("n")).round(1)}
    rows = series(HOUR, _FUELS, values, published_ahead=3 * DAY)(start, end, now)
    return rows.with_columns(publish_time=pl.lit(made, dtype=_UTC))


_DAM, _TWO, _THREE = capacity.REQUIREMENTS
NEW_MARKET_TABLES: Mapping[str, Table] = {
    capacity.PRICES.name: table(capacity.PRICES, _prices()),
    _DAM.name: _quantities(_DAM, capacity.BOTH, 2 * DAY),
    _TWO.name: _quantities(_TWO, capacity.IMBALANCE, 3 * DAY),
    _THREE.name: _quantities(_THREE, capacity.IMBALANCE, 4 * DAY),
    renewables.BY_AREA.name: table(renewables.BY_AREA, _forecast),
}
"""The report of each group, by the group's name."""
