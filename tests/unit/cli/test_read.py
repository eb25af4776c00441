"""``energyopti read``: a file that is there already, as the table of its feed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from click.testing import Result

from builders import FEED, feed
from cli_runs import MARKET, Network, day, registry, run
from energyopti import OutputError, SchemaDrift, UnknownDataset, UnknownMarket
from energyopti.datasets import LMP, LOCATIONS
from energyopti.layouts import Absolute, CsvLayout, Number, Superseded, Text, Undated
from energyopti.vocabulary import Run

HEADER = "market,feed,interval_start,interval_end,location,location_type,load,net_load,status"
PRICES = feed(
    name="prices",
    dataset=LMP,
    run=Run.DAY_AHEAD,
    layout=CsvLayout(
        dataset=LMP,
        zone="America/New_York",
        time=Absolute(names=("Start",)),
        columns=(
            Text("Node", to="location"),
            Number("Price", to="lmp"),
            Number("Version", to="version"),
            Text("Current"),
        ),
        constants={"location_type": "node"},
        superseded=Superseded("Current"),
    ),
)
PLACES = feed(
    name="places",
    dataset=LOCATIONS,
    layout=CsvLayout(
        dataset=LOCATIONS,
        zone="America/New_York",
        time=Undated(),
        columns=(Text("Id", to="location"),),
        constants={"location_type": "node"},
    ),
)
HERE = registry(attrs.evolve(MARKET, feeds=(FEED, PRICES, PLACES)))


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two hours of load."""
    path = tmp_path / "mine.csv"
    path.write_bytes(day("2024-07-01", hours=range(2)))
    return path


def read(whose: str, file: Path, *arguments: str, **others: Any) -> Result:
    """The command for a feed of this market."""
    return run("read", "testiso", whose, str(file), *arguments, over=HERE, **others)


def test_file_is_a_table_on_the_terminal(file: Path) -> None:
    """The rows on standard output; how many they are and where they came from on standard error."""
    result = read("hourly_load", file)
    assert result.exit_code == 0
    assert "testiso/hourly_load" in result.stdout
    assert "1,000.5" in result.stdout
    assert result.stderr.strip() == (
        "2 rows of testiso/hourly_load, 2024-07-01T04:00:00Z to 2024-07-01T06:00:00Z, from mine.csv"
    )


def test_nothing_is_fetched(file: Path, tmp_path: Path) -> None:
    """Nor is anything kept."""
    network = Network()
    assert read("hourly_load", file, network=network).exit_code == 0
    assert network.asked == []
    assert not (tmp_path / "home").exists()


def test_feed_and_market_in_any_case(file: Path) -> None:
    """As everywhere."""
    result = run("read", "TestISO", "HOURLY_LOAD", str(file), "--format", "csv", over=HERE)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "testiso,hourly_load,2024-07-01T04:00:00Z,2024-07-01T05:00:00Z,NORTH,,1000.5,,",
        "testiso,hourly_load,2024-07-01T05:00:00Z,2024-07-01T06:00:00Z,NORTH,,1001.5,,",
    ]


def test_packed_file_is_unpacked(file: Path) -> None:
    """Of gzip as of zip, whatever it is called."""
    file.write_bytes(gzip.compress(file.read_bytes()))
    result = read("hourly_load", file, "--format", "csv")
    assert result.stdout.splitlines()[0] == HEADER
    assert len(result.stdout.splitlines()) == 3


def test_raw_columns_are_as_published(file: Path) -> None:
    """The source's own."""
    result = read("hourly_load", file, "--raw", "--format", "csv")
    assert result.stdout.splitlines()[0] == "Start,Area,MW"


