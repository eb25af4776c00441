"""Whole queries over HTTP: New York's two servers, their feed sources, and what is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import utc
from energyopti import CoverageStatus, Feed, FindingKind, InvalidTimeRange, MarketData, NoData
from energyopti.datasets import LMP, LOAD
from energyopti.sandbox import Fault, FaultKind
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.protocol.documents import POSTINGS
from energyopti_nyiso.sandbox.generated import generate
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

ARCHIVE, DAY_FILE = "monthly archive", "daily file"
PLACES = {
    "damlbmp_zone": 15,
    "damlbmp_gen": 61,
    "realtime_zone": 15,
    "realtime_gen": 61,
    "pal": 11,
    "palIntegrated": 11,
    "isolf": 12,
    "rtfuelmix": 7,
}
HOURLY = {"damlbmp_zone", "damlbmp_gen", "palIntegrated", "isolf"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The sandbox at noon of 2026-10-05 in New York: the new server leads since five days."""
    with sandbox_served(utc("2026-10-05T16:00"), tmp_path) as running:
        yield running


@pytest.fixture
def winter(tmp_path: Path) -> Iterator[Served]:
    """The sandbox at noon of 2027-03-20: the old server's daily files ended long ago."""
    with sandbox_served(utc("2027-03-20T16:00"), tmp_path) as running:
        yield running


def answered(data: MarketData) -> list[tuple[str, str]]:
    """Which source answered for each chunk, and on which host."""
    return [(each.feed_source, each.host) for each in data.provenance]


def kinds(data: MarketData) -> list[FindingKind]:
    """What was found."""
    return [finding.kind for finding in data.findings]


def refuse(path: str, status: int = 503) -> Fault:
    """Every request whose path holds this gets this status."""
    return Fault(kind=FaultKind.STATUS, path=path, status=status)


def test_day_before_the_move_comes_from_the_archive(served: Served) -> None:
    """2026-09-10 is settled, and in September's zip on the old server."""
    data = served.get("pal", "2026-09-10", "2026-09-11")
    assert answered(data) == [(ARCHIVE, "mis")]
    assert served.requests == ["/nyiso/mis/csv/pal/20260901pal_csv.zip"]
    assert data.provenance[0].urls == (f"{served.url}/nyiso/mis/csv/pal/20260901pal_csv.zip",)


def test_young_day_before_the_move_comes_from_its_own_file(served: Served) -> None:
    """2026-09-30 may still be corrected, which the archive of its month learns later; it is asked which is newer."""
    data = served.get("pal", "2026-09-30", "2026-10-01")
    assert answered(data) == [(DAY_FILE, "mis")]
    assert served.requests == ["/nyiso/mis/csv/pal/20260930pal.csv", "/nyiso/mis/csv/pal/20260901pal_csv.zip"]


def test_day_after_the_move_comes_from_the_new_server(served: Served) -> None:
    """2026-10-02 is a file of its own in the new server's folder."""
    data = served.get("pal", "2026-10-02", "2026-10-03")
    assert answered(data) == [("postings", "postings")]
    assert served.requests == ["/nyiso/postings/RT_ACTUAL_LOAD/CSV/2026/10/02/pal-20261002.csv"]


def test_range_over_the_move_joins_both_servers(served: Served) -> None:
    """Three days around the move are one table, day after day, without a seam."""
    data = served.get("pal", "2026-09-30", "2026-10-03", locations="WEST")
    assert [host for _, host in answered(data)] == ["mis", "postings", "postings"]
    first = utc("2026-09-30T04:00")
    expected = [first + number * timedelta(minutes=5) for number in range(3 * 288)]
    assert data.frame["interval_start"].to_list() == expected
    assert data.findings == ()


def test_failed_daily_file_is_replaced_by_the_archive(served: Served) -> None:
    """The old server's archive answers where its daily file fails, and a finding says so."""
    served.spoil(refuse("20260930pal.csv"))
    data = served.get("pal", "2026-09-30", "2026-10-01")
    assert answered(data) == [(ARCHIVE, "mis")]
    (finding,) = data.findings
    assert finding.kind is FindingKind.FALLBACK
    assert finding.message.startswith("daily file failed, monthly archive answered instead: ")
    assert "503" in finding.message


