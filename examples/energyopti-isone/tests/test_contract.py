"""ISO New England, held to the contract."""

from __future__ import annotations

from energyopti.testing import PluginContract


class TestIsone(PluginContract):
    """Every feed of the market, through every test of the contract."""

    market = "isone"
    zone = "America/New_York"
