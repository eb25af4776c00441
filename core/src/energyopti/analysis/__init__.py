"""Cross-market analysis: hourly prices of several markets side by side, with statistics and spreads.

The entry points are `energyopti.compare` and `UnifiedMarketService.get_cross_market_analysis`; docs/analysis.md has
the definitions. Everything here is a function of frames; only `loading` waits, for a service's answers.
"""

from __future__ import annotations

from energyopti.analysis.result import CrossMarketAnalysis
from energyopti.analysis.sparkline import sparkline
from energyopti.analysis.tables import TABLES, Peak
from energyopti.blocks import nerc_holidays

__all__ = ["TABLES", "CrossMarketAnalysis", "Peak", "nerc_holidays", "sparkline"]
