"""The catalogue: every feed of PJM, the usual answer of each dataset first."""

from __future__ import annotations

from energyopti_pjm.ancillary import ANCILLARY
from energyopti_pjm.capacity import CAPACITY_FEEDS
from energyopti_pjm.generation import GENERATION
from energyopti_pjm.load import LOAD
from energyopti_pjm.paths import PATHS
from energyopti_pjm.prices import PRICES
from energyopti_pjm.reference import REFERENCE
from energyopti_pjm.rights import RIGHTS
from energyopti_pjm.schedules import SCHEDULE_FEEDS
from energyopti_pjm.transmission import TRANSMISSION

FEEDS = (
    *PRICES,
    *LOAD,
    *GENERATION,
    *ANCILLARY,
    *SCHEDULE_FEEDS,
    *TRANSMISSION,
    *REFERENCE,
    *CAPACITY_FEEDS,
    *RIGHTS,
    *PATHS,
)