def test_failed_old_server_is_replaced_by_the_new_one(served: Served) -> None:
    """Each of the two sources that failed is named; the rows are those that the old server would have sent."""
    expected = served.get("pal", "2026-09-30", "2026-10-01").frame
    served.spoil(refuse("/nyiso/mis/"))
    data = served.get("pal", "2026-09-30", "2026-10-01")
    assert answered(data) == [("postings", "postings")]
    assert kinds(data) == [FindingKind.FALLBACK] * 2
    assert data.frame.equals(expected)


def test_failed_new_server_is_replaced_by_the_old_one(served: Served) -> None:
    """The old server has its own file of 2026-10-02."""
    served.spoil(refuse("/nyiso/postings/"))
    data = served.get("pal", "2026-10-02", "2026-10-03")
    assert answered(data) == [(DAY_FILE, "mis")]
    assert kinds(data) == [FindingKind.FALLBACK]


@pytest.mark.parametrize(
    ("start", "end", "lacking", "feed_source"),
    [
        ("2026-09-30", "2026-10-01", "/nyiso/mis/", "postings"),
        ("2026-10-02", "2026-10-03", "/nyiso/postings/", DAY_FILE),
    ],
)
def test_day_that_one_server_lacks_is_asked_of_the_other(
    served: Served, start: str, end: str, lacking: str, feed_source: str
) -> None:
    """A 404 is no failure: the other server answers and nothing is to be remarked."""
    served.spoil(refuse(lacking, status=404))
    data = served.get("pal", start, end)
    assert [each for each, _ in answered(data)] == [feed_source]
    assert data.findings == ()


def test_archive_without_the_running_day_hands_over_to_the_daily_file(tmp_path: Path) -> None:
    """On 2026-09-30 itself September's zip ends with the 29th: today comes from the daily file."""
    with sandbox_served(utc("2026-09-30T16:00"), tmp_path) as served:
        data = served.get("pal", "2026-09-30", "2026-10-01")
    assert answered(data) == [("daily file", "mis")]
    assert kinds(data) == []


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-08-03", "2026-08-29", ["20260801"]),
        ("2026-08-01", "2026-09-01", ["20260801"]),
        ("2026-07-30", "2026-08-03", ["20260701", "20260801"]),
    ],
)
def test_archive_of_a_month_is_asked_for_once(
    served: Served, start: str, end: str, months: list[str]
) -> None:
    """However many days of a month are asked for, its archive is one request."""
    data = served.get("palIntegrated", start, end)
    assert sorted(served.requests) == [
        f"/nyiso/mis/csv/palIntegrated/{month}palIntegrated_csv.zip" for month in months
    ]
    assert len(data) == (date.fromisoformat(end) - date.fromisoformat(start)).days * 24 * 11


def test_concurrent_queries_share_one_request(served: Served) -> None:
    """Three who ask for one day at the same time cause one request."""

    async def go() -> list[MarketData]:
        async with served.service() as service:
            asked = (
                service.get_market_data("nyiso", "load", "2026-10-02", "2026-10-03", feed="pal")
                for _ in range(3)
            )
            return list(await asyncio.gather(*asked))

    answers = asyncio.run(go())
    assert len(served.requests) == 1
    assert [len(each) for each in answers] == [288 * 11] * 3


def test_second_query_is_answered_from_memory(served: Served) -> None:
    """A chunk that is still fresh is not asked for again, and its provenance says where it came from."""

    async def go() -> list[str]:
        async with served.service() as service:
            asked = ("nyiso", "pal", "2026-10-02", "2026-10-03")
            return [(await service.get_market_data(*asked)).provenance[0].kept_in for _ in range(2)]

    assert asyncio.run(go()) == ["source", "memory"]
    assert len(served.requests) == 1


def test_future_day_is_no_data_before_any_request(served: Served) -> None:
    """Load of tomorrow cannot be there: nobody is asked."""
    with pytest.raises(NoData, match="in the future"):
        served.get("pal", "2026-10-06", "2026-10-07")
    assert served.requests == []


def test_range_before_history_raises_before_any_request(served: Served) -> None:
    """The first load was published for 2001-05-26."""
    with pytest.raises(InvalidTimeRange, match="2001-05-26"):
        served.get("pal", "2001-05-25", "2001-05-27")
    assert served.requests == []


