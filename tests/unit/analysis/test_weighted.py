"""Capture and load-weighted prices against figures that were worked out by hand: those of docs/analysis.md."""

from __future__ import annotations

import polars as pl
import pytest

from desk_rows import Values, answer, only, rows, said
from energyopti import UnsupportedQuery
from energyopti.analysis import DESK_TABLES, capture, load_weighted
from energyopti.frames import frame_schema

PRICES = rows([50.0, 20.0, -10.0])
WIND = rows([10.0, 20.0, 70.0], "generation", curtailed=[0.0, 0.0, 30.0])


def test_capture_price_is_weighted_by_output() -> None:
    """10 * 50 + 20 * 20 - 70 * 10 = 200 USD for 100 MWh is 2; all hours are worth 20: a tenth."""
    row = only(capture(PRICES, WIND).table("capture"))
    assert (row["hours"], row["left_out_hours"], row["energy"], row["revenue"]) == (3.0, 0.0, 100.0, 200.0)
    assert (row["mean_price"], row["capture_price"], row["capture_rate"]) == (20.0, 2.0, 0.1)


def test_potential_counts_what_was_curtailed() -> None:
    """With 30 MWh more at -10: 200 - 300 = -100 USD for 130 MWh."""
    row = only(capture(PRICES, WIND).table("capture"))
    assert (row["potential_hours"], row["curtailed"], row["potential_mean_price"]) == (3.0, 30.0, 20.0)
    assert row["potential_capture_price"] == pytest.approx(-100 / 130)
    assert row["potential_capture_rate"] == pytest.approx(-100 / 130 / 20)


def test_potential_is_of_the_hours_whose_curtailment_is_known() -> None:
    """The last is not: 900 USD for 30 MWh in two hours worth 35; the output itself counts in all three."""
    row = only(capture(PRICES, WIND.with_columns(pl.Series("curtailed", [0.0, 0.0, None]))).table("capture"))
    assert (row["hours"], row["capture_price"]) == (3.0, 2.0)
    assert (row["potential_hours"], row["curtailed"]) == (2.0, 0.0)
    assert (row["potential_mean_price"], row["potential_capture_price"]) == (35.0, 30.0)
    assert row["potential_capture_rate"] == pytest.approx(30 / 35)


def test_without_curtailment_nothing_is_said_of_potential() -> None:
    """A series of megawatts of one's own, in a column of any name."""
    own = rows([10.0, 20.0, 70.0], "mw")
    row = only(capture(PRICES, own, value="mw").table("capture"))
    assert (row["capture_price"], row["potential_hours"], row["curtailed"]) == (2.0, 0.0, None)
    assert [row[name] for name in row if name.startswith("potential_") and name != "potential_hours"] == [
        None
    ] * 3


def test_hours_with_only_one_are_left_out_and_said() -> None:
    """One has no output, one no price, and one is outside of the prices."""
    prices, output = rows([50.0, 20.0, None, 30.0]), rows([1.0, None, 1.0], "generation")
    found = capture(prices, output)
    row = only(found.table("capture"))
    assert (row["hours"], row["left_out_hours"], row["capture_price"]) == (1.0, 3.0, 50.0)
    assert said(found) == ["3 hours are left out: they do not have both a price and an output, whole"]


def test_finer_prices_are_averaged_to_the_hours_of_output() -> None:
    """Twelve five-minute prices from 1 to 12 are 6.5; the second hour lacks one and is left out."""
    prices = rows([float(n) for n in range(1, 24)], minutes=5)
    row = only(capture(prices, rows([10.0, 10.0], "generation")).table("capture"))
    assert (row["hours"], row["left_out_hours"], row["capture_price"]) == (1.0, 1.0, 6.5)


def test_finer_output_is_averaged_to_the_hours_of_prices() -> None:
    """Four quarters of 0, 0, 0 and 40 MW are an hour of 10."""
    output = rows([0.0, 0.0, 0.0, 40.0], "generation", minutes=15, curtailed=[0.0, 0.0, 0.0, 4.0])
    found = capture(rows([50.0]), output)
    assert found.table("capture_intervals").row(0)[2:] == (50.0, 10.0, 1.0)


@pytest.mark.parametrize(
    ("prices", "output", "price", "rate"),
    [
        ([50.0, 20.0], [0.0, 0.0], None, None),
        ([50.0, 20.0], [-1.0, 0.0], None, None),
        ([-50.0, 20.0], [0.0, 1.0], 20.0, None),
        ([None], [1.0], None, None),
    ],
)
def test_there_is_no_rate_without_energy_or_worth(
    prices: Values, output: Values, price: float | None, rate: float | None
) -> None:
    """Null, where a share would mean nothing."""
    row = only(capture(rows(prices), rows(output, "generation")).table("capture"))
    assert (row["capture_price"], row["capture_rate"]) == (price, rate)


def test_output_is_chosen_by_words() -> None:
    """Both of wind and solar are refused, with the choice."""
    two = pl.concat([rows([1.0], "generation", fuel="wind"), rows([3.0], "generation", fuel="solar")])
    assert only(capture(rows([5.0]), two, where={"fuel": "solar"}).table("capture"))["energy"] == 3.0
    with pytest.raises(
        UnsupportedQuery, match="the rows of generation are several series, by fuel: wind, solar"
    ):
        capture(rows([5.0]), two)


def test_load_pays_more_than_the_mean_where_it_is_high() -> None:
    """20 * 100 + 80 * 300 = 26,000 USD for 400 MWh is 65; the mean is 50."""
    found = load_weighted(rows([20.0, 80.0]), rows([100.0, 300.0], "load"))
    row = only(found.table("load_weighted"))
    assert (row["hours"], row["left_out_hours"], row["energy"], row["cost"]) == (2.0, 0.0, 400.0, 26_000.0)
    assert (row["mean_price"], row["load_weighted_price"]) == (50.0, 65.0)
    assert not found.findings


def test_load_weighted_price_of_nothing_is_null() -> None:
    """And what is left out is said."""
    found = load_weighted(rows([20.0]), rows([None], "load"))
    row = only(found.table("load_weighted"))
    assert (row["hours"], row["mean_price"], row["load_weighted_price"]) == (0.0, None, None)
    assert said(found) == ["1 hours are left out: they do not have both a price and a load, whole"]


def test_tables_are_as_declared() -> None:
    """Also out of answers."""
    prices, load = answer(PRICES, "lmp"), answer(rows([1.0] * 3, "load"), "load")
    for found in (capture(prices, answer(WIND, "renewables")), load_weighted(prices, load)):
        assert {name: frame.schema for name, frame in found.tables.items()} == {
            name: frame_schema(DESK_TABLES[name]) for name in found.names
        }
