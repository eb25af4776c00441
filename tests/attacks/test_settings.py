"""Settings that somebody else could have written, and values in settings that they do not belong in."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import market
from collecting_builders import KEY, SECRET, load_csv, run, served_market, service
from energyopti.errors import EnergyOptiError, InvalidSettings
from energyopti.market import Host, Market, PasswordGrant
from energyopti.settings import HostSettings, Settings
from servers import Answer, Server, serving

MARKET = market(hosts=(Host(name="main", url="https://data.iso.example"),), credentials=(KEY,))
POSIX = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX")


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches these tests."""
    for name in list(os.environ):
        if name.startswith("ENERGYOPTI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with a day of load."""
    with serving() as running:
        running.on("/load/2024-07-01.csv", load_csv("2024-07-01"))
        yield running


def refusal(monkeypatch: pytest.MonkeyPatch, file: Path) -> str:
    """Why a file of settings is refused."""
    monkeypatch.setenv("ENERGYOPTI_SETTINGS", str(file))
    with pytest.raises(InvalidSettings) as caught:
        Settings.load([MARKET])
    assert file.name in str(caught.value)
    return str(caught.value)


@POSIX
@pytest.mark.parametrize("mode", [0o602, 0o622, 0o660, 0o664, 0o666])
def test_file_that_others_can_write_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> None:
    """It need set no more than an address: that is where the key goes."""
    file = tmp_path / "mine.toml"
    file.write_text('[energyopti.testiso.main]\nurl = "https://elsewhere.example"\n')
    file.chmod(mode)
    assert "others can write to it; run: chmod go-w" in refusal(monkeypatch, file)


@POSIX
def test_file_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever it sets, and whoever may read it."""
    file = tmp_path / "theirs.toml"
    file.write_text("")
    file.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(file, 4242, -1)
    else:
        mine = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert "belongs to another user" in refusal(monkeypatch, file)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[energyopti]\nhome = "caf\xe9"\n'.encode("latin-1"), "is not UTF-8 text (line 2)"),
        ('[energyopti]\nhome = "x"\n'.encode("utf-16"), "is not UTF-8 text (line 1)"),
        (b"[energyopti]\nx = " + b"[" * 9000 + b"]" * 9000, "is nested too deeply"),
        (f"[energyopti]\n{SECRET}\n".encode(), "is not TOML"),
    ],
    ids=["latin-1", "utf-16", "nested", "a bare key"],
)
def test_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, says: str
) -> None:
    """With its line, and without what is in it."""
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    file.chmod(0o600)
    said = refusal(monkeypatch, file)
    assert says in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "name", ["ATTEMPTS", "PATIENCE", "SANDBOX", "SETTINGS", "TESTISO_MAIN_URL", "TESTISO_MAIN_RATE"]
)
def test_secret_in_the_wrong_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The error names the setting, and nothing of its value."""
    monkeypatch.setenv(f"ENERGYOPTI_{name}", SECRET)
    with pytest.raises(InvalidSettings, match=f"ENERGYOPTI_{name} ") as caught:
        Settings.load([MARKET])
    assert SECRET not in repr(caught.value) + str(caught.value.__cause__)


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1",
        "http://h:99999",
        "http://h:0",
        "http://h:port",
        "http:///path",
        "https://",
        "http://a b",
        "http://h\x00",
        f"https://data.iso.example/?key={SECRET}",
        f"https://data.iso.example/#{SECRET}",
        f"https://user:{SECRET}@data.iso.example",
    ],
)
@pytest.mark.parametrize("name", ["SANDBOX", "TESTISO_MAIN_URL"])
def test_address_that_cannot_be_used_is_a_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    """It is refused before any request, by its name; a login or a key in it is not shown."""
    monkeypatch.setattr(os, "environ", {**os.environ, f"ENERGYOPTI_{name}": address})
    with pytest.raises(InvalidSettings, match=f"^ENERGYOPTI_{name} ") as caught:
        Settings.load([MARKET])
    assert SECRET not in str(caught.value)


def warnings_of(there: Market, home: Path, log: pytest.LogCaptureFixture, **changes: Any) -> list[str]:
    """What is logged while two days are asked for."""
    log.set_level(logging.WARNING, "energyopti")

    async def go() -> None:
        async with service(
            there, home, credentials={("testiso", KEY.name): SECRET}, attempts=1, **changes
        ) as opened:
            for day in (1, 2):
                try:
                    await opened.get_market_data(
                        "testiso", "load", f"2024-07-0{day}", f"2024-07-0{day + 1}", timeout=5
                    )
                except EnergyOptiError:
                    continue

    run(go())
    said = [each.getMessage() for each in log.records if each.name == "energyopti"]
    assert SECRET not in " ".join(said)
    return said


def test_key_over_plain_http_is_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Once, with the setting to change; the address is one that nobody has."""
    there = served_market("http://data.iso.invalid", guarded=True)
    (said,) = warnings_of(there, tmp_path, caplog)
    assert "http://data.iso.invalid" in said
    assert "without encryption" in said
    assert "ENERGYOPTI_TESTISO_MAIN_URL" in said


def test_key_to_a_changed_host_is_warned_of(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Both hosts are named, and the setting."""
    there = served_market("https://data.iso.example", guarded=True)
    hosts = {("testiso", "main"): HostSettings(url=server.url)}
    (said,) = warnings_of(there, tmp_path, caplog, hosts=hosts)
    assert server.asked[0].headers["x-api-key"] == SECRET
    assert f"to {server.url} and not to https://data.iso.example" in said
    assert "ENERGYOPTI_TESTISO_MAIN_URL" in said


def test_password_to_a_changed_host_is_warned_of(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A password that buys a token is a secret like any other."""
    server.on("/token", Answer(body=b'{"access_token": "a-token-of-some-length"}'))
    grant = PasswordGrant(host="login", path="token", form={}, credentials={"password": KEY.name})
    there = served_market(
        server.url,
        guarded=True,
        hosts=(
            Host(name="main", url=server.url, bearer=grant),
            Host(name="login", url="https://login.iso.example"),
        ),
    )
    hosts = {("testiso", "login"): HostSettings(url=server.url)}
    (said,) = warnings_of(there, tmp_path, caplog, hosts=hosts)
    assert "ENERGYOPTI_TESTISO_LOGIN_URL" in said


@pytest.mark.parametrize("guarded", [True, False])
def test_nothing_is_warned_of_where_no_key_is_exposed(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, guarded: bool
) -> None:
    """The market's own host on this machine, or a host that takes no key wherever it is."""
    hosts = {} if guarded else {("testiso", "main"): HostSettings(url=server.url)}
    own = server.url if guarded else "http://data.iso.invalid"
    assert warnings_of(served_market(own, guarded=guarded), tmp_path, caplog, hosts=hosts) == []
    assert len(server.asked) == 2
