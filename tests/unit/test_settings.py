"""Settings: environment and file, checked and explained."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from builders import market
from collecting_builders import KEY, SECRET
from energyopti.errors import InvalidSettings
from energyopti.lake_address import LakeAddress
from energyopti.market import Host, RateLimit
from energyopti.settings import HostSettings, Settings, variable

HOST = Host(name="main", url="https://data.iso.example", rate=RateLimit(5, timedelta(seconds=1)))
MARKET = market(hosts=(HOST,), credentials=(KEY,))


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches these tests."""
    for name in list(os.environ):
        if name.startswith("ENERGYOPTI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))


def written(folder: Path, text: str, *, mode: int = 0o600) -> Path:
    """A settings file, named by the environment."""
    file = folder / "mine.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def load_from(monkeypatch: pytest.MonkeyPatch, file: Path) -> Settings:
    """The settings with that file in force."""
    monkeypatch.setenv("ENERGYOPTI_SETTINGS", str(file))
    return Settings.load([MARKET])


def test_variables_are_named_by_market_and_host() -> None:
    """``ENERGYOPTI_<MARKET>_<HOST>_URL``."""
    assert variable("nyiso", "mis", "url") == "ENERGYOPTI_NYISO_MIS_URL"


def test_nothing_set_is_the_plugins_own() -> None:
    """No file and no variable: the host's address and limit, no sandbox, no secret."""
    settings = Settings.load([MARKET])
    assert (settings.url("testiso", "main"), settings.sandbox, settings.file) == (None, None, None)
    assert settings.rate("testiso", HOST) == RateLimit(5, timedelta(seconds=1))
    assert settings.credential("testiso", "api_key") is None
    assert settings.home.name == "energyopti"


def test_environment_sets_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Home, address, rate and credential of a market's host."""
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "here"))
    monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_URL", "http://127.0.0.1:8000")
    monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_RATE", "6/60")
    monkeypatch.setenv("ENERGYOPTI_TESTISO_API_KEY", SECRET)
    settings = Settings.load([MARKET])
    assert settings.home == tmp_path / "here"
    assert settings.url("testiso", "main") == "http://127.0.0.1:8000"
    assert settings.rate("testiso", HOST) == RateLimit(6, timedelta(seconds=60))
    assert settings.credential("testiso", "api_key") == SECRET


def test_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """``~`` is the user's folder."""
    monkeypatch.setenv("ENERGYOPTI_HOME", "~/energy")
    assert Settings.load().home == tmp_path / "energy"


def test_limit_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """``off`` is no limit, not the host's own."""
    monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_RATE", "off")
    assert Settings.load([MARKET]).rate("testiso", HOST) is None


FILE = f"""
[energyopti]
home = "/from/file"
[energyopti.testiso]
api_key = "{SECRET}"
[energyopti.testiso.main]
url = "https://file.example"
rate = "1/10"
"""


def test_file_sets_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same names, in tables."""
    file = written(tmp_path, FILE)
    settings = load_from(monkeypatch, file)
    assert (settings.file, settings.home) == (file, Path("/from/file"))
    assert settings.url("testiso", "main") == "https://file.example"
    assert settings.rate("testiso", HOST) == RateLimit(1, timedelta(seconds=10))
    assert settings.credential("testiso", "api_key") == SECRET


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is set in both is taken from the environment."""
    monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_URL", "https://environment.example")
    settings = load_from(monkeypatch, written(tmp_path, FILE))
    assert settings.url("testiso", "main") == "https://environment.example"
    assert settings.home == Path("/from/file")


def test_file_in_the_users_configuration_is_found(tmp_path: Path) -> None:
    """Without a named file, the one in the user's configuration folder is read."""
    folder = tmp_path / "config" / "energyopti"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('[energyopti]\nhome = "/from/configuration"\n')
    assert Settings.load([MARKET]).home == Path("/from/configuration")


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o440])
def test_credentials_that_others_can_read_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> None:
    """The error names the file and the command that mends it, and not the secret."""
    with pytest.raises(InvalidSettings, match=r"others can read it; run: chmod 600 .*mine\.toml") as caught:
        load_from(monkeypatch, written(tmp_path, FILE, mode=mode))
    assert SECRET not in str(caught.value)


