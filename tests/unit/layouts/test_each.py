"""Several files that are read together are just what each is by itself."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from _pytest.mark import ParameterSet
from polars.testing import assert_frame_equal, assert_series_equal

from energyopti.datasets import LOAD
from energyopti.errors import SchemaDrift
from energyopti.layouts import CsvLayout, Layout, Number, Reading, Stamp, Text, members
from energyopti.layouts.decode.raw import RawTable
from energyopti.layouts.decode.rows import read_rows
from energyopti.layouts.times import Meaning
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.protocol.documents import DOCUMENTS
from serving import old

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

NOW = datetime(2026, 10, 5, 16, tzinfo=UTC)
BY_NAME = {feed.name: feed for feed in FEEDS}
HEADER = "Time Stamp,Name,Load\r\n"
LOADS = CsvLayout(
    dataset=LOAD,
    zone="America/New_York",
    time=Stamp(
        names="Time Stamp",
        formats=("%m/%d/%Y %H:%M",),
        step=timedelta(hours=1),
        meaning=Meaning.BEGINNING,
    ),
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
    tables: list[RawTable] = []

    def read(wire: RawTable, layout: Layout) -> Reading:
        tables.append(wire)
        return read_rows(wire, layout)

    monkeypatch.setattr("energyopti.layouts.decode.rows.read_rows", read)
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
