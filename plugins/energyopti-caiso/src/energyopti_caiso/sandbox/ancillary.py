"""Reserves and regulation of a small California."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from energyopti.sandbox.series import noise
from energyopti.timezones import DAY, HOUR
from energyopti_caiso.feeds import ancillary
from energyopti_caiso.feeds.clearing import PLACES
from energyopti_caiso.protocol.layouts import QUARTER
from energyopti_caiso.sandbox.tables import Rows, Table, named, series, table

_REGIONS = tuple(dict.fromkeys(region for regions in PLACES.values() for region in regions))
_TYPES = ("NR", "SR", "RU", "RD")
_MILEAGE = ("RMU", "RMD")
_PAIRS = [(kind, region) for kind in _TYPES for region in _REGIONS] + [
    (kind, _REGIONS[0]) for kind in _MILEAGE
]
_PRICED = named(product_native=[kind for kind, _ in _PAIRS], location=[region for _, region in _PAIRS])
"""Mileage is priced in one region only, the other products in all six."""

_BINDS = (pl.col("n") % 6 == 0) | (noise(61) > 0.6)
_PRICE = pl.when(_BINDS).then((4 + 3 * noise(62) + 0.25 * pl.col("n")).round(2)).otherwise(0.0)
_NEEDED = [
    (item, region)
    for word in ("SP", "RU")
    for item in (f"{word}_REQ_MIN_MW", f"{word}_REQ_MAX_MW")
    for region in _REGIONS[:2]
]
_REQUIRED = named(product_native=[item for item, _ in _NEEDED], location=[region for _, region in _NEEDED])
_MAXIMUM = pl.col("product_native").str.contains("MAX")
_NEED = pl.when(_MAXIMUM).then(pl.col("n") % 2 * 900.0).otherwise((400 + 20 * noise(63)).round(1))
_BOUGHT = named(
    product_native=["NS_PROC_MW", "NS_SPROC_MW", "NS_TOT_MW", "RU_TOT_MW"], location=[_REGIONS[0]] * 4
)


def _prices(step: timedelta, published_ahead: timedelta) -> Rows:
    return series(step, _PRICED, {"price": _PRICE}, published_ahead=published_ahead)


def _required(run: str, step: timedelta, published_ahead: timedelta) -> Table:
    """The document that both feeds of a run read: it includes the figures that each of them leaves out."""
    layout = ancillary.NEEDS.layout("AS_REQ", run)
    return Table(
        layout=layout, rows=series(step, _REQUIRED, {"requirement": _NEED}, published_ahead=published_ahead)
    )


_LONG_DAY = DAY + HOUR
_STEPS = (("DAM", HOUR, 2 * DAY), ("HASP", HOUR, 2 * HOUR), ("RTM", QUARTER, QUARTER))
ANCILLARY_TABLES = {
    ("PRC_AS", "DAM", ""): table(
        ancillary.DAY_AHEAD, _prices(HOUR, 2 * DAY), 12, longest=_LONG_DAY, cut=True
    ),
    ("PRC_AS", "HASP", ""): table(
        ancillary.HOUR_AHEAD, _prices(HOUR, 2 * HOUR), 12, longest=_LONG_DAY, cut=True
    ),
    ("PRC_INTVL_AS", "RTM", ""): table(ancillary.REAL_TIME, _prices(QUARTER, timedelta()), longest=HOUR),
    **{("AS_REQ", run, ""): _required(run, step, published_ahead) for run, step, published_ahead in _STEPS},
    **{
        ("AS_RESULTS", run, ""): table(
            feed,
            series(
                step, _BOUGHT, {"procured": (300 + 50 * noise(64)).round(1)}, published_ahead=published_ahead
            ),
        )
        for feed, (run, step, published_ahead) in zip(ancillary.RESULTS, _STEPS, strict=True)
    },
}
