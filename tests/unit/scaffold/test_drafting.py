"""A feed drafted from a file: what the file shows is declared, what it does not show is said."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from energyopti.datasets import FUEL_MIX, LMP, LOAD, Dataset
from energyopti.errors import SchemaDrift, UnsupportedQuery
from energyopti.layouts import (
    Absolute,
    HourEnding,
    Meaning,
    Number,
    OffsetFlag,
    RepeatFlag,
    RowLetters,
    Stamp,
)
from energyopti.scaffold.drafting import Draft, dataset_named, draft, run_named
from energyopti.scaffold.sample import sample_of
from energyopti.vocabulary import Run
from market_files import (
    CENTRAL,
    DAY_AHEAD,
    FORMS,
    FUELS_IN_ROWS,
    LETTERED,
    PARTS,
    REAL_TIME,
    TITLED,
    WITHOUT_ENERGY,
    prices,
)
from market_files import (
    FUEL_MIX as MIX,
)
from market_files import (
    LOAD as LOADS,
)

HOUR = timedelta(hours=1)


def of(
    content: bytes,
    name: str = "file.csv",
    *,
    zone: str = CENTRAL,
    dataset: Dataset | None = None,
    run: Run | None = None,
) -> Draft:
    """The draft of a file's content."""
    return draft(sample_of(name, content), market="spp", zone=zone, dataset=dataset, run=run)


def scales(found: Draft) -> dict[str | None, float]:
    """The factor of each number, by the field it fills."""
    return {each.to: each.scale for each in found.layout.columns if isinstance(each, Number)}


def says(found: Draft, words: str) -> bool:
    """Whether one of the checks matches a pattern."""
    return any(re.search(words, each) for each in found.checks)


@pytest.mark.parametrize("name", FORMS)
def test_example_states_what_its_lines_mean(name: str) -> None:
    """Every field that the layout fills, of every row of the first lines."""
    found = of(FORMS[name], name)
    frame = found.layout.read(found.payload).frame
    assert found.stated == tuple(frame.select(found.stated[0].keys()).iter_rows(named=True))
    assert {"interval_start", "interval_end", *found.layout.fields} == found.stated[0].keys()


def test_prices_with_their_end_in_utc() -> None:
    """Name, meaning and step of the time; every component; a hub."""
    found = of(DAY_AHEAD, "DA-LMP-SL-202407150100.csv")
    assert (found.dataset, found.run, found.name) == (LMP, Run.DAY_AHEAD, "da_lmp")
    assert found.layout.time == Absolute(
        names="GMTIntervalEnd", formats="%m/%d/%Y %H:%M:%S", meaning=Meaning.ENDING, step=HOUR
    )
    assert scales(found) == {"lmp": 1, "loss": 1, "congestion": 1, "energy": 1}
    assert found.stated[0]["interval_start"] == datetime(2024, 7, 15, 5, tzinfo=UTC)
    assert (found.stated[0]["location"], found.hub) == ("NORTH_HUB", "NORTH_HUB")
    assert found.rows == (6, 6)
    assert says(found, "^GMTIntervalEnd taken as the interval's end, in UTC$")
    assert says(found, "^Interval equals GMTIntervalEnd on the clock of America/Chicago")
    assert says(found, "not used: Interval, Pnode")
    assert says(found, "every location taken as a node")
    assert not says(found, "month before day")


def test_step_and_name_show_the_run() -> None:
    """Five minutes are real-time; an hour is what the name says, and day-ahead with a doubt if nothing does."""
    assert of(REAL_TIME).run is Run.REAL_TIME_5MIN
    assert of(DAY_AHEAD, "RT_hourly.csv").run is Run.REAL_TIME_HOURLY
    assert says(of(DAY_AHEAD), "day_ahead, because it is hourly: nothing else says so")
    assert of(DAY_AHEAD, run=Run.HOUR_AHEAD).name == "ha_lmp"


@pytest.mark.parametrize("sign", [1, -1])
def test_sign_that_the_sum_shows_is_declared(sign: int) -> None:
    """A congestion that is taken off is negated."""
    found = of(prices(congestion=sign))
    assert scales(found)["congestion"] == sign
    assert says(found, "MCC negated") == (sign < 0)


