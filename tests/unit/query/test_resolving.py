"""From a caller's words to a query."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from builders import feed, market, utc
from collecting_builders import Plugin, forecast_feed, registry
from energyopti.datasets import FUEL_MIX
from energyopti.errors import (
    EnergyOptiError,
    InvalidTimeRange,
    UnknownDataset,
    UnknownLocation,
    UnknownMarket,
    UnsupportedQuery,
)
from energyopti.layouts import Absolute, CsvLayout, Number, Text
from energyopti.query import Query, ResolvedQuery, fold_location
from energyopti.query.resolving import resolve
from energyopti.vocabulary import Run

ZONES = feed(name="zones", run=Run.DAY_AHEAD, locations=("WEST", "N.Y.C.", "HUD VL"))
NODES = feed(name="nodes", run=Run.DAY_AHEAD, locations=("PTID 1", "PTID 2"))
OPEN = feed(name="open", run=Run.REAL_TIME_5MIN)
OWN = feed(name="own", run=Run.HOUR_AHEAD, own_names=("NYC",))
FUELS = feed(
    name="fuels",
    dataset=FUEL_MIX,
    layout=CsvLayout(
        dataset=FUEL_MIX,
        zone="America/New_York",
        time=Absolute(names=("Start",)),
        columns=(Text("Fuel", to="fuel_native"), Number("MW", to="generation")),
    ),
)
HERE = registry(
    Plugin(
        market(
            feeds=(ZONES, NODES, OPEN, OWN, FUELS, forecast_feed()),
            aliases={"NYC": "N.Y.C.", "Hudson  Valley": "HUD VL"},
        )
    )
)


def asked(data_type: str = "load", **changes: Any) -> ResolvedQuery:
    """What a call means."""
    given = {"market": "testiso", "start": "2024-07-01", "end": "2024-07-02", **changes}
    (query,), missing = resolve(
        HERE, Query.of(data_type=data_type, **given), datetime(2024, 7, 10, tzinfo=UTC)
    )
    assert missing == {}
    return query


def test_plain_question_is_the_markets_usual_feed() -> None:
    """Dates are the market's own days, and nothing is narrowed."""
    query = asked()
    assert (query.market.id, query.feed.name) == ("testiso", "zones")
    assert (query.time.start, query.time.end) == (utc("2024-07-01T04:00"), utc("2024-07-02T04:00"))
    assert (query.locations, query.filters) == ((), {})
    assert (query.partial, query.vintages) == (False, "latest")


def test_clock_of_naive_bounds_can_be_chosen() -> None:
    """``tz`` replaces the market's own."""
    assert asked(tz="UTC").time.start == utc("2024-07-01T00:00")


@pytest.mark.parametrize(
    ("said", "feed_name"),
    [("DA", "zones"), ("day-ahead", "zones"), ("RT", "open"), ("5min", "open"), ("HASP", "own")],
)
def test_runs_are_known_as_desks_say_them(said: str, feed_name: str) -> None:
    """Real time is whichever real-time run the market lists first."""
    assert asked(run=said).feed.name == feed_name


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ({"period": "2024-07"}, "2024-07-01T04:00", "2024-08-01T04:00"),
        ({"period": "yesterday"}, "2024-07-08T04:00", "2024-07-09T04:00"),
        ({"start": "-7d"}, "2024-07-02T04:00", "2024-07-10T00:00"),
        ({"start": "-7d", "tz": "PT"}, "2024-07-02T07:00", "2024-07-10T00:00"),
        ({"start": "2024-07-05", "end": "today", "tz": "market"}, "2024-07-05T04:00", "2024-07-09T04:00"),
    ],
)
def test_time_in_words_is_on_the_markets_clock(words: dict[str, str], start: str, end: str) -> None:
    """It is still July 9 there, at eight in the evening."""
    given: dict[str, Any] = {"start": None, "end": None} | words
    found = asked(**given).time
    assert (found.start, found.end) == (utc(start), utc(end))


def test_run_chooses_the_feed() -> None:
    """The first feed with that run."""
    assert asked(run="real_time_5min").feed.name == "open"


