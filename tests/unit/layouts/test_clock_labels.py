"""Labels that are not what they seem about a change of the clocks: placed right, or left out by name.

In Chicago the clocks fell back on 2025-11-02 (01:00 CDT is 06:00 UTC, 01:00 CST is 07:00 UTC) and sprang forward on
2026-03-08 (02:00 was skipped: 01:00 CST is 07:00 UTC, 03:00 CDT is 08:00 UTC).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import attrs
import pytest

from energyopti.datasets import LOAD, LOAD_FORECAST
from energyopti.findings import FindingKind
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    HourEnding,
    Layout,
    Meaning,
    Moment,
    Number,
    OffsetFlag,
    Reading,
    RepeatFlag,
    Stamp,
    Text,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FORMATS = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S")
LONG, SHORT = "11/02/2025", "03/08/2026"
FLAG = RepeatFlag(names="Flag")
CENTRAL = OffsetFlag(names="Flag", offsets={"CDT": -5 * HOUR, "CST": -6 * HOUR})
ENDS = Stamp("Time", formats=FORMATS, meaning=Meaning.ENDING, step=5 * MINUTE, flag=FLAG)
QUARTERS = attrs.evolve(ENDS, step=15 * MINUTE)
HOURS = HourEnding(date="Day", hour="Hour", flag=FLAG)
NUMBERS = HourEnding(date="Day", hour="Hour", counts_hours=True)
OF_ITS_OWN = HourEnding(date="Day", hour="Hour", repeats_as=25)
BEGINS = Stamp("Time", formats=FORMATS, meaning=Meaning.BEGINNING, step=HOUR)


def layout(time: Stamp | HourEnding | Absolute) -> CsvLayout:
    """Loads of places in Texas."""
    columns = (Text("Name", to="location"), Number("Load", to="load"))
    return CsvLayout(dataset=LOAD, zone="America/Chicago", time=time, columns=columns)


def payload(time: Stamp | HourEnding | Absolute, day: str, labels: Iterable[str], name: str = "A") -> bytes:
    """Labels of a day, each with its number as a load."""
    flagged = not isinstance(time, Absolute) and time.flag is not None
    header = f"{'Day,Hour' if isinstance(time, HourEnding) else 'Time'}{',Flag' if flagged else ''}"
    between = "," if isinstance(time, HourEnding) else " "
    lines = [
        f"{day}{between}{label.replace(' ', ',')},{name},{number}\n" for number, label in enumerate(labels)
    ]
    return f"{header},Name,Load\n{''.join(lines)}".encode()


def read(time: Stamp | HourEnding, day: str, *labels: str) -> Reading:
    """A payload of one place, in one file."""
    return layout(time).read(payload(time, day, labels))


def ends(reading: Reading) -> dict[int, str]:
    """When each row that is left ends, in UTC, by its number; all rows are accounted for."""
    assert reading.payload_rows == reading.accounted_rows
    clocks = reading.frame["interval_end"].dt.strftime("%H:%M")
    return dict(zip(reading.frame["load"].cast(int), clocks, strict=True))


def odd(reading: Reading) -> list[tuple[int, str]]:
    """What is said of labels: of how many rows, and of which first."""
    found = [each for each in reading.findings if each.kind is FindingKind.CLOCK_LABEL]
    return [(each.rows, each.message.split("(")[1].split(")")[0]) for each in found]


@pytest.mark.parametrize("irregular", [False, True])
def test_interval_up_to_the_skipped_hour_ends_at_either_label(irregular: bool) -> None:
    """On the short day 02:00 and 03:00 are one moment; a source may call the end by either."""
    for label in ("02:00", "03:00"):
        reading = read(attrs.evolve(ENDS, irregular=irregular), SHORT, "01:55 N", f"{label} N", "03:05 N")
        assert ends(reading) == {0: "07:55", 1: "08:00", 2: "08:05"}
        assert reading.findings == ()


@pytest.mark.parametrize("irregular", [False, True])
def test_ends_within_the_skipped_hour_never_were(irregular: bool) -> None:
    """Whatever ends between 02:00 and 03:00 on the short day is left out by name."""
    time = attrs.evolve(ENDS, irregular=irregular)
    reading = read(time, SHORT, "02:00 N", "02:05 N", "02:55 N", "03:05 N")
    assert ends(reading) == {0: "08:00", 3: "08:05"}
    (finding,) = reading.findings
    assert (finding.kind, finding.rows) == (FindingKind.REJECTED_ROW, 2)
    assert "02:05" in finding.message
    assert finding.message.endswith("the clocks of America/Chicago skipped this time")


def test_unreadable_time_beside_a_skipped_one_is_not_said_to_be_skipped() -> None:
    """The reason is that of the row which is named."""
    for first, second, said in (("soon N", "02:05 N", False), ("02:05 N", "soon N", True)):
        (finding,) = read(ENDS, SHORT, first, second, "03:05 N").findings
        assert (finding.rows, "skipped" in finding.message) == (2, said)


@pytest.mark.parametrize("labels", [("02:00 N", "03:00 N"), ("03:00 N", "02:00 N")])
def test_moment_with_both_labels_keeps_the_one_that_was(labels: tuple[str, str]) -> None:
    """Where a series has 02:00 and 03:00 for one end, the row of 03:00 never began: it is left out."""
    reading = read(ENDS, SHORT, "01:55 N", *labels, "03:05 N")
    assert ends(reading) == {0: "07:55", 1 + labels.index("02:00 N"): "08:00", 3: "08:05"}
    assert odd(reading) == [(1, f"{SHORT} 03:00 N")]


def test_moment_with_one_label_in_each_series_is_no_matter() -> None:
    """Another series may call the moment otherwise."""
    one, two = (payload(ENDS, SHORT, [label], name) for label, name in (("02:00 N", "A"), ("03:00 N", "B")))
    reading = layout(ENDS).read(one + two.split(b"\n", 1)[1])
    assert reading.frame["interval_end"].dt.strftime("%H:%M").to_list() == ["08:00", "08:00"]
    assert reading.findings == ()


def test_three_o_clock_twice_is_one_interval() -> None:
    """What ends at 03:00 twice on the short day ends at one moment: rows that repeat a key, as on any day."""
    reading = read(ENDS, SHORT, "03:00 N", "03:00 N")
    assert reading.frame["interval_end"].dt.strftime("%H:%M").to_list() == ["08:00", "08:00"]


def test_first_pass_ends_at_two_and_so_does_the_second() -> None:
    """The flag is that of the beginning: 02:00 N ends the first pass of the long day, 02:00 Y the second."""
    reading = read(ENDS, LONG, "02:00 Y", "02:00 N", "02:05 N", "01:00 N", "01:05 Y")
    assert ends(reading) == {0: "08:00", 1: "07:00", 2: "08:05", 3: "06:00", 4: "07:05"}
    assert reading.findings == ()


def test_first_pass_may_end_on_the_new_clock() -> None:
    """01:00 of the second pass is when the first one ends."""
    assert ends(read(ENDS, LONG, "01:00 N", "01:00 Y")) == {0: "06:00", 1: "07:00"}
    by_offset = attrs.evolve(ENDS, flag=CENTRAL)
    assert ends(read(by_offset, LONG, "02:00 CDT", "01:00 CST", "02:00 CST")) == {
        0: "07:00",
        1: "07:00",
        2: "08:00",
    }


def test_end_of_the_first_pass_that_is_called_as_its_beginning_is_put_right() -> None:
    """ERCOT's demand of 2016 calls the end of the first pass 01:00 N, as the end of the quarter before it."""
    labels = ("00:45 N", "01:00 N", "01:15 N", "01:30 N", "01:45 N", "01:00 N", "01:15 Y", "02:00 Y")
    reading = read(QUARTERS, LONG, *labels)
    assert list(ends(reading).values()) == [
        "05:45",
        "06:00",
        "06:15",
        "06:30",
        "06:45",
        "07:00",
        "07:15",
        "08:00",
    ]
    assert odd(reading) == [(1, f"{LONG} 01:00 N")]


