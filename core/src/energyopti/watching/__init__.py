"""Rows as they are published: asked for when they are due, and given when they are new or were changed.

`polling` asks, `timetable` says when the running edge is due, `stretches` which of the past is looked through again,
and `emit` knows what was told already.
"""

from __future__ import annotations

from energyopti.watching.polling import Ask, watch

__all__ = ["Ask", "watch"]
