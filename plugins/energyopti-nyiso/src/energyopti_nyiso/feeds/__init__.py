"""NYISO's catalog: every feed, the default for each dataset first.

Paths, folders and first days are as other clients of the two servers found them; ``unconfirmed`` lists what has not
been confirmed.
"""

from __future__ import annotations

from energyopti_nyiso.feeds.ancillary import ANCILLARY
from energyopti_nyiso.feeds.capacity import CAPACITY
from energyopti_nyiso.feeds.generation import GENERATION
from energyopti_nyiso.feeds.load import LOAD
from energyopti_nyiso.feeds.prices import PRICES
from energyopti_nyiso.feeds.reference import REFERENCE
from energyopti_nyiso.feeds.rights import RIGHTS
from energyopti_nyiso.feeds.transmission import TRANSMISSION

FEEDS = (
    *PRICES,
    *ANCILLARY,
    *LOAD,
    *GENERATION,
    *TRANSMISSION,
    *CAPACITY,
    *RIGHTS,
    *REFERENCE,
)
