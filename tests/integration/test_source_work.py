"""Work that the source takes off the event loop: side by side, in order, with its own errors."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from builders import FEED, MARKET, utc
from collecting_builders import NOW, run, settings
from energyopti.errors import SchemaDrift
from energyopti.query import TimeRange, plan
from energyopti.source import Client, Source


def working(home: Path, work: Any, things: list[Any]) -> Any:
    """What a source makes of some work on several things."""

    async def go() -> Any:
        client = Client(settings(home), now=lambda: NOW)
        (chunk,) = plan(MARKET, FEED, TimeRange(utc("2024-07-01T12:00"), utc("2024-07-01T13:00")))
        try:
            return await Source(client, chunk, FEED.eras[0]).run_all(work, things)
        finally:
            await client.aclose()

    return run(go())


def test_results_come_in_the_order_of_the_things(tmp_path: Path) -> None:
    """However many there are."""
    assert working(tmp_path, lambda number: number * 2, list(range(50))) == list(range(0, 100, 2))
    assert working(tmp_path, str, []) == []


def test_work_goes_on_side_by_side(tmp_path: Path) -> None:
    """Two pieces of work wait for each other: one after the other they would wait for ever."""
    meeting = threading.Barrier(2, timeout=10)

    def meet(number: int) -> tuple[int, bool]:
        meeting.wait()
        return number, threading.current_thread() is threading.main_thread()

    assert working(tmp_path, meet, [1, 2]) == [(1, False), (2, False)]


def test_error_of_one_is_raised_as_it_is(tmp_path: Path) -> None:
    """Not in a group of errors."""

    def read(number: int) -> int:
        if number == 2:
            raise SchemaDrift("page 2 has no column 'Load'")
        return number

    with pytest.raises(SchemaDrift, match="page 2"):
        working(tmp_path, read, [1, 2, 3])
