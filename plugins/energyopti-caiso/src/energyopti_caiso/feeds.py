"""The catalogue: every feed of CAISO, the usual answer of each dataset first."""

from __future__ import annotations

import attrs

from energyopti import Feed
from energyopti_caiso.ancillary import ANCILLARY
from energyopti_caiso.charts import CHARTS
from energyopti_caiso.constraints import CONSTRAINT_FEEDS
from energyopti_caiso.indices import INDICES
from energyopti_caiso.load import ACTUAL as ACTUAL_LOAD
from energyopti_caiso.load import LOAD_FORECASTS
from energyopti_caiso.oasis import of_a_file
from energyopti_caiso.outages import OUTAGE_FEEDS
from energyopti_caiso.prices import PRICES
from energyopti_caiso.ramping import RAMPING
from energyopti_caiso.reference import REFERENCE
from energyopti_caiso.renewables import RENEWABLE_FEEDS
from energyopti_caiso.rights import RIGHTS
from energyopti_caiso.schedules import SCHEDULE_FEEDS

_EVERY = (
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


def _with_refusals(feed: Feed) -> Feed:
    """A feed of OASIS, whose files may be documents of an error."""
    of_oasis = any(feed_source.host == "oasis" for feed_source in feed.sources)
    return attrs.evolve(feed, reads=of_a_file) if of_oasis else feed


FEEDS = tuple(map(_with_refusals, _EVERY))
