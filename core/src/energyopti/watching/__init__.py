"""Rows as they are published: polled when they are due, delivered when they are new or changed.

`polling` is the watch itself. `timetable` says when the newest rows are due, `stretches` which older chunks are
rechecked, `progress` what answers cover, and `delivered` knows which rows were delivered already.
"""

from __future__ import annotations

from energyopti.watching.polling import Ask, watch

__all__ = ["Ask", "watch"]
