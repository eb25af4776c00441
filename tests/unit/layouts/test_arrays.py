"""JSON arrays whose columns a list names: cells of every type, what polars reads otherwise than json, damage."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import JsonLayout, Meaning, Number, Reading, Stamp, Text
from spoilt_payloads import JSON_CELLS, accounts_or_drifts, flipped

LAYOUT = JsonLayout(
    dataset=LOAD,
    zone="America/Chicago",
    time=Stamp("time", formats=("%Y-%m-%dT%H:%M:%S",), meaning=Meaning.BEGINNING, step=timedelta(hours=1)),
    columns=(Text("name", to="location"), Number("load", to="load")),
    items=("body", "data"),
    names=("body", "fields"),
)
TIME = "2024-07-01T00:00:00"
NAMES = [{"name": name, "label": name.title()} for name in ("time", "name", "load")]
GOOD = json.dumps(
    {"_meta": {"page": 1}, "body": {"fields": NAMES, "data": [[TIME, "WEST", 1.5]] * 2}}
).encode()


def payload(*arrays: Any, names: Any = NAMES) -> bytes:
    """Arrays with the list that names their places."""
    return json.dumps({"body": {"fields": names, "data": arrays}}).encode()


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """Location and load of every row."""
    return reading.frame.select("location", "load").rows()


def kinds(reading: Reading) -> list[FindingKind]:
    """What was found."""
    return [finding.kind for finding in reading.findings]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    values=st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(), min_size=1)
)
@example(values=[0.1, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 123456789.123456789])
@example(values=[1, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**30])
@example(values=[1e5, 1e-7, 1e23, 8.41e21])
def test_number_keeps_all_its_digits(values: list[float | None]) -> None:
    """Each number is the float that its digits say, however it is written out; null stays null."""
    reading = LAYOUT.read(payload(*([TIME, str(place), value] for place, value in enumerate(values))))
    due = [(str(place), None if value is None else float(value)) for place, value in enumerate(values)]
    assert rows(reading) == due


@settings(max_examples=100, deadline=None, derandomize=True)
@given(words=st.lists(st.text(min_size=1).filter(lambda word: word == word.strip()), min_size=1))
@example(words=["\U0001f600", "\ud83d", "é\n", '"', "\\ud83d"])
def test_word_stays_as_it_is(words: list[str]) -> None:
    """Each word that can be written in UTF-8 is that word, written out or not; no other is read as something else."""
    arrays = payload(*([TIME, word, 1] for word in words))
    if any("\ud800" <= character <= "\udfff" for word in words for character in word):
        with pytest.raises(SchemaDrift):
            LAYOUT.read(arrays)
    else:
        assert [location for location, _ in rows(LAYOUT.read(arrays))] == words


@pytest.mark.parametrize(("cell", "word"), [(61752, "61752"), (True, "true"), (False, "false"), (2.5, "2.5")])
def test_word_may_be_a_number_or_a_truth(cell: Any, word: str) -> None:
    """What is published without quotes is the text that it was written as, beside words too."""
    assert rows(LAYOUT.read(payload([TIME, cell, 1]))) == [(word, 1.0)]
    assert rows(LAYOUT.read(payload([TIME, cell, 1], [TIME, "WEST", 2]))) == [(word, 1.0), ("WEST", 2.0)]


@pytest.mark.parametrize(("cell", "value"), [("2.5", 2.5), (" 1,000 ", 1000.0), ("", None)])
def test_number_may_be_text(cell: str, value: float | None) -> None:
    """A number is a number in quotes too, beside others without them."""
    assert rows(LAYOUT.read(payload([TIME, "A", cell], [TIME, "B", 2]))) == [("A", value), ("B", 2.0)]


@pytest.mark.parametrize("cell", ["n/a", True, float("nan"), float("inf"), [1], {"x": 1}])
def test_unreadable_number_is_null_and_a_finding(cell: Any) -> None:
    """A cell that is no number is null, and a finding says so, though all others of its column are numbers."""
    reading = LAYOUT.read(payload([TIME, "A", 1], [TIME, "B", cell]))
    assert rows(reading) == [("A", 1.0), ("B", None)]
    assert FindingKind.UNREADABLE_VALUE in kinds(reading)


def test_columns_are_found_by_their_names() -> None:
    """The list of names says what stands where; an unknown name is a finding."""
    names = [{"name": "more"}, {"name": "LOAD"}, {"name": "Time"}, {"name": "name"}]
    reading = LAYOUT.read(payload(["x", 1.5, TIME, "WEST"], names=names))
    assert rows(reading) == [("WEST", 1.5)]
    assert kinds(reading) == [FindingKind.UNKNOWN_COLUMN]


def test_names_may_be_words_alone() -> None:
    """A list of words names the columns as well as one of records does."""
    assert rows(LAYOUT.read(payload([TIME, "WEST", 1.5], names=["time", "name", "load"]))) == [("WEST", 1.5)]


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b" \n"])
def test_what_stands_before_the_payload_does_not_matter(start: bytes) -> None:
    """A byte order mark or blanks before the first brace are no data."""
    assert rows(LAYOUT.read(start + GOOD)) == [("WEST", 1.5)] * 2


def test_no_arrays_are_an_empty_reading() -> None:
    """An empty list is no error: the dataset's columns are there."""
    reading = LAYOUT.read(payload())
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (0, 0, ())


