"""``energyopti get``: what it writes, what it says, and what it exits with."""

from __future__ import annotations

import io
import json
from pathlib import Path

import attrs
import polars as pl
import pytest

from builders import utc
from cli_runs import KEYED, MARKET, Network, day, get, registry, run
from energyopti import NoData, PluginError, SchemaDrift, SourceUnavailable, UnknownMarket

TWO_HOURS = {"2024-07-01.csv": day("2024-07-01", hours=range(2))}
FIRST_TWO = ("--start", "2024-07-01", "--end", "2024-07-01T02:00")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_csv_has_the_columns_in_order_and_times_in_utc() -> None:
    """CSV is the dataset's columns in their order, with times as ``2024-07-01T04:00:00Z``."""
    result = get(*FIRST_TWO, "--format", "csv", pages=TWO_HOURS)
    assert result.exit_code == 0
    assert result.stdout_bytes == (
        b"market,feed,interval_start,interval_end,location,location_type,load,net_load,status\n"
        b"testiso,hourly_load,2024-07-01T04:00:00Z,2024-07-01T05:00:00Z,NORTH,,1000.5,,\n"
        b"testiso,hourly_load,2024-07-01T05:00:00Z,2024-07-01T06:00:00Z,NORTH,,1001.5,,\n"
    )


def test_period_takes_the_place_of_bounds() -> None:
    """A day by its date, on the market's clock."""
    pages = {"2024-07-01.csv": day("2024-07-01")}
    whole = get("--period", "2024-07-01", "--format", "csv", pages=pages)
    assert whole.exit_code == 0
    assert len(whole.stdout.splitlines()) == 25
    asked = get("--start", "2024-07-01", "--end", "2024-07-02", "--format", "csv", pages=pages)
    assert whole.stdout == asked.stdout


def test_null_is_an_empty_cell_in_csv() -> None:
    """A value that the source leaves empty is an empty cell."""
    page = b"Start,Area,MW\r\n2024-07-01T04:00:00,NORTH,\r\n2024-07-01T05:00:00,NORTH,7\r\n"
    result = get(*FIRST_TWO, "--format", "csv", pages={"2024-07-01.csv": page})
    assert result.stdout.splitlines()[1].endswith("2024-07-01T05:00:00Z,NORTH,,,,")


def test_json_is_an_array_of_records() -> None:
    """JSON is an array with one record a row."""
    result = get(*FIRST_TWO, "--format", "json", pages=TWO_HOURS)
    records = json.loads(result.stdout)
    assert [record["load"] for record in records] == [1000.5, 1001.5]
    assert records[0] == {
        "market": "testiso",
        "feed": "hourly_load",
        "interval_start": "2024-07-01T04:00:00Z",
        "interval_end": "2024-07-01T05:00:00Z",
        "location": "NORTH",
        "location_type": None,
        "load": 1000.5,
        "net_load": None,
        "status": None,
    }


def test_json_of_no_rows_is_an_empty_array() -> None:
    """An answer that may have no rows is a JSON array still; of any other it is an error that no row fits."""
    asked = (*FIRST_TWO, "--format", "json", "--filter", "feed=other")
    assert get(*asked, pages=TWO_HOURS).exit_code == 3
    result = get(*asked, "--partial", pages=TWO_HOURS)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == []


def test_ndjson_is_one_record_a_line() -> None:
    """Each line of NDJSON is a record of its own."""
    result = get(*FIRST_TWO, "--format", "ndjson", pages=TWO_HOURS)
    assert [json.loads(line)["interval_start"] for line in result.stdout.splitlines()] == [
        "2024-07-01T04:00:00Z",
        "2024-07-01T05:00:00Z",
    ]


@pytest.mark.parametrize(("form", "read"), [("parquet", pl.read_parquet), ("arrow", pl.read_ipc)])
def test_binary_forms_keep_types(form: str, read: object) -> None:
    """Parquet and Arrow keep times as UTC instants and numbers as numbers."""
    result = get(*FIRST_TWO, "--format", form, pages=TWO_HOURS)
    frame = read(io.BytesIO(result.stdout_bytes))  # type: ignore[operator]
    assert frame["load"].to_list() == [1000.5, 1001.5]
    assert frame.schema["interval_start"] == pl.Datetime("us", "UTC")


