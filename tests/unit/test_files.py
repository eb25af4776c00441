"""Files that are there already: unpacked, read, dated and checked as what was fetched."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import FEED, MARKET, feed, utc
from collecting_builders import forecast_feed, load_csv
from energyopti.answer.result import CoverageStatus, MarketData
from energyopti.datasets import LMP, LOAD_FORECAST, LOCATIONS
from energyopti.errors import PluginError, SchemaDrift, SourceUnavailable
from energyopti.files import read_file
from energyopti.findings import FindingKind
from energyopti.layouts import (
    Absolute,
    CsvLayout,
    ExcelLayout,
    JsonLayout,
    Moment,
    Number,
    Only,
    Superseded,
    Text,
    Undated,
)
from energyopti.market import Feed
from energyopti.vocabulary import Run

NOW = utc("2024-07-10T12:00")
ZONE = "America/New_York"
TWO = b"Start,Area,MW\r\n2024-07-01T05:00:00,NORTH,2.5\r\n2024-07-01T04:00:00,NORTH,1.5\r\n"
NEXT = b"Start,Area,MW\r\n2024-07-01T06:00:00,NORTH,3.5\r\n"


def zipped(**members: bytes) -> bytes:
    """A zip archive of files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(f"{name}.csv", content)
    return buffer.getvalue()


def read(folder: Path, content: bytes, whose: Feed = FEED, *, revisions: bool = False) -> MarketData:
    """What a file with that content says."""
    file = folder / "file.csv"
    file.write_bytes(content)
    return read_file(MARKET, whose, file, now=NOW, revisions=revisions)


def test_file_becomes_the_unified_table(tmp_path: Path) -> None:
    """In the dataset's columns, in the order of time; the answer spans what the rows span."""
    data = read(tmp_path, TWO)
    assert list(data) == [
        {
            "market": "testiso",
            "feed": "hourly_load",
            "interval_start": utc(f"2024-07-01T0{hour}:00"),
            "interval_end": utc(f"2024-07-01T0{hour + 1}:00"),
            "location": "NORTH",
            "location_type": None,
            "load": load,
            "net_load": None,
            "status": None,
        }
        for hour, load in ((4, 1.5), (5, 2.5))
    ]
    assert (data.query.time.start, data.query.time.end) == (utc("2024-07-01T04:00"), utc("2024-07-01T06:00"))
    assert (data.findings, data.provenance, data.stale) == ((), (), False)
    (part,) = data.coverage.parts
    assert (part.status, part.rows) == (CoverageStatus.COMPLETE, 2)
    assert (
        (data.coverage.start, data.coverage.end)
        == (part.start, part.end)
        == (
            utc("2024-07-01T04:00"),
            utc("2024-07-01T06:00"),
        )
    )


