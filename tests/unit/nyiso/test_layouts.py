"""NYISO's documents: their signs, stamps and clocks, and how their headers drifted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from energyopti.errors import SchemaDrift
from energyopti.findings import FindingKind
from energyopti.layouts import Layout, Reading
from energyopti.layouts.times import SteppedTime
from energyopti.vocabulary import Fuel
from energyopti_nyiso.feeds.generation import FUEL_MIXES, FUELS
from energyopti_nyiso.feeds.load import ACTUAL_LOAD, INTEGRATED_LOAD, LOAD_FORECASTS
from energyopti_nyiso.feeds.prices import lbmp
from energyopti_nyiso.locations import LETTERS, OF_GENERATORS, OF_ZONES, PROXIES, REFERENCE_BUS, ZONES
from energyopti_nyiso.protocol.stamps import DISPATCH, HOURLY

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

DAY_AHEAD = lbmp(HOURLY, OF_ZONES)
REAL_TIME = lbmp(DISPATCH, OF_ZONES)
GENERATORS = lbmp(HOURLY, OF_GENERATORS)

PRICES = (
    '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    '"Marginal Cost Congestion ($/MWHr)"\r\n'
)
LOADS = '"Time Stamp","Time Zone","Name","PTID","Load"\r\n'
HOURS = LOADS.replace('"Load"', '"Integrated Load"')
FUEL_MIX = "Time Stamp,Time Zone,Fuel Category,Gen MW\n"
ZONE_HEADERS = [
    *("Capitl", "Centrl", "Dunwod", "Genese", "Hud Vl", "Longil"),
    *("Mhk Vl", "Millwd", "N.Y.C.", "North", "West", "NYISO"),
]
LOAD_FORECAST = ",".join(f'"{name}"' for name in ("Time Stamp", *ZONE_HEADERS)) + "\n"


def read(layout: Layout, header: str, *lines: str) -> Reading:
    """A payload of a header and lines."""
    return layout.read((header + "".join(f"{line}\r\n" for line in lines)).encode())


def price(layout: Layout, *cells: str) -> dict[str, Any]:
    """The one row of a price file with these cells: stamp, name, PTID, LBMP, losses, congestion."""
    (row,) = read(layout, PRICES, ",".join(cells)).frame.to_dicts()
    return row


def starts(reading: Reading) -> list[str]:
    """When each row begins, in UTC."""
    return reading.frame["interval_start"].dt.strftime("%m-%d %H:%M:%S").to_list()


def ends(reading: Reading) -> list[str]:
    """When each row ends, in UTC."""
    return reading.frame["interval_end"].dt.strftime("%m-%d %H:%M:%S").to_list()


def test_congestion_is_turned() -> None:
    """LBMP = energy + losses - congestion as published: -10.50 published raises the price by 10.50."""
    row = price(DAY_AHEAD, "07/01/2024 00:00", "N.Y.C.", "61761", "42.00", "1.50", "-10.50")
    assert (row["lmp"], row["loss"], row["congestion"]) == (42.0, 1.5, 10.5)


def test_energy_is_what_remains_to_the_cent() -> None:
    """Energy is not published: 42.00 - 1.50 - 10.50 = 30.00 at one place, 30.62 - 0.62 - 0.00 at another."""
    city = price(DAY_AHEAD, "07/01/2024 00:00", "N.Y.C.", "61761", "42.00", "1.50", "-10.50")
    west = price(DAY_AHEAD, "07/01/2024 00:00", "WEST", "61752", "30.62", "0.62", "0.00")
    assert city["energy"] == west["energy"] == 30.0


@pytest.mark.parametrize("zero", ["0", "0.00", "-0.00"])
def test_no_component_is_a_negative_zero(zero: str) -> None:
    """A turned or published zero prints as 0.0 in every component."""
    row = price(DAY_AHEAD, "07/01/2024 00:00", "WEST", "61752", zero, zero, zero)
    assert [str(row[name]) for name in ("lmp", "loss", "congestion", "energy")] == ["0.0"] * 4


@pytest.mark.parametrize(
    ("name", "kind"),
    [("WEST", "zone"), ("HUD VL", "zone"), ("N.Y.C.", "zone"), ("H Q", "interface"), ("PJM", "interface")],
)
def test_zone_files_hold_zones_and_proxies(name: str, kind: str) -> None:
    """The eleven zones are zones; the neighbours' proxies are interfaces."""
    row = price(DAY_AHEAD, "07/01/2024 00:00", name, "1", "1", "0", "0")
    assert (row["location"], row["location_name"], row["location_type"]) == (name, name, kind)


