"""Implied heat rates and spark spreads against figures that were worked out by hand: those of docs/analysis.md."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from desk_rows import answer, only, rows, said
from energyopti import UnsupportedQuery
from energyopti.analysis import DESK_TABLES, implied_heat_rate, spark_spread
from energyopti.frames import frame_schema

FIRST, SECOND = date(2024, 7, 1), date(2024, 7, 2)
EASTERN = "America/New_York"


def test_implied_heat_rate_is_power_over_gas() -> None:
    """35 over 3.50 is 10, 70 is 20; of the range: 52.50 over 3.50 is 15."""
    found = implied_heat_rate(rows([35.0, 70.0]), {FIRST: 3.5}, tz=EASTERN)
    assert found.table("implied_heat_rate_intervals")["implied_heat_rate"].to_list() == [10.0, 20.0]
    row = only(found.table("implied_heat_rate"))
    assert (row["hours"], row["mean_price"], row["mean_gas_price"], row["implied_heat_rate"]) == (
        2.0,
        52.5,
        3.5,
        15.0,
    )
    assert not found.findings


def test_spark_spread_is_what_a_plant_earns() -> None:
    """35 - 7 * 3.50 - 2 = 8.50; 20 loses 6.50."""
    found = spark_spread(rows([35.0, 20.0]), {FIRST: 3.5}, heat_rate=7, vom=2, tz=EASTERN)
    assert found.table("spark_spread_intervals")["spark_spread"].to_list() == [8.5, -6.5]
    row = only(found.table("spark_spread"))
    assert (row["heat_rate"], row["vom"], row["hours"], row["mean"]) == (7.0, 2.0, 2.0, 1.0)
    assert (row["positive_hours"], row["mean_of_positive"]) == (1.0, 8.5)


def test_missing_gas_is_null_and_counted() -> None:
    """So is a null and what is no number; gas of a day without power is counted too."""
    gas = {FIRST: None, SECOND: float("nan"), date(2024, 7, 4): 3.0}
    found = implied_heat_rate(rows([35.0] * 49, first="2024-07-01T04:00"), gas, tz=EASTERN)
    row = only(found.table("implied_heat_rate"))
    assert (row["hours"], row["missing_gas_hours"], row["implied_heat_rate"]) == (0.0, 49.0, None)
    assert said(found) == [
        "49 intervals of 3 days have no price of gas (49 rows)",
        "1 days of gas have no price of power (1 row)",
    ]


def test_gas_at_or_below_zero_has_no_heat_rate_but_a_spread() -> None:
    """-1 in West Texas: 20 + 7 = 27 USD/MWh, and a heat rate that would mean nothing."""
    prices, gas = rows([20.0] * 25), {FIRST: -1.0, SECOND: 0.0}
    row = only(implied_heat_rate(prices, gas, tz=EASTERN).table("implied_heat_rate"))
    assert (row["hours"], row["nonpositive_gas_hours"], row["missing_gas_hours"]) == (0.0, 25.0, 0.0)
    spread = spark_spread(prices, gas, heat_rate=7, tz=EASTERN).table("spark_spread_intervals")
    assert spread["spark_spread"].to_list() == [27.0] * 24 + [20.0]


def test_missing_price_of_power_is_counted() -> None:
    """It is in neither mean."""
    row = only(spark_spread(rows([None, 30.0]), {FIRST: 1.0}, heat_rate=10, tz=EASTERN).table("spark_spread"))
    assert (row["hours"], row["missing_price_hours"], row["mean"]) == (1.0, 1.0, 20.0)


@pytest.mark.parametrize(
    ("how", "days"),
    [
        # 23:00 and 00:00 Eastern, then 08:00 and 09:00 Central
        ({"tz": EASTERN}, [FIRST, SECOND, SECOND, SECOND]),
        ({"gas_day": "gas_day"}, [FIRST, FIRST, FIRST, SECOND]),
        ({"gas_day": "gas_day", "tz": EASTERN}, [FIRST, FIRST, FIRST, SECOND]),
    ],
)
def test_day_is_the_markets_or_the_gas_day(how: dict[str, Any], days: list[date]) -> None:
    """The gas day begins at 09:00 Central, which is 14:00 UTC in July, whatever the clock of the market."""
    starts = ["2024-07-02T03:00", "2024-07-02T04:00", "2024-07-02T13:00", "2024-07-02T14:00"]
    prices = pl.concat([rows([30.0], first=each) for each in starts])
    found = implied_heat_rate(prices, {FIRST: 3.0, SECOND: 3.0}, **how)
    assert found.table("implied_heat_rate_intervals")["day"].to_list() == days


def test_gas_day_keeps_to_the_clock_in_winter() -> None:
    """09:00 Central is 15:00 UTC in January."""
    prices = pl.concat([rows([30.0], first=f"2024-01-02T{hour}:00") for hour in (14, 15)])
    found = implied_heat_rate(prices, {}, gas_day="gas_day").table("implied_heat_rate_intervals")
    assert found["day"].to_list() == [date(2024, 1, 1), date(2024, 1, 2)]


def index(price_unit: str = "USD/MMBtu", **more: Any) -> pl.DataFrame:
    """A day of an index, from a midnight of New York on."""
    return rows([4.0], "price", minutes=1440, price_unit=price_unit, commodity="gas", **more)


def test_gas_is_a_frame_or_an_index_of_the_market() -> None:
    """The day of an index is that on its market's clock."""
    frame = pl.DataFrame({"day": [FIRST], "price": [4]})
    for gas in (frame, answer(index(location="CITYGATE"), "index_prices")):
        found = implied_heat_rate(answer(rows([32.0]), "lmp"), gas).table("implied_heat_rate_intervals")
        assert found["implied_heat_rate"].to_list() == [8.0]


