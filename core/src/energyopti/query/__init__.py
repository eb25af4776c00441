"""From a caller's query to what is fetched: queries, time ranges, locations and chunks.

All of it is pure arithmetic on the market's clock, except that `LocationResolver` fetches lists of locations.
"""

from __future__ import annotations

from energyopti.folding import fold_location
from energyopti.query.as_of import AsOf
from energyopti.query.chunks import Chunk, plan
from energyopti.query.places import Place
from energyopti.query.query import ALL, Names, NamesByMarket, Query
from energyopti.query.ranges import Instant, TimeRange, instant, validate_time_range
from energyopti.query.resolved import ResolvedQuery
from energyopti.query.spoken import Bound, Spoken, of_period, said_bound, spoken_bounds

__all__ = [
    "ALL",
    "AsOf",
    "Bound",
    "Chunk",
    "Instant",
    "Names",
    "NamesByMarket",
    "Place",
    "Query",
    "ResolvedQuery",
    "Spoken",
    "TimeRange",
    "fold_location",
    "instant",
    "of_period",
    "plan",
    "said_bound",
    "spoken_bounds",
    "validate_time_range",
]
