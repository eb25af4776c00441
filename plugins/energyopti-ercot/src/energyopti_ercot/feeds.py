"""The catalogue: every feed of ERCOT, the usual answer of each dataset first."""

from __future__ import annotations

from energyopti_ercot.ancillary import ANCILLARY
from energyopti_ercot.dashboards import DASHBOARDS
from energyopti_ercot.load import LOADS
from energyopti_ercot.prices import PRICES
from energyopti_ercot.renewables import RENEWABLE_FEEDS
from energyopti_ercot.transmission import TRANSMISSION

FEEDS = (*PRICES, *LOADS, *RENEWABLE_FEEDS, *ANCILLARY, *TRANSMISSION, *DASHBOARDS)
