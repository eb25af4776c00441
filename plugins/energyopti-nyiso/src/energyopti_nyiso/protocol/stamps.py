"""How NYISO writes times: local stamps, quoted or bare, with or without seconds, some with the zone's flag."""

from __future__ import annotations

from datetime import timedelta

import attrs

from energyopti.layouts import Meaning, OffsetFlag, Stamp
from energyopti.timezones import HOUR

ZONE = "America/New_York"
FIVE_MINUTES = timedelta(minutes=5)
QUARTER = timedelta(minutes=15)

STAMP = ("Time Stamp", "Timestamp")
BARE_STAMP = ("Timestamp", "Time Stamp")
"""The headers of stamps, in documents with quotes and in those without."""

SECONDS, MINUTES = "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"
TIME_ZONE = OffsetFlag(names="Time Zone", offsets={"EDT": timedelta(hours=-4), "EST": timedelta(hours=-5)})

HOURLY = Stamp(STAMP, formats=(MINUTES, SECONDS), meaning=Meaning.BEGINNING, step=HOUR)
"""Day-ahead stamps: the hour's beginning, without a flag for the repeated hour."""

DISPATCH = Stamp(STAMP, formats=(SECONDS, MINUTES), meaning=Meaning.ENDING, step=FIVE_MINUTES, irregular=True)
"""Real-time dispatch stamps: the interval's end, with corrective runs off the grid."""

COMMITMENT = Stamp(STAMP, formats=(SECONDS, MINUTES), meaning=Meaning.ENDING, step=QUARTER)
"""Stamps of the real-time commitment, in the same files: the end of a quarter hour."""

HOURLY_FLAGGED = attrs.evolve(HOURLY, flag=TIME_ZONE)
DISPATCH_FLAGGED = attrs.evolve(DISPATCH, flag=TIME_ZONE)
"""The same in documents that have the flag."""

READING = Stamp(
    STAMP,
    formats=(SECONDS, MINUTES),
    meaning=Meaning.INSTANT,
    step=FIVE_MINUTES,
    irregular=True,
    flag=TIME_ZONE,
)
"""Stamps of instantaneous readings, with extra ones between."""

BEGINNING = Stamp(
    BARE_STAMP, formats=(MINUTES, SECONDS), meaning=Meaning.BEGINNING, step=FIVE_MINUTES, irregular=True
)
"""The beginning of five minutes, with extra stamps in between."""
