"""``energyopti sql``: where the statement comes from, where its rows go, what it says, and what it exits with."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from click.testing import CliRunner, Result

from builders import market
from cli_runs import registry
from collecting_builders import load_feed
from energyopti import Terms
from energyopti.cli.app import app
from energyopti.cli.installation import Installation
from energyopti.store.lake import Lake
from store_laws import data_of, day_of

MARKET = market(feeds=(load_feed(),), terms=Terms(url="https://iso.example/terms", note="ask first"))
DAYS = "select interval_start, load from testiso.hourly_load order by all"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake of two rows, at the usual place."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    lake = Lake(tmp_path / "home" / "lake")
    lake.write([data_of(day_of(day, market=MARKET), float(day)) for day in (1, 2)])
    return lake.folder


def sql(*arguments: str, given: str | None = None, **others: Any) -> Result:
    """One command over that lake."""
    here = Installation(given_registry=registry(MARKET))
    return CliRunner().invoke(
        app,
        ["sql", *arguments],
        obj=here,
        input=given,
        env={"COLUMNS": "200"},
        catch_exceptions=False,
        **others,
    )


def test_rows_are_a_table_unless_a_format_is_given() -> None:
    """The table is on standard output, and how many rows it has on standard error."""
    done = sql("from testiso.hourly_load")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "testiso/hourly_load, month 2024-07, interval_end 1 h after interval_start\n"
    )
    assert "2024-07-02 04:00" in done.stdout
    assert done.stderr == "2 rows\n"


def test_statement_comes_from_a_file_or_standard_input(tmp_path: Path) -> None:
    """The same rows, wherever the statement is."""
    file = tmp_path / "days.sql"
    file.write_text(f"\ufeff-- the days\n{DAYS};\n", encoding="utf-8")
    expected = b"interval_start,load\n2024-07-01T04:00:00Z,1.0\n2024-07-02T04:00:00Z,2.0\n"
    assert sql(DAYS, "-f", "csv").stdout_bytes == expected
    assert sql("--file", str(file), "-f", "csv").stdout_bytes == expected
    assert sql("-", "-f", "csv", given=DAYS).stdout_bytes == expected


@pytest.mark.parametrize("both", [True, False])
def test_there_is_exactly_one_statement(tmp_path: Path, both: bool) -> None:
    """Neither none, nor one here and one in a file."""
    file = tmp_path / "days.sql"
    file.write_text(DAYS)
    done = sql(DAYS, "--file", str(file)) if both else sql()
    assert done.exit_code == 2
    assert done.stderr == (
        "energyopti: there must be one statement of SQL; give it, or --file, or - to read it\n"
    )


def test_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    """In one line."""
    file = tmp_path / "days.sql"
    file.write_bytes(b"\xff\xfe\x00\x81")
    done = sql("--file", str(file))
    assert done.exit_code == 2
    assert done.stderr.startswith(f"energyopti: the statement cannot be read from {file}: ")


@pytest.mark.parametrize(("form", "read"), [("parquet", pl.read_parquet), ("arrow", pl.read_ipc)])
def test_binary_file_has_the_rows_in_their_types(tmp_path: Path, form: str, read: Any) -> None:
    """And the terms of the market whose rows are in it are said."""
    target = tmp_path / f"days.{form}"
    done = sql(DAYS, "-o", str(target))
    assert done.exit_code == 0
    frame = read(target)
    assert frame.schema == {"interval_start": pl.Datetime("us", "UTC"), "load": pl.Float64()}
    assert frame["load"].to_list() == [1.0, 2.0]
    said = done.stderr.splitlines()
    assert said[0] == f"2 rows, written to {target}"
    assert said[1].startswith("testiso: ask first")


@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "parquet", "arrow"])
def test_large_result_is_written_part_by_part(tmp_path: Path, form: str) -> None:
    """Every row is there once and in order, in each format."""
    target = tmp_path / f"numbers.{form}"
    done = sql("select range as number from range(1300000)", "-o", str(target))
    assert done.stderr == f"1,300,000 rows, written to {target}\n"
    content = io.BytesIO(target.read_bytes())
    frame = {
        "csv": pl.read_csv,
        "json": lambda text: pl.DataFrame(json.load(text)),
        "ndjson": pl.read_ndjson,
        "parquet": pl.read_parquet,
        "arrow": pl.read_ipc,
    }[form](content)
    assert frame["number"].equals(pl.Series("number", range(1_300_000)))


def test_no_rows_are_the_usual_empty_table() -> None:
    """And an empty array of JSON."""
    done = sql(f"from ({DAYS}) where false")
    assert done.exit_code == 0
    assert "no rows" in done.stdout
    assert done.stderr == "0 rows\n"
    assert json.loads(sql(f"from ({DAYS}) where false", "-f", "json").stdout) == []


def test_time_without_a_zone_is_written_without_one() -> None:
    """A local time is not made out to be UTC."""
    done = sql(
        "select interval_start at time zone 'America/New_York' as here from testiso.hourly_load limit 1",
        "-f",
        "csv",
    )
    assert done.stdout == "here\n2024-07-01T00:00:00\n"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("select * from lod", "has no table lod. Did you mean 'load'?"),
        ("selec", 'energyopti: Parser Error: syntax error at or near "selec"'),
        ("select 1; select 2", "there are 2 statements of SQL; write exactly one"),
        ("copy load to 'x.csv'", "SQL over the lake only reads"),
    ],
)
def test_bad_statement_is_one_line(statement: str, said: str) -> None:
    """With the exit code of wrong usage."""
    done = sql(statement)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize("target", [(), ("-o", "lists.csv")])
def test_cells_that_a_format_does_not_have_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: tuple[str, ...]
) -> None:
    """CSV has no lists; no file is left."""
    monkeypatch.chdir(tmp_path)
    done = sql("select list(load) as loads from load", "-f", "csv", *target)
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert "CAST the column" in done.stderr
    assert not list(tmp_path.glob("*.csv"))


def test_lake_can_be_another_one(folder: Path, tmp_path: Path) -> None:
    """Its folder is given; one that is not there is said, and not made."""
    other = folder.rename(tmp_path / "other")
    assert sql(DAYS, "--lake", str(other)).exit_code == 0
    done = sql(DAYS)
    assert done.exit_code == 1
    assert "there is no lake in" in done.stderr
    assert "energyopti backfill" in done.stderr
    assert not folder.exists()


def test_generated_data_has_a_lake_of_its_own(folder: Path) -> None:
    """Beside the other one."""
    lake = Lake(folder.with_name("lake-sandbox"))
    data = data_of(day_of(3, market=MARKET), 3.0)
    lake.write(
        [
            attrs.evolve(
                data,
                provenance=attrs.evolve(
                    data.provenance, fetched_at=data.provenance.fetched_at + timedelta(days=1)
                ),
            )
        ]
    )
    assert sql("select load from load", "--sandbox", "-f", "csv").stdout == "load\n3.0\n"


def test_lengths_and_other_columns_are_drawn() -> None:
    """A result of other columns than a dataset's is a table too."""
    done = sql("select feed, interval_end - interval_start as took, [load] as loads from load")
    assert done.stdout.startswith("hourly_load\n")
    assert "1:00:00" in done.stdout
    assert sql("select 1 as one").stdout.startswith("lake\n")
