"""JSON records: bare arrays and envelopes, cells of every type, damage."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import HourEnding, JsonLayout, Meaning, Number, Reading, RepeatFlag, Stamp, Text
from spoilt_payloads import JSON_CELLS, accounts_or_drifts, flipped

TIME = Stamp("time", formats=("%Y-%m-%dT%H:%M:%S",), meaning=Meaning.BEGINNING, step=timedelta(hours=1))
COLUMNS = (Text("name", to="location"), Number("load", to="load"))
BARE = JsonLayout(dataset=LOAD, zone="America/New_York", time=TIME, columns=COLUMNS)
ENVELOPE = JsonLayout(
    dataset=LOAD, zone="America/New_York", time=TIME, columns=COLUMNS, items=("data", "items")
)
RECORD = {"time": "2024-07-01T00:00:00", "name": "WEST", "load": 1.5}
GOOD = json.dumps([RECORD, {**RECORD, "time": "2024-07-01T01:00:00", "load": 2}]).encode()


def payload(*records: Any) -> bytes:
    """Records as a bare array."""
    return json.dumps(records).encode()


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """Location and load of every row."""
    return reading.frame.select("location", "load").rows()


def kinds(reading: Reading) -> list[FindingKind]:
    """What was found."""
    return [finding.kind for finding in reading.findings]


def test_bare_array_is_read() -> None:
    """A bare array of records is a payload."""
    reading = BARE.read(GOOD)
    assert rows(reading) == [("WEST", 1.5), ("WEST", 2.0)]
    assert reading.findings == ()


def test_records_below_an_envelope_are_read() -> None:
    """Records are found below the layout's keys; what stands beside them does not matter."""
    envelope = {"data": {"items": [RECORD], "links": []}, "total": 1}
    assert rows(ENVELOPE.read(json.dumps(envelope).encode())) == [("WEST", 1.5)]


def test_records_of_several_types_below_an_envelope_are_read() -> None:
    """Records that do not agree in their types are read all the same."""
    envelope = {"data": {"items": [RECORD, {**RECORD, "load": {"x": 1}}]}}
    reading = ENVELOPE.read(json.dumps(envelope).encode())
    assert rows(reading) == [("WEST", 1.5), ("WEST", None)]


@pytest.mark.parametrize("extra", [{}, {"note": "x"}])
def test_keys_are_matched_in_any_order_and_case(extra: dict[str, str]) -> None:
    """A key's place and case do not say what it means; an unknown one is a finding."""
    reading = BARE.read(payload({**extra, "LOAD": 1.5, "Name": "WEST", "Time": RECORD["time"]}))
    assert rows(reading) == [("WEST", 1.5)]
    assert [finding.column for finding in reading.findings] == list(extra)


@pytest.mark.parametrize("extra", [[1, 2], {"x": 1}, [{"x": 1}]])
def test_unknown_nested_column_is_a_finding(extra: Any) -> None:
    """A nested value in a column that nobody asked for harms nothing."""
    reading = BARE.read(payload({**RECORD, "extra": extra}))
    assert rows(reading) == [("WEST", 1.5)]
    assert kinds(reading) == [FindingKind.UNKNOWN_COLUMN]


@pytest.mark.parametrize("missing", ["time", "name", "load"])
def test_missing_key_is_named(missing: str) -> None:
    """`SchemaDrift` says which key no record has."""
    with pytest.raises(SchemaDrift) as caught:
        BARE.read(payload({key: value for key, value in RECORD.items() if key != missing}))
    assert caught.value.column == missing


def test_key_that_one_record_lacks_is_null() -> None:
    """A key that only some records have is null in the others."""
    reading = BARE.read(payload(RECORD, {"time": RECORD["time"], "name": "NORTH"}))
    assert rows(reading) == [("WEST", 1.5), ("NORTH", None)]
    assert kinds(reading) == [FindingKind.MISSING_VALUE]


def test_record_without_a_time_is_rejected() -> None:
    """A record that cannot be placed is left out and accounted for."""
    reading = BARE.read(payload(RECORD, {"name": "WEST", "load": 2}))
    assert rows(reading) == [("WEST", 1.5)]
    assert kinds(reading) == [FindingKind.REJECTED_ROW]
    assert reading.payload_rows == reading.accounted_rows == 2


