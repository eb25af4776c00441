"""``energyopti backfill``, ``sync`` and ``lake``: what they do, say, and exit with."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from click.testing import Result
from filelock import FileLock

from cli_runs import Network, day, run
from energyopti.cli.filling import _drawing, seconds_of
from energyopti.errors import InvalidSettings, LakeError, UnsupportedQuery
from energyopti.progress import Doing

PAGES = {f"2024-07-{number:02}.csv": day(f"2024-07-{number:02}", areas=("A", "B")) for number in range(1, 10)}
RANGE = ("--start", "2024-07-01", "--end", "2024-07-06")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "home"


def backfill(*arguments: str, network: Network | None = None) -> Result:
    """``backfill testiso load`` of the first days of July, unless the arguments say otherwise."""
    bounds = () if "--start" in arguments else RANGE
    return run("backfill", "testiso", "load", *bounds, *arguments, network=network or Network(PAGES))


def test_backfill_says_what_it_takes_and_what_came() -> None:
    """The plan before, the rows after, and with --json one line for programs."""
    result = backfill("--json")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "testiso/hourly_load: 5 of 5 chunks to fetch",
        "testiso/hourly_load: 240 rows of 5 chunks",
    ]
    figures = json.loads(result.stdout)
    assert figures.pop("seconds") >= 0
    assert figures == {
        "feeds": 1, "chunks": 5, "fetched": 5, "rows": 240, "absent": 0, "stale": 0, "failed": 0, "left": 0
    }  # fmt: skip


def test_backfill_goes_on_where_it_was(home: Path) -> None:
    """What the lake has is not fetched again; get answers from it, and says so."""
    backfill()
    network = Network(PAGES)
    result = backfill("--start", "2024-07-01", "--end", "2024-07-08", network=network)
    assert "2 of 7 chunks to fetch; 5 are in the lake or not published; about 0." in result.stderr
    assert sorted(network.asked) == ["2024-07-06.csv", "2024-07-07.csv"]
    asked = run("get", "testiso", "load", *RANGE, "--format", "csv", network=(offline := Network()))
    assert asked.exit_code == 0
    assert len(asked.stdout.splitlines()) == 241
    assert asked.stderr.rstrip().endswith("from main (archive), kept in the lake")
    assert offline.asked == []
    assert (home / "lake" / "testiso" / "hourly_load" / "_delta_log").is_dir()


def test_part_of_an_answer_may_be_kept_in_the_lake() -> None:
    """The rest was fetched now."""
    backfill()
    result = run("get", "testiso", "load", "--start", "2024-07-04", "--end", "2024-07-07", pages=PAGES)
    assert result.stderr.rstrip().endswith("part of it kept in the lake")


def test_plan_fetches_nothing() -> None:
    """Only what it takes."""
    network = Network(PAGES)
    result = backfill("--plan", network=network)
    assert result.stderr == "testiso/hourly_load: 5 of 5 chunks to fetch\n"
    assert (result.stdout, network.asked) == ("", [])


def test_failure_has_its_exit_code_and_its_line() -> None:
    """The other days are in the lake."""
    network = Network({**PAGES, "2024-07-02.csv": b"Start,Area\r\nx,y\r\n"})
    result = backfill(network=network)
    assert result.exit_code == 6
    said = result.stderr.splitlines()
    assert said[1] == "testiso/hourly_load: 192 rows of 4 chunks; 1 failed"
    assert said[2].startswith("  testiso/hourly_load/2024-07-02 from archive: ")
    assert backfill().stderr.splitlines()[0].startswith("testiso/hourly_load: 1 of 5 chunks to fetch")


def test_days_that_are_not_there_are_no_failure() -> None:
    """They are counted."""
    result = backfill("--start", "2024-07-08", "--end", "2024-07-12")
    assert result.exit_code == 0
    assert (
        result.stderr.splitlines()[1]
        == "testiso/hourly_load: 96 rows of 2 chunks; 2 not published or not there"
    )


def test_lake_may_be_anywhere(tmp_path: Path) -> None:
    """As an option, or a setting."""
    backfill("--lake", str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "testiso").is_dir()


@pytest.mark.parametrize(
    ("said", "seconds"), [("90s", 90), ("20m", 1200), ("1.5h", 5400), ("1d", 86400)], ids=str
)
def test_lengths_of_time(said: str, seconds: float) -> None:
    """A number and its unit."""
    assert seconds_of(said) == seconds


@pytest.mark.parametrize("said", ["", "20", "m", "0s", "-1m", "1 week"])
def test_other_lengths_are_refused(said: str) -> None:
    """With an example."""
    with pytest.raises(UnsupportedQuery, match="write 90s, 20m or 2h"):
        seconds_of(said)


def test_time_limit_ends_a_backfill() -> None:
    """What is left is said, and is no failure."""
    result = backfill("--max-time", "0.001s")
    assert result.exit_code == 0
    assert "5 left; run it again to go on" in result.stderr


LIST = """
[[feed]]
market = "testiso"
data = "load"
start = "2024-07-01"
"""


def listed(home: Path, text: str = LIST) -> None:
    """The list of feeds at its usual place."""
    home.mkdir(parents=True)
    (home / "sync.toml").write_text(text)


def test_sync_brings_feeds_up_to_now(home: Path) -> None:
    """One line of JSON; the second run asks only for what may have changed: here, days that were not there."""
    listed(home)
    first = run("sync", pages=PAGES)
    assert (first.exit_code, json.loads(first.stdout)["fetched"]) == (0, 9)
    network = Network(PAGES)
    second = run("sync", network=network)
    assert json.loads(second.stdout)["fetched"] == 0
    assert "2024-07-09.csv" not in network.asked
    assert "2024-07-10.csv" in network.asked


def test_only_one_sync_at_a_time(home: Path) -> None:
    """The other one says so at once."""
    listed(home)
    lock = home / "lake" / ".locks" / "sync.lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock):
        result = run("sync", pages=PAGES)
    assert result.exit_code == LakeError.exit_code
    assert "another sync of" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "must have only tables [[feed]]"),
        ("[[feed]\n", "cannot be read"),
        ('[[feed]]\nmarket = "testiso"\n', "feed 1 of"),
        (LIST + '[[feed]]\nmarket = "testiso"\ndata = "load"\nlocaton = "A"\n', "feed 2 of"),
    ],
    ids=["other", "no toml", "no data", "a typing mistake"],
)
def test_list_that_cannot_be_used_is_refused(home: Path, text: str, said: str) -> None:
    """With its name and what is wrong, before anything is fetched."""
    listed(home, text)
    result = run("sync", pages=PAGES)
    assert result.exit_code == InvalidSettings.exit_code
    assert said in result.stderr


def test_without_a_list_sync_says_how_to_write_one(home: Path) -> None:
    """An example is in the line."""
    result = run("sync")
    assert result.exit_code == InvalidSettings.exit_code
    assert f"there is no list of feeds {home / 'sync.toml'}; write one: [[feed]]" in result.stderr


def test_status_lists_what_is_there() -> None:
    """By feed: time, chunks, rows, files."""
    backfill()
    table = run("lake", "status").stdout
    words = table.splitlines()[-1].split()
    assert words[:9] == [
        "testiso/hourly_load",
        "2024-07-01",
        "04:00Z",
        "2024-07-06",
        "04:00Z",
        *["5", "5", "240", "1"],
    ]
    (row,) = json.loads(run("lake", "status", "--json").stdout)
    assert (row["chunks"], row["rows"], row["start"]) == (5, 240, "2024-07-01T04:00:00Z")


def test_gaps_are_found_and_drawn() -> None:
    """A mark for each month, and a row for each stretch that is missing."""
    backfill()
    backfill("--start", "2024-07-08", "--end", "2024-07-09")
    shown = run("lake", "gaps").stdout
    assert "  2024  ······▒" in shown
    assert shown.splitlines()[-1].split()[1:] == ["2024-07-06", "04:00Z", "2024-07-08", "04:00Z"]
    assert json.loads(run("lake", "gaps", "--json").stdout) == [
        {"feed": "testiso/hourly_load", "start": "2024-07-06T04:00:00Z", "end": "2024-07-08T04:00:00Z"}
    ]


def test_unknown_feed_gets_a_near_miss() -> None:
    """As everywhere."""
    backfill()
    result = run("lake", "status", "testiso/hourly_laod")
    assert result.exit_code == LakeError.exit_code
    assert "Did you mean 'testiso/hourly_load'?" in result.stderr


def test_lake_is_looked_after(home: Path) -> None:
    """Few files after compacting, none that nobody needs after a vacuum, and all as committed."""
    for first in range(1, 6):
        backfill("--start", f"2024-07-{first:02}", "--end", f"2024-07-{first + 1:02}")
    assert run("lake", "compact").stderr == "testiso/hourly_load: 1 files, now 1\n"
    assert run("lake", "vacuum", "--keep", "0").stderr.startswith("testiso/hourly_load: 8 files deleted")
    assert run("lake", "verify").stderr == "testiso/hourly_load: 1 files, as committed\n"
    assert len([file for file in home.rglob("*.parquet") if file.parent.name != "_delta_log"]) == 2


def test_damage_is_found_and_mended(home: Path) -> None:
    """A file that lost its end is named; a repair takes it out, and a backfill fetches it again."""
    backfill()
    (file,) = home.glob("lake/testiso/hourly_load/month=*/*.parquet")
    file.write_bytes(file.read_bytes()[:-10])
    result = run("lake", "verify")
    assert result.exit_code == LakeError.exit_code
    assert f"  testiso/hourly_load: {file.parent.name}/{file.name}: it has" in result.stderr
    assert run("lake", "verify", "--repair").exit_code == 0
    assert run("lake", "verify").exit_code == 0
    assert backfill().stderr.splitlines()[0] == "testiso/hourly_load: 5 of 5 chunks to fetch"


def test_commands_of_the_lake_need_one() -> None:
    """They say how to fill it."""
    result = run("lake", "status")
    assert result.exit_code == LakeError.exit_code
    assert "there is no lake in" in result.stderr
    assert "energyopti backfill" in result.stderr


def test_feed_is_exported_to_one_file(tmp_path: Path) -> None:
    """Every row, with the time of its fetch, in order of time; a feed that is not there gets a near miss."""
    backfill()
    for form in ("parquet", "csv"):
        result = run("lake", "export", "testiso/hourly_load", "-o", str(tmp_path / f"load.{form}"))
        assert result.exit_code == 0
    frame = pl.read_parquet(tmp_path / "load.parquet")
    assert frame.height == pl.read_csv(tmp_path / "load.csv").height == 240
    assert frame["interval_start"].is_sorted()
    assert frame["fetched_at"].null_count() == 0
    wrong = run("lake", "export", "testiso/hourly_lod", "-o", str(tmp_path / "x.csv"))
    assert "Did you mean" in wrong.stderr
    assert (
        run("lake", "export", "testiso/hourly_load", "-o", str(tmp_path / "x"), "-f", "table").exit_code == 2
    )


def test_sample_is_compared_with_the_sources() -> None:
    """As the source has them, or how they differ; a source that does not answer is said and is no difference."""
    backfill()
    same = run("lake", "verify", "--sample", "3", pages=PAGES)
    assert same.exit_code == 0
    assert same.stderr.count("48 rows, as the source has them") == 3
    changed = {name: page.replace(b"00.5", b"01.5") for name, page in PAGES.items()}
    other = run("lake", "verify", "--sample", "9", pages=changed)
    assert other.exit_code == LakeError.exit_code
    assert other.stderr.count("2 rows only in the lake, 2 only at the source") == 5
    assert "5 of the chunks differ from their sources; run `energyopti sync`" in other.stderr
    gone = run("lake", "verify", "--sample", "1", pages={})
    assert gone.exit_code == 0
    assert "not compared: testiso/hourly_load/2024-07-0" in gone.stderr


class _Terminal(io.StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_terminal_shows_how_far_each_plan_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several at once, each as long as it is under way; elsewhere nothing is drawn."""
    monkeypatch.setenv("COLUMNS", "200")
    plans: Any = [SimpleNamespace(name=name, missing=range(4)) for name in ("a/one", "b/two")]
    so_far: Any = SimpleNamespace(left=1, rows=72)
    for terminal in (_Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stderr", terminal)
        with _drawing(plans, Doing()) as drawn, drawn(plans[0]) as first, drawn(plans[1]) as second:
            first(so_far)
            second(so_far)
        said = terminal.getvalue()
        assert [word in said for word in ("a/one", "b/two")] == [terminal.isatty()] * 2


def test_archive_does_not_reach_a_cluster() -> None:
    """The line says where to set it."""
    result = backfill("--archive", "--dask", "tcp://127.0.0.1:9")
    assert result.exit_code == UnsupportedQuery.exit_code
    assert "set ENERGYOPTI_ARCHIVE where they run" in result.stderr
