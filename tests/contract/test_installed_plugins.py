"""Every installed market, held to the contract."""

from __future__ import annotations

from energyopti.testing import PluginContract


class TestNyiso(PluginContract):
    """New York."""

    market = "nyiso"


class TestPjm(PluginContract):
    """PJM."""

    market = "pjm"


class TestCaiso(PluginContract):
    """California."""

    market = "caiso"


class TestErcot(PluginContract):
    """ERCOT."""

    market = "ercot"