@pytest.mark.parametrize("suffix", ["csv", "json", "ndjson", "parquet", "arrow", "CSV"])
def test_the_suffix_of_the_file_says_the_format(suffix: str, tmp_path: Path) -> None:
    """``--output x.csv`` needs no ``--format``; nothing goes to standard output."""
    target = tmp_path / f"load.{suffix}"
    result = get(*FIRST_TWO, "--output", str(target), pages=TWO_HOURS)
    starts = {"csv": b"market,", "json": b"[\n{", "ndjson": b'{"', "parquet": b"PAR1", "arrow": b"ARROW1"}
    assert result.exit_code == 0
    assert result.stdout == ""
    assert target.read_bytes().startswith(starts[suffix.lower()])
    assert f"written to {target}" in result.stderr


def test_resampled_is_at_other_intervals(tmp_path: Path) -> None:
    """A day's mean on the market's clock, into a file too; not of the source's own columns."""
    pages = {"2024-07-01.csv": day("2024-07-01")}
    asked = ("--period", "2024-07-01", "--resample", "1d", "--format", "csv")
    result = get(*asked, pages=pages)
    assert result.stdout.splitlines()[1:] == [
        "testiso,hourly_load,2024-07-01T04:00:00Z,2024-07-02T04:00:00Z,NORTH,,1012.0,,"
    ]
    get(*asked, "--output", str(tmp_path / "day.csv"), pages=pages)
    assert (tmp_path / "day.csv").read_text() == result.stdout
    refused = get(*asked, "--raw", pages=pages)
    assert refused.exit_code == 2
    assert (
        "--raw is what the source published; leave --system, --resample, --where, --columns and --out-tz out"
        in refused.stderr
    )


def test_rows_and_columns_are_picked(tmp_path: Path) -> None:
    """On standard output and in a file, which is written part by part."""
    pages = {"2024-07-01.csv": day("2024-07-01")}
    asked = (
        "--period",
        "2024-07-01",
        "--where",
        "load >= 1022",
        "--columns",
        "interval_start, load",
        "--format",
        "csv",
    )
    result = get(*asked, pages=pages)
    assert result.stdout.splitlines() == [
        "interval_start,load",
        "2024-07-02T02:00:00Z,1022.5",
        "2024-07-02T03:00:00Z,1023.5",
    ]
    get(*asked, "--output", str(tmp_path / "hot.csv"), pages=pages)
    assert (tmp_path / "hot.csv").read_text() == result.stdout
    table = get(*asked[:-1], "table", pages=pages)
    assert "1,022.5" in table.stdout
    none = get("--period", "2024-07-01", "--where", "load > 9e9", pages=pages)
    assert none.exit_code == 0
    assert "none of 24 rows meets the condition load > 9e9" in none.stderr
    wrong = get("--period", "2024-07-01", "--where", "lode > 1", pages={})
    assert wrong.exit_code == 2
    assert "no column 'lode'" in wrong.stderr


def test_output_to_a_dash_is_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As without ``--output``; there is no file of that name."""
    monkeypatch.chdir(tmp_path)
    result = get(*FIRST_TWO, "--output", "-", "--format", "csv", pages=TWO_HOURS)
    assert result.stdout == get(*FIRST_TWO, "--format", "csv", pages=TWO_HOURS).stdout != ""
    assert not [path for path in tmp_path.iterdir() if path.name == "-"]


def test_the_format_asked_for_wins_over_the_suffix(tmp_path: Path) -> None:
    """``--format`` decides where both are given."""
    target = tmp_path / "load.csv"
    get(*FIRST_TWO, "--output", str(target), "--format", "json", pages=TWO_HOURS)
    assert len(json.loads(target.read_text())) == 2


def test_a_table_can_be_written_to_a_file(tmp_path: Path) -> None:
    """A table goes to a file only if it is asked for by name."""
    target = tmp_path / "load.txt"
    get(*FIRST_TWO, "--output", str(target), "--format", "table", pages=TWO_HOURS)
    assert "1,001.5" in target.read_text()


def test_a_suffix_that_says_nothing_is_refused_before_any_request(tmp_path: Path) -> None:
    """A file whose name does not say the format needs ``--format``: a table would leave rows out."""
    network = Network(TWO_HOURS)
    result = get(*FIRST_TWO, "--output", str(tmp_path / "load.txt"), network=network)
    assert result.exit_code == 2
    assert "--format" in result.stderr
    assert network.asked == []


def test_a_folder_that_is_not_there_is_refused_before_any_request(tmp_path: Path) -> None:
    """Nothing is fetched for a file that cannot be written."""
    network = Network(TWO_HOURS)
    result = get(*FIRST_TWO, "--output", str(tmp_path / "no" / "load.csv"), network=network)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "does not exist" in result.stderr
    assert network.asked == []


def test_the_table_says_where_the_rows_are_from() -> None:
    """Without a format the result is a table, titled with its feed."""
    result = get(*FIRST_TWO, pages=TWO_HOURS)
    assert result.stdout.startswith("testiso/hourly_load")
    assert "1,000.5" in result.stdout


def test_raw_gives_the_sources_own_columns() -> None:
    """``--raw`` writes the columns as they were published."""
    result = get(*FIRST_TWO, "--raw", "--format", "csv", pages=TWO_HOURS)
    assert result.stdout.splitlines()[0] == "Start,Area,MW"
    assert result.stdout.splitlines()[1].startswith("2024-07-01T04:00:00,NORTH,")


def test_raw_is_a_table_too() -> None:
    """The source's own columns can be looked at as a table."""
    result = get(*FIRST_TWO, "--raw", pages=TWO_HOURS)
    assert "Start" in result.stdout
    assert "2024-07-01T05:00:00" in result.stdout


