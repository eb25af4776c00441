"""Whole queries for PJM's prices of nodes, as CSV and, where that does not come through, as envelopes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from builders import utc
from energyopti import MarketData, NoData, Settings, UnifiedMarketService
from energyopti.sandbox import Fault, FaultKind, sandbox_transport
from installed import installed

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = utc("2026-11-20T17:00")
Change = Callable[[httpx.Response], httpx.Response]


def unchanged(response: httpx.Response) -> httpx.Response:
    """Nothing stands before the service."""
    return response


def uncounted(response: httpx.Response) -> httpx.Response:
    """A proxy that lets no header of the service's own through."""
    kept = {name: value for name, value in response.headers.items() if not name.startswith("x-")}
    return httpx.Response(response.status_code, content=response.content, headers=kept)


def not_acceptable(response: httpx.Response) -> httpx.Response:
    """A gateway that lets no CSV through."""
    return httpx.Response(406) if response.headers["content-type"] == "text/csv" else response


@attrs.define
class Between(httpx.AsyncBaseTransport):
    """Stands between a service and the sandbox: remembers what is asked for, may change what is answered."""

    change: Change = unchanged
    faults: tuple[Fault, ...] = ()
    asked: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self) -> None:
        self._inner = sandbox_transport(installed(), now=lambda: NOW)
        self._inner.sandbox.faults.set(*self.faults)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a request on."""
        if not request.url.path.endswith(("/pnode", "/metadata")):
            self.asked.append(request.url.params.get("format", "json"))
        response = await self._inner.handle_async_request(request)
        await response.aread()
        return self.change(response)


def get(between: Between, home: Path, feed: str, start: str, end: str, **query: Any) -> MarketData:
    """A query through what stands between."""

    async def go() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=2, backoff=0.001)
        async with UnifiedMarketService(installed(), settings, transport=between, now=lambda: NOW) as service:
            return await service.get_market_data("pjm", feed, start, end, **query)

    return asyncio.run(go())


SPANS = [
    ("da_hrl_lmps", "2025-11-01", "2025-11-04", uncounted),
    ("rt_hrl_lmps", "2026-03-07", "2026-03-10", not_acceptable),
    ("rt_hrl_lmps", "2022-12-30", "2023-01-02", uncounted),
    ("rt_fivemin_hrl_lmps", "2026-11-14", "2026-11-18", None),
    ("rt_unverified_hrl_lmps", "2026-11-18", "2026-11-20", uncounted),
    ("rt_unverified_fivemin_lmps", "2026-11-18", "2026-11-20", None),
    ("fivemin_marginal_emissions", "2026-11-01", "2026-11-02", None),
]
"""Feeds and their days, each with the change that is tried by example."""


@pytest.mark.parametrize(
    ("feed", "start", "end", "change"),
    [
        pytest.param(*span, change, marks=() if change is usual else pytest.mark.exhaustive)
        for *span, usual in SPANS
        for change in (uncounted, not_acceptable)
    ],
)
def test_answer_is_the_same_in_either_form(
    tmp_path: Path, *, feed: str, start: str, end: str, change: Change
) -> None:
    """Over clock changes, the archive's new year, and from verified to unverified rows."""
    straight, changed = Between(), Between(change)
    expected = get(straight, tmp_path, feed, start, end)
    found = get(changed, tmp_path, feed, start, end)
    assert found.frame.equals(expected.frame)
    assert [each.message for each in found.findings] == [each.message for each in expected.findings]
    assert (set(straight.asked), set(changed.asked)) == ({"csv"}, {"csv", "json"})


def test_days_of_clock_changes_are_whole_as_csv(tmp_path: Path) -> None:
    """25 and 23 hours, none doubled."""
    for day, after, hours in [("2025-11-02", "2025-11-03", 25), ("2026-03-08", "2026-03-09", 23)]:
        frame = get(Between(), tmp_path, "rt_hrl_lmps", day, after, locations="51288").frame
        assert frame.height == frame["interval_start"].n_unique() == hours


def test_day_that_is_not_published_is_asked_for_once(tmp_path: Path) -> None:
    """The answer has no body and a total of 0: that is no failure to be tried again."""
    between = Between()
    with pytest.raises(NoData, match="not published yet, or no longer kept"):
        get(between, tmp_path, "da_hrl_lmps", "2026-11-22", "2026-11-23")
    assert between.asked == ["csv"]


def test_day_that_is_not_published_is_no_data_without_the_total(tmp_path: Path) -> None:
    """A sheet without a row says it by itself: no envelope is asked after it."""
    between = Between(uncounted)
    with pytest.raises(NoData):
        get(between, tmp_path, "da_hrl_lmps", "2026-11-22", "2026-11-23")
    assert between.asked == ["csv"]


def test_body_that_is_lost_is_tried_again_as_it_was(tmp_path: Path) -> None:
    """Nothing where the total says that there are rows: a hiccup, and no reason for another form."""
    between = Between(faults=(Fault(kind=FaultKind.EMPTY, path="da_hrl", times=1),))
    data = get(between, tmp_path, "da_hrl_lmps", "2026-11-10", "2026-11-11")
    assert (data.coverage.complete, between.asked) == (True, ["csv", "csv"])


def test_other_feeds_are_asked_for_envelopes(tmp_path: Path) -> None:
    """Small answers stay in the form that says its total in the body and keeps parts of seconds."""
    between = Between()
    get(between, tmp_path, "gen_by_fuel", "2026-06-02", "2026-06-03")
    assert between.asked == ["json"]


def test_source_columns_of_a_csv_are_those_that_pjm_writes(tmp_path: Path) -> None:
    """Stamps in PJM's own form, a row for each row of the answer."""
    data = get(Between(), tmp_path, "da_hrl_lmps", "2026-06-02", "2026-06-03", locations="51288")
    raw = data.raw()
    assert raw["datetime_beginning_utc"].to_list()[:2] == ["6/2/2026 4:00:00 AM", "6/2/2026 5:00:00 AM"]
    assert raw.height == len(data) == 24
    assert not {str(dtype) for dtype in raw.dtypes} - {"String", "Float64"}
