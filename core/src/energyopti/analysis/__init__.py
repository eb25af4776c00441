"""Analysis of market data: markets side by side, and what a desk works out every day.

A comparison of markets begins with `energyopti.compare` and `UnifiedMarketService.get_cross_market_analysis`. The other
functions here take answers (`MarketData`) or frames and return a `DeskAnalysis`; docs/analysis.md has the definitions.
Everything here is a function of frames; only `loading` waits, for a service's answers.
"""

from __future__ import annotations

from energyopti.analysis.basis import basis
from energyopti.analysis.battery import Reserve, battery
from energyopti.analysis.coincident import peaks, top_hours
from energyopti.analysis.desk import DeskAnalysis
from energyopti.analysis.desk_tables import DESK_TABLES
from energyopti.analysis.forecasts import forecast_errors
from energyopti.analysis.gas import implied_heat_rate, spark_spread
from energyopti.analysis.result import CrossMarketAnalysis
from energyopti.analysis.sparkline import sparkline
from energyopti.analysis.tables import TABLES, Peak
from energyopti.analysis.weighted import capture, load_weighted
from energyopti.blocks import nerc_holidays

__all__ = [
    "DESK_TABLES",
    "TABLES",
    "CrossMarketAnalysis",
    "DeskAnalysis",
    "Peak",
    "Reserve",
    "basis",
    "battery",
    "capture",
    "forecast_errors",
    "implied_heat_rate",
    "load_weighted",
    "nerc_holidays",
    "peaks",
    "spark_spread",
    "sparkline",
    "top_hours",
]
