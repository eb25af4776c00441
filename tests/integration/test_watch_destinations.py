"""A watch that writes its rows somewhere: each kind of destination, over restarts, failures and what others left there."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest
from filelock import FileLock

from builders import utc
from collecting_builders import (
    NOW,
    Plugin,
    forecast_feed,
    load_csv,
    load_feed,
    registry,
    run,
    served_market,
    settings,
)
from energyopti import UnifiedMarketService
from energyopti.answer.result import MarketData
from energyopti.errors import InvalidSettings, OutputError
from energyopti.events import Event, EventKind
from energyopti.sinks.opening import Address
from energyopti.sinks.sink import Sink, Unreachable
from energyopti.sinks.sqlite import SqliteSink
from servers import Answer, Server, serving

QUICK = timedelta(milliseconds=20)
TODAY, TOMORROW, HOOK = "/load/2024-07-10.csv", "/load/2024-07-11.csv", "/hook/secret-path"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of a market, and of a webhook."""
    with serving() as running:
        running.on(HOOK, Answer(status=204))
        yield running


def postgres() -> str:
    """The address of a PostgreSQL server to try; skips where there is none."""
    dbapi = pytest.importorskip("adbc_driver_postgresql.dbapi", reason="the driver is not installed")
    address = os.environ.get(
        "ENERGYOPTI_TEST_POSTGRES", f"postgresql://{getpass.getuser()}@localhost/postgres"
    )
    try:
        dbapi.connect(address).close()
    except dbapi.Error:
        pytest.skip("no PostgreSQL server lets us in: set ENERGYOPTI_TEST_POSTGRES to its address")
    return address


@attrs.define
class Place:
    """A destination, and what it has in the end: rows as (hour in UTC, load), in order of time."""

    to: str
    found: Callable[[], pl.DataFrame]

    def rows(self) -> list[tuple[str, float]]:
        """Start and value of each row, as it was said last."""
        frame = self.found().with_columns(pl.col("interval_start").cast(pl.String).str.slice(8, 5))
        last = frame.unique(subset=["interval_start"], keep="last", maintain_order=True)
        return sorted(
            zip(last["interval_start"].str.replace("T", " "), last["load"].cast(pl.Float64), strict=True)
        )


def _place(kind: str, folder: Path, server: Server, request: pytest.FixtureRequest | None = None) -> Place:
    if kind == "csv":
        path = folder / "rows.csv"
        return Place(str(path), lambda: pl.read_csv(path, infer_schema=False))
    if kind == "ndjson":
        path = folder / "rows.ndjson"
        return Place(str(path), lambda: pl.read_ndjson(path))
    if kind == "parts":
        path = folder / "parts"
        return Place(
            str(path), lambda: pl.concat([pl.read_parquet(each) for each in sorted(path.glob("*.parquet"))])
        )
    if kind == "sqlite":
        path = folder / "rows.db"

        def read() -> pl.DataFrame:
            with contextlib.closing(sqlite3.connect(path)) as there:
                return pl.read_database("select * from load", there)

        return Place(f"sqlite:///{path}", read)
    if kind == "webhook":
        return Place(
            f"{server.url}{HOOK}",
            lambda: pl.DataFrame([row for body in posted(server) for row in body["rows"]]),
        )
    assert request is not None
    address = postgres()
    from adbc_driver_postgresql import dbapi

    def asked(statement: str) -> pl.DataFrame:
        with dbapi.connect(address, autocommit=True) as there, there.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetch_polars() if statement.startswith("select") else pl.DataFrame()

    schema = f"watch_{uuid.uuid4().hex}"
    asked(f"create schema {schema}")
    request.addfinalizer(lambda: asked(f"drop schema {schema} cascade"))
    address += f"{'&' if '?' in address else '?'}options=-csearch_path%3D{schema}"
    return Place(address, lambda: asked("select * from load"))


def posted(server: Server) -> list[Any]:
    """The bodies that a webhook got."""
    return [json.loads(each.body) for each in server.asked if each.path == HOOK]


