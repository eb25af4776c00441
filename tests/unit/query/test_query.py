"""The query as a value: made of keywords in any spelling, written as JSON and read back."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti import InvalidTimeRange, Query, UnsupportedQuery

NAMES = st.text(min_size=1, max_size=8)
SEVERAL = st.lists(NAMES, max_size=3)
TIMES = st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=-5))])).map(
    lambda at: at.replace(fold=0)
)
QUERIES = st.builds(
    Query,
    markets=st.lists(NAMES, min_size=1, max_size=3),
    data=NAMES,
    start=st.none() | TIMES,
    end=st.none() | TIMES,
    locations=SEVERAL | st.dictionaries(NAMES.map(str.casefold).map(str.strip), SEVERAL, max_size=2),
    run=st.none() | NAMES,
    feed=st.none() | NAMES,
    filters=st.dictionaries(NAMES, SEVERAL, max_size=2),
    tz=st.none() | NAMES,
    vintages=st.sampled_from(["latest", "all"]),
    revisions=st.booleans(),
    partial=st.booleans(),
)


@given(query=QUERIES)
def test_query_survives_json_and_pickle(query: Query) -> None:
    """Whatever it asks."""
    assert Query.from_json(query.to_json()) == query
    assert pickle.loads(pickle.dumps(query)) == query


def test_every_spelling_makes_one_query() -> None:
    """Bounds as text, as dates and as times; ``start_time`` or ``start``; one location or a list."""
    plain = Query(
        markets=("nyiso",),
        data="lmp",
        start=datetime.fromisoformat("2024-07-01"),
        end=datetime.fromisoformat("2024-07-02"),
        locations=("WEST",),
    )
    assert Query.of("nyiso", "lmp", "2024-07-01", "2024-07-02", location="WEST") == plain
    assert (
        Query.of("nyiso", "lmp", start=date(2024, 7, 1), end="2024-07-02T00:00", locations=["WEST"]) == plain
    )
    assert (
        Query.of(["nyiso"], "lmp", start_time="2024-07-01", end_time="2024-07-02", locations="WEST") == plain
    )
    assert Query.of(plain) is plain


def test_node_may_be_given_by_its_number() -> None:
    """PJM's nodes are numbers: 51288 is what "51288" is."""
    assert Query.of("pjm", "lmp", locations=51288) == Query.of("pjm", "lmp", locations=["51288"])


def test_json_says_only_what_is_not_as_usual() -> None:
    """So that a person can write it, and read it."""
    query = Query.of(
        "pjm", "lmp", "2026-11-01", "2026-11-02T05:00Z", run="day_ahead", filters={"location_type": "hub"}
    )
    assert json.loads(query.to_json()) == {
        "markets": ["pjm"],
        "data": "lmp",
        "start": "2026-11-01T00:00:00",
        "end": "2026-11-02T05:00:00+00:00",
        "run": "day_ahead",
        "filters": {"location_type": ["hub"]},
    }


def test_json_is_understood_with_the_keywords_names() -> None:
    """``market``, ``location``, ``start_time`` and ``end_time``, as in a call."""
    text = '{"market": "nyiso", "data": "load", "start_time": "2024-07-01", "end_time": "2024-07-02", "location": "WEST"}'
    assert Query.from_json(text) == Query.of("nyiso", "load", "2024-07-01", "2024-07-02", locations="WEST")


def test_locations_may_be_given_by_market() -> None:
    """Each market has its own, whatever the case of its name; one that is not named has none."""
    query = Query.of(["nyiso", "pjm"], "lmp", locations={"NYISO": "N.Y.C.", "ercot": ["HB_NORTH", "HB_WEST"]})
    assert query.locations_of("nyiso") == ("N.Y.C.",)
    assert query.locations_of(" ERCOT ") == ("HB_NORTH", "HB_WEST")
    assert query.locations_of("pjm") == ()


def test_filter_without_a_value_is_none() -> None:
    """As where a program has no choice to pass on."""
    assert Query.of("nyiso", "fuel_mix", filters={"fuel": None}) == Query.of("nyiso", "fuel_mix")


def test_query_prints_what_it_says() -> None:
    """In one line, without what is as usual."""
    query = Query.of("nyiso", "lmp", "2024-07-01", "2024-07-02", partial=True)
    assert str(query) == "nyiso: lmp, 2024-07-01T00:00:00 to 2024-07-02T00:00:00"
    assert repr(query) == (
        "Query(markets=('nyiso',), data='lmp', start=datetime.datetime(2024, 7, 1, 0, 0), "
        "end=datetime.datetime(2024, 7, 2, 0, 0), partial=True)"
    )
    assert str(Query.of("all", "load")) == "all: load"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"fuel": "wind"}, "to filter by a column, use filters={'fuel': 'wind'}"),
        ({"locatoin": "WEST"}, "no keyword 'locatoin'. Did you mean 'location' or 'locations'?"),
        ({"zzz": 1}, "no keyword 'zzz'. There are start, end, locations, run"),
        (
            {"start": "2024-07-01", "start_time": "2024-07-01"},
            "start is given twice: as start and as start_time",
        ),
        ({"location": "A", "locations": "B"}, "locations is given twice: as locations and as location"),
        ({"locations": 1.5}, "1.5 is not a name; give one as text, or a list of them"),
        ({"locations": [True]}, "[True] is not a name"),
        ({"filters": "fuel=wind"}, "give values by column, as {'fuel': 'wind'}"),
        ({"run": 5}, "run 5 is not a name; give it as text"),
        ({"partial": "yes"}, "partial must be true or false, not 'yes'"),
        ({"vintages": "some"}, "vintages 'some' is not valid; give latest or all"),
        ({"market": []}, "no market is given; give one or more, or all"),
        ({"data_type": None}, "no data type is given; give a dataset, such as lmp, or a feed of the market"),
    ],
)
def test_keyword_that_means_nothing_is_refused_in_one_line(words: dict[str, Any], line: str) -> None:
    """It says what to write instead."""
    with pytest.raises(UnsupportedQuery) as caught:
        Query.of(**{"market": "nyiso", "data_type": "lmp", **words})
    assert line in caught.value.line


def test_bound_that_is_no_time_is_refused_at_once() -> None:
    """Before any market is looked up."""
    with pytest.raises(InvalidTimeRange, match="end 'soon' is not a time"):
        Query.of("nowhere", "lmp", "2024-07-01", "soon")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "a query must be a JSON object ("),
        ("[]", 'a query must be a JSON object, such as {"markets": ["nyiso"], "data": "lmp"}'),
        ('{"data": "lmp"}', "a query needs 'markets'"),
        ('{"markets": "nyiso"}', "a query needs 'data'"),
        (
            '{"markets": "nyiso", "data": "lmp", "vintage": "all"}',
            "a query has no 'vintage'. Did you mean 'vintages'?",
        ),
        (
            '{"markets": "nyiso", "data": "lmp", "location": "A", "locations": "B"}',
            "locations is given twice",
        ),
    ],
)
def test_text_that_is_no_query_is_refused_in_one_line(text: str, line: str) -> None:
    """With the name that is meant, where one is near."""
    with pytest.raises(UnsupportedQuery) as caught:
        Query.from_json(text)
    assert line in caught.value.line


def test_second_pass_of_a_naive_hour_has_no_text() -> None:
    """No JSON says which pass a naive time means; one with its offset does."""
    query = Query.of("nyiso", "lmp", datetime.fromisoformat("2024-11-03T01:30").replace(fold=1), "2024-11-04")
    with pytest.raises(
        UnsupportedQuery, match="in the second pass of the repeated hour, which text cannot express"
    ):
        query.to_json()
