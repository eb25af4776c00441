"""ERCOT's catalog: every feed, the default for each dataset first."""

from __future__ import annotations

from energyopti_ercot.feeds.adders import ADDER_FEEDS
from energyopti_ercot.feeds.ancillary import ANCILLARY
from energyopti_ercot.feeds.awards import AWARDS
from energyopti_ercot.feeds.dashboards import DASHBOARDS
from energyopti_ercot.feeds.demand import DEMAND
from energyopti_ercot.feeds.five_minutes import FIVE_MINUTE_FEEDS
from energyopti_ercot.feeds.load import LOADS, SUMMARIES
from energyopti_ercot.feeds.outages import OUTAGE_FEEDS
from energyopti_ercot.feeds.prices import PRICES
from energyopti_ercot.feeds.reference import PLACES
from energyopti_ercot.feeds.renewables import RENEWABLE_FEEDS
from energyopti_ercot.feeds.rights import RIGHTS
from energyopti_ercot.feeds.transmission import TIES, TRANSMISSION

FEEDS = (
    *PRICES,
    *ADDER_FEEDS,
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
