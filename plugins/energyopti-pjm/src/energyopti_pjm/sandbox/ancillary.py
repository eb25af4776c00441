"""Reserves and regulation of the small PJM: hourly at first, every five minutes since the redesigns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl

from energyopti.datasets import ANCILLARY_PRICES
from energyopti.layouts import Layout, Number, Text
from energyopti.sandbox.series import at_places, demand, intervals, noise
from energyopti.timezones import HOUR, midnight
from energyopti_pjm.feeds import ancillary, services
from energyopti_pjm.feeds.ancillary import HALF_HOUR, REDESIGN
from energyopti_pjm.protocol.rows import FIVE_MINUTES, ZONE, beginning, rows
from energyopti_pjm.sandbox.tables import Table
from energyopti_pjm.vocabulary import MAD, WHOLE

Rows = Callable[[datetime, datetime, datetime], pl.DataFrame]

POSTED = timedelta(hours=30)
"""How far ahead day-ahead results are posted."""

_LATER = timedelta(hours=1)
_BY_NOON = timedelta(hours=12)
"""How old settled prices are at least: all of a day is out at noon of the next."""

_TURN = midnight(REDESIGN, ZONE)
_REGULATION_TURN = midnight(REDESIGN.replace(year=2025, month=10), ZONE)
_DAY_AHEAD_SERIES = pl.DataFrame(
    {"location": [WHOLE, WHOLE, WHOLE, MAD], "product_native": ["SR", "PR", "30MIN", "SR"]}
)
_REAL_TIME_SERIES = pl.DataFrame({"location": [WHOLE, WHOLE, MAD], "product_native": ["REG", "SR", "SR"]})
_SETTLED_SERIES = pl.DataFrame(
    {
        "product_native": [
            *("RTO Synchronized Reserve", "MAD Synchronized Reserve", "RTO Secondary Reserve"),
            *("RTO Regulation Capability", "RTO Mileage Ratio"),
        ],
        "unit": ["Price", "Price", "Price", "Price", "Ratio"],
    }
)


def until(after: timedelta, step: timedelta) -> Callable[[datetime, datetime, datetime], pl.DataFrame]:
    """The intervals between two instants, up to some time before now."""

    def times(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        return intervals(first, min(last, now - after - step), step)

    return times


def changing(before: timedelta, turn: datetime, step: timedelta) -> Rows:
    """The same, with longer intervals before an instant."""
    old, new = until(_LATER, before), until(_LATER, step)

    def times(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        early = old(first, min(last, turn - before), now)
        return pl.concat([early, new(max(first, turn), last, now)])

    return times


def _results(times: Rows, series: pl.DataFrame) -> Rows:
    """Results: prices follow load, and a little more is bought than required."""

    def made(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        size = pl.col("product_native").str.len_bytes() * 600 + pl.col("location").str.len_bytes() * 10
        price = pl.max_horizontal(pl.lit(0.0), (demand(ZONE, 90.0) - 78) * 0.4 + 3 * noise(21)).round(2)
        return (
            at_places(times(first, last, now), series)
            .with_columns(price=price, requirement=(size + 5 * noise(22)).round(1))
            .with_columns(procured=(pl.col("requirement") * (1.03 + 0.02 * noise(23))).round(1))
            .with_columns(mcp_capped="price", as_req_mw="requirement", total_mw="procured")
        )

    return made


def _market(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """The regulation market: the requirement by hour of the day, with almost all of it bought."""
    return changing(HOUR, _REGULATION_TURN, HALF_HOUR)(first, last, now).with_columns(
        requirement=pl.when(demand(ZONE, 90.0) > 88).then(800.0).otherwise(525.0),
        procured=(520 + 5 * noise(24)).round(1),
        is_approved=pl.lit("1"),
    )


def _prices(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
    """Prices of regulation by area, one column each: for capability, for performance, and for both."""
    times = until(timedelta(minutes=5), FIVE_MINUTES)(first, last, now)
    dearer = (pl.col("location") == MAD).cast(pl.Float64)
    parts = at_places(times, pl.DataFrame({"location": [WHOLE, MAD]})).with_columns(
        capability_clearing_price=(20 + 12 * noise(25) + dearer).round(2),
        performance_clearing_price=(2 + 2 * noise(26)).round(2),
    )
    total = (pl.col("capability_clearing_price") + pl.col("performance_clearing_price")).round(2)
    return parts.with_columns(
        market_clearing_price=total,
        market_capped_clearing_price=total,
        reserve_quantity=(520 + 5 * noise(24)).round(1),
        reserve_requirement=pl.lit(525.0),
    )


def _services(layout: Layout, step: timedelta) -> Table:
    """Prices by name, with a ratio among them."""

    def made(first: datetime, last: datetime, now: datetime) -> pl.DataFrame:
        times = until(_BY_NOON, step)(first, last, now)
        return at_places(times, _SETTLED_SERIES).with_columns(
            price=pl.max_horizontal(pl.lit(0.0), 4 + 4 * noise(27)).round(2),
            row_is_current=pl.lit("true"),
            version_nbr=pl.lit("1"),
        )

    return Table(layout=layout, rows=made, fields={"ancillary_service": "product_native"})


_PRICES = rows(
    ANCILLARY_PRICES,
    beginning(FIVE_MINUTES),
    Text("area", to="location"),
    *(
        Number(name)
        for name in (
            *("reserve_quantity", "reserve_requirement", "market_clearing_price"),
            *("market_capped_clearing_price", "capability_clearing_price", "performance_clearing_price"),
        )
    ),
)
"""One row per stamp and area, as published."""

_RESERVE_FIELDS = {"locale": "location", "service": "product_native"}

ANCILLARY_TABLES = {
    "da_reserve_market_results": Table(
        layout=ancillary.DAY_AHEAD_PRICES,
        rows=_results(until(-POSTED, HOUR), _DAY_AHEAD_SERIES),
        fields=_RESERVE_FIELDS,
    ),
    "reserve_market_results": Table(
        layout=ancillary.REAL_TIME_PRICES,
        rows=_results(changing(HOUR, _TURN, FIVE_MINUTES), _REAL_TIME_SERIES),
        fields=_RESERVE_FIELDS,
    ),
    "reg_market_results": Table(layout=ancillary.REGULATION_RESULTS, rows=_market),
    "reg_prices": Table(layout=_PRICES, rows=_prices, fields={"area": "location"}),
    "ancillary_services": _services(services.SERVICES_HOURLY, HOUR),
    "ancillary_services_monthly": _services(services.SERVICES_MONTHLY, HOUR),
    "ancillary_services_fivemin_hrl": _services(services.SERVICES_FIVE_MINUTE, FIVE_MINUTES),
    "ancillary_services_fivemin_mnt": _services(services.SERVICES_FIVE_MINUTE_MONTHLY, FIVE_MINUTES),
}
