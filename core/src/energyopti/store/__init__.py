"""Keep fetched chunks and find their rows."""

from __future__ import annotations

from energyopti.store.base import Covered, Store
from energyopti.store.chunkdata import ChunkData, ChunkProvenance, unavailable
from energyopti.store.index import ChunkIndex, JoinedIndex, Selected, as_column, stacked
from energyopti.store.memory import Memory
from energyopti.store.rawrows import NoRows, RawRows, StoredRows
from energyopti.store.series import SeriesCounts

__all__ = [
    "ChunkData",
    "ChunkIndex",
    "ChunkProvenance",
    "Covered",
    "JoinedIndex",
    "Memory",
    "NoRows",
    "RawRows",
    "Selected",
    "SeriesCounts",
    "Store",
    "StoredRows",
    "as_column",
    "stacked",
    "unavailable",
]