@pytest.mark.parametrize(
    "arrays",
    [
        [[TIME, "WEST", 1], [TIME, "WEST"]],
        [[TIME, "WEST", 1], [TIME, "WEST", 1, 2]],
        [[TIME, "WEST"]],
        [[TIME, "WEST", 1], []],
        [[TIME, "WEST", 1], None],
        [[TIME, "WEST", 1], "abc"],
        [[TIME, "WEST", 1], {"time": TIME, "name": "WEST", "load": 1}],
        ["abc"],
        [{"time": TIME, "name": "WEST", "load": 1}],
        [5],
    ],
)
def test_array_that_does_not_fit_its_names_is_schema_drift(arrays: list[Any]) -> None:
    """No cell is put where it may not belong, and no word is taken for a list of its letters."""
    with pytest.raises(SchemaDrift):
        LAYOUT.read(payload(*arrays))


@pytest.mark.parametrize(
    "names", [None, "time", [], [None], [{"label": "x"}] * 3, [{"name": 5}] * 3, ["time"]]
)
def test_names_that_name_nothing_are_schema_drift(names: Any) -> None:
    """Without its names nobody knows what an array means."""
    with pytest.raises(SchemaDrift):
        LAYOUT.read(payload([TIME, "WEST", 1], names=names))


def test_single_column_is_a_list_all_the_same() -> None:
    """A value in place of a list of one is not read as if the list were there."""
    layout = JsonLayout(
        dataset=LOAD, zone="UTC", time=LAYOUT.time, columns=(), items=("data",), names=("fields",)
    )
    assert layout.read(b'{"fields": ["time"], "data": [["2024-07-01T00:00:00"]]}').frame.height == 1
    with pytest.raises(SchemaDrift):
        layout.read(b'{"fields": [{"name": "time"}], "data": ["2024-07-01T00:00:00"]}')


@pytest.mark.parametrize(
    "damaged",
    [b"", b"<html></html>", b"[]", b"5", b"{}", b'{"body": 5}', b"[" * 5000, b"\xff\xfe[]", GOOD + b" x"],
)
def test_what_holds_no_arrays_is_schema_drift(damaged: bytes) -> None:
    """Anything but arrays with their names raises `SchemaDrift`."""
    with pytest.raises(SchemaDrift):
        LAYOUT.read(damaged)


@pytest.mark.parametrize("cut", range(0, len(GOOD), 3))
def test_truncated_payload_is_schema_drift(cut: int) -> None:
    """A download cut off anywhere is told from a whole one."""
    with pytest.raises(SchemaDrift):
        LAYOUT.read(GOOD[:cut])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(damaged=flipped(GOOD))
def test_flipped_bytes_account_or_drift(damaged: bytes) -> None:
    """Any bytes may change: arrays are accounted for, or `SchemaDrift` is raised and nothing else."""
    accounts_or_drifts(LAYOUT, damaged)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(arrays=st.lists(JSON_CELLS | st.lists(JSON_CELLS, min_size=3, max_size=3), max_size=3))
def test_any_cells_account_or_drift(arrays: list[Any]) -> None:
    """Cells of any type and any mixture of them are read, rejected or `SchemaDrift`: nothing else."""
    accounts_or_drifts(LAYOUT, payload(*arrays))
