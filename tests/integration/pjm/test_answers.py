"""Whole queries to PJM: pages, the archive, keys, limits, names, and prices that are not verified yet."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import httpx
import pytest

from builders import utc
from energyopti import (
    AuthenticationFailed,
    EnergyOptiError,
    FindingKind,
    MarketData,
    MissingCredential,
    NoData,
    RateLimited,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
    UnknownLocation,
    UnsupportedQuery,
)
from energyopti.events import Event
from energyopti.sandbox import Fault, FaultKind, sandbox_transport
from energyopti.settings import HostSettings
from installed import installed
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = utc("2026-11-20T17:00")
"""Noon in New York; hourly prices before 2024-11-19 (UTC) lie in the archive."""

SECRET = "hunter2-do-not-tell"
KEY = {("pjm", "api_key"): SECRET}
HUB, NEW_YORK = "51288", ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox at noon of 2026-11-20, over HTTP."""
    with sandbox_served(NOW, tmp_path_factory.mktemp("home")) as running:
        yield running


def get(served: Served, feed: str, start: str, end: str, *, attempts: int = 2, **query: Any) -> MarketData:
    """A query by a service of its own."""

    async def go() -> MarketData:
        async with served.service(attempts=attempts) as service:
            return await service.get_market_data("pjm", feed, start, end, **query)

    return asyncio.run(go())


def asked_since(served: Served, before: int, feed: str) -> int:
    """How many requests a feed has had since then."""
    return sum(path.endswith(f"/{feed}") for path in served.requests[before:])


def found(data: MarketData, kind: FindingKind) -> list[int]:
    """How many rows each finding of a kind speaks of."""
    return [each.rows for each in data.findings if each.kind is kind]


def hours(start: str, count: int) -> list[datetime]:
    """Hours that follow each other."""
    return [utc(start) + timedelta(hours=number) for number in range(count)]


# Over HTTP, from generated data


def test_year_of_a_hub_is_one_request(served: Served) -> None:
    """All 8,760 hours of 2025, asked by the hub's id; their months are final, so they are of the settlement feed."""
    before = len(served.requests)
    data = get(served, "da_hrl_lmps", "2025-01-01", "2026-01-01", locations=HUB)
    assert data.frame["interval_start"].to_list() == hours("2025-01-01T05:00", 8760)
    assert asked_since(served, before, "rt_da_monthly_lmps") == 1
    assert asked_since(served, before, "da_hrl_lmps") == 0
    assert data.frame["status"].unique().to_list() == ["settlement"]
    assert data.findings == ()
    assert data.coverage.complete


def test_archived_year_of_a_hub_is_paged_by_type(served: Served) -> None:
    """All hubs come: two pages up to new year in UTC and one for the last five hours; nine hubs are counted.

    It is a year before there were settlement prices.
    """
    before = len(served.requests)
    data = get(served, "da_hrl_lmps", "2017-01-01", "2018-01-01", locations="western hub")
    assert data.frame["interval_start"].to_list() == hours("2017-01-01T05:00", 8760)
    assert set(data.frame["location"]) == {HUB}
    assert asked_since(served, before, "da_hrl_lmps") == 3
    assert found(data, FindingKind.OUTSIDE_CHUNK) == [9 * 8760]
    assert data.coverage.complete


def test_residual_aggregate_is_found_in_the_archive(served: Served) -> None:
    """It is an aggregate here and RESIDUAL_METERED_EDC there: asking for AGGREGATE alone would lose it."""
    data = get(served, "rt_hrl_lmps", "2022-06-01", "2022-06-02", locations="AECO_RESID_AGG")
    assert data.frame["interval_start"].to_list() == hours("2022-06-01T04:00", 24)


def test_both_sides_of_the_archive_join_without_a_seam(served: Served) -> None:
    """Two days around the edge, which lies at 19:00 of the first: every hour once."""
    data = get(served, "da_hrl_lmps", "2024-11-18", "2024-11-20", locations=HUB)
    assert data.frame["interval_start"].to_list() == hours("2024-11-18T05:00", 48)
    assert found(data, FindingKind.GAP) == found(data, FindingKind.DUPLICATE_KEY) == []


def test_archived_day_of_every_place_is_one_table(served: Served) -> None:
    """Asked without locations: all of them, and nothing to remark."""
    data = get(served, "da_hrl_lmps", "2022-12-31", "2023-01-01")
    places = data.frame["location"].n_unique()
    assert places > 30
    assert data.frame["interval_start"].unique().sort().to_list() == hours("2022-12-31T05:00", 24)
    assert (len(data), data.findings) == (24 * places, ())


