"""The catalogue: every feed of CAISO, the usual answer of each dataset first."""

from __future__ import annotations

from energyopti_caiso.ancillary import ANCILLARY
from energyopti_caiso.charts import CHARTS
from energyopti_caiso.constraints import CONSTRAINT_FEEDS
from energyopti_caiso.indices import INDICES
from energyopti_caiso.load import ACTUAL as ACTUAL_LOAD
from energyopti_caiso.load import LOAD_FORECASTS
from energyopti_caiso.outages import OUTAGE_FEEDS
from energyopti_caiso.prices import PRICES
from energyopti_caiso.ramping import RAMPING
from energyopti_caiso.reference import REFERENCE
from energyopti_caiso.renewables import RENEWABLE_FEEDS
from energyopti_caiso.rights import RIGHTS
from energyopti_caiso.schedules import SCHEDULE_FEEDS

FEEDS = (
    *PRICES,
    ACTUAL_LOAD,
    *LOAD_FORECASTS,
    *RENEWABLE_FEEDS,
    *ANCILLARY,
    *SCHEDULE_FEEDS,
    *CONSTRAINT_FEEDS,
    *RAMPING,
    *RIGHTS,
    *INDICES,
    *OUTAGE_FEEDS,
    *REFERENCE,
    *CHARTS,
)
