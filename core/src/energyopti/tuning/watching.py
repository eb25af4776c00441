"""Watching."""

from __future__ import annotations

from datetime import timedelta

from energyopti.timezones import HOUR

CORRECTIONS = timedelta(days=35)
"""How long after its end a chunk is rechecked for corrections, by default."""

FINDINGS_KEPT = 1_000
"""How many findings a watch remembers, so that each is reported once."""

ROWS_KEPT = 3_000_000
"""The most rows that a watch remembers, besides those of open chunks: about 70 MB."""

LONGEST_PAUSE = timedelta(minutes=10)
"""After this the clock is read again: a machine that slept wakes up late."""

AHEAD_EVERY = 6 * HOUR
"""How often data ahead of now are rechecked."""

OLD_HOLES_EVERY = 4 * HOUR
"""How often a hole more than a day old is polled."""

HOLES_AFTER = HOUR / 6
"""The shortest wait before a hole is polled again: each poll is a request on top of those for new rows."""

FAR_BEHIND = 1.1
"""How many of its usual pauses a stretch must be overdue by to go first."""

SHORTEST_POLL = timedelta(seconds=2)
"""The shortest pause between two polls for new rows."""

LONGEST_POLL = timedelta(minutes=1)
"""The longest pause between two polls while rows are due."""

RECOVERED_AFTER = timedelta(minutes=2)
"""The longest wait after a failed poll."""

STRIDES = 3
"""How many gaps between publications define how often they come."""

BEFORE_DUE = (-3 * HOUR, -2 * HOUR, -HOUR, -HOUR / 2, timedelta())
"""When to poll for data due at a time of day, relative to that time, before an arrival was ever seen."""

ARRIVALS_KEPT = 8
"""How many arrivals predict the next one."""

DAYS_KEPT = 3
"""How many days predict the time of day."""

SURE_AFTER = 3
"""After how many correct predictions a time is trusted."""
