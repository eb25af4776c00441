"""What a watch knows of rows that were told."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import utc
from energyopti.datasets import LMP, LOAD
from energyopti.frames import empty_frame
from energyopti.timezones import HOUR
from energyopti.watching.delivered import Delivered

NOON = utc("2024-07-10T12:00")


def loads(*rows: tuple[int, str, float]) -> pl.DataFrame:
    """Rows of hours after noon."""
    return pl.concat(
        [
            empty_frame(LOAD),
            pl.DataFrame(
                {
                    "market": ["testiso"] * len(rows),
                    "feed": ["hourly_load"] * len(rows),
                    "interval_start": [NOON + hour * HOUR for hour, _, _ in rows],
                    "interval_end": [NOON + (hour + 1) * HOUR for hour, _, _ in rows],
                    "location": [place for _, place, _ in rows],
                    "location_type": [None] * len(rows),
                    "load": [value for _, _, value in rows],
                    "net_load": [None] * len(rows),
                    "status": [None] * len(rows),
                },
                schema=empty_frame(LOAD).schema,
            ),
        ]
    )


def test_row_is_told_once_and_again_when_it_is_another() -> None:
    """Also back to what it was; and a sign of nothing is no change."""
    told = Delivered(dataset=LOAD)
    assert told.news(loads((0, "NORTH", 1.0), (0, "SOUTH", 0.0)))["load"].to_list() == [1.0, 0.0]
    assert told.news(loads((0, "NORTH", 2.0), (0, "SOUTH", -0.0)))["load"].to_list() == [2.0]
    assert told.news(loads((0, "NORTH", 1.0)))["load"].to_list() == [1.0]
    assert told.news(loads((0, "NORTH", 1.0), (0, "SOUTH", 0.0))).is_empty()
    assert len(told) == 2


def test_rows_are_forgotten_with_their_time() -> None:
    """Those that end in it; what is known until later is kept."""
    told = Delivered(dataset=LOAD)
    told.news(loads((0, "NORTH", 1.0), (1, "NORTH", 2.0), (2, "NORTH", 3.0)))
    told.news(loads((1, "SOUTH", 2.0)), NOON + 5 * HOUR)
    told.forget(NOON + HOUR, NOON + 2 * HOUR)
    again = told.news(loads((0, "NORTH", 1.0), (1, "NORTH", 2.0), (1, "SOUTH", 2.0), (2, "NORTH", 3.0)))
    assert again.select("location", "load").rows() == [("NORTH", 2.0)]


def test_rows_that_share_their_key_are_both_known() -> None:
    """A fault of the source, which is found elsewhere."""
    told = Delivered(dataset=LOAD)
    both = loads((0, "NORTH", 1.0), (0, "NORTH", 2.0))
    assert told.news(both).height == 2
    assert told.news(both).is_empty()


def test_version_and_status_are_no_values_unless_asked_for() -> None:
    """Of a price."""
    prices = pl.DataFrame(
        {"interval_start": [NOON], "interval_end": [NOON + HOUR], "location": ["A"], "lmp": [1.0]},
        schema_overrides={
            "interval_start": pl.Datetime("us", "UTC"),
            "interval_end": pl.Datetime("us", "UTC"),
        },
    )
    frame = pl.concat([empty_frame(LMP), prices], how="diagonal")
    second = frame.with_columns(version=pl.lit(2, dtype=pl.Int64))
    for versions, height in ((False, 0), (True, 1)):
        told = Delivered(dataset=LMP, versions=versions)
        told.news(frame)
        assert told.news(second).height == height


@pytest.mark.parametrize(
    ("provisional", "versions", "height"), [(True, False, 0), (False, False, 1), (True, True, 1)]
)
def test_end_of_the_last_run_is_no_value_unless_asked_for(
    provisional: bool, versions: bool, height: int
) -> None:
    """It is a guess until the next run comes; its price is told once."""
    told = Delivered(dataset=LOAD, provisional=provisional, versions=versions)
    first = loads((0, "NORTH", 1.0))
    told.news(first)
    later = first.with_columns(interval_end=pl.col("interval_end") + timedelta(seconds=12))
    assert told.news(later).height == height


_values = st.lists(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["NORTH", "SOUTH"]), st.sampled_from([0.0, 1.0, 2.0])),
        unique_by=lambda row: row[:2],
        max_size=8,
    ),
    max_size=8,
)


@given(_values)
def test_what_is_told_is_what_changed(answers: list[list[tuple[int, str, float]]]) -> None:
    """Whatever order answers come in: each row that is not as it was said last, and no other."""
    told, known = Delivered(dataset=LOAD), dict[tuple[int, str], float]()
    for rows in answers:
        wanted = {(hour, place, value) for hour, place, value in rows if known.get((hour, place)) != value}
        news = told.news(loads(*rows))
        hours = [(start - NOON) // HOUR for start in news["interval_start"]]
        assert {*zip(hours, news["location"], news["load"], strict=True)} == wanted
        known.update({(hour, place): value for hour, place, value in rows})
