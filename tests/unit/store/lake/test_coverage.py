"""Whatever chunks come, in whatever order: each place and hour is in the lake once, as the last fetch had it."""

from __future__ import annotations

import functools
import itertools
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import utc
from collecting_builders import chunk_data, load_feed
from energyopti.frames import frame_schema
from energyopti.market import ChunkSize, Locations
from energyopti.query import Chunk
from energyopti.query.places import Place
from energyopti.store import ChunkData
from energyopti.store.lake import Lake
from energyopti.store.lake.upkeep import verify
from energyopti.timezones import DAY
from store_laws import day_of

pytestmark = pytest.mark.no_cover  # the same again and again: smaller tests cover it

PLACES = ("A", "B", "C")
DAYS = (1, 2, 3)
BEGAN = utc("2024-07-20T00:00")
Cell = tuple[int, str]
FEED = load_feed()


@attrs.frozen
class Put:
    """A fetch: of one day or all of them, of some places or all, and what the source had of it then."""

    day: int | None
    places: tuple[str, ...]
    values: dict[Cell, int]

    @property
    def chunk(self) -> Chunk:
        """The chunk that is fetched."""
        places = tuple(map(Place, self.places))
        if self.day is not None:
            return day_of(self.day, feed=FEED, places=places)
        end = day_of(DAYS[-1], feed=FEED).end
        return attrs.evolve(day_of(1, feed=FEED), places=places, end=end, size=ChunkSize.MONTH)

    @property
    def cells(self) -> set[Cell]:
        """The days and places that it covers."""
        days = DAYS if self.day is None else (self.day,)
        return set(itertools.product(days, self.places or PLACES))

    def data(self, at: datetime) -> ChunkData:
        """The chunk's data, fetched at an instant."""
        rows = [
            (day, place, value) for (day, place), value in self.values.items() if (day, place) in self.cells
        ]
        data = chunk_data(self.chunk, frame_of(rows), fetched_at=at)
        raw = attrs.evolve(
            data.raw_rows.loaded(), raw=pl.DataFrame({"line": [f"{row[2]}" for row in sorted(rows)]})
        )
        return attrs.evolve(data, raw_rows=raw)


def frame_of(rows: list[tuple[int, str, int]]) -> pl.DataFrame:
    """Rows of a day, a place and a value each, sorted."""
    content = [
        {
            "market": "testiso",
            "feed": FEED.name,
            "interval_start": day_of(day).start,
            "interval_end": day_of(day).start + timedelta(hours=1),
            "location": place,
            "load": float(value),
        }
        for day, place, value in sorted(rows)
    ]
    return pl.DataFrame(content, schema=frame_schema(FEED.dataset))


cells = st.tuples(st.sampled_from(DAYS), st.sampled_from(PLACES))
narrow = st.sets(st.sampled_from(PLACES), max_size=2).map(lambda names: tuple(sorted(names)))
whole_days = st.tuples(st.sampled_from(DAYS), narrow)
months = st.tuples(st.none(), narrow.filter(bool))
puts = st.builds(
    lambda what, values: Put(what[0], what[1], values),
    whole_days | months,
    st.dictionaries(cells, st.integers(0, 2), max_size=9),
)


class Model:
    """What should be in the lake: for each cell its value at each fetch that covered it."""

    def __init__(self) -> None:
        self.fetches: dict[Cell, list[tuple[datetime, int | None]]] = {}
        self.every: set[int] = set()

    def put(self, put: Put, at: datetime) -> None:
        """Note a fetch."""
        for cell in put.cells:
            self.fetches.setdefault(cell, []).append((at, put.values.get(cell)))
        if put.day is not None and not put.places:
            self.every.add(put.day)

    def rows(self, wanted: Put) -> list[tuple[int, str, int]] | None:
        """The rows of a chunk; None if not all of it was fetched."""
        days = DAYS if wanted.day is None else (wanted.day,)
        if not wanted.places and not self.every.issuperset(days):
            return None
        if not all(cell in self.fetches for cell in wanted.cells):
            return None
        found = [(*cell, self.fetches[cell][-1][1]) for cell in sorted(wanted.cells)]
        return [(day, place, value) for day, place, value in found if value is not None]

    @property
    def all_rows(self) -> list[tuple[int, str, int]]:
        """Every row of the table."""
        found = [(*cell, several[-1][1]) for cell, several in sorted(self.fetches.items())]
        return [(day, place, value) for day, place, value in found if value is not None]


QUESTIONS = [
    Put(day, places, {})
    for day in (*DAYS, None)
    for places in ((), ("A",), ("B",), ("A", "C"))
    if day is not None or places
]