@pytest.fixture(params=["csv", "ndjson", "parts", "sqlite", "webhook", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, server: Server) -> Place:
    """Each kind of destination."""
    return _place(request.param, tmp_path, server, request)


class Hurried(UnifiedMarketService):
    """A service that does not wait: its clock is moved instead."""

    watch_of: Watch

    async def _pause(self, seconds: float) -> bool:
        self.watch_of.now += timedelta(seconds=seconds)
        return await super()._pause(0)


@attrs.define
class Watch:
    """A watch of one feed, process after process, each with nothing in memory."""

    server: Server
    home: Path
    to: Any
    now: Any = NOW
    told: list[Event] = attrs.field(factory=list)
    feeds: tuple[Any, ...] = ()
    patience: float = 5.0

    def updates(self, number: int, **asked: Any) -> list[MarketData]:
        """The next updates, of a process that ends in good order then."""

        async def go() -> list[MarketData]:
            there = served_market(self.server.url, *(self.feeds or (load_feed(refresh_every=QUICK),)))
            kept = settings(self.home, attempts=2, backoff=0.01, patience=self.patience)
            async with Hurried(registry(Plugin(there)), kept, now=lambda: self.now) as service:
                service.watch_of = self
                data = asked.pop("data", "load")
                watch = service.watch("testiso", data, to=self.to, observe=self.told.append, **asked)
                found = [await anext(watch) for _ in range(number)]
                await watch.aclose()
                return found

        return run(asyncio.wait_for(go(), 30))

    def said(self, kind: EventKind) -> list[str]:
        """What was told of a kind."""
        return [each.detail for each in self.told if each.kind is kind]


def loads(update: MarketData) -> list[tuple[str, float]]:
    """Day and hour in UTC, and the load."""
    return list(zip(update.frame["interval_start"].dt.strftime("%d %H"), update.frame["load"], strict=True))


def hours(count: int, day: str = "2024-07-10") -> bytes:
    """The first hours of a day."""
    return load_csv(day, hours=range(count))


def test_restart_neither_repeats_nor_loses_rows(place: Place, server: Server, tmp_path: Path) -> None:
    """Meanwhile one row came and one was corrected: only these are written; a corrected row counts as it was said last."""
    server.on(TODAY, hours(3))
    watch = Watch(server, tmp_path, place.to)
    (first,) = watch.updates(1)
    assert len(first) == 3
    server.on(TODAY, hours(4).replace(b",2001.5", b",1999.0"))
    (second,) = watch.updates(1)
    assert loads(second) == [("10 05", 1999.0), ("10 07", 2003.5)]
    server.on(TODAY, hours(5))
    (third,) = watch.updates(1)
    assert loads(third) == [("10 05", 2001.5), ("10 08", 2004.5)]
    assert place.rows() == [(f"10 {4 + hour:02}", 2000.5 + hour) for hour in range(5)]


def test_rows_of_the_day_on_which_it_was_down_are_fetched(
    place: Place, server: Server, tmp_path: Path
) -> None:
    """Started again on the next day, a watch begins where the first one did, not at midnight."""
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, place.to)
    watch.updates(1)
    watch.now += timedelta(days=1)
    server.on(TODAY, hours(24))
    server.on(TOMORROW, hours(1, "2024-07-11"))
    (update,) = watch.updates(1)
    assert loads(update)[0] == ("10 06", 2002.5)
    assert loads(update)[-1] == ("11 04", 2100.5)
    assert len(place.rows()) == 25


def test_start_is_kept_before_any_row_came(place: Place, server: Server, tmp_path: Path) -> None:
    """A source that was down all day is asked for that day by the next process."""
    watch = Watch(server, tmp_path, place.to)
    server.on(TODAY, Answer(status=500))

    async def go() -> None:
        there = served_market(server.url, load_feed(refresh_every=QUICK))
        async with UnifiedMarketService(
            registry(Plugin(there)), settings(tmp_path, attempts=1), now=lambda: NOW
        ) as service:
            asked = service.watch("testiso", "load", to=place.to)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(asked), 1.0)
            await asked.aclose()

    run(go())
    watch.now += timedelta(days=1)
    server.on(TODAY, hours(24))
    server.on(TOMORROW, hours(1, "2024-07-11"))
    (update,) = watch.updates(1)
    assert loads(update)[0] == ("10 04", 2000.5)