def test_raw_columns_follow_the_order_of_the_rows(tmp_path: Path) -> None:
    """As published, each row beside the one it became."""
    raw = read(tmp_path, TWO).raw()
    assert raw.columns == ["Start", "Area", "MW"]
    assert raw["MW"].to_list() == [1.5, 2.5]


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        lambda content: zipped(only=content),
        lambda content: gzip.compress(zipped(only=content)),
    ],
    ids=["gzip", "zip", "zip in gzip"],
)
def test_packed_file_says_the_same(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """Whatever its name is: its first bytes tell."""
    assert read(tmp_path, pack(TWO)).frame.equals(read(tmp_path, TWO).frame)


def test_every_member_of_an_archive_is_read(tmp_path: Path) -> None:
    """As one table in the order of time, whatever the order of the members; folders are no members."""
    buffer = io.BytesIO(zipped(second=NEXT, first=TWO))
    with zipfile.ZipFile(buffer, "a") as opened:
        opened.mkdir("folder")
    data = read(tmp_path, buffer.getvalue())
    assert data.frame["load"].to_list() == [1.5, 2.5, 3.5]
    assert data.raw()["MW"].to_list() == [1.5, 2.5, 3.5]
    assert data.findings == ()


def test_members_of_another_run_are_counted_beside_those_of_this_one(tmp_path: Path) -> None:
    """An archive of all runs is this run's answer; one of other runs alone is refused."""
    layout = attrs.evolve(FEED.layout, only=(Only("Run", words="ACTUAL", elsewhere={"DAM": "forecast"}),))
    header = b"Start,Area,MW,Run\r\n"
    forecast = header + b"2024-07-01T04:00:00,NORTH,9,DAM\r\n"
    actual = header + b"2024-07-01T04:00:00,NORTH,1.5,ACTUAL\r\n"
    data = read(tmp_path, zipped(a=forecast, b=actual, c=forecast), feed(layout=layout))
    assert data.frame["load"].to_list() == [1.5]
    assert [(finding.kind, finding.rows) for finding in data.findings] == [(FindingKind.OTHER_RUN, 2)]
    with pytest.raises(SchemaDrift, match=r"says DAM, where ACTUAL was due: read it as forecast"):
        read(tmp_path, zipped(a=forecast, c=forecast), feed(layout=layout))


def test_members_in_different_forms_are_one_table(tmp_path: Path) -> None:
    """A form that lacks a column leaves it null; one without the flag of superseded rows keeps all of its own."""
    old = CsvLayout(
        dataset=LMP,
        zone=ZONE,
        time=Absolute(names=("Start",)),
        columns=(Text("Node", to="location"), Number("Price", to="lmp")),
        constants={"location_type": "node"},
    )
    new = attrs.evolve(
        old,
        columns=(*old.columns, Number("Loss", to="loss"), Text("Current")),
        superseded=Superseded("Current"),
        others=(old,),
    )
    whose = feed(dataset=LMP, layout=new, run=Run.DAY_AHEAD, name="prices")
    content = zipped(
        old=b"Start,Node,Price\n2024-07-01T04:00:00,A,10\n",
        new=b"Start,Node,Price,Loss,Current\n2024-07-01T05:00:00,A,20,1,true\n2024-07-01T05:00:00,A,19,1,false\n",
    )
    data = read(tmp_path, content, whose)
    assert data.frame.select("lmp", "loss").rows() == [(10.0, None), (20.0, 1.0)]
    assert [(found.kind, found.rows) for found in data.findings] == [(FindingKind.SUPERSEDED_ROW, 1)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (zipped(), "the zip archive holds no file"),
        (zipped(only=TWO)[:60], "the zip archive cannot be read"),
        (gzip.compress(TWO)[:-9], "the file is not readable gzip"),
        (gzip.compress(TWO)[:12] + b"\xff" * 9 + gzip.compress(TWO)[21:], "the file is not readable gzip"),
        (b"\x1f\x8b and words", "the file is not readable gzip"),
        (b"", "the payload is empty, not the text that was due"),
        (b"Time,Area,MW\r\n", "the payload has no column 'Start'"),
        (b"Start,Area,MW\r\n", "testiso/hourly_load: the file holds no rows of this feed"),
        (b"PKNODE,MW\r\n1,2\r\n", "the payload has no column 'Start'; it has 'PKNODE', 'MW'"),
    ],
    ids=["empty zip", "cut zip", "cut gzip", "damaged gzip", "no gzip", "empty", "other", "no rows", "PK"],
)
def test_file_of_another_form_is_schema_drift(tmp_path: Path, content: bytes, says: str) -> None:
    """Damaged, empty or of something else: one error, which says what is wrong."""
    with pytest.raises(SchemaDrift, match=says):
        read(tmp_path, content)


@settings(max_examples=60)
@given(st.integers(0, 59), st.integers(1, 255))
def test_damaged_gzip_is_schema_drift_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, position: int, change: int
) -> None:
    """Never another error, and never other rows: gzip has a checksum."""
    content = bytearray(gzip.compress(TWO, mtime=0))
    content[position] ^= change
    try:
        data = read(tmp_path_factory.mktemp("damaged"), bytes(content))
    except SchemaDrift:
        return
    assert data.frame["load"].to_list() == [1.5, 2.5]


