"""Basis: the price of a node less the price of a hub, and what it is made of."""

from __future__ import annotations

import polars as pl

from energyopti.analysis.calendar import BlockChoice, Calendar
from energyopti.analysis.desk import DeskAnalysis, Rows, left_out, result
from energyopti.analysis.desk_tables import BASIS, BASIS_BLOCKS
from energyopti.analysis.series import (
    BOUNDS,
    check_once,
    check_one,
    check_same,
    frame_of,
    hours_where,
    market_of,
    mean_where,
)
from energyopti.answer.result import MarketData
from energyopti.errors import UnsupportedQuery
from energyopti.frames import empty_frame
from energyopti.market import Market

_PLACE = ["location", "location_type"]
_PARTS = ("congestion", "loss")
_NODE, _HUB, _LAMBDA = "prices of the node", "prices of the hub", "system lambda"


def basis(
    node: Rows, hub: Rows, *, system_lambda: Rows | None = None, market: Market | None = None
) -> DeskAnalysis:
    """Basis in USD/MWh: node less hub, for each interval that both have, and as means of the market's blocks.

        basis(t) = node(t) - hub(t)
        congestion part(t) = congestion of node(t) - congestion of hub(t), and losses alike

    ``node`` and ``hub`` are rows of dataset `lmp`, of one market and one run; ``node`` may have several locations,
    ``hub`` has one. Rows are joined by their interval: nothing is averaged. Energy cancels; ``rest`` is what the two
    parts leave. A part is null where a component is null, or is not published but derived by the feed. Where a market
    publishes no components, ``system_lambda`` (rows of dataset `lmp`) gives congestion: price less system lambda.

    Tables `basis` and `basis_blocks`. Block means are weighted by seconds; blocks are the market's own, on its clock,
    and an interval is in those of the hour it starts in. A frame needs ``market`` for them, else the table is empty.
    Rows without a partner are in no table; a `left_out` finding counts them.

    Raises `UnsupportedQuery` for prices of two markets or runs, of several hubs or system lambdas, or with an interval
    that is there twice.
    """
    nodes, hubs = _prices(node, _NODE), _prices(hub, _HUB)
    check_one(hubs, what=_HUB)
    energy = None if system_lambda is None else _prices(system_lambda, _LAMBDA)
    if energy is not None:
        check_one(energy, what=_LAMBDA)
    frames = (nodes, hubs) if energy is None else (nodes, hubs, energy)
    check_same("market", *frames, what="a basis is", do="energyopti.compare has spreads between markets")
    check_same("run", *frames, what="a basis is")
    unknown = 0
    if energy is not None:
        unknown = nodes.join(energy, on=BOUNDS, how="anti").height
        nodes, hubs = _less(nodes, energy), _less(hubs, energy)
    both = _side_by_side(nodes, hubs)
    found = {BASIS: both, BASIS_BLOCKS: empty_frame(BASIS_BLOCKS)}
    there = market or market_of(node) or market_of(hub)
    if there is not None:
        found[BASIS_BLOCKS] = _blocks(both, Calendar.of(there, block=BlockChoice.OWN, tz=None))
    lonely = hubs.join(both, on=BOUNDS, how="anti").height
    return result(
        found,
        (node, hub, system_lambda),
        left_out(
            "{} rows of the node have no row of the hub with their interval", nodes.height - both.height
        ),
        left_out("{} rows of the hub have no row of the node with their interval", lonely),
        left_out("{} rows of the node have no system lambda with their interval: no congestion", unknown),
    )


def _prices(rows: Rows, what: str) -> pl.DataFrame:
    """Prices with their components; those that a feed derives are null, and so is what a frame does not have."""
    frame = frame_of(rows, "lmp", what=what)
    if "location" not in frame.columns:
        raise UnsupportedQuery(f"the {what} have no column 'location'", column="location")
    derived = (
        {name for each in rows.queries for name in each.feed.derived} if isinstance(rows, MarketData) else ()
    )
    nulls = {"location_type": pl.String, **dict.fromkeys(_PARTS, pl.Float64)}
    given = set(frame.columns).difference(derived)
    frame = frame.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in nulls.items() if name not in given
    )
    check_once(frame, *_PLACE, what=what)
    return frame


def _less(prices: pl.DataFrame, energy: pl.DataFrame) -> pl.DataFrame:
    """Prices whose congestion is their price less system lambda; null where that is not known."""
    at = energy.select(*BOUNDS, pl.col("lmp").alias("\0lambda"))
    joined = prices.join(at, on=BOUNDS, how="left", maintain_order="left")
    return joined.with_columns((pl.col("lmp") - pl.col("\0lambda")).alias("congestion")).drop("\0lambda")


def _side_by_side(nodes: pl.DataFrame, hubs: pl.DataFrame) -> pl.DataFrame:
    """The table `basis`."""
    values = ("lmp", *_PARTS)
    hub = hubs.select(
        *BOUNDS, pl.col("location").alias("hub"), *(pl.col(v).alias(f"hub_{v}") for v in values)
    )
    parts = [(pl.col(name) - pl.col(f"hub_{name}")).alias(f"\0{name}") for name in values]
    return (
        nodes.join(hub, on=BOUNDS, maintain_order="left")
        .with_columns(parts)
        .select(
            *BOUNDS,
            *_PLACE,
            "hub",
            pl.col("lmp").alias("node_price"),
            pl.col("hub_lmp").alias("hub_price"),
            pl.col("\0lmp").alias("basis"),
            *(pl.col(f"\0{name}").alias(name) for name in _PARTS),
            (pl.col("\0lmp") - pl.col("\0congestion") - pl.col("\0loss")).alias("rest"),
            pl.col("congestion").alias("node_congestion"),
            "hub_congestion",
        )
        .sort("interval_start", *_PLACE)
    )


def _blocks(both: pl.DataFrame, calendar: Calendar) -> pl.DataFrame:
    """The table `basis_blocks`: block by block, an interval is in several."""
    value = pl.col("basis")
    means = [mean_where(pl.col(name), pl.col(name).is_not_null()).alias(name) for name in ("basis", *_PARTS)]
    starts = both.select(pl.col("interval_start").unique(maintain_order=True))
    return pl.concat(
        both.join(starts.filter(inside), on="interval_start", how="semi")
        .group_by(_PLACE, maintain_order=True)
        .agg(
            pl.lit(name).alias("block"),
            hours_where(value.is_not_null()).alias("hours"),
            hours_where(value.is_null()).alias("missing_hours"),
            *means,
        )
        for name, inside in calendar.members().items()
    )