@pytest.mark.parametrize("flags", ["YN", "NN"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_label_of_the_hour_after_stands_for_the_second_pass(flags: str, newest_first: bool) -> None:
    """ERCOT's temperatures have no second 02:00 but 03:00 twice: the first of them is the second pass."""
    labels = ["01:00 N", "02:00 N", f"03:00 {flags[0]}", f"03:00 {flags[1]}", "04:00 N"]
    reading = read(HOURS, LONG, *(reversed(labels) if newest_first else labels))
    found = list(ends(reading).values())
    assert (found[::-1] if newest_first else found) == ["06:00", "07:00", "08:00", "09:00", "10:00"]
    assert odd(reading) == [(1, f"{LONG} 03:00 {flags[0]}")]


def test_label_that_is_repeated_without_a_first_pass_proves_nothing() -> None:
    """03:00 twice where 02:00 is not there at all is a row that repeats its key."""
    assert ends(read(HOURS, LONG, "01:00 N", "03:00 N", "04:00 N")) == {0: "06:00", 1: "09:00", 2: "10:00"}
    reading = read(HOURS, LONG, "01:00 N", "03:00 N", "03:00 N", "04:00 N")
    assert reading.frame["interval_end"].dt.strftime("%H:%M").to_list() == [
        "06:00",
        "09:00",
        "09:00",
        "10:00",
    ]


def test_row_that_stands_twice_does_not_become_a_second_pass() -> None:
    """Where both passes are there, a row that repeats one of them repeats its key."""
    for labels in (("02:00 N", "02:00 N", "02:00 Y"), ("02:00 N", "02:00 Y", "02:00 Y")):
        reading = read(HOURS, LONG, "01:00 N", *labels, "03:00 N")
        expected = ["07:00" if label.endswith("N") else "08:00" for label in labels]
        assert reading.frame["interval_end"].dt.strftime("%H:%M").to_list() == [
            "06:00",
            *expected,
            "09:00",
        ]
        assert odd(reading) == []


def test_both_passes_that_deny_being_the_second_are_told_by_order() -> None:
    """02:00 N twice: the second of them is the second pass."""
    reading = read(HOURS, LONG, "01:00 N", "02:00 N", "02:00 N", "03:00 N")
    assert ends(reading) == {0: "06:00", 1: "07:00", 2: "08:00", 3: "09:00"}
    assert odd(reading) == [(1, f"{LONG} 02:00 N")]


def test_runs_that_all_deny_being_of_the_second_pass_are_told_by_order() -> None:
    """Stamps off the grid never meet: where none of them is Y and they turn back, the second pass begins there."""
    time = attrs.evolve(ENDS, meaning=Meaning.BEGINNING, irregular=True)
    clocks = ("00:55:12", "01:00:13", "01:50:12", "01:55:11", "01:00:10", "01:05:13", "02:00:14")
    reading = read(time, LONG, *(f"{clock} N" for clock in clocks))
    assert reading.frame["interval_start"].dt.hour().to_list() == [5, 6, 6, 6, 7, 7, 8]
    assert odd(reading) == [(2, f"{LONG} 01:00:10 N")]


def test_hour_that_is_there_once_is_the_first_pass() -> None:
    """A source that skips the second pass has a gap there; its ends at 02:00 are of the first."""
    ending = attrs.evolve(BEGINS, meaning=Meaning.ENDING)
    assert ends(read(ending, LONG, "01:00", "02:00", "03:00")) == {0: "06:00", 1: "07:00", 2: "09:00"}


def test_both_passes_that_claim_to_be_the_second_are_told_by_order() -> None:
    """02:00 Y twice in a document that has the hour before."""
    reading = read(HOURS, LONG, "01:00 N", "02:00 Y", "02:00 Y", "03:00 N")
    assert ends(reading) == {0: "06:00", 1: "07:00", 2: "08:00", 3: "09:00"}


def test_documents_that_repeat_each_other_are_not_two_passes() -> None:
    """A quarter that is published again supersedes itself; it does not become the quarter of the other pass."""
    time = HourEnding(date="Day", hour="Hour", interval=("Part",), step=15 * MINUTE, flag=FLAG)
    form = attrs.evolve(layout(time), repeats="last")
    quarter = b"Day,Hour,Part,Flag,Name,Load\n11/02/2025,2,1,N,A,%d\n"
    after = b"Day,Hour,Part,Flag,Name,Load\n11/02/2025,3,1,N,A,9\n"
    for documents in ([quarter % 1, quarter % 2, after], iter([quarter % 1, quarter % 2, after])):
        reading = form.read_all(documents)
        assert ends(reading) == {2: "06:15", 9: "08:15"}
    gather = form.read(quarter % 1 + (quarter % 2).split(b"\n", 1)[1])
    assert ends(gather) == {2: "06:15"}


def test_row_of_five_minutes_that_is_posted_again_is_not_of_a_second_pass() -> None:
    """While the first pass runs, rows that stand twice in one document say nothing of the second."""
    labels = ("01:00 N", "01:05 N", "01:05 N", "01:10 N", "01:10 N", "01:15 N")
    reading = read(ENDS, LONG, *labels)
    assert list(reading.frame["interval_end"].dt.strftime("%M")) == ["00", "05", "05", "10", "10", "15"]
    assert set(reading.frame["interval_end"].dt.hour()) == {6}


def test_first_pass_that_is_posted_again_is_not_the_second_pass() -> None:
    """The whole first pass twice, and nothing after it: the flag is believed."""
    first_pass = [f"01:{minute:02d} N" for minute in range(5, 60, 5)] + ["02:00 N"]
    reading = read(ENDS, LONG, *first_pass, *first_pass)
    assert reading.frame["interval_end"].n_unique() == 12
    assert odd(reading) == []


def test_publications_in_one_payload_are_not_two_passes() -> None:
    """A forecast that is made twice has each hour twice; its time of publication tells them apart."""
    columns = (
        Text("Name", to="location"),
        Moment("Posted", to="publish_time", formats=FORMATS[0], utc=True),
        Number("Load", to="load"),
    )
    form = CsvLayout(dataset=LOAD_FORECAST, zone="America/Chicago", time=HOURS, columns=columns)
    rows = [f"{LONG},{hour},N,A,11/01/2025 0{post}:00,1\n" for post in (1, 2) for hour in ("01:00", "02:00")]
    reading = form.read(f"Day,Hour,Flag,Name,Posted,Load\n{''.join(rows)}".encode())
    assert reading.frame["interval_end"].dt.strftime("%H:%M").to_list() == ["06:00", "07:00"] * 2


def test_flag_of_the_second_pass_elsewhere_says_nothing() -> None:
    """Y at any other hour, or on any other day, is a finding; the clock says when it was."""
    for day, end in ((LONG, "09:00"), ("07/01/2025", "08:00")):
        reading = read(HOURS, day, "03:00 Y")
        assert ends(reading) == {0: end}
        assert odd(reading) == [(1, f"{day} 03:00 Y")]


def test_row_with_a_flag_that_cannot_be_gives_way_to_one_by_right() -> None:
    """The second pass doubled as 03:00 Y has no time of its own: 03:00 N has it."""
    reading = read(HOURS, LONG, "02:00 N", "02:00 Y", "03:00 N", "03:00 Y")
    assert ends(reading) == {0: "07:00", 1: "08:00", 2: "09:00"}
    assert odd(reading) == [(1, f"{LONG} 03:00 Y")] * 2
    by_offset = attrs.evolve(BEGINS, flag=CENTRAL)
    reading = read(by_offset, "07/01/2025", "03:00 CDT", "03:00 CST")
    assert ends(reading) == {0: "09:00"}


def test_offset_that_is_the_same_in_both_passes_is_put_right_by_the_order() -> None:
    """CDT throughout the long day: from the turn of the labels on it is wrong, and cannot be after 02:00."""
    time = attrs.evolve(BEGINS, flag=CENTRAL, step=30 * MINUTE)
    clocks = ("00:30", "01:00", "01:30", "01:00", "01:30", "02:00")
    reading = read(time, LONG, *(f"{clock} CDT" for clock in clocks))
    assert list(ends(reading).values()) == ["06:00", "06:30", "07:00", "07:30", "08:00", "08:30"]
    assert sorted(rows for rows, _ in odd(reading)) == [1, 2]


def test_offset_of_a_reading_that_no_clock_showed_does_not_make_one() -> None:
    """02:30 CST on the short day is left out: the files that say so skip the hour, and their flag lags."""
    reading = read(attrs.evolve(BEGINS, flag=CENTRAL), SHORT, "01:30 CST", "02:30 CST", "03:30 CST")
    assert ends(reading) == {0: "08:30", 2: "09:30"}
    assert odd(reading) == [(1, f"{SHORT} 03:30 CST")]


def test_label_25_with_the_flag_is_the_second_pass() -> None:
    """Where the flag calls hour 25 the repeated one, the other labels are those of the clock."""
    reading = read(HOURS, LONG, "01:00 N", "02:00 N", "03:00 N", "24:00 N", "25:00 Y")
    assert ends(reading) == {0: "06:00", 1: "07:00", 2: "09:00", 3: "06:00", 4: "08:00"}


def test_label_25_of_a_report_with_a_flag_numbers_the_hours() -> None:
    """Label 3 of a day that goes up to 25 is its third hour, whatever the flag says of it."""
    reading = read(HOURS, LONG, "01:00 N", "02:00 N", "03:00 Y", "04:00 N", "25:00 N")
    assert ends(reading) == {0: "06:00", 1: "07:00", 2: "08:00", 3: "09:00", 4: "06:00"}
    assert odd(reading) == [(5, f"{LONG} 01:00 N")]


def test_series_may_be_labelled_in_different_ways() -> None:
    """One place numbers its hours, the other repeats a label."""
    one = payload(HOURS, LONG, ["01:00 N", "02:00 N", "03:00 N", "25:00 N"])
    two = payload(HOURS, LONG, ["01:00 N", "02:00 N", "02:00 Y", "03:00 N"], "B")
    frame = layout(HOURS).read(one + two.split(b"\n", 1)[1]).frame
    assert frame["interval_end"].dt.strftime("%H:%M").to_list() == [
        *("06:00", "07:00", "08:00", "06:00"),
        *("06:00", "07:00", "08:00", "09:00"),
    ]


def test_label_that_is_repeated_where_numbers_are_due_is_the_clock_s() -> None:
    """A table that numbers its hours, but has 2 twice and no 25, does not number them."""
    reading = read(NUMBERS, LONG, "1", "2", "2", "3", "24")
    assert ends(reading) == {0: "06:00", 1: "07:00", 2: "08:00", 3: "09:00", 4: "06:00"}
    assert odd(reading) == [(5, f"{LONG} 1")]


def test_label_that_is_repeated_where_25_is_due_is_told_by_order() -> None:
    """A table that calls the second pass 25, but has 2 twice, means the second pass by the second."""
    reading = read(OF_ITS_OWN, LONG, "1", "2", "2", "3")
    assert ends(reading) == {0: "06:00", 1: "07:00", 2: "08:00", 3: "09:00"}
    assert odd(reading) == [(1, f"{LONG} 2")]


def test_short_day_without_its_third_hour_is_the_clock_s() -> None:
    """Of 1, 2, 4 to 24 none counts; a label 3 beside 24 is of an hour that never was."""
    reading = read(HOURS, SHORT, *(f"{hour} N" for hour in range(1, 25)))
    assert ends(reading)[3] == "09:00"
    assert 2 not in ends(reading)
    assert len(reading.frame) == 23


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        ("01:00 01:20 01:40 01:00 01:20 01:40 01:00 01:20 01:40 01:00 01:20 01:40", "666777666777"),
        ("01:00 01:20 01:10 01:30 01:50 01:00 01:20 01:50", "66666777"),
        ("01:00 01:20 01:20 01:40 01:00 01:20 01:40", "6666777"),
        ("01:00 01:00 01:20 01:20 01:40 01:40", "676767"),
    ],
    ids=["two copies", "a late row", "a row twice", "sorted by label"],
)
def test_order_tells_the_passes_of_rows_that_are_not_in_order(clocks: str, expected: str) -> None:
    """The second pass begins where the labels fall furthest; in rows sorted by label every second one is of it."""
    reading = read(attrs.evolve(BEGINS, step=10 * MINUTE), LONG, *clocks.split())
    assert "".join(map(str, reading.frame["interval_start"].dt.hour())) == expected


