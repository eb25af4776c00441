"""A lake in an object store, over real HTTP: it is a store like the one in a folder, and several machines may write it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import lake_writers
from builders import market
from cli_runs import Network, day, registry, run
from collecting_builders import load_feed
from energyopti.errors import LakeError, UnsupportedQuery
from energyopti.store import Store
from energyopti.store.lake import Lake
from energyopti.store.lake.bucket import Bucket
from energyopti.store.lake.files import beside
from energyopti.store.lake.table import Conflict, Table
from energyopti.store.lake.upkeep import compact, vacuum, verify
from energyopti.store.opening import open_lake, open_sql
from lake_writers import COLUMNS, DAYS, FEED, TABLE, amiss, chunk_of, data_of, faults, fetched_at, table_rows
from object_store import BUCKET, LOGIN, ObjectStore, object_store
from store_laws import StoreLaws, day_of
from store_laws import data_of as small_data

ENOUGH = 60.0
PAGES = {f"2024-07-0{number}.csv": day(f"2024-07-0{number}") for number in (1, 2, 3)}
RANGE = ("testiso", "hourly_load", "--start", "2024-07-01", "--end", "2024-07-03")
COMMIT = re.compile(rf"PUT /{BUCKET}/(\S+/_delta_log/\d+\.json) if-none-match=\* (\d+)")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """A server for the tests of this module; each has a prefix of its own."""
    with object_store(tmp_path_factory.mktemp("s3")) as store:
        yield store


@pytest.fixture
def at(running: ObjectStore, request: pytest.FixtureRequest) -> str:
    """The address of an empty lake."""
    return running.new_lake(re.sub(r"\W+", "_", request.node.name).strip("_"))


def key_of(at: str, path: str = "") -> str:
    """The path in the bucket of a file of a lake's table."""
    return f"{at.removeprefix(f's3://{BUCKET}/')}/{TABLE}/{path}"


def outcomes(running: ObjectStore, at: str) -> list[tuple[str, str]]:
    """The attempts to commit to a lake, each with the server's answer."""
    found = [match.groups() for line in running.asked() if (match := COMMIT.fullmatch(line))]
    return [(path, status) for path, status in found if path.startswith(key_of(at).partition("/")[0] + "/")]


class TestLakeInAnObjectStore(StoreLaws):
    """It keeps every version, and finds some locations in a chunk of all."""

    keeps_versions = True
    divides = True

    @pytest.fixture(autouse=True)
    def _address(self, at: str) -> None:
        self.at = at

    def store(self) -> Store:
        """An empty one."""
        return Lake(self.at)

    def test_lake_says_where_it_is(self) -> None:
        """Its address; it is no folder, and is not there before something is put into it."""
        lake = open_lake(self.at)
        assert (repr(lake), lake.exists(), list(lake.tables())) == (f"<Lake {self.at}>", False, [])
        with pytest.raises(LakeError, match="is no folder of this machine"):
            _ = lake.folder
        lake.write([small_data(day_of(1))])
        assert (lake.exists(), [name for name, _ in lake.tables()]) == (True, ["testiso/hourly_load"])

    def test_feed_may_have_any_name(self) -> None:
        """Signs that an object's name should not have are written in others."""
        chunk = day_of(1, feed=load_feed(name="a b/c%2F~!é"))
        Lake(self.at).write([small_data(chunk, 7.0)])
        again = Lake(self.at)
        assert [name for name, _ in again.tables()] == ["testiso/a b/c%2F~!é"]
        assert again.read([chunk])[chunk].frame["load"].to_list() == [7.0]
        assert [found for *_, found in verify(again)] == [()]

    def test_any_reader_of_delta_tables_reads_it(self) -> None:
        """By the address of a feed."""
        Lake(self.at).write([data_of(number, 0, 0) for number in (1, 2)])
        assert pl.read_delta(f"{self.at}/{TABLE}").height == sum(
            data_of(n, 0, 0).frame.height for n in (1, 2)
        )


REGISTRY = registry(market(feeds=(FEED,)))
MEANS = "select location, avg(load) load, count(*) n from testiso.hourly_load group by all order by all"


