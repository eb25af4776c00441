"""SQL over the lake: the rows of the last commits by name, and no way to anything else."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from builders import market, utc
from cli_runs import registry
from collecting_builders import chunk_data, load_feed
from energyopti.errors import LakeError, UnsupportedQuery
from energyopti.frames import frame_schema
from energyopti.market import Feed
from energyopti.store.lake import Lake
from energyopti.store.lake.sql import LakeSql
from energyopti.store.opening import open_sql
from store_laws import day_of

LATER = utc("2024-07-20T00:00")
HOURLY, FIVE, ODD = load_feed(), load_feed(name="five_minutes"), load_feed(name="2d-load")
NORTH = market(feeds=(HOURLY, FIVE, ODD))
SOUTH = market(id="southiso", feeds=(HOURLY,))


def rows_of(feed: Feed, day: int, values: list[float], *, whose: str = "testiso") -> pl.DataFrame:
    """A row an hour of a day."""
    start = day_of(day).start
    content = [
        {
            "market": whose,
            "feed": feed.name,
            "interval_start": start + timedelta(hours=hour),
            "interval_end": start + timedelta(hours=hour + 1),
            "location": "NORTH" if hour % 2 else "N.Y.C.",
            "load": value,
        }
        for hour, value in enumerate(values)
    ]
    return pl.DataFrame(content, schema=frame_schema(feed.dataset))


def put(
    lake: Lake,
    values: list[float],
    *,
    feed: Feed = HOURLY,
    day: int = 1,
    at: datetime = LATER,
    whose: str = "testiso",
) -> None:
    """Keep a day of a feed, as fetched at an instant."""
    there = NORTH if whose == "testiso" else SOUTH
    chunk = day_of(day, feed=feed, market=there)
    lake.write([chunk_data(chunk, rows_of(feed, day, values, whose=whose), fetched_at=at)])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a lake: two markets, one of them with feeds of odd names, and a day that was fetched twice."""
    lake = Lake(tmp_path_factory.mktemp("o'dd [*] lake?") / "env=prod" / "lake")
    put(lake, [1.0, 2.0, 3.0], at=LATER - timedelta(days=1))
    put(lake, [1.0, 2.5, 3.0])
    put(lake, [4.0, 5.0], day=2)
    put(lake, [6.0], feed=FIVE)
    put(lake, [7.0], feed=ODD)
    put(lake, [8.0, 9.0], whose="southiso")
    return lake.folder


@pytest.fixture
def asked(kept: Path) -> LakeSql:
    """SQL over that lake."""
    return LakeSql(Lake(kept), registry(NORTH, SOUTH))


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> LakeSql:
    """SQL over a lake like it, for a test that changes it."""
    return LakeSql(Lake(shutil.copytree(kept, tmp_path / "own")), registry(NORTH, SOUTH))


def values(frame: pl.DataFrame, name: str = "load") -> list[object]:
    """A column in order."""
    return frame[name].sort().to_list()


def test_feed_is_a_table_of_its_market(asked: LakeSql) -> None:
    """Each row is there once, as the last fetch had it, whatever the case of the name."""
    assert values(asked.frame("select * from TestISO.hourly_LOAD")) == [1.0, 2.5, 3.0, 4.0, 5.0]


def test_table_has_the_columns_of_its_dataset_and_when_and_where_each_row_was_kept(asked: LakeSql) -> None:
    """The dataset's columns in order, `fetched_at`, and `month`; nothing of the folders above."""
    frame = asked.frame("from testiso.hourly_load")
    schema = frame_schema(HOURLY.dataset)
    assert frame.columns == [*schema, "fetched_at", "month"]
    assert [frame.schema[name] for name in schema] == list(schema.values())
    assert frame.schema["fetched_at"] == pl.Datetime("us", "UTC")
    assert frame["month"].unique().to_list() == ["2024-07"]


