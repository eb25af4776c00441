"""Rules for coincident peaks: what a market may declare, and what the installed ones do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import feed, market
from energyopti import PeakRule, PluginError, UnknownDataset
from energyopti.datasets import LMP
from energyopti.vocabulary import Run
from installed import installed

HOURLY, QUARTER = timedelta(hours=1), timedelta(minutes=15)


def rule(**changes: Any) -> PeakRule:
    """A rule of the feed of these tests."""
    given: dict[str, Any] = {"name": "1CP", "feed": "hourly_load", "locations": ("NORTH",), **changes}
    return PeakRule(**given)


@pytest.mark.parametrize("months", [(), (0, 1), (12, 13), (6, 8), (7, 6), (6, 6)])
def test_months_are_of_one_year_in_a_row(months: tuple[int, ...]) -> None:
    """A season that is not has no beginning or no end."""
    with pytest.raises(PluginError, match="months of a peak cannot be"):
        rule(months=months)


@pytest.mark.parametrize("changes", [{"count": 0}, {"step": timedelta()}, {"locations": ()}, {"name": ""}])
def test_rule_without_a_meaning_is_refused(changes: dict[str, Any]) -> None:
    """At least one interval of some length, of some place."""
    with pytest.raises(ValueError, match=r"."):
        rule(**changes)


def test_market_declares_each_rule_once_and_of_a_load_that_it_has() -> None:
    """A mistake of a plugin fails when it is made."""
    assert [str(each) for each in market(peaks=(rule(),)).peaks] == ["1CP"]
    assert market().peaks == ()
    with pytest.raises(PluginError, match="two rules for peaks have one name"):
        market(peaks=(rule(), rule(count=2)))
    with pytest.raises(UnknownDataset, match="no feed 'nothing'"):
        market(peaks=(rule(feed="nothing"),))
    prices = feed(name="prices", dataset=LMP, run=Run.DAY_AHEAD, step=HOURLY)
    with pytest.raises(PluginError, match="1CP is of feed prices, which is no load"):
        market(feeds=(prices,), peaks=(rule(feed="prices"),))


def test_installed_markets_have_the_peaks_they_are_known_for() -> None:
    """By their tariffs: months, whether one of each, how many, on other days, and the length of an interval."""
    found = {
        (market.id, each.name): (
            (each.months[0], each.months[-1]), each.by_month, each.count, each.distinct_days, each.step
        )
        for market in installed().markets.values()
        for each in market.peaks
    }  # fmt: skip
    assert found == {
        ("ercot", "4CP"): ((6, 9), True, 1, False, QUARTER),
        ("pjm", "5CP"): ((6, 9), False, 5, True, HOURLY),
        ("nyiso", "NYCA peak"): ((1, 12), False, 1, False, HOURLY),
    }
