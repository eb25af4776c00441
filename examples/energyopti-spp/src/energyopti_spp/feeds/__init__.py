"""The catalog of SPP: every feed, the default for each dataset first."""

from __future__ import annotations

from energyopti_spp.feeds.generation import GENERATION
from energyopti_spp.feeds.load import LOADS
from energyopti_spp.feeds.prices import PRICES

FEEDS = (*PRICES, *LOADS, *GENERATION)
