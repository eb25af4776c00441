"""Words of a column in those of its field: translated, reported where they are unknown, written back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LMP
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, JsonLayout, Layout, Number, Reading, Text

KINDS = {"HUB": "hub", "Gen": "node", "Load": "node"}


def layout(make: Callable[..., Layout] = CsvLayout, **changes: Any) -> Layout:
    """Prices whose type of place is translated; the changes are those of that column."""
    kind = Text("Kind", **{"to": "location_type", "words": KINDS, **changes})
    columns = (Text("Place", to="location"), kind, Number("Price", to="lmp"))
    return make(dataset=LMP, zone="America/New_York", time=Absolute(names=("Start",)), columns=columns)


def read(*kinds: str, **changes: Any) -> Reading:
    """Rows of those kinds, each an hour after the one before."""
    lines = [f"2024-07-01T{hour:02}:00:00,A,{kind},{hour}" for hour, kind in enumerate(kinds)]
    return layout(**changes).read("\n".join(["Start,Place,Kind,Price", *lines, ""]).encode())


def test_words_become_those_of_the_field() -> None:
    """Several may mean one; outer blanks do not count."""
    reading = read("HUB", " Gen ", "Load")
    assert reading.frame["location_type"].to_list() == ["hub", "node", "node"]
    assert reading.findings == ()


def test_unknown_word_means_the_default_and_is_a_finding() -> None:
    """The rows stay; the finding names the words, once each, and counts the rows."""
    reading = read("HUB", "Tie", "hub", "Tie", default="interface")
    assert reading.frame["location_type"].to_list() == ["hub", "interface", "interface", "interface"]
    (finding,) = reading.findings
    assert (finding.kind, finding.rows, finding.column) == (FindingKind.UNKNOWN_WORD, 3, "Kind")
    assert finding.message == (
        "'Tie', 'hub' is not a location_type that the layout knows: location_type is 'interface'"
    )
    assert reading.accounted_rows == reading.payload_rows == 4


def test_unknown_word_without_default_is_null_and_said() -> None:
    """Where the field cannot be null the row is left out, and that is said too."""
    reading = read("HUB", "Tie")
    assert reading.frame["lmp"].to_list() == [0.0]
    unknown, rejected = reading.findings
    assert unknown.message.endswith("location_type is null")
    assert (rejected.kind, rejected.rows, rejected.accounts) == (FindingKind.REJECTED_ROW, 1, True)
    assert reading.accounted_rows == reading.payload_rows == 2


def test_unknown_word_of_a_field_that_can_be_null_keeps_its_row() -> None:
    """A name that means nothing is null."""
    reading = read("HUB", "Tie", to="location_name")
    assert reading.frame["location_name"].to_list() == ["hub", None]
    assert [finding.kind for finding in reading.findings] == [FindingKind.UNKNOWN_WORD]


@pytest.mark.parametrize("cell", ["", "   "])
def test_empty_cell_is_null_and_no_unknown_word(cell: str) -> None:
    """The default stands for words that are not known, not for none."""
    reading = read("HUB", cell, to="location_name", default="node")
    assert reading.frame["location_name"].to_list() == ["hub", None]
    assert reading.findings == ()


def test_column_that_may_be_absent_is_null() -> None:
    """Nothing is translated, and nothing is found."""
    reading = layout(to="location_name", required=False, default="x").read(
        b"Start,Place,Price\n2024-07-01T04:00:00,A,1\n"
    )
    assert reading.frame["location_name"].to_list() == [None]
    assert reading.findings == ()


def test_dictionary_of_nothing_knows_no_word() -> None:
    """Every word means the default."""
    reading = read("HUB", to="location_name", words={}, default="node")
    assert reading.frame["location_name"].to_list() == ["node"]
    assert [finding.kind for finding in reading.findings] == [FindingKind.UNKNOWN_WORD]


def test_payload_without_rows_has_no_findings() -> None:
    """Only a header."""
    reading = read()
    assert reading.frame.height == 0
    assert reading.findings == ()


def test_words_are_written_as_the_source_writes_them() -> None:
    """Of several that mean the same, the first declared."""
    frame = pl.DataFrame(
        {
            "interval_start": [utc("2024-07-01T04:00"), utc("2024-07-01T05:00")],
            "interval_end": [utc("2024-07-01T05:00"), utc("2024-07-01T06:00")],
            "location": ["A", "A"],
            "location_type": ["node", "hub"],
            "lmp": [1.0, 2.0],
        }
    )
    assert layout().write(frame) == (
        b"Start,Place,Kind,Price\r\n2024-07-01T04:00:00,A,Gen,1.0\r\n2024-07-01T05:00:00,A,HUB,2.0\r\n"
    )


@pytest.mark.parametrize("make", [CsvLayout, JsonLayout])
def test_what_is_written_is_read_back(make: Callable[..., Layout]) -> None:
    """Whatever the words are, and in whatever order."""
    meanings = {"A": "hub", "b b": "zone", "C": "node", "d": "node", "É": "bus"}
    there = layout(make, words=meanings)

    @settings(max_examples=25)
    @given(st.lists(st.sampled_from(sorted(set(meanings.values()))), min_size=1, max_size=20))
    def holds(kinds: list[str]) -> None:
        start = pl.Series([utc("2024-07-01T04:00")]).dt.offset_by
        starts = [start(f"{hour}h")[0] for hour in range(len(kinds) + 1)]
        frame = pl.DataFrame(
            {
                "interval_start": starts[:-1],
                "interval_end": starts[1:],
                "location": ["X"] * len(kinds),
                "location_type": kinds,
                "lmp": [float(number) for number in range(len(kinds))],
            }
        )
        reading = there.read(there.write(frame))
        assert reading.frame["location_type"].to_list() == kinds
        assert reading.findings == ()

    holds()
