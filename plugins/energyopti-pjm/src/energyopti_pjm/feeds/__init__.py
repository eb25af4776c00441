"""PJM's catalog: every feed, the default for each dataset first."""

from __future__ import annotations

from energyopti_pjm.feeds.ancillary import ANCILLARY, ANCILLARY_UNTIL_2022
from energyopti_pjm.feeds.capacity import CAPACITY
from energyopti_pjm.feeds.generation import GENERATION
from energyopti_pjm.feeds.load import LOAD
from energyopti_pjm.feeds.prices import PRICES
from energyopti_pjm.feeds.reference import PATHS, REFERENCE
from energyopti_pjm.feeds.rights import RIGHTS
from energyopti_pjm.feeds.schedules import SCHEDULES
from energyopti_pjm.feeds.services import SERVICES
from energyopti_pjm.feeds.transmission import TRANSMISSION

FEEDS = (
    *PRICES,
    *LOAD,
    *GENERATION,
    *ANCILLARY,
    *SERVICES,
    *ANCILLARY_UNTIL_2022,
    *SCHEDULES,
    *TRANSMISSION,
    *REFERENCE,
    *CAPACITY,
    *RIGHTS,
    *PATHS,
)
