"""Several sources of one feed, and documents that several days share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from builders import feed_source
from collecting_builders import (
    NOW,
    Plugin,
    daily,
    load_csv,
    load_feed,
    registry,
    run,
    served,
    served_market,
    settings,
)
from energyopti.answer.result import MarketData
from energyopti.errors import (
    AuthenticationFailed,
    NoData,
    SourceUnavailable,
)
from energyopti.events import Event, EventKind
from energyopti.findings import FindingKind
from energyopti.layouts import Reading
from energyopti.market import Days, Host, Market
from energyopti.query import Chunk
from energyopti.service import UnifiedMarketService
from energyopti.source import Expect, Request, Source
from servers import Answer, Server, serving

DAY = load_csv("2024-07-01")
OLD, NEW = served("old", "old/{day}.csv"), served("new", "new/{day}.csv")
OLD_PATH, NEW_PATH = "/old/2024-07-01.csv", "/new/2024-07-01.csv"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def ask(there: Market, home: Path, end: str = "2024-07-02") -> MarketData:
    """Load from 1 July on."""

    async def go() -> MarketData:
        async with UnifiedMarketService(registry(Plugin(there)), settings(home), now=lambda: NOW) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", end)

    return run(go())


def both(server: Server, **changes: Any) -> Market:
    """A market whose load has an old source and a new one."""
    return served_market(server.url, load_feed(sources=(OLD, NEW), **changes))


def test_first_source_that_has_the_day_answers(server: Server, tmp_path: Path) -> None:
    """The others are not asked."""
    server.on(OLD_PATH, DAY)
    data = ask(both(server), tmp_path)
    assert data.provenance[0].feed_source == "old"
    assert server.paths == [OLD_PATH]


def test_absence_in_one_source_passes_to_the_next_in_silence(server: Server, tmp_path: Path) -> None:
    """A day that has moved is no failure: no finding."""
    server.on(NEW_PATH, DAY)
    data = ask(both(server), tmp_path)
    assert data.provenance[0].feed_source == "new"
    assert data.findings == ()
    assert server.paths == [OLD_PATH, NEW_PATH]


def test_failure_of_one_and_answer_of_the_next_is_a_finding(server: Server, tmp_path: Path) -> None:
    """The answer is whole, and says which source failed and how."""
    server.on(OLD_PATH, Answer(status=500))
    server.on(NEW_PATH, DAY)
    data = ask(both(server), tmp_path)
    assert (len(data), data.provenance[0].feed_source) == (24, "new")
    assert data.provenance[0].urls == (f"{server.url}{NEW_PATH}",)
    (finding,) = data.findings
    assert finding.kind is FindingKind.FALLBACK
    assert finding.chunk == "testiso/hourly_load/2024-07-01"
    assert finding.message.startswith(f"old failed, new answered instead: {server.url}{OLD_PATH} failed")
    assert "status 500" in finding.message


def test_answer_in_the_place_of_a_failed_source_is_asked_for_again(server: Server, tmp_path: Path) -> None:
    """It may have less than the source that failed: however old the day, it is not final, and the first is tried again."""
    server.on(OLD_PATH, Answer(status=400), DAY)
    server.on(NEW_PATH, DAY)
    there, clock = both(server), [NOW]

    async def go() -> list[tuple[str, bool]]:
        told = []
        async with UnifiedMarketService(
            registry(Plugin(there)), settings(tmp_path), now=lambda: clock[0]
        ) as opened:
            for _ in range(3):
                data = await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")
                told.append((data.provenance[0].feed_source, data.provenance[0].final))
                clock[0] += timedelta(minutes=6)
        return told

    assert run(go()) == [("new", False), ("old", True), ("old", True)]
    assert server.paths == [OLD_PATH, NEW_PATH, OLD_PATH]


def test_no_data_only_where_all_say_so(server: Server, tmp_path: Path) -> None:
    """The error names every source that was asked."""
    with pytest.raises(NoData, match=r"not published yet, or never \(asked old, new\)"):
        ask(both(server), tmp_path)


def test_no_data_says_what_the_sources_that_were_not_asked_hold(server: Server, tmp_path: Path) -> None:
    """The new one begins two days later."""
    later = attrs.evolve(NEW, available=Days(date(2024, 7, 3)))
    there = served_market(server.url, load_feed(sources=(OLD, later)))
    with pytest.raises(
        NoData, match=r"\(asked old\): old covers all days; new covers days from 2024-07-03 and"
    ):
        ask(there, tmp_path)


def test_failure_says_what_the_others_said(server: Server, tmp_path: Path) -> None:
    """One source refuses, the other has its own words for having nothing."""

    async def absent(chunk: Chunk, source: Source) -> Reading:
        del source
        raise NoData(f"{chunk}: the list begins later")

    server.on(OLD_PATH, Answer(status=400))
    there = served_market(server.url, load_feed(sources=(OLD, feed_source(name="lists", collect=absent))))
    with pytest.raises(SourceUnavailable, match=r"do not have it: lists \(the list begins later\)"):
        ask(there, tmp_path)


@pytest.mark.parametrize(
    ("old", "new"), [(Answer(status=400), Answer(status=404)), (Answer(status=404), Answer(status=400))]
)
def test_absence_in_one_does_not_hide_the_failure_of_another(
    server: Server, tmp_path: Path, old: Answer, new: Answer
) -> None:
    """If one source could not say, nobody knows that there is none."""
    server.on(OLD_PATH, old)
    server.on(NEW_PATH, new)
    with pytest.raises(SourceUnavailable, match="status 400"):
        ask(both(server), tmp_path)


def test_leading_source_of_a_day_is_asked_first(server: Server, tmp_path: Path) -> None:
    """Whatever the order of declaration."""
    server.on(OLD_PATH, DAY)
    server.on(NEW_PATH, DAY)
    leads = Days(first=date(2024, 7, 1))
    old = served("old", "old/{day}.csv", preferred=Days(end=date(2024, 7, 1)))
    there = served_market(
        server.url, load_feed(sources=(old, served("new", "new/{day}.csv", preferred=leads)))
    )
    assert ask(there, tmp_path).provenance[0].feed_source == "new"


def test_source_is_not_asked_for_days_it_does_not_hold(server: Server, tmp_path: Path) -> None:
    """A day that none holds is `NoData` without a request, naming what they hold."""
    late = served("new", "new/{day}.csv", available=Days(first=date(2024, 8, 1)))
    with pytest.raises(NoData, match=r"no source has that day \(new from 2024-08-01\)"):
        ask(served_market(server.url, load_feed(sources=(late,))), tmp_path)
    assert server.asked == []


def monthly(server: Server) -> Market:
    """A market that publishes a month's document, and daily ones besides."""
    month = feed_source(name="month", collect=daily("month/{month}.csv", shared=True))
    return served_market(server.url, load_feed(sources=(month, OLD)))


