"""What watches told, and how often hosts were asked, held to what was published."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

import attrs
import polars as pl

from builders import feed, utc
from energyopti import MarketData
from simulation.schedules import Corrected, EachInterval, Outage, Published
from simulation.storms import hours
from simulation.truth import Truth, made
from simulation.watched import Delivered, Watched, compared
from simulation.world import Asked

DAY = date(2026, 7, 1)
START, END = utc("2026-07-01T04:00"), utc("2026-07-03T00:00")
SOON = timedelta(hours=20)


def truth(*troubles: Corrected) -> Truth:
    """A day of hourly load, each hour out five minutes after it."""
    published = Published(
        feed="hourly_load",
        step=timedelta(hours=1),
        locations={"NORTH": {}},
        release=EachInterval(after=timedelta(minutes=5)),
    )
    return made(published, "load", "America/New_York", [DAY], {DAY: troubles}, seed=1)


@attrs.frozen
class Update:
    """An update of a watch, as far as it is looked at."""

    frame: pl.DataFrame


def told(known: Truth, *updates: pl.DataFrame, after: timedelta = timedelta(minutes=1)) -> Watched:
    """What is made of a watch that told some rows, each update so long after the last of its rows was out."""
    watch = Delivered("hourly_load", START)
    for frame in updates:
        out = frame["out"].max()
        assert isinstance(out, datetime)
        watch.add(out + after, cast("MarketData", Update(frame)))
    return compared(watch, known, START, END, SOON)


def test_a_watch_that_tells_each_row_once_is_right() -> None:
    """And its delay is the time from publication to telling."""
    known = truth()
    found = told(known, *known.frame.partition_by("interval_start"))
    assert (found.published, found.lost, found.twice, found.wrong, found.uncorrected) == (24, 0, 0, 0, 0)
    assert found.median == timedelta(minutes=1)


def test_a_row_that_is_not_told_is_lost() -> None:
    """One of 24."""
    assert told(truth(), truth().frame.slice(1)).lost == 1


def test_a_row_that_is_told_again_is_told_twice() -> None:
    """Though in another update."""
    assert told(truth(), truth().frame, truth().frame.head(2)).twice == 2


def test_a_row_before_it_is_out_or_with_other_values_is_wrong() -> None:
    """Nobody published it so."""
    assert told(truth(), truth().frame, after=timedelta(hours=-30)).wrong == 24
    assert told(truth(), truth().frame.with_columns(pl.col("load") + 1)).wrong == 24


def test_a_correction_within_its_time_has_to_be_told() -> None:
    """Three hours after the day all of its rows get other values: to be told are those that ended within twenty hours before."""
    known = truth(Corrected(after=timedelta(hours=3)))
    first, second = (known.frame.filter(pl.col("version") == number) for number in (1, 2))
    assert told(known, first).uncorrected == 18
    assert told(known, first, second).uncorrected == 0


def asked(*minutes: float, status: int = 200) -> list[Asked]:
    """Requests of one watch in the hour from 10:00."""
    start = utc("2026-07-01T10:00")
    return [Asked(start + timedelta(minutes=each), "main", "load", "hourly_load", status) for each in minutes]


def storms(requests: list[Asked], *outages: Outage) -> list[Any]:
    """The hours in which a feed with a cadence of half an hour was asked too often."""
    found = hours(
        requests, {"hourly_load": (truth(), feed(refresh_every=timedelta(minutes=30)), 1)}, outages, 3
    )
    return [(each.requests, each.fair) for each in found if each.is_one]


def test_twice_what_is_fair_is_no_storm() -> None:
    """Fair are two polls in an hour by the cadence, and one for corrections: six are twice that, seven are a storm."""
    assert storms(asked(*range(6))) == []
    assert storms(asked(*range(7))) == [(7, 3)]


def test_while_a_host_is_down_it_may_be_tried_again() -> None:
    """As often as the settings say: three times."""
    start = utc("2026-07-01T10:10")
    outage = Outage(host="main", start=start, end=start + timedelta(minutes=9), how="down")
    assert storms(asked(*range(18), status=0), outage) == []
    assert storms(asked(*range(19), status=0), outage) == [(19, 9)]


def test_a_document_that_never_changes_is_asked_for_twice_at_the_most() -> None:
    """A hundred of them in an hour are none too many, and one of them three times is."""
    watches = {"hourly_load": (truth(), feed(refresh_every=timedelta(minutes=30)), 1)}
    documents = [attrs.evolve(asked(0.5)[0], path=f"download?id={number}") for number in range(100)]
    assert [each for each in hours(documents, watches, (), 3, "download") if each.is_one] == []
    (again,) = (each for each in hours(documents[:1] * 3, watches, (), 3, "download") if each.is_one)
    assert (again.requests, again.host) == (3, "main/download?id=0")
