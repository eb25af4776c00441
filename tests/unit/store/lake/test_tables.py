"""The tables of a lake: writers that meet, columns that come later, files that become few, and damage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import attrs
import polars as pl
import pytest

from builders import FEED as PLAIN
from builders import utc
from collecting_builders import chunk_data, load_feed
from energyopti.errors import LakeError
from energyopti.feed import Feed
from energyopti.frames import frame_schema
from energyopti.query import Chunk
from energyopti.query.places import Place
from energyopti.schema import Dataset
from energyopti.store import ChunkData
from energyopti.store.lake import Lake
from energyopti.store.lake import writing as room
from energyopti.store.lake.files import save
from energyopti.store.lake.table import Conflict, Table
from energyopti.store.lake.upkeep import compact, verify
from energyopti.store.lake.writing import contents, put, rewrite_as_one
from store_laws import FIRST, SECOND, data_of, day_of

NAME = "testiso/hourly_load"


def table_of(lake: Lake) -> Table:
    """The table of the load."""
    return next(table for name, table in lake.tables() if name == NAME)


def rows(folder: Path) -> pl.DataFrame:
    """The rows as any reader of Delta sees them."""
    return pl.read_delta(str(folder / "testiso" / "hourly_load")).sort("interval_start")


@pytest.fixture
def _one_file_a_put(monkeypatch: pytest.MonkeyPatch) -> None:
    """No put joins the small files of its month."""
    monkeypatch.setattr(room, "LAKE_MERGED_ROWS", 0)


@pytest.mark.usefixtures("_one_file_a_put")
def test_compacting_makes_few_files_of_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty-one of a month become five or one; rows, raw rows and coverage stay, and so does an open reader."""
    lake, reader = Lake(tmp_path), Lake(tmp_path)
    for day in range(1, 32):
        lake.write([data_of(day_of(day), float(day))])
    before, covered = rows(tmp_path), lake.covered("testiso", "hourly_load")
    assert len(table_of(reader).snapshot().files) == 31
    monkeypatch.setattr("energyopti.store.lake.upkeep.LAKE_FILE_ROWS", 4)
    assert list(compact(lake, ["testiso/another"])) == []
    ((name, many, few),) = compact(lake)
    assert (name, many) == (NAME, 31)
    assert few <= 5
    monkeypatch.undo()
    ((_, _, one),) = compact(lake)
    assert one == 1
    assert rows(tmp_path).equals(before)
    assert lake.covered("testiso", "hourly_load") == covered
    assert [each[2] for each in verify(lake)] == [()]
    found = next(iter(reader.read([day_of(7)]).values()))
    assert found.raw_rows.loaded().raw["line"].to_list() == [0]


def test_writer_that_was_slower_decides_again(tmp_path: Path) -> None:
    """A commit since it looked makes it look again: neither its day nor the other one's is lost."""
    lake, other = Lake(tmp_path), Lake(tmp_path)
    lake.write([data_of(day_of(1))])
    table, history = lake._table(day_of(2)), lake._history(day_of(2))
    waiting = [data_of(day_of(3), 3.0)]

    class Slow(Table):
        """A table whose writer is overtaken once, just after it looked."""

        def snapshot(self):  # type: ignore[no-untyped-def]
            """What was committed, just before the other writer commits."""
            found = super().snapshot()
            if waiting:
                other.write([waiting.pop()])
            return found

    slow = Slow(table.place, table.columns, name=NAME)
    put(slow, history, [data_of(day_of(2), 2.0)])
    assert rows(tmp_path)["load"].to_list() == [1.0, 2.0, 3.0]
    assert len(list(tmp_path.rglob("month=*/*.parquet"))) - len(table_of(lake).snapshot().files) <= 3


def test_writer_that_is_always_slower_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a line that says so, and without a file left behind."""
    lake = Lake(tmp_path)
    lake.write([data_of(day_of(1))])

    def overtaken(*_: object, **__: object) -> None:
        raise Conflict

    monkeypatch.setattr(Table, "commit", overtaken)
    monkeypatch.setattr(room, "LAKE_TRIES", 3)
    files = sorted(tmp_path.rglob("*.parquet"))
    with pytest.raises(LakeError, match="other writers were faster 3 times"):
        lake.write([data_of(day_of(2))])
    with pytest.raises(LakeError, match="other writers were faster 3 times"):
        room.append(
            lake._history(day_of(1)),
            pl.DataFrame({"interval_start": [FIRST], "interval_end": [FIRST], "fetched_at": [FIRST]}),
        )
    assert sorted(tmp_path.rglob("*.parquet")) == files
    with pytest.raises(Conflict):
        rewrite_as_one(
            table_of(lake), table_of(lake).snapshot(), list(table_of(lake).snapshot().files.values())
        )


def changed(dataset: Dataset, names: Sequence[str], version: int = 1) -> Feed:
    """The load of a dataset with only some columns."""
    columns = tuple(column for column in dataset.columns if column.name in names)
    other, feed = attrs.evolve(dataset, columns=columns, version=version), load_feed()
    return attrs.evolve(feed, dataset=other, layout=attrs.evolve(feed.layout, dataset=other))


def day_data(feed: Feed, day: int) -> ChunkData:
    """A day of a feed, one row."""
    chunk = day_of(day, feed=feed)
    row = {
        "market": "testiso",
        "feed": feed.name,
        "interval_start": chunk.start,
        "interval_end": chunk.end,
        "location": "A",
        "load": 1.0,
    }
    frame = pl.DataFrame([row], schema=frame_schema(feed.dataset))
    return chunk_data(chunk, frame, fetched_at=FIRST)


EVERY = PLAIN.dataset.column_names
FEWER = [name for name in EVERY if name != "net_load"]


def get(lake: Lake, chunk: Chunk) -> ChunkData | None:
    """A chunk's data."""
    return next(iter(lake.read([chunk]).values()), None)


