"""What pieces cover: sets of locations and spans of time, taken out of each other."""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.store.lake.areas import Area, LocationSet, uncovered

NAMES = ("a", "b", "c", "anything else")
DAY_ONE = utc("2024-07-01T00:00")
sets = st.builds(LocationSet, st.frozensets(st.sampled_from(NAMES[:3])), st.booleans())
areas = st.builds(
    lambda first, length, locations: Area(
        DAY_ONE + timedelta(hours=first), DAY_ONE + timedelta(hours=first + length), locations
    ),
    st.integers(0, 5),
    st.integers(1, 4),
    sets.filter(bool),
)
Cell = tuple[int, str]


def members(locations: LocationSet) -> set[str]:
    """The names that are in a set, the one that stands for all others included."""
    return {name for name in NAMES if (name in locations.names) is not locations.all_but}


def cells(area: Area) -> set[Cell]:
    """The hours and names of an area."""
    hours = range((area.start - DAY_ONE) // timedelta(hours=1), (area.end - DAY_ONE) // timedelta(hours=1))
    return set(itertools.product(hours, members(area.locations)))


@given(sets, sets)
def test_sets_of_locations_are_sets(one: LocationSet, other: LocationSet) -> None:
    """What is in both, and what is in one and not in the other, whether they name what they hold or what they lack."""
    assert members(one & other) == members(one) & members(other)
    assert members(one - other) == members(one) - members(other)
    assert bool(one) is bool(members(one))


@given(areas, areas)
def test_what_is_left_of_an_area_is_in_parts_that_do_not_meet(one: Area, other: Area) -> None:
    """Together they are all that the other area does not have, and none of it twice."""
    parts = [cells(each) for each in one - other]
    assert set().union(*parts) == cells(one) - cells(other)
    assert sum(map(len, parts)) == len(cells(one) - cells(other))
    assert one.meets(other) is bool(cells(one) & cells(other))


@given(areas, st.lists(areas, max_size=4))
def test_uncovered_is_what_nothing_covers(wanted: Area, covers: list[Area]) -> None:
    """However many areas it takes."""
    rest = set().union(*map(cells, uncovered(wanted, covers)))
    assert rest == cells(wanted) - set().union(*map(cells, covers))


def test_location_is_the_same_however_it_is_spelled() -> None:
    """As in queries."""
    assert LocationSet.of(["N.Y.C. ", "west"]) == LocationSet.of(["n.y.c.", "WEST"])
    assert LocationSet.of([]) == LocationSet()
