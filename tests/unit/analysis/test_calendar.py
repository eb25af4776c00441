"""Which clock and which blocks a market has in a comparison."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from builders import utc
from compared_markets import CHICAGO, LOS_ANGELES, NEW_YORK, priced
from energyopti import Block, Market, UnsupportedQuery
from energyopti.analysis.calendar import BlockChoice, Calendar

OWN, COMMON = BlockChoice.OWN, BlockChoice.COMMON_5X16
EAST = priced("east", NEW_YORK, blocks=Block.traded("5x16", first=8, last=23))
WEST = priced("west", LOS_ANGELES, blocks=Block.traded("6x16", first=7, last=22))
BARE = priced("bare", NEW_YORK, blocks=())


def onpeak_hours(calendar: Calendar, first: str, hours: int = 24) -> list[int]:
    """Which hours after an instant are on-peak."""
    frame = pl.DataFrame({"interval_start": [utc(first) + timedelta(hours=n) for n in range(hours)]})
    words = frame.select(calendar.peak()).to_series().to_list()
    return [number for number, word in enumerate(words) if word == "onpeak"]


@pytest.mark.parametrize(
    ("market", "midnight", "hours"),
    [(EAST, "2024-07-02T04:00", range(7, 23)), (WEST, "2024-07-02T07:00", range(6, 22))],
)
def test_own_block_is_on_the_markets_clock(market: Market, midnight: str, hours: range) -> None:
    """Whatever ``tz`` is given: that is the clock of days, not of what is traded."""
    assert onpeak_hours(Calendar.of(market, block=OWN, tz=None), midnight) == list(hours)
    other = Calendar.of(market, block=OWN, tz="UTC")
    assert onpeak_hours(other, midnight) == list(hours)
    assert other.zone == "UTC"


def test_common_block_is_the_same_instants_everywhere() -> None:
    """Hours ending 07 to 22 Central of Tuesday 2 July 2024: 11:00Z to 03:00Z; Saturday has none."""
    for market in (EAST, WEST, BARE):
        calendar = Calendar.of(market, block=COMMON, tz=None)
        assert onpeak_hours(calendar, "2024-07-02T00:00", 36) == [0, 1, 2, *range(11, 27), 35]
        assert onpeak_hours(calendar, "2024-07-06T05:00") == []
        assert (calendar.onpeak, calendar.onpeak_hours) == ("common_5x16", f"HE07-22 {CHICAGO}")
        assert calendar.findings(market.id) == ()


@pytest.mark.parametrize("tz", ["UTC", LOS_ANGELES])
def test_common_block_does_not_follow_a_given_clock(tz: str) -> None:
    """In any case it is the block of the East: hours ending 08 to 23 in New York, from 11:00Z in July."""
    calendar = Calendar.of(WEST, block=COMMON, tz=tz)
    assert calendar.zone == tz
    assert onpeak_hours(calendar, "2024-07-02T04:00") == list(range(7, 23))


def test_common_block_is_that_of_three_markets() -> None:
    """A year of hours: the same as 5x16 of hours ending 08 to 23 Eastern, also about the changes of the clock."""
    common, own = Calendar.of(BARE, block=COMMON, tz=None), Calendar.of(EAST, block=OWN, tz=None)
    year = onpeak_hours(common, "2024-01-01T06:00", 366 * 24)
    assert year == onpeak_hours(own, "2024-01-01T06:00", 366 * 24)
    # 262 weekdays of 2024, six of them holidays
    assert len(year) == 256 * 16


def test_market_without_blocks_has_the_common_one_and_a_finding() -> None:
    """With its hours and their clock."""
    calendar = Calendar.of(BARE, block=OWN, tz=None)
    (finding,) = calendar.findings("bare")
    assert finding.kind == "no_block"
    assert finding.message == ("bare declares no on-peak block: common_5x16 is used, HE07-22 America/Chicago")
    assert Calendar.of(EAST, block=OWN, tz=None).findings("east") == ()


def test_every_hour_is_in_one_block_beside_off_peak_and_all() -> None:
    """A Saturday in New York: eight hours of the night, sixteen of 2x16."""
    calendar = Calendar.of(EAST, block=OWN, tz=None)
    frame = pl.DataFrame(
        {"interval_start": [utc("2024-07-06T04:00") + timedelta(hours=n) for n in range(24)]}
    )
    blocks = frame.select(calendar.block()).to_series().to_list()
    assert blocks == ["7x8"] * 7 + ["2x16"] * 16 + ["7x8"]
    members = frame.select(inside.sum().alias(name) for name, inside in calendar.members().items())
    assert members.row(0, named=True) == {"5x16": 0, "2x16": 16, "7x8": 8, "offpeak": 24, "7x24": 24}


def test_other_choices_are_refused() -> None:
    """With the nearest one."""
    with pytest.raises(UnsupportedQuery, match=r"by block 'common'\. Did you mean 'common_5x16'"):
        BlockChoice.of("common")