@pytest.mark.parametrize(
    ("gas", "line"),
    [
        (pl.DataFrame({"day": [FIRST]}), "gas has no column 'price'"),
        (pl.DataFrame({"day": ["2024-07-01"], "price": [3.0]}), "the days of gas are not dates"),
        (pl.DataFrame({"day": [FIRST, FIRST], "price": [3.0, 4.0]}), "gas has 2024-07-01 twice"),
        (answer(index("USD/t"), "index_prices"), "gas is in USD/t, not in USD/MMBtu"),
        (answer(rows([4.0]), "lmp"), "gas cannot be rows of lmp; give rows of index_prices"),
        (
            answer(pl.concat([index(location="A"), index(location="B")]), "index_prices"),
            "the prices of gas are several series, by location: A, B",
        ),
    ],
)
def test_what_is_no_gas_is_refused(gas: Any, line: str) -> None:
    """With one line."""
    with pytest.raises(UnsupportedQuery) as error:
        implied_heat_rate(rows([1.0]), gas, tz=EASTERN)
    assert line in error.value.line


def test_limits_of_the_arguments() -> None:
    """A heat rate is above zero, and a day one of two."""
    with pytest.raises(UnsupportedQuery, match="a heat rate cannot be 0; give MMBtu/MWh"):
        spark_spread(rows([1.0]), {}, heat_rate=0, tz=EASTERN)
    with pytest.raises(
        UnsupportedQuery, match=r"gas prices cannot hold for 'gasday'\. Did you mean 'gas_day'"
    ):
        implied_heat_rate(rows([1.0]), {}, gas_day="gasday", tz=EASTERN)
    with pytest.raises(UnsupportedQuery, match="on which clock its days are"):
        implied_heat_rate(rows([1.0]), {})


def test_tables_are_as_declared() -> None:
    """Of both."""
    prices = answer(rows([1.0]), "lmp")
    for found in (implied_heat_rate(prices, {}), spark_spread(prices, {}, heat_rate=8)):
        assert {name: frame.schema for name, frame in found.tables.items()} == {
            name: frame_schema(DESK_TABLES[name]) for name in found.names
        }


@pytest.mark.parametrize(
    ("heat_rate", "vom"), [(float("inf"), 0.0), (float("nan"), 0.0), (7.0, float("nan"))]
)
def test_plant_has_finite_figures(heat_rate: float, vom: float) -> None:
    """Anything else would make every spread the same."""
    with pytest.raises(UnsupportedQuery, match=r"cannot be (inf|nan)"):
        spark_spread(rows([30.0]), {date(2024, 7, 1): 3.0}, heat_rate=heat_rate, vom=vom, tz=EASTERN)