@pytest.mark.parametrize(
    ("day", "end", "count"), [("2025-11-02", "2025-11-03", 25), ("2026-03-08", "2026-03-09", 23)]
)
def test_days_of_clock_changes_are_whole(served: Served, day: str, end: str, count: int) -> None:
    """The 25- and 23-hour days have each of their hours once."""
    data = get(served, "da_hrl_lmps", day, end, locations=HUB)
    first = "04:00" if count == 25 else "05:00"
    assert data.frame["interval_start"].to_list() == hours(f"{day}T{first}", count)


def test_unverified_prices_complete_verified_ones(served: Served) -> None:
    """Of 2026-11-16 the hours up to noon are verified; the rest is not, and a finding counts it.

    Unverified rows say a name and no id: the two nodes of one name have none, which is a gap.
    """
    data = get(served, "rt_hrl_lmps", "2026-11-16", "2026-11-17", run="real_time_hourly", locations=None)
    places = data.frame["location"].n_unique()
    hub = data.frame.filter(data.frame["location"] == HUB)
    assert hub["interval_start"].to_list() == hours("2026-11-16T05:00", 24)
    assert hub["version"].to_list() == [1] * 12 + [None] * 12
    assert hub["energy"].null_count() == 0
    assert found(data, FindingKind.FALLBACK) == [12 * (places - 2)]
    assert len(data) == 24 * (places - 2) + 12 * 2
    (gap,) = [each for each in data.findings if each.kind is FindingKind.GAP]
    assert gap.rows == 12 * 2


def test_unverified_prices_of_one_place_reach_up_to_now(served: Served) -> None:
    """Asked by id, from the last verified hour to the last published one."""
    data = get(served, "rt_hrl_lmps", "2026-11-15", "2026-11-20T11:00", locations=HUB)
    assert data.frame["interval_start"].to_list() == hours("2026-11-15T05:00", 5 * 24 + 11)
    assert data.frame["version"].null_count() == 4 * 24 - 1


def test_names_mean_the_same_place(served: Served) -> None:
    """By name in any case, by id, by a common name: the same answer, from one request."""
    before = len(served.requests)
    names = ["51288", "WESTERN HUB", "western hub", " Western  Hub ", "PJM West"]

    async def go() -> list[MarketData]:
        async with served.service() as service:
            when = ("2026-06-01", "2026-06-02")
            return [
                await service.get_market_data("pjm", "da_hrl_lmps", *when, locations=name) for name in names
            ]

    answers = asyncio.run(go())
    assert [set(each.frame["location"]) for each in answers] == [{HUB}] * 5
    assert all(each.frame.equals(answers[0].frame) for each in answers)
    assert len(answers[0]) == 24
    assert asked_since(served, before, "da_hrl_lmps") == 1


def test_ambiguous_name_lists_what_it_may_mean(served: Served) -> None:
    """Two nodes share a name: the error names both ids, and no price is asked for."""
    before = len(served.requests)
    with pytest.raises(UnknownLocation, match=r"2 locations called .*2000001.*2000002.*the id of one"):
        get(served, "da_hrl_lmps", "2026-06-01", "2026-06-02", locations="twin 138 kv tr1")
    assert asked_since(served, before, "da_hrl_lmps") == 0


def test_unknown_name_suggests_another(served: Served) -> None:
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(UnknownLocation, match="Did you mean 'WESTERN HUB'"):
        get(served, "da_hrl_lmps", "2026-06-01", "2026-06-02", locations="WESTRN HUB")


def test_retired_node_has_no_newer_prices(served: Served) -> None:
    """It is in the list of nodes, so it is asked for; PJM has no rows of it."""
    with pytest.raises(NoData, match="PJM has no rows of da_hrl_lmps"):
        get(served, "da_hrl_lmps", "2026-06-01", "2026-06-02", locations="OLDTOWN 69 KV TR1")


@pytest.mark.parametrize(("status", "retry_after"), [(429, 0.4), (503, 0.4)])
def test_wait_that_pjm_asks_for_is_kept(served: Served, status: int, retry_after: float) -> None:
    """A refused request is made again, not before the time that it says."""
    fault = Fault(kind=FaultKind.STATUS, path="da_hrl", times=1, status=status, retry_after=retry_after)
    served.spoil(fault)
    began = time.monotonic()
    data = get(served, "da_hrl_lmps", "2026-06-02", "2026-06-03")
    assert time.monotonic() - began >= retry_after
    assert data.coverage.complete


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.TRUNCATE, FaultKind.EMPTY, FaultKind.HTML])
def test_spoilt_page_is_fetched_again(served: Served, kind: FaultKind) -> None:
    """Half a page, none, or an HTML page with status 200 is no answer."""
    expected = get(served, "da_hrl_lmps", "2026-06-02", "2026-06-03")
    served.spoil(Fault(kind=kind, path="da_hrl", times=1))
    assert get(served, "da_hrl_lmps", "2026-06-02", "2026-06-03").frame.equals(expected.frame)