def test_file_without_credentials_may_be_read_by_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An address is no secret."""
    file = written(tmp_path, '[energyopti.testiso.main]\nurl = "https://file.example"\n', mode=0o644)
    assert load_from(monkeypatch, file).url("testiso", "main") == "https://file.example"


def test_named_file_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A misspelt path must not pass as no settings at all."""
    with pytest.raises(
        InvalidSettings, match=r"ENERGYOPTI_SETTINGS names .*nowhere\.toml, which is not a file"
    ):
        load_from(monkeypatch, tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[energyopti\n", "mine.toml"),
        ('[energyopti]\nhoome = "/x"\n', "hoome"),
        ('[energyopti.testiso.mian]\nurl = "https://x"\n', "mian"),
        ('[energyopti]\ntestiso = "x"\n', "testiso"),
    ],
    ids=["no toml", "misspelt setting", "misspelt host", "no table"],
)
def test_file_that_means_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, named: str
) -> None:
    """A setting that nobody reads is told, in one line of our own."""
    with pytest.raises(InvalidSettings) as caught:
        load_from(monkeypatch, written(tmp_path, text))
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ENERGYOPTI_TESTISO_MAIN_URL", "data.example", "must start with http:// or https://"),
        ("ENERGYOPTI_TESTISO_MAIN_RATE", "often", "write 6/60 for six requests in sixty seconds, or off"),
        ("ENERGYOPTI_SANDBOX", "maybe", "write 1, or the address of a running sandbox"),
    ],
)
def test_value_that_means_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    """The error names the variable and what it may hold."""
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings) as caught:
        Settings.load([MARKET])
    assert name in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", "1"),
        ("TRUE", "1"),
        (" yes ", "1"),
        ("0", None),
        ("Off", None),
        ("", None),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
    ],
)
def test_sandbox_is_a_word_or_an_address(
    monkeypatch: pytest.MonkeyPatch, said: str, meant: str | None
) -> None:
    """On, off, or where one runs."""
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", said)
    assert Settings.load([MARKET]).sandbox == meant


@pytest.mark.parametrize(
    ("sandbox", "address"),
    [
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000/testiso/main"),
        ("1", "http://sandbox/testiso/main"),
        (None, "https://mine.example"),
    ],
)
def test_sandbox_is_every_hosts_address(sandbox: str | None, address: str) -> None:
    """While it is on, no request goes to a real host, not even to one with an address of its own."""
    mine = {("testiso", "main"): HostSettings(url="https://mine.example")}
    assert Settings(sandbox=sandbox, hosts=mine).url("testiso", "main") == address


def test_sandbox_has_no_limits_and_takes_any_credential() -> None:
    """Generated data is free; a limit that is set still counts, and a real secret is never sent there."""
    settings = Settings(sandbox="1")
    assert settings.rate("testiso", HOST) is None
    assert settings.credential("testiso", "api_key") == "sandbox"
    given = Settings(
        sandbox="1",
        hosts={("testiso", "main"): HostSettings(rate="2/1")},
        credentials={("testiso", "api_key"): SECRET},
    )
    assert given.rate("testiso", HOST) == RateLimit(2, timedelta(seconds=1))
    assert given.credential("testiso", "api_key") == "sandbox"


