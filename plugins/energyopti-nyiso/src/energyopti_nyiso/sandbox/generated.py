"""Made-up New York: load, prices, generation and forecasts as functions of time and place.

All of it is columnar: a day of a feed is one grid of times and places with a handful of expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import polars as pl

from energyopti import Feed, Run
from energyopti.datasets import LMP
from energyopti.sandbox.series import demand, hour, noise
from energyopti.timezones import DAY, midnight
from energyopti_nyiso.feeds.ancillary import form_on
from energyopti_nyiso.feeds.generation import FUELS
from energyopti_nyiso.locations import PROXIES, REFERENCE_BUS, ZONES
from energyopti_nyiso.protocol.stamps import ZONE

_SHARES = {
    "CAPITL": 0.075,
    "CENTRL": 0.10,
    "DUNWOD": 0.037,
    "GENESE": 0.063,
    "HUD VL": 0.06,
    "LONGIL": 0.13,
    "MHK VL": 0.047,
    "MILLWD": 0.017,
    "N.Y.C.": 0.33,
    "NORTH": 0.036,
    "WEST": 0.105,
}
_DOWNSTREAM = {
    "WEST": -0.3,
    "O H": -0.3,
    "NORTH": -0.1,
    "N.Y.C.": 1.0,
    "LONGIL": 1.6,
    "DUNWOD": 0.8,
    "MILLWD": 0.7,
    "HUD VL": 0.5,
    "CAPITL": 0.3,
    "NPX": 0.4,
}
_LOSSES = {"WEST": -0.05, "NORTH": -0.06, "H Q": -0.06, "O H": -0.05, "LONGIL": 0.08, "N.Y.C.": 0.06}
_FUEL_SHARES = {
    "Dual Fuel": 0.23,
    "Natural Gas": 0.24,
    "Nuclear": 0.20,
    "Other Fossil Fuels": 0.0,
    "Other Renewables": 0.02,
    "Wind": 0.06,
    "Hydro": 0.25,
}
_FACILITIES = {"CENTRAL EAST - VC": 23_330, "DUNWODIE 345 SHORE_RD 345 1": 25_091}
_INTERFACES = {"CENTRAL EAST - VC": 23_330, "SCH - PJ - NY": 23_316, "WEST CENTRAL": 23_312}
_GENERATORS = {
    f"UNIT_{number:03d}___{'HYDRO' if number % 3 else 'GT'}": 23_500 + number for number in range(60)
}


def generate(feed: Feed, day: date) -> pl.DataFrame:
    """A day of a feed in its dataset's columns, with the point ids that its documents have."""
    if feed.dataset is LMP:
        by_generator = feed.locations.closed is None
        return prices(feed, day, _GENERATORS | {REFERENCE_BUS: 24_008} if by_generator else ZONES | PROXIES)
    return _OTHERS[feed.name](feed, day)