def test_day_that_no_server_has_is_no_data(served: Served) -> None:
    """Every source was asked, and each says that there is nothing."""
    served.spoil(refuse("", status=404))
    with pytest.raises(NoData, match="asked daily file, monthly archive, postings"):
        served.get("pal", "2026-09-30", "2026-10-01")
    assert [path.split("/")[2] for path in served.requests] == ["mis", "mis", *POSTINGS]


def test_day_ahead_prices_of_tomorrow_are_there(served: Served) -> None:
    """At noon tomorrow's prices are published, those of the day after are not."""
    data = served.get("damlbmp_zone", "2026-10-06", "2026-10-07")
    assert (len(data), data.coverage.complete) == (24 * 15, True)
    with pytest.raises(NoData):
        served.get("damlbmp_zone", "2026-10-07", "2026-10-08")


def test_strict_query_into_the_future_raises_with_what_arrived(served: Served) -> None:
    """Of a range that ends tomorrow, the finished part travels with the error."""
    with pytest.raises(NoData) as caught:
        served.get("palIntegrated", "2026-10-04", "2026-10-07")
    assert isinstance(caught.value.finished, MarketData)
    assert len(caught.value.finished) == (24 + 12) * 11


def test_partial_query_into_the_future_says_what_is_missing(served: Served) -> None:
    """Yesterday is complete, today incomplete, tomorrow not published: told in coverage and by a finding."""
    data = served.get("palIntegrated", "2026-10-04", "2026-10-07", partial=True)
    assert [part.status for part in data.coverage.parts] == [
        CoverageStatus.COMPLETE,
        CoverageStatus.INCOMPLETE,
        CoverageStatus.NOT_PUBLISHED,
    ]
    assert kinds(data) == [FindingKind.MISSING_PART]
    assert len(data) == (24 + 12) * 11


@pytest.mark.parametrize("feed", ["pal", "realtime_zone", "rtfuelmix"])
def test_running_day_reaches_up_to_now(served: Served, feed: str) -> None:
    """At 12:01 the intervals that ended by noon are there; coverage says that the rest is to come."""
    served.clock.at = utc("2026-10-05T16:01")
    data = served.get(feed, "2026-10-05", "2026-10-06")
    assert data.frame["interval_end"].max() == utc("2026-10-05T16:00")
    part = data.coverage.parts[-1]
    reason = "the rest from 2026-10-05T16:00:00Z on is not published yet"
    assert (part.status, part.reason) == (CoverageStatus.INCOMPLETE, reason)
    assert FindingKind.GAP not in kinds(data)


def test_finished_part_of_the_running_day_is_complete(served: Served) -> None:
    """A query for the morning, asked at noon, got all that it asked for."""
    data = served.get("pal", "2026-10-05", "2026-10-05T11:00")
    assert data.coverage.complete
    assert len(data) == 11 * 12 * 11


