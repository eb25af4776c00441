"""What a machine's settings or a server do wrong: the error names the setting or the host, and no plugin."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from collecting_builders import KEY, NOW, SECRET, Plugin, load_csv, registry, run, served_market, settings
from energyopti.errors import AuthenticationFailed, EnergyOptiError, InvalidSettings, SourceUnavailable
from energyopti.market import Host, Market, PasswordGrant, RateLimit
from energyopti.service import UnifiedMarketService
from energyopti.settings import HostSettings
from energyopti.source.surroundings import certificates
from servers import Answer, Server, serving

PROXIES = [f"{scheme}_proxy" for scheme in ("http", "https", "all", "no")]


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No proxy, and the usual certificates."""
    for name in [*PROXIES, *(each.upper() for each in PROXIES), "SSL_CERT_FILE", "SSL_CERT_DIR"]:
        monkeypatch.delenv(name, raising=False)
    certificates.cache_clear()
    yield
    certificates.cache_clear()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a day of load."""
    with serving() as running:
        running.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
        yield running


def failing(
    there: Market, home: Path, transport: httpx.AsyncBaseTransport | None = None, **changes: Any
) -> EnergyOptiError:
    """The error of a day of load, which blames no plugin and shows no secret."""

    async def go() -> None:
        chosen = settings(home, attempts=2, **changes)
        async with UnifiedMarketService(
            registry(Plugin(there)), chosen, transport=transport, now=lambda: NOW
        ) as service:
            await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")

    with pytest.raises(EnergyOptiError) as caught:
        run(go())
    assert "plugin" not in str(caught.value)
    assert SECRET not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_are_none_are_a_setting(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A file that is not there, or that holds something else."""
    for place in (tmp_path / "nowhere.pem", Path(__file__)):
        monkeypatch.setenv(name, str(place))
        certificates.cache_clear()
        if name == "SSL_CERT_DIR":  # folders are read when a certificate is checked: none is found then
            certificates()
            continue
        error = failing(served_market(server.url), tmp_path)
        assert isinstance(error, InvalidSettings)
        assert f"{name} has no certificates" in str(error)


def test_certificate_that_is_not_believed_is_asked_for_once(tmp_path: Path) -> None:
    """A network that puts its own in between: the error says which setting helps."""
    asked = []

    class Distrusted(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            cause = ssl.SSLCertVerificationError(1, "self-signed certificate in certificate chain")
            raise httpx.ConnectError("failed", request=request) from cause

    error = failing(served_market("https://data.iso.example"), tmp_path, Distrusted())
    assert isinstance(error, SourceUnavailable)
    assert "certificate is not trusted" in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "proxy",
    [
        f"ftp://user:{SECRET}@proxy.example",
        "http://[::1",
        "http://127.0.0.1:999999",
        "http://",
        "://",
        "http://a b",
    ],
)
@pytest.mark.parametrize("name", ["HTTP_PROXY", "all_proxy"])
def test_proxy_that_is_none_is_a_setting(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, proxy: str
) -> None:
    """By the name of its variable, before any request, and without its password."""
    monkeypatch.setenv(name, proxy)
    error = failing(served_market(server.url), tmp_path)
    assert isinstance(error, InvalidSettings)
    assert f"{name} is not the address of a proxy" in str(error)


