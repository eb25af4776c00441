"""Several files that are read together are just what each is by itself."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from _pytest.mark import ParameterSet
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal, assert_series_equal

from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.layouts import CsvLayout, Layout, Number, Reading, Stamp, Text, members
from energyopti.layouts.decode.raw import RawTable
from energyopti.layouts.decode.rows import read_rows
from energyopti.layouts.times import Meaning, RepeatFlag
from energyopti.timezones import DAY, midnight
from energyopti_ercot.protocol.layouts import ZONE as TEXAS
from energyopti_ercot.sandbox.catalogue import BY_PATH
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.protocol.documents import DOCUMENTS
from serving import old

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = datetime(2026, 10, 5, 16, tzinfo=UTC)
BY_NAME = {feed.name: feed for feed in FEEDS}
HEADER = "Time Stamp,Name,Load\r\n"
HOURS = Stamp(
    names="Time Stamp",
    formats=("%m/%d/%Y %H:%M",),
    step=timedelta(hours=1),
    meaning=Meaning.BEGINNING,
)
LOADS = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=HOURS,
    columns=(Text("Name", to="location"), Number("Load", to="load")),
)


def assert_same(layout: Layout, payloads: Sequence[bytes]) -> list[Reading]:
    """Together they are what each is alone: rows, raw columns, where each row came from, findings, counts."""
    gather = layout.read_each(payloads)
    assert len(gather) == len(payloads)
    for found, payload in zip(gather, payloads, strict=True):
        alone = layout.read(payload)
        assert_frame_equal(found.frame, alone.frame)
        assert_frame_equal(found.raw, alone.raw)
        assert_series_equal(found.origin, alone.origin)
        assert found.findings == alone.findings
        assert (found.payload_rows, found.joined, found.added) == (alone.payload_rows, 0, 0)
        assert found.accounted_rows == found.payload_rows
    return gather


def file(*rows: str, header: str = HEADER) -> bytes:
    """Some rows under their header."""
    return (header + "".join(f"{row}\r\n" for row in rows)).encode()


def noted(monkeypatch: pytest.MonkeyPatch) -> list[RawTable]:
    """The tables that are read from now on."""
    tables: list[RawTable] = []

    def read(wire: RawTable, layout: Layout, *, apart: bool = False) -> Reading:
        tables.append(wire)
        return read_rows(wire, layout, apart=apart)

    monkeypatch.setattr("energyopti.layouts.decode.rows.read_rows", read)
    return tables


def documents() -> list[ParameterSet]:
    """Those of the old server; of those of one clock and one form all but the first are for the exhaustive run."""
    names = sorted(set(DOCUMENTS) & set(BY_NAME))
    kinds: dict[Hashable, str] = {}
    for name in names:
        layout = BY_NAME[name].layout
        kinds.setdefault((type(layout), type(layout.time), layout.wide is None), name)
    usual = set(kinds.values())
    return [pytest.param(name, marks=() if name in usual else pytest.mark.exhaustive) for name in names]


@pytest.mark.parametrize("month", ["202403", "202411"])
@pytest.mark.parametrize("name", documents())
def test_days_of_new_york_with_its_clock_changes(name: str, month: str) -> None:
    """Every document of the old server, on the day on which the clocks change and two beside it."""
    archive = old(f"{DOCUMENTS[name].slug}/{month}01{name}_csv.zip", NOW).body
    first = 9 if month == "202403" else 1
    days = [each.content for each in members(archive)][first : first + 3]
    assert len(days) == 3
    assert_same(BY_NAME[name].layout, days)


def test_files_of_one_form_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days, one table."""
    days = [
        file(*(f"07/0{day}/2024 {hour:02}:00,NORTH,{day}{hour:02}" for hour in range(24)))
        for day in (1, 2, 3)
    ]
    tables = noted(monkeypatch)
    found = LOADS.read_each(days)
    assert [table.payload_rows for table in tables] == [72]
    assert [each.frame["load"][0] for each in found] == [100.0, 200.0, 300.0]
    assert [each.frame.height for each in found] == [24, 24, 24]


def test_file_that_is_kept_does_not_keep_the_others() -> None:
    """Each has columns of its own: a stretch of common ones would hold on to all of them."""
    hours = [[f"07/0{day}/2024 {hour:02}:00,NORTH,{hour}" for hour in range(24)] for day in (1, 2)]
    one, next_one = (
        each.frame["load"].to_numpy() for each in LOADS.read_each([file(*each) for each in hours])
    )
    assert next_one.ctypes.data != one.ctypes.data + one.nbytes


ROW = "07/01/2024 05:00,NORTH,7"
NEXT = "07/02/2024 05:00,NORTH,8"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([file(ROW)], id="one"),
        pytest.param([file(ROW), file(NEXT, "07/02/2024 06:00,NORTH,x")], id="a word in place of a number"),
        pytest.param([file(ROW), file("07/42/2024 05:00,NORTH,8", NEXT)], id="a time that is none"),
        pytest.param([file(ROW), file(NEXT, "07/02/2024 06:00,NORTH,")], id="an empty cell"),
        pytest.param([file(ROW), file(NEXT, "07/02/2024 06:00,NORTH")], id="a short row"),
        pytest.param([file(ROW), file(ROW.replace(",7", ",9"), NEXT)], id="files that reach into each other"),
        pytest.param([file(NEXT), file(ROW)], id="the later one first"),
        pytest.param([file(ROW), file(NEXT), file()], id="one without a row"),
        pytest.param([file(ROW), file("", NEXT, "", "")], id="blank lines"),
        pytest.param([file(ROW), file(NEXT).rstrip()], id="no last line end"),
        pytest.param([file(ROW).rstrip(), file(NEXT)], id="no last line end before the next file"),
        pytest.param([file('07/01/2024 05:00,"NORTH,7'), file(NEXT)], id="a quote that is not closed"),
        pytest.param(
            [file('07/01/2024 05:00,"NORTH,7'), file('07/02/2024 05:00,NORTH",8')],
            id="a quote that the next file closes",
        ),
        pytest.param(
            [file(ROW), file("07/02/2024 05:00,8,NORTH", header="Time Stamp,Load,Name\r\n")],
            id="another order",
        ),
        pytest.param(
            [
                file(f"{ROW},a", header=HEADER.replace("Load", "Load,More")),
                file(f"{NEXT},b", header=HEADER.replace("Load", "Load,More")),
            ],
            id="a column that is not known",
        ),
    ],
)
def test_whatever_the_files_hold(files: list[bytes]) -> None:
    """Findings speak of the file in which they were made."""
    assert_same(LOADS, files)


