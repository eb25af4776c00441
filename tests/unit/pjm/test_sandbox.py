"""PJM in the sandbox: Data Miner's pages and rules, and that it refuses what PJM refuses."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from builders import utc
from energyopti import Registry
from energyopti.sandbox import Answer, Ask
from energyopti_pjm import energyopti_markets, energyopti_sandbox
from energyopti_pjm.sandbox import responders
from energyopti_pjm.sandbox.dataminer import dataminer

NOW = utc("2026-11-20T17:00")
"""Noon in New York; hourly prices before 2024-11-19 (UTC) are archived, five-minute ones before 2026-05-18."""

PRICES = (
    "da_hrl_lmps",
    "rt_hrl_lmps",
    "rt_fivemin_hrl_lmps",
    "rt_unverified_hrl_lmps",
    "rt_unverified_fivemin_lmps",
)
DAY = "06/01/2026 00:00to06/01/2026 23:59"
OLD = "06/01/2022 00:00to06/01/2022 23:59"


def ask(feed: str, now: datetime = NOW, *, key: str | None = "any", **params: Any) -> Answer:
    """An answer of Data Miner."""
    headers = {} if key is None else {"ocp-apim-subscription-key": key}
    return dataminer(Ask(path=feed, now=now, params=params, headers=headers))


def page(feed: str, now: datetime = NOW, *, size: int = 50_000, start: int = 1, **params: Any) -> Any:
    """A page that is not refused."""
    answer = ask(feed, now, rowCount=str(size), startRow=str(start), **params)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def prices(feed: str = "da_hrl_lmps", when: str = DAY, **params: Any) -> list[dict[str, Any]]:
    """The rows of one page of prices."""
    items: list[dict[str, Any]] = page(feed, datetime_beginning_ept=when, **params)["items"]
    return items


def refusal(feed: str, when: str | None, **params: Any) -> str:
    """The words of a refusal with status 400."""
    times = {} if when is None else {"datetime_beginning_ept": when}
    answer = ask(feed, **{"rowCount": "50000", "startRow": "1", **times, **params})
    assert answer.status == 400
    assert answer.content_type == "application/json"
    (error,) = json.loads(answer.body)["errors"]
    return str(error["message"])


def test_plugin_brings_its_market_and_sandbox() -> None:
    """Both hooks answer for PJM, and only for it."""
    assert [market.id for market in energyopti_markets()] == ["pjm"]
    assert energyopti_sandbox("nyiso") is None
    served = energyopti_sandbox("pjm")
    assert served is not None
    assert set(served) == set(responders())
    assert Registry().market("pjm").title == "PJM Interconnection"


def test_without_a_key_access_is_denied() -> None:
    """401, as the gateway says it."""
    answer = ask("da_hrl_lmps", key=None, rowCount="1", startRow="1", datetime_beginning_ept=DAY)
    assert answer.status == 401
    assert b"missing subscription key" in answer.body


def test_unknown_feed_does_not_exist() -> None:
    """404 for a name that no feed has."""
    assert ask("rt_fivemin_lmps", rowCount="1", startRow="1").status == 404


@pytest.mark.parametrize("feed", PRICES)
def test_every_feed_of_prices_is_served(feed: str) -> None:
    """Under the name that Data Miner has for it; it has rows."""
    answer = ask(
        feed, rowCount="1", startRow="1", datetime_beginning_ept="11/16/2026 00:00to11/16/2026 00:59"
    )
    assert (answer.status, len(json.loads(answer.body)["items"])) == (200, 1)


@pytest.mark.parametrize("params", [{}, {"startRow": "1"}])
def test_missing_row_count_is_refused(params: dict[str, Any]) -> None:
    """As soon as anything is asked for, the row count is due."""
    answer = ask("da_hrl_lmps", datetime_beginning_ept=DAY, **params)
    assert (answer.status, b"Row count is missing" in answer.body) == (400, True)


@pytest.mark.parametrize("start", ["0", "-1", "x", ""])
def test_start_row_counts_from_one(start: str) -> None:
    """Rows are numbered from 1."""
    assert "startrow" in refusal("da_hrl_lmps", DAY, startRow=start)


def test_missing_date_is_refused() -> None:
    """Prices are not given without a date filter."""
    assert refusal("da_hrl_lmps", None).startswith("A datetime is missing. Please input values for datetime_")


@pytest.mark.parametrize("said", ["yesterday", "06/01/2026", "2026-13-01 00:00to2026-13-02 00:00"])
def test_date_that_means_nothing_is_refused(said: str) -> None:
    """Neither a word nor half a range is served by the sandbox."""
    assert refusal("da_hrl_lmps", said)


@pytest.mark.parametrize(
    "said",
    [
        "06/01/2026 00:00to06/01/2026 23:59",
        "06/01/2026 00:00 to 06/01/2026 23:59",
        "2026-06-01 00:00to2026-06-01 23:59",
        "2026-06-01T00:00to2026-06-01T23:59",
    ],
)
def test_dates_may_be_spelt_in_several_ways(said: str) -> None:
    """24 hours of every place, however the day is written."""
    assert len({row["datetime_beginning_utc"] for row in prices(when=said)}) == 24


def test_range_of_more_than_366_days_is_refused() -> None:
    """A year and two days are too long."""
    said = "01/01/2025 00:00to01/03/2026 23:59"
    assert refusal("da_hrl_lmps", said) == "Date range cannot exceed 366 days"


def test_both_ends_of_a_range_are_included() -> None:
    """A range that ends at midnight holds the first hour of the next day too."""
    items = prices(when="06/01/2026 00:00to06/02/2026 00:00", pnode_id="51288")
    assert (len(items), items[-1]["datetime_beginning_utc"]) == (25, "2026-06-02T04:00:00")


@pytest.mark.parametrize(("day", "hours"), [("11/02/2025", 25), ("03/08/2026", 23)])
def test_days_of_clock_changes_have_all_their_hours(day: str, hours: int) -> None:
    """The repeated hour is there twice, each with its own UTC stamp."""
    items = prices(when=f"{day} 00:00to{day} 23:59", pnode_id="51288")
    assert len({row["datetime_beginning_utc"] for row in items}) == len(items) == hours


def test_range_over_the_edge_of_the_archive_is_refused() -> None:
    """Archived and standard data are not given together."""
    said = "11/18/2024 00:00to11/18/2024 23:59"
    assert refusal("da_hrl_lmps", said).startswith("Date range in the API request spans over archived and")


@pytest.mark.parametrize("said", ["11/18/2024 00:00to11/18/2024 18:59", "11/18/2024 19:00to11/18/2024 23:59"])
def test_both_sides_of_the_edge_are_served_alone(said: str) -> None:
    """The edge is 19:00 in New York, midnight in UTC: five hours of the day are on its younger side."""
    hours = {row["datetime_beginning_utc"] for row in prices(when=said)}
    assert len(hours) == (19 if said.endswith("18:59") else 5)


def test_archived_range_over_new_year_is_refused() -> None:
    """A day of New York is of two years in UTC: the archive does not give it at once."""
    said = "12/31/2022 00:00to12/31/2022 23:59"
    assert "must be within same calendar year" in refusal("rt_hrl_lmps", said)


@pytest.mark.parametrize("params", [{"sort": "pnode_id"}, {"order": "Asc"}])
def test_archive_is_not_sorted(params: dict[str, Any]) -> None:
    """Standard data may be sorted, archived data not."""
    name = next(iter(params)).title()
    assert refusal("da_hrl_lmps", OLD, **params).startswith(f"Custom {name} is not an available option")
    assert prices(**params)


@pytest.mark.parametrize("params", [{"pnode_id": "51288"}, {"zone": "PSEG"}, {"pnode_name": "ALDENE"}])
def test_archive_knows_no_places(params: dict[str, Any]) -> None:
    """The refusal names the filter, as PJM's does."""
    name = next(iter(params)).title()
    words = refusal("da_hrl_lmps", OLD, **params)
    assert words.startswith(f"The API request contains invalid attribute(s) for archived data - {name}.")


