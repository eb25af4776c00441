"""``doctor``: what is set and whether hosts answer, with no part of a secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest
from click.testing import CliRunner, Result

from cli_runs import KEYED, MARKET, NOW, Brings, registry, run
from energyopti import Host, RateLimit, Registry
from energyopti.cli.app import app
from energyopti.cli.installation import Installation


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENERGYOPTI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("ENERGYOPTI_SANDBOX", raising=False)


def doctor(answer: Any, *arguments: str) -> Result:
    """``doctor`` over a network where every request is answered by that function."""
    here = Installation(
        given_registry=registry(MARKET), transport=httpx.MockTransport(answer), now=lambda: NOW
    )
    return CliRunner().invoke(
        app, ["doctor", *arguments], obj=here, env={"COLUMNS": "200"}, catch_exceptions=False
    )


def test_a_host_that_answers_is_well() -> None:
    """Any answer that is no server error means that the host is there."""
    result = doctor(lambda _: httpx.Response(404))
    assert result.exit_code == 0
    assert "answers (status 404)" in result.stdout
    assert result.stderr == ""


def test_hosts_are_asked_for_their_head() -> None:
    """One HEAD request goes to each host's base address."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, str(request.url)))
        return httpx.Response(200)

    doctor(answer)
    assert asked == [("HEAD", "https://data.iso.example")]


def test_a_host_that_fails_is_an_exit_code_of_1() -> None:
    """A server error is something wrong, said on standard error."""
    result = doctor(lambda _: httpx.Response(503))
    assert result.exit_code == 1
    assert result.stderr == "testiso host main fails (status 503)\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectError("no route"), "does not answer: ConnectError (no route)"),
        (httpx.ReadTimeout(""), "does not answer: ReadTimeout"),
    ],
)
def test_a_host_that_does_not_answer_says_what_happened(error: httpx.HTTPError, said: str) -> None:
    """Network errors are named."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    result = doctor(answer)
    assert result.exit_code == 1
    assert result.stderr == f"testiso host main {said}\n"


@pytest.mark.parametrize("argument", ["--offline", "--sandbox"])
def test_nothing_is_asked_offline_or_of_the_sandbox(argument: str) -> None:
    """Offline, and over generated data, no host is asked."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing is to be asked")

    result = doctor(answer, argument)
    assert result.exit_code == 0
    assert "not asked" in result.stdout


def test_settings_in_force_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home, settings file, addresses and rates are those in force."""
    file = tmp_path / "settings.toml"
    file.write_text('[energyopti.testiso.main]\nurl = "https://mirror.example/iso"\nrate = "6/60"\n')
    monkeypatch.setenv("ENERGYOPTI_SETTINGS", str(file))
    report = json.loads(run("doctor", "--offline", "--json").stdout)
    assert report["home"] == str(tmp_path / "home")
    assert report["settings_file"] == str(file)
    assert report["sandbox"] is None
    assert report["hosts"] == [
        {
            "market": "testiso",
            "host": "main",
            "url": "https://mirror.example/iso",
            "rate": "6/60",
            "answer": None,
        }
    ]


def test_a_running_sandbox_is_shown_as_each_hosts_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sandbox's address set, hosts are under it and have no limit."""
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "http://127.0.0.1:8650")
    limited = attrs.evolve(
        MARKET, hosts=(Host(name="main", url="https://x.example", rate=RateLimit.parse("6/60")),)
    )
    report = json.loads(run("doctor", "--offline", "--json", over=registry(limited)).stdout)
    assert report["sandbox"] == "http://127.0.0.1:8650"
    assert (report["hosts"][0]["url"], report["hosts"][0]["rate"]) == (
        "http://127.0.0.1:8650/testiso/main",
        None,
    )


def test_a_published_limit_is_shown() -> None:
    """A host's own limit is in force where no setting says otherwise."""
    limited = attrs.evolve(
        MARKET, hosts=(Host(name="main", url="https://x.example", rate=RateLimit.parse("6/60")),)
    )
    assert "6/60" in run("doctor", "--offline", over=registry(limited)).stdout


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_no_part_of_a_secret_is_shown(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential is set or not set."""
    monkeypatch.setenv("ENERGYOPTI_TESTISO_KEY", "hunter2")
    monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_URL", "https://mirror.example/iso")
    result = run("doctor", "--offline", *arguments, over=registry(KEYED))
    assert "hunter" not in result.output
    assert "https://mirror.example/iso" in result.stdout


def test_a_login_in_the_sandboxs_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name and password inside an address are refused, and not repeated."""
    monkeypatch.setenv("ENERGYOPTI_SANDBOX", "http://user:hunter2@sandbox.example")
    result = run("doctor", "--offline")
    assert result.exit_code == 2
    assert "hunter" not in result.output
    assert "ENERGYOPTI_SANDBOX contains a user or a password" in result.stderr


def test_a_credential_that_is_set_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set and not set are told apart, and the latter says where to get one."""
    before = run("doctor", "--offline", over=registry(KEYED)).stdout
    assert "not set; get one at https://iso.example/keys" in before
    monkeypatch.setenv("ENERGYOPTI_TESTISO_KEY", "hunter2")
    report = json.loads(run("doctor", "--offline", "--json", over=registry(KEYED)).stdout)
    assert report["credentials"] == [
        {
            "market": "testiso",
            "setting": "ENERGYOPTI_TESTISO_KEY",
            "title": "a key",
            "set": True,
            "obtain": "https://iso.example/keys",
        }
    ]


def test_a_plugin_that_failed_is_an_exit_code_of_1() -> None:
    """A broken plugin is shown with its error, and the others are looked at still."""
    broken = Registry({"broken": Brings(None), "works": Brings(MARKET)}, discover=False)  # type: ignore[arg-type]
    result = run("doctor", "--offline", over=broken)
    assert result.exit_code == 1
    assert "plugin broken cannot list its markets" in result.stderr
    assert "testiso" in result.stdout


def test_a_setting_that_cannot_be_used_exits_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong setting is named."""
    monkeypatch.setenv("ENERGYOPTI_TESTISO_MAIN_URL", "mirror.example")
    result = run("doctor", "--offline")
    assert result.exit_code == 2
    assert "ENERGYOPTI_TESTISO_MAIN_URL" in result.stderr
