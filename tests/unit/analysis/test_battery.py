"""A battery's revenue against figures that were worked out by hand, those of docs/analysis.md, and exhaustive search."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from battery_search import best_revenue
from desk_rows import Values, answer, only, rows, said
from energyopti import UnsupportedQuery
from energyopti.analysis import DESK_TABLES, DeskAnalysis, Reserve, battery, battery_model
from energyopti.frames import frame_schema

EASTERN = "America/New_York"


def of(prices: Values, **limits: Any) -> DeskAnalysis:
    """A battery of 1 MW and 1 MWh, unless said otherwise, at hourly day-ahead prices."""
    given: dict[str, Any] = {"power": 1, "duration": 1, **limits}
    return battery(rows(prices), **given)


def revenue(found: DeskAnalysis) -> float:
    """All of it, in USD."""
    earned: float = only(found.table("battery"))["revenue"]
    return earned


def held(prices: Values, product: str = "spin", **more: Any) -> Reserve:
    """A reserve with hourly prices."""
    return Reserve(product=product, prices=rows(prices, "price"), **more)


def test_battery_buys_low_and_sells_high() -> None:
    """1 MWh at 85 %: it buys 1 MW at 10 and the rest, 0.15 / 0.85 MW, at 20; it sells 1 MW at 90."""
    found = of([10.0, 20.0, 90.0], round_trip_efficiency=0.85)
    rest = 0.15 / 0.85
    schedule = found.table("battery_intervals")
    assert schedule["charge"].to_list() == pytest.approx([1.0, rest, 0.0])
    assert schedule["discharge"].to_list() == pytest.approx([0.0, 0.0, 1.0])
    assert schedule["state_of_charge"].to_list() == pytest.approx([0.85, 1.0, 0.0])
    assert schedule["revenue"].to_list() == pytest.approx([-10.0, -20 * rest, 90.0])
    row = only(found.table("battery"))
    assert (row["settlement"], row["power"], row["energy"], row["hours"], row["stretches"]) == (
        "day_ahead", 1.0, 1.0, 3.0, 1,
    )  # fmt: skip
    assert (row["charged"], row["discharged"], row["cycles"]) == pytest.approx((1 + rest, 1.0, 1.0))
    assert row["revenue"] == row["bound"] == pytest.approx(80 - 20 * rest)
    assert row["revenue_per_kw_month"] == pytest.approx((80 - 20 * rest) / 1000 / (3 / 730))


def test_state_of_charge_is_carried_across_midnight() -> None:
    """Bought at 5 in the last hour of Monday, sold at 50 in the first of Tuesday."""
    found = of([20.0] * 23 + [5.0, 50.0] + [20.0] * 23)
    assert found.table("battery_intervals")["state_of_charge"][23] == 1.0
    assert revenue(found) == 45.0


def test_initial_and_final_state_are_as_given() -> None:
    """A full battery that may end empty sells at 30; by default it ends as it began, and earns 30 - 10."""
    assert revenue(of([30.0, 10.0], initial=1.0, final=0.0)) == 30.0
    assert revenue(of([30.0, 10.0], initial=1.0)) == 20.0
    assert revenue(of([30.0, 10.0], final=1.0)) == -10.0


def test_cycles_of_a_day_are_limited() -> None:
    """Two of 10 and 12 in a day without a limit; the better with one; half of it with a half."""
    prices = [0.0, 10.0, 0.0, 12.0]
    assert revenue(of(prices)) == 22.0
    assert revenue(of(prices, cycles_per_day=1, tz=EASTERN)) == 12.0
    assert revenue(of(prices, cycles_per_day=0.5, tz=EASTERN)) == 6.0


def test_cycles_are_of_days_on_the_markets_clock() -> None:
    """Two hours before and two after a midnight of New York are a cycle each; of UTC they are one day."""
    prices = rows([0.0, 10.0, 0.0, 12.0], first="2024-07-01T02:00")
    limits: dict[str, Any] = {"power": 1, "duration": 1, "cycles_per_day": 1}
    assert revenue(battery(answer(prices, "lmp"), **limits)) == 22.0
    assert revenue(battery(prices, **limits, tz="UTC")) == 12.0


def test_interval_of_minutes_is_a_part_of_an_hour() -> None:
    """A quarter of an hour at 1 MW is 0.25 MWh: 4 * 0.25 bought at 0, sold at 40."""
    prices = rows([0.0] * 4 + [40.0] * 4, minutes=15)
    found = battery(real_time=prices, power=1, duration=1)
    assert only(found.table("battery"))["settlement"] == "real_time"
    assert revenue(found) == pytest.approx(40.0)


def test_negative_price_is_not_earned_by_charging_and_discharging_at_once() -> None:
    """Full, and full again at the end of one hour at -10: nothing can be done. A programme without binaries earns."""
    assert revenue(of([-10.0], initial=1.0, round_trip_efficiency=0.5)) == 0.0
    found = of([-10.0, -10.0], initial=1.0, round_trip_efficiency=0.5, max_gap=0.0)
    assert revenue(found) == pytest.approx(5.0)  # half a MWh is given away for 5, a MWh is taken for 10
    schedule = found.table("battery_intervals")
    assert (schedule["charge"] * schedule["discharge"]).to_list() == [0.0, 0.0]


EFFICIENCIES = {Fraction(1): Fraction(1), Fraction(4, 5): Fraction(1, 5), Fraction(1, 2): Fraction(1, 2)}
"""Of the round trip, with the step of the state of charge that each makes."""


@given(
    prices=st.lists(st.integers(-60, 90), min_size=1, max_size=8),
    efficiency=st.sampled_from(sorted(EFFICIENCIES)),
    energy=st.integers(1, 3),
    part=st.integers(0, 5),
)
@settings(max_examples=120)
def test_schedule_is_as_good_as_any(prices: list[int], efficiency: Fraction, energy: int, part: int) -> None:
    """Where power, energy and what charging leaves are multiples of one step, so is a best schedule."""
    step = EFFICIENCIES[efficiency]
    initial = min(part * step, Fraction(energy))
    expected = best_revenue(
        prices, power=Fraction(1), energy=Fraction(energy), efficiency=efficiency, initial=initial, step=step
    )
    found = of(
        [float(each) for each in prices],
        duration=energy,
        round_trip_efficiency=float(efficiency),
        initial=float(initial),
        max_gap=0.0,
    )
    assert expected is not None
    row = only(found.table("battery"))
    assert row["revenue"] == pytest.approx(float(expected), abs=1e-4)
    assert row["bound"] == pytest.approx(float(expected), abs=1e-4)
    check(found, float(efficiency), float(energy), float(initial))


def check(found: DeskAnalysis, efficiency: float, energy: float, initial: float) -> None:
    """The schedule is one that the battery can run."""
    schedule = found.table("battery_intervals")
    charge, discharge, state = (schedule[name] for name in ("charge", "discharge", "state_of_charge"))
    assert (charge * discharge).max() == 0.0
    assert charge.is_between(0, 1).all()
    assert discharge.is_between(0, 1).all()
    assert state.is_between(0, energy).all()
    assert state[-1] == pytest.approx(initial, abs=1e-6)
    before = pl.concat([pl.Series([initial]), state[:-1]])
    assert (state - before - efficiency * charge + discharge).abs().max() < 1e-6  # type: ignore[operator]


@given(
    prices=st.lists(st.integers(-30, 60), min_size=1, max_size=6),
    reserve=st.lists(st.integers(0, 60), min_size=6, max_size=6),
    efficiency=st.sampled_from(sorted(EFFICIENCIES)),
)
@settings(max_examples=90)
def test_reserves_are_as_good_as_any_on_the_steps(
    prices: list[int], reserve: list[int], efficiency: Fraction
) -> None:
    """A schedule on the steps is one of many here: none of them earns more, and what is found fits the limits."""
    up = [float(each) for each in reserve[: len(prices)]]
    step, limits = EFFICIENCIES[efficiency], {"power": Fraction(1), "energy": Fraction(2)}
    least = best_revenue(prices, efficiency=efficiency, initial=Fraction(1), step=step, up=up, **limits)
    found = of(
        [float(each) for each in prices],
        duration=2,
        round_trip_efficiency=float(efficiency),
        initial=1.0,
        reserves=[held(up)],
        max_gap=0.0,
    )
    assert least is not None
    assert revenue(found) >= float(least) - 1e-4
    assert only(found.table("battery"))["bound"] is None
    check(found, float(efficiency), 2.0, 1.0)
    schedule, award = found.table("battery_intervals"), found.table("battery_awards")["award"]
    state = schedule["state_of_charge"]
    before = pl.concat([pl.Series([1.0]), state[:-1]])
    assert (award - (1 + schedule["charge"] - schedule["discharge"])).max() < 1e-6  # type: ignore[operator]
    assert (award - state).max() < 1e-6  # type: ignore[operator]
    assert (award - before).max() < 1e-6  # type: ignore[operator]


def test_both_prices_settle_a_schedule_and_what_differs_from_it() -> None:
    """Bought day-ahead at 50 and sold back at 100, sold at 60 and bought back at 10: 50 + 50, and nothing is run."""
    found = battery(rows([50.0, 60.0]), rows([100.0, 10.0]), power=1, duration=1)
    schedule = found.table("battery_intervals")
    assert schedule["day_ahead"].to_list() == [-1.0, 1.0]
    assert (schedule["charge"].to_list(), schedule["discharge"].to_list()) == ([0.0, 0.0], [0.0, 0.0])
    assert schedule["revenue"].to_list() == [-50 + 100.0, 60 - 10.0]
    row = only(found.table("battery"))
    assert (row["settlement"], row["revenue"], row["bound"]) == ("both", 100.0, 100.0)


def test_schedule_that_is_run_as_planned_is_settled_day_ahead_alone() -> None:
    """Bought at 5, sold at 130; at the real-time prices alone it would be 90."""
    found = battery(rows([5.0, 130.0]), rows([10.0, 100.0]), power=1, duration=1)
    assert found.table("battery_intervals")["revenue"].to_list() == [-5.0, 130.0]
    assert revenue(battery(real_time=rows([10.0, 100.0]), power=1, duration=1)) == 90.0


def test_real_time_intervals_are_cut_at_day_ahead_hours() -> None:
    """Of half an hour, an hour across the edge, and half an hour there are four pieces."""
    actual = pl.concat(
        [
            rows([10.0], minutes=30),
            rows([30.0], first="2024-07-01T04:30"),
            rows([50.0], minutes=30, first="2024-07-01T05:30"),
        ]
    )
    found = battery(rows([20.0, 40.0]), actual, power=1, duration=1)
    schedule = found.table("battery_intervals")
    assert schedule["price"].to_list() == [10.0, 30.0, 30.0, 50.0]
    assert schedule["day_ahead_price"].to_list() == [20.0, 20.0, 40.0, 40.0]
    # half a MWh at 10, the other at 30; sold at 30 and 50: 20; the day-ahead schedule gains nothing
    assert revenue(found) == pytest.approx(20.0)


def test_reserve_is_held_within_power_and_state_of_charge() -> None:
    """At a flat price a full battery holds 1 MW at 8 for an hour; for two hours, half of it."""
    assert revenue(of([10.0], initial=1.0, reserves=[held([8.0])])) == 8.0
    assert revenue(of([10.0], initial=1.0, reserves=[held([8.0], duration=2)])) == 4.0
    assert revenue(of([10.0], initial=0.0, reserves=[held([8.0])])) == 0.0


def test_downward_reserve_needs_room() -> None:
    """A full battery has none; a half full one takes 0.5 MWh, which at 50 % is 1 MW for an hour."""
    down: dict[str, Any] = {"direction": "down"}
    assert revenue(of([10.0], initial=1.0, reserves=[held([8.0], **down)])) == 0.0
    half = of([10.0], initial=0.5, round_trip_efficiency=0.5, reserves=[held([8.0], **down)])
    assert revenue(half) == pytest.approx(8.0)


def test_two_reserves_share_the_headroom() -> None:
    """All of it goes to the dearer one."""
    found = of([10.0], initial=1.0, reserves=[held([8.0]), held([9.0], "regulation_up")])
    assert found.table("battery_awards").select("product", "award", "revenue").rows() == [
        ("spin", 0.0, 0.0),
        ("regulation_up", 1.0, 9.0),
    ]
    assert found.table("battery_intervals")["reserve_revenue"].to_list() == [9.0]


def test_headroom_is_not_made_by_charging_and_discharging_at_once() -> None:
    """1 MW in and 0.5 MW out would hold 1.5 MW at 20 for 2.50; one way at a time it is 1 MW."""
    found = of(
        [5.0], duration=2, initial=1.0, round_trip_efficiency=0.5, reserves=[held([20.0], duration=0.5)]
    )
    assert revenue(found) == pytest.approx(20.0)


def test_reserve_without_a_price_is_not_sold() -> None:
    """And said; a quarter-hourly price is averaged."""
    found = of([10.0, 10.0], initial=1.0, reserves=[held([None, 8.0])])
    assert found.table("battery_awards")["award"].to_list() == [0.0, 1.0]
    assert said(found) == ["1 intervals have no price of spin: no award there (1 row)"]
    finer = Reserve(product="spin", prices=rows([4.0, 8.0, 8.0, 12.0], "price", minutes=15))
    assert revenue(battery(rows([10.0]), power=1, duration=1, initial=1.0, reserves=[finer])) == 8.0


GAP = pl.concat([rows([10.0, 30.0]), rows([20.0, 50.0], first="2024-07-01T07:00")])
"""Two hours, one without a row, and two more."""


def test_gap_is_refused_or_splits() -> None:
    """20 before and 30 after it: state of charge begins anew, and no bound is claimed."""
    with pytest.raises(
        UnsupportedQuery, match=r"a gap before 2024-07-01T07:00:00Z; fill it, or split the range"
    ):
        battery(GAP, power=1, duration=1)
    row = only(battery(GAP, power=1, duration=1, gaps="split").table("battery"))
    assert (row["stretches"], row["hours"], row["revenue"], row["bound"]) == (2, 4.0, 50.0, None)


def test_row_without_a_price_is_a_gap() -> None:
    """It is counted where it splits."""
    prices = rows([10.0, 30.0, None, 20.0, 50.0])
    with pytest.raises(
        UnsupportedQuery, match="1 rows have no price, or no other beside it, the first at 2024-07-01T06"
    ):
        battery(prices, power=1, duration=1)
    found = battery(prices, power=1, duration=1, gaps="split")
    assert revenue(found) == 50.0
    assert said(found) == ["1 rows have no price, or no other beside it (1 row)"]


def test_both_prices_are_needed_where_both_are_traded() -> None:
    """A day-ahead hour without real-time prices throughout, and real-time hours outside, are gaps too."""
    ahead, actual = rows([10.0, 20.0, 30.0]), rows([10.0] * 3, minutes=30, first="2024-07-01T03:30")
    with pytest.raises(
        UnsupportedQuery, match="3 rows have no price, or no other beside it, the first at 2024-07-01T03:30"
    ):
        battery(ahead, actual, power=1, duration=1)
    found = battery(ahead, actual, power=1, duration=1, gaps="split")
    assert only(found.table("battery"))["hours"] == 1.0


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"power": 0}, "power cannot be 0; give MW above 0"),
        ({"power": float("inf")}, "power cannot be inf"),
        ({"duration": -1}, "a duration cannot be -1; give hours above 0"),
        (
            {"round_trip_efficiency": 1.1},
            "a round-trip efficiency cannot be 1.1; give a share above 0, up to 1",
        ),
        ({"cycles_per_day": 0, "tz": "UTC"}, "a limit of cycles cannot be 0; give cycles per day above 0"),
        ({"cycles_per_day": 1}, "on which clock its days are"),
        ({"initial": 2}, "a state of charge cannot be 2 MWh; give 0 to 1"),
        ({"final": -1}, "a state of charge cannot be -1 MWh"),
        ({"gaps": "fill"}, "gaps cannot be 'fill'"),
        ({"duration": 5, "final": 5}, "no schedule reaches the final state of charge within the limits"),
    ],
)
def test_limits_that_make_no_sense_are_refused(changes: dict[str, Any], line: str) -> None:
    """With one line."""
    with pytest.raises(UnsupportedQuery) as error:
        of([10.0, 20.0], **changes)
    assert line in error.value.line


def test_prices_that_cannot_be_traded_are_refused() -> None:
    """None at all, none known, or real-time prices that are coarser than day-ahead ones."""
    with pytest.raises(UnsupportedQuery, match="a battery needs prices; give day_ahead, real_time or both"):
        battery(power=1, duration=1)
    with pytest.raises(UnsupportedQuery, match="there are no prices for a battery"):
        of([None], gaps="split")
    with pytest.raises(
        UnsupportedQuery, match="real-time prices have longer intervals than day-ahead prices"
    ):
        battery(rows([1.0, 2.0], minutes=30), rows([1.0]), power=1, duration=1)


@pytest.mark.parametrize(
    ("ahead", "actual", "line"),
    [
        ({"location": "A"}, {"location": "B"}, "a battery is of one location, and these rows are of A and B"),
        ({"market": "a"}, {"market": "b"}, "a battery is of one market, and these rows are of a and b"),
        ({"run": "real_time_5min"}, {}, "the day-ahead prices are of run real_time_5min; give day_ahead and"),
        ({}, {"run": "day_ahead"}, "the real-time prices are of run day_ahead"),
    ],
)
def test_prices_of_two_places_or_of_another_run_are_refused(
    ahead: dict[str, str], actual: dict[str, str], line: str
) -> None:
    """A battery stands in one place, and each price has its own argument."""
    one, other = (
        rows([1.0]).with_columns(pl.lit(each).alias(name) for name, each in words.items())
        for words in (ahead, actual)
    )
    with pytest.raises(UnsupportedQuery) as error:
        battery(one, other, power=1, duration=1)
    assert line in error.value.line


def test_reserve_that_makes_no_sense_is_refused() -> None:
    """Where it is made."""
    with pytest.raises(UnsupportedQuery, match=r"a reserve cannot be 'upp'\. Did you mean 'up'"):
        held([1.0], direction="upp")
    with pytest.raises(UnsupportedQuery, match="the duration of a reserve cannot be 0"):
        held([1.0], duration=0)


def test_solver_that_runs_out_of_time_says_so() -> None:
    """More seconds, or a shorter range."""
    with pytest.raises(UnsupportedQuery, match=r"no schedule was found in 0 seconds; give more seconds"):
        of([float(n % 24) for n in range(2000)], seconds=0.0)


def test_schedule_that_is_not_proven_in_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """How much it earns, and how much none exceeds: here the solver stops with 100 USD to go."""
    best = battery_model._best

    def hurried(*args: Any, **options: Any) -> tuple[Any, float]:
        found, bound = best(*args, **options)
        return found, bound + 100

    monkeypatch.setattr(battery_model, "_best", hurried)
    found = of([10.0, 30.0])
    assert said(found) == [
        "after 60 s a schedule earns 20.00 USD and none more than 120.00: give more seconds, or a shorter range"
    ]
    row = only(found.table("battery"))
    assert (row["revenue"], row["bound"]) == (20.0, 120.0)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is worked out."""
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(
        UnsupportedQuery,
        match=r"needs a package that is not installed \(highspy\); run: pip install 'energyopti\[b",
    ):
        of([1.0])