def test_unknown_zone_is_reported() -> None:
    """A name that is no zone we know is read as a zone, with a finding."""
    reading = read(DAY_AHEAD, PRICES, '"07/01/2024 00:00","LAKE ERIE",1,1,0,0')
    assert reading.frame["location_type"].to_list() == ["zone"]
    assert [finding.kind for finding in reading.findings] == [FindingKind.UNKNOWN_WORD]


def test_generator_files_hold_nodes_and_the_reference_bus() -> None:
    """A generator is a node, of any name and without a finding; the reference bus is a bus."""
    reading = read(
        GENERATORS,
        PRICES,
        "07/01/2024 00:00,59TH_ST,1,1,0,0",
        f"07/01/2024 00:00,{REFERENCE_BUS},24008,1,0,0",
    )
    assert reading.frame["location_type"].to_list() == ["node", "bus"]
    assert reading.findings == ()


def test_point_ids_stay_in_the_raw_columns() -> None:
    """The PTID has no field, and is kept as published."""
    reading = read(DAY_AHEAD, PRICES, "07/01/2024 00:00,WEST,61752,1,0,0")
    assert reading.raw["PTID"].to_list() == ["61752"]


def test_day_ahead_stamps_begin_their_hour() -> None:
    """00:00 is the hour from midnight to 01:00."""
    reading = read(DAY_AHEAD, PRICES, "07/01/2024 00:00,WEST,1,1,0,0")
    assert (starts(reading), ends(reading)) == (["07-01 04:00:00"], ["07-01 05:00:00"])


def test_real_time_stamps_end_their_interval() -> None:
    """The day's first row 00:05:00 begins at midnight, its last is 00:00:00 of the next day."""
    reading = read(REAL_TIME, PRICES, "07/01/2024 00:05:00,WEST,1,1,0,0", "07/02/2024 00:00:00,WEST,1,1,0,0")
    assert starts(reading) == ["07-01 04:00:00", "07-02 03:55:00"]
    assert ends(reading) == ["07-01 04:05:00", "07-02 04:00:00"]


def test_corrective_run_cuts_the_interval() -> None:
    """An extra run off the grid is kept: its interval begins at the location's previous stamp."""
    clocks = ("00:05:00", "00:07:30", "00:10:00")
    reading = read(REAL_TIME, PRICES, *(f"07/18/2022 {clock},WEST,1,1,0,0" for clock in clocks))
    assert starts(reading) == ["07-18 04:00:00", "07-18 04:05:00", "07-18 04:07:30"]


def test_prices_of_the_repeated_hour_are_told_by_order() -> None:
    """Price files have no flag: hour 01 stands twice, first EDT and then EST, per location."""
    lines = [f"11/03/2024 {hour},{name},1,1,0,0" for hour in ("01:00", "01:00", "02:00") for name in ZONES]
    reading = read(DAY_AHEAD, PRICES, *lines)
    hours = ["11-03 05:00:00", "11-03 06:00:00", "11-03 07:00:00"]
    assert starts(reading) == [hour for hour in hours for _ in ZONES]


def test_loads_of_the_repeated_hour_are_told_by_flag() -> None:
    """`Time Zone` says EDT or EST, in any order."""
    lines = [f"11/03/2024 01:00:00,{word},WEST,1,9" for word in ("EST", "EDT")]
    for layout, header in ((ACTUAL_LOAD.layout, LOADS), (INTEGRATED_LOAD.layout, HOURS)):
        assert starts(read(layout, header, *lines)) == ["11-03 06:00:00", "11-03 05:00:00"]


def test_instantaneous_load_is_a_reading_at_its_stamp() -> None:
    """A stamp off the grid stays where it is; the nominal step is five minutes."""
    reading = read(ACTUAL_LOAD.layout, LOADS, '"07/01/2024 00:02:30","EDT","WEST",61752,1500.25')
    assert (starts(reading), ends(reading)) == (["07-01 04:02:30"], ["07-01 04:07:30"])
    assert reading.frame["load"].to_list() == [1500.25]


def test_integrated_load_begins_its_hour() -> None:
    """The hourly mean is stamped with the hour's beginning."""
    reading = read(INTEGRATED_LOAD.layout, HOURS, '"07/01/2024 23:00:00","EDT","WEST",61752,1500.2')
    assert (starts(reading), ends(reading)) == (["07-02 03:00:00"], ["07-02 04:00:00"])


def test_blank_load_is_null() -> None:
    """An empty cell is null and a finding, never zero."""
    reading = read(ACTUAL_LOAD.layout, LOADS, '"07/01/2024 00:00:00","EDT","WEST",61752,')
    assert reading.frame["load"].to_list() == [None]
    assert [finding.kind for finding in reading.findings] == [FindingKind.MISSING_VALUE]


