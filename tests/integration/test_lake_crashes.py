"""Writers that are killed, a full disk, and a power cut: the lake stays whole, and the same again ends the work."""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from cli_runs import Network, day, run
from energyopti.errors import LakeError
from energyopti.store.lake import Lake
from energyopti.store.lake.files import beside
from energyopti.store.lake.table import Table
from energyopti.store.lake.upkeep import vacuum
from lake_writers import TABLE, amiss, data_of, faults, table_rows, unfinished, writer

ENOUGH = 120.0


def files(folder: Path) -> set[str]:
    """Every file of a lake but its locks."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if path.parts[0] != ".locks"}


def test_killed_writer_leaves_whole_commits(tmp_path: Path) -> None:
    """After each kill what was said to be committed is there, once; the same again ends the work, history included."""
    chance, said = random.Random(5), ""
    for _ in range(2):
        with writer(tmp_path, versions=2) as process:
            assert process.stdout is not None
            said += process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.3))
            process.kill()
            said += process.stdout.read()
        assert amiss(tmp_path, said, versions=2) == []
    with writer(tmp_path, versions=2) as process:
        assert process.communicate(timeout=ENOUGH)[1] == ""
    assert unfinished(tmp_path, versions=2) == []


def test_four_writers_end_with_each_row_once(tmp_path: Path) -> None:
    """Four processes put the same days in orders of their own: of each day the rows that were fetched last are there."""
    processes = [writer(tmp_path, number, versions=1) for number in range(4)]
    assert [process.communicate(timeout=ENOUGH)[1] for process in processes] == [""] * 4
    assert unfinished(tmp_path, versions=1, numbers=4) == []


def changed(lake: Lake) -> None:
    """Put a day that is there as something else: a file for the history, one for the coverage, one for the rows."""
    lake.write([data_of(1, 1, 0)])


def is_as_before(folder: Path, before: set[str]) -> bool:
    """Whether the first version of a day is all that there is, without litter; the history may be a commit ahead."""
    history, rows = folder / f"{TABLE}.history", table_rows(folder)
    litter = {path for path in files(folder) - before if not path.startswith(f"{TABLE}.history")}
    named = len(list(history.glob("*/*.parquet"))) == len(list(history.glob("_delta_log/*.json")))
    same = rows.equals(data_of(1, 0, 0).frame.sort(rows.columns))
    return named and same and not litter and not faults(folder)


@pytest.mark.parametrize("room", [0, 1, 2])
def test_full_disk_is_a_clear_error_and_nothing_is_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """Whichever file finds no room, the error is a line, the table is as it was; with room the same put works."""
    lake, fsync, written = Lake(tmp_path), os.fsync, []
    lake.write([data_of(1, 0, 0)])
    before = files(tmp_path)

    def only_so_much(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", only_so_much)
        with pytest.raises(LakeError, match="No space left on device") as error:
            changed(lake)
    assert "\n" not in error.value.line
    assert is_as_before(tmp_path, before)
    changed(lake)
    assert amiss(tmp_path, "1 1", versions=2) == []


def test_full_disk_at_the_commit_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's own writer says it in colours, and not that others were faster; nothing is covered by it."""
    lake, commit = Lake(tmp_path), Table.commit

    def no_room(self: Table, *arguments: Any, **options: Any) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            commit(self, *arguments, **options)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    with monkeypatch.context() as patch:
        patch.setattr(Table, "commit", no_room)
        with pytest.raises(LakeError, match=r"Unable to copy data to file: File too large \(os error 27\)"):
            lake.write([data_of(1, 0, 0)])
    assert lake.covered("testiso", "hourly_load") == ()
    assert amiss(tmp_path, versions=1) == []
    lake.write([data_of(1, 0, 0)])
    assert amiss(tmp_path, "0 1", versions=1) == []


PAGES = {f"2024-07-0{number}.csv": day(f"2024-07-0{number}") for number in (1, 2, 3)}


def filled(lake: Path, end: str) -> list[str]:
    """Fill a lake from the first of July; returns what was asked for."""
    network = Network(PAGES)
    words = ("backfill", "testiso", "hourly_load", "--start", "2024-07-01", "--end", end, "--lake", str(lake))
    assert run(*words, network=network).exit_code == 0
    return network.asked


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of three days, the last in a commit of its own that takes the first file's place."""
    lake = tmp_path_factory.mktemp("three") / "lake"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENERGYOPTI_HOME", str(lake.parent / "home"))
        filled(lake, "2024-07-03")
        filled(lake, "2024-07-04")
    return lake


