"""Fetching and keeping chunks."""

from __future__ import annotations

from datetime import timedelta

from energyopti.timezones import DAY

LONGEST_SELECTION = 60
"""The most characters that locations take in a chunk's key; longer lists become a hash."""

LISTS_KEPT = timedelta(days=1)
"""How long a market's list of locations is trusted."""

CHUNKS_AT_ONCE = 32
"""How many chunks of one query are fetched at once."""

PLANS_KEPT = 1_000
"""How many chunk plans are cached."""

SHORT_PLAN = 62
"""The most chunks in a plan that is cached."""

FEW_ROWS = 10_000
"""Up to this many rows, the work costs less than waking a thread."""

FINDINGS_OF_A_CHECK = 10_000
"""The most findings of one check about one chunk; more are taken for nonsense."""

LONGEST_REASON = 300
"""How many characters are shown of why a plugin's check failed."""

VALUES_LOOKED_AT = 16
"""How many values of a column are checked first to see that it varies."""

COMPONENTS_TOLERANCE = 0.02
"""How far a price may be from the sum of its components, in USD/MWh: they are rounded to cents."""

LONG_WAIT = 60.0
"""Waits for a host's rate longer than this many seconds are announced."""

PARTS_KEPT = 8
"""For how many parts of a chunk the findings are cached."""

JOINED_KEPT = 4
"""How many joins of a forecast's publications are cached."""

SELECTIONS_KEPT = 8
"""How many selections of a chunk's rows are cached."""

ANSWERS_KEPT = 1_000
"""How many complete answers are cached."""

ANSWERS_SHARE = 4
"""Cached answers may hold chunks of up to this fraction (1/4) of the memory for chunks."""

LARGEST_ANSWER = 1 << 20
"""Answers made of chunks with more bytes than this are not cached: making them again costs little next to their size."""

FAR_FEWER_SERIES = 0.75
"""A chunk with less than this share of the usual number of series is doubted."""

NEAR_CHUNKS = 2
"""How many chunks on either side define what is usual."""

COUNTED_CHUNKS = 4_000
"""For how many chunks of a feed the number of series is remembered: ten years of days."""

YOUNG = 35 * DAY
"""Up to this age, final data are checked again daily."""

OLD = 120 * DAY
"""Up to this age, weekly; older data monthly."""

CHUNKS_BACK = 4
"""How many chunks are looked into for the newest rows, from the last that may be out."""

LONGEST_LOOK = 2 * DAY
"""How much of a longer chunk is looked into for them."""
