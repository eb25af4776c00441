"""The parts that the contract kit is made of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import polars as pl
import pytest

from builders import feed, market, utc
from energyopti.datasets import LOAD
from energyopti.layouts import Absolute, CsvLayout, Footer, RowLetters, Text
from energyopti.market import ChunkSize
from energyopti.testing.collected import _days, _window, tried_chunks
from energyopti.testing.compare import first_difference, row_difference
from energyopti.testing.strategies import rows_in_text, without_column

FRAME = pl.DataFrame({"at": [1, 2], "name": ["a", "b"], "price": [1.5, None]})


def test_equal_frames_do_not_differ() -> None:
    """The order of the rows and figures beyond the ninth place are no differences."""
    other = FRAME.reverse().with_columns(pl.col("price") + 1e-12)
    assert first_difference(FRAME, other, ["at"]) is None


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (FRAME.head(1), "2 rows were written and 1 were read"),
        (FRAME.drop("name"), "column name was not read"),
        (FRAME.with_columns(pl.col("at").cast(pl.String)), "column at is String and should be Int64"),
        (
            FRAME.with_columns(price=pl.Series([1.5, 2.0])),
            "column price of row 1 was None and was read as 2.0",
        ),
        (FRAME.with_columns(name=pl.lit("a")), "column name of row 1 was 'b' and was read as 'a'"),
    ],
)
def test_first_difference_is_said_in_a_line(other: pl.DataFrame, says: str) -> None:
    """What differs first, with both values."""
    assert first_difference(FRAME, other, ["at"]) == says


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({"lmp": 1.0 + 1e-12, "at": utc("2024-07-01T04:00")}, None),
        ({"lmp": -1.0, "at": utc("2024-07-01T04:00")}, "lmp should be 1.0 and was read as -1.0"),
        ({"lmp": 1.0}, "column at was not read"),
        ({"lmp": None, "at": utc("2024-07-01T04:00")}, "lmp should be 1.0 and was read as None"),
    ],
)
def test_stated_row_is_held_to_every_cell(found: dict[str, object], says: str | None) -> None:
    """Each stated cell counts; the first that is otherwise is named."""
    assert row_difference({"lmp": 1.0, "at": utc("2024-07-01T04:00")}, found) == says


def test_columns_and_keys_can_be_renamed() -> None:
    """A payload without a column, in either form."""
    column = Text(("Name", "Node"), to="location")
    layout = CsvLayout(dataset=LOAD, zone="UTC", time=Absolute(names="At"), columns=(column,))
    assert without_column(b'"At","Node"\n1,2\n', column, layout) == b"At,renamed\n1,2\n"
    assert without_column(b'"Time, local",Node\n1,2\n', column, layout) == b'"Time, local",renamed\n1,2\n'
    assert without_column(b'[{"At": 1, "Name": 2}]', column, layout) == b'[{"At": 1, "renamed": 2}]'


@pytest.mark.parametrize(("late", "ordinary"), [(0, "2026-11-10"), (59, "2026-09-15"), (-2, "2026-11-10")])
def test_days_that_are_asked_for_are_out(late: int, ordinary: str) -> None:
    """A feed that is published late is asked for days before that, on the same weekday; the kit's clock is November 20."""
    asked = _days(market(), feed(published_ahead=timedelta(days=-late)))
    assert str(asked[0]) == ordinary
    assert max(asked) == asked[0]


@pytest.mark.parametrize(
    ("payload", "changes"),
    [
        (b"At,Name\n1,a\n2,b\n", {}),
        (b"Title\nAt,Name\n1,a\n2,b\nEnd\n3,c\n", {"begins": "At", "ends": "End"}),
        (b"At,Name\n,word\n1,a\n2,b\n", {"units": {"Name": "word"}}),
        (b"At,Name\n1,a\nTotal,1\nnotes\nRows: 1,\n", {"ends": Footer(begins="Total", counts="Rows: {}")}),
        (b"At,Name\n1,a\n\n2,b\nnotes\n", {"ends": Footer(begins="")}),
        (b'C,x\nH,At,Name\nH,n,w\n"D",1,a\nC,y\nD,2,b\nT,2\n', {"letters": RowLetters()}),
    ],
)
def test_rows_of_a_text_are_counted_without_its_layout(payload: bytes, changes: dict[str, Any]) -> None:
    """Two rows each, or one and a line as wide as one."""
    layout = CsvLayout(dataset=LOAD, zone="UTC", time=Absolute(names="At"), columns=(Text("Name"),))
    assert rows_in_text(payload, attrs.evolve(layout, **changes)) == 2


def test_header_among_letters_is_the_one_renamed() -> None:
    """Below the comments."""
    column = Text("Name")
    layout = CsvLayout(
        dataset=LOAD, zone="UTC", time=Absolute(names="At"), columns=(column,), letters=RowLetters()
    )
    payload = b'"C","Name"\n"H","At","Name"\n"D",1,2\n'
    assert without_column(payload, column, layout) == b'"C","Name"\nH,At,renamed\n"D",1,2\n'


@pytest.mark.parametrize(
    ("hours", "size", "tried"),
    [
        (2, ChunkSize.DAY, []),
        (30, ChunkSize.DAY, []),
        (2, ChunkSize.HOUR, ["testiso/hourly_load/2026-11-20T15:00:00Z"]),
        (1, ChunkSize.HOUR, []),
        (24, ChunkSize.HOUR, ["testiso/hourly_load/2026-11-20T15:00:00Z"]),
        (60, ChunkSize.DAY, ["testiso/hourly_load/2026-11-19"]),
    ],
)
def test_source_of_hours_is_tried_with_its_last_whole_chunk(
    hours: int, size: ChunkSize, tried: list[str]
) -> None:
    """If it has one: it is noon in New York, and rows are an hour late."""
    whose = feed(retention=timedelta(hours=hours), chunk=size)
    assert [chunk.key for chunk in tried_chunks(market(feeds=(whose,)), whose)] == tried


def test_source_that_has_no_whole_chunk_is_asked_for_its_window() -> None:
    """In whole intervals that are kept and out."""
    window = _window(feed(retention=timedelta(hours=2, minutes=30)), market())
    assert (window.start, window.end) == (utc("2026-11-20T15:00"), utc("2026-11-20T16:00"))
