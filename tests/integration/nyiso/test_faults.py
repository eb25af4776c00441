"""Whole queries over HTTP while the servers misbehave: what heals, what is told, what is raised."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from builders import utc
from energyopti import (
    CoverageStatus,
    Event,
    EventKind,
    FindingKind,
    MarketData,
    RateLimited,
    SourceUnavailable,
)
from energyopti.sandbox import Fault, FaultKind
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

DAY = ("pal", "2026-10-02", "2026-10-03")
ONCE = {
    "429 with Retry-After": Fault(kind=FaultKind.STATUS, status=429, retry_after=0.02, times=1),
    "503 with Retry-After": Fault(kind=FaultKind.STATUS, status=503, retry_after=0.02, times=1),
    "503": Fault(kind=FaultKind.STATUS, times=1),
    "truncated": Fault(kind=FaultKind.TRUNCATE, times=1),
    "HTML page": Fault(kind=FaultKind.HTML, times=1),
    "empty": Fault(kind=FaultKind.EMPTY, times=1),
    "dropped": Fault(kind=FaultKind.DROP, times=1),
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The sandbox at noon of 2026-10-05 in New York."""
    with sandbox_served(utc("2026-10-05T16:00"), tmp_path) as running:
        yield running


def undisturbed(served: Served, *query: str) -> pl.DataFrame:
    """What the query gives while nothing goes wrong; leaves no trace in the requests."""
    frame = served.get(*query).frame
    served.sandbox.requests.clear()
    return frame


def always(kind: FaultKind, path: str = "/nyiso/postings/") -> Fault:
    """Every request to a host goes wrong."""
    return Fault(kind=kind, path=path)


@pytest.mark.parametrize("fault", ONCE.values(), ids=ONCE)
def test_passing_fault_changes_nothing_in_the_answer(served: Served, fault: Fault) -> None:
    """One bad answer is asked for again: the same rows from the same server, and nothing to remark."""
    expected = undisturbed(served, *DAY)
    served.spoil(fault)
    data = served.get(*DAY)
    assert data.frame.equals(expected)
    assert data.findings == ()
    assert data.provenance[0].host == "postings"
    assert len(served.requests) == 2


def test_late_answer_is_waited_for(served: Served) -> None:
    """A delay within the timeout costs time and no second request."""
    served.spoil(Fault(kind=FaultKind.DELAY, seconds=0.05))
    assert len(served.get(*DAY)) == 288 * 11
    assert len(served.requests) == 1


def test_answer_that_is_too_late_is_asked_for_again(served: Served) -> None:
    """A delay past the timeout counts as a network error."""
    expected = undisturbed(served, *DAY)
    served.spoil(Fault(kind=FaultKind.DELAY, seconds=2.0, times=1))
    data = served.get(*DAY, changes={"timeout": 0.3, "attempts": 5})
    assert data.frame.equals(expected)
    assert data.findings == ()
    assert len(served.requests) >= 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.STATUS, "status 503"),
        (FaultKind.TRUNCATE, "truncated body|RemoteProtocolError"),
        (FaultKind.HTML, "an HTML page where data was due"),
        (FaultKind.EMPTY, "an empty body"),
        (FaultKind.DROP, "RemoteProtocolError"),
    ],
)
def test_lasting_fault_hands_over_to_the_other_server(served: Served, kind: FaultKind, words: str) -> None:
    """The new server stays broken: the old one answers with the same rows, and the finding says what broke."""
    expected = undisturbed(served, *DAY)
    served.spoil(always(kind))
    data = served.get(*DAY)
    assert data.frame.equals(expected)
    assert [each.feed_source for each in data.provenance] == ["daily file"]
    (finding,) = data.findings
    assert finding.kind is FindingKind.FALLBACK
    assert any(word in finding.message for word in words.split("|"))


def test_truncated_archive_is_asked_for_again(served: Served) -> None:
    """Half a zip is no zip: the second answer is read."""
    served.spoil(Fault(kind=FaultKind.TRUNCATE, path="_csv.zip", times=1))
    data = served.get("pal", "2026-09-10", "2026-09-12")
    assert [each.feed_source for each in data.provenance] == ["monthly archive"] * 2
    assert len(served.requests) == 2


def test_servers_that_stay_broken_are_an_error(served: Served) -> None:
    """Four sources failed through two attempts each: the message names the first address and its trouble."""
    served.spoil(always(FaultKind.STATUS, ""))
    with pytest.raises(SourceUnavailable, match=r"/postings/.*/pal-20261002\.csv .*status 503"):
        served.get(*DAY)
    assert len(served.requests) == 4 * 2