def test_forecasts_are_delivered_once_each_publication(server: Server, tmp_path: Path) -> None:
    """The table keeps each publication; after a restart the last one of an interval is known, and no older one is news."""
    place = _place("sqlite", tmp_path, server)
    watch = Watch(server, tmp_path, place.to, feeds=(forecast_feed(refresh_every=QUICK),))
    _publish(server, "2024-07-10", "Wed, 10 Jul 2024 08:00:00 GMT")
    (first,) = watch.updates(1, data="load_forecast")
    _publish(server, "2024-07-10", "Wed, 10 Jul 2024 11:00:00 GMT")
    (second,) = watch.updates(1, data="load_forecast")
    assert [len(first), len(second)] == [24, 24]
    _publish(server, "2024-07-10", "Wed, 10 Jul 2024 12:00:00 GMT")
    (third,) = watch.updates(1, data="load_forecast")
    with contextlib.closing(sqlite3.connect(tmp_path / "rows.db")) as there:
        counted = there.execute(
            "select publish_time, count(*) from load_forecast group by 1 order by 1"
        ).fetchall()
    assert counted == [(f"2024-07-10T{hour:02}:00:00Z", 24) for hour in (8, 11, 12)]
    assert third.frame["publish_time"].unique().dt.hour().to_list() == [12]


def _publish(server: Server, day: str, modified: str) -> None:
    server.on(f"/forecast/{day}.csv", Answer(body=load_csv(day), headers={"last-modified": modified}))


def test_condition_is_met_by_all_that_is_written(place: Place, server: Server, tmp_path: Path) -> None:
    """Other rows are no update."""
    server.on(TODAY, hours(4))
    (update,) = Watch(server, tmp_path, place.to).updates(1, where="load > 2001 and location = 'NORTH'")
    assert loads(update) == [("10 05", 2001.5), ("10 06", 2002.5), ("10 07", 2003.5)]
    assert len(place.rows()) == 3


def test_what_the_handler_did_not_finish_comes_again(place: Place, server: Server, tmp_path: Path) -> None:
    """An update counts as delivered once it was handled."""
    server.on(TODAY, hours(2))

    async def fails(_: MarketData) -> None:
        raise RuntimeError("the handler fails")

    handled: list[MarketData] = []
    watch = Watch(server, tmp_path, place.to)
    with pytest.raises(RuntimeError):
        watch.updates(1, handle=fails)
    watch.updates(1, handle=handled.append)
    assert [len(each) for each in handled] == [2]


def test_start_moves_on_once_days_are_no_longer_rechecked(
    place: Place, server: Server, tmp_path: Path
) -> None:
    """What is too old to be asked for again is not asked for again, and not remembered."""
    for day in range(10, 31):
        server.on(f"/load/2024-07-{day}.csv", hours(24, f"2024-07-{day}"))
    watch = Watch(server, tmp_path, place.to, now=utc("2024-07-11T04:30"))
    watch.updates(1, since="2024-07-10", corrections=timedelta())
    watch.now = utc("2024-07-30T12:00")
    watch.updates(1, corrections=timedelta())
    asked = len(server.asked)
    watch.now = utc("2024-07-31T04:30")
    server.on("/load/2024-07-31.csv", hours(1, "2024-07-31"))
    watch.updates(1, since="2024-07-10", corrections=timedelta())
    again = {each.path for each in server.asked[asked:] if each.path != HOOK}
    assert TODAY not in again
    assert "/load/2024-07-30.csv" in again
    assert len({start for start, _ in place.rows()}) == 21 * 24 + 1


def test_earlier_start_gets_more(server: Server, tmp_path: Path) -> None:
    """Whoever asks for more than at first gets that too; what is there is not repeated."""
    server.on(TODAY, hours(2))
    server.on("/load/2024-07-09.csv", hours(24, "2024-07-09"))
    watch = Watch(server, tmp_path, tmp_path / "rows.csv")
    watch.updates(1)
    (update,) = watch.updates(1, since="2024-07-09")
    assert {start[:2] for start, _ in loads(update)[:-4]} == {"09"}
    assert len(update) == 24


# Files


