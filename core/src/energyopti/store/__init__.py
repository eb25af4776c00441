"""Where fetched chunks are kept."""

from __future__ import annotations

from energyopti.store.chunkdata import ChunkData, ChunkProvenance
from energyopti.store.memory import Memory

__all__ = ["ChunkData", "ChunkProvenance", "Memory"]
