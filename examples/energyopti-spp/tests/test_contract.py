"""SPP, held to the contract."""

from __future__ import annotations

from energyopti.testing import PluginContract


class TestSpp(PluginContract):
    """Every feed of the market, through every test of the contract."""

    market = "spp"
    zone = "America/Chicago"
    clock_changes = "one of a kind"  # three feeds read files of a hundred thousand lines
