"""Prices that are verified, and until then the unverified ones: row by row, and never the other way round."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti import Chunk, Finding, FindingKind, NoData
from energyopti.layouts import Reading
from energyopti.query import Place, TimeRange, plan
from energyopti.source import Collect, Source
from energyopti.vocabulary import LocationType
from energyopti_pjm.feeds.prices import REAL_TIME, UNVERIFIED
from energyopti_pjm.market import PJM
from energyopti_pjm.protocol.unverified import filled, verified_first


def envelope(items: list[dict[str, Any]]) -> bytes:
    """Rows as a page of the API."""
    return json.dumps({"links": [], "items": items, "totalRows": len(items)}).encode()


NOW = utc("2026-11-20T17:00")


def chunk(day: str) -> Chunk:
    """A day of real-time prices."""
    noon = utc(f"{day}T17:00")
    (found,) = plan(PJM, PJM.feed("rt_hrl_lmps"), TimeRange(noon, noon + timedelta(hours=1)))
    return found


def real_time(*stamps: str, **more: Any) -> Reading:
    """Verified rows that begin at some instants."""
    row = {"pnode_id": 51288, "type": "HUB", "total_lmp_rt": 20.0, "row_is_current": True, "version_nbr": 1}
    return REAL_TIME.read(
        envelope([row | {"datetime_beginning_utc": f"{each}:00"} | more for each in stamps])
    )


def first_seen(*stamps: str, **more: Any) -> Reading:
    """Unverified rows that begin at some instants."""
    prices = {"total_lmp_rt": 25.0, "congestion_price_rt": 1.0, "marginal_loss_price_rt": -1.0}
    row = {"pnode_id": 51288, "type": "HUB", **prices}
    return UNVERIFIED.read(
        envelope([row | {"datetime_beginning_utc": f"{each}:00"} | more for each in stamps])
    )


@attrs.define
class Asked:
    """A source of rows that remembers what it was asked; it may have none."""

    rows: Reading | None
    chunks: list[Chunk] = attrs.field(factory=list)

    async def __call__(self, asked: Chunk, source: Source) -> Reading:
        """The rows, whatever is asked."""
        del source
        self.chunks.append(asked)
        if self.rows is None:
            raise NoData("nothing")
        return self.rows


class Standing:
    """Stands in for the HTTP side where only its clock is looked at, and its threads."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.doubted = False

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """The result of some work."""
        return work(*args)


def joined(
    day: str, verified: Collect, unverified: Collect, now: datetime = NOW, *, of: Chunk | None = None
) -> Reading:
    """What is read of a day."""

    async def go() -> Reading:
        collect = verified_first(verified, unverified, kept=timedelta(days=30))
        return await collect(of or chunk(day), cast("Source", Standing(now)))

    return asyncio.run(go())


def hours_from(start: str, count: int) -> list[str]:
    """The beginnings of some hours that follow each other."""
    return [f"{utc(start) + timedelta(hours=number):%Y-%m-%dT%H:%M}" for number in range(count)]


DAY = hours_from("2026-11-16T05:00", 24)
"""The hours of 16 November 2026 in UTC."""


def told(reading: Reading, kind: FindingKind) -> list[Finding]:
    """What was found of a kind."""
    return [each for each in reading.findings if each.kind is kind]


def test_unverified_rows_follow_the_last_verified_one() -> None:
    """They are asked from there on, counted, and a column that they lack is null."""
    later = Asked(first_seen(*DAY[10:12]))
    reading = joined("2026-11-16", Asked(real_time(*DAY[:10])), later)
    assert [(each.start, each.end) for each in later.chunks] == [
        (utc("2026-11-16T15:00"), utc("2026-11-17T05:00"))
    ]
    assert reading.frame.select(pl.col("interval_start").dt.hour(), "lmp", "energy", "version").rows()[
        8:
    ] == [
        (13, 20.0, None, 1),
        (14, 20.0, None, 1),
        (15, 25.0, 25.0, None),
        (16, 25.0, 25.0, None),
    ]
    (unverified,) = told(reading, FindingKind.FALLBACK)
    assert (unverified.rows, unverified.accounts, unverified.provisional) == (2, False, True)
    assert unverified.spans == ((utc("2026-11-16T15:00"), utc("2026-11-16T17:00")),)
    assert reading.payload_rows == reading.accounted_rows == 12


