"""Constraints, ramping, outages and rights of a small California, and its lists of nodes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from energyopti import Feed
from energyopti.sandbox.series import at_places, noise
from energyopti.timezones import DAY, HOUR
from energyopti_caiso.feeds import indices, ramping, reference, rights, transmission
from energyopti_caiso.locations import USUAL
from energyopti_caiso.protocol.layouts import FIVE_MINUTES, QUARTER, ZONE
from energyopti_caiso.sandbox.prices import PLACES
from energyopti_caiso.sandbox.tables import Rows, Table, days, named, series, table

_BINDING = named(
    constraint=["OMS 123 NG_1", "OMS 123 NG_1", "7820_TL 230S_IN_NG"],
    contingency=["BASE CASE", "OUT 77", "BASE CASE"],
)
_TIES = named(constraint=["MALIN500_ISL/I", "IPPDCADLN_ITC/E"], contingency=["BASE CASE"] * 2)
_BINDS = noise(71) > 0.2


def _binding(places: pl.DataFrame, step: timedelta, published_ahead: timedelta = timedelta()) -> Rows:
    """Shadow prices where something binds, which is not always; those of groups (``NG``) are negative."""
    size = (9 + 8 * noise(72) + pl.col("n")).round(2)
    group = pl.col("constraint").str.contains("NG")
    rows = series(
        step,
        places,
        {"shadow_price": pl.when(group).then(-size).otherwise(size)},
        published_ahead=published_ahead,
    )
    return lambda start, end, now: rows(start, end, now).filter(_BINDS)


_RAMPED = named(
    location=["CISO", "CISO", "PACE", "PACE"],
    direction=["up", "down"] * 2,
)
_CURVE = named(location=["CISO"] * 4, direction=["up", "up", "down", "down"], component=["1", "2"] * 2)
_MOVED = named(location=["CISO"] * 3, component=["SUPPLY", "INTERTIE", "LOAD"])
_STEPS = {"RTPD": QUARTER, "RTD": FIVE_MINUTES}
_NEED = (500 + 200 * noise(73) + 20 * pl.col("n")).round(1)
_PRICE = (3 + 3 * noise(74)).round(2)


def _ramping(
    feeds: tuple[Feed, ...], places: pl.DataFrame, version: int = 4, **values: pl.Expr
) -> dict[tuple[str, str, str], Table]:
    """The tables of a report's runs."""
    found = {}
    for feed in feeds:
        query, _, run = feed.name.rpartition("_")
        rows = series(_STEPS[run], places, values, published_ahead=_STEPS[run])
        found[query, run, ""] = table(feed, rows, version)
    return found


_AUCTION = pl.format("AUC_MN_{}_TC", pl.col("interval_start").dt.strftime("%Y_M%m"))
_RIGHTS = named(sink=list(USUAL[:3]) * 2, block=["6x16"] * 3 + ["6x8+1x24"] * 3)
_HELD = named(
    source=["TH_NP15_GEN-APND"] * 2,
    sink=["TH_SP15_GEN-APND"] * 2,
    block=["6x16"] * 2,
    participant=["OWNER1"] * 2,
)


def _months(places: pl.DataFrame, **values: pl.Expr) -> Rows:
    """Rights for the months that begin between two instants; there are auctions for the coming year."""

    def rows(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        local = pl.col("interval_start").dt.convert_time_zone(ZONE)
        starts = days(named(x=["x"]), {}, published_ahead=360 * DAY)(start, end, now).select(
            "interval_start", "interval_end"
        )
        firsts = starts.filter(local.dt.day() == 1).with_columns(
            interval_end=local.dt.offset_by("1mo").dt.convert_time_zone("UTC")
        )
        return at_places(firsts, places).with_columns(auction=_AUCTION, **values)

    return rows


_OPENED = datetime(2009, 4, 1, 7, tzinfo=UTC)


def _nodes(*, aggregated: bool) -> Rows:
    """The nodes valid now."""
    kind = pl.col("location").str.ends_with("-APND")

    def rows(start: datetime, end: datetime, now: datetime) -> pl.DataFrame:
        del start, end, now
        return PLACES.filter(kind if aggregated else ~kind).with_columns(
            location_name=pl.lit(None, dtype=pl.String),
            valid_from=pl.lit(_OPENED, dtype=pl.Datetime("us", "UTC")),
            valid_to=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        )

    return rows


_NOMOGRAM, _TIE, _NOMOGRAM_RTM, _FLOWGATE = transmission.CONSTRAINT_FEEDS
GRID_TABLES = {
    ("PRC_NOMOGRAM", "DAM", ""): table(_NOMOGRAM, _binding(_BINDING, HOUR, 2 * DAY)),
    ("PRC_CNSTR", "DAM", ""): table(_TIE, _binding(_TIES, HOUR, 2 * DAY)),
    ("PRC_RTM_NOMOGRAM", "RTM", ""): table(_NOMOGRAM_RTM, _binding(_BINDING, FIVE_MINUTES)),
    ("PRC_RTM_FLOWGATE", "RTM", ""): table(_FLOWGATE, _binding(_TIES, FIVE_MINUTES)),
    **_ramping(ramping.REQUIREMENTS, _RAMPED, requirement=_NEED),
    **_ramping(ramping.AWARDS, _RAMPED, procured=_NEED),
    **_ramping(ramping.CURVES, _CURVE, requirement=_NEED, price=_PRICE),
    **_ramping(ramping.UNCERTAINTY, _MOVED, requirement=(40 * noise(75)).round(1)),
    **_ramping(ramping.PRICES, _RAMPED, 2, requirement=_NEED, price=_PRICE),
    ("CRR_CLEARING", "", ""): table(
        rights.CLEARING, _months(_RIGHTS, price=(500 * noise(76) + pl.col("n")).round(2))
    ),
    ("CRR_INVENTORY", "", ""): table(
        rights.INVENTORY, _months(_HELD, quantity=pl.lit(12.5), hedge=pl.lit("obligation"))
    ),
    ("PRC_FUEL", "", ""): table(
        indices.GAS,
        days(named(location=["FRSCE1", "FRPGE2GHG"]), {"price": (4 + noise(77) + pl.col("n")).round(3)}),
    ),
    ("PRC_GHG_ALLOWANCE", "", ""): table(
        indices.ALLOWANCES, days(named(x=["x"]), {"price": (31 + noise(78)).round(2)})
    ),
    ("ATL_APNODE", "", ""): table(reference.AGGREGATED, _nodes(aggregated=True)),
    ("ATL_PNODE", "", ""): table(reference.NODES, _nodes(aggregated=False)),
}
