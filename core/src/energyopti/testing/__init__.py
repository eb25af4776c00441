"""The contract kit: the same tests for every plugin, and the Hypothesis strategies behind them.

A plugin's author writes:

    from energyopti.testing import PluginContract

    class TestMyMarket(PluginContract):
        market = "mymarket"

and pytest runs the contract on every feed of that market. Needs the extra ``energyopti[testing]``.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "energyopti.testing.contract",
    "energyopti.testing.collecting",
    "energyopti.testing.whole",
    "energyopti.testing.compare",
)

from energyopti.testing.contract import Exempt, PluginContract  # noqa: E402 - after the rewrite is set up
from energyopti.testing.strategies import chunks, damaged, days, frames, time_ranges  # noqa: E402

__all__ = ["Exempt", "PluginContract", "chunks", "damaged", "days", "frames", "time_ranges"]