def test_the_summary_goes_to_standard_error() -> None:
    """How many rows came, of what, and from where is said on standard error."""
    result = get("--format", "csv", pages={"2024-07-01.csv": day("2024-07-01")})
    assert result.stderr == (
        "24 rows of testiso/hourly_load, 2024-07-01T04:00:00Z to 2024-07-02T04:00:00Z, from main (archive)\n"
    )


def test_one_row_is_one_row() -> None:
    """A single row is not called rows."""
    result = get("--start", "2024-07-01", "--end", "2024-07-01T01:00", pages=TWO_HOURS)
    assert result.stderr.startswith("1 row of ")


def test_only_the_locations_asked_for_are_given() -> None:
    """``--location`` can be repeated."""
    page = day("2024-07-01", hours=range(1), areas=("EAST", "NORTH", "WEST"))
    result = get(
        *FIRST_TWO[:3], "2024-07-01T01:00", "--location", "WEST", "--location", "EAST", "--format", "csv",
        pages={"2024-07-01.csv": page},
    )  # fmt: skip
    assert [line.split(",")[4] for line in result.stdout.splitlines()[1:]] == ["EAST", "WEST"]


def test_several_values_of_one_filter_are_alternatives() -> None:
    """``--filter`` can be repeated, with several values of one column."""
    page = day("2024-07-01", hours=range(1), areas=("EAST", "NORTH", "WEST"))
    result = get(
        *FIRST_TWO[:3], "2024-07-01T01:00", "--filter", "location=WEST", "--filter", "location = NORTH",
        "--format", "csv", pages={"2024-07-01.csv": page},
    )  # fmt: skip
    assert [line.split(",")[4] for line in result.stdout.splitlines()[1:]] == ["NORTH", "WEST"]


def test_naive_bounds_are_read_on_the_clock_asked_for() -> None:
    """With ``--tz UTC`` the bounds are UTC, not the market's clock."""
    result = get(
        "--start", "2024-07-01T05:00", "--end", "2024-07-01T06:00", "--tz", "UTC", "--format", "csv",
        pages=TWO_HOURS,
    )  # fmt: skip
    assert [line.split(",")[2] for line in result.stdout.splitlines()[1:]] == ["2024-07-01T05:00:00Z"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--filter", "location"), "COLUMN=VALUE"),
        (("--filter", "nothing=1"), "no column 'nothing'"),
        (("--run", "day_ahead"), "has no runs"),
        (("--feed", "hourly_lod"), "Did you mean 'hourly_load'?"),
        (("--tz", "Mars"), "not a time zone"),
        (("--start", "whenever", "--end", "2024-07-02"), "is not a time"),
        (("--start", "2024-07-02", "--end", "2024-07-01"), "runs backwards"),
        (("--location", "NOWHERE"), "no location 'NOWHERE'"),
    ],
)
def test_a_query_that_cannot_be_exits_with_2(arguments: tuple[str, ...], said: str) -> None:
    """What the caller can mend is one line on standard error and exit code 2."""
    result = get(*arguments, pages={"2024-07-01.csv": day("2024-07-01")})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("energyopti: ")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr


def test_an_unknown_market_is_suggested() -> None:
    """A near miss of a market's name is suggested."""
    result = run("get", "testios", "load", "--start", "2024-07-01", "--end", "2024-07-02")
    assert result.exit_code == 2
    assert "Did you mean 'testiso'?" in result.stderr


def test_what_the_source_does_not_have_exits_with_3() -> None:
    """A document that does not exist is no data."""
    assert get().exit_code == NoData.exit_code == 3


def test_a_source_that_refuses_exits_with_4() -> None:
    """A request that the host refuses is an unavailable source."""
    assert get(pages={"2024-07-01.csv": 400}).exit_code == SourceUnavailable.exit_code == 4


