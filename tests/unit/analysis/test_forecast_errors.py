"""Forecast errors against figures that were worked out by hand: those of docs/analysis.md."""

from __future__ import annotations

from datetime import UTC, time
from typing import Any

import polars as pl
import pytest

from builders import utc
from desk_rows import Values, answer, only, rows, said
from energyopti import UnsupportedQuery
from energyopti.analysis import DESK_TABLES, forecast_errors
from energyopti.frames import frame_schema

PUBLISHED = "2024-06-30T13:00"
"""09:00 in New York, 15 hours before the midnight that rows begin at."""


def forecast(values: Values, at: str | None = PUBLISHED, name: str = "load", **more: Any) -> pl.DataFrame:
    """A publication for the hours from midnight on."""
    words = {"location": "NORTH", **more}
    published = pl.lit(None if at is None else utc(at), dtype=pl.Datetime("us", "UTC")).alias("publish_time")
    return rows(values, name, **words).with_columns(published)


ACTUAL = rows([100.0, 50.0, 0.0], "load", location="NORTH")


def test_errors_are_forecast_less_actual() -> None:
    """110, 40 and 5 for 100, 50 and 0: 10, -10 and 5. Bias 5/3, MAE 25/3, RMSE root of 75; MAPE of 10 % and 20 %."""
    found = forecast_errors(forecast([110.0, 40.0, 5.0]), ACTUAL, leads=(0, 24))
    row = only(found.table("forecast_errors"))
    assert (row["location"], row["lead_from"], row["lead_to"], row["rows"]) == ("NORTH", 0.0, 24.0, 3)
    assert row["bias"] == pytest.approx(5 / 3)
    assert row["mae"] == pytest.approx(25 / 3)
    assert row["rmse"] == pytest.approx(75**0.5)
    assert (row["mape_rows"], row["mape"]) == (2, pytest.approx(15.0))
    errors = found.table("forecast_rows")
    assert errors["error"].to_list() == [10.0, -10.0, 5.0]
    assert errors["absolute_percentage_error"].to_list() == [10.0, 20.0, None]
    assert errors["lead"].to_list() == [15.0, 16.0, 17.0]
    assert not found.findings


def test_buckets_of_lead_have_their_first_hour() -> None:
    """15 and 16 hours ahead are apart where a bucket begins at 16; the last one has no end."""
    found = forecast_errors(forecast([101.0, 52.0, 3.0]), ACTUAL, leads=(0, 16)).table("forecast_errors")
    assert found.select("lead_from", "lead_to", "rows", "bias").rows() == [
        (0.0, 16.0, 1, 1.0),
        (16.0, None, 2, 2.5),
    ]


def test_each_publication_counts_by_its_own_lead() -> None:
    """The one of the day before, and the one of the last hour."""
    both = pl.concat([forecast([110.0]), forecast([101.0], "2024-07-01T03:00")])
    found = forecast_errors(both, ACTUAL).table("forecast_errors")
    assert found.select("lead_from", "lead_to", "bias").rows() == [(1.0, 6.0, 1.0), (12.0, 24.0, 10.0)]


def test_gate_takes_what_was_known_then() -> None:
    """At 10:00 of the day before: the second of three; the first is superseded, the third came too late."""
    three = pl.concat(
        [
            forecast([130.0], "2024-06-30T09:00"),
            forecast([110.0], "2024-06-30T14:00"),
            forecast([101.0], "2024-06-30T14:01"),
        ]
    )
    found = forecast_errors(answer(three, "load_forecast"), ACTUAL, gate=time(10))
    assert only(found.table("forecast_rows"))["forecast"] == 110.0
    assert said(found) == [
        "1 rows were published after the gate (1 row)",
        "1 rows were superseded before the gate (1 row)",
    ]


def test_gate_is_of_the_day_before_on_the_markets_clock() -> None:
    """23:00 and 00:00 in New York are two days: what was published at noon of the 1st is in time for the 2nd alone."""
    hours = rows([1.0, 2.0], "load", first="2024-07-02T03:00", location="NORTH")
    published = pl.lit(utc("2024-07-01T14:00")).alias("publish_time")
    found = forecast_errors(hours.with_columns(published), hours, gate=time(10), tz="America/New_York")
    assert found.table("forecast_rows")["interval_start"].to_list() == [utc("2024-07-02T04:00")]


