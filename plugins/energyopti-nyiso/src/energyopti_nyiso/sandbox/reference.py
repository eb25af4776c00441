"""New York's undated documents, served locally: generators, loads and expected maintenance.

The new server rewrites them each morning; the old server's stay as they were on its last day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache

import polars as pl

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import DAY, local_date, midnight, zone
from energyopti_nyiso.feeds.reference import GENERATORS, LOADS, MAINTENANCE
from energyopti_nyiso.locations import ZONES
from energyopti_nyiso.protocol.servers import LAST_OLD_DAY
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.protocol.undated import GENERATOR_LIST, LOAD_LIST, MAINTENANCE_REPORT, Address

_WRITTEN_AT = time(5, 0, 12)
_GENERATORS, _LOADS, _DAYS = 60, 33, 31
_UTC = pl.Datetime("us", "UTC")


def reference(path: str, ask: Ask) -> Answer | None:
    """One of the undated documents of either server, as of the request; None for any other."""
    document = _NEW.get(path) or _OLD.get(path)
    if document is None:
        return None
    day = local_date(ask.now, ZONE)
    if _written(day) > ask.now:
        day -= DAY
    if path in _OLD:
        day = min(day, LAST_OLD_DAY)
    return Answer(body=document(day), content_type="text/csv", modified=_written(day))


def _written(day: date) -> datetime:
    """When a day's publication is written."""
    return datetime.combine(day, _WRITTEN_AT, tzinfo=zone(ZONE)).astimezone(UTC)


@lru_cache(maxsize=1)
def _generators(_: date) -> bytes:
    """The generators named in the price documents: a few are no longer active, a few have no coordinates."""
    number = pl.int_range(0, _GENERATORS, eager=True).alias("number")
    kind = pl.when(pl.col("number") % 3 == 0).then(pl.lit("GT")).otherwise(pl.lit("HYDRO"))
    somewhere = pl.col("number") % 4 != 0
    frame = pl.DataFrame({"number": number, "zone": _zones(number)}).select(
        "zone",
        pl.col("zone").alias("Subzone"),
        pl.format("UNIT_{}___{}", pl.col("number").cast(pl.String).str.zfill(3), kind).alias("location"),
        pl.col("number").add(23_500).cast(pl.String).alias("code"),
        pl.col("number").floordiv(2).add(24_500).cast(pl.String).alias("Aggregation PTID"),
        pl.when(pl.col("number") % 10 == 7).then(pl.lit("N")).otherwise(pl.lit("Y")).alias("Active"),
        latitude=pl.when(somewhere).then(40.75 + pl.col("number") / 16),
        longitude=pl.when(somewhere).then(-78.5 + pl.col("number") / 12).round(4),
    )
    return GENERATORS.layout.write(frame)


@lru_cache(maxsize=1)
def _loads(_: date) -> bytes:
    """A few load points in every zone."""
    number = pl.int_range(0, _LOADS, eager=True).alias("number")
    frame = pl.DataFrame({"number": number, "zone": _zones(number)}).select(
        "zone",
        pl.col("zone").alias("Subzone"),
        pl.format("LOAD_{}", pl.col("number").cast(pl.String).str.zfill(3)).alias("location"),
        pl.col("number").add(55_500).cast(pl.String).alias("code"),
    )
    return LOADS.layout.write(frame)


@lru_cache(maxsize=8)
def _maintenance(day: date) -> bytes:
    """Capacity expected to be out of service from a day on: most in spring and autumn."""
    edges = [midnight(day + number * DAY, ZONE) for number in range(_DAYS + 1)]
    frame = pl.DataFrame(
        {"interval_start": edges[:-1], "interval_end": edges[1:]},
        schema={"interval_start": _UTC, "interval_end": _UTC},
    )
    ordinal = pl.col("interval_start").dt.convert_time_zone(ZONE).dt.ordinal_day()
    season = (ordinal / 365.25 * 12.56637 + 0.3).cos()
    return MAINTENANCE.layout.write(frame.with_columns(outage=(5_500 - 3_000 * season).round(0)))


def _zones(number: pl.Series) -> pl.Series:
    """A zone for each number, in turn."""
    return pl.Series("zone", list(ZONES)).gather(number % len(ZONES))


_MADE: dict[Address, Callable[[date], bytes]] = {
    GENERATOR_LIST: _generators,
    LOAD_LIST: _loads,
    MAINTENANCE_REPORT: _maintenance,
}
_OLD = {address.old: made for address, made in _MADE.items()}
_NEW = {address.new: made for address, made in _MADE.items()}
NEW_PATHS = tuple(_NEW)
"""Where the new server has its undated documents."""
