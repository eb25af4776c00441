"""Chunks of chosen places: how long they are, and what they are called."""

from __future__ import annotations

from typing import Any

from builders import utc
from energyopti.market import ChunkSize
from energyopti.query import Place, TimeRange, plan
from narrowed_market import narrow, there

SPAN = TimeRange(utc("2024-06-30T12:00"), utc("2024-07-02T12:00"))


def key_of(*names: str, **changes: Any) -> str:
    """What the first chunk of some places is called."""
    return plan(there(), narrow(), SPAN, places=tuple(Place(name) for name in names), **changes)[0].key


def test_chunks_of_places_have_a_size_of_their_own() -> None:
    """Months of some places, days of all; each is preceded by one of its kind."""
    days = plan(there(), narrow(), SPAN)
    months = plan(there(), narrow(), SPAN, places=(Place("101"),), revisions=True)
    assert [(chunk.size, str(chunk.day)) for chunk in days] == [
        (ChunkSize.DAY, day) for day in ("2024-06-30", "2024-07-01", "2024-07-02")
    ]
    assert [(chunk.size, str(chunk.day)) for chunk in months] == [
        (ChunkSize.MONTH, day) for day in ("2024-06-01", "2024-07-01")
    ]
    before = months[0].previous()
    assert (before.size, before.places, before.revisions) == (ChunkSize.MONTH, (Place("101"),), True)
    assert before.key == "testiso/hourly_load/2024-05/101/revisions"
    assert before.end == months[0].start


def test_hours_are_called_by_their_instant() -> None:
    """Where an hour of a place is a chunk."""
    (chunk,) = plan(
        there(),
        narrow(per_location=ChunkSize.HOUR),
        TimeRange(utc("2024-07-01T04:30"), utc("2024-07-01T05:00")),
        places=(Place("101"),),
    )
    assert chunk.key == "testiso/hourly_load/2024-07-01T04:00:00Z/101"


def test_names_in_keys_cannot_be_taken_for_others() -> None:
    """A place called ``A+B`` is not the two places A and B, and none is a folder."""
    keys = {key_of("A+B"), key_of("A", "B"), key_of("A/B"), key_of("A%2BB"), key_of("A", "B", revisions=True)}
    assert len(keys) == 5
    assert key_of("A", "B") == key_of("B", "A") == "testiso/hourly_load/2024-06/A+B"
    assert key_of("A/B").count("/") == 3
    assert key_of("WEST ZONE") == "testiso/hourly_load/2024-06/WEST ZONE"


def test_many_places_are_called_by_their_hash() -> None:
    """Sixty letters are written out, more are not; other places have another."""
    short, long = [f"{n:04}" for n in range(12)], [f"{n:04}" for n in range(13)]
    assert key_of(*short).rpartition("/")[2] == "+".join(short)
    mark = key_of(*long).rpartition("/")[2]
    assert len(mark) == 16
    assert mark == key_of(*reversed(long)).rpartition("/")[2]
    assert mark != key_of(*long[:-1], "0099").rpartition("/")[2]