def test_components_that_do_not_add_up_are_left_out() -> None:
    """With no sign: nobody's guess can be right."""
    content = prices().replace(b",21\r\n", b",99\r\n")
    found = of(content)
    assert scales(found) == {"lmp": 1}
    assert says(found, "MLC, MCC, MEC not used: with no sign do they add up to LMP in every row")


def test_energy_that_is_the_same_everywhere_shows_the_sign() -> None:
    """Where it is not published: price less losses and congestion, as the file is quoted."""
    found = of(WITHOUT_ENERGY, zone="America/New_York")
    assert scales(found) == {"lmp": 1, "loss": 1, "congestion": -1}
    assert [each.to for each in found.layout.derived] == ["energy"]
    assert found.layout.quoted
    assert found.stated[0]["energy"] == pytest.approx(20.88)
    assert isinstance(found.layout.time, Stamp)
    assert says(found, "no column tells the two passes of the hour repeated in autumn apart")


def test_sign_that_nothing_shows_is_said() -> None:
    """One location at a time, and no energy; or congestion that is always zero."""
    one = b"\n".join(WITHOUT_ENERGY.split(b"\n")[:2]) + b"\n"
    assert says(of(one), "the sign of .* taken as published: the file does not show it")
    assert of(one).layout.derived == ()
    nowhere = b"Time UTC,LMP,MCC,MLC\n2024-07-15 05:00,21.5,1,0.5\n2024-07-15 06:00,21.5,1,0.5\n"
    assert says(of(nowhere), "the sign of MCC, MLC taken as published: the file does not show it")
    flat = b"Time UTC,Node,LMP,MEC,MCC,MLC\n" + b"2024-07-15 05:00,A,21.5,21,0,0.5\n" * 2
    found = of(flat)
    assert says(found, "^the sign of MCC taken as published: the file does not show it")
    assert says(found, "2 rows share time and location with another")


def test_energy_beside_congestion_alone_is_taken_as_published() -> None:
    """What is missing may be the losses, so nothing shows the sign."""
    found = of(
        b"Time UTC,Node,LMP,MEC,MCC\n2024-07-15 05:00,A,21.5,21,-0.2\n2024-07-15 06:00,A,21.5,21,0.2\n"
    )
    assert scales(found) == {"lmp": 1, "energy": 1, "congestion": 1}
    assert says(found, "the sign of MEC, MCC taken as published")


def test_components_without_a_price_in_any_row() -> None:
    """Nothing can be shown by rows that lack one of them."""
    found = of(b"Time UTC,Node,LMP,MEC,MCC,MLC\n2024-07-15 05:00,A,21.5,21,,\n2024-07-15 06:00,A,,,1,1\n")
    assert scales(found) == {"lmp": 1}


def test_second_price_and_second_component_are_said() -> None:
    """The first is used."""
    content = b"Time UTC,Node,LMP,LMP Cap,MEC,Energy,MCC,MLC\n2024-07-15 05:00,A,21.5,99,21,20,0.2,0.3\n"
    found = of(content)
    assert says(found, "^LMP taken as the price, and not LMP Cap$")
    assert says(found, "^Energy could be the energy component too: MEC is used$")
    assert says(found, "the file has one time only")


def test_price_without_a_location_is_of_the_whole_market() -> None:
    """Said, and declared as a system."""
    found = of(b"Time UTC,Price\n2024-07-15 05:00,21.5\n2024-07-15 06:00,22.5\n")
    assert found.layout.constants == {"location": "SPP", "location_type": "system"}
    assert found.wholes == ("SPP",)


def test_prices_in_a_column_for_each_hub() -> None:
    """Only if somebody says that they are prices."""
    content = b"Time UTC,EAST_HUB,WEST_HUB\n2024-07-15 05:00,21.5,20\n2024-07-15 06:00,22.5,21\n"
    with pytest.raises(
        UnsupportedQuery, match="do not show what it is about; say it with --dataset lmp or load"
    ):
        of(content)
    found = of(content, dataset=LMP)
    assert [row["lmp"] for row in found.stated] == [21.5, 20, 22.5, 21]
    assert says(found, "one location a column: EAST_HUB, WEST_HUB")
    with pytest.raises(UnsupportedQuery, match=r"no column of file\.csv holds numbers for lmp"):
        of(b"Time UTC,Word\n2024-07-15 05:00,a\n", dataset=LMP)


