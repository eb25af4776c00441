"""Every installed market, held to the contract: on days of 23 and 25 hours one feed of a kind."""

from __future__ import annotations

from typing import ClassVar, Literal

import pytest

from energyopti.testing import Exempt, PluginContract

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it


class ManyFeeds(PluginContract):
    """A market with dozens of feeds that differ in little but a path and a column."""

    clock_changes: ClassVar[Literal["every feed", "one of a kind"]] = "one of a kind"


class TestNyiso(ManyFeeds):
    """New York."""

    market = "nyiso"


class TestPjm(ManyFeeds):
    """PJM."""

    market = "pjm"


class TestCaiso(ManyFeeds):
    """California."""

    market = "caiso"


class TestErcot(ManyFeeds):
    """ERCOT."""

    market = "ercot"
    exempt: ClassVar = {
        "hourly_res_outage_cap:test_sandbox_days_are_whole": Exempt(
            "broken_upstream", "the report has 24 rows for a day of 25 hours: the second pass is missing"
        )
    }