@pytest.mark.parametrize("name", ['testiso."2d-load"', '"testiso"."2D-LOAD"'])
def test_name_that_is_no_word_is_quoted(asked: LakeSql, name: str) -> None:
    """As anywhere in SQL."""
    assert values(asked.frame(f"select * from {name}")) == [7.0]


def test_history_has_the_rows_that_changed(asked: LakeSql) -> None:
    """Under the name that it has on disk, with the time at which a fetch found them changed."""
    frame = asked.frame('select load, superseded_at from testiso."hourly_load.history"')
    assert frame.rows() == [(2.0, LATER)]


@pytest.mark.parametrize("name", ["load", "main.load", '"LOAD"'])
def test_dataset_is_all_of_its_tables(asked: LakeSql, name: str) -> None:
    """Of every market and feed, without histories."""
    assert values(asked.frame(f"select load from {name}")) == [1.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    assert values(asked.frame(f"select load from {name} where market = 'southiso'")) == [8.0, 9.0]


def test_column_that_a_table_lacks_is_null(own: LakeSql, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table from before its dataset had a column takes part in the union."""
    narrow = rows_of(FIVE, 3, [10.0]).drop("status", "net_load")
    monkeypatch.setattr("energyopti.store.lake.lake.frame_schema", lambda _: narrow.schema)
    old = market(id="oldiso", feeds=(FIVE,))
    chunk = day_of(3, feed=FIVE, market=old)
    Lake(own.lake.folder).write([chunk_data(chunk, narrow.with_columns(market=pl.lit("oldiso")))])
    monkeypatch.undo()
    wider = LakeSql(Lake(own.lake.folder), registry(NORTH, SOUTH, old))
    assert "status" not in wider.frame("from oldiso.five_minutes").columns
    found = wider.frame("select load, status from load where market = 'oldiso'")
    assert found.rows() == [(10.0, None)]


def test_files_that_no_commit_names_are_not_read(own: LakeSql) -> None:
    """A table is what its last commit says, not what lies in its folder."""
    folder = own.lake.folder / "testiso" / "hourly_load" / "month=2024-07"
    rows_of(HOURLY, 3, [99.0]).write_parquet(folder / "torn.parquet")
    assert 99.0 not in values(own.frame("from testiso.hourly_load"))


def test_only_the_tables_of_the_statement_are_opened(own: LakeSql) -> None:
    """One that is damaged is in nobody's way."""
    for commit in (own.lake.folder / "southiso" / "hourly_load" / "_delta_log").glob("*.json"):
        commit.write_text("{")
    assert values(own.frame("from testiso.five_minutes")) == [6.0]
    with pytest.raises(LakeError, match="energyopti lake verify"):
        own.frame("from load")


def test_what_is_committed_later_is_seen_by_the_next_statement(own: LakeSql) -> None:
    """Nothing is remembered from one statement to the next."""
    assert values(own.frame("from testiso.five_minutes")) == [6.0]
    put(Lake(own.lake.folder), [6.5], feed=FIVE, at=LATER + timedelta(days=1))
    assert values(own.frame("from testiso.five_minutes")) == [6.5]


def test_name_that_the_statement_gives_itself_comes_first(asked: LakeSql) -> None:
    """``WITH load AS`` is not the dataset."""
    assert asked.frame("with load as (select 1 as x) select * from load").rows() == [(1,)]


@pytest.fixture(params=["America/New_York", "Asia/Tokyo"])
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
def test_times_are_utc_wherever_the_machine_is(asked: LakeSql) -> None:
    """Read, compared with text, cut to days, and given back: in microseconds."""
    frame = asked.frame(
        "select min(interval_start) as earliest, date_trunc('day', min(interval_start)) as day,"
        " max(interval_start)::varchar said from testiso.hourly_load where interval_start < '2024-07-02'"
    )
    assert frame.schema["earliest"] == frame.schema["day"] == pl.Datetime("us", "UTC")
    assert frame.row(0) == (
        datetime(2024, 7, 1, 4, tzinfo=UTC),
        datetime(2024, 7, 1, tzinfo=UTC),
        "2024-07-01 06:00:00+00",
    )


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ("sum(1)", 1, pl.Int64()),
        ("1.5", 1.5, pl.Float64()),
        ("interval 90 minute", timedelta(minutes=90), pl.Duration("us")),
        ("timestamp_ns '2024-07-01'", datetime(2024, 7, 1), pl.Datetime("us")),  # noqa: DTZ001
        ("date '2024-07-01'", date(2024, 7, 1), pl.Date()),
        ("'101'::bit", "101", pl.String()),
        ("[1, 2]", [1, 2], pl.List(pl.Int32())),
    ],
)
def test_cells_are_of_the_types_of_frames(
    asked: LakeSql, cell: str, value: object, kind: pl.DataType
) -> None:
    """Whole numbers, floats, times in microseconds, lengths of time; text for what frames do not have."""
    frame = asked.frame(f"select {cell} as cell")
    assert frame.schema == {"cell": kind}
    assert frame["cell"].to_list() == [value]


