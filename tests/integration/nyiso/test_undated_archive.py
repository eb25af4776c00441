"""New York's months whose zip does not say when its days were written."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from pathlib import Path

import attrs
import httpx
import pytest

from builders import utc
from collecting_builders import Plugin, registry, settings
from energyopti import FindingKind, MarketData, UnifiedMarketService
from energyopti_nyiso.feeds.load import LOAD_FORECASTS
from energyopti_nyiso.market import NYISO
from serving import member, old
from zips import stamped, undated, zipped

NOW = utc("2026-10-12T16:00")
DAY = "20240709isolf.csv"
DATED = (10 << 11 | 30 << 5, (2024 - 1980) << 9 | 7 << 5 | 9)
"""10:30 of July 9, 2024, as zips write it."""


def month() -> bytes:
    """A zip with one day of forecasts."""
    return zipped({DAY: member(old("isolf/20240701isolf_csv.zip", NOW).body, DAY)})


def forecasts(home: Path, archive: bytes) -> MarketData:
    """What was forecast on the day, out of that zip."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = request.url.path.endswith("/isolf/20240701isolf_csv.zip")
        return httpx.Response(200, content=archive) if found else httpx.Response(404)

    async def go() -> MarketData:
        there = Plugin(attrs.evolve(NYISO, feeds=(LOAD_FORECASTS,), peaks=()))
        transport = httpx.MockTransport(answer)
        async with UnifiedMarketService(
            registry(there), settings(home), transport=transport, now=lambda: NOW
        ) as service:
            return await service.get_market_data("nyiso", "isolf", "2024-07-09", "2024-07-10")

    return asyncio.run(go())


@pytest.mark.parametrize(
    "written", [undated, functools.partial(stamped, time=0, day=33)], ids=["empty", "1980"]
)
def test_rows_stand_and_their_publication_is_unknown(
    tmp_path: Path, written: Callable[[bytes], bytes]
) -> None:
    """All rows of the day, none with an invented time of publication, and a finding that says so."""
    known = forecasts(tmp_path / "known", stamped(month(), *DATED))
    assert known.findings == ()
    assert set(known.frame["publish_time"]) == {utc("2024-07-09T14:30")}
    data = forecasts(tmp_path / "unknown", written(month()))
    assert set(data.frame["publish_time"]) == {None}
    assert data.frame.drop("publish_time").equals(known.frame.drop("publish_time"))
    (finding,) = data.findings
    assert finding.kind is FindingKind.UNKNOWN_TIME
    assert "publish_time is null" in finding.message
