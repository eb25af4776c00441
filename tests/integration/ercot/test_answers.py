"""Whole queries to ERCOT: documents while they are listed, then the API with its key and its tokens."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

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
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
    UnsupportedQuery,
)
from energyopti.events import Event
from energyopti.query import Query, TimeRange, plan
from energyopti.query.resolving import resolve
from energyopti.sandbox import Fault, FaultKind
from energyopti.settings import HostSettings
from energyopti.source import Client, Source
from energyopti_ercot.feeds import adders
from energyopti_ercot.market import ERCOT
from installed import installed
from serving import Clock, Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = utc("2026-11-20T17:00")
"""11:00 in Texas; the lists of real-time documents go back to 11:00 of November 15."""

SECRETS = {
    ("ercot", "username"): "someone@example.com",
    ("ercot", "password"): "hunter2-do-not-tell",
    ("ercot", "subscription_key"): "key-do-not-tell",
}
TOKEN = "token-do-not-tell"
BY_BOTH = [
    feed.name
    for feed in ERCOT.feeds
    if {"documents", "Public API"} <= {feed_source.name for feed_source in feed.sources}
]
"""The feeds that documents and the API have."""

ONE_EACH = {
    "dam_stlmnt_pnt_prices",
    "spp_node_zone_hub",
    "shdw_prices_bnd_trns_const",
    "7d_load_fcast_by_fzn",
    "60_load_res_data_in_sced",
}
"""One of each clock and kind of document: hours, quarters, sparse rows of dispatch runs, publications, late disclosures."""

TYPED_POINTS = 33
"""How many prices the sandbox has for each quarter: 7 hubs, 8 zones twice, 5 ties and 5 nodes."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox at noon in the east of 2026-11-20, over HTTP."""
    with sandbox_served(NOW, tmp_path_factory.mktemp("home")) as running:
        yield running


def get(served: Served, feed: str, start: str, end: str, **query: Any) -> MarketData:
    """A query by a service of its own."""

    async def go() -> MarketData:
        async with served.service() as service:
            return await service.get_market_data("ercot", feed, start, end, **query)

    return asyncio.run(go())


def feed_sources(data: MarketData) -> list[str]:
    """The sources that answered."""
    return [each.feed_source for each in data.provenance]


def quarters(start: str, count: int) -> list[datetime]:
    """Quarters that follow each other."""
    return [utc(start) + timedelta(minutes=15 * number) for number in range(count)]


# Over HTTP, from generated data


def test_day_of_settlement_prices_is_96_documents(served: Served) -> None:
    """One list, 96 downloads, and every quarter of November 18 at every point, once."""
    before = len(served.requests)
    data = get(served, "spp_node_zone_hub", "2026-11-18", "2026-11-19")
    asked = served.requests[before:]
    assert sum(path.endswith("IceDocListJsonWS") for path in asked) == 1
    assert sum(path.endswith("mirDownload") for path in asked) == 96
    assert data.frame["interval_start"].unique().sort().to_list() == quarters("2026-11-18T06:00", 96)
    assert (len(data), data.findings, feed_sources(data)) == (96 * TYPED_POINTS, (), ["documents"])


@pytest.mark.parametrize(
    ("feed", "minutes"),
    [pytest.param("lmp_node_zone_hub", 5, marks=pytest.mark.exhaustive), ("spp_node_zone_hub", 15)],
)
def test_running_day_asks_for_the_list_and_the_new_document_alone(
    tmp_path: Path, feed: str, minutes: int
) -> None:
    """When the next document is out, two requests: those of the morning never change."""

    async def go(served: Served) -> list[int]:
        rows = []
        async with served.service() as service:
            for _ in range(2):
                data = await service.get_market_data(
                    "ercot", feed, "2026-11-20", "2026-11-21", locations="HB_NORTH", partial=True
                )
                rows.append(len(data))
                served.clock.at += timedelta(minutes=minutes)
                served.sandbox.requests.append("later")
        return rows

    with sandbox_served(NOW, tmp_path) as served:
        rows = asyncio.run(go(served))
        asked = [path.rpartition("/")[2] for path in served.requests]
    first = asked.index("later")
    assert asked[:first].count("mirDownload") == rows[0] > 40
    assert sorted(asked[first + 1 : -1]) == ["IceDocListJsonWS", "mirDownload"]
    assert rows[1] == rows[0] + 1