def test_load_with_a_column_for_each_area() -> None:
    """The total holds the others."""
    found = of(LOADS, "hourly_load.csv")
    assert (found.dataset, found.run, found.name) == (LOAD, None, "load")
    assert found.wholes == ("System Total",)
    assert [row["load"] for row in found.stated][:3] == [100.5, 50, 150.5]
    assert found.stated[0]["interval_end"] == datetime(2024, 7, 15, 6, tzinfo=UTC)


def test_load_of_areas_in_rows_and_of_the_whole_market() -> None:
    """A column of areas is the location; without one it is the market, and said."""
    areas = of(
        b"Hour Beginning UTC,Zone,Load (MW),Net Load\n2024-07-15 05:00,N,100,90\n2024-07-15 06:00,N,100,90\n"
    )
    assert scales(areas) == {"load": 1}
    whole = of(b"Hour Beginning UTC,Actual Load\n2024-07-15 05:00,100\n2024-07-15 06:00,101\n")
    assert whole.layout.constants == {"location": "SPP"}
    assert says(whole, "no column names a location: all rows are of SPP, the whole market")
    two = of(b"Time UTC,Zone,Load,Demand\n2024-07-15 05:00,N,100,90\n2024-07-15 06:00,N,100,90\n")
    assert says(two, "^Load taken as the load, and not Demand$")
    unnamed = of(b"Time UTC,Zone,MW\n2024-07-15 05:00,N,100\n2024-07-15 06:00,N,101\n", dataset=LOAD)
    assert scales(unnamed) == {"load": 1}
    with pytest.raises(UnsupportedQuery, match="holds load"):
        of(b"Time UTC,Zone,Volts\n2024-07-15 05:00,N,100\n", dataset=LOAD)


def test_forecast_is_never_taken_for_load() -> None:
    """Not beside actual load, and not alone."""
    both = of(b"Time UTC,Load Forecast,Actual Load\n2024-07-15 05:00,90,100\n2024-07-15 06:00,90,100\n")
    assert [row["load"] for row in both.stated] == [100, 100]
    assert says(both, "^Load Forecast not used: a forecast is a dataset of its own, load_forecast$")
    with pytest.raises(UnsupportedQuery, match="do not show what it is about"):
        of(b"Time UTC,Load Forecast\n2024-07-15 05:00,90\n")
    with pytest.raises(UnsupportedQuery, match="do not show what it is about"):
        of(b"Time UTC,Load\n2024-07-15 05:00,90\n", "load_forecast.csv")


def test_fuels_in_columns_keep_their_own_words() -> None:
    """Two columns of coal are two rows; load is no fuel."""
    found = of(MIX)
    assert (found.dataset, found.name) == (FUEL_MIX, "fuel_mix")
    first = [(row["fuel"], row["fuel_native"], row["generation"]) for row in found.stated[:3]]
    assert first == [
        ("coal", "Coal Market", 100),
        ("coal", "Coal Self", 200),
        ("natural_gas", "Natural Gas", 50.5),
    ]
    assert says(found, "not used: Load")
    assert says(found, "in UTC, which neither its name nor another column says")


def test_fuels_in_rows_and_words_that_nobody_knows() -> None:
    """Other, and said; the zone's own words for its offsets tell the passes of the repeated hour apart."""
    found = of(FUELS_IN_ROWS)
    assert [row["fuel"] for row in found.stated[:2]] == ["dual_fuel", "other"]
    assert says(found, "Dual Fuel as dual_fuel, Tidal as other")
    assert isinstance(found.layout.time, Stamp)
    assert isinstance(found.layout.time.flag, OffsetFlag)
    with pytest.raises(UnsupportedQuery, match="holds generation"):
        of(b"Time UTC,Fuel\n2024-07-15 05:00,Wind\n")
    with pytest.raises(UnsupportedQuery, match="called after a fuel"):
        of(b"Time UTC,Load\n2024-07-15 05:00,1\n", dataset=FUEL_MIX)


def test_sign_of_storage_and_imports_is_said() -> None:
    """Nothing in a file says which way is positive."""
    found = of(b"Time UTC,Wind,Battery Storage,Imports\n2024-07-15 05:00,1,-5,7\n2024-07-15 06:00,1,5,7\n")
    assert says(found, "^the sign of Battery Storage, Imports taken as published")
    assert not says(of(MIX), "the sign of")