def state_of(path: Path) -> Path:
    """Where the state of a file is."""
    return path.with_name(f".{path.name}.watch")


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
@pytest.mark.parametrize("cut", [1, 30, 75])
def test_half_written_rows_are_cut_and_written_again(
    kind: str, cut: int, server: Server, tmp_path: Path
) -> None:
    """As a process leaves them that was killed while it wrote."""
    place = _place(kind, tmp_path, server)
    path = Path(place.to)
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, place.to)
    watch.updates(1)
    size = path.stat().st_size
    server.on(TODAY, hours(4))
    watch.updates(1)
    whole = path.read_bytes()
    state = json.loads(state_of(path).read_text())
    state_of(path).write_text(json.dumps(state | {"size": size, "writing": len(whole) - size}))
    path.write_bytes(whole[:-cut])
    watch.updates(1)
    assert path.read_bytes() == whole


def test_whole_rows_whose_end_was_not_noted_stay(server: Server, tmp_path: Path) -> None:
    """Killed between the rows and the state: they are there, and not written again."""
    path = tmp_path / "rows.csv"
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, str(path))
    watch.updates(1)
    state = json.loads(state_of(path).read_text())
    state_of(path).write_text(json.dumps(state | {"size": 0, "writing": state["size"]}))
    server.on(TODAY, hours(3))
    (update,) = watch.updates(1)
    assert loads(update) == [("10 06", 2002.5)]


def test_file_of_a_query_is_gone_on_with(server: Server, tmp_path: Path) -> None:
    """Its rows count as delivered, though no watch wrote them."""
    path = tmp_path / "rows.csv"
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, str(path))
    watch.updates(1)
    state_of(path).unlink()
    server.on(TODAY, hours(3))
    (update,) = watch.updates(1)
    assert loads(update) == [("10 06", 2002.5)]


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (b"a,b\n1,2\n", "has other columns than load: a, b, ..."),
        (b"market,feed\ntestiso", "the last line of .* is not complete"),
    ],
)
def test_file_of_something_else_is_left_alone(left: bytes, why: str, server: Server, tmp_path: Path) -> None:
    """Not one byte of it is changed."""
    path = tmp_path / "rows.csv"
    path.write_bytes(left)
    with pytest.raises(OutputError, match=why):
        Watch(server, tmp_path, str(path)).updates(1)
    assert path.read_bytes() == left


def test_file_with_a_value_of_another_type_is_named(server: Server, tmp_path: Path) -> None:
    """In one line."""
    path = tmp_path / "rows.csv"
    server.on(TODAY, hours(2))
    Watch(server, tmp_path, str(path)).updates(1)
    path.write_bytes(path.read_bytes().replace(b",2001.5,", b",much,"))
    with pytest.raises(OutputError, match="cannot be read as rows of a watch") as caught:
        Watch(server, tmp_path, str(path)).updates(1)
    assert "\n" not in caught.value.line


def test_state_that_cannot_be_read_is_named(server: Server, tmp_path: Path) -> None:
    """With what to do."""
    path = tmp_path / "rows.csv"
    state_of(path).write_text("[]")
    with pytest.raises(OutputError, match="the state of a watch") as caught:
        Watch(server, tmp_path, str(path)).updates(1)
    assert "remove it" in caught.value.line


@pytest.mark.parametrize(("kind", "lock"), [("csv", ".rows.csv.watch.lock"), ("parts", "parts/_watch.lock")])
def test_two_watches_do_not_write_to_one_place(kind: str, lock: str, server: Server, tmp_path: Path) -> None:
    """The second one ends."""
    place = _place(kind, tmp_path, server)
    tmp_path.joinpath("parts").mkdir()
    with FileLock(tmp_path / lock), pytest.raises(OutputError, match="another watch writes to"):
        Watch(server, tmp_path, place.to).updates(1)


def test_device_is_no_file_to_append_to(server: Server, tmp_path: Path) -> None:
    """Nor is a pipe."""
    pipe = tmp_path / "rows.csv"
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match="not a file that rows can be appended to"):
        Watch(server, tmp_path, str(pipe)).updates(1)


# Folders of parts


def test_folder_that_cannot_be_made_is_named(server: Server, tmp_path: Path) -> None:
    """A file is in its place."""
    tmp_path.joinpath("taken").write_text("")
    with pytest.raises(OutputError, match="cannot write to"):
        Watch(server, tmp_path, str(tmp_path / "taken" / "parts")).updates(1)