def test_file_that_unpacks_to_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a small file could become is capped; just as much as the cap is read."""
    monkeypatch.setattr("energyopti.layouts.formats.archive.MAX_UNZIPPED", len(TWO))
    assert len(read(tmp_path, gzip.compress(TWO))) == 2
    with pytest.raises(SchemaDrift, match=f"unpacks to more than {len(TWO)} bytes; it was not read"):
        read(tmp_path, gzip.compress(TWO + b"\n"))


def test_file_that_cannot_be_opened_is_source_unavailable(tmp_path: Path) -> None:
    """With its name and the reason."""
    with pytest.raises(SourceUnavailable, match=r"nowhere\.csv cannot be read: No such file or directory"):
        read_file(MARKET, FEED, tmp_path / "nowhere.csv", now=NOW)
    with pytest.raises(SourceUnavailable, match="cannot be read: Is a directory"):
        read_file(MARKET, FEED, tmp_path, now=NOW)


def test_workbook_is_no_archive(tmp_path: Path) -> None:
    """It begins as a zip does, and is read whole."""
    pytest.importorskip("xlsxwriter")
    layout = ExcelLayout(
        dataset=FEED.dataset,
        zone=ZONE,
        time=Absolute(names=("Start",)),
        columns=(Text("Area", to="location"), Number("MW", to="load")),
        sheets=("Load",),
        begins=("Start",),
    )
    content = layout.write(read(tmp_path, TWO).frame)
    assert content.startswith(b"PK")
    assert read(tmp_path, content, feed(layout=layout)).frame.equals(read(tmp_path, TWO).frame)


def test_json_is_read_as_json(tmp_path: Path) -> None:
    """The feed's layout decides, not the file's name."""
    layout = JsonLayout(
        dataset=FEED.dataset, zone=ZONE, time=Absolute(names=("Start",)), columns=FEED.layout.columns
    )
    data = read(tmp_path, b'[{"Start":"2024-07-01T04:00:00","Area":"NORTH","MW":1.5}]', feed(layout=layout))
    assert data.frame["load"].to_list() == [1.5]


PLACES = CsvLayout(
    dataset=LOCATIONS,
    zone=ZONE,
    time=Undated(),
    columns=(Text("Id", to="location"),),
    constants={"location_type": "node"},
)


def test_undated_file_is_taken_as_todays_which_is_said(tmp_path: Path) -> None:
    """The market's own day, and a finding: when it was published is not known."""
    data = read(tmp_path, b"Id\n7\n8\n", feed(dataset=LOCATIONS, layout=PLACES, step=timedelta(days=1)))
    assert data.frame.select("location", "interval_start", "interval_end").rows() == [
        (name, utc("2024-07-10T04:00"), utc("2024-07-11T04:00")) for name in ("7", "8")
    ]
    (finding,) = data.findings
    assert (finding.kind, finding.rows) == (FindingKind.UNKNOWN_TIME, 2)
    assert finding.message == (
        "the file does not say when it was published: its rows count as published on 2024-07-10"
    )


def test_only_undated_members_are_taken_as_todays(tmp_path: Path) -> None:
    """A dated form of the same document keeps its dates."""
    dated = attrs.evolve(PLACES, time=Absolute(names=("Start",)), others=(PLACES,))
    content = zipped(a=b"Start,Id\n2024-07-01T04:00:00,7\n", b=b"Id\n8\n")
    data = read(tmp_path, content, feed(dataset=LOCATIONS, layout=dated, sparse=True))
    assert data.frame.select("location", "interval_start").rows() == [
        ("7", utc("2024-07-01T04:00")),
        ("8", utc("2024-07-10T04:00")),
    ]
    assert [(found.kind, found.rows) for found in data.findings] == [(FindingKind.UNKNOWN_TIME, 1)]


def test_forecast_without_its_publication_time_says_so(tmp_path: Path) -> None:
    """A file does not tell when it was published: null, and a finding for all of its rows."""
    data = read(tmp_path, TWO, forecast_feed())
    assert data.frame["publish_time"].to_list() == [None, None]
    (finding,) = data.findings
    assert (finding.kind, finding.rows) == (FindingKind.UNKNOWN_TIME, 2)


def test_forecast_that_carries_its_publication_time_keeps_it(tmp_path: Path) -> None:
    """In a column of its own: there is nothing to say."""
    whose = forecast_feed()
    made = Moment("Made", to="publish_time", formats="%Y-%m-%dT%H:%M:%S", utc=True)
    layout = attrs.evolve(whose.layout, columns=(*whose.layout.columns, made))
    content = b"Start,Area,MW,Made\n2024-07-02T04:00:00,NORTH,5,2024-07-01T12:00:00\n"
    data = read(tmp_path, content, attrs.evolve(whose, layout=layout))
    assert data.frame["publish_time"].to_list() == [utc("2024-07-01T12:00")]
    assert data.query.feed.dataset is LOAD_FORECAST
    assert data.findings == ()