def test_order_of_the_rows_is_that_of_the_statement(asked: LakeSql) -> None:
    """Also where cells are written in other types."""
    frame = asked.frame("select load, interval_end - interval_start took from load order by load desc")
    assert frame["load"].to_list() == [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.5, 1.0]
    assert set(frame["took"]) == {timedelta(hours=1)}


def test_statement_may_have_no_rows(asked: LakeSql) -> None:
    """The columns and their types are there all the same."""
    frame = asked.frame("select load, interval_start from load where false")
    assert frame.schema == {"load": pl.Float64(), "interval_start": pl.Datetime("us", "UTC")}
    assert frame.is_empty()


@pytest.mark.parametrize(
    "statement",
    [
        "describe load",
        "summarize testiso.hourly_load",
        "pivot testiso.hourly_load on location in ('NORTH') using avg(load) group by month",
        "values (1), (2)",
        "select 1;",
        "with recursive t as (select 1 n union all select n + 1 from t where n < 3) select * from t",
        "select * from range(3)",
    ],
)
def test_statements_that_read(asked: LakeSql, statement: str) -> None:
    """Whatever DuckDB has for reading."""
    assert asked.frame(statement).height > 0


def marks(folder: Path) -> dict[str, str]:
    """Every file of a folder, with a mark of what is in it."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


WRITES = [
    "copy (select 1) to '{new}'",
    "copy testiso.hourly_load to '{file}' (format parquet, use_tmp_file false)",
    "with x as (copy (select 1) to '{file}' (format parquet, use_tmp_file false)) select * from x",
    "with x as (copy (select 1) to '{new}') select * from x",
    "select * from query('with x as (copy (select 1) to ''{new}'') select * from x')",
    "select * from JSON_execute_serialized_sql(json_serialize_sql('select 1'))",
    "explain analyze copy (select 1) to '{new}'",
    "export database '{new}'",
    "attach '{new}' as other",
    "create table t as select 1",
    "insert into testiso.hourly_load select * from testiso.hourly_load",
    "with x as (insert into load values (1) returning *) select * from x",
    "delete from load",
    "drop view load",
    "set threads = 1",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma enable_profiling",
    "call enable_logging()",
    "select * from enable_logging(storage = 'file')",
    "install httpfs",
    "load httpfs",
    "pivot load on location using avg(load)",
]


@pytest.mark.parametrize("statement", WRITES)
def test_nothing_is_written(asked: LakeSql, tmp_path: Path, statement: str) -> None:
    """Whatever could change a file, a setting or a table is refused in one line, and changes none."""
    (file, *_) = (asked.lake.folder / "testiso" / "hourly_load").glob("month=*/*.parquet")
    before = marks(asked.lake.folder), marks(tmp_path)
    said = statement.format(new=f"{tmp_path}/new".replace("'", "''"), file=str(file).replace("'", "''"))
    with pytest.raises(UnsupportedQuery) as caught:
        asked.frame(said)
    assert "\n" not in caught.value.line
    assert (marks(asked.lake.folder), marks(tmp_path)) == before


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('{other}')",
        "select * from '{other}'",
        "select * from '{coverage}'",
        "select * from read_parquet('{file}')",
        "select * from glob('/*')",
        "select * from sniff_csv('{other}')",
        "select * from 'https://energyopti.example/x.parquet'",
        "select * from read_csv('https://energyopti.example/x.csv')",
        "select * from testiso.hourly_load, '{other}'",
    ],
)
def test_nothing_else_is_read(asked: LakeSql, tmp_path: Path, statement: str) -> None:
    """Neither other files, nor those of the lake around its tables, nor the network."""
    other = tmp_path / "other.csv"
    other.write_text("secret\n1\n")
    (file, *_) = (asked.lake.folder / "testiso" / "hourly_load").glob("month=*/*.parquet")
    (beside, *_) = (asked.lake.folder / "testiso" / "hourly_load").glob("_chunks/*.parquet")
    places = {"other": other, "coverage": beside, "file": file}
    escaped = {name: str(path).replace("'", "''") for name, path in places.items()}
    with pytest.raises(UnsupportedQuery) as caught:
        asked.frame(statement.format(**escaped))
    assert "\n" not in caught.value.line


def test_variables_of_the_program_are_no_tables(asked: LakeSql) -> None:
    """A frame that happens to be around is not found by its name."""
    around = pl.DataFrame({"x": [1]})
    with pytest.raises(UnsupportedQuery, match="has no table around"):
        asked.frame("select * from around")
    assert around.height == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "select * from testiso.hourly_lod",
            "has no table testiso.hourly_lod. Did you mean 'testiso.hourly_load'",
        ),
        ("select * from five_minutes", "has no table five_minutes. Did you mean 'testiso.five_minutes'?"),
        ("select * from lod", "has no table lod. Did you mean 'load'?"),
        ("select * from a.b.c", "has no table a.b.c. Known: "),
        ('select * from testiso."2d-lod"', "Did you mean 'testiso.\"2d-load\"'"),
        ("select nothing from load", 'Referenced column "nothing" not found'),
        ("select load from load where nosuch(load)", "nosuch"),
        ("selec 1", 'syntax error at or near "selec"'),
        ("select location::int from load", "Could not convert string 'N"),
        ("select 1; select 2", "there are 2 statements of SQL; write exactly one"),
        ("-- nothing", "there is no statement of SQL"),
        ("show tables", "SQL does not list the tables of the lake; run `energyopti lake status`"),
        ("select 1 a, 2 a", "two columns of the result are named 'a'"),
        ("select [interval 1 hour] as v", "column 'v' holds several lengths of time"),
    ],
)
def test_bad_statement_is_said_in_one_line(asked: LakeSql, statement: str, said: str) -> None:
    """With DuckDB's words but without its drawing, and with names that are near."""
    with pytest.raises(UnsupportedQuery) as caught:
        asked.frame(statement)
    assert said in caught.value.line
    assert "LINE 1" not in caught.value.line
    assert "^" not in caught.value.line