def test_feed_can_be_insisted_on() -> None:
    """By name, in any case; or by asking for it in place of a dataset."""
    assert asked(feed="OPEN").feed.name == "open"
    assert asked("open").feed.name == "open"


def test_locations_choose_the_first_feed_that_has_them() -> None:
    """Zones are the usual feed; nodes answer where a node is asked for."""
    assert asked(locations="WEST").feed.name == "zones"
    assert asked(locations=["PTID 1", "PTID 2"]).feed.name == "nodes"


def test_feed_with_an_open_list_may_have_any_location() -> None:
    """What no closed list knows is asked of the feed without one."""
    assert asked(locations="SOMEWHERE").feed.name == "open"


@pytest.mark.parametrize("name", ["NYC", "nyc", " NYC ", "N.Y.C."])
def test_common_names_become_the_isos_own(name: str) -> None:
    """In any case and with any blanks."""
    assert asked(locations=name).locations == ("N.Y.C.",)


def test_common_name_means_itself_where_the_feed_has_it() -> None:
    """A feed of an open list may write a name that is a common one of another location; other names are common ones."""
    assert asked("own", locations=["nyc", "hudson valley", "SOMEWHERE"]).locations == (
        "NYC",
        "HUD VL",
        "SOMEWHERE",
    )
    assert asked("open", locations="nyc").locations == ("N.Y.C.",)


def test_blanks_in_common_names_are_one() -> None:
    """``hudson valley`` is the market's ``Hudson  Valley``."""
    assert asked(locations=["hudson valley", "WEST"]).locations == ("HUD VL", "WEST")
    assert fold_location("  Hudson \t Valley") == fold_location("HUDSON valley")


def test_unknown_location_gets_a_suggestion() -> None:
    """Where every feed's list is closed, before any request."""
    with pytest.raises(
        UnknownLocation, match=r"testiso/zones: no location 'WESTT'\. Did you mean 'WEST'\?"
    ) as error:
        asked(run="day_ahead", locations=["WEST", "WESTT"])
    assert (error.value.location, error.value.near) == ("WESTT", ("WEST",))


def test_locations_of_a_dataset_without_any() -> None:
    """A fuel mix is of the whole market."""
    with pytest.raises(UnsupportedQuery, match="dataset fuel_mix has no locations; leave them out"):
        asked("fuel_mix", locations="WEST")


def test_filters_become_tuples() -> None:
    """One value or several; None is no filter."""
    query = asked("fuel_mix", filters={"fuel": "wind", "fuel_native": ["Wind", "Hydro"], "market": None})
    assert query.filters == {"fuel": ("wind",), "fuel_native": ("Wind", "Hydro")}


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"fule": "wind"}, "dataset fuel_mix has no column 'fule'. Did you mean 'fuel'"),
        ({"generation": "5"}, "filters work on text columns only; generation holds floats"),
        ({"interval_start": "x"}, "filters work on text columns only; interval_start holds timestamps"),
        ({"fuel": ["wind", "winde"]}, "fuel has no value 'winde'. Did you mean 'wind'"),
    ],
)
def test_filter_that_means_nothing_is_explained(filters: dict[str, Any], says: str) -> None:
    """An unknown column, one that holds no text, a word outside the vocabulary."""
    with pytest.raises(UnsupportedQuery) as caught:
        asked("fuel_mix", filters=filters)
    assert says in str(caught.value)


def test_feed_that_does_not_answer_the_question() -> None:
    """The error says which feeds would."""
    with pytest.raises(UnsupportedQuery, match="feed fuels does not fill load; use zones, nodes, open, own"):
        asked(feed="fuels")
    with pytest.raises(
        UnsupportedQuery, match="feed open does not fill load of run day_ahead; use zones, nodes"
    ):
        asked(feed="open", run="day_ahead")


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"market": "tesiso"}, UnknownMarket, "Did you mean 'testiso'"),
        ({"data_type": "lode"}, UnknownDataset, "Did you mean 'load'"),
        ({"feed": "zonse"}, UnknownDataset, "Did you mean 'zones'"),
        ({"run": "day_ahed"}, UnsupportedQuery, "Did you mean 'day_ahead'"),
        ({"vintages": "newest"}, UnsupportedQuery, "vintages 'newest' is not valid; give latest or all"),
        ({"start": "2024-07-02", "end": "2024-07-01"}, InvalidTimeRange, "runs backwards"),
        ({"tz": "Mars/Olympus"}, InvalidTimeRange, "is not a time zone"),
    ],
)
def test_misspelt_words_are_errors_with_help(
    changes: dict[str, Any], error: type[EnergyOptiError], says: str
) -> None:
    """Each names what was asked and what was probably meant."""
    with pytest.raises(error) as caught:
        asked(**{"data_type": "load", **changes})
    assert says in str(caught.value)