@pytest.mark.parametrize(
    ("stamp", "end"), [("11:10:30", "16:10"), ("11:09:57", "16:10"), ("11:12:29", "16:10")]
)
def test_stamp_near_the_grid_means_the_grid(stamp: str, end: str) -> None:
    """A stamp that is some seconds late or early means the nearest mark; the published one stays in the raw columns."""
    reading = read(attrs.evolve(ENDS, nearest=True), "09/07/2026", f"{stamp} N")
    assert ends(reading) == {0: end}
    assert reading.frame["interval_start"].dt.strftime("%H:%M:%S").to_list() == ["16:05:00"]
    assert reading.raw["Time"].to_list() == [f"09/07/2026 {stamp}"]


def test_stamp_half_way_between_two_marks_means_neither() -> None:
    """It is left out, and named: what cannot be known is not guessed."""
    reading = read(attrs.evolve(ENDS, nearest=True), "09/07/2026", "11:12:30 N", "11:15:00 N")
    assert ends(reading) == {1: "16:15"}
    assert "11:12:30" in reading.findings[0].message
    absolute = Absolute(names="Time", formats=FORMATS[1], step=5 * MINUTE, nearest=True)
    reading = layout(absolute).read(payload(absolute, "09/07/2026", ["11:12:30", "11:12:31"]))
    assert ends(reading) == {1: "11:20"}