def test_result_is_written_where_it_is_asked_for(file: Path, tmp_path: Path) -> None:
    """In the form that the name says, with nothing on standard output."""
    target = tmp_path / "out.parquet"
    result = read("hourly_load", file, "-o", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"from mine.csv, written to {target}" in result.stderr.replace("\n", "")
    assert pl.read_parquet(io.BytesIO(target.read_bytes()))["load"].to_list() == [1000.5, 1001.5]


def test_superseded_rows_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    """``--revisions`` keeps them with their version; else a finding counts them."""
    file = tmp_path / "prices.csv"
    file.write_text(
        "Start,Node,Price,Version,Current\n2024-07-01T04:00:00,A,20,2,true\n2024-07-01T04:00:00,A,10,1,FALSE\n"
    )
    usual = read("prices", file, "--format", "csv")
    assert len(usual.stdout.splitlines()) == 2
    assert "superseded_row: 1 rows were superseded" in usual.stderr
    every = read("prices", file, "--format", "csv", "--revisions")
    assert [line.rpartition(",")[2] for line in every.stdout.splitlines()] == ["version", "1", "2"]
    assert "superseded" not in every.stderr


def test_undated_file_is_of_the_clocks_own_day(tmp_path: Path) -> None:
    """The first of August at these tests; that it is not known is said."""
    file = tmp_path / "places.csv"
    file.write_text("Id\n7\n")
    result = read("places", file, "--format", "csv")
    assert ",2024-08-01T04:00:00Z,2024-08-02T04:00:00Z,7," in result.stdout
    assert "unknown_time: the file does not say when it was published" in result.stderr


def test_hole_in_the_file_is_said_once(file: Path) -> None:
    """As a finding, not as a missing part again."""
    file.write_bytes(day("2024-07-01", hours=range(0, 4, 3)))
    result = read("hourly_load", file, "--format", "csv")
    assert result.exit_code == 0
    assert result.stderr.count("2 intervals are missing") == 1


@pytest.mark.parametrize(
    ("market", "whose", "error", "says"),
    [
        ("atlantis", "hourly_load", UnknownMarket, "atlantis"),
        ("testiso", "hourly_lod", UnknownDataset, "Did you mean 'hourly_load'?"),
        ("testiso", "load", UnknownDataset, "testiso: no feed 'load'"),
        ("testiso", "prices", SchemaDrift, "the payload has no column 'Node'"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    file: Path, market: str, whose: str, error: type[Exception], says: str
) -> None:
    """A market or a feed that is none, a dataset in a feed's place, a file of another form."""
    result = run("read", market, whose, str(file), over=HERE)
    assert result.exit_code == error.exit_code  # type: ignore[attr-defined]
    assert result.stdout == ""
    assert says in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_file_that_is_none_is_a_usage_error(tmp_path: Path, name: str) -> None:
    """One that does not exist, or a folder."""
    result = read("hourly_load", tmp_path / name)
    assert result.exit_code == 2
    assert "FILE" in result.stderr


def test_target_that_says_no_form_is_refused_before_reading(file: Path, tmp_path: Path) -> None:
    """Nothing is written."""
    result = read("hourly_load", file, "-o", str(tmp_path / "out.txt"))
    assert result.exit_code == OutputError.exit_code
    assert not (tmp_path / "out.txt").exists()
    assert "does not tell the format" in " ".join(result.stderr.split())


def test_raw_columns_have_what_was_left_out_with_the_reason(file: Path) -> None:
    """Behind the rows of the table; the finding on standard error says of how many rows, and where."""
    file.write_bytes(b"Start,Area,MW\n2024-07-01T04:00:00,NORTH,1\nnever,NORTH,2\n5\n6\n")
    result = read("hourly_load", file, "--raw", "--format", "csv")
    assert result.stdout.splitlines() == [
        "Start,Area,MW,left_out",
        "2024-07-01T04:00:00,NORTH,1.0,",
        "5,,,rejected_row",
        "6,,,rejected_row",
        "never,NORTH,2.0,rejected_row",
    ]
    assert "rejected_row: 2 rows have a different width than the header: row 3 has 1 fields" in result.stderr
    assert "'never,NORTH,2.0' (1 row)" in result.stderr


def test_file_without_a_row_of_its_feed_says_why(file: Path) -> None:
    """With an example, and exit code 6."""
    file.write_bytes(b"Start,Area,MW\n31/10/2020 3:00,NORTH,1\n")
    result = read("hourly_load", file)
    assert result.exit_code == 6
    assert "testiso/hourly_load: the file holds no rows of this feed: row 1 has no usable" in result.stderr
    assert "the day comes before the month" in result.stderr
