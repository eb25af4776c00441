"""Every feed of every market through the lake: what it answers later is what its source answered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from builders import utc
from collecting_builders import run
from energyopti import MarketData, Registry, Settings, UnifiedMarketService
from energyopti.errors import EnergyOptiError
from energyopti.market import Feed, Market
from energyopti.store import Store
from energyopti.store.lake import Lake
from energyopti.timezones import local_date
from installed import installed

NOW = utc("2026-11-20T17:00")


def feeds() -> list[Any]:
    """The feeds; in the default run the first of each dataset, and lists that leave rows out."""
    found = []
    seen: set[object] = {"settlement_points"}
    for there in installed().markets.values():
        for each in there.feeds:
            kind = each.name if each.name in seen else (each.dataset.name, each.publication.by_publication)
            marks = [pytest.mark.exhaustive] if kind in seen and kind != each.name else []
            seen.add(kind)
            found.append(pytest.param(there, each, marks=marks, id=f"{there.id}-{each.name}"))
    return found


def ask(there: Market, feed: Feed, home: Path, store: Store | None, **query: Any) -> MarketData | str:
    """A feed's answer for a day and a half, of a service of its own; an error as its line."""

    async def go() -> MarketData:
        settings = Settings(home=home, sandbox="1", attempts=1)
        async with UnifiedMarketService(Registry(), settings, store=store, now=lambda: NOW) as service:
            return await service.get_market_data(there.id, feed.name, **query)

    try:
        return run(go())
    except EnergyOptiError as error:
        return error.line


@pytest.mark.parametrize(("there", "feed"), feeds())
def test_answers_out_of_the_lake_are_those_of_the_source(there: Market, feed: Feed, tmp_path: Path) -> None:
    """Rows, the source's own columns, findings and coverage, at first and out of the lake; with final days no request."""
    span: dict[str, Any] = {}
    if not feed.history.snapshot_only:
        recent = feed.history.retention is not None and feed.history.retention < timedelta(days=40)
        start = local_date(NOW - timedelta(days=2 if recent else 40), there.zone)
        span = {"start": start, "end": f"{start + timedelta(days=1)}T12:00"}
    lake = tmp_path / "lake"
    direct = ask(there, feed, tmp_path, None, partial=True, **span)
    first = ask(there, feed, tmp_path, Lake(lake), partial=True, **span)
    again = ask(there, feed, tmp_path, Lake(lake), partial=True, **span)
    if isinstance(direct, str):
        assert (first, again) == (direct, direct)
        return
    for found in (first, again):
        assert not isinstance(found, str), found
        assert found.frame.equals(direct.frame)
        assert found.raw().equals(direct.raw())
        assert [attrs.evolve(each, chunk=None) for each in found.findings] == [
            attrs.evolve(each, chunk=None) for each in direct.findings
        ]
        assert found.coverage == direct.coverage
    assert not isinstance(again, str)
    final = {each.chunk for each in again.provenance if each.final}
    assert {each.kept_in for each in again.provenance if each.chunk in final} <= {"lake"}
