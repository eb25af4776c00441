"""Old prices of ERCOT out of its yearly workbooks, over HTTP from the sandbox."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from builders import utc
from energyopti import FindingKind, InvalidTimeRange, MarketData, NoData, UnknownLocation
from energyopti.sandbox import Fault, FaultKind
from serving import Served, sandbox_served

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = utc("2026-11-20T17:00")
"""A Friday: the running year's workbooks are of Sunday, November 15."""

HUBS_AND_ZONES, WITH_WEIGHTED = 15, 23
"""7 hubs and 8 load zones; in real time the zones' energy-weighted prices too."""

DAM, SPP = "dam_stlmnt_pnt_prices", "spp_node_zone_hub"
KEY = ["interval_start", "location", "location_type"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sandbox on a Friday, over HTTP."""
    with sandbox_served(NOW, tmp_path_factory.mktemp("home")) as running:
        yield running


def get(served: Served, feed: str, start: str, end: str, **query: Any) -> MarketData:
    """A query by a service of its own."""

    async def go() -> MarketData:
        async with served.service() as service:
            return await service.get_market_data("ercot", feed, start, end, **query)

    return asyncio.run(go())


def asked(served: Served, before: int) -> Counter[str]:
    """How often each kind of page was asked for since."""
    return Counter(path.rpartition("/")[2] for path in served.requests[before:])


def only_hubs(data: MarketData) -> bool:
    """Whether each day says that hubs and load zones are all there is, and nothing else."""
    kinds = Counter((each.kind, each.message.partition(":")[0]) for each in data.findings)
    said = "only hubs and load zones are in the yearly workbook that answered"
    return kinds == {(FindingKind.FALLBACK, said): len(data.provenance)}


def test_year_of_day_ahead_prices_is_one_workbook(served: Served) -> None:
    """8,760 hours at 15 points, both clock-change days whole; two lists and one download for 365 days."""
    before = len(served.requests)
    data = get(served, DAM, "2015-01-01", "2016-01-01")
    assert asked(served, before) == {"IceDocListJsonWS": 2, "mirDownload": 1}
    assert data.frame.height == 8760 * HUBS_AND_ZONES
    assert data.frame.select(KEY).is_duplicated().sum() == 0
    assert set(data.frame.group_by("location").len()["len"]) == {8760}
    steps = data.frame["interval_start"].unique().sort().diff().drop_nulls()
    assert set(steps) == {timedelta(hours=1)}
    assert data.coverage.complete
    assert {each.feed_source for each in data.provenance} == {"yearly workbooks"}
    assert only_hubs(data)


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("day", "end", "quarters"), [("2015-03-08", "2015-03-09", 92), ("2015-11-01", "2015-11-02", 100)]
)
def test_clock_change_days_of_real_time_prices_are_whole(
    served: Served, day: str, end: str, quarters: int
) -> None:
    """23 hours and 25: each quarter once, at 23 prices."""
    data = get(served, SPP, day, end)
    assert data.frame.height == quarters * WITH_WEIGHTED
    assert set(data.frame.group_by("location", "location_type").len()["len"]) == {quarters}
    assert set(data.frame["interval_start"].unique().sort().diff().drop_nulls()) == {timedelta(minutes=15)}
    assert data.coverage.complete
    assert only_hubs(data)
    assert data.raw().height == data.frame.height


def test_range_over_the_new_year_takes_two_workbooks(served: Served) -> None:
    """The last day of 2010 and the first of 2011, whose months have several sheets."""
    before = len(served.requests)
    data = get(served, DAM, "2010-12-30", "2011-01-03")
    assert asked(served, before)["mirDownload"] == 2
    assert data.frame.height == 4 * 24 * HUBS_AND_ZONES
    assert data.coverage.complete


@pytest.mark.parametrize(
    ("feed", "rows"),
    [
        (DAM, 25 * HUBS_AND_ZONES),
        pytest.param(
            SPP, 100 * WITH_WEIGHTED, marks=pytest.mark.exhaustive
        ),  # a workbook four times as large
    ],
)
def test_without_an_account_the_workbook_answers_and_says_so(served: Served, feed: str, rows: int) -> None:
    """The API refuses the login: hubs and zones come all the same, with the API's own prices; nodes do not."""
    whole = get(served, feed, "2024-11-03", "2024-11-04")
    served.spoil(Fault(kind=FaultKind.STATUS, path="login", status=400))
    try:
        hubs = get(served, feed, "2024-11-03", "2024-11-04")
    finally:
        served.spoil()
    assert {each.feed_source for each in whole.provenance} == {"Public API"}
    assert {each.feed_source for each in hubs.provenance} == {"yearly workbooks"}
    expected = whole.frame.join(hubs.frame.select(KEY).unique(), on=KEY, how="semi")
    columns = [*KEY, "lmp"]
    assert expected.height == hubs.frame.height == rows
    assert expected.select(columns).sort(KEY).equals(hubs.frame.select(columns).sort(KEY))
    assert whole.frame.filter(pl.col("location_type") == "node").height > 0
    assert [each.final for each in (*whole.provenance, *hubs.provenance)] == [True, False]
    messages = [each.message for each in hubs.findings if each.kind is FindingKind.FALLBACK]
    assert len(messages) == 2
    assert any(each.startswith("Public API failed, yearly workbooks answered instead") for each in messages)


def test_node_is_not_in_a_workbook(served: Served) -> None:
    """The error says that it is the source which lacks it."""
    with pytest.raises(UnknownLocation) as caught:
        get(served, DAM, "2015-07-01", "2015-07-02", locations="ALPHA_RN")
    assert "no location 'ALPHA_RN'" in str(caught.value)
    assert "But the usual source did not answer: only hubs and load zones are in the yearly" in str(
        caught.value
    )


def test_hub_of_an_old_day_by_its_common_name(served: Served) -> None:
    """As of any other day."""
    data = get(served, "lmp", "2015-07-01", "2015-07-02", locations="North Hub", run="day_ahead")
    assert (set(data.frame["location"]), len(data)) == ({"HB_NORTH"}, 24)


def test_day_before_the_nodal_market_is_refused_without_a_request(served: Served) -> None:
    """It began on December 1, 2010; that first day is there."""
    before = len(served.requests)
    with pytest.raises(InvalidTimeRange, match="begins on 2010-12-01"):
        get(served, DAM, "2010-11-30", "2010-12-02")
    assert len(served.requests) == before
    assert len(get(served, DAM, "2010-12-01", "2010-12-02")) == 24 * HUBS_AND_ZONES


def test_range_that_nothing_covers_says_what_each_source_covers(served: Served) -> None:
    """No list of that report, and a workbook that ends before the day: both say so, and so does the API."""
    served.spoil(Fault(kind=FaultKind.STATUS, path="misdownload", status=404))
    try:
        with pytest.raises(NoData) as caught:
            get(served, DAM, "2015-07-01", "2015-07-02")
    finally:
        served.spoil()
    text = str(caught.value)
    assert "(asked documents, yearly workbooks)" in text
    assert "documents covers all days, and says: report 12331 lists documents published since" in text
    assert "Public API covers days from 2023-12-01 and was not asked" in text
    assert "yearly workbooks covers days from 2010-12-01" in text


def test_running_year_ends_with_the_last_publication(served: Served) -> None:
    """On a Saturday, without the API: of Sunday the 10th nothing is left, and the workbook of that morning ends before it."""
    served.spoil(Fault(kind=FaultKind.STATUS, path="np6-905-cd", status=404))
    served.clock.at = utc("2027-01-16T17:00")
    try:
        data = get(served, SPP, "2027-01-09", "2027-01-10")
        with pytest.raises(NoData, match="published at 2027-01-10T14:07:00Z, has no prices of that day"):
            get(served, SPP, "2027-01-10", "2027-01-11")
    finally:
        served.clock.at = NOW
        served.spoil()
    assert {each.feed_source for each in data.provenance} == {"yearly workbooks"}
    assert len(data) == 96 * WITH_WEIGHTED


def test_new_years_workbook_comes_with_its_first_sunday(served: Served) -> None:
    """On January 2 there is none; the error says which years there are."""
    gone = [Fault(kind=FaultKind.STATUS, path=path, status=404) for path in ("np6-905-cd", "misdownload")]
    served.spoil(*gone)
    served.clock.at = utc("2027-01-02T17:00")
    try:
        with pytest.raises(NoData, match="report 13061 has no workbook of 2027, but those of 2010 to 2026"):
            get(served, SPP, "2027-01-01", "2027-01-02")
    finally:
        served.clock.at = NOW
        served.spoil()


def test_no_workbook_is_looked_for_that_would_have_a_day_to_come(served: Served) -> None:
    """Workbooks come weeks later: who waits for prices asks the list of their documents alone."""
    before = len(served.requests)
    with pytest.raises(NoData, match="not published yet: due 2026-11-21T19:30:00Z"):
        get(served, "dam_stlmnt_pnt_prices", "2026-11-22", "2026-11-23")
    assert asked(served, before)["IceDocListJsonWS"] == 1
