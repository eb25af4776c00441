"""Reaching a sandbox by settings alone: one that runs somewhere, or the one in this process."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from builders import utc
from energyopti import MarketData, Registry, Settings, SourceUnavailable, UnifiedMarketService
from serving import sandbox_served

NOW = utc("2026-10-05T16:00")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment of the test's own: no settings file, a home that nobody uses."""
    for name in ("ENERGYOPTI_SETTINGS", "ENERGYOPTI_SANDBOX", "ENERGYOPTI_NYISO_POSTINGS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path))


def ask(registry: Registry, now: datetime = NOW) -> MarketData:
    """One day's load, asked with the settings of the environment."""

    async def go() -> MarketData:
        settings = Settings.load(registry.markets.values())
        async with UnifiedMarketService(registry, settings, now=lambda: now) as service:
            return await service.get_market_data("nyiso", "palIntegrated", "2026-10-02", "2026-10-03")

    return asyncio.run(go())


@pytest.mark.parametrize("slash", ["", "/"])
def test_address_reaches_a_running_sandbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, slash: str
) -> None:
    """ENERGYOPTI_SANDBOX=<address> sends every market's hosts there, one below the other."""
    with sandbox_served(NOW, tmp_path) as served:
        monkeypatch.setenv("ENERGYOPTI_SANDBOX", served.url + slash)
        data = ask(served.registry)
        assert served.requests == [
            "/nyiso/postings/INT_RT_ACT_LOAD/CSV/2026/10/02/palIntegrated-20261002.csv"
        ]
    assert len(data) == 24 * 11


def test_one_is_the_sandbox_in_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ENERGYOPTI_SANDBOX=1 needs no server and gives the same rows, at the service's clock."""
    with sandbox_served(NOW, tmp_path) as served:
        expected = served.get("palIntegrated", "2026-10-02", "2026-10-03").frame
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "1")
    data = ask(Registry())
    assert data.frame.equals(expected)
    assert data.provenance[0].urls == (
        "http://sandbox/nyiso/postings/INT_RT_ACT_LOAD/CSV/2026/10/02/palIntegrated-20261002.csv",
    )


def test_one_host_may_be_sent_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ENERGYOPTI_NYISO_POSTINGS_URL replaces that host's address alone."""
    with sandbox_served(NOW, tmp_path) as served:
        monkeypatch.setenv("ENERGYOPTI_NYISO_POSTINGS_URL", f"{served.url}/nyiso/postings")
        assert len(ask(served.registry)) == 24 * 11
        assert len(served.requests) == 1


def test_faults_are_put_over_http(tmp_path: Path) -> None:
    """The switches of a running sandbox: a 204, then the fault; a 400 for what is no JSON."""
    with sandbox_served(NOW, tmp_path) as served:
        body = b'[{"kind": "status", "status": 500}]'
        assert httpx.put(f"{served.url}/_faults", content=b"no").status_code == 400
        assert httpx.put(f"{served.url}/_faults", content=body).status_code == 204
        with pytest.raises(SourceUnavailable, match="status 500"):
            served.get("palIntegrated", "2026-10-02", "2026-10-03")
        assert httpx.get(served.url).json()["nyiso"][:2] == ["mis", "postings"]
