"""The contract kit: the same tests for every plugin, and the Hypothesis strategies behind them.

A plugin's author writes:

    from energyopti.testing import PluginContract

    class TestMyMarket(PluginContract):
        market = "mymarket"

and pytest runs the contract on every feed of that market. Needs the extra ``energyopti[testing]``.
"""

from __future__ import annotations

from energyopti.testing.contract import PluginContract
from energyopti.testing.exemptions import Exempt
from energyopti.testing.strategies import chunks, damaged, days, frames, time_ranges

__all__ = ["Exempt", "PluginContract", "chunks", "damaged", "days", "frames", "time_ranges"]
