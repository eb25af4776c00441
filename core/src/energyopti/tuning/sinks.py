"""Destinations of a watch."""

from __future__ import annotations

LOCK_PATIENCE = 30.0
"""How many seconds a write waits for another program that has the database."""

CLOSED_WITHIN = 5.0
"""How many seconds a destination's end waits for work that was interrupted and still runs."""

FIRST_WAIT = 0.5
"""After how many seconds a database that is down is tried again; the wait doubles each time."""

WAITS = 30
"""How often at the most: the settings' patience ends it sooner."""

BATCH_ROWS = 1_000
"""How many rows one POST to a webhook has at the most: some hundred kilobytes."""

POSTED_AGAIN_EVERY = 60.0
"""How many seconds batches wait that a webhook did not take, if no other rows come meanwhile."""

COMMAND_PATIENCE = 300.0
"""How many seconds the command of a watch may take for one arrival."""
