"""The type of a quality check, the core's own or a plugin's."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from energyopti.findings import Finding
from energyopti.query.chunks import Chunk

Check = Callable[[pl.DataFrame, Chunk], Iterable[Finding]]
"""A check gets a frame in the dataset's schema, sorted by time, and the frame's chunk; it returns findings."""


__all__ = ["Check"]