@pytest.mark.parametrize("cells", [("812.3", "0"), ("0", "812.3"), ("700", "0", "812.3", "0"), ("812.3", "")])
def test_last_load_that_is_not_zero_stands(cells: tuple[str, ...]) -> None:
    """Autumn 2005 repeats stamps with a zero beside the reading: the last that is not zero is the value."""
    lines = [f'"10/30/2005 02:00:00","EST","WEST",61752,{cell}' for cell in cells]
    reading = read(INTEGRATED_LOAD.layout, HOURS, *lines)
    assert reading.frame["load"].to_list() == [812.3]
    assert [finding.kind for finding in reading.findings] == [FindingKind.SUPERSEDED_ROW]
    assert reading.raw.height == len(cells)
    assert reading.payload_rows == reading.accounted_rows == len(cells)


def test_old_flag_that_cannot_be_says_nothing() -> None:
    """Autumn 2005 keeps EDT past 02:00, and spring EST past 03:00: what the clock showed then is sure, and is taken."""
    for stamp, word, start in (("10/30/2005 02", "EDT", "10-30 07"), ("04/03/2005 03", "EST", "04-03 07")):
        reading = read(INTEGRATED_LOAD.layout, HOURS, f'"{stamp}:00:00","{word}","WEST",61752,1')
        assert starts(reading) == [f"{start}:00:00"]
        assert [finding.kind for finding in reading.findings] == [FindingKind.CLOCK_LABEL]


OLD_PRICES = "Time Stamp,Name,PTID,LBMP ($/MWH,Marginal Cost Losses ($/MWH,Marginal Cost Congestion ($/MWH\n"


@pytest.mark.parametrize(
    "header", [OLD_PRICES, OLD_PRICES.replace("Time Stamp", "Timestamp"), PRICES.replace('"', "")]
)
@pytest.mark.parametrize("stamp", ["07/01/2001 00:00", "07/01/2001 00:00:00", '"07/01/2001 00:00"'])
def test_old_price_files_are_read(header: str, stamp: str) -> None:
    """Labels cut off at the end, bare or quoted, `Timestamp`, with and without seconds: the same prices."""
    for layout in (DAY_AHEAD, REAL_TIME):
        reading = read(layout, header, f"{stamp},WEST,61752,30.00,1.00,-2.00", "")
        assert reading.frame.select("lmp", "energy", "congestion").rows() == [(30.0, 27.0, 2.0)]
        assert reading.findings == ()


@pytest.mark.parametrize("label", ["Gen MW", "Gen MWh"])
def test_fuel_mix_of_both_labels(label: str) -> None:
    """`Gen MWh` is the old label of the same megawatts."""
    lines = [f"07/01/2024 00:05:00,EDT,{fuel},{10 * n}" for n, fuel in enumerate(FUELS, start=1)]
    reading = read(FUEL_MIXES.layout, FUEL_MIX.replace("Gen MW", label), *lines)
    assert reading.frame["generation"].to_list() == [10, 20, 30, 40, 50, 60, 70]
    assert (set(starts(reading)), set(ends(reading))) == ({"07-01 04:05:00"}, {"07-01 04:10:00"})
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("native", "fuel"),
    [
        ("Dual Fuel", Fuel.DUAL_FUEL),
        ("Natural Gas", Fuel.NATURAL_GAS),
        ("Nuclear", Fuel.NUCLEAR),
        ("Other Fossil Fuels", Fuel.OTHER_FOSSIL),
        ("Other Renewables", Fuel.OTHER_RENEWABLES),
        ("Wind", Fuel.WIND),
        ("Hydro", Fuel.HYDRO),
    ],
)
def test_fuels_have_one_word_in_every_market(native: str, fuel: Fuel) -> None:
    """The native category is kept beside the unified fuel."""
    reading = read(FUEL_MIXES.layout, FUEL_MIX, f"07/01/2024 00:05:00,EDT,{native},1")
    assert reading.frame.select("fuel", "fuel_native").rows() == [(fuel.value, native)]


def test_unknown_fuel_is_other_and_reported() -> None:
    """A category that is new is `other`, with its own word kept and a finding."""
    reading = read(FUEL_MIXES.layout, FUEL_MIX, "07/01/2024 00:05:00,EDT,Fusion,1")
    assert reading.frame.select("fuel", "fuel_native").rows() == [("other", "Fusion")]
    assert [finding.kind for finding in reading.findings] == [FindingKind.UNKNOWN_WORD]


