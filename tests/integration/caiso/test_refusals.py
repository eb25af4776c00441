"""What OASIS refuses: from a server with answers written down, and from the sandbox, which refuses as it does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from builders import utc
from caiso_answers import bare_error, error, price, prices
from energyopti import (
    MarketData,
    NoData,
    RateLimited,
    Settings,
    SourceUnavailable,
    UnifiedMarketService,
    UnsupportedQuery,
)
from energyopti.layouts import members
from energyopti.sandbox import Ask
from energyopti.settings import HostSettings
from energyopti_caiso.feeds.prices import DAY_AHEAD
from energyopti_caiso.protocol.oasis import read
from energyopti_caiso.sandbox.oasis import oasis
from installed import installed
from servers import Answer, Asked, Server, serving
from zips import zipped

NOW = utc("2026-11-20T20:00")


@pytest.fixture
def server() -> Iterator[Server]:
    """OASIS with scripted answers."""
    with serving() as running:
        yield running


GOOD = zipped({"a.csv": prices(*(price(hour, "LMP", 20 + hour) for hour in range(7, 23)))})


def ask(server: Server, home: Path, *, rate: str = "off", **changes: Any) -> MarketData:
    """SP15's day-ahead prices from that server."""
    hosts = {("caiso", "oasis"): HostSettings(url=server.url, rate=rate)}
    impatient: dict[str, Any] = {"attempts": 2, "patience": 5.0, "backoff": 0.001, "timeout": 5.0}
    settings = Settings(home=home, hosts=hosts, **(impatient | changes))

    async def go() -> MarketData:
        async with UnifiedMarketService(installed(), settings, now=lambda: NOW) as service:
            return await service.get_market_data(
                "caiso", "PRC_LMP", "2026-07-01", "2026-07-02", locations="SP15", partial=True
            )

    return asyncio.run(go())


def test_request_is_written_as_oasis_wants_it(server: Server, tmp_path: Path) -> None:
    """The month's edges in GMT, CSV, the node by its own name."""
    server.on("/SingleZip", Answer(body=GOOD))
    ask(server, tmp_path)
    (request,) = server.asked
    assert isinstance(request, Asked)
    assert request.params == {
        "queryname": "PRC_LMP",
        "version": "12",
        "resultformat": "6",
        "market_run_id": "DAM",
        "startdatetime": "20260701T07:00-0000",
        "enddatetime": "20260801T07:00-0000",
        "node": "TH_SP15_GEN-APND",
    }


def test_refusal_that_is_not_zipped_says_the_same(server: Server, tmp_path: Path) -> None:
    """No data is no data, at once."""
    server.on("/SingleZip", Answer(body=bare_error(1000, "No data returned for the specified selection")))
    with pytest.raises(NoData, match="CAISO says: No data returned for the specified selection"):
        ask(server, tmp_path)
    assert len(server.asked) == 1


def test_refusal_that_is_cut_off_is_asked_for_again(server: Server, tmp_path: Path) -> None:
    """It may yet say what it means; if not, it is said that it was cut."""
    whole = bare_error(1000, "No data")
    server.on("/SingleZip", Answer(body=whole[:-9]), Answer(body=GOOD))
    assert len(ask(server, tmp_path)) == 16
    server.on("/SingleZip", Answer(body=whole[:120]))
    with pytest.raises(SourceUnavailable, match="a truncated XML document"):
        ask(server, tmp_path)


def test_report_that_is_not_zipped_is_read(server: Server, tmp_path: Path) -> None:
    """XML where a zip was due, with the data in it."""
    frame = DAY_AHEAD.layout.read(prices(*(price(hour, "LMP", 20 + hour) for hour in range(7, 23)))).frame
    server.on("/SingleZip", Answer(body=DAY_AHEAD.layout.others[0].write(frame)))
    assert ask(server, tmp_path).frame["lmp"].to_list() == [20.0 + hour for hour in range(7, 23)]


def test_service_out_of_order_is_asked_again(server: Server, tmp_path: Path) -> None:
    """Error 1003 with status 200, then the data."""
    server.on("/SingleZip", Answer(body=error(1003, "Timed out")), Answer(body=GOOD))
    assert len(ask(server, tmp_path)) == 16
    assert len(server.asked) == 2


def test_service_that_stays_out_of_order_is_unavailable(server: Server, tmp_path: Path) -> None:
    """After every attempt, with its words."""
    server.on("/SingleZip", Answer(body=error(1010, "System error")))
    with pytest.raises(SourceUnavailable, match=r"error 1010 \(System error\)"):
        ask(server, tmp_path)
    assert len(server.asked) == 2


def test_group_in_the_making_is_asked_for_again(server: Server, tmp_path: Path) -> None:
    """It is given fifteen seconds, unless the call may not take so long."""
    server.on("/SingleZip", Answer(body=error(1015, "GROUP ZIP DOWNLOAD is in Process")))
    with pytest.raises(RateLimited, match=r"left alone for another 1[45] s"):
        ask(server, tmp_path)
    assert len(server.asked) == 1