@pytest.mark.parametrize(
    ("rows_of", "line"),
    [
        (forecast([110.0], None), "1 rows do not say when they were published"),
        (
            forecast([110.0], "2024-07-01T04:30"),
            "1 rows were published after their interval began, or with less lead than the first bucket",
        ),
        (forecast([None]), "1 rows have no forecast"),
        (
            forecast([1.0], location="SOUTH"),
            "1 rows have no actual value at their location for their interval",
        ),
        (
            rows([1.0], "load", minutes=30, location="NORTH").with_columns(forecast([1.0])["publish_time"]),
            "1 rows have no actual",
        ),
    ],
)
def test_what_has_no_error_is_counted(rows_of: pl.DataFrame, line: str) -> None:
    """By reason; with a gate too."""
    for gate in (None, time(23, 59)):
        found = forecast_errors(rows_of, ACTUAL, gate=gate, tz="America/New_York")
        assert found.table("forecast_rows").is_empty()
        assert found.table("forecast_errors").is_empty()
        assert len(found.findings) == 1
        assert said(found)[0].startswith(line)


def test_places_of_other_names_are_matched() -> None:
    """The forecast's name stays."""
    found = forecast_errors(
        forecast([110.0], location="RTO_COMBINED"), ACTUAL, locations={"RTO_COMBINED": "NORTH"}
    )
    row = only(found.table("forecast_rows"))
    assert (row["location"], row["actual"]) == ("RTO_COMBINED", 100.0)


def test_models_are_told_apart() -> None:
    """Each against the same actual value."""
    both = pl.concat([forecast([110.0], model="A"), forecast([90.0], model="B")])
    found = forecast_errors(both, ACTUAL).table("forecast_errors")
    assert found.select("model", "bias").rows() == [("A", 10.0), ("B", -10.0)]


def test_wind_and_solar_meet_their_own() -> None:
    """By fuel and side of the meter, null for null."""
    made = pl.concat(
        [
            rows([10.0], "generation", location="NORTH", fuel="wind").with_columns(
                pl.lit(None, dtype=pl.String).alias("metering")
            ),
            rows([5.0], "generation", location="NORTH", fuel="solar", metering="front_of_meter"),
        ]
    )
    expected = pl.concat(
        [
            forecast([12.0], name="generation", fuel="wind").with_columns(
                pl.lit(None, dtype=pl.String).alias("metering")
            ),
            forecast([4.0], name="generation", fuel="solar", metering="front_of_meter"),
        ],
        how="diagonal",
    )
    found = forecast_errors(expected, made).table("forecast_errors")
    assert found.select("fuel", "metering", "bias").rows() == [
        ("solar", "front_of_meter", -1.0),
        ("wind", None, 2.0),
    ]


@pytest.mark.parametrize("leads", [(), (24, 0), (0, 0)])
def test_leads_rise(leads: tuple[float, ...]) -> None:
    """Else a row would be in two buckets, or in none."""
    with pytest.raises(UnsupportedQuery, match="leads do not rise; give hours in order"):
        forecast_errors(forecast([1.0]), ACTUAL, leads=leads)


@pytest.mark.parametrize(
    ("expected", "actual", "line"),
    [
        (pl.concat([forecast([1.0])] * 2), ACTUAL, "the forecasts have 2024-07-01T04:00:00Z twice"),
        (forecast([1.0]), pl.concat([ACTUAL] * 2), "the actual values have 2024-07-01T04:00:00Z twice"),
        (ACTUAL, ACTUAL, "the forecasts have no column 'publish_time'"),
        (
            forecast([1.0], market="pjm"),
            ACTUAL.with_columns(pl.lit("ercot").alias("market")),
            "forecast errors are of one market, and these rows are of ercot and pjm",
        ),
        (forecast([1.0]), rows([1.0], "generation"), "neither load nor generation in common"),
    ],
)
def test_what_cannot_be_compared_is_refused(expected: pl.DataFrame, actual: pl.DataFrame, line: str) -> None:
    """With one line."""
    with pytest.raises(UnsupportedQuery) as error:
        forecast_errors(expected, actual)
    assert line in error.value.line


def test_tables_are_as_declared() -> None:
    """Out of answers."""
    found = forecast_errors(answer(forecast([1.0]), "load_forecast"), answer(ACTUAL, "load"))
    assert {name: frame.schema for name, frame in found.tables.items()} == {
        name: frame_schema(DESK_TABLES[name]) for name in found.names
    }


def test_gate_has_no_zone_of_its_own() -> None:
    """It is on the clock of the days."""
    with pytest.raises(UnsupportedQuery, match="give it without a time zone"):
        forecast_errors(
            forecast([10.0]), rows([9.0], "load", location="A"), gate=time(10, tzinfo=UTC), tz="UTC"
        )


def test_gate_that_the_clocks_skip_closes_an_hour_later() -> None:
    """02:30 of 10 March 2024 is not there in New York: what was published at 03:15 was known for the 11th."""
    first, made = "2024-03-11T16:00", "2024-03-10T07:15"
    expected = forecast([10.0], made, first=first)
    actual = rows([9.0], "load", first=first, location="NORTH")
    found = forecast_errors(expected, actual, gate=time(2, 30), tz="America/New_York")
    assert only(found.table("forecast_errors"))["bias"] == 1.0