def test_proxy_that_speaks_socks_says_what_it_needs(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package that is not installed, and the setting that asks for it."""
    monkeypatch.setenv("ALL_PROXY", f"socks5://user:{SECRET}@127.0.0.1:1")
    error = failing(served_market(server.url), tmp_path)
    assert "ALL_PROXY names a SOCKS proxy, which needs the package socksio" in str(error)


@pytest.mark.parametrize(("around", "named"), [("", True), ("127.0.0.1", False)])
def test_proxy_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, around: str, named: bool
) -> None:
    """It is not the host that failed; a host that no proxy is used for is."""
    monkeypatch.setenv("HTTP_PROXY", f"http://user:{SECRET}@127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", around)
    error = failing(served_market("http://127.0.0.1:2"), tmp_path)
    assert ("by way of the proxy that HTTP_PROXY names" in str(error)) is named


@pytest.mark.parametrize("address", ["http://☃.example", "http://xn--/", "http://127.0.0.1:99999"])
def test_address_that_no_host_has_is_a_setting(tmp_path: Path, address: str) -> None:
    """A sandbox that a program set, and an address that only the network side finds wrong."""
    hosts = {} if address.endswith(":99999") else {("testiso", "main"): HostSettings(url=address)}
    changes: dict[str, Any] = {"hosts": hosts} if hosts else {"sandbox": address}
    error = failing(served_market("https://data.iso.example"), tmp_path, **changes)
    assert isinstance(error, InvalidSettings)
    assert ("ENERGYOPTI_TESTISO_MAIN_URL" if hosts else "ENERGYOPTI_SANDBOX") in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        b'{"access_token": "two\\nlines of it"}',
        '{"access_token": "clé-secrète"}'.encode(),
        b'{"access_token": ""}',
        b'{"access_token": null}',
        b'{"access_token": ["a"]}',
        b'{"token": "another field"}',
        b'["access_token"]',
        b"[" * 50_000 + b"]" * 50_000,
    ],
    ids=["two lines", "not ASCII", "empty", "null", "a list", "another field", "no object", "nested"],
)
def test_token_that_cannot_be_used_is_its_hosts(server: Server, tmp_path: Path, answer: bytes) -> None:
    """The host that issued it is named, and the setting that may have led there."""
    server.on("/token", Answer(body=answer))
    grant = PasswordGrant(host="login", path="token", form={}, credentials={"password": KEY.name})
    hosts = (Host(name="main", url=server.url, bearer=grant), Host(name="login", url=server.url))
    there = served_market(server.url, guarded=True, hosts=hosts)
    error = failing(there, tmp_path, credentials={("testiso", KEY.name): SECRET})
    assert isinstance(error, SourceUnavailable | AuthenticationFailed)
    assert "login" in str(error)
    assert "/load/2024-07-01.csv" not in server.paths


def test_credential_that_no_header_can_carry_is_a_setting(server: Server, tmp_path: Path) -> None:
    """A program's own settings are not checked when they are made."""
    held = {("testiso", KEY.name): f"{SECRET}é"}
    error = failing(served_market(server.url, guarded=True), tmp_path, credentials=held)
    assert isinstance(error, InvalidSettings)
    assert "ENERGYOPTI_TESTISO_API_KEY" in str(error)


@pytest.mark.parametrize("later", [False, True], ids=["from the start", "meanwhile"])
def test_limits_that_are_no_database_blame_the_home_or_cost_nothing(
    server: Server, tmp_path: Path, *, later: bool
) -> None:
    """A file of SQLite that is damaged: the folder is named, or the day comes without it."""
    server.on("/load/2024-07-02.csv", load_csv("2024-07-02"))
    there = served_market(server.url, host={"rate": RateLimit.parse("100/1")})
    file = tmp_path / "limits" / "testiso-main.sqlite"

    async def go() -> None:
        async with UnifiedMarketService(
            registry(Plugin(there)), settings(tmp_path), now=lambda: NOW
        ) as service:
            if later:
                await service.get_market_data("testiso", "load", "2024-07-01", "2024-07-02")
                with contextlib.closing(sqlite3.connect(file)) as opened:
                    for (table,) in opened.execute("select name from sqlite_master where type = 'table'"):
                        opened.execute(f"drop table {table}")
            else:
                file.parent.mkdir()
                file.write_bytes(os.urandom(5000))
            await service.get_market_data("testiso", "load", "2024-07-02", "2024-07-03")

    try:
        run(go())
    except InvalidSettings as error:
        assert "ENERGYOPTI_HOME" in str(error)