def test_holes_in_the_middle_are_filled_row_by_row() -> None:
    """Of two nodes each lacks an hour: only those are unverified, and the hours between them are verified still."""
    other = {"pnode_id": 1, "type": "ZONE"}
    verified = Reading.concat(
        [real_time(*DAY[:5], *DAY[6:]), real_time(*DAY[:8], *DAY[9:], **other, total_lmp_rt=21.0)]
    )
    again = Reading.concat([first_seen(*DAY[5:9]), first_seen(*DAY[5:9], **other)])
    rest = Asked(again)
    reading = joined("2026-11-16", Asked(verified), rest)
    assert [(each.start, each.end) for each in rest.chunks] == [
        (utc("2026-11-16T10:00"), utc("2026-11-16T14:00"))
    ]
    prices = reading.frame.sort("location", "interval_start")
    assert prices["lmp"].to_list() == [21.0] * 8 + [25.0] + [21.0] * 15 + [20.0] * 5 + [25.0] + [20.0] * 18
    (unverified,) = told(reading, FindingKind.FALLBACK)
    assert unverified.message == "2 rows are not verified yet"
    assert unverified.spans == (
        (utc("2026-11-16T10:00"), utc("2026-11-16T11:00")),
        (utc("2026-11-16T13:00"), utc("2026-11-16T14:00")),
    )
    assert [each.rows for each in told(reading, FindingKind.SUPERSEDED_ROW)] == [6]
    assert reading.payload_rows == reading.accounted_rows == 46 + 8


def test_place_that_was_asked_for_and_is_not_verified_at_all_is_filled() -> None:
    """Of two hubs one has no verified row of the day: all of its hours are asked for."""
    chunk_of_two = attrs.evolve(
        chunk("2026-11-16"), places=(Place("51288", LocationType.HUB), Place("1", LocationType.ZONE))
    )
    other = {"pnode_id": 1, "type": "ZONE"}
    rest = Asked(Reading.concat([first_seen(*DAY), first_seen(*DAY, **other)]))
    reading = joined("2026-11-16", Asked(real_time(*DAY)), rest, of=chunk_of_two)
    assert reading.frame.group_by("location").len().sort("location").rows() == [("1", 24), ("51288", 24)]
    assert reading.frame.filter(location="51288")["lmp"].to_list() == [20.0] * 24


def test_areas_of_other_names_fill_no_hour_that_is_verified() -> None:
    """Preliminary load is of regions: beside a metered area they would be load twice."""
    region = {"pnode_id": 77, "type": "ZONE"}
    metered = real_time(*DAY[:5], *DAY[6:20])
    rest = Reading.concat([first_seen(*DAY), first_seen(*DAY, **region)])
    reading = filled(metered, rest, False)
    assert reading.frame.filter(location="77")["interval_start"].to_list() == [
        utc(each) for each in (DAY[5], *DAY[20:])
    ]
    assert reading.frame.filter(location="51288").height == 24
    assert reading.payload_rows == reading.accounted_rows == 19 + 48


@given(st.sets(st.integers(0, 23)), st.sets(st.integers(0, 23)), st.sets(st.integers(0, 23)))
@settings(max_examples=40, deadline=None)
def test_verified_rows_always_win_and_no_unverified_one_is_lost(
    hub: set[int], zone: set[int], unverified: set[int]
) -> None:
    """Whichever hours of two nodes are verified: each hour that anybody has stands once, verified where it can be."""
    other = {"pnode_id": 1, "type": "ZONE"}
    sides = [(hub, {}), (zone, other)]
    verified = [real_time(*(DAY[each] for each in hours), **more) for hours, more in sides if hours]
    first = [first_seen(*(DAY[each] for each in unverified), **more) for _, more in sides]
    rest = Asked(Reading.concat(first) if unverified else None)
    if not verified and not unverified:
        return
    reading = joined("2026-11-16", Asked(Reading.concat(verified) if verified else None), rest)
    found = reading.frame.select("location", pl.col("interval_start"), "lmp").rows()
    places = {"51288": hub, "1": zone} if verified else {"51288": set(), "1": set()}
    holes_seen = not verified or any(len(hours) < 24 for hours in (hub, zone) if hours)
    filled_in = unverified if holes_seen else set()
    expected = {
        (name, utc(DAY[hour]), 20.0 if hour in hours else 25.0)
        for name, hours in places.items()
        for hour in hours | filled_in
    }
    assert sorted(found) == sorted(expected)
    assert reading.payload_rows == reading.accounted_rows


