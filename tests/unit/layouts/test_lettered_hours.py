"""Hour-ending labels with a letter, such as 02X, and the short day of sources that name hours by the clock at their end.

In New York the clocks fell back on 2024-11-03 (the second 01:00 is 06:00 UTC) and sprang forward on 2024-03-10 (02:00
was skipped: 01:00 is 06:00 UTC, 03:00 is 07:00 UTC).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from energyopti import PluginError
from energyopti.datasets import LOAD
from energyopti.findings import FindingKind
from energyopti.layouts import CsvLayout, HourEnding, Number, Reading, RepeatFlag, Text

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

HOUR = timedelta(hours=1)
LONG, SHORT = "11/03/2024", "03/10/2024"
DAYS = {
    "ordinary": (datetime(2024, 7, 1, 4, tzinfo=UTC), 24),
    "short": (datetime(2024, 3, 10, 5, tzinfo=UTC), 23),
    "long": (datetime(2024, 11, 3, 4, tzinfo=UTC), 25),
}


def layout(**how: Any) -> CsvLayout:
    """Loads by hour ending."""
    given: dict[str, Any] = {"hour_format": "{:02d}", "repeats_as": "02X", **how}
    return CsvLayout(
        dataset=LOAD,
        zone="America/New_York",
        time=HourEnding(date="Day", hour="Hour", **given),
        columns=(Text("Name", to="location"), Number("Load", to="load")),
    )


def read(day: str, *labels: str, **how: Any) -> Reading:
    """A day by its labels, in their order."""
    lines = "".join(f"{day},{label},A,1\n" for label in labels)
    reading = layout(**how).read(f"Day,Hour,Name,Load\n{lines}".encode())
    assert reading.payload_rows == reading.accounted_rows == len(labels)
    return reading


def starts(reading: Reading) -> list[str]:
    """When each row begins, in UTC."""
    assert (reading.frame["interval_end"] - reading.frame["interval_start"] == HOUR).all()
    return reading.frame["interval_start"].dt.strftime("%d %H").to_list()


@pytest.mark.parametrize("label", ["02X", "2X", "02x", " 02X "])
def test_second_pass_has_a_letter(label: str) -> None:
    """Wherever it is in the file, however its zero was kept."""
    reading = read(LONG, "03", label, "02", "01", "24")
    assert starts(reading) == ["03 07", "03 06", "03 05", "03 04", "04 04"]
    assert reading.findings == ()


@pytest.mark.parametrize("form", ["2*", "02B", "X2"])
def test_second_pass_has_any_sign(form: str) -> None:
    """The label is declared, and only that one is meant."""
    assert starts(read(LONG, "02", form, repeats_as=form)) == ["03 05", "03 06"]
    other = read(LONG, "02", "02X", repeats_as=form)
    assert starts(other) == ["03 05"]
    assert [each.kind for each in other.findings] == [FindingKind.REJECTED_ROW]


@pytest.mark.parametrize("day", ["07/01/2024", "11/04/2024", SHORT])
def test_letter_means_nothing_on_other_days(day: str) -> None:
    """No hour is repeated then: the row is left out, and never taken for the hour before midnight."""
    reading = read(day, "01", "02X", "24")
    assert len(starts(reading)) == 2
    assert [(each.kind, each.rows) for each in reading.findings] == [(FindingKind.REJECTED_ROW, 1)]


def test_repeated_label_without_a_letter_goes_by_the_order() -> None:
    """As where nothing tells the passes apart."""
    assert starts(read(LONG, "01", "02", "02", "03")) == ["03 04", "03 05", "03 06", "03 07"]


def test_short_day_has_no_label_of_the_hour_before_the_change() -> None:
    """The hour that ends when the clocks show 03:00 is hour 3."""
    reading = read(SHORT, "01", "03", "04", "24", skips_before=True)
    assert starts(reading) == ["10 05", "10 06", "10 07", "11 03"]
    assert reading.findings == ()


def test_short_day_named_by_beginnings_is_read_too() -> None:
    """Where hour 2 is there, it is the hour before the change; the label of the skipped hour is left out then."""
    assert starts(read(SHORT, "01", "02", "04", skips_before=True)) == ["10 05", "10 06", "10 07"]
    both = read(SHORT, "02", "03", "04", skips_before=True)
    assert starts(both) == ["10 06", "10 07"]
    assert [each.kind for each in both.findings] == [FindingKind.REJECTED_ROW]


def test_skipped_label_is_left_out_unless_declared() -> None:
    """Nobody guesses which hour it means."""
    reading = read(SHORT, "01", "03", "04")
    assert starts(reading) == ["10 05", "10 07"]
    assert [each.kind for each in reading.findings] == [FindingKind.REJECTED_ROW]


def test_short_day_goes_by_each_series() -> None:
    """A location without hour 2 beside one that has it."""
    lines = [
        f"{SHORT},{label},{name},1" for label, name in (("02", "A"), ("03", "B"), ("04", "A"), ("04", "B"))
    ]
    reading = layout(skips_before=True).read("\n".join(["Day,Hour,Name,Load", *lines]).encode())
    assert starts(reading) == ["10 06", "10 06", "10 07", "10 07"]


def test_number_in_quotes_is_no_letter() -> None:
    """25 is a number: as text it would never be found."""
    with pytest.raises(PluginError, match="has no letter or sign"):
        HourEnding(date="Day", hour="Hour", repeats_as="25")


def test_labels_are_written_as_published() -> None:
    """25 labels with the letter, 23 without the hour before the change."""
    written = layout(skips_before=True)
    for name, hours in (("long", ["01", "02", "02X", "03"]), ("short", ["01", "03", "04", "05"])):
        first, _ = DAYS[name]
        frame = frame_of([first + n * HOUR for n in range(4)], [1.0])
        assert [line.split(b",")[1].decode() for line in written.write(frame).splitlines()[1:]] == hours


def frame_of(begin: list[datetime], loads: list[float | None]) -> pl.DataFrame:
    """An hour from each beginning, at one place."""
    utc = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        {
            "interval_start": pl.Series(begin, dtype=utc),
            "interval_end": pl.Series([each + HOUR for each in begin], dtype=utc),
            "location": pl.Series(["A"] * len(begin), dtype=pl.String),
            "load": pl.Series([loads[n % len(loads)] for n in range(len(begin))], dtype=pl.Float64),
        }
    )


@pytest.mark.parametrize("skips_before", [True, False])
@pytest.mark.parametrize("label", [25, "02X", "2*"])
@pytest.mark.parametrize("kind", DAYS)
def test_any_hours_in_any_order_are_read_back(kind: str, label: int | str, *, skips_before: bool) -> None:
    """Each label means one hour by itself, so that any selection survives."""
    first, count = DAYS[kind]
    written = layout(repeats_as=label, skips_before=skips_before)

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(hours=st.lists(st.integers(0, count - 1), unique=True), load=st.none() | st.integers(-9999, 9999))
    def any_hours(hours: list[int], load: int | None) -> None:
        frame = frame_of([first + hour * HOUR for hour in hours], [load, 1.5])
        reading = written.read(written.write(frame))
        assert_frame_equal(reading.frame, frame, check_column_order=False)
        assert reading.payload_rows == reading.accounted_rows == frame.height

    any_hours()


def test_flag_still_tells_the_passes_apart() -> None:
    """A letter and a flag exclude each other; without a letter the flag decides as before."""
    flagged = layout(repeats_as=None, flag=RepeatFlag(names="Again"))
    lines = [f"{LONG},02,{word},A,1" for word in "YN"]
    reading = flagged.read("\n".join(["Day,Hour,Again,Name,Load", *lines]).encode())
    assert starts(reading) == ["03 06", "03 05"]
