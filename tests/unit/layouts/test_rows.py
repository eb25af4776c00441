"""What a layout declares of rows: derived fields, wide payloads, repeats, and what a reading is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.datasets import FUEL_MIX, LMP, LOAD, LOAD_FORECAST
from energyopti.errors import SchemaDrift, UnsupportedQuery
from energyopti.findings import Finding, FindingKind
from energyopti.layouts import (
    Absolute,
    Copy,
    CsvLayout,
    Layout,
    Lookup,
    Meaning,
    Number,
    Reading,
    Residual,
    Stamp,
    Text,
    Wide,
)

ZONE = "America/New_York"
TIME = Stamp("Time", formats=("%m/%d/%Y %H:%M",), meaning=Meaning.BEGINNING, step=timedelta(hours=1))
LOADS = CsvLayout(
    dataset=LOAD, zone=ZONE, time=TIME, columns=(Text("Name", to="location"), Number("Load", to="load"))
)
KIND = Lookup(to="location_type", of="location", values={"WEST": "zone"}, default="node", report=True)
PRICES = CsvLayout(
    dataset=LMP,
    zone=ZONE,
    time=TIME,
    columns=(
        Text("Name", to="location"),
        Text("Id"),
        Number("Price", to="lmp"),
        Number("Loss", to="loss"),
        Number("Congestion", to="congestion", scale=-1),
    ),
    derived=(
        Copy(to="location_name", of="location"),
        KIND,
        Residual(to="energy", of="lmp", minus=("loss", "congestion")),
    ),
    constants={"run": "day_ahead"},
)
WIDE = CsvLayout(
    dataset=LOAD_FORECAST,
    zone=ZONE,
    time=TIME,
    wide=Wide(to="location", value="load", columns={"West": "WEST", "Total": "NYISO"}),
)


def prices(*lines: str) -> Reading:
    """Prices at midnight of one day."""
    body = "".join(f"07/01/2024 00:00,{line}\n" for line in lines)
    return PRICES.read(f"Time,Name,Id,Price,Loss,Congestion\n{body}".encode())


def loads(repeats: Any, *lines: str) -> Reading:
    """Loads of one day, with repeated keys treated so."""
    body = "".join(f"07/01/2024 {line}\n" for line in lines)
    return attrs.evolve(LOADS, repeats=repeats).read(f"Time,Name,Load\n{body}".encode())


def values(reading: Reading) -> list[tuple[Any, ...]]:
    """Location and load of every row."""
    assert reading.payload_rows == reading.accounted_rows
    return reading.frame.select("location", "load").rows()


def found(reading: Reading, kind: FindingKind) -> list[Finding]:
    """The findings of a kind."""
    return [each for each in reading.findings if each.kind is kind]


def test_copy_says_the_same_as_another_field() -> None:
    """A copied field has the other's value."""
    assert prices("WEST,1,30,2,-5").frame["location_name"].to_list() == ["WEST"]


@pytest.mark.parametrize(
    ("header", "line", "load"),
    [
        ("New,Old", "1,2", 1.0),
        ("Old,New", "2,1", 1.0),
        ("New,Old", ",2", 2.0),
        ("Old", "2", 2.0),
        ("New", "1", 1.0),
        ("New,Old", ",", None),
        ("Other", "x", None),
    ],
)
def test_first_column_of_a_field_that_says_anything_fills_it(
    header: str, line: str, load: float | None
) -> None:
    """In the order of the layout, row by row, whichever of them are there."""
    columns = (Number("New", to="load", required=False), Number("Old", to="load", required=False))
    layout = attrs.evolve(LOADS, columns=(Text("Name", to="location"), *columns), ignored=("Other",))
    reading = layout.read(f"Time,Name,{header}\n07/01/2024 00:00,A,{line}\n".encode())
    assert values(reading) == [("A", load)]


def test_scale_turns_the_sign() -> None:
    """A column of scale -1 is published with the other sign."""
    assert prices("WEST,1,30,2,-5").frame["congestion"].to_list() == [5.0]


def test_turned_zero_has_no_sign() -> None:
    """A zero that is turned, or that was published as -0.00, prints as 0.0."""
    reading = prices("WEST,1,30,2,0", "WEST,1,30,2,-0.00")
    assert [str(each) for each in reading.frame["congestion"]] == ["0.0", "0.0"]


def test_residual_is_what_remains() -> None:
    """Energy is price less loss less congestion, in cents: 30 - 2 - 5 is 23."""
    assert prices("WEST,1,30,2,-5", "WEST,1,0.3,0.1,0").frame["energy"].to_list() == [23.0, 0.2]


def test_residual_that_rounds_to_zero_has_no_sign() -> None:
    """0.30 less 0.10 less 0.20 is 0.0, whatever binary fractions make of it."""
    assert [str(each) for each in prices("WEST,1,0.3,0.1,-0.2").frame["energy"]] == ["0.0"]


