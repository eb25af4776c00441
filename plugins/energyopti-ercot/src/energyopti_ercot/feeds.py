"""The catalogue: every feed of ERCOT, the usual answer of each dataset first."""

from __future__ import annotations

from energyopti_ercot.ancillary import ANCILLARY
from energyopti_ercot.awards import AWARDS
from energyopti_ercot.dashboards import DASHBOARDS
from energyopti_ercot.demand import DEMAND
from energyopti_ercot.five_minutes import FIVE_MINUTE_FEEDS
from energyopti_ercot.load import LOADS
from energyopti_ercot.outages import OUTAGE_FEEDS
from energyopti_ercot.prices import PRICES
from energyopti_ercot.reference import PLACES
from energyopti_ercot.renewables import RENEWABLE_FEEDS
from energyopti_ercot.rights import RIGHTS
from energyopti_ercot.summaries import SUMMARIES
from energyopti_ercot.ties import TIES
from energyopti_ercot.transmission import TRANSMISSION

FEEDS = (
    *PRICES,
    *LOADS,
    *RENEWABLE_FEEDS,
    *FIVE_MINUTE_FEEDS,
    *OUTAGE_FEEDS,
    *ANCILLARY,
    *TRANSMISSION,
    *TIES,
    *DEMAND,
    *AWARDS,
    *SUMMARIES,
    *RIGHTS,
    *DASHBOARDS,
    *PLACES,
)