def test_bad_request_is_refused_in_caisos_words(server: Server, tmp_path: Path) -> None:
    """Once: asking again would not help."""
    server.on("/SingleZip", Answer(body=error(1001, "Invalid value for MARKET_RUN_ID")))
    with pytest.raises(UnsupportedQuery, match="error 1001: Invalid value for MARKET_RUN_ID"):
        ask(server, tmp_path)
    assert len(server.asked) == 1


def test_page_for_haste_is_obeyed(server: Server, tmp_path: Path) -> None:
    """429 with a page and no Retry-After: the host is left alone as long as its limit lasts, then answers."""
    page = b"<html><body><p>CAISO Acceptable Use Policy Violation. Please retry your request after 5 seconds.</p></body></html>"
    server.on("/SingleZip", Answer(status=429, body=page), Answer(body=GOOD))
    assert len(ask(server, tmp_path, rate="1/0.3")) == 16
    first, second = server.asked
    assert second.at - first.at >= 0.3


def test_truncated_archive_is_asked_for_again(server: Server, tmp_path: Path) -> None:
    """Half a zip is no answer."""
    server.on("/SingleZip", Answer(body=GOOD[: len(GOOD) // 2]), Answer(body=GOOD))
    assert len(ask(server, tmp_path)) == 16


# The sandbox's own rules, as the real service has them


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 1011),
        ("queryname=PRC_NONSENSE&version=1", 1005),
        ("queryname=PRC_LMP&version=12&market_run_id=XYZ", 1001),
        ("queryname=PRC_LMP&version=3&market_run_id=DAM", 1020),
        ("queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime=yesterday", 1002),
        ("queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime={0}&enddatetime={0}", 1001),
        ("queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime={0}&enddatetime={32}&node=A", 1004),
        (
            "queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime={-3000}&enddatetime={-2999}&node=A",
            1014,
        ),
        (
            "queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime={0}&enddatetime={1}&node=A,B,C,D,E,F,G,H,I,J,K",
            1017,
        ),
        (
            "queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime={0}&enddatetime={2}&grp_type=ALL",
            1018,
        ),
        (
            "queryname=PRC_INTVL_LMP&version=3&market_run_id=RTM&startdatetime={0}&enddatetime={1}&grp_type=ALL",
            1018,
        ),
        (
            "queryname=PRC_LMP&version=12&market_run_id=DAM&startdatetime={0}&enddatetime={1}&node=NOWHERE",
            1000,
        ),
    ],
)
def test_sandbox_refuses_as_oasis_does(query: str, code: int) -> None:
    """Status 200, and an error document in a zip."""
    for number in (0, 1, 2, 32, -3000, -2999):
        day = utc("2026-07-01T07:00") + timedelta(days=number)
        query = query.replace(f"{{{number}}}", f"{day:%Y%m%dT%H:%M}-0000")
    answer = oasis(Ask(path="SingleZip", now=NOW, params=dict(parse_qsl(query))))
    assert answer.status == 200
    assert f"<m:ERR_CODE>{code}</m:ERR_CODE>".encode() in _content(answer.body)


def _content(body: bytes) -> bytes:
    return b"".join(member.content for member in members(body))


def test_sandbox_serves_both_forms_and_a_file_for_each_component() -> None:
    """CSV in five files, XML in one, the same prices; other paths are not there."""
    params = {
        "queryname": "PRC_LMP",
        "version": "12",
        "market_run_id": "DAM",
        "startdatetime": "20260701T07:00-0000",
        "enddatetime": "20260702T07:00-0000",
        "node": "TH_SP15_GEN-APND",
    }
    csv = oasis(Ask(path="SingleZip", now=NOW, params={**params, "resultformat": "6"}))
    xml = oasis(Ask(path="SingleZip", now=NOW, params=params))
    assert [len(list(members(each.body))) for each in (csv, xml)] == [5, 1]
    one, other = (
        read("PRC_LMP", each.body, DAY_AHEAD.layout).frame.sort("interval_start") for each in (csv, xml)
    )
    assert one.select(sorted(one.columns)).equals(other.select(sorted(one.columns)))
    assert one.height == 24
    assert oasis(Ask(path="Nothing", now=NOW)).status == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("groupid=NO_GRP", 1016),
        ("groupid=DAM_LMP_GRP&version=77", 1020),
        ("groupid=DAM_LMP_GRP&version=1", 1002),
        ("groupid=RTM_LMP_GRP&version=1&startdatetime=20260701T07:00-0000", 1002),
        (
            "groupid=RTM_LMP_GRP&version=1&startdatetime=20260701T07:00-0000&enddatetime=20260701T09:00-0000",
            1018,
        ),
        ("groupid=AGGR_OUTAGE_SCH_GRP&version=1&startdatetime=20261125T08:00-0000", 1000),
    ],
)
def test_sandbox_refuses_groups_as_oasis_does(query: str, code: int) -> None:
    """A group by its name and version, of a day or an hour, once it is made."""
    answer = oasis(Ask(path="GroupZip", now=NOW, params=dict(parse_qsl(query))))
    assert f"<m:ERR_CODE>{code}</m:ERR_CODE>".encode() in _content(answer.body)