def test_sql_asks_a_bucket_as_it_asks_a_folder(at: str, tmp_path: Path) -> None:
    """The same rows, of the files of the last commits and no others; only parts of the files are read."""
    there, here = Lake(at), Lake(tmp_path / "lake")
    for lake in (there, here):
        lake.write([data_of(number, 0, 0) for number in (1, 2, 3)])
    assert open_sql(at, REGISTRY).frame(MEANS).equals(open_sql(here.folder, REGISTRY).frame(MEANS))
    assert open_sql(at, REGISTRY).frame("select count(*) n from load")["n"][0] > 0
    with pytest.raises(UnsupportedQuery, match="does not have read_parquet"):
        open_sql(at, REGISTRY).frame(f"select * from read_parquet('{at}/{TABLE}/month=2024-07/*.parquet')")


def test_sql_says_that_there_is_no_lake(at: str) -> None:
    """One line, and what to do."""
    said = run("sql", "select 1", "--lake", at)
    assert said.exit_code == LakeError.exit_code
    assert said.stderr == f"energyopti: there is no lake in {at}; fill one with `energyopti backfill`\n"


def test_sql_names_a_file_that_is_gone(running: ObjectStore, at: str) -> None:
    """Its error is a lake's, without a login."""
    lake = Lake(at)
    lake.write([data_of(1, 0, 0)])
    for name in running.names(key_of(at)[:-1]):
        if name.startswith("month="):
            running.put(key_of(at, name), None)
    with pytest.raises(LakeError) as error:
        open_sql(at, REGISTRY).frame(MEANS)
    assert LOGIN["AWS_SECRET_ACCESS_KEY"] not in error.value.line


