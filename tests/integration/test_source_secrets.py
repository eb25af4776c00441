"""Credentials: where they go, and everywhere they must not."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collecting_builders import KEY, NOW, SECRET, Plugin, load_csv, registry, run, served_market, settings
from energyopti.answer.result import MarketData
from energyopti.errors import (
    AuthenticationFailed,
    EnergyOptiError,
    InvalidSettings,
    MissingCredential,
    NoData,
    SourceUnavailable,
)
from energyopti.events import Event
from energyopti.market import Market
from energyopti.service import UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti.source import Request
from energyopti.source.archiving import client_of
from servers import Answer, Server, serving

HELD = {("testiso", KEY.name): SECRET}


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with scripted answers."""
    with serving() as running:
        yield running


def ask(there: Market, home: Path, events: list[Event], **changes: Any) -> MarketData:
    """A day of load from a market, with all that is told on the way."""

    async def go() -> MarketData:
        chosen = settings(home, **changes)
        async with UnifiedMarketService(
            registry(Plugin(there)), chosen, now=lambda: NOW, observe=events.append
        ) as service:
            return await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    return run(go())


def everything_said(home: Path, there: Market, **changes: Any) -> str:
    """Every word that an answer, or the error in its place, lets out."""
    events: list[Event] = []
    said: list[object] = [settings(home, **changes)]
    try:
        data = ask(there, home, events, **changes)
        said += [data, data.provenance, data.findings, data.coverage, data.raw()]
    except EnergyOptiError as error:
        said += [error, *traceback.format_exception(error)]
    kept = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    return "\n".join(map(str, [*said, *map(repr, said), *events, *kept]))


def test_secret_travels_in_its_header(server: Server, tmp_path: Path) -> None:
    """The host gets the credential under the header that the market declares."""
    server.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
    data = ask(served_market(server.url, guarded=True), tmp_path, [], credentials=HELD)
    assert len(data) == 24
    assert server.asked[0].headers["x-api-key"] == SECRET


@pytest.mark.parametrize("status", [200, 400, 401, 403, 302, 404, 429, 500])
def test_secret_is_never_said(server: Server, tmp_path: Path, status: int) -> None:
    """Not in an answer, an error with its traceback, a repr, an event or a file."""
    answer = Answer(status=status, body=load_csv("2024-07-01"), headers={"Location": "/elsewhere"})
    server.on("/load/2024-07-01.csv", answer)
    said = everything_said(tmp_path, served_market(server.url, guarded=True), credentials=HELD)
    assert server.asked
    assert SECRET not in said


@pytest.mark.parametrize(("secret", "lines"), [(True, 0), (False, 2)])
def test_secret_answer_is_archived_nowhere(
    server: Server, tmp_path: Path, *, secret: bool, lines: int
) -> None:
    """Neither what came nor that nothing was there; of other requests both are."""
    server.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
    there = served_market(server.url)

    async def go() -> None:
        client = client_of(settings(tmp_path, archive=tmp_path / "archive"), now=lambda: NOW)
        try:
            await client.fetch(there, there.hosts[0], Request(path="load/2024-07-01.csv", secret=secret))
            with pytest.raises(NoData):
                await client.fetch(there, there.hosts[0], Request(path="load/none.csv", secret=secret))
        finally:
            await client.aclose()

    run(go())
    files = list((tmp_path / "archive").rglob("*.jsonl"))
    assert sum(len(file.read_text().splitlines()) for file in files) == lines


@pytest.mark.parametrize("secret", [f"{SECRET}\nX-More: 1", f"{SECRET}é", f"{SECRET}\n"])
def test_secret_that_no_header_can_carry_is_never_said(server: Server, tmp_path: Path, secret: str) -> None:
    """A pasted line break or letter that HTTP refuses must not bring the secret into the error."""
    server.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
    held = {("testiso", KEY.name): secret}
    said = everything_said(tmp_path, served_market(server.url, guarded=True), credentials=held)
    assert SECRET not in said


def test_password_in_an_address_is_never_said() -> None:
    """An address with a user and a password is refused, and the error does not repeat it."""
    with pytest.raises(InvalidSettings, match="must not hold secrets") as caught:
        HostSettings(url=f"http://user:{SECRET}@data.iso.example")
    assert SECRET not in str(caught.value)


def test_missing_credential_says_how_to_get_and_set_it(server: Server, tmp_path: Path) -> None:
    """Before any request: the variable to set and where to get a key."""
    with pytest.raises(
        MissingCredential,
        match=r"the source needs an API key; set ENERGYOPTI_TESTISO_API_KEY; get one at https://iso\.example",
    ):
        ask(served_market(server.url, guarded=True), tmp_path, [])
    assert server.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credential_is_named_and_not_tried_again(server: Server, tmp_path: Path, status: int) -> None:
    """`AuthenticationFailed` after one request, naming the setting to look at."""
    server.on("/load/2024-07-01.csv", Answer(status=status))
    with pytest.raises(AuthenticationFailed, match=f"status {status}.*check ENERGYOPTI_TESTISO_API_KEY"):
        ask(served_market(server.url, guarded=True), tmp_path, [], credentials=HELD)
    assert len(server.asked) == 1


def test_credentials_are_never_carried_to_another_address(server: Server, tmp_path: Path) -> None:
    """A host with credentials follows no redirect: the error says which setting to change."""
    with serving() as thief:
        thief.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
        moved = Answer(status=302, headers={"Location": f"{thief.url}/load/2024-07-01.csv"})
        server.on("/load/2024-07-01.csv", moved)
        with pytest.raises(SourceUnavailable, match=r"has moved .*set ENERGYOPTI_TESTISO_MAIN_URL"):
            ask(served_market(server.url, guarded=True), tmp_path, [], credentials=HELD)
        assert thief.asked == []
