"""What a check is: the core's own, and those that plugins bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from energyopti.findings import Finding
from energyopti.query.chunks import Chunk

Check = Callable[[pl.DataFrame, Chunk], Iterable[Finding]]
"""A check gets a frame in the dataset's schema, sorted by time, and the chunk it belongs to."""


__all__ = ["Check"]