def test_column_that_comes_later_is_null_before(tmp_path: Path) -> None:
    """Chunks that were kept without it stay covered; the table gets the column with the next put, for all readers."""
    lake, now = Lake(tmp_path), Lake(tmp_path)
    then, feed = changed(PLAIN.dataset, FEWER), changed(PLAIN.dataset, EVERY)
    lake.write([day_data(then, 1)])
    early = get(now, day_of(1, feed=feed))
    assert early is not None
    assert (early.frame.schema, early.frame["net_load"].to_list()) == (frame_schema(PLAIN.dataset), [None])
    now.write([day_data(feed, 2)])
    assert rows(tmp_path)["net_load"].to_list() == [None, None]
    lake.write([day_data(then, 3)])
    assert [each[2] for each in compact(Lake(tmp_path))] == [1]
    assert rows(tmp_path)["load"].to_list() == [1.0] * 3
    narrowed = now.read([day_of(day, feed=feed) for day in (1, 2)], locations=["a"])
    assert [data.frame.width for data in narrowed.values()] == [len(EVERY)] * 2


def test_rows_of_another_meaning_are_not_given(tmp_path: Path) -> None:
    """A dataset whose version went up is fetched again; what was kept of the old one is replaced, and can be seen until then."""
    lake = Lake(tmp_path)
    lake.write([day_data(changed(PLAIN.dataset, EVERY), 1)])
    feed = changed(PLAIN.dataset, EVERY, version=2)
    assert get(lake, day_of(1, feed=feed)) is None
    assert get(lake, day_of(1, feed=feed, places=(Place("A"),))) is None
    data = day_data(feed, 1)
    lake.write([attrs.evolve(data, provenance=attrs.evolve(data.provenance, fetched_at=SECOND))])
    assert get(lake, day_of(1, feed=feed)) is not None
    assert rows(tmp_path).height == 1


def test_column_of_another_type_is_refused(tmp_path: Path) -> None:
    """The line names it, and what to do."""
    lake = Lake(tmp_path)
    lake.write([data_of(day_of(1))])
    folder = table_of(lake).place
    columns = pl.Schema(
        {**frame_schema(PLAIN.dataset), "load": pl.String(), "fetched_at": pl.Datetime("us", "UTC")}
    )
    other = Table(folder, columns, name=NAME)
    with pytest.raises(LakeError, match="has another type of column load; move it away"):
        other.commit(other.snapshot(), (), ())


def test_coverage_that_is_there_twice_is_a_fault(tmp_path: Path) -> None:
    """It cannot come about by a put; verify would find it, and a repair takes one of the two out."""
    lake = Lake(tmp_path)
    lake.write([data_of(day_of(1)), data_of(day_of(2))])
    table = table_of(lake)
    snapshot = table.snapshot()
    (file,) = snapshot.files.values()
    _, action = save(table.place, file.month, contents(table, file)[:1])
    table.commit(snapshot, [action], ())
    ((_, _, faults),) = verify(lake)
    assert "both cover 2024-07-01T04:00:00Z" in str(faults[0])
    list(verify(lake, repair=True))
    ((_, _, after),) = verify(lake)
    assert after == ()


def test_month_of_a_chunk_is_that_in_which_it_begins(tmp_path: Path) -> None:
    """A file for each; a put of several months is one commit."""
    lake = Lake(tmp_path)
    june = attrs.evolve(day_of(1), start=utc("2024-06-30T04:00"), end=utc("2024-07-01T04:00"))
    lake.write([data_of(day_of(1)), data_of(june)])
    table = table_of(lake)
    assert sorted(file.month for file in table.snapshot().files.values()) == ["2024-06", "2024-07"]
    assert table.version == 0


def test_lock_that_another_process_holds_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for ever: the line says who is in the way."""
    monkeypatch.setattr("energyopti.store.lake.lake.LAKE_LOCK_SECONDS", 0.05)
    with (
        Lake(tmp_path).writing(NAME),
        pytest.raises(LakeError, match="another process has been writing testiso/hourly_load"),
    ):
        Lake(tmp_path).write([data_of(day_of(1))])


def test_commit_of_long_ago_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is looked at again from time to time, even if the next commit's file is gone from the log."""
    monkeypatch.setattr("energyopti.store.lake.table.LAKE_LOOKED_AT_EVERY", timedelta())
    lake, other = Lake(tmp_path), Lake(tmp_path)
    lake.write([data_of(day_of(1))])
    assert len(lake.covered("testiso", "hourly_load")) == 1
    other.write([data_of(day_of(2))])
    monkeypatch.setattr(type(table_of(lake).place), "size", lambda *_: None)
    assert len(lake.covered("testiso", "hourly_load")) == 2