def test_hole_in_a_file_is_a_finding_and_not_complete(tmp_path: Path) -> None:
    """As it is of what was fetched."""
    data = read(tmp_path, load_csv("2024-07-01", hours=[*range(5), *range(7, 24)]))
    assert [(found.kind, found.rows) for found in data.findings] == [(FindingKind.GAP, 2)]
    (part,) = data.coverage.parts
    assert (part.status, part.rows) == (CoverageStatus.INCOMPLETE, 22)
    assert "2 intervals are missing" in part.reason


def test_rows_of_a_file_are_checked(tmp_path: Path) -> None:
    """Rows that repeat a key, and rows that were left out, are findings."""
    content = TWO + b"2024-07-01T05:00:00,NORTH,9\r\nnever,NORTH,9\r\n"
    data = read(tmp_path, content)
    assert [found.kind for found in data.findings] == [FindingKind.REJECTED_ROW, FindingKind.DUPLICATE_KEY]
    assert len(data) == 3


REVISED = CsvLayout(
    dataset=LMP,
    zone=ZONE,
    time=Absolute(names=("Start",)),
    columns=(
        Text("Node", to="location"),
        Number("Price", to="lmp"),
        Number("Version", to="version"),
        Text("Current"),
    ),
    constants={"location_type": "node"},
    superseded=Superseded("Current"),
)
VERSIONS = (
    b"Start,Node,Price,Version,Current\n2024-07-01T04:00:00,A,20,2,true\n2024-07-01T04:00:00,A,10,1,false\n"
)


def test_superseded_rows_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    """Left out with a finding, or there with their version."""
    whose = feed(dataset=LMP, layout=REVISED, run=Run.DAY_AHEAD, name="prices")
    data = read(tmp_path, VERSIONS, whose)
    assert data.frame.select("lmp", "version").rows() == [(20.0, 2)]
    assert [(found.kind, found.rows) for found in data.findings] == [(FindingKind.SUPERSEDED_ROW, 1)]
    everything = read(tmp_path, VERSIONS, whose, revisions=True)
    assert everything.frame.select("lmp", "version").rows() == [(10.0, 1), (20.0, 2)]
    assert everything.findings == ()


def test_layout_that_does_not_fit_its_dataset_is_the_plugins_fault(tmp_path: Path) -> None:
    """Words in a column of numbers: no error of polars reaches the caller."""
    layout = attrs.evolve(FEED.layout, columns=(Text("Area", to="location"), Text("MW", to="load")))
    with pytest.raises(
        PluginError,
        match=r"(?s)testiso/hourly_load: its rows do not fit dataset load: .*report it to the plugin's author",
    ):
        read(tmp_path, TWO.replace(b"1.5", b"many"), feed(layout=layout))


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=30, unique=True),
    st.sampled_from(["plain", "gzip", "zip"]),
    st.integers(1, 30),
)
def test_every_row_that_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, hours: list[int], packed: str, cut: int
) -> None:
    """Once, in the order of time: whatever their order, their holes and the files they are spread over."""
    begin = utc("2024-07-01T04:00")
    frame = pl.DataFrame(
        {
            "interval_start": [begin + timedelta(hours=hour) for hour in hours],
            "interval_end": [begin + timedelta(hours=hour + 1) for hour in hours],
            "location": ["NORTH"] * len(hours),
            "load": [float(hour) for hour in hours],
        }
    )
    content = FEED.layout.write(frame)
    if packed == "gzip":
        content = gzip.compress(content)
    elif packed == "zip":
        parts = [part for part in (frame[:cut], frame[cut:]) if part.height]
        content = zipped(**{f"part{number}": FEED.layout.write(part) for number, part in enumerate(parts)})
    data = read(tmp_path_factory.mktemp("written"), content)
    assert data.frame["load"].to_list() == sorted(map(float, hours))
    assert data.raw()["MW"].to_list() == sorted(map(float, hours))
    holes = max(hours) - min(hours) + 1 != len(hours)
    assert data.coverage.complete is not holes
