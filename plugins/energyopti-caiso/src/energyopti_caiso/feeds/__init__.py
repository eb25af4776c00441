"""CAISO's catalog: every feed, the default for each dataset first."""

from __future__ import annotations

from energyopti_caiso.feeds.ancillary import ANCILLARY
from energyopti_caiso.feeds.capacity import CAPACITY_FEEDS
from energyopti_caiso.feeds.corrections import CORRECTION_FEEDS
from energyopti_caiso.feeds.indices import INDICES
from energyopti_caiso.feeds.load import ACTUAL, LOAD_FORECASTS
from energyopti_caiso.feeds.outages import OUTAGE_FEEDS
from energyopti_caiso.feeds.outlook import CHARTS
from energyopti_caiso.feeds.prices import PRICES
from energyopti_caiso.feeds.ramping import RAMPING
from energyopti_caiso.feeds.reference import REFERENCE
from energyopti_caiso.feeds.renewables import RENEWABLE_FEEDS
from energyopti_caiso.feeds.rights import RIGHTS
from energyopti_caiso.feeds.schedules import SCHEDULE_FEEDS
from energyopti_caiso.feeds.transmission import CONSTRAINT_FEEDS

FEEDS = (
    *PRICES,
    ACTUAL,
    *LOAD_FORECASTS,
    *RENEWABLE_FEEDS,
    *ANCILLARY,
    *CAPACITY_FEEDS,
    *SCHEDULE_FEEDS,
    *CONSTRAINT_FEEDS,
    *RAMPING,
    *RIGHTS,
    *INDICES,
    *CORRECTION_FEEDS,
    *OUTAGE_FEEDS,
    *REFERENCE,
    *CHARTS,
)