def test_stamps_of_one_mark_repeat_its_key() -> None:
    """Two stamps that mean one mark are one interval: the last stands where the layout says so."""
    form: Layout = attrs.evolve(layout(attrs.evolve(ENDS, nearest=True)), repeats="last")
    stamps = ["11:10:00 N", "11:10:30 N"]
    reading = form.read(payload(ENDS, "09/07/2026", stamps))
    assert ends(reading) == {1: "16:10"}
    assert [finding.kind for finding in reading.findings] == [FindingKind.SUPERSEDED_ROW]


def test_late_stamps_about_the_changes_mean_the_grid() -> None:
    """A stamp of 02:00:30 ends at the change of the short day, and at that of the long day by its flag."""
    time = attrs.evolve(ENDS, nearest=True)
    assert ends(read(time, SHORT, "02:00:30 N", "03:05:30 N")) == {0: "08:00", 1: "08:05"}
    assert ends(read(time, LONG, "02:00:30 N", "01:05:30 Y", "02:00:30 Y")) == {
        0: "07:00",
        1: "07:05",
        2: "08:00",
    }


def test_payload_over_many_years_knows_every_change() -> None:
    """Twenty years of one stamp each: all by the rules of their own year."""
    lines = b"".join(b"07/01/%d 00:00,A,1\n01/01/%d 00:00,A,1\n" % (year, year) for year in range(2000, 2020))
    frame = layout(BEGINS).read(b"Time,Name,Load\n" + lines).frame
    assert frame["interval_start"].dt.hour().to_list() == [5, 6] * 20
