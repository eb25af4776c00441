"""Hour-ending labels, intervals within the hour, and stamps that are UTC or carry their offset.

In New York the hour that ends at 02:00 stood twice on 2024-11-03 and the one that ends at 03:00 was skipped on
2024-03-10.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from energyopti.datasets import LOAD
from energyopti.findings import FindingKind
from energyopti.layouts import Absolute, CsvLayout, HourEnding, Meaning, Number, Reading, RepeatFlag, Text

QUARTER = timedelta(minutes=15)


def read(time: HourEnding | Absolute, header: str, lines: Iterable[str]) -> Reading:
    """Rows of one location, each with a load of 1."""
    layout = CsvLayout(
        dataset=LOAD,
        zone="America/New_York",
        time=time,
        columns=(Text("Name", to="location"), Number("Load", to="load")),
    )
    body = "".join(f"{line},A,1\n" for line in lines)
    return layout.read(f"{header},Name,Load\n{body}".encode())


def labelled(day: str, *labels: Any, **how: Any) -> Reading:
    """The hours of one day by their labels."""
    return read(
        HourEnding(date="Day", hour="Hour", **how), "Day,Hour", [f"{day},{label}" for label in labels]
    )


def spans(reading: Reading) -> list[str]:
    """The interval of each row, in UTC."""
    assert reading.payload_rows == reading.accounted_rows
    begin, end = (reading.frame[name].dt.strftime("%d %H:%M") for name in ("interval_start", "interval_end"))
    return [f"{one}-{two[3:]}" for one, two in zip(begin, end, strict=True)]


def rejected(reading: Reading) -> int:
    """How many rows were rejected."""
    return sum(each.rows for each in reading.findings if each.kind is FindingKind.REJECTED_ROW)


@pytest.mark.parametrize("label", ["01:00", "1:00", "1", "01", " 1 ", "01:00:00"])
def test_first_hour_in_every_spelling(label: str) -> None:
    """Label 1 is the hour from midnight to 01:00."""
    assert spans(labelled("07/01/2024", label)) == ["01 04:00-05:00"]


@pytest.mark.parametrize("label", ["24:00", "24"])
def test_last_hour_in_every_spelling(label: str) -> None:
    """Label 24 is the hour before the next midnight, and belongs to its own day."""
    assert spans(labelled("07/01/2024", label)) == ["02 03:00-04:00"]


def test_labels_of_a_day_are_its_hours() -> None:
    """Labels 1 to 24 are the 24 hours from local midnight on."""
    reading = labelled("07/01/2024", *range(1, 25))
    hours = [
        f"{1 + (4 + hour) // 24:02d} {(4 + hour) % 24:02d}:00-{(5 + hour) % 24:02d}:00" for hour in range(24)
    ]
    assert spans(reading) == hours


@pytest.mark.parametrize("label", ["0", "25", "25:00", "1:30", "x", "", "-1", "100"])
def test_label_that_is_no_hour_is_rejected(label: str) -> None:
    """A label outside 1 to 24, or on no full hour, is not guessed at."""
    assert rejected(labelled("07/01/2024", label)) == 1


def test_unreadable_date_is_rejected() -> None:
    """An hour of no day is no time."""
    assert rejected(labelled("someday", 1)) == 1
    assert rejected(labelled("someday", 1, counts_hours=True)) == 1


def test_repeated_label_keeps_both_passes() -> None:
    """On the 25-hour day label 2 stands twice: first EDT, then EST."""
    assert spans(labelled("11/03/2024", 1, 2, 2, 3)) == [
        "03 04:00-05:00",
        "03 05:00-06:00",
        "03 06:00-07:00",
        "03 07:00-08:00",
    ]


def test_missing_label_is_not_invented() -> None:
    """On the 23-hour day the label of the skipped hour is rejected, and the next is the next hour."""
    reading = labelled("03/10/2024", 2, 3, 4)
    assert spans(reading) == ["10 06:00-07:00", "10 07:00-08:00"]
    assert rejected(reading) == 1


def test_repeated_hour_flag_tells_the_passes_of_a_label() -> None:
    """Y is the second pass of the repeated label."""
    time = HourEnding(date="Day", hour="Hour", flag=RepeatFlag(names="Repeated"))
    reading = read(time, "Day,Hour,Repeated", [f"11/03/2024,02:00,{flag}" for flag in "YN"])
    assert spans(reading) == ["03 06:00-07:00", "03 05:00-06:00"]


def test_intervals_within_the_hour() -> None:
    """Interval 1 begins the hour and interval 4 closes it; 0 and 5 are none."""
    time = HourEnding(date="Day", hour="Hour", interval=("Part",), step=QUARTER)
    reading = read(
        time, "Day,Hour,Part", [f"07/01/2024,1,{part}" for part in ("1", "2", " 4 ", "0", "5", "x", "")]
    )
    assert spans(reading) == ["01 04:00-04:15", "01 04:15-04:30", "01 04:45-05:00"]
    assert rejected(reading) == 4


def test_intervals_of_the_repeated_hour_by_order() -> None:
    """The four intervals of the repeated label stand twice, and both passes are kept."""
    time = HourEnding(date="Day", hour="Hour", interval=("Part",), step=QUARTER)
    reading = read(time, "Day,Hour,Part", [f"11/03/2024,2,{part}" for part in (1, 2, 3, 4, 1, 2, 3, 4)])
    assert [span[3:8] for span in spans(reading)] == [
        *("05:00", "05:15", "05:30", "05:45"),
        *("06:00", "06:15", "06:30", "06:45"),
    ]


def test_counted_hours_of_the_25_hour_day() -> None:
    """Where labels count elapsed hours, 1 to 25 are the 25 hours of the long day."""
    reading = labelled("11/03/2024", *range(1, 26), counts_hours=True)
    starts = [f"03 {hour:02d}:00" for hour in range(4, 24)] + [f"04 {hour:02d}:00" for hour in range(5)]
    assert [span[:8] for span in spans(reading)] == starts


def test_counted_hours_do_not_depend_on_the_order() -> None:
    """A counted label says which pass it is by itself."""
    assert spans(labelled("11/03/2024", 3, 2, counts_hours=True)) == ["03 06:00-07:00", "03 05:00-06:00"]


def test_counted_hours_of_other_days_are_clock_hours() -> None:
    """On other days the labels are the clock's: label 3 of the 23-hour day does not exist."""
    reading = labelled("03/10/2024", 2, 3, 4, 24, counts_hours=True)
    assert spans(reading) == ["10 06:00-07:00", "10 07:00-08:00", "11 03:00-04:00"]
    assert rejected(reading) == 1