@pytest.fixture
def lake(three_days: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to be spoilt."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    return shutil.copytree(three_days, tmp_path / "lake")


def log(lake: Path) -> list[Path]:
    """The commits of its table."""
    return sorted((lake / TABLE / "_delta_log").glob("*.json"))


def verified(lake: Path, *options: str) -> Result:
    """What ``lake verify`` says."""
    return run("lake", "verify", *options, "--lake", str(lake))


@pytest.mark.parametrize("lines", [0, 0.5, 1, 2, 2.5])
def test_commit_that_is_cut_off_is_named_and_mended(lake: Path, lines: float) -> None:
    """Wherever it ends, also between two lines; what it held is fetched again, and nothing else."""
    before, commit = table_rows(lake), log(lake)[-1]
    whole = commit.read_text().splitlines(keepends=True)
    cut = "".join(whole[: int(lines)]) + (whole[int(lines)][:40] if lines % 1 else "")
    commit.write_text(cut)
    said = verified(lake)
    assert said.exit_code != 0
    assert [line.strip() for line in said.stderr.splitlines() if commit.name in line] == [
        f"{TABLE}: _delta_log/{commit.name}: it is cut off"
    ]
    assert verified(lake, "--repair").exit_code == 0
    assert verified(lake).exit_code == 0
    assert filled(lake, "2024-07-04") == ["2024-07-03.csv"]
    assert table_rows(lake).equals(before)


def test_several_commits_that_are_cut_off_are_mended_at_once(lake: Path) -> None:
    """If not even the first commit is whole there is no table; the same backfill makes it again."""
    before = table_rows(lake)
    for commit in log(lake):
        commit.write_bytes(commit.read_bytes()[:1500])
        commit.write_text(commit.read_text().splitlines()[0])
    assert verified(lake).exit_code != 0
    assert verified(lake, "--repair").exit_code == 0
    assert len(filled(lake, "2024-07-04")) == 3
    assert table_rows(lake).equals(before)


def test_commit_that_is_cut_off_after_a_vacuum_is_mended(lake: Path) -> None:
    """The commit before it names files that are deleted since, their coverage too: they leave the table."""
    before = table_rows(lake)
    list(vacuum(Lake(lake), retention=timedelta()))
    for checkpoint in (lake / TABLE / "_delta_log").glob("*checkpoint*"):
        checkpoint.unlink()
    log(lake)[-1].write_text("")
    assert verified(lake).exit_code != 0
    assert verified(lake, "--repair").exit_code == 0
    assert verified(lake).exit_code == 0
    assert len(filled(lake, "2024-07-04")) == 3
    assert table_rows(lake).equals(before)


@pytest.mark.parametrize("length", [0, 1000])
def test_checkpoint_that_is_cut_off_is_named_and_mended(lake: Path, length: int) -> None:
    """What it sums up is in the commits before it: nothing has to be fetched again."""
    before = table_rows(lake)
    list(vacuum(Lake(lake)))
    [checkpoint] = (lake / TABLE / "_delta_log").glob("*.checkpoint.parquet")
    checkpoint.write_bytes(checkpoint.read_bytes()[:length])
    said = verified(lake)
    assert said.exit_code != 0
    assert f"_delta_log/{checkpoint.name}: it is cut off" in said.stderr
    assert verified(lake, "--repair").exit_code == 0
    assert verified(lake).exit_code == 0
    assert filled(lake, "2024-07-04") == []
    assert table_rows(lake).equals(before)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_coverage_that_cannot_be_read_leaves_the_table_with_its_rows(
    lake: Path, spoil: Callable[[Path], object]
) -> None:
    """No row stays that nothing covers: a repair takes out the file, and its days are fetched again."""
    before = table_rows(lake)
    [live] = Lake(lake)._open(TABLE, None).snapshot().files
    spoil(lake / TABLE / beside(live))
    said = verified(lake)
    assert said.exit_code != 0
    assert f"{live}: what it covers cannot be read" in said.stderr
    assert verified(lake, "--repair").exit_code == 0
    assert verified(lake).exit_code == 0
    assert len(filled(lake, "2024-07-04")) == 3
    assert table_rows(lake).equals(before)


def test_history_is_not_swept_while_its_feed_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A put writes files of the history before it commits them: until then nobody else may delete them."""
    monkeypatch.setattr("energyopti.store.lake.lake.LAKE_LOCK_SECONDS", 0.05)
    lake = Lake(tmp_path)

    def sweep() -> None:
        with Lake(tmp_path).writing(f"{TABLE}.history"):
            pass

    with ThreadPoolExecutor(1) as thread:
        with lake.writing(TABLE), pytest.raises(LakeError, match="has been writing"):
            thread.submit(sweep).result()
        thread.submit(sweep).result()
