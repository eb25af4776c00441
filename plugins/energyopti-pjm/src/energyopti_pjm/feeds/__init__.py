"""PJM's catalog: every feed, the default for each dataset first."""

from __future__ import annotations

from energyopti_pjm.feeds.ancillary import ANCILLARY
from energyopti_pjm.feeds.capacity import CAPACITY
from energyopti_pjm.feeds.generation import GENERATION
from energyopti_pjm.feeds.load import LOAD
from energyopti_pjm.feeds.prices import PRICES
from energyopti_pjm.feeds.reference import PATHS, REFERENCE
from energyopti_pjm.feeds.rights import RIGHTS
from energyopti_pjm.feeds.schedules import SCHEDULES
from energyopti_pjm.feeds.transmission import TRANSMISSION

FEEDS = (
    *PRICES,
    *LOAD,
    *GENERATION,
    *ANCILLARY,
    *SCHEDULES,
    *TRANSMISSION,
    *REFERENCE,
    *CAPACITY,
    *RIGHTS,
    *PATHS,
)