def test_whoever_wants_something_newer_gets_the_list_anew_and_once_for_all_days(tmp_path: Path) -> None:
    """A minute after the last answer a quarter was posted: a watch asks for one list and one document, of two days."""
    clock = Clock(utc("2026-11-20T17:00:30"))

    async def go(served: Served) -> tuple[list[str], MarketData]:
        async with served.service() as service:
            (query,), _ = resolve(
                service.registry,
                Query.of(
                    "ercot",
                    "spp_node_zone_hub",
                    "2026-11-19",
                    "2026-11-21",
                    locations="HB_NORTH",
                    partial=True,
                ),
                clock.at,
            )
            await service.answer(query, max_age=timedelta())
            served.clock.at += timedelta(minutes=1)
            served.sandbox.requests.clear()
            data = await service.answer(query, max_age=timedelta())
            return [path.rpartition("/")[2] for path in served.requests], data

    with sandbox_served(clock.at, tmp_path) as served:
        asked, data = asyncio.run(go(served))
    assert sorted(asked) == ["IceDocListJsonWS", "mirDownload"]
    assert data.frame["interval_end"].max() == utc("2026-11-20T17:00")


@pytest.mark.parametrize(
    ("feed", "documents"), [("spp_node_zone_hub", 96), ("dam_stlmnt_pnt_prices", 1), ("dam_hourly_lmp", 1)]
)
def test_day_whose_documents_are_the_same_is_unchanged_though_the_list_grew(
    tmp_path: Path, feed: str, documents: int
) -> None:
    """Half an hour later there are documents of other intervals: the list says so, and nothing else is asked."""
    there = ERCOT.feed(feed)
    (chunk,) = plan(ERCOT, there, TimeRange(utc("2026-11-18T06:00"), utc("2026-11-19T06:00")))

    async def go(served: Served) -> bool:
        client = Client(Settings(home=tmp_path, sandbox=served.url), now=served.clock)
        try:
            first = Source(client, chunk, there.sources[0])
            await there.sources[0].collect(chunk, first)
            served.sandbox.requests.clear()
            served.clock.at += timedelta(minutes=30)
            second = Source(client, chunk, there.sources[0], newer_than=served.clock.at)
            assert len(first.receipts) == documents + 1
            return await second.unchanged(first.receipts)
        finally:
            await client.aclose()

    with sandbox_served(NOW, tmp_path) as served:
        assert asyncio.run(go(served))
        assert [path.rpartition("/")[2] for path in served.requests] == ["IceDocListJsonWS"]


def test_old_day_comes_from_the_api(served: Served) -> None:
    """No document of it is listed; a token is got, and no download is made."""
    before = len(served.requests)
    data = get(served, "spp_node_zone_hub", "2026-11-01", "2026-11-02")
    asked = served.requests[before:]
    assert sum(path.endswith("mirDownload") for path in asked) == 0
    assert sum(path.endswith("token") for path in asked) == 1
    assert data.frame["interval_start"].unique().sort().to_list() == quarters("2026-11-01T05:00", 100)
    assert (len(data), data.findings, feed_sources(data)) == (100 * TYPED_POINTS, (), ["Public API"])


def test_day_that_the_list_has_in_part_comes_from_the_api(served: Served) -> None:
    """Documents of November 15 are listed from 11:00 on: the whole day is taken from the API."""
    data = get(served, "spp_node_zone_hub", "2026-11-15", "2026-11-16")
    assert data.frame["interval_start"].unique().sort().to_list() == quarters("2026-11-15T06:00", 96)
    assert feed_sources(data) == ["Public API"]