@pytest.mark.parametrize("feed", PLACES)
@pytest.mark.parametrize(
    ("day", "following", "midnight", "hours"),
    [
        ("2026-11-01", "2026-11-02", "2026-11-01T04:00", 25),
        ("2027-03-14", "2027-03-15", "2027-03-14T05:00", 23),
    ],
)
def test_clock_changes_lose_and_invent_nothing(
    winter: Served, feed: str, day: str, following: str, midnight: str, hours: int
) -> None:
    """The 25- and 23-hour days have every interval of every place just once, in every feed."""
    data = winter.get(feed, day, following)
    first = utc(midnight)
    step = timedelta(hours=1) if feed in HOURLY else timedelta(minutes=5)
    grid = [first + number * step for number in range(hours * (timedelta(hours=1) // step))]
    on_grid = data.frame.filter(data.frame["interval_start"].is_in(grid))
    assert on_grid["interval_start"].unique().sort().to_list() == grid
    extra = data.frame.height - on_grid.height
    assert on_grid.height == len(grid) * PLACES[feed]
    assert extra in ({0, PLACES[feed]} if feed.startswith("realtime") else {0})
    assert data.findings == ()
    assert data.coverage.complete


@pytest.mark.parametrize(
    "feed",
    [
        feed
        for feed in FEEDS
        if feed.dataset in {LMP, LOAD}
        and not feed.history.snapshot_only
        and not feed.name.startswith("hamlbmp")
    ],
    ids=str,
)
def test_answer_holds_the_figures_that_were_generated(winter: Served, feed: Feed) -> None:
    """Written, sent, read and unified: every figure of the made-up day is what was made up."""
    made = generate(feed, date(2027, 3, 18)).sort("interval_start", "location")
    frame = winter.get(feed.name, "2027-03-18", "2027-03-19").frame
    columns = ["interval_start", "interval_end", "location"]
    columns += [name for name in ("load", "lmp", "loss", "congestion") if name in made.columns]
    assert frame.select(columns).equals(made.select(columns))
    if "energy" in made.columns:
        assert (frame["energy"] - made["energy"]).abs().max() < 0.001  # type: ignore[operator]


@pytest.mark.parametrize("faults", [[], [Fault(kind=FaultKind.STATUS, path="current.csv", status=404)]])
def test_announced_prices_of_the_running_day_are_left_out(served: Served, faults: list[Fault]) -> None:
    """At noon the file goes on to 13:00: the answer ends with what was dispatched, and a finding counts the rest."""
    served.sandbox.faults.set(*faults)
    data = served.get("realtime_zone", "2026-10-05", "2026-10-06")
    assert max(data.frame["interval_end"]) <= utc("2026-10-05T16:00")
    (announced,) = [each for each in data.findings if each.kind is FindingKind.ADVISORY_ROW]
    assert announced.rows >= 4 * 15
    assert data.coverage.parts[-1].status is CoverageStatus.INCOMPLETE


@pytest.mark.parametrize(("name", "places"), [("realtime_zone_lbmp", 15), ("realtime_gen_lbmp", 61)])
def test_newest_interval_is_one_small_file(served: Served, name: str, places: int) -> None:
    """Asked for without a range, it is what was dispatched last: one price a place, from one request."""
    data = served.get(name)
    assert len(data) == places
    assert set(data.frame["interval_end"]) == {utc("2026-10-05T16:00")}
    assert len(served.requests) == 1
    assert served.requests[0].endswith("/CSV/current.csv")


@pytest.mark.parametrize(("name", "places"), [("realtime_zone_rtc", 15), ("realtime_gen_rtc", 61)])
def test_quarter_hours_ahead_are_the_commitments(served: Served, name: str, places: int) -> None:
    """At 12:01 the file goes on to 13:00: four quarter hours that nothing dispatched, as a run of their own."""
    served.clock.at = utc("2026-10-05T16:01")
    data = served.get(name)
    ends = [utc("2026-10-05T16:15") + number * timedelta(minutes=15) for number in range(4)]
    assert data.frame["interval_end"].unique().sort().to_list() == ends
    assert len(data) == 4 * places
    assert set(data.frame["run"]) == {"real_time_15min"}
    dispatched = served.get(name.removesuffix("_rtc"), "2026-10-05", "2026-10-06").frame
    assert dispatched["interval_end"].max() == utc("2026-10-05T16:00")


def test_commitment_is_chosen_by_its_run(served: Served) -> None:
    """No other feed of New York has prices of a quarter of an hour."""
    served.clock.at = utc("2026-10-05T16:01")
    data = served.get("lmp", run="real_time_15min")
    assert {each.feed for each in data.provenance} == {"realtime_zone_rtc"}


def test_newest_interval_of_another_day_is_not_kept(served: Served) -> None:
    """Only the running day can be asked; the error says so."""
    with pytest.raises(NoData, match="keeps only current data"):
        served.get("realtime_zone_lbmp", "2026-10-04", "2026-10-05")


@pytest.mark.parametrize(
    ("day", "places"),
    [
        ("2010-06-01", {"EAST", "WEST", "SENY", "NYCA"}),
        ("2016-08-01", None),
    ],
)
def test_reserve_prices_go_back_through_their_changes_of_form(
    served: Served, day: str, places: set[str] | None
) -> None:
    """Before July 2016 a row says a region, since then a zone; the products are the same."""
    data = served.get("rtasp", day, f"{day[:-1]}2")
    assert set(data.frame["product"]) == {
        "spinning_reserve",
        "non_spinning_reserve",
        "secondary_reserve",
        "regulation_capability",
        "regulation_mileage",
    }
    found = set(data.frame["location"])
    assert found == places if places else "N.Y.C." in found