def test_monthly_document_is_fetched_once_for_all_its_days(server: Server, tmp_path: Path) -> None:
    """Each day takes its own rows out of it and counts the others."""
    rows = load_csv("2024-07-01", hours=range(72))
    server.on("/month/2024-07.csv", rows)
    data = ask(monthly(server), tmp_path, "2024-07-04")
    assert (len(data), data.coverage.complete) == (72, True)
    assert server.paths == ["/month/2024-07.csv"]
    assert {(each.kind, each.rows, each.accounts) for each in data.findings} == {
        (FindingKind.OUTSIDE_CHUNK, 48, True)
    }


def test_missing_monthly_document_is_asked_for_once(server: Server, tmp_path: Path) -> None:
    """All its days then go to the next source without asking for it again."""
    for day in ("2024-07-01", "2024-07-02", "2024-07-03"):
        server.on(f"/old/{day}.csv", load_csv(day))
    data = ask(monthly(server), tmp_path, "2024-07-04")
    assert len(data) == 72
    assert server.paths.count("/month/2024-07.csv") == 1
    assert len(server.asked) == 4


def test_rows_come_sorted_with_their_raw_lines(server: Server, tmp_path: Path) -> None:
    """A payload in another order is sorted by time and location; the raw lines follow their rows."""
    lines = load_csv("2024-07-01", hours=range(24), areas=("SOUTH", "NORTH")).split(b"\r\n")
    server.on(OLD_PATH, b"\r\n".join([lines[0], *reversed(lines[1:-1]), b""]))
    data = ask(both(server), tmp_path)
    assert data.frame["location"].to_list()[:2] == ["NORTH", "SOUTH"]
    assert data.frame["interval_start"].is_sorted()
    assert data.raw()["Area"].to_list() == data.frame["location"].to_list()


async def two_documents(chunk: Chunk, source: Source) -> Reading:
    """Several documents at once, in the order asked for."""
    payloads = await source.get_all([Request(path="late"), Request(path="early", expect=Expect.CSV)])
    read: Reading = await source.run(chunk.feed.layout.read, payloads[1].content)
    assert [payload.content[:1] for payload in payloads] == [b"L", b"S"]
    assert await source.get_all([]) == []
    return read


def test_documents_asked_for_together_come_in_order(server: Server, tmp_path: Path) -> None:
    """However long each takes; the provenance has all their addresses."""
    server.on("/late", Answer(body=b"L", delay=0.1))
    server.on("/early", DAY)
    there = served_market(server.url, load_feed(sources=(feed_source(name="two", collect=two_documents),)))
    data = ask(there, tmp_path)
    assert data.provenance[0].urls == (f"{server.url}/late", f"{server.url}/early")