@settings(max_examples=35, deadline=None)
@given(st.lists(st.lists(puts, min_size=1, max_size=2), min_size=1, max_size=5))
def test_lake_has_what_the_last_fetches_had(batches: list[list[Put]]) -> None:
    """Every chunk is answered from whatever covers it, and the Delta table has each row once, for every reader."""
    with tempfile.TemporaryDirectory() as folder:
        lake, model, at = Lake(Path(folder)), Model(), BEGAN
        for batch in batches:
            coming = {}
            for put in batch:
                at += timedelta(minutes=1)
                if put.chunk.key not in coming:
                    model.put(put, at)
                    coming[put.chunk.key] = put.data(at)
            lake.write(list(coming.values()))
        for wanted in QUESTIONS:
            chunk, expected = wanted.chunk, model.rows(wanted)
            data = lake.read([chunk]).get(chunk)
            assert (data is None) is (expected is None)
            if data is not None and expected is not None:
                assert data.frame.equals(frame_of(expected))
                raw = data.raw_rows.loaded()
                lines = raw.raw["line"].gather(raw.origin) if raw.raw.height else pl.Series([])
                assert lines.to_list() == [str(value) for _, _, value in sorted(expected)]
        table = pl.read_delta(f"{folder}/testiso/hourly_load").sort("interval_start", "location")
        assert table.select(frame_schema(FEED.dataset).names()).equals(frame_of(model.all_rows))


@settings(max_examples=35, deadline=None)
@given(st.lists(st.dictionaries(cells, st.integers(0, 2), max_size=9), min_size=1, max_size=5))
def test_what_was_known_can_be_asked_for(versions: list[dict[Cell, int]]) -> None:
    """A day that was fetched several times is given as each fetch had it, and as nothing before the first."""
    fetched = [Put(1, (), values) for values in versions]
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        for number, put in enumerate(fetched):
            lake.write([put.data(BEGAN + number * DAY)])
        chunk = day_of(1, feed=FEED)
        assert lake.read([chunk], as_of=BEGAN - timedelta(microseconds=1)) == {}
        for number, put in enumerate(fetched):
            then = lake.read([chunk], as_of=BEGAN + number * DAY + timedelta(hours=1))[chunk]
            rows = [(day, place, value) for (day, place), value in put.values.items() if day == 1]
            assert then.frame.equals(frame_of(rows))
            assert then.provenance.fetched_at <= BEGAN + number * DAY


WORDED = attrs.evolve(
    FEED, locations=Locations(per_location=ChunkSize.DAY, all_locations_keywords=("ALL", "ALL_HUBS"))
)


def word_data(places: tuple[str, ...], found: tuple[str, ...], at: datetime, load: float = 1.0) -> ChunkData:
    """The first day of a source that knows words for locations, as it answered."""
    chunk = day_of(1, feed=WORDED, places=tuple(map(Place, places)))
    frame = frame_of([(1, place, int(load)) for place in found])
    return chunk_data(chunk, frame, fetched_at=at)


def test_usual_locations_are_not_all_of_them(tmp_path: Path) -> None:
    """A chunk without names holds what is usual: it answers for these, and for no other location."""
    lake = Lake(tmp_path)
    lake.write([word_data((), ("A", "B"), BEGAN)])
    ask = functools.partial(day_of, 1, feed=WORDED)
    usual, a, c, every = (
        ask(),
        ask(places=(Place("a"),)),
        ask(places=(Place("C"),)),
        ask(places=(Place("ALL"),)),
    )
    assert set(lake.read([usual, a, c, every])) == {usual, a}
    lake.write([word_data(("C",), ("C",), BEGAN + DAY)])
    assert set(lake.read([usual, a, c, every])) == {usual, a, c}


def test_word_for_all_covers_what_came(tmp_path: Path) -> None:
    """It takes the place of what was there of these locations, each row is there once, and it answers for them alone."""
    lake = Lake(tmp_path)
    lake.write([word_data((), ("A", "HUB"), BEGAN)])
    lake.write([word_data(("ALL",), ("A", "B", "C"), BEGAN + DAY, 2.0)])
    ask = functools.partial(day_of, 1, feed=WORDED)
    found = lake.read([ask(places=(Place(name),)) for name in ("ALL", "B", "HUB", "D")])
    assert [chunk.places[0].location for chunk in found] == ["ALL", "B", "HUB"]
    table = pl.read_delta(f"{tmp_path}/testiso/hourly_load").sort("location")
    assert table.select("location", "load").rows() == [("A", 2.0), ("B", 2.0), ("C", 2.0), ("HUB", 1.0)]
    assert [each[2] for each in verify(lake)] == [(), ()]