def prices(feed: Feed, day: date, places: dict[str, int]) -> pl.DataFrame:
    """Prices with their components, in cents; the reference bus has neither losses nor congestion."""
    times = _grid(midnight(day, ZONE), midnight(day + DAY, ZONE), feed.step)
    if feed.irregular and day.toordinal() % 5 == 0:  # a corrective run off the grid
        times = sorted([*times, times[len(times) // 2] + timedelta(seconds=96)])
    load = _system_load() / 1_000
    energy = 12 + (load - 12) * 2.2 + 6 * noise(1)
    spike = pl.when(noise(2) > 0.985).then(140.0).otherwise(0.0)
    dip = pl.when(hour(ZONE).is_between(2, 4) & (noise(3, day_of=ZONE) > 0.4)).then(-32.0).otherwise(0.0)
    if feed.run is not Run.DAY_AHEAD:
        energy = energy + 9 * noise(4) + spike
    squeeze = pl.max_horizontal(pl.lit(0.0), load - 17) * 1.4 * (1 + 0.3 * noise(5))
    return (
        _cross(times, places, energy=(energy + dip).round(2), squeeze=squeeze)
        .with_columns(
            down=pl.col("location").replace_strict(_DOWNSTREAM, default=0.0, return_dtype=pl.Float64),
            losses=pl.col("location").replace_strict(_LOSSES, default=0.01, return_dtype=pl.Float64),
            place=(pl.col("location") == REFERENCE_BUS).not_().cast(pl.Float64),
        )
        .with_columns(
            congestion=(pl.col("down") * pl.col("squeeze")).round(2),
            loss=(pl.col("energy") * pl.col("losses") * pl.col("place")).round(2),
        )
        .with_columns(lmp=(pl.col("energy") + pl.col("congestion") + pl.col("loss")).round(2))
        .select("interval_start", "interval_end", "location", "PTID", "lmp", "energy", "congestion", "loss")
    )


def loads(feed: Feed, day: date) -> pl.DataFrame:
    """Load by zone, to a tenth of a MW."""
    return _day(feed, day, ZONES).select(
        "interval_start", "interval_end", "location", "PTID", load=_zone_load().round(1)
    )


def forecasts(feed: Feed, day: date) -> pl.DataFrame:
    """Load as forecast the morning before, for the day and the five after it."""
    lead = (pl.col("interval_start") - pl.lit(midnight(day, ZONE))).dt.total_hours() / 24
    error = 1 + 0.01 * lead * noise(6, day_of=ZONE)
    frame = _day(feed, day, ZONES, days=feed.publication.forecast_days).with_columns(
        load=(_zone_load() * error).round(0)
    )
    total = frame.group_by("interval_start", "interval_end", maintain_order=True).agg(pl.col("load").sum())
    whole = total.with_columns(location=pl.lit("NYISO"))
    return pl.concat([frame.select(whole.columns), whole]).sort("interval_start", maintain_order=True)


def generation(feed: Feed, day: date) -> pl.DataFrame:
    """Output by fuel, from the first reading after midnight to the one at the next."""
    times = _grid(midnight(day, ZONE) + feed.step, midnight(day + DAY, ZONE) + feed.step, feed.step)
    share = pl.col("location").replace_strict(_FUEL_SHARES, return_dtype=pl.Float64)
    swing = pl.when(pl.col("location") == "Wind").then(1 + 0.8 * noise(7, day_of=ZONE)).otherwise(1.0)
    return _cross(times, dict.fromkeys(FUELS, 0)).select(
        "interval_start",
        "interval_end",
        fuel_native="location",
        generation=(_system_load() * share * swing).round(0),
    )


def constraints(feed: Feed, day: date) -> pl.DataFrame:
    """Binding constraints while load is high: most hours have none, evenings always the first facility.

    The costs of the last facility are negative: both signs occur.
    """
    negative = pl.col("location") == [*_FACILITIES][-1]
    evening = pl.col("interval_start").dt.convert_time_zone(ZONE).dt.hour().is_between(17, 19)
    least = pl.when(evening & (pl.col("location") == next(iter(_FACILITIES)))).then(0.25).otherwise(0.0)
    cost = pl.max_horizontal(least, _system_load() / 1_000 - 17) * 4 * (1 + 0.3 * noise(10))
    return (
        _day(feed, day, _FACILITIES)
        .select(
            "interval_start",
            "interval_end",
            pl.col("PTID").alias("Facility PTID"),
            constraint="location",
            contingency=pl.lit("BASE CASE"),
            shadow_price=pl.when(negative).then(-cost).otherwise(cost).round(2),
        )
        .filter(pl.col("shadow_price") != 0)
    )


def ancillary(feed: Feed, day: date) -> pl.DataFrame:
    """Prices of reserves and regulation: a ladder of products that rises with load.

    By zone or by region, as in the document of that day.
    """
    layout = form_on(feed.layout, day)
    wide = layout.wide
    assert wide is not None  # noqa: S101 - for the type checker: these documents are wide
    words = pl.DataFrame([column.words for column in wide.columns], schema=list(wide.to), orient="row")
    words = words.with_row_index("rank")
    grid = _day(feed, day, ZONES) if "location" not in wide.to else _day(feed, day, {"": 0}).drop("location")
    worth = pl.col("rank").cast(pl.Float64)
    price = pl.max_horizontal(pl.lit(0.0), (_system_load() / 1_000 - 14) * 0.8 - worth * 0.2 + noise(12))
    return grid.join(words, how="cross", maintain_order="left_right").select(
        "interval_start", "interval_end", "location", "product_native", price=price.round(2)
    )


def bids(feed: Feed, day: date) -> pl.DataFrame:
    """Day-ahead load bids: mostly fixed, a little virtual."""
    wide = feed.layout.wide
    assert wide is not None  # noqa: S101 - for the type checker: this document is wide
    shares = (0.62, 0.28, 0.02, 0.06, 0.09)
    words = pl.DataFrame([column.words for column in wide.columns], schema=list(wide.to), orient="row")
    words = words.with_columns(pl.Series("part", shares))
    grid = _day(feed, day, ZONES).join(words, how="cross", maintain_order="left_right")
    return grid.select(
        "interval_start",
        "interval_end",
        "location",
        *wide.to,
        scheduled=(_zone_load() * pl.col("part")).round(1),
    )


def circulation(feed: Feed, day: date) -> pl.DataFrame:
    """Lake Erie circulation, in either direction."""
    flow = (150 * noise(14, day_of=ZONE) + 60 * ((hour(ZONE) - 6) / 12 * 3.14159).sin()).round(1)
    field = "actual" if feed.irregular else "scheduled"
    return _day(feed, day, {"": 0}).select("interval_start", "interval_end", flow.alias(field))


def solar(feed: Feed, day: date) -> pl.DataFrame:
    """Behind-the-meter solar: by the height of the sun, nothing at night."""
    sun = pl.max_horizontal(pl.lit(0.0), ((hour(ZONE) - 6) / 14 * 3.14159).sin())
    sky = 4_200 * (0.65 + 0.3 * noise(13, day_of=ZONE))
    share = pl.col("location").replace_strict(_SHARES, return_dtype=pl.Float64)
    frame = _day(feed, day, ZONES).with_columns(generation=(sun * sky * share).round(2))
    total = frame.group_by("interval_start", "interval_end", maintain_order=True).agg(
        pl.col("generation").sum().round(2)
    )
    whole = total.with_columns(location=pl.lit("SYSTEM"))
    return pl.concat([whole, frame.select(whole.columns)]).sort("interval_start", maintain_order=True)


def interfaces(feed: Feed, day: date) -> pl.DataFrame:
    """Flows over interfaces, with their limits under the headers of the document."""
    flow = (_system_load() * (0.06 + 0.01 * noise(11))).round(2)
    limited = pl.when(pl.col("location") == "WEST CENTRAL").then(9999.0).otherwise(2600.0)
    return _day(feed, day, _INTERFACES).select(
        "interval_start",
        "interval_end",
        "location",
        pl.col("PTID").alias("Point ID"),
        limited.alias("Positive Limit (MWH)"),
        pl.lit(-9999.0).alias("Negative Limit (MWH)"),
        actual=flow,
    )


def _day(feed: Feed, day: date, places: dict[str, int], *, days: int = 1) -> pl.DataFrame:
    """Every interval of one or more days, at every place."""
    return _cross(_grid(midnight(day, ZONE), midnight(day + days * DAY, ZONE), feed.step), places)


def _grid(start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    """The instants from start on, one step apart, and the end itself."""
    count = -(-(end - start) // step)
    return [start + number * step for number in range(count)] + [end]


def _cross(edges: Sequence[datetime], places: dict[str, int], **figures: pl.Expr) -> pl.DataFrame:
    """Every interval between the edges at every place, ordered by time, then place.

    Load and further figures of all of New York are computed once per interval.
    """
    times = pl.DataFrame(
        {"interval_start": edges[:-1], "interval_end": edges[1:]},
        schema={"interval_start": pl.Datetime("us", "UTC"), "interval_end": pl.Datetime("us", "UTC")},
    )
    times = times.with_columns(whole=demand(ZONE, 17_500)).with_columns(**figures)
    names = sorted(places)
    where = pl.DataFrame({"location": names, "PTID": [str(places[name]) for name in names]})
    return times.join(where, how="cross", maintain_order="left_right")


def _system_load() -> pl.Expr:
    """The load of all of New York in MW."""
    return pl.col("whole")


def _zone_load() -> pl.Expr:
    share = pl.col("location").replace_strict(_SHARES, return_dtype=pl.Float64)
    return _system_load() * share


_OTHERS: dict[str, Callable[[Feed, date], pl.DataFrame]] = {
    "pal": loads,
    "palIntegrated": loads,
    "isolf": forecasts,
    "rtfuelmix": generation,
    **dict.fromkeys(("DAMLimitingConstraints", "LimitingConstraints"), constraints),
    **dict.fromkeys(("damasp", "rtasp"), ancillary),
    **dict.fromkeys(("BTMEstimatedActual", "btmdaforecast"), solar),
    **dict.fromkeys(("ExternalLimitsFlows", "ExternalLimitsFlows_limits"), interfaces),
    "zonalBidLoad": bids,
    **dict.fromkeys(("ErieCirculationRT", "ErieCirculationDA"), circulation),
}
