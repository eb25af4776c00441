"""Ending calls."""

from __future__ import annotations

SIGNALS_SEEN_WITHIN = 0.25
"""How often, in seconds, a blocking call wakes up, so that a signal is seen that did not wake it."""

CANCELLED_WITHIN = 0.5
"""How many seconds a call that is interrupted, or past its deadline, may take to end before its caller goes on without it."""

CLOSED_AT_EXIT_WITHIN = 10.0
"""How many seconds it may take at the end of a process, or of a command that fills a lake."""