def test_value_that_fails_late_is_said_like_any_other(asked: LakeSql) -> None:
    """Also when rows before it have been given out."""
    late = "select case when range < 3000000 then '1' else 'x' end::int as cell from range(3000001)"
    with pytest.raises(UnsupportedQuery, match="Could not convert string 'x'") as caught:
        asked.frame(late)
    assert "LINE" not in caught.value.line


def test_file_that_is_gone_is_the_lakes_error(own: LakeSql) -> None:
    """It is nothing that another statement would mend."""
    for file in (own.lake.folder / "testiso" / "five_minutes").glob("month=*/*.parquet"):
        file.unlink()
    with pytest.raises(LakeError, match="energyopti lake verify"):
        own.frame("from testiso.five_minutes")


def test_what_does_not_fit_into_memory_is_said(asked: LakeSql, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says to ask for less."""

    def fails(_: object, text: str) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed")

    monkeypatch.setattr("energyopti.store.lake.sql.parsed", fails)
    with pytest.raises(LakeError, match="ask for less at a time"):
        asked.frame("from load")


def test_rows_come_frame_by_frame(asked: LakeSql) -> None:
    """A large answer is never in memory as a whole; its columns are known before its rows."""
    with asked.answer("select range as number from range(2000000)") as rows:
        assert rows.schema == {"number": pl.Int64()}
        heights = [frame.height for frame in rows.frames]
    assert len(heights) > 1
    assert sum(heights) == 2_000_000


def test_answer_names_the_markets_that_it_is_of(asked: LakeSql) -> None:
    """Those whose tables were opened."""
    with asked.answer("select 1 from load") as rows:
        assert rows.markets == ("southiso", "testiso")
    with asked.answer("select 1") as rows:
        assert rows.markets == ()


def test_nothing_is_left_behind(asked: LakeSql, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder for what does not fit into memory goes with the answer."""
    spill = tmp_path / "spill"
    spill.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spill))
    with asked.answer("from load") as rows:
        assert os.listdir(spill)  # noqa: PTH208
        rows.whole()
    assert os.listdir(spill) == []  # noqa: PTH208


