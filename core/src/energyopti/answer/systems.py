"""One row for the whole system of a market: its own figure, or the sum of zones that add up to it."""

from __future__ import annotations

import polars as pl

from energyopti.answer.parts import Shown
from energyopti.errors import UnsupportedQuery
from energyopti.findings import Finding, FindingKind
from energyopti.folding import fold_location
from energyopti.query import ResolvedQuery
from energyopti.schema import ColumnType, Dataset
from energyopti.vocabulary import LocationType

SYSTEM = "SYSTEM"
"""What the whole system of any market is called."""

_OF_A_PLACE = ("location", "location_name", "location_type")
_ALONG = ("market", "feed", "interval_end")


def whole_systems(data: Shown) -> tuple[pl.DataFrame, Finding | None]:
    """The rows of one market's whole system; and the finding that some sums lack a zone, if any.

    A dataset without locations is about the whole system anyway. Raises `UnsupportedQuery` for a feed that has neither a figure
    of its own nor zones that add up.
    """
    if "location" not in data.columns or not data.frame.height:
        return data.frame, None
    (query,) = data.queries
    rows = data.frame
    own = rows.filter((pl.col("location_type") == LocationType.SYSTEM.value) | pl.col("location").is_null())
    if own.height:
        return _named(own), None
    if not query.feed.locations.add_up or query.locations:
        raise UnsupportedQuery(
            f"{query.feed.name} has no figure for the whole system",
            do="ask for all locations, or another feed",
            market=query.market.id,
        )
    summed = _summed(rows, query, data.dataset)
    frame, lacking = _named(summed.select(rows.columns)), int(summed["\0lacking"].sum())
    if not lacking:
        return frame, None
    message = f"{lacking:,} of {frame.height:,} sums lack a zone: their figures are null"
    return frame, Finding(kind=FindingKind.INCOMPLETE_HOUR, message=message, rows=lacking)


def _summed(rows: pl.DataFrame, query: ResolvedQuery, dataset: Dataset) -> pl.DataFrame:
    """The rows with the sum over all zones for each interval; null unless all of them are there with a value."""
    zones = {fold_location(name) for name in query.feed.locations.closed or ()}
    figures = [
        each.name
        for each in dataset.columns
        if each.type is ColumnType.FLOAT and each.unit == "MW" and each.name in rows.columns
    ]
    group = [
        name
        for name in rows.columns
        if name not in {*_OF_A_PLACE, *figures} and (name in dataset.key or name in _ALONG)
    ]
    all_there = pl.col("location").n_unique() == len(zones)
    sums = [
        pl.when(all_there & (pl.col(name).null_count() == 0)).then(pl.col(name).sum()).alias(name)
        for name in figures
    ]
    others = [name for name in rows.columns if name not in {*group, *figures}]
    same = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in others]
    return rows.group_by(group, maintain_order=True).agg(*sums, *same, (~all_there).alias("\0lacking"))


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows under the name of the whole system."""
    given = {"location": SYSTEM, "location_name": None, "location_type": LocationType.SYSTEM.value}
    return frame.with_columns(
        pl.lit(word, dtype=pl.String).alias(name) for name, word in given.items() if name in frame.columns
    )