def test_all_vintages_can_be_asked_for() -> None:
    """Of a forecast."""
    assert asked("load_forecast", vintages="all").vintages == "all"


def test_location_in_the_singular_means_locations() -> None:
    """As a filter it takes the common names too, and chooses the feed that has the place."""
    assert asked(filters={"location": "nyc"}).locations == ("N.Y.C.",)
    assert asked(filters={"location": ["hudson valley", "West"]}).locations == ("HUD VL", "WEST")
    query = asked(filters={"location": "ptid 2", "feed": "nodes"})
    assert (query.feed.name, query.locations, dict(query.filters)) == (
        "nodes",
        ("PTID 2",),
        {"feed": ("nodes",)},
    )


def test_locations_given_twice_are_an_error() -> None:
    """Which of the two is meant cannot be known."""
    with pytest.raises(UnsupportedQuery, match="given twice"):
        asked(locations="WEST", filters={"location": "NYC"})


def test_unknown_location_names_the_places_with_common_names_first() -> None:
    """They are those that are mostly meant, whatever their letters."""
    with pytest.raises(UnknownLocation, match=r"no location 'XX'\. Known: N\.Y\.C\., HUD VL, WEST\."):
        asked(locations="XX", run=Run.DAY_AHEAD)


EAST = market(
    id="east", feeds=(feed(name="east_zones", locations=("NORTH", "BOTH")),), aliases={"EastHub": "NORTH"}
)
WEST = market(id="west", feeds=(feed(name="west_zones", locations=("SOUTH", "BOTH")),))
LONE = market(id="lone", feeds=(feed(name="lone_nodes"),))
THREE = registry(Plugin(EAST, WEST, LONE))


@pytest.mark.parametrize(
    ("locations", "expected"),
    [
        (["North", "SOUTH"], {"east": ("NORTH",), "west": ("SOUTH",)}),
        (["easthub"], {"east": ("NORTH",)}),
        (["BOTH"], {"east": ("BOTH",), "west": ("BOTH",)}),
        ({"west": "SOUTH"}, {"west": ("SOUTH",)}),
        ([], {"east": (), "west": (), "lone": ()}),
    ],
)
def test_all_markets_are_those_that_have_the_places(
    locations: Any, expected: dict[str, tuple[str, ...]]
) -> None:
    """Each is asked for its own; a market without any of them is left out."""
    query = Query.of("all", "load", "2024-07-01", "2024-07-02", locations=locations)
    found, missing = resolve(THREE, query, datetime(2024, 7, 10, tzinfo=UTC))
    assert {each.market.id: each.locations for each in found} == expected
    assert missing == {}


def test_a_place_of_no_market_is_asked_of_all() -> None:
    """A market without a list may have it; one with a list says that it has not."""
    query = Query.of("all", "load", "2024-07-01", "2024-07-02", locations=["NORTH", "NODE 7"])
    with pytest.raises(UnknownLocation, match="no location 'NODE 7'"):
        resolve(THREE, query, datetime(2024, 7, 10, tzinfo=UTC))
    (lone,), missing = resolve(THREE, attrs.evolve(query, partial=True), datetime(2024, 7, 10, tzinfo=UTC))
    assert lone.locations == ("NORTH", "NODE 7")
    assert set(missing) == {"east", "west"}


def test_named_markets_are_asked_for_every_place() -> None:
    """Who names markets means them."""
    query = Query.of(["east", "west"], "load", "2024-07-01", "2024-07-02", locations=["NORTH"])
    with pytest.raises(UnknownLocation, match="west/west_zones: no location 'NORTH'; it is a place of east"):
        resolve(THREE, query, datetime(2024, 7, 10, tzinfo=UTC))
