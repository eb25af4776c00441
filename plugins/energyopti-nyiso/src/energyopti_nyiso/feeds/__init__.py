"""NYISO's catalogue: every feed, the usual answer of each dataset first.

The paths, folders and first days are those of the two servers as other readers of them found; what nobody
has confirmed is said in ``unconfirmed``.
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
