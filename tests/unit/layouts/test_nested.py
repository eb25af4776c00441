"""JSON records in several lists, or in objects by words, and stamps that are some seconds off."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import attrs
import polars as pl
import pytest

from builders import utc
from energyopti.datasets import LOAD
from energyopti.errors import PluginError, SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, JsonLayout, Nested, Number, Reading, Text

STAMP = "%Y-%m-%d %H:%M:%S%z"
FIVE = timedelta(minutes=5)
COLUMNS = (Text("name", to="location"), Number("load", to="load"))
LISTS = JsonLayout(
    dataset=LOAD,
    zone="America/Chicago",
    time=Absolute(names="at", formats=STAMP, step=FIVE),
    items=("data",),
    nested=Nested(parts=("before", "now"), beside="day", above="updated"),
    columns=(*COLUMNS, Text("day"), Text("updated")),
)
KEYED = JsonLayout(
    dataset=LOAD,
    zone="America/Chicago",
    time=Absolute(names="at", formats=STAMP, step=FIVE, nearest=True),
    items=("body", "data"),
    nested=Nested(keyed=("at", "name")),
    columns=COLUMNS,
    repeats="last",
)
ROW = {"at": "2024-07-01 00:00:00-0500", "name": "WEST", "load": 1.5}


def read(layout: JsonLayout, body: Any) -> Reading:
    """A payload read."""
    return layout.read(json.dumps(body).encode())


def keyed(text: str) -> Reading:
    """A payload of objects by stamp and name, given as text."""
    return KEYED.read(f'{{"body": {{"data": {text}}}}}'.encode())


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """Start, location and load of every row."""
    return reading.frame.select("interval_start", "location", "load").rows()


def test_lists_of_all_parts_are_one_table() -> None:
    """In the order of the parts as declared, with what stands beside each list and above all."""
    body = {
        "updated": "noon",
        "now": {"day": "second", "data": [{**ROW, "load": 3}]},
        "before": {"day": "first", "data": [ROW, {**ROW, "name": "EAST", "load": 2}]},
    }
    reading = read(LISTS, body)
    assert reading.frame["load"].to_list() == [1.5, 2.0, 3.0]
    assert reading.raw["day"].to_list() == ["first", "first", "second"]
    assert reading.raw["updated"].to_list() == ["noon"] * 3
    assert reading.payload_rows == reading.accounted_rows == 3


def test_part_that_is_not_there_has_no_rows() -> None:
    """One part is enough; an empty list is none."""
    body = {
        "updated": "noon",
        "before": {"day": "first", "data": []},
        "now": {"day": "second", "data": [ROW]},
    }
    assert len(rows(read(LISTS, body))) == 1
    del body["before"]
    assert len(rows(read(LISTS, body))) == 1


def test_payload_without_any_row_is_empty() -> None:
    """All lists are empty: no rows, and no error."""
    body = {"updated": "noon", "before": {"day": "first", "data": []}}
    reading = read(LISTS, body)
    assert (reading.frame.height, reading.payload_rows) == (0, 0)


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ({"updated": "noon"}, "before"),
        ({"updated": "noon", "now": {"data": [ROW]}}, "day"),
        ({"now": {"day": "first", "data": [ROW]}}, "updated"),
        ({"updated": "noon", "now": {"day": "first", "data": [{"at": ROW["at"], "name": "WEST"}]}}, "load"),
    ],
)
def test_what_is_missing_is_named(body: Any, column: str) -> None:
    """Every part, a field beside or above, a column of the records."""
    with pytest.raises(SchemaDrift) as caught:
        read(LISTS, body)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "body",
    [
        [],
        1,
        {"now": 1},
        {"now": {"day": 1}},
        {"now": {"day": 1, "data": 1}},
        {"now": {"day": 1, "data": [1]}},
    ],
)
def test_another_shape_is_drift(body: Any) -> None:
    """JSON that is built otherwise is said to be so."""
    with pytest.raises(SchemaDrift):
        read(LISTS, body)


@pytest.mark.parametrize("text", ["1", "[]", '{"2024-07-01 00:00:00-0500": 1}', '{"a": {"WEST": 1}}', "{"])
def test_another_shape_of_objects_is_drift(text: str) -> None:
    """Words lead to objects, and those to records."""
    with pytest.raises(SchemaDrift):
        keyed(text)


def test_keys_are_words_of_columns() -> None:
    """The outer key is the stamp, the inner one the place; they come in the order of their words."""
    reading = keyed(
        '{"2024-07-01 00:05:00-0500": {"WEST": {"load": 2}},'
        ' "2024-07-01 00:00:00-0500": {"WEST": {"load": 1}, "EAST": {"load": 3}}}'
    )
    assert rows(reading) == [
        (utc("2024-07-01T05:00"), "EAST", 3.0),
        (utc("2024-07-01T05:00"), "WEST", 1.0),
        (utc("2024-07-01T05:05"), "WEST", 2.0),
    ]
    assert reading.findings == ()


def test_key_that_stands_twice_is_read_twice() -> None:
    """JSON readers drop the first in silence: here the last stands and a finding counts the other."""
    reading = keyed('{"2024-07-01 00:00:00-0500": {"WEST": {"load": 1}, "WEST": {"load": 2}}}')
    assert rows(reading) == [(utc("2024-07-01T05:00"), "WEST", 2.0)]
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.SUPERSEDED_ROW, 1)]
    assert reading.payload_rows == reading.accounted_rows == 2


def test_stamp_means_the_nearest_mark() -> None:
    """Three seconds early or two minutes late: the mark of the grid; the raw column keeps the stamp."""
    reading = keyed(
        '{"2024-07-01 00:04:57-0500": {"WEST": {"load": 1}}, "2024-07-01 00:12:00-0500": {"WEST": {"load": 2}}}'
    )
    assert [row[0] for row in rows(reading)] == [utc("2024-07-01T05:05"), utc("2024-07-01T05:10")]
    assert reading.frame["interval_end"].to_list() == [utc("2024-07-01T05:10"), utc("2024-07-01T05:15")]
    assert reading.raw["at"].to_list() == ["2024-07-01 00:04:57-0500", "2024-07-01 00:12:00-0500"]


def test_parts_are_written_by_what_stands_beside_them() -> None:
    """Rows of two days fill two parts in order; empty cells are left out."""
    frame = pl.DataFrame(
        {
            "interval_start": [utc("2024-07-01T05:00"), utc("2024-07-02T05:00")],
            "interval_end": [utc("2024-07-01T05:05"), utc("2024-07-02T05:05")],
            "location": ["WEST", "WEST"],
            "load": [1.5, None],
            "day": ["first", "second"],
            "updated": ["noon", "noon"],
        }
    )
    body = json.loads(LISTS.write(frame))
    assert body["updated"] == "noon"
    assert body["before"] == {
        "day": "first",
        "data": [{"at": "2024-07-01 05:00:00+0000", "name": "WEST", "load": 1.5}],
    }
    assert body["now"]["data"] == [{"at": "2024-07-02 05:00:00+0000", "name": "WEST"}]
    three = pl.concat([frame, frame.head(1).with_columns(day=pl.lit("third"))])
    with pytest.raises(PluginError, match="3 parts do not fit into before, now"):
        LISTS.write(three)


def test_objects_are_written_by_their_words() -> None:
    """What is written is read back."""
    text = '{"2024-07-01 05:00:00+0000": {"EAST": {"load": 3}, "WEST": {"load": 1}}}'
    reading = keyed(text)
    assert json.loads(KEYED.write(reading.frame))["body"]["data"] == json.loads(text)


def test_fields_beside_a_list_want_parts() -> None:
    """Without parts, there is only what stands above."""
    with pytest.raises(PluginError, match="'day'"):
        Nested(beside="day")


def test_part_of_a_document_keeps_what_was_left_out() -> None:
    """The rows of a span with their raw lines; a rejected line stays in each part, and all rows are accounted for."""
    body = {
        "updated": "noon",
        "now": {
            "day": "first",
            "data": [ROW, {**ROW, "at": "?"}, {**ROW, "at": "2024-07-02 00:00:00-0500", "load": 9}],
        },
    }
    whole = read(LISTS, body)
    first = whole.slice(utc("2024-07-01T05:00"), utc("2024-07-02T05:00"))
    second = whole.slice(utc("2024-07-02T05:00"), utc("2024-07-03T05:00"))
    assert (first.frame["load"].to_list(), second.frame["load"].to_list()) == ([1.5], [9.0])
    assert first.raw["at"].to_list() == [ROW["at"], "?"]
    assert second.raw["at"].to_list() == ["?", "2024-07-02 00:00:00-0500"]
    assert (first.origin.to_list(), second.origin.to_list()) == ([0], [1])
    assert first.payload_rows == first.accounted_rows == 2
    assert whole.slice(utc("2024-07-01T05:00"), utc("2024-07-03T05:00")) is whole
    nothing = whole.slice(utc("2024-07-04T05:00"), utc("2024-07-05T05:00"))
    assert (nothing.frame.height, nothing.payload_rows, nothing.accounted_rows) == (0, 1, 1)


def test_words_and_fields_are_names_or_lists_of_them() -> None:
    """One name may be written alone."""
    assert attrs.astuple(Nested(parts="now", keyed="at")) == (("now",), ("at",), (), ())
