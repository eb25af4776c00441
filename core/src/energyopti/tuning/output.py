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

ROWS_OF_A_SHEET = 1 << 20
"""How many rows a sheet of a workbook has, its header included."""

POINTS = 50_000
"""How many points a chart of an answer has at the most: a page with more is slow to open."""

SERIES = 12
"""How many lines a chart of an answer has at the most: more cannot be told apart."""

CHART_SIZE = (760, 320)
"""The width and height of a chart of an answer, in pixels."""

PAGE_ROWS = 5
"""How many rows a notebook shows at each end of a table."""

PAGE_LINES = 20
"""How many findings, sources and missing parts a notebook lists."""

PAGE_DECIMALS = 4
"""With how many decimals a notebook shows a number."""

KIT_LINES = 3
"""How many rows, findings or lines of a payload the contract kit shows of each where a law does not hold."""

KIT_LINE = 160
"""How long a line of them may be."""

LINES_OF_AN_EXAMPLE = 6
"""How many lines of a feed's example are shown."""

PLACES_SHOWN = 200
"""How many places a terminal lists."""