def test_quote_that_the_next_file_closes_takes_no_row_in() -> None:
    """Files that are one answer: each row is there, though the one between two quotes would make one row of two."""
    files = [file('07/01/2024 05:00,"NORTH,7'), file('07/02/2024 05:00,NORTH",8', NEXT)]
    found = LOADS.read_all(files)
    assert found.payload_rows == sum(LOADS.read(each).payload_rows for each in files) == 3
    assert found.accounted_rows == found.payload_rows


def test_file_of_another_kind_is_drift() -> None:
    """As it is by itself."""
    with pytest.raises(SchemaDrift, match="Name"):
        LOADS.read_each([file(ROW), b"Time Stamp,Area,Load\r\n07/02/2024 05:00,NORTH,8\r\n"])
    assert LOADS.read_each([]) == []


def test_last_interval_does_not_reach_into_the_next_file() -> None:
    """A stamp that is a beginning ends with the next one of its own file, else after a step."""
    every = Stamp(
        names="Time Stamp",
        formats=("%m/%d/%Y %H:%M",),
        step=timedelta(minutes=5),
        irregular=True,
        meaning=Meaning.BEGINNING,
    )
    runs = CsvLayout(dataset=LOAD, zone="America/New_York", time=every, columns=LOADS.columns)
    files = [file("07/01/2024 23:57,NORTH,1"), file("07/02/2024 00:01,NORTH,2")]
    first, _ = assert_same(runs, files)
    assert first.frame["interval_end"][0] - first.frame["interval_start"][0] == timedelta(minutes=5)


FORECASTS = [name for name, table in BY_PATH.items() if table.posted]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 7, 1), date(2026, 11, 1)])
@pytest.mark.parametrize("name", FORECASTS)
def test_publications_about_the_same_hours_are_read_once(
    name: str, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is what it is alone, also where clocks change in all of them; with empty cells they are read one by one."""
    report = BY_PATH[name]
    issues = report.issues(midnight(day, TEXAS), midnight(day + DAY, TEXAS))[:5]
    files = [text for issue in issues for text in report.files(issue).values()]
    assert len(files) > 2
    found = assert_same(report.layout, files)
    first, last = found[0].frame, found[-1].frame
    assert set(first["interval_start"]) & set(last["interval_start"])
    tables = noted(monkeypatch)
    report.layout.read_each(files)
    empty = any(cells in each for each in files for cells in (b",,", b",\n", b",\r\n"))
    assert len(tables) == (len(files) if empty else 1)


def test_files_about_one_night_in_two_orders() -> None:
    """Without a flag the order of a file's rows tells the passes apart, and each file has its own."""
    night = [f"11/03/2024 {hour:02}:00,NORTH,{hour}" for hour in (0, 1, 1, 2, 3)]
    down, up = (reading.frame for reading in assert_same(LOADS, [file(*night[::-1]), file(*night)]))
    assert set(down["interval_start"]) == set(up["interval_start"])
    assert up["interval_start"].n_unique() == 5


def test_files_about_one_year_in_two_orders() -> None:
    """The clocks that fall back in it have changed before: a year begins and ends on the same one."""
    year = ["01/15/2024 00:00,NORTH,0"]
    year += [f"11/03/2024 {hour:02}:00,NORTH,{hour}" for hour in (0, 1, 1, 2, 3)]
    assert_same(LOADS, [file(*year[::-1]), file(*year)])


FLAGGED = attrs.evolve(LOADS, time=attrs.evolve(HOURS, flag=RepeatFlag(names="Again", second="Y")))


@st.composite
def around_the_repeated_hour(draw: st.DrawFn) -> list[bytes]:
    """Files about the same night, each in either order, with rows left out or said twice, and flags that may be wrong."""
    night = [(0, ""), (1, ""), (1, "Y"), (2, ""), (3, "")]
    files = []
    for number in range(draw(st.integers(2, 4))):
        times = draw(st.just([1] * 5) | st.lists(st.sampled_from([1, 1, 1, 0, 2]), min_size=5, max_size=5))
        rows = [each for each, count in zip(night, times, strict=True) for _ in range(count)]
        rows = rows[::-1] if draw(st.booleans()) else rows
        odd = draw(st.sampled_from(["", "", "Y"]))
        files.append(
            file(
                *(
                    f"11/03/2024 {hour:02}:00,{place},{number}{hour},{flag or odd}"
                    for hour, flag in rows
                    for place in ("NORTH", "WEST")
                ),
                header="Time Stamp,Name,Load,Again\r\n",
            )
        )
    return files


@settings(max_examples=90)
@given(around_the_repeated_hour())
def test_files_about_one_night_say_nothing_about_each_other(files: list[bytes]) -> None:
    """With a flag and without one."""
    assert_same(FLAGGED, files)
    assert_same(attrs.evolve(LOADS, ignored=("Again",)), files)
