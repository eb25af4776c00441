"""The clock of ISO New England: local time, with no offset written."""

from __future__ import annotations

from datetime import timedelta

from energyopti.layouts import HourEnding, Meaning, Stamp

ZONE = "America/New_York"
FIVE_MINUTES = timedelta(minutes=5)
TWENTY_MINUTES = timedelta(minutes=20)

DAY_FORMAT = "%m/%d/%Y"
SECONDS = f"{DAY_FORMAT} %H:%M:%S"

HOURS = HourEnding(date="Date", hour="Hour Ending", hour_format="{:02d}", repeats_as="02X", skips_before=True)
"""Labels 01 to 24; 02X is the second pass of the repeated hour. A day of 23 hours is read without label 02 or 03."""

DISPATCH = Stamp(
    ("Local Time", "Local Date/Time"),
    formats=(SECONDS, f"{DAY_FORMAT} %H:%M"),
    meaning=Meaning.BEGINNING,
    step=FIVE_MINUTES,
)
"""The beginning of a dispatch interval, unlike the hourly files; the order of rows tells the repeated hour's passes apart."""

READING = Stamp(
    ("Date/Time", "Local Date/Time"),
    formats=(SECONDS, f"{DAY_FORMAT} %H:%M"),
    meaning=Meaning.INSTANT,
    step=FIVE_MINUTES,
)
"""A reading at the stamp."""

MOMENT = Stamp(
    "Time",
    formats=(SECONDS, f"{DAY_FORMAT} %H:%M"),
    meaning=Meaning.BEGINNING,
    step=TWENTY_MINUTES,
    irregular=True,
)
"""Moments on no grid, each taken to last until the next."""
