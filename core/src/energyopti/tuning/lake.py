"""The lake."""

from __future__ import annotations

from datetime import timedelta

from energyopti.timezones import DAY, HOUR

LAKE_ROW_GROUP = 50_000
"""How many rows the row groups of a file have."""

LAKE_PIECE_GROUP = 8
"""How many pieces, with their raw rows, the row groups of a file's coverage have."""

LAKE_WHOLE_ROWS = 50_000
"""Chunks with up to this many rows together are read whole, for memory to keep; of more only the asked locations."""

LAKE_MERGED_ROWS = 200_000
"""A put rewrites the small files of its month if they have up to this many rows together."""

LAKE_FILE_ROWS = 1_000_000
"""Up to how many rows files are compacted to."""

LAKE_MONTH_FILES = 5
"""To how many files a month is compacted: sixty in a year."""

LAKE_TRIES = 50
"""How often a commit is tried again because another writer was faster."""

LAKE_LONGEST_PAUSE = 1.0
"""The longest pause in seconds before it is."""

LAKE_AHEAD = 8 * DAY
"""How far past now a list of feeds is brought up to date: the farthest that prices and forecasts are published ahead."""

PUT_AGAIN_AFTER = HOUR
"""How long after a put the same data is not put again, only to say that it was fetched again."""

PUTS_KEPT = 10_000
"""For how many chunks it is remembered when they were put."""

PENDING_ROWS = 1_000_000
"""So many rows at the most wait for their commit."""

PENDING_BYTES = 128 << 20
"""So many bytes at the most wait for their commit."""

PENDING_SECONDS = 15.0
"""So many seconds at the most chunks wait for their commit."""

FILL_MEMORY = 32 << 20
"""How many bytes of chunks stay in memory while a lake is filled: they are not asked for again."""

LAKE_LOCK_SECONDS = 120.0
"""How long a writer waits for another one of the same table."""

LAKE_THREADS = 4
"""How many threads of a process read and write the lake."""

LAKE_RETENTION = 7 * DAY
"""How long files that no commit names are kept: readers and writers of other processes may still use them."""

LAKE_LOOKED_AT_EVERY = timedelta(minutes=1)
"""How often a table is read again if its log shows no new commit beside the last one known."""

LAKE_REMOTE_LOOKED_AT_EVERY = timedelta(seconds=1)
"""How often a table in an object store is asked whether it has a new commit, at the most."""

LAKE_REMOTE_AGE = HOUR
"""The least age of files that a vacuum deletes in an object store: writers of other machines may be about to commit them."""

LAKE_REMOTE_RETRIES = 5
"""How often a request to an object store is tried again if it fails."""