def test_forecast_has_a_row_for_each_zone_and_new_york() -> None:
    """Twelve columns become twelve rows under the zones' own names, NYISO among them."""
    cells = ",".join(str(100 + number) for number in range(12))
    reading = read(LOAD_FORECASTS.layout, LOAD_FORECAST, f'"07/01/2024 00:00",{cells}')
    expected = {name.upper(): 100.0 + number for number, name in enumerate(ZONE_HEADERS)}
    assert dict(reading.frame.select("location", "load").rows()) == expected
    assert set(starts(reading)) == {"07-01 04:00:00"}
    assert reading.payload_rows == 12


def test_places_are_the_published_ones() -> None:
    """Eleven zones with consecutive point ids, lettered A to K, and four proxies."""
    assert sorted(ZONES.values()) == list(range(61752, 61763))
    assert (LETTERS["A"], LETTERS["G"], LETTERS["J"], LETTERS["K"]) == ("WEST", "HUD VL", "N.Y.C.", "LONGIL")
    assert set(LETTERS.values()) == set(ZONES)
    assert set(PROXIES) == {"H Q", "NPX", "O H", "PJM"}


LAYOUTS = {
    "day ahead": (DAY_AHEAD, PRICES, '"07/01/2024 00:00","WEST",61752,30.00,1.00,-2.00\r\n' * 2),
    "real time": (REAL_TIME, PRICES, '"07/01/2024 00:05:00","WEST",61752,30.00,1.00,-2.00\r\n' * 2),
    "load": (ACTUAL_LOAD.layout, LOADS, '"07/01/2024 00:00:00","EDT","WEST",61752,1500\r\n' * 2),
    "hourly load": (INTEGRATED_LOAD.layout, HOURS, '"07/01/2024 00:00:00","EDT","WEST",61752,1500\r\n' * 2),
    "fuel mix": (FUEL_MIXES.layout, FUEL_MIX, "07/01/2024 00:05:00,EDT,Wind,1\r\n" * 2),
    "forecast": (
        LOAD_FORECASTS.layout,
        LOAD_FORECAST,
        '"07/01/2024 00:00",' + ",".join("123456789012") + "\n",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_damaged_files_account_or_drift(name: str) -> None:
    """A file that is cut off or changed anywhere is accounted for, or `SchemaDrift`: nothing else."""
    layout, header, body = LAYOUTS[name]
    payload = (header + body).encode()
    flips = st.lists(st.tuples(st.integers(0, len(payload) - 1), st.integers(0, 255)), max_size=3)

    @settings(max_examples=20, deadline=None, derandomize=True)
    @given(flips=flips, cut=st.none() | st.integers(0, len(payload)))
    def damaged_files(flips: list[tuple[int, int]], cut: int | None) -> None:
        damaged = bytearray(payload)
        for position, byte in flips:
            damaged[position] = byte
        try:
            reading = layout.read(bytes(damaged[:cut]))
        except SchemaDrift:
            return
        assert reading.payload_rows == reading.accounted_rows

    damaged_files()


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize(
    ("midnight", "hours"),
    [
        (datetime(2024, 7, 1, 4, tzinfo=UTC), 24),
        (datetime(2024, 3, 10, 5, tzinfo=UTC), 23),
        (datetime(2024, 11, 3, 4, tzinfo=UTC), 25),
    ],
    ids=["ordinary", "23 hours", "25 hours"],
)
def test_whole_days_are_read_back(name: str, midnight: datetime, hours: int) -> None:
    """A day that a layout read, shifted to any day and written, is read back as it was."""
    layout, header, body = LAYOUTS[name]
    assert isinstance(layout.time, SteppedTime)
    step = layout.time.step
    once = body[: len(body) // 2] if name != "forecast" else body
    row = layout.read((header + once).encode()).frame
    days = [
        row.with_columns(
            pl.lit(midnight + number * step).cast(pl.Datetime("us", "UTC")).alias("interval_start"),
            pl.lit(midnight + (number + 1) * step).cast(pl.Datetime("us", "UTC")).alias("interval_end"),
        )
        for number in range(timedelta(hours=hours) // step)
    ]
    whole = pl.concat(days)
    assert_frame_equal(layout.read(layout.write(whole)).frame, whole)


def test_written_prices_have_the_published_form() -> None:
    """Quoted words, bare numbers, the congestion turned back, and the point id where the frame has it."""
    frame = read(DAY_AHEAD, PRICES, '"07/01/2024 00:00","WEST",61752,30.5,1.25,-2.0').frame
    written = DAY_AHEAD.write(frame.with_columns(PTID=pl.lit(61752)))
    assert written.decode() == PRICES + '"07/01/2024 00:00","WEST",61752,30.5,1.25,-2.0\r\n'


def test_every_layout_speaks_of_new_york() -> None:
    """All of NYISO's stamps are on one clock."""
    assert {layout.zone for layout, _, _ in LAYOUTS.values()} == {"America/New_York"}
