"""The catalogue: every feed of CAISO, the usual answer of each dataset first."""

from __future__ import annotations

from energyopti_caiso.prices import PRICES

FEEDS = (*PRICES,)
