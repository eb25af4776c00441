"""How fast a day of many small documents is answered, as a ratio to downloading them alone."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import statistics
import sys
import time
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from energyopti import Registry, Settings, UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti_ercot.market import ERCOT

pytestmark = pytest.mark.bench

ROUNDS = 15
LIST = "/misapp/servlets/IceDocListJsonWS?reportTypeId=12301"


def service_module() -> ModuleType:
    """The module of the document service beside this one."""
    path = Path(__file__).with_name("document_service.py")
    spec = importlib.util.spec_from_file_location("document_service", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


async def downloads(url: str) -> float:
    """How long it takes to fetch the list and the documents, as many at once as ERCOT's host is asked for."""
    began = time.perf_counter()
    limiter = asyncio.Semaphore(ERCOT.host("mis").concurrency)
    async with httpx.AsyncClient(base_url=url) as client:

        async def one(number: str) -> bytes:
            async with limiter:
                return (await client.get(f"/misdownload/servlets/mirDownload?doclookupId={number}")).content

        listed = json.loads((await client.get(LIST)).content)
        entries = [each["Document"] for each in listed["ListDocsByRptTypeRes"]["DocumentList"]]
        chosen = [each["DocID"] for each in entries if each["FriendlyName"].endswith("csv")]
        bodies = await asyncio.gather(*map(one, chosen))
    assert len(bodies) == 96
    return time.perf_counter() - began


async def answered(url: str, home: Path) -> float:
    """How long the same day takes as an answer, by a service that knows nothing yet."""
    settings = Settings(home=home, hosts={("ercot", "mis"): HostSettings(url=url)})
    async with UnifiedMarketService(Registry(), settings) as service:
        began = time.perf_counter()
        data = await service.get_market_data("ercot", "spp_node_zone_hub", "2026-07-01", "2026-07-02")
        took = time.perf_counter() - began
    assert len(data) == 96 * 1_130
    return took


def test_bench_day_of_settlement_prices(tmp_path: Path) -> None:
    """96 documents of 1,130 prices: list, downloads, one frame; goal: at most twice the downloads alone."""
    with service_module().running() as url:
        for warm in (downloads(url), answered(url, tmp_path)):
            asyncio.run(warm)
        pairs = [(asyncio.run(downloads(url)), asyncio.run(answered(url, tmp_path))) for _ in range(ROUNDS)]
    plain, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(
        f"\n{96 * 1_130:,} rows in 96 documents, medians of {ROUNDS}:"
        f"\n  list and downloads alone {plain * 1e3:7.1f} ms"
        f"\n  answer                   {ours * 1e3:7.1f} ms"
        f"\n  ratio                    {ours / plain:7.2f}"
    )