def test_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output is for data."""
    of([-10.0, -10.0], initial=1.0, round_trip_efficiency=0.5)
    assert capfd.readouterr() == ("", "")


def test_tables_are_as_declared() -> None:
    """With awards and without."""
    for found in (
        of([1.0]),
        of([1.0], reserves=[held([1.0])]),
        battery(rows([1.0]), rows([2.0]), power=1, duration=1),
    ):
        assert {name: frame.schema for name, frame in found.tables.items()} == {
            name: frame_schema(DESK_TABLES[name]) for name in found.names
        }


@pytest.mark.parametrize(
    ("limits", "line"),
    [
        ({"power": 1e-8}, "1e-08 MW cannot be scheduled; give 0.001 MW or more"),
        ({"power": "1"}, "power cannot be 1; give MW above 0"),
        ({"seconds": -1.0}, "a time for the solver cannot be -1 s"),
        ({"seconds": float("nan")}, "a time for the solver cannot be nan s"),
        ({"max_gap": -1.0}, "a gap cannot be -1; give a share of 0 or above, below 1"),
    ],
)
def test_limits_that_no_solver_can_keep_are_refused(limits: dict[str, Any], line: str) -> None:
    """Before anything is solved."""
    given = {"power": 1.0, "duration": 2.0, **limits}
    with pytest.raises(UnsupportedQuery) as error:
        battery(day_ahead=rows([1.0, 5.0]), **given)
    assert line in str(error.value)