def test_one_failing_document_of_several_is_its_own_error(server: Server, tmp_path: Path) -> None:
    """Not a group of errors."""
    server.on("/late", Answer(body=b"L", delay=0.1))
    server.on("/early", Answer(status=403))
    there = served_market(server.url, load_feed(sources=(feed_source(name="two", collect=two_documents),)))
    with pytest.raises(SourceUnavailable, match="status 403"):
        ask(there, tmp_path)


async def from_second_host(chunk: Chunk, source: Source) -> Reading:
    """A document of another host than the feed source's."""
    payload = await source.get("doc", params={"day": f"{chunk.day}"}, host="second")
    read: Reading = await source.run(chunk.feed.layout.read, payload.content)
    return read


def test_document_of_another_host_of_the_market(server: Server, tmp_path: Path) -> None:
    """A feed may need both."""
    with serving() as second:
        second.on("/doc", DAY)
        there = served_market(
            server.url, load_feed(sources=(feed_source(name="two", collect=from_second_host),))
        )
        there = attrs.evolve(there, hosts=(*there.hosts, Host(name="second", url=second.url)))
        assert len(ask(there, tmp_path)) == 24
        assert second.asked[0].params == {"day": "2024-07-01"}


def test_host_that_is_down_is_not_asked_for_its_other_documents(server: Server, tmp_path: Path) -> None:
    """One document's attempts say enough of it for the chunk: the next source on another host answers."""
    with serving() as gone:
        nowhere = gone.url
    second = feed_source(name="second", collect=from_second_host)
    there = served_market(nowhere, load_feed(sources=(OLD, NEW, second)))
    there = attrs.evolve(there, hosts=(*there.hosts, Host(name="second", url=server.url)))
    server.on("/doc", DAY)
    attempts: list[str] = []

    def note(event: Event) -> None:
        if event.kind in {EventKind.FETCH_STARTED, EventKind.FETCH_RETRIED}:
            attempts.append(event.subject.removeprefix(nowhere))

    async def go() -> MarketData:
        async with UnifiedMarketService(
            registry(Plugin(there)), settings(tmp_path), now=lambda: NOW, observe=note
        ) as opened:
            return await opened.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    data = run(go())
    assert (len(data), data.provenance[0].feed_source) == (24, "second")
    assert attempts == [OLD_PATH] * 4 + [f"{server.url}/doc"]
    assert [finding.message.split(":")[0] for finding in data.findings] == [
        "old failed, second answered instead",
        "new failed, second answered instead",
    ]


def test_refused_credential_of_one_source_lets_the_next_answer(server: Server, tmp_path: Path) -> None:
    """An API that refuses the key falls back to the public documents, and says so."""

    async def refused(chunk: Chunk, source: Source) -> Reading:
        raise AuthenticationFailed("the key is refused")

    server.on(NEW_PATH, DAY)
    there = served_market(server.url, load_feed(sources=(feed_source(name="api", collect=refused), NEW)))
    data = ask(there, tmp_path)
    assert [each.message for each in data.findings] == [
        "api failed, new answered instead: the key is refused"
    ]


def test_clock_of_the_service_stamps_every_fetch(server: Server, tmp_path: Path) -> None:
    """No time of the machine gets into an answer."""
    server.on(OLD_PATH, DAY)
    stamps: set[datetime] = {each.fetched_at for each in ask(both(server), tmp_path).provenance}
    assert stamps == {NOW}


def test_day_is_as_old_as_the_document_that_it_shares(server: Server, tmp_path: Path) -> None:
    """A day taken from a document of four minutes ago is asked for again once that is older than the cadence."""
    rows = load_csv("2024-07-09", hours=range(30))
    server.on("/month/2024-07.csv", rows)
    feed = load_feed(
        refresh_every=timedelta(minutes=5),
        sources=(feed_source(name="month", collect=daily("month/{month}.csv", shared=True)),),
    )
    there, clock = served_market(server.url, feed), [NOW]

    async def go() -> list[int]:
        async with UnifiedMarketService(
            registry(Plugin(there)), settings(tmp_path), now=lambda: clock[0]
        ) as opened:
            counts = []
            for minute, day in ((0, 9), (4, 10), (6, 10)):
                clock[0] = NOW + timedelta(minutes=minute)
                start, end = f"2024-07-{day:02}", f"2024-07-{day + 1:02}"
                await opened.get_market_data("testiso", "load", start, end, partial=True)
                counts.append(len(server.paths))
            return counts

    assert run(go()) == [1, 1, 2]