@pytest.mark.parametrize(("cell", "value"), [(2, 2.0), ("2.5", 2.5), (" 1,000 ", 1000.0), (None, None)])
def test_numbers_may_be_text(cell: Any, value: float | None) -> None:
    """A number is a number in quotes too; null stays null."""
    assert rows(BARE.read(payload({**RECORD, "load": cell}))) == [("WEST", value)]


def test_numbers_and_text_may_mix_in_a_column() -> None:
    """Records that disagree about a number's type are all read."""
    reading = BARE.read(payload(RECORD, {**RECORD, "load": "2.5"}, {**RECORD, "load": None}))
    assert rows(reading) == [("WEST", 1.5), ("WEST", 2.5), ("WEST", None)]


@pytest.mark.parametrize("cell", ["n/a", True, False, [1, 2], {"x": 1}])
@pytest.mark.parametrize("beside", [[], [RECORD], [{**RECORD, "load": 0}]])
def test_unreadable_number_is_null_and_a_finding(cell: Any, beside: list[Any]) -> None:
    """A cell that is no number is null, and a finding says so, whatever stands in the others."""
    reading = BARE.read(json.dumps([{**RECORD, "load": cell}, *beside], indent=1).encode())
    assert rows(reading) == [("WEST", None), *(("WEST", float(each["load"])) for each in beside)]
    assert FindingKind.UNREADABLE_VALUE in kinds(reading)


@pytest.mark.parametrize("cell", [[1, 2], [None], {"x": 1}, {"x": None}])
def test_nested_cell_is_its_json_and_a_missing_one_is_missing(cell: Any) -> None:
    """Where a word was due; a record without it is rejected, as it is beside words."""
    reading = BARE.read(payload({**RECORD, "name": cell}, {**RECORD, "name": None}))
    assert [json.loads(location) for location, _ in rows(reading)] == [cell]
    assert kinds(reading) == [FindingKind.REJECTED_ROW]


@pytest.mark.parametrize("cell", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_number_that_is_not_finite_is_null_and_a_finding(cell: bytes) -> None:
    """No infinity and no NaN reaches a frame, however it is spelt."""
    reading = BARE.read(b'[{"time": "2024-07-01T00:00:00", "name": "WEST", "load": ' + cell + b"}]")
    assert rows(reading) == [("WEST", None)]
    assert FindingKind.UNREADABLE_VALUE in kinds(reading)


def test_words_may_be_numbers() -> None:
    """A location that is published as a number is that number's text."""
    assert rows(BARE.read(payload({**RECORD, "name": 61752}))) == [("61752", 1.5)]


@pytest.mark.parametrize("word", ["\U0001f600", "é", "\\", "a\tb", "\\ud83d"])
@pytest.mark.parametrize("written_out", [True, False])
def test_word_stays_as_it_is(word: str, written_out: bool) -> None:
    """Any character, written out or not."""
    assert rows(BARE.read(json.dumps([{**RECORD, "name": word}], ensure_ascii=written_out).encode())) == [
        (word, 1.5)
    ]


def test_half_a_character_is_schema_drift() -> None:
    """It is no character, and none is put in its place."""
    with pytest.raises(SchemaDrift):
        BARE.read(payload({**RECORD, "name": "\ud83d"}))
    with pytest.raises(SchemaDrift):
        ENVELOPE.read(json.dumps({"data": {"items": [{**RECORD, "name": "x\ud83d"}]}}).encode())


@pytest.mark.parametrize("cell", [5, 5.5, True, [1], {"x": 1}])
def test_stamp_of_another_type_rejects_its_row(cell: Any) -> None:
    """A time that is not text cannot be read: the row is rejected, and nothing else is raised."""
    reading = BARE.read(payload({**RECORD, "time": cell}))
    assert (reading.frame.height, kinds(reading)) == (0, [FindingKind.REJECTED_ROW])


def test_hour_labels_interval_numbers_and_flags_may_be_numbers() -> None:
    """An hour-ending label, an interval and a repeated-hour flag mean the same as JSON numbers."""
    layout = JsonLayout(
        dataset=LOAD,
        zone="America/Chicago",
        time=HourEnding(
            date="day",
            hour="hour",
            interval=("interval",),
            step=timedelta(minutes=15),
            flag=RepeatFlag(names="repeat", second="1", first="0"),
        ),
        columns=COLUMNS,
    )
    cells = {"day": "11/03/2024", "hour": 2, "interval": 4, "name": "A", "load": 1}
    reading = layout.read(payload({**cells, "repeat": 0}, {**cells, "repeat": 1}))
    starts = reading.frame["interval_start"].dt.strftime("%H:%M").to_list()
    assert starts == ["06:45", "07:45"]


@pytest.mark.parametrize(
    ("layout", "empty"),
    [
        (BARE, b"[]"),
        (BARE, b" [ ] "),
        (ENVELOPE, b'{"data": {"items": []}}'),
        (ENVELOPE, b'{"data": {"items": []}, "links": [1, {"x": 2}]}'),
    ],
)
def test_no_records_are_an_empty_reading(layout: JsonLayout, empty: bytes) -> None:
    """An empty list is no error: the dataset's columns are there."""
    reading = layout.read(empty)
    assert (reading.frame.height, reading.payload_rows, reading.findings) == (0, 0, ())
    assert reading.frame.columns == ["interval_start", "interval_end", "location", "load"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"<html></html>",
        b"{}",
        b"[",
        b"[1, 2]",
        b"[null]",
        b"[[1]]",
        b"[{}]",
        b"[" * 5000,
        b"\xff\xfe[]",
        GOOD + b" trailing",
        GOOD[:-1],
        b'[{"time": "2024-07-01T00:00:00", "name": "WEST", "load": 1}, 5]',
        b'{"message": "Too many requests"}',
    ],
)
def test_what_is_no_array_of_records_is_schema_drift(damaged: bytes) -> None:
    """Anything but a list of records raises `SchemaDrift` where a bare array was due."""
    with pytest.raises(SchemaDrift):
        BARE.read(damaged)


