"""The made-up New York: shaped like the real one, and written in its documents' form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from serving import member, names, new, old, rows

LATER = utc("2027-04-01T17:00")
DAYS = st.dates(date(2026, 10, 12), date(2027, 3, 31))
LBMP, LOSSES, CONGESTION = (
    "LBMP ($/MWHr)",
    "Marginal Cost Losses ($/MWHr)",
    "Marginal Cost Congestion ($/MWHr)",
)


@cache
def month(slug: str, name: str, of: str) -> tuple[dict[str, str], ...]:
    """A month's rows, out of its zip."""
    body = old(f"{slug}/{of}01{name}_csv.zip", LATER).body
    return tuple(row for day in sorted(names(body)) for row in rows(member(body, day)))


@cache
def posted(folder: str, name: str, day: date) -> tuple[dict[str, str], ...]:
    """A day's rows on the new server."""
    return tuple(rows(new(f"{folder}/CSV/{day:%Y/%m/%d}/{name}-{day:%Y%m%d}.csv", LATER).body))


def figures(of: tuple[dict[str, str], ...], name: str) -> Iterator[tuple[str, float]]:
    """Where, and how much."""
    for row in of:
        yield row["Name"], float(row[name])


@pytest.mark.parametrize("of", ["202601", "202604", "202607", "202610"])
def test_load_is_new_yorks(of: str) -> None:
    """The whole state draws between 11 and 32 GW in every season, and the city most of all zones."""
    total: dict[str, float] = defaultdict(float)
    by_zone: dict[str, float] = defaultdict(float)
    for row in month("palIntegrated", "palIntegrated", of):
        total[row["Time Stamp"] + row["Time Zone"]] += float(row["Integrated Load"])
        by_zone[row["Name"]] += float(row["Integrated Load"])
    assert 11_000 < min(total.values()) < max(total.values()) < 32_000
    assert max(by_zone, key=by_zone.__getitem__) == "N.Y.C."
    assert len(by_zone) == 11


def test_load_follows_the_day() -> None:
    """The afternoon draws more than the night, day for day."""
    by_hour: dict[str, float] = defaultdict(float)
    for row in month("palIntegrated", "palIntegrated", "202607"):
        by_hour[row["Time Stamp"][:13]] += float(row["Integrated Load"])
    for day in range(1, 32):
        assert by_hour[f"07/{day:02}/2026 15"] > 1.1 * by_hour[f"07/{day:02}/2026 03"]


def test_week_has_negative_prices() -> None:
    """Within a week some hours are below zero and most are not."""
    week = [
        row for day in range(7) for row in posted("DAM_LBMP_ZONE", "damlbmp_zone", date(2026, 11, 2 + day))
    ]
    prices = [float(row[LBMP]) for row in week]
    assert 0 < sum(price < 0 for price in prices) < len(prices) / 4


def test_real_time_spikes() -> None:
    """A week of real time sees prices above 100, and few of them."""
    prices = [
        price
        for day in range(7)
        for _, price in figures(posted("RT_LBMP_ZONE", "realtime_zone", date(2026, 11, 2 + day)), LBMP)
    ]
    assert 0 < sum(price > 100 for price in prices) < len(prices) / 20


def test_city_is_congested_at_the_peak() -> None:
    """As published a negative congestion raises the price: towards the city at 18:00, and not in the WEST."""
    at_peak = [row for row in month("damlbmp", "damlbmp_zone", "202607") if row["Time Stamp"][11:] == "18:00"]
    congestion: dict[str, list[float]] = defaultdict(list)
    for row in at_peak:
        congestion[row["Name"]].append(float(row[CONGESTION]))
    assert sum(value < 0 for value in congestion["N.Y.C."]) > 25
    assert sum(congestion["LONGIL"]) < sum(congestion["N.Y.C."]) < 0 < sum(congestion["WEST"])


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("DAM_LBMP_ZONE", "damlbmp_zone"),
        ("DAM_LBMP_GEN", "damlbmp_gen"),
        ("RT_LBMP_ZONE", "realtime_zone"),
        ("RT_LBMP_GEN", "realtime_gen"),
    ],
)
def test_published_prices_imply_one_energy(folder: str, name: str) -> None:
    """LBMP - losses + congestion, as published, is one figure for all places of a stamp, to two cents."""
    energy: dict[str, list[float]] = defaultdict(list)
    for row in posted(folder, name, date(2026, 11, 3)):
        energy[row["Time Stamp"]].append(float(row[LBMP]) - float(row[LOSSES]) + float(row[CONGESTION]))
    assert all(max(each) - min(each) < 0.0201 for each in energy.values())