@pytest.mark.parametrize("line", ["WEST,1,,2,-5", "WEST,1,30,,-5", "WEST,1,30,2,"])
def test_residual_of_a_missing_part_is_null(line: str) -> None:
    """What does not follow is not invented."""
    assert prices(line).frame["energy"].to_list() == [None]


def test_lookup_gives_the_word_that_follows() -> None:
    """A known word has its value and no finding."""
    reading = prices("WEST,1,30,2,-5")
    assert reading.frame["location_type"].to_list() == ["zone"]
    assert reading.findings == ()


def test_lookup_reports_a_word_that_it_does_not_know() -> None:
    """An unknown word gets the default, and one finding names every such word and counts its rows."""
    reading = prices("WEST,1,30,2,-5", "MOON,1,30,2,-5", "MARS,1,30,2,-5", "MOON,1,30,2,-5")
    assert reading.frame["location_type"].to_list() == ["zone", "node", "node", "node"]
    (finding,) = found(reading, FindingKind.UNKNOWN_WORD)
    assert (finding.rows, finding.column, finding.accounts) == (3, "location", False)
    assert "'MARS', 'MOON'" in finding.message


def test_lookup_without_report_is_silent() -> None:
    """Where any word is fine, the default is no finding."""
    layout = attrs.evolve(PRICES, derived=(attrs.evolve(KIND, report=False),))
    reading = layout.read(b"Time,Name,Id,Price,Loss,Congestion\n07/01/2024 00:00,MOON,1,30,2,-5\n")
    assert reading.frame["location_type"].to_list() == ["node"]
    assert reading.findings == ()


def test_constant_fills_its_field() -> None:
    """A field that the payload does not publish may be the same for all its rows."""
    assert prices("WEST,1,30,2,-5").frame["run"].to_list() == ["day_ahead"]


def test_column_without_a_field_stays_in_the_raw_columns() -> None:
    """A column that is read for itself alone is reachable as published."""
    reading = prices("WEST,61752,30,2,-5")
    assert reading.raw["Id"].to_list() == ["61752"]
    assert "Id" not in reading.frame.columns


def test_wide_columns_become_rows() -> None:
    """A column a location: rows come by time, then in the order of the columns, each with its origin."""
    reading = WIDE.read(b"Time,Total,West\n07/01/2024 00:00,10,1\n07/01/2024 01:00,20,2\n")
    assert values(reading) == [("WEST", 1.0), ("NYISO", 10.0), ("WEST", 2.0), ("NYISO", 20.0)]
    assert reading.origin.to_list() == [0, 0, 1, 1]
    assert reading.payload_rows == 4


def test_wide_rows_without_a_time_are_accounted_for() -> None:
    """A wide row that cannot be placed takes all its dataset rows with it."""
    reading = WIDE.read(b"Time,West,Total\nnever,1,2\n07/01/2024 01:00,,20\n")
    assert values(reading) == [("WEST", None), ("NYISO", 20.0)]
    (rejected,) = found(reading, FindingKind.REJECTED_ROW)
    (missing,) = found(reading, FindingKind.MISSING_VALUE)
    assert (rejected.rows, missing.rows, missing.column) == (2, 1, "load")


def test_wide_repeated_hour_keeps_both_passes() -> None:
    """A wide row of the repeated hour is its second pass when it stands second."""
    reading = WIDE.read(b"Time,West,Total\n11/03/2024 01:00,1,2\n11/03/2024 01:00,3,4\n")
    starts = reading.frame["interval_start"].dt.strftime("%H").to_list()
    assert starts == ["05", "05", "06", "06"]


def test_origin_names_the_payload_row() -> None:
    """Every row of the frame says which row of the raw columns it was read from."""
    reading = loads("keep", "00:00,A,1", "never,A,2", "02:00,A,3")
    assert reading.origin.to_list() == [0, 2]
    assert reading.raw["Load"].to_list() == [1.0, 2.0, 3.0]


REPEATED = ("00:00,A,5", "00:00,B,1", "00:00,A,0", "00:00,A,7", "00:00,A,0", "00:00,B,")


def test_repeats_are_kept_unless_the_layout_says_otherwise() -> None:
    """Rows that repeat a key are all kept by default."""
    assert len(values(loads("keep", *REPEATED))) == 6


def test_last_of_repeated_rows_stands() -> None:
    """``last``: the row that stands last supersedes the others, whatever its value."""
    reading = loads("last", *REPEATED)
    assert values(reading) == [("A", 0.0), ("B", None)]
    assert reading.origin.to_list() == [4, 5]