def test_what_a_killed_process_left_in_the_folder_is_removed(server: Server, tmp_path: Path) -> None:
    """A part appears whole or not at all."""
    left = tmp_path / "parts" / ".energyopti-0123.part"
    left.parent.mkdir()
    left.write_bytes(b"PAR1 half")
    left.parent.joinpath("other.parquet").write_bytes(b"")
    server.on(TODAY, hours(2))
    Watch(server, tmp_path, str(left.parent)).updates(1)
    assert not left.exists()
    left.parent.joinpath("load-00000002-x.parquet").write_bytes(b"no part")
    with pytest.raises(OutputError, match="has parts that cannot be read"):
        Watch(server, tmp_path, str(left.parent)).updates(1)


# Databases


def test_table_of_somebody_else_is_left_alone(server: Server, tmp_path: Path) -> None:
    """One that has the name of a dataset by chance."""
    with contextlib.closing(sqlite3.connect(tmp_path / "rows.db")) as there:
        there.execute("create table load (x)")
    with pytest.raises(OutputError, match="a table load that is not of a watch"):
        Watch(server, tmp_path, f"sqlite:///{tmp_path}/rows.db").updates(1)


def test_column_that_a_newer_version_has_is_added(server: Server, tmp_path: Path) -> None:
    """Rows from before have null in it, and are not written again."""
    place = _place("sqlite", tmp_path, server)
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, place.to)
    watch.updates(1)
    with contextlib.closing(sqlite3.connect(tmp_path / "rows.db")) as there:
        there.execute("alter table load drop column net_load")
    server.on(TODAY, hours(3))
    (update,) = watch.updates(1)
    assert len(update) == 1
    assert "net_load" in place.found().columns


def test_file_that_is_no_database_is_named(server: Server, tmp_path: Path) -> None:
    """In one line."""
    tmp_path.joinpath("rows.db").write_bytes(b"not a database, but long enough to be one" * 20)
    with pytest.raises(OutputError, match="file is not a database"):
        Watch(server, tmp_path, f"sqlite:///{tmp_path}/rows.db").updates(1)


@attrs.frozen
class Impatient(Address):
    """A SQLite file whose locks are not waited for by SQLite itself."""

    def opened(self, settings: Any) -> Sink:  # noqa: ARG002 - its patience is its own
        """The destination."""
        return SqliteSink(Path(self.said), patience=0.01)


@pytest.mark.parametrize("patience", [20.0, 0.2])
def test_database_that_is_held_is_waited_for(patience: float, server: Server, tmp_path: Path) -> None:
    """As long as the settings' patience lasts; that it waits is told, once."""
    path = tmp_path / "rows.db"
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, Impatient(str(path), "sqlite", "rows"), patience=patience)
    held = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    held.execute("begin exclusive")
    end = threading.Timer(1.0, held.rollback)
    end.start()
    try:
        if patience > 1:
            assert len(watch.updates(1)[0]) == 2
        else:
            with pytest.raises(Unreachable, match="another program holds"):
                watch.updates(1)
    finally:
        end.join()
        held.close()
    assert len(watch.said(EventKind.DELIVERY_WAITS)) == 1


# Webhooks


def test_batch_is_sent_again_until_it_is_taken(server: Server, tmp_path: Path) -> None:
    """With the same key and body each time."""
    server.on(TODAY, hours(2))
    server.on(HOOK, Answer(status=503, headers={"retry-after": "0"}), Answer(status=200))
    watch = Watch(server, tmp_path, f"{server.url}{HOOK}")
    watch.updates(1)
    first, second = [each for each in server.asked if each.path == HOOK]
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
    assert first.headers["content-type"] == "application/json"
    (body, _) = posted(server)
    assert (body["dataset"], [row["load"] for row in body["rows"]]) == ("load", [2000.5, 2001.5])


def test_batch_that_was_never_taken_is_sent_by_the_next_process(server: Server, tmp_path: Path) -> None:
    """Before anything else, with the key that it had."""
    server.on(TODAY, hours(2))
    server.on(HOOK, Answer(dropped=True))
    watch = Watch(server, tmp_path, f"{server.url}{HOOK}")
    watch.updates(1)
    (waits,) = set(watch.said(EventKind.DELIVERY_WAITS))
    assert waits.startswith("webhook at 127.0.0.1:")
    assert waits.endswith("it is sent later")
    assert "secret-path" not in str(watch.told)
    keys = {each.headers["idempotency-key"] for each in server.asked if each.path == HOOK}
    server.on(HOOK, Answer(status=200))
    server.on(TODAY, hours(3))
    server.asked.clear()
    watch.updates(1)
    taken = [each for each in server.asked if each.path == HOOK]
    assert {taken[0].headers["idempotency-key"]} == keys
    assert [len(each["rows"]) for each in posted(server)] == [2, 1]