@pytest.mark.parametrize(
    "feed", [pytest.param(feed, marks=() if feed in ONE_EACH else pytest.mark.exhaustive) for feed in BY_BOTH]
)
def test_documents_and_api_give_the_same_day(served: Served, feed: str) -> None:
    """Once the lists are out of order, a day that the documents had comes from the API: row for row the same."""
    late = min(ERCOT.feed(feed).publication.published_ahead, timedelta())
    first = date(2026, 11, 18) + late
    day = (f"{first}", f"{first + timedelta(days=1)}")
    listed = get(served, feed, *day)
    served.spoil(Fault(kind=FaultKind.STATUS, path="misapp", status=403))
    try:
        other = get(served, feed, *day)
    finally:
        served.spoil()
    assert set(feed_sources(listed)) == {"documents"}
    assert set(feed_sources(other)) == {"Public API"}
    assert FindingKind.FALLBACK in {each.kind for each in other.findings}
    assert len(listed)
    order = [name for name in ERCOT.feed(feed).dataset.key if name in listed.frame.columns]
    assert other.frame.sort(order).equals(listed.frame.sort(order))


def test_running_day_ends_with_the_newest_document(served: Served) -> None:
    """At 11:00 the quarter up to 10:45 is the last that is published."""
    data = get(served, "spp_node_zone_hub", "2026-11-20", "2026-11-20T11:00", locations="HB_NORTH")
    assert data.frame["interval_end"].max() == utc("2026-11-20T16:45")


@pytest.mark.parametrize(
    ("run", "feed", "rows"),
    [
        (None, "dam_stlmnt_pnt_prices", 24),
        ("day_ahead", "dam_stlmnt_pnt_prices", 24),
        ("real_time_15min", "spp_node_zone_hub", 96),
        ("real_time_5min", "lmp_node_zone_hub", 288),
    ],
)
def test_run_chooses_the_feed(served: Served, run: str | None, feed: str, rows: int) -> None:
    """Settlement prices and prices without adders are never in one answer; every row says its run."""
    data = get(served, "lmp", "2026-11-18", "2026-11-19", locations="North Hub", run=run)
    assert set(data.frame["feed"]) == {feed}
    assert data.frame["run"].null_count() == 0
    assert len(data) == rows


def test_price_adders_over_their_change_are_one_answer(served: Served) -> None:
    """December 4 and 5, 2025, have left the list: the archive has the old form, the API the new one."""
    data = get(served, "price_adders", "2025-12-04", "2025-12-06")
    turn = utc("2025-12-05T06:00")
    before, since = (
        data.frame.filter(mask)
        for mask in (data.frame["interval_start"] < turn, data.frame["interval_start"] >= turn)
    )
    assert feed_sources(data) == ["archive of documents", "Public API"]
    assert set(before["adder_native"]) == {"RTORPA", "RTOFFPA", "RTORDPA"}
    assert set(since["adder_native"]) == {*adders.SINCE}
    assert (len(before), len(since)) == (3 * 288, 6 * 288)
    assert data.coverage.complete


def test_forecasts_are_known_by_their_publication(served: Served) -> None:
    """The newest of November 20 is of 10:30 and some seconds; it reaches seven days ahead."""
    data = get(served, "7d_load_fcast_by_fzn", "2026-11-20T12:00", "2026-11-22", locations="SYSTEM")
    assert [at.replace(second=0) for at in data.frame["publish_time"].unique()] == [utc("2026-11-20T16:30")]
    assert len(data) == 36


def test_wind_of_a_running_day_has_no_hours_to_come(served: Served) -> None:
    """The document of 10:55 has the hours up to 10:00; those to come are forecasts, and counted by a finding."""
    data = get(served, "wpp_hrly_avrg_actl_fcast_actual", "2026-11-20", "2026-11-20T11:00")
    assert data.frame["interval_end"].max() == utc("2026-11-20T16:00")
    assert data.frame["generation"].null_count() == 0
    (advisory,) = [each for each in data.findings if each.kind is FindingKind.ADVISORY_ROW]
    assert advisory.rows == 4 * (7 * 24 + 14)


def test_wind_of_a_day_is_whole_from_either_source(served: Served) -> None:
    """The document of the hour after the day is the one that the API is asked for: the same figures."""
    listed = get(served, "wpp_hrly_avrg_actl_fcast_actual", "2026-11-18", "2026-11-19")
    served.spoil(Fault(kind=FaultKind.STATUS, path="misapp", status=403))
    try:
        other = get(served, "wpp_hrly_avrg_actl_fcast_actual", "2026-11-18", "2026-11-19")
    finally:
        served.spoil()
    assert (feed_sources(listed), feed_sources(other)) == (["documents"], ["Public API"])
    assert len(listed) == 4 * 24
    assert listed.frame.equals(other.frame)


