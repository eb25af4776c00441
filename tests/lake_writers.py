"""A process that writes the same days into a lake again and again, each time as something else; and what is right then.

python tests/lake_writers.py LAKE NUMBER VERSIONS    one writer
python tests/lake_writers.py LAKE four              four, each a process of its own, that write all days at once
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import warnings
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from builders import utc
from collecting_builders import chunk_data, load_feed
from energyopti.frames import frame_schema
from energyopti.query import Chunk
from energyopti.store import ChunkData
from energyopti.store.lake import Lake
from energyopti.store.lake.upkeep import verify
from store_laws import day_of

DAYS = range(1, 13)
FEED = load_feed()
COLUMNS = frame_schema(FEED.dataset).names()
TABLE = f"testiso/{FEED.name}"
_BEGAN = utc("2024-07-20T00:00")


@functools.cache
def chunk_of(day: int) -> Chunk:
    """A day's chunk."""
    return day_of(day, feed=FEED)


def fetched_at(version: int, number: int) -> datetime:
    """When a writer fetched a version: no two fetches are of one time."""
    return _BEGAN + timedelta(minutes=version, seconds=number)


def data_of(day: int, version: int, number: int) -> ChunkData:
    """A day as a writer has it: the values of two places in three change each time, and one hour is left out."""
    start = chunk_of(day).start
    content = [
        {
            "market": "testiso",
            "feed": FEED.name,
            "interval_start": start + timedelta(hours=hour),
            "interval_end": start + timedelta(hours=hour + 1),
            "location": place,
            "load": float(day) if place == "SAME" else day * 1e4 + version * 100 + number,
        }
        for hour in range(24)
        for place in ("NORTH", "SAME", "SOUTH")
        if hour != version
    ]
    frame = pl.DataFrame(content, schema=frame_schema(FEED.dataset))
    return chunk_data(chunk_of(day), frame, fetched_at=fetched_at(version, number))


def write(at: Path | str, number: int, versions: int, *, at_once: int = 4) -> None:
    """Put so many versions of all days, each writer in an order of its own; says each commit when it is made."""
    lake = Lake(at)
    order = sorted(DAYS, key=lambda day: (day * (number + 1)) % 13)
    for version in range(versions):
        for first in range(0, len(order), at_once):
            days = order[first : first + at_once]
            lake.write([data_of(day, version, number) for day in days])
            sys.stdout.write(f"{version} {' '.join(map(str, days))}\n")
            sys.stdout.flush()


def writer(folder: Path, number: int = 0, *, versions: int) -> subprocess.Popen[str]:
    """A process that does so."""
    command = [sys.executable, __file__, str(folder), str(number), str(versions)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def write_together(at: str) -> None:
    """Four processes that write a version of all days at the same time; the modules are loaded once, for all of them."""
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    children = []
    for number in range(4):
        child = os.fork()
        if not child:
            write(at, number, 1, at_once=len(DAYS))
            os._exit(0)
        children.append(child)
    if any(os.waitpid(child, 0)[1] for child in children):
        sys.exit("a writer failed")


def faults(at: Path | str) -> list[str]:
    """What `verify` finds."""
    return [str(fault) for _, _, several in verify(Lake(at)) for fault in several]


def table_rows(at: Path | str) -> pl.DataFrame:
    """The rows of the table in order, as any reader of Delta tables sees them."""
    table = dict(Lake(at).tables()).get(TABLE)
    if table is None or not any(name.endswith(".json") for name in table.place.log()):
        return pl.DataFrame(schema=frame_schema(FEED.dataset))
    return pl.read_delta(f"{at}/{TABLE}").select(COLUMNS).sort(COLUMNS)


def amiss(at: Path | str, said: str = "", *, versions: int, numbers: int = 1) -> list[str]:
    """What is wrong with the lake of killed writers: faults, days that are not one version, and lost commits."""
    wrong, rows, lake = faults(at), table_rows(at), Lake(at)
    held = lake.read([chunk_of(day) for day in DAYS])
    least = {int(day): int(words[0]) for words in map(str.split, said.splitlines()) for day in words[1:]}
    expected = []
    for day in DAYS:
        data = held.get(chunk_of(day))
        if data is None:
            wrong += [f"day {day} was committed and is lost"] if day in least else []
            continue
        when = data.provenance.fetched_at
        put = [(v, n) for v in range(versions) for n in range(numbers) if fetched_at(v, n) == when]
        expected.append(data_of(day, *put[0]).frame)
        if put[0][0] < least.get(day, 0):
            wrong.append(f"day {day} is as in version {put[0]} though {least[day]} was committed")
    if len(lake.covered("testiso", FEED.name)) != len(expected):
        wrong.append(f"{len(expected)} days can be read, others are covered")
    if not rows.equals(pl.concat([rows.clear(), *expected]).sort(COLUMNS)):
        wrong.append("the table has other rows than its days")
    return wrong


def unfinished(at: Path | str, *, versions: int, numbers: int = 1) -> list[str]:
    """What the lake lacks of what these writers leave if nobody disturbs them."""
    wrong = amiss(at, versions=versions, numbers=numbers)
    last = pl.concat([data_of(day, versions - 1, numbers - 1).frame for day in DAYS])
    if not table_rows(at).equals(last.sort(COLUMNS)):
        wrong.append("the last version is not all there")
    for version in range(versions if numbers == 1 else 0):
        chunks = [chunk_of(day) for day in DAYS]
        then = Lake(at).read(chunks, as_of=fetched_at(version, 0))
        for day, chunk in zip(DAYS, chunks, strict=True):
            known = then[chunk].frame.sort(COLUMNS) if chunk in then else None
            if known is None or not known.equals(data_of(day, version, 0).frame.sort(COLUMNS)):
                wrong.append(f"day {day} is not known any more as it was in version {version}")
    return wrong


if __name__ == "__main__":
    if sys.argv[2] == "four":
        write_together(sys.argv[1])
    else:
        write(Path(sys.argv[1]), *map(int, sys.argv[2:]))