@pytest.mark.parametrize(
    ("damaged", "column"),
    [
        (b"{}", "data"),
        (b'{"data": 1}', "items"),
        (b'{"data": null}', "items"),
        (b'{"data": {"other": []}}', "items"),
        (b'{"data": {"items": 5}}', "items"),
        (b'{"data": {"items": [1]}}', "items"),
        (b'{"data": {"items": [null]}}', "items"),
    ],
)
def test_envelope_without_records_is_schema_drift(damaged: bytes, column: str) -> None:
    """An envelope that holds no list of records raises `SchemaDrift` saying where it was looked for."""
    with pytest.raises(SchemaDrift, match=r"data\.items") as caught:
        ENVELOPE.read(damaged)
    assert caught.value.column in {column, "data"}


def test_bare_array_where_an_envelope_was_due_is_schema_drift() -> None:
    """The outermost form is part of the layout."""
    with pytest.raises(SchemaDrift, match="JSON that was due"):
        ENVELOPE.read(GOOD)


def test_envelope_whose_records_disagree_and_lacks_its_key_is_schema_drift() -> None:
    """The slower way of reading looks for the same keys."""
    with pytest.raises(SchemaDrift, match=r"data\.items"):
        ENVELOPE.read(b'{"data": [{"x": 1}, {"x": {"y": NaN}}]}')


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cut=st.integers(0, len(GOOD)), extra=st.sampled_from([b"", b"]", b"}]", b'"}]', b"\x00", b",5]"]))
def test_truncated_payload_accounts_or_drifts(cut: int, extra: bytes) -> None:
    """A download cut off anywhere loses no record in silence."""
    accounts_or_drifts(BARE, GOOD[:cut] + extra)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(damaged=flipped(GOOD))
def test_flipped_bytes_account_or_drift(damaged: bytes) -> None:
    """Any bytes may change: records are accounted for, or `SchemaDrift` is raised and nothing else."""
    accounts_or_drifts(BARE, damaged)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    records=st.lists(
        st.fixed_dictionaries(
            {"time": JSON_CELLS, "name": JSON_CELLS, "load": JSON_CELLS}, optional={"more": JSON_CELLS}
        ),
        max_size=3,
    )
)
def test_any_cells_account_or_drift(records: list[dict[str, Any]]) -> None:
    """Cells of any type and any mixture of them are read, rejected or `SchemaDrift`: nothing else."""
    accounts_or_drifts(BARE, json.dumps(records).encode())
    accounts_or_drifts(ENVELOPE, json.dumps({"data": {"items": records}}).encode())