def test_a_credential_that_is_not_set_exits_with_5() -> None:
    """A missing credential names its setting."""
    result = get(over=registry(KEYED))
    assert result.exit_code == 5
    assert "ENERGYOPTI_TESTISO_KEY" in result.stderr


def test_a_refused_credential_exits_with_5_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """No part of a secret is in what is said about it."""
    monkeypatch.setenv("ENERGYOPTI_TESTISO_KEY", "hunter2hunter2")
    result = get(over=registry(KEYED), pages={"2024-07-01.csv": 403})
    assert result.exit_code == 5
    assert "hunter" not in result.output


def test_a_payload_of_another_shape_exits_with_6() -> None:
    """A payload that lacks a column is schema drift."""
    result = get(pages={"2024-07-01.csv": b"Start,Area\r\n2024-07-01T04:00:00,NORTH\r\n"})
    assert result.exit_code == SchemaDrift.exit_code == 6
    assert "MW" in result.stderr


def test_any_other_foreseen_error_exits_with_1() -> None:
    """Two plugins that claim one market are a plugin error."""
    result = get(over=registry(MARKET, attrs.evolve(MARKET, title="Another")))
    assert result.exit_code == PluginError.exit_code == 1
    assert "claimed by" in result.stderr


def test_debug_lets_the_error_through() -> None:
    """With ``--debug`` a foreseen error keeps its traceback."""
    with pytest.raises(UnknownMarket):
        run("--debug", "get", "testios", "load", "--start", "2024-07-01", "--end", "2024-07-02")


def test_times_are_written_on_a_clock(tmp_path: Path) -> None:
    """With their offset, on standard output, in a file, in a table; as instants in Parquet."""
    pages = {"2024-07-01.csv": day("2024-07-01")}
    asked = ("--period", "2024-07-01", "--columns", "interval_start,load", "--out-tz")
    for word, first in (("market", "2024-07-01T00:00:00-04:00"), ("CT", "2024-06-30T23:00:00-05:00")):
        result = get(*asked, word, "--format", "csv", pages=pages)
        assert result.stdout.splitlines()[1].startswith(f"{first},")
        get(*asked, word, "--output", str(tmp_path / "local.csv"), pages=pages)
        assert (tmp_path / "local.csv").read_text() == result.stdout
    table = get(*asked, "market", pages=pages)
    assert "2024-07-01 00:00-04:00" in table.stdout
    assert "America/New_York" in table.stdout
    get(*asked, "market", "--output", str(tmp_path / "local.parquet"), pages=pages)
    written = pl.read_parquet(tmp_path / "local.parquet")["interval_start"]
    assert written.dtype == pl.Datetime("us", "America/New_York")
    assert written[0] == utc("2024-07-01T04:00")
    get(*asked, "market", "--output", str(tmp_path / "local.xlsx"), pages=pages)
    assert pl.read_excel(tmp_path / "local.xlsx")["interval_start"][0] == "2024-07-01T00:00:00-04:00"


def test_clock_that_is_none_is_refused_before_anything_is_asked() -> None:
    """Exit code 2, one line."""
    result = get("--period", "2024-07-01", "--out-tz", "mars", pages={})
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'mars' is not a time zone" in result.stderr
    assert get("--period", "2024-07-01", "--raw", "--out-tz", "ET", pages={}).exit_code == 2


@pytest.mark.parametrize("more", [(), ("--resample", "1h")], ids=["part by part", "at once"])
def test_parquet_says_what_is_known_of_it(tmp_path: Path, more: tuple[str, ...]) -> None:
    """Units, coverage and sources of all parts, in its metadata."""
    pages: dict[str, bytes | int] = {
        f"2024-07-{number:02}.csv": day(f"2024-07-{number:02}") for number in range(1, 21)
    }
    target = tmp_path / "july.parquet"
    asked = ("--start", "2024-07-01", "--end", "2024-07-22", "--partial", *more)
    result = get(*asked, "--output", str(target), pages=pages)
    assert result.exit_code == 0, result.stderr
    said = json.loads(pl.read_parquet_metadata(target)["energyopti"])
    assert (said["dataset"], said["units"]["load"]) == ("load", "MW")
    assert (said["coverage"]["start"], said["coverage"]["end"]) == (
        "2024-07-01T04:00:00Z",
        "2024-07-22T04:00:00Z",
    )
    assert not said["coverage"]["complete"]
    assert [part["start"] for part in said["coverage"]["missing"]] == ["2024-07-21T04:00:00Z"]
    assert [source["chunk"][-2:] for source in said["sources"]] == [f"{number:02}" for number in range(1, 21)]
    assert pl.read_parquet(target).height == 20 * 24