def test_last_row_of_a_single_series_stands() -> None:
    """Also where the payload has no column that would tell series apart, and every hour stands as often."""
    single = attrs.evolve(LOADS, columns=LOADS.columns[1:], constants={"location": "ALL"}, repeats="last")
    hours = "".join(f"07/01/2024 0{hour}:00,{load}\n" for hour, load in ((0, 1), (0, 2), (1, 3), (1, 4)))
    assert values(single.read(f"Time,Load\n{hours}".encode())) == [("ALL", 2.0), ("ALL", 4.0)]


def test_last_nonzero_of_repeated_rows_stands() -> None:
    """``last_nonzero``: a zero or an empty cell never supersedes a reading."""
    assert sorted(values(loads("last_nonzero", *REPEATED))) == [("A", 7.0), ("B", 1.0)]


def test_last_of_zeros_stands() -> None:
    """Where all repeats are zero, zero is the value."""
    assert values(loads("last_nonzero", "00:00,A,0", "00:00,A,0")) == [("A", 0.0)]


NUMBERED = attrs.evolve(
    LOADS,
    columns=(*LOADS.columns, Text("Note", required=False)),
    repeats="once",
    numbering=("Group", "POS"),
)


def numbered(*lines: str) -> Reading:
    """Loads of one day whose series are numbered, each standing once."""
    body = "".join(f"07/01/2024 {line}\n" for line in lines)
    return NUMBERED.read(f"Time,Name,Load,GROUP,Note\n{body}".encode())


def test_rows_that_differ_in_a_number_alone_are_one() -> None:
    """``once``: the first of them stands, and the finding accounts for the others."""
    reading = numbered("00:00,A,5,1,x", "00:00,B,1,2,x", "00:00,A,5,3,x", "00:00,A,5,4,x")
    assert values(reading) == [("A", 5.0), ("B", 1.0)]
    assert reading.origin.to_list() == [0, 1]
    (finding,) = found(reading, FindingKind.SUPERSEDED_ROW)
    assert (finding.rows, finding.accounts) == (2, True)
    assert finding.message == "2 rows repeat others except for GROUP: the first of each is kept"
    same = loads("once", "00:00,A,5", "00:00,A,5")
    assert values(same) == [("A", 5.0)]
    assert found(same, FindingKind.SUPERSEDED_ROW)[0].message == (
        "1 rows repeat others: the first of each is kept"
    )


@pytest.mark.parametrize("other", ["00:00,A,6,2,x", "00:00,A,,2,x", "00:00,A,5,2,y"])
def test_rows_that_differ_in_anything_else_all_stand(other: str) -> None:
    """A figure, or a column that has no field: nothing is dropped, and the checks speak of the key."""
    reading = numbered("00:00,A,5,1,x", other)
    assert len(values(reading)) == 2
    assert not found(reading, FindingKind.SUPERSEDED_ROW)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("AB"), st.integers(0, 2), st.integers(1, 3)), max_size=20
    )
)
def test_each_row_that_says_anything_new_stands(lines: list[tuple[int, str, int, int]]) -> None:
    """In the document's order; whatever rows stand between those that say the same."""
    reading = numbered(*(f"0{hour}:00,{name},{load},{group},x" for hour, name, load, group in lines))
    expected = list(dict.fromkeys((hour, name, float(load)) for hour, name, load, _ in lines))
    starts = reading.frame["interval_start"].dt.convert_time_zone(LOADS.zone).dt.hour().to_list()
    assert (
        list(zip(starts, *zip(*values(reading), strict=True), strict=True)) == expected
        if lines
        else not starts
    )
    assert reading.payload_rows == reading.accounted_rows == len(lines)


def test_superseded_rows_are_a_finding_and_stay_reachable() -> None:
    """The finding accounts for the rows left out, and the raw columns have them all."""
    reading = loads("last_nonzero", *REPEATED)
    (finding,) = found(reading, FindingKind.SUPERSEDED_ROW)
    assert (finding.rows, finding.accounts) == (4, True)
    assert "location=A" in finding.message
    assert "last nonzero" in finding.message
    assert reading.raw["Load"].to_list() == [5.0, 1.0, 0.0, 7.0, 0.0, None]


@pytest.mark.parametrize("repeats", ["once", "last", "last_nonzero"])
@pytest.mark.parametrize(
    "lines", [("00:00,A,1", "01:00,A,2"), ("00:00,A,1", "00:00,B,2"), ("01:00,A,1", "00:00,A,2"), ()]
)
def test_rows_without_repeats_are_left_alone(repeats: str, lines: tuple[str, ...]) -> None:
    """Where no key repeats there is no finding and nothing is dropped."""
    reading = loads(repeats, *lines)
    assert (reading.frame.height, reading.findings) == (len(lines), ())


def test_wide_repeats_are_superseded_location_by_location() -> None:
    """In a wide payload the last value that is not zero is found for each column."""
    layout = attrs.evolve(WIDE, repeats="last_nonzero")
    reading = layout.read(b"Time,West,Total\n07/01/2024 00:00,1,0\n07/01/2024 00:00,0,2\n")
    assert sorted(values(reading)) == [("NYISO", 2.0), ("WEST", 1.0)]