def test_four_writers_end_with_each_row_once(running: ObjectStore) -> None:
    """Four processes want to make the same commit at the same time: one does, three are told, and all days are there.

    The server lets them go when all four have asked. Of each number there is one commit: none was overwritten.
    """
    at = running.new_lake("race-4-writers")
    Lake(at).write([small_data(day_of(20, feed=FEED))])
    command = [sys.executable, str(Path(lake_writers.__file__)), at, "four"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=ENOUGH, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    table = [(path, status) for path, status in outcomes(running, at) if ".history/" not in path]
    assert sorted(status for path, status in table if path.endswith(f"{1:020}.json")) == ["200", *["412"] * 3]
    made = Counter(path for path, status in outcomes(running, at) if status == "200")
    assert set(made.values()) == {1}
    held = Lake(at).read([chunk_of(number) for number in DAYS])
    assert [held[chunk_of(number)].provenance.fetched_at for number in DAYS] == [fetched_at(0, 3)] * len(DAYS)
    rows = pl.concat(
        [small_data(day_of(20, feed=FEED)).frame, *(data_of(number, 0, 3).frame for number in DAYS)]
    )
    assert table_rows(at).equals(rows.sort(rows.columns))
    assert faults(at) == []


def test_environment_cannot_make_commits_unsafe(
    running: ObjectStore, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each commit is put only if there is none of its number, whatever is set for other programs."""
    monkeypatch.setenv("AWS_CONDITIONAL_PUT", "disabled")
    monkeypatch.setenv("AWS_S3_ALLOW_UNSAFE_RENAME", "true")
    lake = Lake(at)
    for number in (1, 2):
        lake.write([data_of(number, 0, 0)])
    assert [status for _, status in outcomes(running, at)] == ["200", "200"]


@pytest.mark.parametrize("before", [0, 1], ids=["first commit", "later commit"])
def test_writer_that_was_slower_reads_and_decides_again(
    running: ObjectStore, at: str, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    """A commit that came in between refuses the other's: the second attempt has both days, and no file is left over."""
    slow, fast, commit = Lake(at), Lake(at), Table.commit
    for number in range(before):
        slow.write([data_of(3 + number, 0, 0)])

    def overtaken(self: Table, *arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(Table, "commit", commit)
        fast.write([data_of(2, 0, 0)])
        commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    slow.write([data_of(1, 0, 0)])
    assert [status for _, status in outcomes(running, at)] == ["200"] * (before + 2)
    held = Lake(at).read([chunk_of(number) for number in (1, 2)])
    assert len(held) == 2
    assert amiss(at, versions=1) == []
    assert left_over(at) == [before + 1] * 2


def test_history_has_no_rows_of_a_put_that_was_refused(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a put makes untrue is kept when the put is a commit, and once, however often it was tried."""
    slow, fast, commit = Lake(at), Lake(at), Table.commit
    slow.write([data_of(1, 0, 0)])

    def overtaken(self: Table, *arguments: Any, **options: Any) -> None:
        if self.covers:
            monkeypatch.setattr(Table, "commit", commit)
            fast.write([data_of(2, 0, 0)])
        commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    slow.write([data_of(1, 1, 0)])
    past = pl.read_delta(f"{at}/{TABLE}.history")
    assert past.height > 0
    assert past.n_unique() == past.height
    assert amiss(at, "1 1", versions=2) == []
    then = Lake(at).read([chunk_of(1)], as_of=fetched_at(0, 0))
    assert then[chunk_of(1)].frame.sort(COLUMNS).equals(data_of(1, 0, 0).frame.sort(COLUMNS))


def test_writer_that_is_always_slower_gives_up_with_a_line(
    running: ObjectStore, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A put and a repair alike: it says to try again."""
    lake = Lake(at)
    lake.write([data_of(1, 0, 0)])
    [live] = dict(lake.tables())[TABLE].snapshot().files
    monkeypatch.setattr("energyopti.store.lake.writing.LAKE_TRIES", 2)

    def refused(self: Table, *_: Any, **__: Any) -> None:
        raise Conflict

    monkeypatch.setattr(Table, "commit", refused)
    with pytest.raises(LakeError, match="other writers were faster 2 times"):
        lake.write([data_of(2, 0, 0)])
    running.put(key_of(at, live), None)
    with pytest.raises(LakeError, match="other writers were faster 2 times"):
        list(verify(lake, repair=True))


def left_over(at: str) -> list[int]:
    """How many files there are of rows, and of what they cover, that no commit names any more."""
    table = dict(Lake(at).tables())[TABLE]
    live = table.snapshot().files
    named = {*live, *map(beside, live)}
    rest = [path.startswith("month=") for path, _ in table.place.files() if path not in named]
    return [rest.count(True), rest.count(False)]


def test_commit_whose_answer_was_lost_is_a_commit(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same put again is refused by itself: its files stay, and its rows are there once."""
    commit = Table.commit

    def lost(self: Table, *arguments: Any, **options: Any) -> None:
        commit(self, *arguments, **options)
        monkeypatch.setattr(Table, "commit", commit)
        commit(self, *arguments, **options)

    lake = Lake(at)
    lake.write([data_of(1, 0, 0)])
    monkeypatch.setattr(Table, "commit", lost)
    lake.write([data_of(2, 0, 0)])
    assert amiss(at, "0 1 2", versions=1) == []


def test_table_is_asked_once_a_second_whether_it_has_grown(
    running: ObjectStore, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred answers take one look; when a second is over, what others committed is seen."""
    Lake(at).write([data_of(1, 0, 0)])
    lake, clock = Lake(at), [1000.0]
    monkeypatch.setattr("energyopti.store.lake.table.time.monotonic", lambda: clock[0])
    assert len(lake.covered("testiso", FEED.name)) == 1
    Lake(at).write([data_of(2, 0, 0)])
    before = len(running.asked())
    for _ in range(100):
        assert len(lake.covered("testiso", FEED.name)) == 1
    assert [line for line in running.asked()[before:] if ".revisions" not in line] == []
    clock[0] += 1.5
    assert len(lake.covered("testiso", FEED.name)) == 2
    clock[0] += 1.5
    before = len(running.asked())
    lake.covered("testiso", FEED.name)
    head = f"HEAD /{BUCKET}/{key_of(at)}_delta_log/{2:020}.json 404"
    assert [line for line in running.asked()[before:] if line.startswith("HEAD")] == [head]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "home"


def test_filled_lake_answers_without_a_request(at: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Backfill, get, status and sync as with a folder; nothing of the lake is on this machine."""
    network = Network(PAGES)
    assert run("backfill", *RANGE, "--lake", at, network=network).exit_code == 0
    assert sorted(network.asked) == ["2024-07-01.csv", "2024-07-02.csv"]
    monkeypatch.setenv("ENERGYOPTI_LAKE", at)
    offline = Network()
    asked = run("get", *RANGE, "--format", "csv", network=offline)
    assert (asked.exit_code, len(asked.stdout.splitlines()), offline.asked) == (0, 49, [])
    assert asked.stderr.rstrip().endswith("kept in the lake")
    shown = run("lake", "status")
    assert at in shown.stdout
    assert "testiso/hourly_load" in shown.stdout
    home.mkdir(exist_ok=True)
    feed = 'market = "testiso"\ndata = "load"\nstart = "2024-07-01"\nend = "2024-07-04"'
    (home / "sync.toml").write_text(f"[[feed]]\n{feed}\n")
    network = Network(PAGES)
    assert run("sync", network=network).exit_code == 0
    assert "2024-07-03.csv" in network.asked
    assert not list(home.rglob("*.parquet"))
    assert [path.name[:9] for path in (home / ".locks").iterdir()] == ["sync-s3%3"]


def test_sandbox_has_a_prefix_of_its_own(at: str, home: Path) -> None:
    """Generated data never comes near real prices."""
    result = run("lake", "status", "--lake", at, "--sandbox")
    assert result.exit_code == LakeError.exit_code
    assert f"there is no lake in {at}-sandbox" in result.stderr


def test_files_that_nothing_names_are_deleted(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compacting leaves few, a vacuum no others; but none that other machines may be about to commit."""
    lake = Lake(at)
    for number in (1, 2):
        lake.write([data_of(number, 0, 0)])
    assert left_over(at) == [1, 1]
    assert list(compact(lake)) == [(TABLE, 1, 1)]
    with pytest.raises(LakeError, match="other machines may be about to commit"):
        list(vacuum(lake, retention=timedelta()))
    assert [(name, count) for name, count, _ in vacuum(lake)] == [(TABLE, 0)]
    monkeypatch.setattr(Bucket, "least_age", timedelta())
    [(_, count, size)] = vacuum(lake, retention=timedelta())
    assert (count, size > 0, left_over(at)) == (2, True, [0, 0])
    assert amiss(at, "0 1 2", versions=1) == []


def test_damage_is_found_and_taken_out(running: ObjectStore, at: str) -> None:
    """Rows or coverage that are gone, and a commit that is cut off: each is named, and mended."""
    lake = Lake(at)
    lake.write([data_of(1, 0, 0)])
    [live] = dict(Lake(at).tables())[TABLE].snapshot().files
    running.put(key_of(at, live), None)
    assert faults(at) == [f"{TABLE}: {live}: the file is gone"]
    assert [len(found) for *_, found in verify(Lake(at), repair=True)] == [1]
    Lake(at).write([data_of(1, 1, 0)])
    [live] = dict(Lake(at).tables())[TABLE].snapshot().files
    running.put(key_of(at, beside(live)), b"PAR1")
    assert faults(at) == [f"{TABLE}: {live}: what it covers cannot be read"]
    assert [len(found) for *_, found in verify(Lake(at), repair=True)] == [1]
    assert Lake(at).covered("testiso", FEED.name) == ()
    Lake(at).write([data_of(1, 1, 0)])
    last = f"_delta_log/{4:020}"
    running.put(key_of(at, f"{last}.json"), b'{"commitInfo"')
    assert faults(at) == [f"{TABLE}: {last}.json: it is cut off"]
    assert [len(found) for *_, found in verify(Lake(at), repair=True)] == [1]
    assert f"{last}.damaged" in running.names(key_of(at).rstrip("/"))
    assert faults(at) == []


def test_repair_goes_on_when_others_commit(
    at: str, running: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is damaged leaves the table, whatever came in between."""
    Lake(at).write([data_of(1, 0, 0)])
    [live] = dict(Lake(at).tables())[TABLE].snapshot().files
    running.put(key_of(at, live), None)
    commit = Table.commit

    def overtaken(self: Table, *arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(Table, "commit", commit)
        other = dict(Lake(at).tables())[TABLE]
        other.commit(other.snapshot(), (), ())
        commit(self, *arguments, **options)

    monkeypatch.setattr(Table, "commit", overtaken)
    list(verify(Lake(at), repair=True))
    assert faults(at) == []


def test_bucket_that_is_not_there_is_an_error(at: str) -> None:
    """A lake is made when something is put into it; a bucket is not."""
    lake = Lake(at.replace(BUCKET, "nowhere"))
    with pytest.raises(LakeError, match="cannot be used"):
        lake.write([data_of(1, 0, 0)])