def test_unverified_rows_stay_where_verified_ones_were_superseded() -> None:
    """A row that nothing is said of stands: leaving out the old version of another must not take it along."""
    old = real_time("2026-11-16T14:00", row_is_current=False, total_lmp_rt=99.0)
    new = real_time("2026-11-16T14:00", version_nbr=2)
    verified = Asked(Reading.concat([old, new]))
    reading = joined("2026-11-16", verified, Asked(first_seen("2026-11-16T15:00"))).without_superseded()
    assert reading.frame["lmp"].to_list() == [20.0, 25.0]
    assert reading.payload_rows == reading.accounted_rows == 3


def test_unverified_rows_before_the_last_verified_one_are_left_out() -> None:
    """A filter in the repeated hour may give both passes: what is verified already is counted, not doubled."""
    later = Asked(first_seen("2026-11-01T05:00", "2026-11-01T06:00"))
    reading = joined("2026-11-01", Asked(real_time("2026-11-01T05:00")), later)
    assert reading.frame.select("interval_start", "lmp").rows() == [
        (utc("2026-11-01T05:00"), 20.0),
        (utc("2026-11-01T06:00"), 25.0),
    ]
    (told,) = (each for each in reading.findings if each.kind is FindingKind.SUPERSEDED_ROW)
    assert (told.rows, told.accounts) == (1, True)
    assert reading.payload_rows == reading.accounted_rows == 3


def test_day_without_verified_rows_is_unverified() -> None:
    """Of yesterday nothing is verified yet: all rows are counted as such."""
    reading = joined("2026-11-19", Asked(None), Asked(first_seen("2026-11-19T05:00", "2026-11-19T06:00")))
    (told,) = (each for each in reading.findings if each.kind is FindingKind.FALLBACK)
    assert told.message == "2 rows are not verified yet"


@pytest.mark.parametrize("stamps", [(), ("2026-11-16T13:00",)], ids=["none", "verified already"])
def test_nothing_beyond_the_verified_rows_is_no_finding(stamps: tuple[str, ...]) -> None:
    """Where the unverified feed has no more, the verified rows are the answer."""
    rest = Asked(first_seen(*stamps) if stamps else None)
    reading = joined("2026-11-16", Asked(real_time("2026-11-16T13:00")), rest)
    assert reading.frame["lmp"].to_list() == [20.0]
    assert [each for each in reading.findings if each.kind is FindingKind.FALLBACK] == []
    assert reading.payload_rows == reading.accounted_rows == 1


def test_whole_verified_day_asks_for_nothing_else() -> None:
    """The last verified hour ends with the day."""
    rest = Asked(None)
    joined("2026-11-16", Asked(real_time(*DAY)), rest)
    assert rest.chunks == []


def test_old_hole_is_not_asked_of_the_unverified_feed() -> None:
    """Unverified rows are kept for 30 days: an older day is what it is, or no data."""
    rest = Asked(None)
    assert joined("2026-10-01", Asked(real_time("2026-10-01T12:00")), rest).frame.height == 1
    with pytest.raises(NoData):
        joined("2026-10-01", Asked(None), rest)
    assert rest.chunks == []


def test_only_what_is_kept_is_asked_for() -> None:
    """Of the day on which the retention begins, only the kept hours: PJM may refuse what is older."""
    rest = Asked(first_seen("2026-10-21T17:00"))
    joined("2026-10-21", Asked(None), rest)
    assert [each.start for each in rest.chunks] == [utc("2026-10-21T17:00")]
