"""Looking locations up: what a name means, and what is kept on disk."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LOCATIONS
from energyopti.errors import UnknownLocation
from energyopti.frames import frame_schema
from energyopti.query import Place
from energyopti.query.directory import Directory
from energyopti.vocabulary import LocationType

NOW = utc("2024-07-10T12:00")
OVER, LATER = utc("2020-01-01T00:00"), utc("2030-01-01T00:00")


def row(location: str, name: str | None, kind: str | None = "node", valid_to: datetime | None = None) -> Any:
    """One row of a list of locations."""
    blank = dict.fromkeys(LOCATIONS.column_names)
    return {
        **blank,
        "location": location,
        "location_name": name,
        "location_type": kind,
        "valid_to": valid_to,
    }


def directory(*rows: Any) -> Directory:
    """The directory that some rows make."""
    return Directory.of("testiso", NOW, pl.DataFrame(rows, schema=frame_schema(LOCATIONS)))


SOME = directory(
    row("101", "West  Hub", "hub"),
    row("N-7", "Mill Creek", "node"),
    row("300", "101", "bus"),
    row("201", "Twin", "node"),
    row("202", "Twin", "bus"),
    row("401", "Retired", "node", OVER),
    row("402", "Moved", "node", OVER),
    row("403", "Moved", "node", LATER),
    row("500", "Before", "node", OVER),
    row("500", "After", "node"),
    row("600", None, "zone"),
)


@pytest.mark.parametrize("name", ["West  Hub", "west hub", " WEST \t HUB ", "101"])
def test_name_or_identifier_in_any_case_and_with_any_blanks(name: str) -> None:
    """All of these mean one hub, whose name is given as the list writes it."""
    assert SOME.find([name], now=NOW) == (Place("101", "West  Hub", LocationType.HUB),)


def test_identifier_in_any_case() -> None:
    """``n-7`` is ``N-7``."""
    assert SOME.find(["n-7"], now=NOW) == (Place("N-7", "Mill Creek", LocationType.NODE),)


def test_identifier_goes_before_a_name() -> None:
    """101 is the hub with that identifier, not the bus that is called so."""
    (place,) = SOME.find(["101"], now=NOW)
    assert place.name == "West  Hub"


def test_location_without_a_name_is_found_by_its_identifier() -> None:
    """Its name stays unknown."""
    assert SOME.find(["600"], now=NOW) == (Place("600", None, LocationType.ZONE),)


def test_location_of_no_stated_type_has_none() -> None:
    """A list that does not say what a place is leaves that open."""
    assert directory(row("1", "A", None)).find(["a"], now=NOW) == (Place("1", "A", None),)


def test_places_come_in_the_order_asked_for_and_once_each() -> None:
    """Whether by name or by identifier."""
    found = SOME.find(["mill creek", "101", "N-7", "West Hub"], now=NOW)
    assert [place.location for place in found] == ["N-7", "101"]


def test_location_that_changed_its_name_is_one_place() -> None:
    """Its old name and its new one mean the same location: it is not asked for twice."""
    assert [place.location for place in SOME.find(["before", "after"], now=NOW)] == ["500"]


def test_ambiguous_name_lists_what_it_could_mean() -> None:
    """Each by its identifier and type, with what to do."""
    with pytest.raises(
        UnknownLocation,
        match=r"^testiso: 2 locations called 'twin': 201 \(node\), 202 \(bus\); give the id of one",
    ):
        SOME.find(["101", "twin"], now=NOW)


def test_many_meanings_are_shown_in_part() -> None:
    """Eight, and that there are more."""
    crowd = directory(*(row(str(number), "Same") for number in range(9)))
    with pytest.raises(UnknownLocation, match=r"9 locations called 'Same': 0 \(node\), .*7 \(node\) \.\.\.;"):
        crowd.find(["Same"], now=NOW)
    few = directory(*(row(str(number), "Same") for number in range(8)))
    with pytest.raises(UnknownLocation, match=r"7 \(node\); give"):
        few.find(["Same"], now=NOW)


def test_valid_location_goes_before_those_that_are_not() -> None:
    """A name that was given to another place since means that one."""
    assert [place.location for place in SOME.find(["moved"], now=NOW)] == ["403"]


def test_end_of_validity_is_excluded() -> None:
    """At the instant at which both have ended neither goes first: the name is ambiguous."""
    with pytest.raises(UnknownLocation, match="2 locations called 'moved'"):
        SOME.find(["moved"], now=LATER)


def test_location_that_is_no_longer_valid_is_still_found() -> None:
    """Its history can be asked for."""
    assert [place.location for place in SOME.find(["retired"], now=NOW)] == ["401"]


@pytest.mark.parametrize("name", ["West Hubb", "mill crek"])
def test_unknown_name_gets_a_suggestion(name: str) -> None:
    """Among the names of the list; runs of blanks do not matter in a name, and are one in a message."""
    meant = {"West Hubb": "West Hub", "mill crek": "Mill Creek"}[name]
    with pytest.raises(UnknownLocation, match=rf"^testiso: no location '{name}'. Did you mean '{meant}'"):
        SOME.find([name], now=NOW)


def test_list_without_names_suggests_identifiers() -> None:
    """Where nothing has a name, what can be asked for is known all the same."""
    with pytest.raises(UnknownLocation, match="Did you mean 'HB_NORTH'"):
        directory(row("HB_NORTH", None)).find(["HB_NORT"], now=NOW)


@pytest.mark.parametrize("name", ["", "  "])
def test_blank_name_means_no_location(name: str) -> None:
    """Not even those without a name."""
    with pytest.raises(UnknownLocation):
        SOME.find([name], now=NOW)


def test_empty_list_knows_nothing() -> None:
    """And says so."""
    with pytest.raises(UnknownLocation, match="None is known"):
        directory().find(["west"], now=NOW)


BLANKS = st.sampled_from([" ", "  ", "\t", " \t "])
WORDS = st.text("ABCXYZßÉäżİ019_.-", min_size=1, max_size=5)


@settings(max_examples=40)
@given(st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_every_location_is_found_by_its_own_name(words: list[str], data: st.DataObject) -> None:
    """Whatever its letters are, and however the blanks between its words are written."""
    blanks = [data.draw(BLANKS) for _ in words]
    written = "".join(word + blank for word, blank in zip(words, blanks, strict=True))
    here = directory(row("\0other", "\0other"), row("\0id", " ".join(words)))
    assert [place.location for place in here.find([written], now=NOW)] == ["\0id"]


@settings(max_examples=40)
@given(st.lists(st.text("abcxyz019_.-", min_size=1, max_size=8), min_size=1, max_size=6, unique=True))
def test_every_location_is_found_by_its_identifier_in_capitals(identifiers: list[str]) -> None:
    """Each is one place, in the order asked for."""
    here = directory(*(row(each, f"the one called {each}") for each in identifiers))
    found = here.find([each.upper() for each in identifiers], now=NOW)
    assert [place.location for place in found] == identifiers


def test_kept_directory_is_the_same(tmp_path: Path) -> None:
    """With its age, to the microsecond's neighbourhood."""
    SOME.save(tmp_path / "new" / "folder")
    kept = Directory.load("testiso", tmp_path / "new" / "folder")
    assert kept is not None
    assert kept.find(["west hub", "moved"], now=NOW) == SOME.find(["west hub", "moved"], now=NOW)
    assert abs(kept.fetched_at - NOW) < timedelta(milliseconds=1)
    assert [file.name for file in (tmp_path / "new" / "folder").iterdir()] == ["testiso.arrow"]


