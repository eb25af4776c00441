"""The catalog of ISO New England: every feed, the default for each dataset and run first."""

from __future__ import annotations

from energyopti_isone.feeds.generation import GENERATION
from energyopti_isone.feeds.load import LOADS
from energyopti_isone.feeds.prices import PRICES

FEEDS = (*PRICES, *LOADS, *GENERATION)
