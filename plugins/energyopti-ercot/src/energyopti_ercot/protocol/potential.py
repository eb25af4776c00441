"""What wind and solar plants could make: their high sustained limits (HSL), for all of ERCOT.

Plants tell ERCOT in real time what they are able to produce, also while they are curtailed (NPRR352). The reports add it
up for the whole system only. Output curtailed is the limit less the output.
"""

from __future__ import annotations

from datetime import date

from energyopti import Unconfirmed
from energyopti.layouts import Residual, WideColumn
from energyopti_ercot.locations import SYSTEM

NAMES = ("SYSTEM_WIDE_HSL", "HSLSystemWide")
POTENTIAL = WideColumn(NAMES, to="potential", words=SYSTEM, required=False)
"""The limit of the whole system, in its row."""

ROUNDING = 0.05
"""Output above the limit by no more than this is not curtailed; by more, the two contradict each other."""

CURTAILED = Residual(to="curtailed", of="potential", minus=("generation",), tolerance=ROUNDING)
"""Output curtailed; null where output is above the limit, as in 2 of 48 hours of a recorded document."""

POTENTIAL_UNCONFIRMED = Unconfirmed.noted(
    date(2026, 11, 30),
    (
        "that the limit less the output is all curtailed",
        "some of it may be held as reserve, or be an error of telemetry",
    ),
    (
        "why output is above the limit in some hours",
        "curtailed is null there: in 2 of 48 hours of a recording, by 209 MW in its newest",
    ),
)