def test_a_third_of_the_requests_failing_changes_nothing(served: Served) -> None:
    """429, 500 and cut connections, one request in three: the answer is the same."""
    spans = [("2026-06-02", "2026-06-12"), ("2026-05-01", "2026-05-06")]
    expected = [get(served, "da_hrl_lmps", *span).frame for span in spans]
    served.spoil(
        Fault(kind=FaultKind.STATUS, path="da_hrl", rate=0.12, status=429, retry_after=0.01),
        Fault(kind=FaultKind.STATUS, path="da_hrl", rate=0.12, status=500),
        Fault(kind=FaultKind.DROP, path="da_hrl", rate=0.12),
    )
    before = len(served.requests)
    try:
        answers = [get(served, "da_hrl_lmps", *span, attempts=25).frame for span in spans]
    finally:
        served.spoil()
    assert all(answer.equals(frame) for answer, frame in zip(answers, expected, strict=True))
    assert asked_since(served, before, "da_hrl_lmps") > 15


# With a server of the test's own, by the requests that it sees


def price(stamp: str, node: int = 51288, **more: Any) -> dict[str, Any]:
    """A day-ahead price as the API gives it."""
    start = {"datetime_beginning_utc": f"{stamp}:00"}
    parts = {"system_energy_price_da": 30.0, "congestion_price_da": -2.0, "marginal_loss_price_da": 0.5}
    place = {"pnode_id": node, "pnode_name": f"N{node}", "type": "LOAD"}
    return {**start, **place, "total_lmp_da": 28.5, **parts, "row_is_current": True, "version_nbr": 1, **more}


def day(start: str, count: int = 24, **more: Any) -> list[dict[str, Any]]:
    """A price for each hour of a day."""
    return [price(f"{at:%Y-%m-%dT%H:%M}", **more) for at in hours(start, count)]


def node(number: int, name: str) -> dict[str, Any]:
    """A row of the list of nodes."""
    kind = {"pnode_type": "BUS", "pnode_subtype": "LOAD", "zone": "PSEG"}
    valid = {"effective_date": "2005-06-01T00:00:00", "termination_date": "9999-12-31T00:00:00"}
    return {"pnode_id": number, "pnode_name": name, **kind, **valid}


def _begins(row: dict[str, Any]) -> str:
    """When a row begins."""
    return str(row["datetime_beginning_utc"])