def test_market_that_is_not_installed_has_tables_but_no_dataset(kept: Path) -> None:
    """Which dataset a feed has is its plugin's word."""
    alone = LakeSql(Lake(kept), registry(NORTH))
    assert values(alone.frame("from southiso.hourly_load")) == [8.0, 9.0]
    assert 8.0 not in values(alone.frame("from load"))


def test_empty_table_has_its_columns(own: LakeSql) -> None:
    """A table whose rows were all taken out can still be own."""
    table = dict(own.lake.tables())["testiso/five_minutes"]
    since = table.snapshot()
    table.commit(since, (), list(since.files.values()))
    assert own.frame("select load from testiso.five_minutes").rows() == []


def test_there_must_be_a_lake(tmp_path: Path) -> None:
    """A folder that is not there is said, and not made."""
    with pytest.raises(LakeError, match=r"there is no lake in .*; fill one with `energyopti backfill`"):
        open_sql(tmp_path / "none", registry(NORTH))
    assert list(tmp_path.iterdir()) == []


def test_extra_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, with what to install."""
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    for name in ("sql", "statements"):
        monkeypatch.delitem(__import__("sys").modules, f"energyopti.store.lake.{name}", raising=False)
    with pytest.raises(LakeError, match=r"SQL needs a package .*; run: pip install 'energyopti\[sql\]'"):
        open_sql(tmp_path, registry(NORTH))


hours = st.integers(0, 23)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[LakeSql, pl.DataFrame]:
    """A lake of three days, and its rows as polars reads them from the same folder."""
    lake = Lake(tmp_path_factory.mktemp("laws") / "lake")
    for day in (1, 2, 3):
        put(lake, [float((hour * 7 + day * 5) % 11) for hour in range(24)], day=day)
    frame = pl.read_delta(str(lake.folder / "testiso" / "hourly_load"))
    return LakeSql(lake, registry(NORTH)), frame


@settings(max_examples=40, deadline=None)
@given(first=st.integers(0, 80), length=st.integers(0, 80), place=st.sampled_from(["NORTH", "N.Y.C.", "X"]))
def test_filter_is_that_of_polars(
    filled: tuple[LakeSql, pl.DataFrame], first: int, length: int, place: str
) -> None:
    """A query over the table gives the rows that the same filter leaves of polars' frame."""
    asked, frame = filled
    start = day_of(1).start + timedelta(hours=first)
    end = start + timedelta(hours=length)
    found = asked.frame(
        f"from testiso.hourly_load where interval_start >= '{start}' and interval_start < '{end}'"
        f" and location = '{place}' order by interval_start"
    )
    kept = frame.filter(
        pl.col("interval_start").is_between(start, end, closed="left"), pl.col("location") == place
    ).sort("interval_start")
    assert_frame_equal(found, kept.select(found.columns))
