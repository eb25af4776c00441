"""The clock of SPP, and how its documents are called by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from energyopti.timezones import HOUR

ZONE = "America/Chicago"
FIVE_MINUTES = timedelta(minutes=5)

UTC_STAMPS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
"""Stamps are written in both forms, sometimes in one file set, with or without leading zeros."""


def spellings(*headers: str) -> tuple[str, ...]:
    """Headers as SPP has written them: words apart, joined, or with underscores; case never matters."""
    forms = (
        form for header in headers for form in (header, header.replace(" ", "_"), header.replace(" ", ""))
    )
    return tuple(dict.fromkeys(forms))


def ending(start: datetime, step: timedelta) -> str:
    """The digits and the mark by which an interval is called: its end on the clock of its beginning.

    So the hour that ends when the clocks are set back is called 0200, and so is the next one, marked ``d``. The hour
    that ends when they are set forward is called by what they show then, 0300.
    """
    began = start.astimezone(ZoneInfo(ZONE))
    label = began.replace(tzinfo=None, fold=0) + step
    there = label.replace(tzinfo=ZoneInfo(ZONE))
    skipped = there.astimezone(UTC).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None) != label
    return f"{label + HOUR if skipped else label:%Y%m%d%H%M}{'d' if began.fold else ''}"
