"""What a reading can be asked for: fewer rows, with every one that is left out accounted for."""

from __future__ import annotations

import polars as pl

from builders import FEED, utc
from energyopti import FindingKind
from energyopti.datasets import LMP
from energyopti.findings import Finding
from energyopti.layouts import Absolute, CsvLayout, Long, Number, Reading, Text


def three_hours() -> Reading:
    """Load of one area from 04:00 to 07:00."""
    rows = "".join(f"2024-07-01T0{hour}:00:00,NORTH,{hour}\r\n" for hour in (4, 5, 6))
    return FEED.layout.read(f"Start,Area,MW\r\n{rows}".encode())


def test_kept_rows_still_know_where_they_were_read() -> None:
    """The second of three rows is the payload's second, and the finding accounts for the others."""
    finding = Finding(kind=FindingKind.ADVISORY_ROW, message="two others", rows=2, accounts=True)
    kept = three_hours().keep(pl.Series([False, True, False]), finding)
    assert kept.frame["load"].to_list() == [5.0]
    assert kept.raw["MW"][kept.origin[0]] == 5
    assert kept.accounted_rows == kept.payload_rows == 3


def test_rows_within_a_span_begin_in_it() -> None:
    """The end is excluded; the rows outside are one finding."""
    within = three_hours().within(utc("2024-07-01T05:00"), utc("2024-07-01T06:00"))
    assert within.frame["load"].to_list() == [5.0]
    assert [(each.kind, each.rows, each.accounts) for each in within.findings] == [
        (FindingKind.OVERLAP, 2, True)
    ]


def test_reading_within_its_span_is_itself() -> None:
    """Nothing is said where nothing is left out."""
    reading = three_hours()
    assert reading.within(utc("2024-07-01T04:00"), utc("2024-07-01T07:00")) is reading


def left_out(reading: Reading) -> list[tuple[FindingKind, list[tuple[object, ...]]]]:
    """Why rows are not in the frame, and their raw columns."""
    return [(each.kind, each.raw.rows()) for each in reading.left_out]


def test_rows_that_are_not_kept_stay_with_their_reason() -> None:
    """As they were published, and with what could be read of them."""
    finding = Finding(kind=FindingKind.ADVISORY_ROW, message="two others", rows=2, accounts=True)
    kept = three_hours().keep(pl.Series([False, True, False]), finding)
    assert left_out(kept) == [
        (
            FindingKind.ADVISORY_ROW,
            [("2024-07-01T04:00:00", "NORTH", 4.0), ("2024-07-01T06:00:00", "NORTH", 6.0)],
        )
    ]
    assert kept.left_out[0].frame["interval_start"].to_list() == [
        utc("2024-07-01T04:00"),
        utc("2024-07-01T06:00"),
    ]


def test_rows_of_another_time_are_left_out_of_nothing() -> None:
    """They are where they belong."""
    assert three_hours().within(utc("2024-07-01T05:00"), utc("2024-07-01T06:00")).left_out == ()


def test_part_of_a_document_has_what_was_left_out_of_its_time() -> None:
    """And what nobody knows the time of."""
    text = b"Start,Area,MW\r\nnever,NORTH,1\r\n2024-07-01T04:00:00,,2\r\n2024-07-01T05:00:00,NORTH,3\r\n4\r\n"
    reading = FEED.layout.read(text + b"2024-07-01T06:00:00,NORTH,5\r\n")
    part = reading.slice(utc("2024-07-01T05:00"), utc("2024-07-01T06:00"))
    assert left_out(part) == [
        (FindingKind.REJECTED_ROW, [("4", None, None)]),
        (FindingKind.REJECTED_ROW, [("never", "NORTH", 1.0)]),
    ]
    assert len(left_out(reading)[1][1]) == 2


