"""Every installed market, held to the contract: on days of 23 and 25 hours one feed of a kind."""

from __future__ import annotations

from typing import ClassVar, Literal

import pytest

from energyopti.testing import PluginContract
from energyopti.testing.exemptions import brought_along

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it


class ManyFeeds(PluginContract):
    """A market with dozens of feeds that differ in little but a path and a column."""

    clock_changes: ClassVar[Literal["every feed", "one of a kind"]] = "one of a kind"


class TestNyiso(ManyFeeds):
    """New York."""

    market = "nyiso"
    zone = "America/New_York"


class TestPjm(ManyFeeds):
    """PJM."""

    market = "pjm"
    zone = "America/New_York"
    exempt = brought_along("pjm")


class TestCaiso(ManyFeeds):
    """California."""

    market = "caiso"
    zone = "America/Los_Angeles"


class TestErcot(ManyFeeds):
    """ERCOT."""

    market = "ercot"
    zone = "America/Chicago"
    exempt = brought_along("ercot")
