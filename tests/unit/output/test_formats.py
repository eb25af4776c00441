"""Frames as files: which form is chosen, and what each form keeps."""

from __future__ import annotations

import csv
import io
import itertools
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from energyopti.errors import OutputError, SourceUnavailable
from energyopti.output import ARROW, CSV, JSON, NDJSON, PARQUET, Format, chosen_format

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "time": st.none()
            | st.datetimes(datetime(1999, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
            "word": st.none() | st.text(st.characters(codec="utf-8"), max_size=8),
            "value": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        }
    ),
    max_size=20,
)
SCHEMA = {"time": pl.Datetime("us", "UTC"), "word": pl.String(), "value": pl.Float64()}


def written(frame: pl.DataFrame, form: Format) -> bytes:
    """All blocks of a form together."""
    return b"".join(form.encode(frame))


def one(time: datetime) -> pl.DataFrame:
    """A frame of one time."""
    return pl.DataFrame({"time": [time]}, schema={"time": SCHEMA["time"]})


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_json_and_ndjson_say_the_same(rows: list[dict[str, object]]) -> None:
    """The array and the lines hold the same records, one for each row, in order."""
    frame = pl.DataFrame(rows, schema=SCHEMA)
    array = json.loads(written(frame, JSON))
    # records are ended by \n alone: other line breaks of Unicode can stand inside a word
    lines = [json.loads(line) for line in written(frame, NDJSON).split(b"\n") if line]
    assert array == lines
    assert [record["word"] for record in array] == [row["word"] for row in rows]
    assert [record["value"] for record in array] == [row["value"] for row in rows]


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_csv_keeps_every_number_and_time(rows: list[dict[str, object]]) -> None:
    """Reading the CSV back gives the same numbers and instants, and null where there was none."""
    text = written(pl.DataFrame(rows, schema=SCHEMA), CSV).decode()
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [float(row["value"]) if row["value"] else None for row in read] == [row["value"] for row in rows]
    assert [datetime.fromisoformat(row["time"]) if row["time"] else None for row in read] == [
        row["time"] for row in rows
    ]


@pytest.mark.parametrize("form", [PARQUET, ARROW])
def test_binary_forms_give_the_frame_back(form: Format) -> None:
    """A binary form reads back as exactly the frame that was written."""
    frame = pl.DataFrame(
        [{"time": datetime(2024, 7, 1, 4, tzinfo=UTC), "word": "N.Y.C.", "value": None}], schema=SCHEMA
    )
    read = pl.read_parquet if form is PARQUET else pl.read_ipc
    assert read(io.BytesIO(written(frame, form))).equals(frame)


def test_a_whole_second_has_no_fraction() -> None:
    """Times are written to the second."""
    assert written(one(datetime(2024, 7, 1, 4, tzinfo=UTC)), CSV) == b"time\n2024-07-01T04:00:00Z\n"


def test_a_fraction_of_a_second_is_kept() -> None:
    """A time with a fraction is written with all of it."""
    frame = one(datetime(2024, 7, 1, 4, 0, 0, 250_000, tzinfo=UTC))
    assert written(frame, CSV) == b"time\n2024-07-01T04:00:00.250000Z\n"


def test_text_that_needs_quotes_is_quoted() -> None:
    """A comma or a quote inside a word does not split its cell."""
    frame = pl.DataFrame({"word": ['a "b", c']})
    assert written(frame, CSV) == b'word\n"a ""b"", c"\n'


def test_many_rows_are_written_in_blocks() -> None:
    """More rows than one block holds come out in one array, in order."""
    frame = pl.DataFrame({"number": range(100_001)})
    assert len(list(NDJSON.encode(frame))) == 3
    assert json.loads(written(frame, JSON)) == [{"number": each} for each in range(100_001)]
    assert written(frame, CSV).split() == [b"number", *(b"%d" % each for each in range(100_001))]


@pytest.mark.parametrize(
    ("given_format", "output", "chosen"),
    [
        (None, None, None),
        (JSON, None, JSON),
        (None, "a.parquet", PARQUET),
        (None, "a.b.NDJSON", NDJSON),
        (CSV, "a.txt", CSV),
    ],
)
def test_the_format_is_said_or_follows_the_name(
    given_format: Format | None, output: str | None, chosen: Format | None
) -> None:
    """What is asked for wins, then the suffix; a table is for people."""
    assert chosen_format(given_format, Path(output) if output else None) is chosen


@pytest.mark.parametrize("name", ["load", "load.txt", "load.table", ".csv"])
def test_a_name_that_does_not_say_the_format_is_refused(name: str) -> None:
    """A file is never written as a table by accident."""
    with pytest.raises(OutputError, match="--format"):
        chosen_format(None, Path(name))


@given(st.lists(ROWS, max_size=4))
@settings(max_examples=30, deadline=None)
def test_frames_one_after_another_are_written_like_one(parts: list[list[dict[str, object]]]) -> None:
    """Text is the same byte by byte; what is binary reads back as the same rows."""
    schema = pl.Schema(SCHEMA)
    frames = [pl.DataFrame(rows, schema=schema) for rows in parts]
    whole = pl.concat([schema.to_frame(), *frames])
    for form in (CSV, JSON, NDJSON):
        assert b"".join(form.blocks(schema, iter(frames))) == written(whole, form)
    for form, read in ((PARQUET, pl.read_parquet), (ARROW, pl.read_ipc)):
        assert read(io.BytesIO(b"".join(form.blocks(schema, iter(frames))))).equals(whole)


def test_format_that_takes_whole_frames_gets_one() -> None:
    """A plugin's format need not know how to write frames one after another."""
    form = Format("height", lambda frame: [str(frame.height).encode()])
    frames = iter([pl.DataFrame({"x": [1, 2]}), pl.DataFrame({"x": [3]})])
    assert b"".join(form.blocks(pl.Schema({"x": pl.Int64()}), frames)) == b"3"


def test_time_without_a_zone_has_no_z() -> None:
    """A local time is not made out to be UTC."""
    frame = pl.DataFrame({"here": [datetime(2024, 7, 1, 4), datetime(2024, 7, 1, 4, 0, 0, 5)]})  # noqa: DTZ001
    assert written(frame, CSV) == b"here\n2024-07-01T04:00:00\n2024-07-01T04:00:00.000005\n"


def test_frames_that_fail_leave_no_writer_behind() -> None:
    """The error of what makes the frames comes out as it is."""

    def frames() -> Iterator[pl.DataFrame]:
        yield pl.DataFrame({"x": [1]})
        raise SourceUnavailable("gone")

    before = set(threading.enumerate())
    with pytest.raises(SourceUnavailable, match="gone"):
        b"".join(PARQUET.blocks(pl.Schema({"x": pl.Int64()}), frames()))
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_writer_that_fails_takes_no_more_frames() -> None:
    """A frame of another schema ends the file, not the patience."""
    wrong = itertools.repeat(pl.DataFrame({"y": ["a"]}), 100)
    with pytest.raises(pl.exceptions.PolarsError):
        b"".join(PARQUET.blocks(pl.Schema({"x": pl.Int64()}), wrong))
