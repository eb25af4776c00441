"""Made-up rows: functions of their time and place only, so that any day is always the same."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from energyopti import Feed
from energyopti.sandbox.series import at_places, demand, hour, noise
from energyopti.timezones import DAY, midnight
from energyopti.vocabulary import LocationType

from energyopti_isone.feeds.generation import FUELS
from energyopti_isone.locations import NAMES, SYSTEM, TYPES
from energyopti_isone.protocol.stamps import ZONE

_NODES = {"321": "UN.FRNKLNSQ13.810CC", "330": "UN.SANDBOX 13.8 NODE"}
PLACES = pl.DataFrame(
    [
        {"location": each, "location_name": name, "location_type": TYPES.get(each, LocationType.NODE.value)}
        for each, name in {**_NODES, **NAMES}.items()
    ]
).with_row_index("place")
SHARES = {"Natural Gas": 0.5, "Nuclear": 0.24, "Hydro": 0.08, "Wind": 0.05, "Refuse": 0.03, "Solar": 0.02}
"""What part of the load some fuels serve; the others serve a hundredth each."""

_LOAD = 12_500.0
_MOMENTS = (timedelta(minutes=3, seconds=2), timedelta(minutes=13, seconds=56))
"""When in each twenty minutes the fuel mix is read: on no grid."""


def rows(feed: Feed, day: date) -> pl.DataFrame:
    """A day of a feed in the columns of its dataset: 23, 24 or 25 hours of it."""
    start, end = midnight(day, ZONE), midnight(day + DAY, ZONE)
    starts = pl.datetime_range(start, end, feed.step, closed="left", time_zone="UTC", eager=True)
    if feed.irregular:
        starts = pl.concat([starts + each for each in _MOMENTS]).sort()
    times = pl.DataFrame({"interval_start": starts, "interval_end": starts + feed.step})
    make = {"lmp": prices, "load": loads, "fuel_mix": fuels}[feed.dataset.name]
    return make(times)


def prices(times: pl.DataFrame) -> pl.DataFrame:
    """One energy price for all places, and congestion and losses of their own."""
    place = pl.col("place").cast(pl.Float64)
    parts = at_places(times, PLACES).with_columns(
        energy=(32 + 9 * ((hour(ZONE) - 9) / 24 * 6.28319).sin() + 2 * noise(1)).round(2),
        congestion=(place / 4 * noise(2)).round(2),
        loss=(place * 0.05 - 0.2).round(2),
    )
    return parts.with_columns(lmp=(pl.col("energy") + pl.col("congestion") + pl.col("loss")).round(2))


def loads(times: pl.DataFrame) -> pl.DataFrame:
    """The load of all of New England."""
    return times.with_columns(location=pl.lit(SYSTEM), load=demand(ZONE, _LOAD).round(3))


def fuels(times: pl.DataFrame) -> pl.DataFrame:
    """Whole megawatts of each fuel."""
    names = pl.DataFrame({"fuel_native": list(FUELS), "share": [SHARES.get(each, 0.01) for each in FUELS]})
    output = (demand(ZONE, _LOAD) * pl.col("share")).round(0)
    return at_places(times, names).with_columns(
        fuel=pl.col("fuel_native").replace_strict(FUELS), generation=output
    )