def test_refusal_ends_the_watch_and_keeps_the_rows(server: Server, tmp_path: Path) -> None:
    """An address that is wrong is for its owner to mend."""
    server.on(TODAY, hours(2))
    server.on(HOOK, Answer(status=403))
    watch = Watch(server, tmp_path, f"{server.url}{HOOK}")
    with pytest.raises(OutputError, match="refuses rows with status 403"):
        watch.updates(1)
    server.on(HOOK, Answer(status=200))
    server.on(TODAY, hours(3))
    server.asked.clear()
    watch.updates(1)
    assert [len(each["rows"]) for each in posted(server)] == [2, 1]


def test_token_is_sent_and_shown_nowhere(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in no file either."""
    monkeypatch.setenv("ENERGYOPTI_WEBHOOK_TOKEN", "hunter2-hunter2-hunter2")
    server.on(TODAY, hours(2))
    watch = Watch(server, tmp_path, f"{server.url}{HOOK}")
    watch.updates(1)
    (asked,) = [each for each in server.asked if each.path == HOOK]
    assert asked.headers["authorization"] == "Bearer hunter2-hunter2-hunter2"
    assert not [each for each in tmp_path.rglob("*") if each.is_file() and b"hunter2" in each.read_bytes()]
    with pytest.raises(OutputError, match="without encryption"):
        Watch(server, tmp_path, "http://hooks.example.com/x").updates(1)
    monkeypatch.setenv("ENERGYOPTI_WEBHOOK_TOKEN", "two\nlines")
    with pytest.raises(InvalidSettings, match="no token has"):
        watch.updates(1)


def test_rows_of_a_webhook_are_kept_for_its_owner_alone(server: Server, tmp_path: Path) -> None:
    """And no longer than they may be asked for again."""
    for day in (10, 11, 30, 31):
        server.on(f"/load/2024-07-{day}.csv", hours(24, f"2024-07-{day}"))
    watch = Watch(server, tmp_path, f"{server.url}{HOOK}", now=utc("2024-07-11T04:30"))
    watch.updates(1, corrections=timedelta())
    (kept,) = tmp_path.joinpath("watches").glob("*.sqlite")
    assert kept.parent.stat().st_mode & 0o077 == 0
    watch.now = utc("2024-07-31T12:00")
    watch.updates(1, corrections=timedelta())
    with contextlib.closing(sqlite3.connect(kept)) as there:
        (oldest,) = there.execute("select min(interval_end) from load").fetchone()
    assert oldest > "2024-07-20"


def test_webhook_is_tried_again_while_no_rows_come(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every minute; here sooner."""
    monkeypatch.setattr("energyopti.sinks.delivery.POSTED_AGAIN_EVERY", 0.05)
    server.on(TODAY, hours(2))
    server.on(HOOK, *[Answer(status=500)] * 4, Answer(status=200))

    async def go() -> int:
        there = served_market(server.url, load_feed(refresh_every=QUICK))
        kept = settings(tmp_path, attempts=1, backoff=0.01)
        async with UnifiedMarketService(registry(Plugin(there)), kept, now=lambda: NOW) as service:
            watch = service.watch("testiso", "load", to=f"{server.url}{HOOK}")
            await anext(watch)
            until = time.monotonic() + 10
            while server.paths.count(HOOK) < 5 and time.monotonic() < until:  # noqa: ASYNC110 - a server in a thread
                await asyncio.sleep(0.02)
            await watch.aclose()
        return server.paths.count(HOOK)

    assert run(go()) == 5


def test_database_that_does_not_answer_is_named_without_its_login(server: Server, tmp_path: Path) -> None:
    """Once the settings' patience is over."""
    pytest.importorskip("adbc_driver_postgresql", reason="the driver is not installed")
    watch = Watch(server, tmp_path, "postgresql://somebody@127.0.0.1:9/prices", patience=0.1)
    with pytest.raises(Unreachable, match=r"PostgreSQL at 127\.0\.0\.1:9") as caught:
        watch.updates(1)
    assert "\n" not in caught.value.line
