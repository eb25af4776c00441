"""What a plugin's code does with a source."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from energyopti.layouts.reading import Reading
    from energyopti.query.chunks import Chunk
    from energyopti.source.source import Source

Collect = Callable[["Chunk", "Source"], Awaitable["Reading"]]
"""Turns a chunk into requests, and their payloads into a reading: the only thing a plugin's code does."""
