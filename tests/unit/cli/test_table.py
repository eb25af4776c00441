"""The table for people: what is said once, what is left out, and how values look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from energyopti.cli.output import draw
from energyopti.cli.table import page
from energyopti.datasets import LMP
from energyopti.frames import frame_schema

START = datetime(2024, 7, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def price(number: int = 0, **changes: object) -> dict[str, object]:
    """One row of prices, an hour later for each number."""
    start = START + number * HOUR
    return {
        "market": "nyiso",
        "feed": "damlbmp_zone",
        "interval_start": start,
        "interval_end": start + HOUR,
        "run": "day_ahead",
        "location": "N.Y.C.",
        "location_name": None,
        "location_type": "zone",
        "lmp": 30.0 + number,
        "energy": 28.5,
        "congestion": -1.25,
        "loss": None,
        "ghg": None,
    } | changes


def text(*rows: dict[str, object]) -> str:
    """The page of some prices."""
    return draw(*page(pl.DataFrame(rows, schema=frame_schema(LMP)), LMP, title="nyiso/damlbmp_zone"))


def test_what_is_the_same_in_every_row_is_said_once() -> None:
    """Constant words and the length of the intervals stand in the caption, not in columns."""
    lines = text(price(0), price(1)).splitlines()
    assert lines[0] == (
        "nyiso/damlbmp_zone, run day_ahead, location_type zone, interval_end 1 h after interval_start"
    )
    assert lines[2].split() == ["interval_start", "lmp", "energy", "congestion"]


def test_the_head_says_units_and_that_times_are_utc() -> None:
    """Under each column's name stands its unit; for times that is UTC."""
    lines = text(price(0), price(1)).splitlines()
    assert lines[3].split() == ["UTC", "location", "USD/MWh", "USD/MWh", "USD/MWh"]


def test_columns_without_a_value_are_named_below() -> None:
    """A column that is null in every row takes no room and is not forgotten."""
    assert "null in every row: location_name, loss, ghg" in text(price(0), price(1))


def test_the_only_location_is_shown_still() -> None:
    """A single location stays a column: the rows are about it."""
    assert text(price(0), price(1)).count("N.Y.C.") == 2


def test_a_single_row_keeps_its_columns() -> None:
    """Of one row, only what names its feed is lifted out."""
    shown = text(price(0))
    assert shown.startswith("nyiso/damlbmp_zone, run day_ahead\n")
    assert "location_type" in shown.splitlines()[3]


def test_names_that_repeat_the_locations_are_left_out() -> None:
    """A column of names that says no more than the locations is said to be the same."""
    rows = [price(0, location_name="N.Y.C."), price(0, location="WEST", location_name="WEST")]
    assert "the same as location: location_name" in text(*rows)


def test_names_that_say_more_are_shown() -> None:
    """A column of names of its own is shown."""
    rows = [price(0, location_name="New York City"), price(0, location="WEST", location_name="West")]
    assert "New York City" in text(*rows)


def test_few_rows_are_all_shown() -> None:
    """Up to twenty-five rows nothing is left out."""
    shown = text(*(price(number) for number in range(25)))
    assert "left out" not in shown
    assert shown.count("N.Y.C.") == 25


def test_of_many_rows_the_first_and_the_last_are_shown() -> None:
    """Of more rows ten stand at each end, and a line says how many are left out."""
    shown = text(*(price(number, location=f"Z{number:02}") for number in range(30)))
    assert [f"Z{number:02}" in shown for number in (0, 9, 10, 19, 20, 29)] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    assert "10 of 30 rows are left out: --format csv gives all" in shown


def test_numbers_have_the_decimals_that_one_of_them_needs() -> None:
    """A column's numbers are alike in their decimals, four at most, with thousands set apart."""
    shown = text(price(0, lmp=1234.5), price(1, lmp=0.125), price(2, lmp=1 / 3))
    assert [line.split()[3] for line in shown.splitlines()[5:8]] == ["1,234.5000", "0.1250", "0.3333"]


def test_whole_numbers_have_no_decimals() -> None:
    """Numbers that are all whole are written so."""
    assert text(price(0, lmp=40.0), price(1, lmp=5.0)).splitlines()[5].split()[3] == "40"


def test_a_null_among_values_is_a_dash() -> None:
    """A missing value among others is seen to be missing."""
    assert text(price(0), price(1, lmp=None)).splitlines()[6].split()[3] == "-"


def test_ends_of_unlike_intervals_are_shown() -> None:
    """Where intervals differ in length each end is shown, its day left out where it goes without saying."""
    shown = text(price(0), price(1, interval_end=START + 1.5 * HOUR))
    assert [line.split()[2] for line in shown.splitlines()[5:7]] == ["05:00", "05:30"]


def test_the_day_of_a_far_end_is_shown() -> None:
    """An interval of a day or more ends on a day that has to be said."""
    shown = text(price(0), price(1, interval_end=START + 48 * HOUR))
    assert [line.split()[2] for line in shown.splitlines()[5:7]] == ["2024-07-01", "2024-07-03"]


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        (timedelta(seconds=30), "2024-07-01 04:00:30"),
        (timedelta(milliseconds=250), "2024-07-01 04:00:00.250000"),
    ],
)
def test_times_are_as_fine_as_they_need_to_be(later: timedelta, shown: str) -> None:
    """Seconds and fractions are shown where there are some."""
    rows = [price(0), price(0, interval_start=START + later)]
    assert shown in text(*rows)


def test_a_narrow_page_says_what_it_has_no_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow terminal columns are left out whole, never numbers cut, and the page says which."""
    monkeypatch.setenv("COLUMNS", "50")
    shown = text(price(0, loss=1.0), price(1, loss=2.0))
    assert "no room for congestion, loss: --format csv gives all" in " ".join(shown.split())
    assert max(len(line) for line in shown.splitlines()) <= 50


def test_the_day_ahead_prices_fit_into_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices with their components fit a usual terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = text(price(0, loss=1.0), price(1, location="PJM", location_type="interface", loss=2.0))
    assert "no room" not in shown


def test_no_rows_is_said() -> None:
    """A table without rows says so."""
    shown = text()
    assert "no rows" in shown
    assert "null in every row" not in shown


def test_a_sources_own_columns_need_no_dataset() -> None:
    """Raw columns are shown under their own names."""
    frame = pl.DataFrame({"PTID": [1, 2], "Name [x]": ["a\x1b", "b"]})
    lines = draw(*page(frame, None, title="raw")).splitlines()
    assert lines[2].split() == ["PTID", "Name", "[x]"]
    assert "\x1b" not in lines[4]