def _in_order(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by their time."""
    return sorted(rows, key=_begins)


def _as_it_is(_params: dict[str, str], _page: dict[str, Any]) -> httpx.Response | None:
    """No answer in the place of the right one."""
    return None


@attrs.define
class DataMiner:
    """Pages of made-up rows by their UTC stamps; ``spoil`` may change an answer."""

    prices: list[dict[str, Any]] = attrs.field(converter=_in_order)
    spoil: Callable[[dict[str, str], dict[str, Any]], httpx.Response | None] = _as_it_is
    asked: list[dict[str, str]] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One page."""
        if request.url.path.endswith(("/metadata", "/rt_da_monthly_lmps")):
            return httpx.Response(404)
        params = dict(request.url.params)
        rows = self.prices
        if request.url.path.endswith("/pnode"):
            rows = [node(48592, "OLD NODE"), node(1, "OTHER NODE")]
        else:
            self.asked.append(params)
            first, last = self._span(params["datetime_beginning_ept"])
            rows = rows[bisect_left(rows, first, key=_begins) : bisect_right(rows, last, key=_begins)]
        size, start = int(params["rowCount"]), int(params["startRow"])
        page = {"links": [], "items": rows[start - 1 : start - 1 + size], "totalRows": len(rows)}
        return self.spoil(params, page) or httpx.Response(200, json=page)

    @staticmethod
    def _span(said: str) -> tuple[str, str]:
        """A time filter, as stamps in UTC."""
        walls = (datetime.strptime(text, "%m/%d/%Y %H:%M") for text in said.split("to"))  # noqa: DTZ007
        first, last = (wall.replace(tzinfo=NEW_YORK).astimezone(UTC) for wall in walls)
        return f"{first:%Y-%m-%dT%H:%M:00}", f"{last:%Y-%m-%dT%H:%M:59}"


def ask(
    server: Callable[[httpx.Request], httpx.Response],
    home: Path,
    start: str = "2026-06-01",
    end: str = "2026-06-02",
    *,
    rate: str | None = "off",
    events: list[Event] | None = None,
    changes: dict[str, Any] | None = None,
    **query: Any,
) -> MarketData:
    """A query for day-ahead prices to a server."""
    hosts = {("pjm", "dataminer"): HostSettings(rate=rate)}
    given: dict[str, Any] = {"credentials": KEY, "attempts": 2, "backoff": 0.001, "patience": 5.0}
    settings = Settings(home=home, hosts=hosts, **(given | (changes or {})))

    async def go() -> MarketData:
        async with UnifiedMarketService(
            installed(),
            settings,
            transport=httpx.MockTransport(server),
            now=lambda: NOW,
            observe=(events if events is not None else []).append,
        ) as service:
            return await service.get_market_data("pjm", "da_hrl_lmps", start, end, **query)

    return asyncio.run(go())


@pytest.mark.exhaustive
def test_year_of_one_old_node_is_asked_day_by_day(tmp_path: Path) -> None:
    """The archive gives all nodes: of each day this one is kept, the other counted; no hour is lost or doubled."""
    whole = [*day("2022-01-01T05:00", 8760, node=48592), *day("2022-01-01T05:00", 8760, node=1)]
    server = DataMiner(whole)
    data = ask(server, tmp_path, "2022-01-01", "2023-01-01", locations="old node")
    assert data.frame["interval_start"].to_list() == hours("2022-01-01T05:00", 8760)
    assert set(data.frame["location"]) == {"48592"}
    assert sum(found(data, FindingKind.OUTSIDE_CHUNK)) == 8760
    assert data.coverage.complete
    assert len(server.asked) == 366
    assert not any({"pnode_id", "type"} & set(params) for params in server.asked)


def test_page_that_differs_once_is_asked_again(tmp_path: Path) -> None:
    """The first answer promises a row more than it has: the second, of another size, is taken."""

    def spoil(params: dict[str, str], page: dict[str, Any]) -> httpx.Response | None:
        return httpx.Response(200, json=page | {"totalRows": 25}) if params["rowCount"] == "50000" else None

    server = DataMiner(day("2026-06-01T04:00"), spoil)
    assert len(ask(server, tmp_path)) == 24
    assert [params["rowCount"] for params in server.asked] == ["50000", "49000"]


def test_page_that_always_differs_fails(tmp_path: Path) -> None:
    """Rows that were promised and do not come are an error, not a shorter answer."""
    server = DataMiner(
        day("2026-06-01T04:00"), lambda _, page: httpx.Response(200, json=page | {"totalRows": 25})
    )
    with pytest.raises(SourceUnavailable, match="do not add up to the total that they report, twice"):
        ask(server, tmp_path)


def test_superseded_prices_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    """The old version of an hour comes along: it is counted, or kept with its version."""
    old = price("2026-06-01T04:00", total_lmp_da=99.0, congestion_price_da=68.5, row_is_current=False)
    new = price("2026-06-01T04:00", version_nbr=2)
    server = DataMiner([old, new, *day("2026-06-01T05:00", 23)])
    data = ask(server, tmp_path)
    assert data.frame.select("lmp", "version").rows()[0] == (28.5, 2)
    assert (len(data), found(data, FindingKind.SUPERSEDED_ROW)) == (24, [1])
    both = ask(server, tmp_path, revisions=True)
    assert both.frame.select("lmp", "version").rows()[:2] == [(99.0, 1), (28.5, 2)]
    assert (len(both), both.findings) == (25, ())


def test_repeated_page_is_told(tmp_path: Path) -> None:
    """A row that is there twice and one that is missing add up; the answer says both."""
    rows = day("2026-06-01T04:00")
    data = ask(DataMiner([*rows[:10], rows[9], *rows[11:]]), tmp_path)
    assert found(data, FindingKind.DUPLICATE_KEY) == [2]
    assert found(data, FindingKind.GAP) == [1]
    assert not data.coverage.complete


def test_refusal_is_quoted(tmp_path: Path) -> None:
    """What PJM does not want, in its words; it is not asked again."""
    body = {"errors": [{"field": "Filters", "message": "One or more filters are invalid."}]}
    server = DataMiner([], lambda *_: httpx.Response(400, json=body))
    with pytest.raises(
        UnsupportedQuery, match=r"PJM refuses .* da_hrl_lmps: One or more filters are invalid"
    ):
        ask(server, tmp_path)
    assert len(server.asked) == 1


def test_missing_key_says_where_to_get_one(tmp_path: Path) -> None:
    """Before any request: which variable to set, and PJM's portal."""
    server = DataMiner([])
    with pytest.raises(MissingCredential, match=r"ENERGYOPTI_PJM_API_KEY.*https://apiportal\.pjm\.com"):
        ask(server, tmp_path, changes={"credentials": {}})
    assert server.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_is_named_and_not_tried_again(tmp_path: Path, status: int) -> None:
    """The error says which setting holds the key."""
    server = DataMiner([], lambda *_: httpx.Response(status, json={"message": "invalid subscription key"}))
    with pytest.raises(AuthenticationFailed, match="ENERGYOPTI_PJM_API_KEY"):
        ask(server, tmp_path)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [200, 400, 401, 404, 429, 500])