def test_unit_that_no_dataset_has_is_said() -> None:
    """A thousand times too much would pass every test."""
    found = of(b"Time UTC,Load (GW)\n2024-07-15 05:00,20.5\n2024-07-15 06:00,21\n")
    assert says(found, r"^Load \(GW\) taken as MW and USD/MWh, but named after another unit: set its scale$")


def test_two_markets_in_one_file_are_not_told_apart_by_guessing() -> None:
    """Whose prices they are must be said."""
    content = b"Time UTC,Node,DA LMP,RT LMP\n2024-07-15 05:00,A,20.5,21\n2024-07-15 06:00,A,20.5,21\n"
    with pytest.raises(
        UnsupportedQuery, match=r"names a day-ahead and a real-time market \(DA, RT\); say .* --run"
    ):
        of(content)
    assert of(content, run=Run.DAY_AHEAD).name == "da_lmp"


def test_lines_around_the_table_and_hours_by_their_ends() -> None:
    """The header is found below its title, which says the run; what is not read is counted."""
    found = of(TITLED, zone="America/New_York")
    assert found.run is Run.DAY_AHEAD
    assert found.layout.begins == "Date"
    assert isinstance(found.layout.time, HourEnding)
    assert found.layout.time.hour_format == "{:02d}"
    assert found.stated[0]["interval_start"] == datetime(2024, 7, 15, 4, tzinfo=UTC)
    assert found.rows == (4, 6)
    assert [row["location_type"] for row in found.stated[:2]] == ["hub", "zone"]
    assert says(found, "row 1 has no usable interval_start")


def test_parts_of_an_hour_and_a_flag() -> None:
    """A date, an hour, its quarter, and what is said of the hour that repeats."""
    found = of(PARTS)
    time = found.layout.time
    assert isinstance(time, HourEnding)
    assert (time.interval, time.step, time.flag) == (
        ("DeliveryInterval",),
        timedelta(minutes=15),
        RepeatFlag(names="DSTFlag"),
    )
    assert found.run is Run.REAL_TIME_15MIN
    assert says(
        found, "DeliveryHour taken as the hour's end.*its name does not say so, and the file has no 0"
    )


def test_only_some_datasets_can_be_drafted() -> None:
    """The others are declared by hand."""
    assert dataset_named("load") is LOAD
    with pytest.raises(UnsupportedQuery, match="no feed of 'ftr' can be drafted"):
        dataset_named("ftr")


def test_only_some_runs_have_prices() -> None:
    """And only prices have runs."""
    assert run_named("day_ahead") is Run.DAY_AHEAD
    with pytest.raises(UnsupportedQuery, match="no prices of run 'dayahead'"):
        run_named("dayahead")
    with pytest.raises(UnsupportedQuery, match="load has no market run; leave out --run"):
        of(LOADS, "load.csv", run=Run.DAY_AHEAD)


def test_part_of_a_file_is_said_to_be_one() -> None:
    """The rest may hold what the first lines do not."""
    part = attrs.evolve(sample_of("long.csv", DAY_AHEAD), cut=True)
    found = draft(part, market="spp", zone=CENTRAL, dataset=None, run=None)
    assert says(found, r"^only the first 20,000 lines of long\.csv were looked at$")


def test_first_rows_that_cannot_be_read_are_refused() -> None:
    """An example of them would state nothing."""
    lines = [f"2024-07-15 {hour:02}:00,A,{hour}" for hour in range(24)]
    content = "\n".join(["Time UTC,Node,LMP", *["soon,A,1"] * 3, *["later,A,2"] * 3, *lines, ""]).encode()
    with pytest.raises(SchemaDrift, match=r"the first rows of file\.csv cannot be read: row 1 has no usable"):
        of(content)


def test_rows_led_by_letters_are_declared() -> None:
    """With the line that counts them and the label of the repeated hour, of which all rows are read; units are not guessed."""
    found = of(LETTERED, zone="America/New_York")
    assert found.layout.letters == RowLetters(counts="{} lines")
    assert isinstance(found.layout.time, HourEnding)
    assert found.layout.time.repeats_as == "02X"
    assert found.rows == (6, 6)
    assert found.layout.read(found.payload).frame.height == 6
    assert says(found, "02X taken as the second pass")
    assert says(found, r"not used: the units below the header \(Date, HE, String, MWh\)")