@pytest.mark.parametrize("day", ["07/01/2024", "03/10/2024"])
def test_hour_25_of_a_day_without_one_is_rejected(day: str) -> None:
    """Label 25 is no hour of a day that has 23 or 24: it is not the next day's first."""
    assert rejected(labelled(day, 25, counts_hours=True)) == 1


def test_counted_hours_of_several_days_in_one_payload() -> None:
    """Each day of a payload is counted by its own length."""
    time = HourEnding(date="Day", hour="Hour", counts_hours=True)
    reading = read(time, "Day,Hour", ["11/02/2024,24", "11/03/2024,25", "11/04/2024,1"])
    assert spans(reading) == ["03 03:00-04:00", "04 04:00-05:00", "04 05:00-06:00"]


@pytest.mark.parametrize("day", ["12/31/9999", "01/01/0000"])
def test_counted_hour_beyond_the_calendar_is_rejected(day: str) -> None:
    """A year that no clock can show in UTC is no readable time."""
    assert rejected(labelled(day, 24 if day.startswith("12") else 1, counts_hours=True)) == 1


@pytest.mark.parametrize(
    ("meaning", "span"),
    [
        (Meaning.BEGINNING, "01 04:00-05:00"),
        (Meaning.ENDING, "01 03:00-04:00"),
        (Meaning.INSTANT, "01 04:00-05:00"),
    ],
)
def test_utc_stamps(meaning: Meaning, span: str) -> None:
    """A UTC stamp is taken as it is, whatever the market's clock; the step gives its length."""
    reading = read(Absolute(names="GMT", meaning=meaning), "GMT", ["2024-07-01T04:00:00"])
    assert spans(reading) == [span]