def test_key_is_sent_and_never_said(tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int) -> None:
    """It travels in PJM's header alone: in no address, answer, error, event, log or file."""
    caplog.set_level(logging.DEBUG)
    headers: list[str] = []
    right = DataMiner(day("2026-06-01T04:00"))

    def server(request: httpx.Request) -> httpx.Response:
        headers.append(request.headers["Ocp-Apim-Subscription-Key"])
        assert SECRET not in str(request.url)
        return right(request) if status == 200 else httpx.Response(status, content=b'"no"')

    events: list[Event] = []
    said: list[object] = [Settings(home=tmp_path, credentials=KEY)]
    try:
        data = ask(server, tmp_path, events=events, rate="60/0.2", locations="old node")
        said += [data, data.provenance, data.raw()]
    except EnergyOptiError as error:
        said += [error, *traceback.format_exception(error)]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    everything = "\n".join(map(repr, [*said, *map(str, said), *events, *files, caplog.text]))
    assert set(headers) == {SECRET}
    assert SECRET not in everything


def test_throttling_without_a_time_waits_as_long_as_the_limit_lasts(tmp_path: Path) -> None:
    """PJM may say nothing but 429: the host is left alone for the time of its limit."""
    refused = [httpx.Response(429, json={"message": "Rate limit is exceeded."})]
    server = DataMiner(day("2026-06-01T04:00"), lambda *_: refused.pop() if refused else None)
    began = time.monotonic()
    data = ask(server, tmp_path, rate="6/0.5")
    assert time.monotonic() - began >= 0.5
    assert (len(data), len(server.asked)) == (24, 2)


def test_throttling_that_outlasts_the_patience_is_said(tmp_path: Path) -> None:
    """A minute's pause is longer than this call may take: the error comes at once, and says how long."""
    server = DataMiner([], lambda *_: httpx.Response(429))
    began = time.monotonic()
    with pytest.raises(RateLimited, match=r"left alone for another (60|59) s"):
        ask(server, tmp_path, rate=None)
    assert time.monotonic() - began < 5
    assert len(server.asked) == 1


@pytest.mark.parametrize(("rate", "let_through"), [(None, 6), ("600/60", 8)])
def test_six_requests_a_minute_unless_a_member_says_otherwise(
    tmp_path: Path, rate: str | None, let_through: int
) -> None:
    """Eight new days are eight requests: without a setting the seventh waits for its minute."""
    server = DataMiner([row for number in range(2, 10) for row in day(f"2026-11-{number:02}T05:00")])
    settings = Settings(home=tmp_path, credentials=KEY, hosts={("pjm", "dataminer"): HostSettings(rate=rate)})

    async def go() -> None:
        async with UnifiedMarketService(
            installed(), settings, transport=httpx.MockTransport(server), now=lambda: NOW
        ) as service:
            asked = service.get_market_data("pjm", "da_hrl_lmps", "2026-11-02", "2026-11-10")
            await asyncio.wait_for(asked, 3)

    if let_through == 8:
        asyncio.run(go())
    else:
        with pytest.raises(TimeoutError):
            asyncio.run(go())
    assert len(server.asked) == let_through


def test_in_process_sandbox_needs_no_key_and_no_limit(tmp_path: Path) -> None:
    """Ten days are ten requests at once."""

    async def go() -> MarketData:
        registry = installed()
        settings = Settings(home=tmp_path, sandbox="1")
        transport = sandbox_transport(registry, now=lambda: NOW)
        async with UnifiedMarketService(registry, settings, transport=transport, now=lambda: NOW) as service:
            return await service.get_market_data("pjm", "lmp", "2026-06-01", "2026-06-11", run="day_ahead")

    data = asyncio.run(go())
    assert data.frame["interval_start"].n_unique() == 240
    assert data.findings == ()
