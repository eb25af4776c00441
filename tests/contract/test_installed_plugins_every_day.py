"""The same contract with every feed on days of 23 and 25 hours."""

from __future__ import annotations

import pytest

from contract import test_installed_plugins as ordinary

pytestmark = pytest.mark.exhaustive


class TestNyiso(ordinary.TestNyiso):
    """New York."""

    clock_changes = "every feed"


class TestPjm(ordinary.TestPjm):
    """PJM."""

    clock_changes = "every feed"


class TestCaiso(ordinary.TestCaiso):
    """California."""

    clock_changes = "every feed"


class TestErcot(ordinary.TestErcot):
    """ERCOT."""

    clock_changes = "every feed"