def test_capacity_is_refused_with_the_reason(served: Served) -> None:
    """There is no capacity market."""
    with pytest.raises(UnsupportedQuery, match="no capacity market"):
        get(served, "capacity", "2026-11-18", "2026-11-19")


# With a server of the test's own, by the requests that it sees


def price(hour: int, *, value: float = 20.5) -> list[Any]:
    """A day-ahead price as the API gives it; the server says the day that it is asked for."""
    return ["", f"{hour:02d}:00", "HB_NORTH", value, False]


DAY = [price(hour) for hour in range(1, 25)]
FIELDS = ["deliveryDate", "hourEnding", "settlementPoint", "settlementPointPrice", "DSTFlag"]


@attrs.define(kw_only=True)
class Ercot:
    """A login that counts, an API that takes its newest token, and a document service with empty lists."""

    rows: list[list[Any]] = attrs.field(factory=lambda: DAY)
    page_rows: int = 1_000
    total: int | None = None
    login_status: int = 200
    refused: int = 0
    logins: list[str] = attrs.field(factory=list)
    asked: list[httpx.Request] = attrs.field(factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        if request.url.host == "ercotb2c.b2clogin.com":
            self.logins.append(request.content.decode())
            token = {"id_token": f"{TOKEN}-{len(self.logins)}", "expires_in": "3600"}
            return httpx.Response(
                self.login_status, json=token if self.login_status == 200 else {"error": "no"}
            )
        if request.url.host == "www.ercot.com":
            return httpx.Response(200, json={"ListDocsByRptTypeRes": {}})
        self.asked.append(request)
        if self.refused:
            self.refused -= 1
            return httpx.Response(401, json={"message": "Unauthorized"})
        day = request.url.params["deliveryDateFrom"]
        return httpx.Response(200, json=self._page(int(request.url.params["page"]), day))

    def _page(self, number: int, day: str) -> dict[str, Any]:
        pages = -(-len(self.rows) // self.page_rows)
        meta = {"totalRecords": self.total or len(self.rows), "totalPages": pages, "currentPage": number}
        rows = self.rows[(number - 1) * self.page_rows : number * self.page_rows]
        rows = [[day, *row[1:]] for row in rows]
        return {"_meta": meta, "fields": [{"name": name} for name in FIELDS], "data": rows}


def ask(
    server: Callable[[httpx.Request], httpx.Response],
    home: Path,
    *,
    clock: Clock | None = None,
    then: timedelta | None = None,
    events: list[Event] | None = None,
    **changes: Any,
) -> MarketData:
    """Day-ahead prices of July 1, 2026; with ``then`` those of July 2 some time later, by the same service."""
    hosts = {("ercot", "api"): HostSettings(rate="off")}
    given: dict[str, Any] = {"credentials": SECRETS, "attempts": 2, "backoff": 0.001, "patience": 5.0}
    settings = Settings(home=home, hosts=hosts, **(given | changes))
    clock = clock or Clock(NOW)

    async def go() -> MarketData:
        async with UnifiedMarketService(
            installed(),
            settings,
            transport=httpx.MockTransport(server),
            now=clock,
            observe=(events if events is not None else []).append,
        ) as service:
            feed = ("ercot", "dam_stlmnt_pnt_prices")
            data = await service.get_market_data(*feed, "2026-07-01", "2026-07-02")
            if then is not None:
                clock.at += then
                await service.get_market_data(*feed, "2026-07-01T12:00", "2026-07-03")
            return data

    return asyncio.run(go())


def test_login_form_and_headers_are_those_of_the_documentation(tmp_path: Path) -> None:
    """Password grant for an id_token; then the token and the key in every call, and the range as whole days."""
    server = Ercot()
    data = ask(server, tmp_path)
    (form,) = server.logins
    assert "grant_type=password" in form
    assert "response_type=id_token" in form
    assert "client_id=fec253ea-0d06-4272-a5e6-b478baeecd70" in form
    (request,) = server.asked
    assert request.headers["authorization"] == f"Bearer {TOKEN}-1"
    assert request.headers["ocp-apim-subscription-key"] == "key-do-not-tell"
    assert request.url.path == "/api/public-reports/np4-190-cd/dam_stlmnt_pnt_prices"
    assert request.url.params["deliveryDateFrom"] == request.url.params["deliveryDateTo"] == "2026-07-01"
    assert len(data) == 24


def test_stamps_after_midnight_are_asked_for(tmp_path: Path) -> None:
    """The last five minutes of a day may be stamped 00:00:30 of the next: they are in the answer, and no others are."""
    asked: list[httpx.URL] = []
    fields = [{"name": name} for name in ("intervalEnding", "genSystemWide", "DSTFlag", "postedDatetime")]
    stamps = ["2026-07-01T00:05:30", "2026-07-02T00:00:30"]

    def server(request: httpx.Request) -> httpx.Response:
        if "login" in request.url.host or request.method == "POST":
            return httpx.Response(200, json={"id_token": TOKEN, "expires_in": 3600})
        if "misapp" in request.url.path:
            return httpx.Response(200, json={"ListDocsByRptTypeRes": {"DocumentList": []}})
        asked.append(request.url)
        rows = [[stamp, number, False, "2026-07-02T01:00:00"] for number, stamp in enumerate(stamps)]
        return httpx.Response(
            200, json={"_meta": {"totalRecords": 2, "totalPages": 1}, "fields": fields, "data": rows}
        )

    async def go() -> MarketData:
        settings = Settings(home=tmp_path, credentials=SECRETS, attempts=1)
        async with UnifiedMarketService(
            installed(), settings, transport=httpx.MockTransport(server), now=lambda: NOW
        ) as service:
            return await service.get_market_data(
                "ercot", "spp_actual_5min_avg_values", "2026-07-01", "2026-07-02", partial=True
            )

    data = asyncio.run(go())
    assert dict(asked[0].params)["intervalEndingFrom"] == "2026-07-01T00:03:00"
    assert dict(asked[0].params)["intervalEndingTo"] == "2026-07-02T00:02:00"
    assert data.frame.select("interval_start", "generation").rows() == [
        (utc("2026-07-01T05:00"), 0.0),
        (utc("2026-07-02T04:55"), 1.0),
    ]


def test_refused_token_is_renewed_once(tmp_path: Path) -> None:
    """A 401 gets another token, and the same call with it is answered."""
    server = Ercot(refused=1)
    assert len(ask(server, tmp_path)) == 24
    sent = [request.headers["authorization"] for request in server.asked]
    assert sent == [f"Bearer {TOKEN}-1", f"Bearer {TOKEN}-2"]


def test_token_that_is_refused_again_is_an_error(tmp_path: Path) -> None:
    """Two calls and no third; the error names the settings to look at."""
    server = Ercot(refused=9)
    with pytest.raises(AuthenticationFailed, match="ENERGYOPTI_ERCOT_SUBSCRIPTION_KEY"):
        ask(server, tmp_path)
    assert (len(server.asked), len(server.logins)) == (2, 2)


@pytest.mark.parametrize(
    ("later", "logins"), [(timedelta(minutes=50), 1), (timedelta(minutes=59, seconds=30), 2)]
)
def test_token_is_renewed_shortly_before_it_ends(tmp_path: Path, later: timedelta, logins: int) -> None:
    """It lives an hour: after 50 minutes it is used again, in its last minute another one is got."""
    server = Ercot()
    ask(server, tmp_path, then=later)
    assert len(server.asked) == 2
    assert len(server.logins) == logins


def test_refused_password_is_an_error_and_asked_once(tmp_path: Path) -> None:
    """Status 400 of the login: the error names the user and the password, the API is not asked."""
    server = Ercot(login_status=400)
    with pytest.raises(AuthenticationFailed, match="ENERGYOPTI_ERCOT_PASSWORD, ENERGYOPTI_ERCOT_USERNAME"):
        ask(server, tmp_path)
    assert (len(server.logins), len(server.asked)) == (1, 0)


def test_without_an_account_the_error_says_where_to_get_one(tmp_path: Path) -> None:
    """Documents are asked first, without any key; the API then wants one."""
    with pytest.raises(MissingCredential, match=r"ENERGYOPTI_ERCOT_\w+; get one at https://apiexplorer"):
        ask(Ercot(), tmp_path, credentials={})


@pytest.mark.parametrize(
    "server",
    [Ercot(), Ercot(refused=1), Ercot(refused=9), Ercot(login_status=400), Ercot(login_status=500)],
    ids=["well", "renewed", "refused", "no login", "login fails"],
)
def test_no_secret_is_ever_said(tmp_path: Path, server: Ercot) -> None:
    """Neither user, password, key nor token is in an answer, an error, an event or a file."""
    events: list[Event] = []
    said: list[object] = []
    try:
        data = ask(server, tmp_path, events=events)
        said += [data, data.provenance, data.findings, data.raw()]
    except EnergyOptiError as error:
        said += [error, *traceback.format_exception(error)]
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    text = "\n".join(map(str, [*said, *map(repr, said), *map(repr, events), *kept]))
    assert events
    assert not [secret for secret in (*SECRETS.values(), TOKEN) if secret in text]


def test_pages_are_joined(tmp_path: Path) -> None:
    """24 rows in pages of ten are three calls."""
    server = Ercot(page_rows=10)
    data = ask(server, tmp_path)
    assert sorted(request.url.params["page"] for request in server.asked) == ["1", "2", "3"]
    assert data.frame["interval_start"].n_unique() == 24


def test_pages_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    """The API promises a row more than its pages hold: no answer with a hole."""
    with pytest.raises(SourceUnavailable, match="hold 24 rows and should hold 25"):
        ask(Ercot(total=25), tmp_path)


def test_answer_without_rows_is_no_data(tmp_path: Path) -> None:
    """An empty page is not an empty day."""
    with pytest.raises(NoData, match="dam_stlmnt_pnt_prices/2026-07-01"):
        ask(Ercot(rows=[]), tmp_path)


@pytest.mark.parametrize(
    "meta", [{}, {"_meta": None}, {"_meta": {"totalPages": 1}}, {"_meta": {"totalPages": "many"}}]
)
def test_answer_that_is_no_page_is_drift(tmp_path: Path, meta: dict[str, object]) -> None:
    """JSON whose ``_meta`` does not say how many rows and pages there are is said to be no page."""

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.ercot.com":
            return httpx.Response(200, content=json.dumps({**meta, "data": []}).encode())
        return Ercot()(request)

    with pytest.raises(EnergyOptiError, match="not a page of the API"):
        ask(server, tmp_path)


def test_pages_are_counted_wherever_that_is_said(tmp_path: Path) -> None:
    """An answer that says so behind its rows, and has the same word as a value before, is read like any other."""

    def server(request: httpx.Request) -> httpx.Response:
        answer = Ercot()(request)
        if request.url.host != "api.ercot.com":
            return answer
        body = json.loads(answer.content)
        meta = body.pop("_meta")
        return httpx.Response(200, content=json.dumps({"said": "_meta", **body, "_meta": meta}).encode())

    assert ask(server, tmp_path).frame.equals(ask(Ercot(), tmp_path).frame)


def test_part_of_a_day_is_given_where_nothing_else_has_it(tmp_path: Path) -> None:
    """Without an account, the documents that are left of a day, a gap, and why there is no more.

    In January, when the year's workbook is small: that of Sunday the 11th ends before the day.
    """

    async def go() -> MarketData:
        with sandbox_served(utc("2026-01-16T17:00"), tmp_path) as served:
            served.spoil(Fault(kind=FaultKind.STATUS, path="login", status=400))
            async with served.service() as service:
                return await service.get_market_data("ercot", "spp_node_zone_hub", "2026-01-11", "2026-01-12")

    data = asyncio.run(go())
    assert data.frame["interval_start"].min() == utc("2026-01-11T16:45")
    kinds = {each.kind for each in data.findings}
    assert {FindingKind.GAP, FindingKind.FALLBACK} <= kinds
    assert not data.coverage.complete