def test_later_directory_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    """There is one file a market."""
    SOME.save(tmp_path)
    directory(row("9", "West Hub")).save(tmp_path)
    kept = Directory.load("testiso", tmp_path)
    assert kept is not None
    assert [place.location for place in kept.find(["west hub"], now=NOW)] == ["9"]


def test_nothing_kept_is_none(tmp_path: Path) -> None:
    """Neither of this market nor in a folder that is none."""
    SOME.save(tmp_path)
    assert Directory.load("otheriso", tmp_path) is None
    assert Directory.load("testiso", tmp_path / "nowhere") is None
    assert Directory.load("testiso", tmp_path / "testiso.arrow") is None


def test_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    """And nobody is bothered."""
    (tmp_path / "file").write_text("no folder")
    SOME.save(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "no folder"


@settings(max_examples=40)
@given(st.data())
def test_damaged_file_is_none(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Cut short anywhere, or with any of its bytes changed: it is not read at all."""
    folder = tmp_path_factory.mktemp("kept")
    SOME.save(folder)
    content = bytearray((folder / "testiso.arrow").read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[position:]
    else:
        content[position] ^= data.draw(st.integers(1, 255))
    (folder / "testiso.arrow").write_bytes(content)
    assert Directory.load("testiso", folder) is None


def test_file_with_other_columns_is_none(tmp_path: Path) -> None:
    """One that another version of this package has kept."""
    Directory("testiso", NOW, pl.DataFrame({"location": ["1"]})).save(tmp_path)
    assert Directory.load("testiso", tmp_path) is None
