"""The parts that the contract kit is made of."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from builders import feed, market, utc
from energyopti.datasets import LOAD
from energyopti.layouts import Absolute, CsvLayout, Text
from energyopti.testing.collected import _days
from energyopti.testing.compare import first_difference, row_difference
from energyopti.testing.strategies import without_column

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
    assert without_column(b'[{"At": 1, "Name": 2}]', column, layout) == b'[{"At": 1, "renamed": 2}]'


@pytest.mark.parametrize(("late", "ordinary"), [(0, "2026-11-10"), (59, "2026-09-15"), (-2, "2026-11-10")])
def test_days_that_are_asked_for_are_out(late: int, ordinary: str) -> None:
    """A feed that is published late is asked for days before that, on the same weekday; the kit's clock is November 20."""
    asked = _days(market(), feed(published_ahead=timedelta(days=-late)))
    assert str(asked[0]) == ordinary
    assert max(asked) == asked[0]
