"""Single series out of answers and frames, and series of different steps beside each other."""

from __future__ import annotations

from datetime import timedelta

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from desk_rows import MARKET, Values, answer, rows
from energyopti import UnsupportedQuery
from energyopti.analysis.series import beside, clock_of, market_of, one_series, onto
from hourly_oracle import hourly_means

HOUR = timedelta(hours=1)


def on_hours(values: Values, minutes: float, hours: int, *, slack: float = 0) -> list[float | None]:
    """Values averaged onto hours from midnight on."""
    series = attrs.evolve(
        one_series(rows(values, minutes=minutes), "lmp", what="prices"), slack=timedelta(minutes=slack)
    )
    return onto(rows([0.0] * hours), series)["lmp"].to_list()


def test_finer_values_are_averaged_and_coarser_ones_hold() -> None:
    """Of 10, 20, 30 and 40 by quarter of an hour 25 is the mean; two hours at 7 are two times 7."""
    assert on_hours([10.0, 20.0, 30.0, 40.0], 15, 1) == [25.0]
    assert on_hours([7.0], 120, 2) == [7.0, 7.0]


def test_interval_that_is_not_whole_is_null() -> None:
    """The second hour lacks its last quarter, the third has a null, the fourth nothing."""
    values = [1.0] * 7
    assert on_hours(values, 15, 2) == [1.0, None]
    assert on_hours([1.0, None, 1.0, 1.0], 15, 1) == [None]
    assert on_hours([1.0] * 4, 15, 2) == [1.0, None]


def test_slack_is_what_may_be_missing() -> None:
    """A quarter of an hour is, where it is said so."""
    assert on_hours([1.0, 1.0, 4.0], 15, 1, slack=15) == [2.0]
    assert on_hours([1.0, 1.0, 4.0], 15, 1, slack=14) == [None]


@given(
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=20),
    prices=st.lists(st.floats(-1e4, 1e4), min_size=20, max_size=20),
)
@settings(max_examples=60)
def test_means_are_those_of_plain_arithmetic(lengths: list[int], prices: list[float]) -> None:
    """Intervals of any lengths in minutes, each hour in exact fractions."""
    start = utc("2024-07-01T04:00")
    ends = [start + timedelta(minutes=sum(lengths[: number + 1])) for number in range(len(lengths))]
    intervals = list(zip([start, *ends[:-1]], ends, prices, strict=False))
    frame = pl.DataFrame(
        intervals,
        schema={name: pl.Datetime("us", "UTC") for name in ("interval_start", "interval_end")}
        | {"lmp": pl.Float64},
        orient="row",
    )
    series = one_series(frame, "lmp", what="prices")
    found = onto(rows([0.0] * 12), series)["lmp"].to_list()
    expected = hourly_means(intervals, start, start + 12 * HOUR)
    assert found == [None if each is None else pytest.approx(each, abs=1e-6) for each in expected]


def test_series_meet_in_the_coarser_steps() -> None:
    """Half hours of prices beside hours of output: 15, then a half alone; the hours before the output are outside."""
    prices = one_series(rows([99.0, 99.0, 10.0, 20.0, 30.0], minutes=30), "lmp", what="prices")
    output = one_series(rows([5.0, 6.0], "generation", first="2024-07-01T05:00"), "generation", what="output")
    both, outside = beside(prices, output)
    assert both.select("lmp", "generation").rows() == [(15.0, 5.0), (None, 6.0)]
    assert outside == 1.0
    assert beside(output, prices)[0].select("lmp", "generation").rows() == [(15.0, 5.0), (None, 6.0)]


def test_times_on_any_clock_are_the_same_instants() -> None:
    """As `MarketData.local` gives them."""
    local = rows([1.0]).with_columns(
        pl.col("interval_start", "interval_end").dt.convert_time_zone("America/New_York")
    )
    found = one_series(local, "lmp", what="prices").frame
    assert found.equals(rows([1.0]))


def test_not_a_number_is_not_known() -> None:
    """As a null."""
    assert one_series(rows([float("nan")]), "lmp", what="prices").frame["lmp"].to_list() == [None]


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (rows([1.0]).drop("lmp"), "the prices have no column 'lmp'"),
        (rows([1.0]).drop("interval_end"), "the prices have no column 'interval_end'"),
        (
            rows([1.0]).with_columns(pl.col("interval_start").dt.replace_time_zone(None)),
            "interval_start of the prices has no time zone; give instants, in UTC",
        ),
        (
            rows([1.0]).with_columns(pl.col("interval_start").alias("interval_end")),
            "an interval of the prices does not end after it starts",
        ),
        (rows([]), "there are no prices; ask for another range, or other locations"),
        (
            rows([1.0, 2.0], location=["A", "B"], kind=["hub", "hub"]),
            "the prices are several series, by location: A, B; give one of them",
        ),
        (
            rows([float(n) for n in range(7)], location=list("ABCDEFG")),
            "by location: A, B, C, D, E, ...; give",
        ),
        (
            pl.concat([rows([1.0]), rows([2.0])]),
            "the prices have 2024-07-01T04:00:00Z twice; give one version of each interval",
        ),
        (
            pl.concat([rows([1.0]), rows([2.0], first="2024-07-01T04:30")]),
            "the prices have 2024-07-01T04:30:00Z twice",
        ),
    ],
)
def test_what_is_no_series_is_refused(frame: pl.DataFrame, line: str) -> None:
    """With one line that says what and where."""
    with pytest.raises(UnsupportedQuery) as error:
        one_series(frame, "lmp", what="prices")
    assert line in error.value.line


def test_series_is_chosen_by_words() -> None:
    """A word or a column that is not there is refused, with those that are."""
    two = pl.concat([rows([1.0], place="NORTH"), rows([2.0], place="SOUTH")])
    assert one_series(two, "lmp", what="prices", where={"place": "SOUTH"}).frame["lmp"].to_list() == [2.0]
    with pytest.raises(UnsupportedQuery, match=r"the prices have no place 'SOUT'\. Did you mean 'SOUTH'"):
        one_series(two, "lmp", what="prices", where={"place": "SOUT"})
    with pytest.raises(UnsupportedQuery, match="the prices have no column 'zone'"):
        one_series(two, "lmp", what="prices", where={"zone": "SOUTH"})


def test_clock_is_the_markets_or_given() -> None:
    """A frame has none of its own; an answer of several markets is taken apart first."""
    data = answer(rows([1.0], "load"), "load")
    assert clock_of(data, None) == "America/New_York"
    assert clock_of(data, "UTC") == clock_of(rows([1.0]), "UTC") == "UTC"
    with pytest.raises(UnsupportedQuery, match="on which clock its days are; give tz"):
        clock_of(rows([1.0]), None)
    other = attrs.evolve(data.query, market=attrs.evolve(MARKET, id="other"))
    with pytest.raises(UnsupportedQuery, match=r"the answer is of testiso and other; take one"):
        market_of(attrs.evolve(data, queries=(data.query, other)))


def test_stamps_that_are_irregular_by_nature_may_miss_each_other() -> None:
    """By half a step: 2.5 minutes of a five-minute feed."""
    data = answer(rows([1.0] * 11, minutes=5), "lmp", step=timedelta(minutes=5), irregular=True)
    series = one_series(data, "lmp", what="prices")
    assert series.slack == timedelta(minutes=2.5)
    assert onto(rows([0.0]), series)["lmp"].to_list() == [None]