def test_rejected_row_is_shown() -> None:
    """The finding shows the row's place and its cells as published."""
    reading = prices("WEST,1,30,2,-5", ",61752,30,2,-5")
    (finding,) = found(reading, FindingKind.REJECTED_ROW)
    assert "row 2 has no usable location" in finding.message
    assert "07/01/2024 00:00,,61752" in finding.message


def test_several_readings_are_one() -> None:
    """Concatenated: frames and raw columns in order, origins shifted, rows and findings added up."""
    first = loads("keep", "00:00,A,1", "never,A,2")
    second = LOADS.read(b"Time,Name,Load,More\n07/02/2024 00:00,A,,x\n")
    whole = Reading.concat([first, second])
    assert values(whole) == [("A", 1.0), ("A", None)]
    assert whole.origin.to_list() == [0, 2]
    assert whole.origin.dtype == pl.UInt32
    assert whole.raw["More"].to_list() == [None, None, "x"]
    assert whole.payload_rows == 3
    kinds = [each.kind for each in whole.findings]
    assert kinds == [FindingKind.REJECTED_ROW, FindingKind.UNKNOWN_COLUMN, FindingKind.MISSING_VALUE]


def test_one_reading_is_itself() -> None:
    """Concatenating one reading gives that reading."""
    reading = loads("keep", "00:00,A,1")
    assert Reading.concat([reading]) is reading


def test_publication_time_is_on_every_row() -> None:
    """A publication time that the source said fills `publish_time`, in UTC, without a finding."""
    at = datetime(2024, 6, 30, 12, tzinfo=UTC)
    reading = WIDE.read(b"Time,West,Total\n07/01/2024 00:00,1,2\n").published(at)
    assert reading.frame["publish_time"].to_list() == [at, at]
    assert reading.findings == ()


def test_unknown_publication_time_is_null_and_a_finding() -> None:
    """Where the source did not say, `publish_time` is null, typed, and a finding says so."""
    reading = WIDE.read(b"Time,West,Total\n07/01/2024 00:00,1,2\n").published(None)
    assert reading.frame["publish_time"].to_list() == [None, None]
    assert reading.frame.schema["publish_time"] == pl.Datetime("us", "UTC")
    (finding,) = found(reading, FindingKind.UNKNOWN_TIME)
    assert (finding.rows, finding.accounts) == (2, False)


@pytest.mark.parametrize("field", ["place", "locaton"])
def test_layout_of_an_unknown_field_is_refused(field: str) -> None:
    """A declaration that fills no field of its dataset fails when it is made, naming the field."""
    with pytest.raises(UnsupportedQuery, match=field):
        CsvLayout(dataset=FUEL_MIX, zone=ZONE, time=TIME, columns=(Text("Name", to=field),))


def test_written_fields_leave_out_what_follows() -> None:
    """Derived and constant fields are not written; what a lookup starts from is."""
    assert PRICES.written_fields == ("location", "lmp", "loss", "congestion")


def test_fields_are_all_that_a_layout_fills() -> None:
    """Published, wide, derived and constant fields, beside the interval."""
    assert PRICES.fields == (
        *("location", "lmp", "loss", "congestion"),
        *("location_name", "location_type", "energy"),
        "run",
    )
    assert WIDE.fields == ("location", "load")


def test_layout_of_no_format_neither_reads_nor_writes() -> None:
    """What every layout declares is no format yet: only a format can be made."""
    with pytest.raises(TypeError, match="abstract"):
        Layout(dataset=LOAD, zone=ZONE, time=TIME)  # type: ignore[abstract]


def test_payload_of_another_kind_is_schema_drift() -> None:
    """A layout does not read another's payload."""
    with pytest.raises(SchemaDrift):
        WIDE.read(b"Time,Name,Load\n07/01/2024 00:00,A,1\n")


def test_figure_that_stands_for_nothing_is_null() -> None:
    """9999 where there is no limit: the value is null, said by a finding, and the raw column keeps the figure."""
    column = Number("MW", to="load", null_values=(9999.0,))
    layout = CsvLayout(
        dataset=LOAD,
        zone="America/New_York",
        time=Absolute(names=("At",)),
        columns=(Text("Name", to="location"), column),
    )
    reading = layout.read(b"At,Name,MW\n2024-07-01T04:00:00,WEST,9999\n2024-07-01T05:00:00,WEST,9998\n")
    assert reading.frame["load"].to_list() == [None, 9998.0]
    assert reading.raw["MW"].to_list() == [9999.0, 9998.0]
    assert [each.kind for each in reading.findings] == [FindingKind.MISSING_VALUE]
