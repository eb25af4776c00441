"""The command line itself: version, help, endings that are no errors, and the sandbox's directions."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator

import httpx
import pytest
from click.testing import CliRunner

from cli_runs import MARKET, registry, run
from energyopti import Registry, hookimpl
from energyopti.cli import main
from energyopti.cli.app import app
from energyopti.plugins import PluginReport
from energyopti.sandbox import Answer, Ask, Responder


@contextlib.contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard output is a terminal inside; the value is the descriptor that reads what is on it."""
    reading, writing = os.openpty()
    os.set_blocking(reading, False)
    with os.fdopen(writing, "w") as screen, monkeypatch.context() as changed:
        changed.setattr(sys, "stdout", screen)
        yield reading
    os.close(reading)


class Ends(Registry):
    """A registry in whose middle the command ends."""

    how: type[BaseException] = KeyboardInterrupt

    def inventory(self) -> tuple[PluginReport, ...]:
        """Never answered."""
        raise self.how


class Served:
    """A plugin with a market and its sandbox."""

    @hookimpl
    def energyopti_markets(self) -> list[object]:
        """The market of these tests."""
        return [MARKET]

    @hookimpl
    def energyopti_sandbox(self) -> dict[str, Responder]:
        """An empty page for every request."""

        def answer(ask: Ask) -> Answer:
            return Answer(body=b"")

        return {"main": answer}


def test_version_says_the_version() -> None:
    """``--version`` is the name and the version on one line."""
    result = CliRunner().invoke(app, ["--version"])
    assert result.exit_code == 0
    name, version = result.stdout.split()
    assert name == "energyopti"
    assert version[0].isdigit()


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_help_has_examples(arguments: list[str]) -> None:
    """The help shows whole commands to start from."""
    shown = CliRunner().invoke(app, arguments, catch_exceptions=False).stdout
    for line in ("energyopti markets", "energyopti describe lmp", "energyopti get nyiso lmp"):
        assert line in shown


def test_help_offers_no_completion() -> None:
    """There are no options that change the user's shell."""
    assert "--install-completion" not in CliRunner().invoke(app, ["--help"]).stdout


@pytest.mark.parametrize(
    "arguments",
    [["got"], ["get"], ["get", "testiso"], ["get", "a", "b", "--start", "1"], ["sandbox", "--port", "70000"]],
)
def test_a_command_that_cannot_be_exits_with_2(arguments: list[str]) -> None:
    """A usage error is exit code 2, said on standard error only."""
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_main_runs_one_command(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """The entry point takes arguments and leaves with the command's exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["describe", "load"])
    assert ended.value.code == 0
    assert capsysbinary.readouterr().out.startswith(b"load: Actual load\n")


def test_main_uses_what_is_installed(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without other surroundings, commands see the plugins that are installed."""
    with pytest.raises(SystemExit) as ended:
        main(["plugins", "--json"])
    assert ended.value.code == 0
    assert capsysbinary.readouterr().out.startswith(b"[")


def test_ctrl_c_is_one_line_and_130() -> None:
    """An interrupted command says so in one line."""
    result = run("plugins", over=Ends(discover=False))
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "energyopti: interrupted\n")


def test_a_closed_pipe_ends_quietly() -> None:
    """A reader that has had enough is no error."""
    gone = Ends(discover=False)
    gone.how = BrokenPipeError
    result = run("plugins", over=gone)
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_busy_port_is_one_line_and_2(host: str) -> None:
    """A port that is taken is said with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as taken:
        result = run("sandbox", "--host", host, "--port", str(taken.getsockname()[1]))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"energyopti: the sandbox cannot listen on {host} port ")
    assert "--port" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_market_without_a_sandbox_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a market's plugin brings no sandbox, the directions say so and the others are served."""
    import uvicorn

    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: None)
    lines = run("sandbox", "--port", "0", over=registry(MARKET)).stderr.splitlines()
    assert lines[0].startswith("ENERGYOPTI_SANDBOX=http://127.0.0.1:")
    assert lines[1] == "  testiso: the plugin of market testiso brings no sandbox"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_sandbox_is_served_where_it_says(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of each host that the directions give is the one that is listened on."""
    import uvicorn

    listened: list[str] = []

    def record(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        where = sockets[0].getsockname()
        listened.append(str(httpx.URL(scheme="http", host=where[0], port=where[1])))

    monkeypatch.setattr(uvicorn.Server, "run", record)
    here = Registry({"served": Served()}, discover=False)
    lines = run("sandbox", "--host", host, "--port", "0", over=here).stderr.splitlines()
    assert lines == [f"ENERGYOPTI_SANDBOX={listened[0]}", f"  testiso main: {listened[0]}/testiso/main"]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_binary_form_is_not_written_to_a_terminal(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Parquet on a terminal is refused, whatever is asked."""
    bounds = ["--start", "2024-07-01", "--end", "2024-07-02"]
    with terminal(monkeypatch), pytest.raises(SystemExit) as ended:
        main(["get", "testiso", "load", *bounds, "--format", form])
    assert ended.value.code == 2
    assert f"{form} is binary and does not go to a terminal; add --output" in capsys.readouterr().err


def test_a_terminal_gets_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a listing is drawn with the terminal's own means."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with terminal(monkeypatch) as screen:
        with pytest.raises(SystemExit):
            main(["describe", "load"])
        shown = os.read(screen, 4096)
    assert b"\x1b[1mload\x1b[0m: Actual load" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("get", "testiso"), "Missing argument 'DATASET|FEED' (see energyopti get --help)"),
        (("gett",), "No such command 'gett'. Did you mean 'get'? (see energyopti --help)"),
        (("--nope",), "No such option '--nope' (see energyopti --help)"),
        (("feeds", "--wide"), "No such option '--wide' (see energyopti feeds --help)"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(arguments: tuple[str, ...], says: str) -> None:
    """A command that cannot be says why in one line on standard error, and where to read more."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"energyopti: {says}\n"