def test_archive_is_filtered_by_type_and_version() -> None:
    """Hubs alone, rows that stand, a version: all three are allowed together."""
    items = prices(when=OLD, type="HUB", row_is_current="TRUE", version_nbr="1")
    assert {row["type"] for row in items} == {"HUB"}
    assert len(items) == 24 * len({row["pnode_id"] for row in items})
    assert prices(when=OLD, version_nbr="2") == []


def test_residual_aggregates_have_a_type_of_their_own() -> None:
    """AGGREGATE does not give them."""
    assert 116472927 not in {int(row["pnode_id"]) for row in prices(when=OLD, type="AGGREGATE")}
    items = prices(when=OLD, type="RESIDUAL_METERED_EDC")
    assert {int(row["pnode_id"]) for row in items} == {116472927}


def test_archived_five_minute_prices_have_no_type_filter() -> None:
    """Only the hourly ones have."""
    said = "04/01/2026 00:00to04/01/2026 00:59"
    assert "archived data - Type." in refusal("rt_fivemin_hrl_lmps", said, type="HUB")


def test_unknown_filter_is_refused() -> None:
    """A name that is no column."""
    assert refusal("da_hrl_lmps", DAY, colour="blue") == "colour is not a valid attribute"


def test_ids_are_matched_whole_and_words_by_their_parts() -> None:
    """pnode_id=1 is one node; pnode_name=HUB is every hub, in any case."""
    assert {int(row["pnode_id"]) for row in prices(pnode_id="1;51288")} == {1, 51288}
    assert {row["pnode_name"] for row in prices(pnode_name="*eastern*")} == {"EASTERN HUB"}