def test_stamps_with_an_offset() -> None:
    """A stamp that carries its offset means that instant, on both sides of a clock change."""
    time = Absolute(names="At", formats="%Y-%m-%dT%H:%M:%S%z")
    reading = read(time, "At", ["2024-11-03T01:00:00-04:00", "2024-11-03T01:00:00-05:00"])
    assert spans(reading) == ["03 05:00-06:00", "03 06:00-07:00"]


def test_stamps_with_a_letter_for_utc() -> None:
    """A trailing Z is part of the format."""
    time = Absolute(names="At", formats=("%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"))
    assert spans(read(time, "At", ["2024-07-01T04:00Z", "2024-07-01T05:00:00Z"])) == [
        "01 04:00-05:00",
        "01 05:00-06:00",
    ]


def test_published_ends_are_taken_as_they_are() -> None:
    """Where the end stands in a column of its own, it ends the interval, row by row."""
    time = Absolute(names="From", end=("To",))
    reading = read(
        time,
        "From,To",
        [
            "2024-07-01T04:00:00,2024-07-01T04:15:00",
            "2024-07-01T04:00:00,2024-07-01T05:00:00",
            "2024-07-01T05:00:00,2024-07-01T05:05:00",
        ],
    )
    assert spans(reading) == ["01 04:00-04:15", "01 04:00-05:00", "01 05:00-05:05"]


@pytest.mark.parametrize("end", ["", "later"])
def test_row_without_a_readable_end_is_rejected(end: str) -> None:
    """An interval needs both of its ends."""
    time = Absolute(names="From", end=("To",))
    lines = ["2024-07-01T04:00:00,2024-07-01T04:15:00", f"2024-07-01T04:00:00,{end}"]
    reading = read(time, "From,To", lines)
    assert spans(reading) == ["01 04:00-04:15"]
    assert rejected(reading) == 1


def test_unreadable_utc_stamp_is_rejected() -> None:
    """A stamp in no known format leaves its row out."""
    assert rejected(read(Absolute(names="GMT"), "GMT", ["yesterday"])) == 1


def test_second_pass_may_have_a_label_of_its_own() -> None:
    """Label 25 repeats hour 2, wherever it stands; the labels after it are those of the clock."""
    reading = labelled("11/03/2024", 25, 1, 2, 3, 24, repeats_as=25)
    assert spans(reading) == [
        "03 06:00-07:00",
        "03 04:00-05:00",
        "03 05:00-06:00",
        "03 07:00-08:00",
        "04 04:00-05:00",
    ]


def test_label_of_the_second_pass_means_nothing_on_other_days() -> None:
    """No hour is repeated then: the row is rejected, and counted."""
    reading = labelled("11/04/2024", 25, 24, repeats_as=25)
    assert spans(reading) == ["05 04:00-05:00"]
    assert rejected(reading) == 1


def test_second_pass_is_written_under_its_label() -> None:
    """What is read from 25 labels is written with them again."""
    time = HourEnding(date="Day", hour="Hour", hour_format="{:d}", repeats_as=25)
    columns = (Text("Name", to="location"), Number("Load", to="load"))
    layout = CsvLayout(dataset=LOAD, zone="America/New_York", time=time, columns=columns)
    labels = [1, 2, 25, *range(3, 25)]
    lines = "".join(f"11/03/2024,{label},A,{label}\n" for label in labels)
    reading = layout.read(f"Day,Hour,Name,Load\n{lines}".encode())
    again = layout.read(layout.write(reading.frame))
    assert again.frame.equals(reading.frame)
    assert again.frame["interval_start"].is_sorted()
    assert again.raw["Hour"].to_list() == [str(label) for label in labels]
