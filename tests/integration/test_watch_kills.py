"""A watch that is killed at any instant and started again: in the end its rows are those of one that nobody disturbed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import polars as pl
import polars.selectors as cs
import pytest
from polars.testing import assert_frame_equal

import hurried_watch
from energyopti import Query, Registry, Settings, UnifiedMarketService
from energyopti.frames import frame_schema
from energyopti.sinks.texts import typed
from servers import Answer, serving

SPEED = 600.0
MARKETS = "nyiso,caiso"
WATCH = ("watch", MARKETS, "lmp", "--run", "real_time_5min", "--sandbox")
PLACES = {"nyiso": "N.Y.C.", "caiso": "TH_SP15_GEN-APND"}
ROUNDS = int(os.environ.get("ENERGYOPTI_KILLS", "3"))
PATIENCE = 90.0
KEY = ["market", "feed", "interval_start", "location"]


@attrs.define
class Killed:
    """A watch into a destination, started again and again; ``mark`` changes when rows are written."""

    folder: Path
    words: tuple[str, ...]
    mark: Callable[[], object]
    epoch: float = attrs.field(factory=time.time)

    def start(self) -> subprocess.Popen[str]:
        """The watch, from where it is."""
        places = [word for name, place in PLACES.items() for word in ("--location", f"{name}={place}")]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ENERGYOPTI_")}
        settings = {"ENERGYOPTI_HOME": str(self.folder / "home"), "XDG_CONFIG_HOME": str(self.folder)}
        return subprocess.Popen(
            [
                sys.executable,
                hurried_watch.__file__,
                str(self.epoch),
                str(SPEED),
                *WATCH,
                *places,
                *self.words,
            ],
            env=kept | settings | {"PYTHONDONTWRITEBYTECODE": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill(self, chance: random.Random) -> None:
        """Let it write once or more, then kill it: within milliseconds of a write, or some time later."""
        process = self.start()
        try:
            for _ in range(chance.randint(1, 3)):
                self._wait(process, self.mark)
            time.sleep(chance.choice([0.0, 0.001, 0.003, 0.01, 0.3]))
        finally:
            process.send_signal(signal.SIGKILL)
            _, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, said

    def finish(self, there: Callable[[], bool]) -> None:
        """Let it write, run on until something is there, and end it as a user would."""
        process = self.start()
        try:
            self._wait(process, self.mark)
            self._wait(process, there)
        finally:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130, said

    def _wait(self, process: subprocess.Popen[str], what: Callable[[], object]) -> None:
        """Wait until something is so, or for a mark until it changes."""
        before, until = what(), time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < until:
            found = what()
            if found is True or (found is not False and found != before):
                return
            time.sleep(0.0005)
        pytest.fail(f"nothing came: {process.communicate()[1] if process.poll() is not None else 'in time'}")


def mark_of(path: Path) -> Callable[[], object]:
    """What changes with a file; None while it is not there."""

    def mark() -> object:
        return (found.st_mtime_ns, found.st_size) if path.exists() and (found := path.stat()) else None

    return mark


def undisturbed(home: Path, end: datetime) -> pl.DataFrame:
    """All rows of the two days up to an instant, asked for at once."""

    async def go() -> pl.DataFrame:
        settings = Settings(home=home, sandbox="1")
        async with UnifiedMarketService(
            Registry(), settings, now=lambda: end + timedelta(hours=2)
        ) as service:
            day = Query.of(
                MARKETS.split(","),
                "lmp",
                "2024-07-02",
                f"{end + timedelta(days=1):%Y-%m-%d}",
                run="real_time_5min",
                locations=PLACES,
                partial=True,
            )
            return (await service.get_market_data(day)).frame

    return asyncio.run(go()).filter(pl.col("interval_end") <= end).sort(KEY)


def csv_rows(path: Path) -> pl.DataFrame:
    """What a file has."""
    return pl.scan_csv(path, infer_schema=False).collect()


def sqlite_rows(path: Path) -> pl.DataFrame:
    """What a database has."""
    with contextlib.closing(sqlite3.connect(path)) as found:
        rows = pl.read_database("select * from lmp", found, infer_schema_length=None)
        return rows.with_columns(cs.by_dtype(pl.Null).cast(pl.String))  # before the first write


@pytest.mark.parametrize(
    ("name", "words", "rows"),
    [
        ("prices.csv", ("--append", "-o", "{}"), csv_rows),
        ("prices.db", ("--to", "sqlite:///{}"), sqlite_rows),
    ],
)
def test_killed_watch_neither_repeats_nor_loses_a_row(
    tmp_path: Path, name: str, words: tuple[str, ...], rows: Callable[[Path], pl.DataFrame]
) -> None:
    """Two markets, killed while they write or soon after; then a last run to an instant after all that."""
    place = tmp_path / name
    watch = Killed(tmp_path, tuple(each.format(place) for each in words), mark=mark_of(place))
    chance = random.Random(random.randrange(2**32))
    held_to_the_truth(watch, lambda: rows(place), chance, tmp_path / "home")


def test_killed_watch_posts_each_row_once_by_its_key(tmp_path: Path) -> None:
    """A batch may come twice, but with the key that it had: whoever keeps the keys has each row once."""
    with serving() as server:
        server.on("/hook", Answer(status=204))

        def rows() -> pl.DataFrame:
            batches = {
                each.headers["idempotency-key"]: json.loads(each.body)["rows"] for each in [*server.asked]
            }
            schema = dict.fromkeys(Registry().datasets["lmp"].column_names, pl.String)
            said = [
                {name: None if row[name] is None else str(row[name]) for name in row}
                for each in batches.values()
                for row in each
            ]
            return pl.DataFrame(said, schema=schema)

        watch = Killed(tmp_path, ("--to", f"{server.url}/hook"), mark=lambda: len(server.asked))
        held_to_the_truth(watch, rows, random.Random(random.randrange(2**32)), tmp_path / "home")


def held_to_the_truth(
    watch: Killed, rows: Callable[[], pl.DataFrame], chance: random.Random, home: Path
) -> None:
    """Kill a watch some times, let it catch up, and compare what it wrote with what is true."""
    for _ in range(ROUNDS):
        watch.kill(chance)
    end = hurried_watch.shown(watch.epoch, SPEED)
    end -= timedelta(minutes=end.minute % 5, seconds=end.second, microseconds=end.microsecond)
    wanted = undisturbed(home, end)

    def written() -> pl.DataFrame:
        raw = rows().lazy()
        schema = frame_schema(Registry().datasets["lmp"])
        found = typed(raw, Registry().datasets["lmp"]).collect()
        assert found.schema == schema
        return found.filter(pl.col("interval_end") <= end).sort(KEY)

    watch.finish(lambda: len(written()) >= len(wanted))
    assert_frame_equal(written(), wanted, check_exact=True)