def test_page_says_its_total_and_holds_only_its_rows() -> None:
    """Ten rows from the eleventh on, of as many as there are."""
    whole = page("da_hrl_lmps", datetime_beginning_ept=DAY)
    part = page("da_hrl_lmps", datetime_beginning_ept=DAY, size=10, start=11)
    assert list(part) == ["links", "items", "searchSpecification", "totalRows"]
    assert part["totalRows"] == whole["totalRows"] == len(whole["items"])
    assert part["items"] == whole["items"][10:20]
    assert page("da_hrl_lmps", datetime_beginning_ept=DAY, start=100_000)["items"] == []


def test_page_has_at_most_50000_rows() -> None:
    """A month of five-minute prices in one request: the rest must be paged for."""
    said = "10/01/2026 00:00to10/07/2026 23:59"
    found = page("rt_fivemin_hrl_lmps", datetime_beginning_ept=said, size=60_000)
    assert len(found["items"]) == 50_000 < found["totalRows"]


@pytest.mark.parametrize(
    ("feed", "newest"),
    [
        ("da_hrl_lmps", "2026-11-21T22:00:00"),
        ("rt_hrl_lmps", "2026-11-16T16:00:00"),
        ("rt_fivemin_hrl_lmps", "2026-11-16T16:55:00"),
        ("rt_unverified_hrl_lmps", "2026-11-20T15:00:00"),
        ("rt_unverified_fivemin_lmps", "2026-11-20T16:50:00"),
    ],
)
def test_prices_end_where_they_are_published(feed: str, newest: str) -> None:
    """Day-ahead prices lead by a day, verified ones lag by days, unverified ones by minutes."""
    said = "11/16/2026 00:00to11/25/2026 23:59"
    items = prices(feed, said, pnode_name="WESTERN HUB")
    assert max(row["datetime_beginning_utc"] for row in items) == newest


@pytest.mark.parametrize(
    ("feed", "oldest"),
    [
        ("rt_unverified_hrl_lmps", "2026-10-21T17:00:00"),
        ("rt_unverified_fivemin_lmps", "2026-11-05T17:00:00"),
    ],
)
def test_unverified_prices_are_kept_for_some_days(feed: str, oldest: str) -> None:
    """30 days, and 15 of the five-minute ones."""
    items = prices(feed, "10/01/2026 00:00to11/20/2026 23:59", pnode_name="WESTERN HUB")
    assert min(row["datetime_beginning_utc"] for row in items) == oldest


def test_unverified_prices_have_no_energy_and_no_version() -> None:
    """They are published without both."""
    row = prices("rt_unverified_hrl_lmps", "11/20/2026 00:00to11/20/2026 00:59", type="HUB")[0]
    assert not {"system_energy_price_rt", "version_nbr", "row_is_current"} & set(row)


def test_nodes_need_no_date_and_hold_a_retired_one() -> None:
    """The list is asked without a filter; one node ended in 2012, and two share a name."""
    items = page("pnode")["items"]
    ended = [row for row in items if not row["termination_date"].startswith("9999")]
    assert [(row["pnode_name"], row["termination_date"]) for row in ended] == [
        ("OLDTOWN 69 KV  TR1", "2012-01-01T00:00:00")
    ]
    names = [row["pnode_name"] for row in items]
    assert sorted({name for name in names if names.count(name) > 1}) == ["TWIN 138 KV  TR1"]