def test_reference_bus_has_neither_losses_nor_congestion() -> None:
    """NYISO_LBMP_REFERENCE stands among the generators as point 24008: its price is the energy alone."""
    bus = [row for row in posted("DAM_LBMP_GEN", "damlbmp_gen", date(2026, 11, 3)) if row["PTID"] == "24008"]
    assert {row["Name"] for row in bus} == {"NYISO_LBMP_REFERENCE"}
    assert len(bus) == 24
    assert {float(row[name]) for row in bus for name in (LOSSES, CONGESTION)} == {0.0}


@given(day=DAYS)
@settings(max_examples=12, deadline=None)
def test_real_time_stamps_end_their_intervals(day: date) -> None:
    """From 00:05 to the next midnight, with a corrective run off the grid on one day in five."""
    stamps = list(dict.fromkeys(row["Time Stamp"] for row in posted("RT_LBMP_ZONE", "realtime_zone", day)))
    assert (stamps[0], stamps[-1]) == (
        f"{day:%m/%d/%Y} 00:05:00",
        f"{day + timedelta(days=1):%m/%d/%Y} 00:00:00",
    )
    off_grid = [stamp for stamp in stamps if not stamp.endswith(("0:00", "5:00"))]
    assert len(off_grid) == (1 if day.toordinal() % 5 == 0 else 0)


@given(day=DAYS)
@settings(max_examples=8, deadline=None)
def test_fuel_mix_closes_at_midnight(day: date) -> None:
    """A day's readings of seven fuels begin at 00:05 and end with the next 00:00; none is negative."""
    mix = posted("RT_FUEL_MIX", "rtfuelmix", day)
    assert mix[0]["Time Stamp"] == f"{day:%m/%d/%Y} 00:05:00"
    assert mix[-1]["Time Stamp"] == f"{day + timedelta(days=1):%m/%d/%Y} 00:00:00"
    assert len({row["Fuel Category"] for row in mix}) == 7
    assert min(float(row["Gen MW"]) for row in mix) >= 0


@given(day=DAYS)
@settings(max_examples=8, deadline=None)
def test_forecast_speaks_of_six_days_and_of_the_whole(day: date) -> None:
    """One row an hour for six days; the column NYISO is the sum of the zones."""
    forecast = posted("ISO_LF", "isolf", day)
    assert forecast[0]["Time Stamp"] == f"{day:%m/%d/%Y} 00:00"
    assert forecast[-1]["Time Stamp"] == f"{day + timedelta(days=5):%m/%d/%Y} 23:00"
    for row in forecast:
        zones = [float(load) for name, load in row.items() if name not in {"Time Stamp", "NYISO"}]
        assert len(zones) == 11
        assert float(row["NYISO"]) == sum(zones)


@given(day=DAYS)
@settings(max_examples=8, deadline=None)
def test_forecast_is_near_what_came(day: date) -> None:
    """The day's own hours were expected to within five percent."""
    came: dict[str, float] = defaultdict(float)
    for row in posted("INT_RT_ACT_LOAD", "palIntegrated", day):
        came[row["Time Stamp"][:16]] += float(row["Integrated Load"])
    for row in posted("ISO_LF", "isolf", day)[:20]:
        if row["Time Stamp"] != "11/01/2026 01:00":  # the repeated hour stands for two
            assert abs(float(row["NYISO"]) / came[row["Time Stamp"]] - 1) < 0.05


def test_repeated_hour_is_written_as_published() -> None:
    """On 2026-11-01 the load of 01:00 stands in EDT and in EST; price files repeat the stamp without a flag."""
    flags = [
        row["Time Zone"]
        for row in posted("INT_RT_ACT_LOAD", "palIntegrated", date(2026, 11, 1))
        if row["Name"] == "WEST" and row["Time Stamp"] == "11/01/2026 01:00:00"
    ]
    assert flags == ["EDT", "EST"]
    prices = posted("DAM_LBMP_ZONE", "damlbmp_zone", date(2026, 11, 1))
    assert [row["Time Stamp"] for row in prices if row["Name"] == "WEST"].count("11/01/2026 01:00") == 2
    assert len(prices) == 25 * 15


def test_skipped_hour_is_not_written() -> None:
    """On 2027-03-14 the hour 02 is absent, and the day has 23."""
    prices = posted("DAM_LBMP_ZONE", "damlbmp_zone", date(2027, 3, 14))
    assert len(prices) == 23 * 15
    assert "03/14/2027 02:00" not in {row["Time Stamp"] for row in prices}