def test_credentials_stay_out_of_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings may be printed."""
    monkeypatch.setenv("ENERGYOPTI_TESTISO_API_KEY", SECRET)
    settings = Settings.load([MARKET])
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


def test_limits_of_a_request_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """How often, how long and how much can be said in the environment."""
    for name, value in {"ATTEMPTS": "2", "PATIENCE": "7.5", "TIMEOUT": "3", "MEMORY_BYTES": "1000"}.items():
        monkeypatch.setenv(f"ENERGYOPTI_{name}", value)
    found = Settings.load([MARKET])
    assert (found.attempts, found.patience, found.timeout, found.memory_bytes) == (2, 7.5, 3.0, 1000)


@pytest.mark.parametrize("value", ["0", "-1", "often"])
def test_limit_that_is_no_number_above_zero_is_an_error(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """No request can be tried that often; the error names the setting."""
    monkeypatch.setenv("ENERGYOPTI_ATTEMPTS", value)
    with pytest.raises(InvalidSettings, match=r"(?i)attempts"):
        Settings.load([MARKET])


@pytest.mark.parametrize(
    ("said", "there", "used", "folder"),
    [
        (None, False, False, "home/lake"),
        (None, True, True, "home/lake"),
        ("1", False, True, "home/lake"),
        ("off", True, False, "home/lake"),
        ("mine", False, True, "mine"),
    ],
    ids=["none", "one is there", "on", "off", "a folder"],
)
def test_lake_is_used_if_it_is_set_or_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str | None, there: bool, used: bool, folder: str
) -> None:
    """A lake that somebody filled at the usual place is used without a word; nothing makes one unasked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENERGYOPTI_HOME", "home")
    if said is not None:
        monkeypatch.setenv("ENERGYOPTI_LAKE", said)
    if there:
        (tmp_path / "home" / "lake").mkdir(parents=True)
    found = Settings.load([MARKET])
    assert (found.uses_lake, str(found.lake_address)) == (used, folder)


def test_generated_data_has_a_lake_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never comes near real prices."""
    monkeypatch.setenv("ENERGYOPTI_LAKE", "/mine/prices")
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "1")
    assert str(Settings.load([MARKET]).lake_address) == "/mine/prices-sandbox"


@pytest.mark.parametrize("address", ["s3://bucket/lake", "gs://b.u_c-ket/a/b=1", "az://container/lake"])
def test_lake_may_be_in_an_object_store(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """It is used as soon as it is set; generated data is beside it, not in it."""
    monkeypatch.setenv("ENERGYOPTI_LAKE", f"{address}/")
    found = Settings.load([MARKET])
    assert (found.uses_lake, str(found.lake_address), found.lake_address.folder) == (True, address, None)
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "1")
    assert str(Settings.load([MARKET]).lake_address) == f"{address}-sandbox"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://there/prices", "is an address that no lake can be at"),
        ("s3://bucket", "is not s3://bucket/prefix"),
        ("s3://bucket/../other", "is not s3://bucket/prefix"),
        ("s3://bucket/a%20b", "is not s3://bucket/prefix"),
        (f"s3://key:{SECRET}@bucket/lake", "contains a login or a query"),
        (f"az://container/lake?sig={SECRET}", "contains a login or a query"),
        (f"ftp://{SECRET}@there/lake", "contains a login or a query"),
    ],
)
def test_other_address_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    """The error names the setting, and shows no login that somebody wrote into the address."""
    monkeypatch.setenv("ENERGYOPTI_LAKE", address)
    with pytest.raises(InvalidSettings, match=re.escape(f"ENERGYOPTI_LAKE {said}")) as error:
        Settings.load([MARKET])
    assert SECRET not in repr(error.value) + error.value.line
    assert error.value.__cause__ is None


def test_lake_is_said_as_a_text_or_a_path() -> None:
    """Each is an address; an address in a path has lost a slash, and is refused."""
    folder, remote = Settings(lake=Path("mine")), Settings(lake="s3://bucket/lake")
    assert folder.lake == LakeAddress.of("mine") == LakeAddress.of(LakeAddress(Path("mine")))
    assert (str(remote.lake), remote.lake_address.folder) == ("s3://bucket/lake", None)
    with pytest.raises(InvalidSettings, match="is an address in a Path"):
        Settings(lake=Path("s3://bucket/lake"))
