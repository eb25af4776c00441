"""Answers in parts, and writing them."""

from __future__ import annotations

SHORTEST_PART = 8
"""How many chunks the first part of an answer has."""

PART_GROWS = 16
"""How many times as long as the one before it a part may be: the first days of a range may have fewer rows."""

LONGEST_PART = 2_000
"""How many chunks a part has at the most."""

PART_ROWS = 200_000
"""About how many rows a part has."""

ROWS_IN_A_BLOCK = 50_000
"""Text formats are written this many rows at a time."""

BYTES_IN_A_BLOCK = 1 << 20
"""A file that is written elsewhere first is passed on this many bytes at a time."""