def test_readings_together_have_what_each_left_out() -> None:
    """In their order."""
    bad = FEED.layout.read(b"Start,Area,MW\r\nnever,NORTH,1\r\n")
    assert len(Reading.concat([bad, three_hours(), bad]).left_out) == 2


def test_same_row_of_another_width_counts_in_each_file() -> None:
    """Findings that say the same of two files account for both."""
    text = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,4\r\n1,2,3,4\r\n"
    reading = FEED.layout.read_all([text, text])
    assert reading.payload_rows == reading.accounted_rows == 4
    assert [cells for _, rows in left_out(reading) for cells in rows] == [("1", "2", "3", "4")] * 2


def test_rows_of_another_width_are_counted_and_kept() -> None:
    """The finding counts them and shows the first; what they have too much stands in a column of its own."""
    text = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,4\r\nx,y\r\n1,2,3,4,5\r\n"
    reading = FEED.layout.read(text)
    (finding,) = reading.findings
    assert finding.rows == 2
    assert finding.message == (
        "2 rows have a different width than the header: row 2 has 2 fields where the header has 3: 'x,y'"
    )
    (broken,) = reading.left_out
    assert broken.raw.to_dicts() == [
        {"Start": "x", "Area": "y", "MW": None, "more fields": None},
        {"Start": "1", "Area": "2", "MW": "3", "more fields": "4,5"},
    ]


def test_superseded_figures_of_a_thing_are_left_out_with_all_that_completed_it() -> None:
    """Of a price that several rows make, each of them."""
    layout = CsvLayout(
        dataset=LMP,
        zone="America/New_York",
        time=Absolute(names="Start"),
        columns=(Text("Node", to="location"), Text("Line", to="location_name")),
        constants={"location_type": "node"},
        long=Long(
            by=Text("Kind"),
            value=Number("Price"),
            words={"LMP": "lmp", "MCC": "congestion"},
            same=("Start", "Node", "Line"),
        ),
        repeats="last",
    )
    lines = [f"2024-07-01T04:00:00,A,{line},{kind},{line}" for line in (1, 2) for kind in ("LMP", "MCC")]
    rows = "".join(f"{line}\n" for line in lines)
    reading = layout.read(f"Start,Node,Line,Kind,Price\n{rows}".encode())
    assert reading.frame["lmp"].to_list() == [2.0]
    (others,) = reading.left_out
    assert others.kind is FindingKind.SUPERSEDED_ROW
    assert others.raw.select("Line", "Kind").rows() == [("1", "LMP"), ("1", "MCC")]
    assert others.frame.select("lmp", "congestion").rows() == [(1.0, 1.0)] * 2


def test_time_after_all_that_is_forecast_is_no_publication() -> None:
    """A file that was packed or copied again says when that was; one that was written before its last hour is believed."""
    late = three_hours().published(utc("2024-07-01T07:01"))
    assert late.frame["publish_time"].null_count() == 3
    (finding,) = late.findings
    assert (finding.kind, finding.rows) == (FindingKind.UNKNOWN_TIME, 3)
    assert "written at 2024-07-01 07:01Z, after all that it forecasts" in finding.message
    believed = three_hours().published(utc("2024-07-01T07:00"))
    assert (believed.frame["publish_time"].unique().to_list(), believed.findings) == (
        [utc("2024-07-01T07:00")],
        (),
    )


def test_numbers_of_places_are_read_as_they_were_before_pandas() -> None:
    """It makes 48592.0 of 48592 where one of a column is empty; a name that only looks so among others stays."""
    text = "Start,Area,MW\r\n2024-07-01T04:00:00,{},1\r\n2024-07-01T05:00:00,{},2\r\n"

    def places(*names: str) -> list[str]:
        return FEED.layout.read(text.format(*names).encode()).frame["location"].to_list()

    assert places("48592.0", "51288.0") == ["48592", "51288"]
    assert places("48592.0", "A.0") == ["48592.0", "A.0"]
    assert places("A", "B") == ["A", "B"]