def test_servers_that_keep_asking_to_wait_are_an_error(served: Served) -> None:
    """Retry-After on every answer is `RateLimited`, once the attempts are used up."""
    served.spoil(Fault(kind=FaultKind.STATUS, status=429, retry_after=0.01))
    with pytest.raises(RateLimited):
        served.get(*DAY)


def test_failure_of_one_day_keeps_the_others(served: Served) -> None:
    """Of three days the middle one fails everywhere: strict raises with the other two, partial gives them."""
    served.spoil(
        always(FaultKind.STATUS, "20261002"),
        always(FaultKind.STATUS, "_csv.zip"),
    )
    query = ("pal", "2026-10-01", "2026-10-04")
    with pytest.raises(SourceUnavailable) as caught:
        served.get(*query)
    assert isinstance(caught.value.finished, MarketData)
    assert len(caught.value.finished) == 2 * 288 * 11
    data = served.get(*query, partial=True)
    assert [part.status for part in data.coverage.parts] == [
        CoverageStatus.COMPLETE,
        CoverageStatus.FAILED,
        CoverageStatus.COMPLETE,
    ]
    assert [finding.kind for finding in data.findings] == [FindingKind.MISSING_PART]


def test_random_errors_change_nothing_in_the_answer(served: Served) -> None:
    """With 30 % of the answers broken in five ways, four days of five feeds come whole and from the usual server."""
    feeds = ("pal", "palIntegrated", "damlbmp_zone", "realtime_zone", "damlbmp_gen")
    queries = [(feed, "2026-10-01", "2026-10-05") for feed in feeds]
    expected = [undisturbed(served, *query) for query in queries]
    kinds = (FaultKind.STATUS, FaultKind.TRUNCATE, FaultKind.HTML, FaultKind.EMPTY, FaultKind.DROP)
    served.spoil(*(Fault(kind=kind, rate=1 - 0.7 ** (1 / 5)) for kind in kinds))
    answers = [served.get(*query, changes={"attempts": 12}) for query in queries]
    assert all(data.frame.equals(frame) for data, frame in zip(answers, expected, strict=True))
    assert [data.findings for data in answers] == [()] * 5
    assert {each.host for data in answers for each in data.provenance} == {"postings"}
    assert len(served.requests) > 5 * 4


def test_retries_are_told_to_observers(served: Served) -> None:
    """Who watches hears of the failed attempt, its reason, and the success after it."""
    told: list[Event] = []

    async def go() -> None:
        async with served.service(observe=told.append) as service:
            await service.get_market_data("nyiso", *DAY)

    served.spoil(Fault(kind=FaultKind.HTML, times=1))
    asyncio.run(go())
    fetches = [event for event in told if event.kind.value.startswith("fetch")]
    assert [event.kind for event in fetches] == [
        EventKind.FETCH_STARTED,
        EventKind.FETCH_RETRIED,
        EventKind.FETCH_FINISHED,
    ]
    assert fetches[1].detail == "an HTML page where data was due"


def test_dead_source_is_answered_from_memory_as_stale(served: Served) -> None:
    """An hour later the chunk is due again and every server is dead: what they said last, marked stale."""

    async def go() -> tuple[MarketData, MarketData]:
        async with served.service() as service:
            first = await service.get_market_data("nyiso", *DAY)
            served.clock.at += timedelta(hours=1)
            served.spoil(always(FaultKind.STATUS, ""))
            return first, await service.get_market_data("nyiso", *DAY)

    first, second = asyncio.run(go())
    assert second.frame.equals(first.frame)
    assert (first.stale, second.stale) == (False, True)
    assert (second.provenance[0].kept_in, second.provenance[0].fetched_at) == (
        "memory",
        utc("2026-10-05T16:00"),
    )
    (finding,) = second.findings
    assert finding.kind is FindingKind.STALE
    assert "2026-10-05 16:00:00Z" in finding.message


def test_recovered_source_replaces_what_was_stale(served: Served) -> None:
    """As soon as a server answers again the chunk is fresh."""

    async def go() -> MarketData:
        async with served.service() as service:
            await service.get_market_data("nyiso", *DAY)
            served.clock.at += timedelta(hours=1)
            served.spoil(always(FaultKind.STATUS, ""))
            await service.get_market_data("nyiso", *DAY)
            served.spoil()
            return await service.get_market_data("nyiso", *DAY)

    data = asyncio.run(go())
    assert (data.stale, data.findings) == (False, ())
    assert data.provenance[0].fetched_at == utc("2026-10-05T17:00")
