"""What a caller may send to a sandbox, and who may switch its faults."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from builders import market
from energyopti import Host, Market, Registry, hookimpl
from energyopti.sandbox import Answer, Ask, Responder, Sandbox, sandbox_app
from serving import on_loopback

MEGABYTE = 1 << 20


class Careless:
    """A plugin whose sandbox believes whatever it is sent."""

    @hookimpl
    def energyopti_markets(self) -> Sequence[Market]:
        """One market."""
        return [market(hosts=(Host(name="main", url="https://a.example"),))]

    @hookimpl
    def energyopti_sandbox(self) -> Mapping[str, Responder]:
        """Its host."""
        return {"main": self.answer}

    def answer(self, ask: Ask) -> Answer:
        """What it does depends on the path."""
        match ask.path:
            case "number":
                return Answer(body=b"x" * int(ask.params["n"]))
            case "mistake":
                raise ZeroDivisionError("the plugin's own")
            case "exit":
                raise SystemExit(1)
            case "json":
                return Answer(body=str(json.loads(ask.body)).encode())
        return Answer(body=ask.headers.get("x-odd", "fine").encode())


@pytest.fixture
def sandbox() -> Sandbox:
    """A sandbox over that plugin alone."""
    return sandbox_app(Registry({"careless": Careless()}, discover=False))


def answered(
    sandbox: Sandbox,
    path: str,
    *,
    method: str = "GET",
    query: bytes = b"",
    headers: Sequence[tuple[bytes, bytes]] = (),
    body: Sequence[bytes] = (b"",),
    client: tuple[str, int] | None = ("127.0.0.1", 1),
) -> tuple[int, bytes, int]:
    """The status and body of an answer, and how many blocks of the request were read."""
    sent: list[MutableMapping[str, Any]] = []
    read = 0

    async def receive() -> MutableMapping[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": body[(read - 1) % len(body)], "more_body": read < len(body)}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asked = {
        "type": "http",
        "path": path,
        "method": method,
        "query_string": query,
        "headers": headers,
        "client": client,
    }
    asyncio.run(sandbox(asked, receive, send))
    return sent[0].get("status", 0), b"".join(each.get("body", b"") for each in sent), read


@pytest.mark.parametrize("path", ["/testiso/main/x", "/_faults", "/", "/nowhere"])
def test_upload_without_end_is_not_read_to_its_end(sandbox: Sandbox, path: str) -> None:
    """A gigabyte in blocks: the answer comes after the first few."""
    status, _, read = answered(sandbox, path, method="PUT", body=[bytes(MEGABYTE // 4)] * 4096)
    assert status == 413
    assert read < 10


def test_upload_over_a_real_connection_is_cut_off(sandbox: Sandbox) -> None:
    """The server answers while the caller still sends, and serves the next one."""
    with on_loopback(sandbox) as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
            caller.sendall(
                b"POST /testiso/main/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n"
                + b"x" * 70_000
            )
            sent = 0
            try:
                while sent < 64 * MEGABYTE:
                    sent += caller.send(bytes(MEGABYTE))
            except OSError:
                pass
        assert sent < 64 * MEGABYTE
        with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
            caller.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert caller.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("/testiso/main/x", {"query": b"a=\xff\xfe"}, 400),
        ("/testiso/main/x", {"query": b"&".join(b"a=1" for _ in range(20_000))}, 400),
        ("/testiso/main/number", {"query": b"n=much"}, 400),
        ("/testiso/main/number", {}, 400),
        ("/testiso/main/json", {"body": [b"\xff{"]}, 400),
        ("/testiso/main/x", {"headers": [(b"X-Odd", b"\xff\xfe")]}, 200),
        ("/testiso/main/mistake", {}, 500),
        ("/testiso/main/exit", {}, 500),
        ("/testiso/main/" + "x" * 60_000, {}, 200),
        ("/\x00/\udcff/..", {}, 404),
    ],
    ids=["bytes", "fields", "no number", "nothing", "no JSON", "header", "mistake", "exit", "long", "odd"],
)
def test_bad_input_gets_an_answer(sandbox: Sandbox, path: str, given: dict[str, Any], status: int) -> None:
    """400 for what cannot be read, 500 for a plugin's own mistake; what is remembered of it is short."""
    assert answered(sandbox, path, **given)[0] == status
    assert max(map(len, sandbox.requests)) <= 2_000


FAULT: dict[str, Any] = {"kind": "delay", "seconds": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"{}",
        b"[" * 100_000,
        *(
            json.dumps([{**FAULT, **odd}]).encode()
            for odd in (
                {"kind": "fire"},
                {"rate": float("nan")},
                {"rate": 2},
                {"seconds": -1},
                {"seconds": float("inf")},
                {"seconds": "long"},
                {"status": 99_999},
                {"status": 0},
                {"times": -1},
                {"retry_after": float("inf")},
                {"retry_after": -1},
            )
        ),
        json.dumps([FAULT] * 5_000).encode(),
        b'[{"kind": "status", "status": ' + b"9" * 5_000 + b"}]",
    ],
)
def test_fault_that_cannot_be_is_refused(sandbox: Sandbox, body: bytes) -> None:
    """With 400, and those that are on stay on."""
    assert answered(sandbox, "/_faults", method="PUT", body=[json.dumps([FAULT]).encode()])[0] == 204
    assert answered(sandbox, "/_faults", method="PUT", body=[body])[0] == 400
    fault = sandbox.faults.strike("/x")
    assert fault is not None
    assert fault.seconds == 1


@pytest.mark.parametrize(
    ("client", "status"),
    [
        (("127.0.0.1", 5), 204),
        (("127.9.9.9", 5), 204),
        (("::1", 5), 204),
        (("::ffff:127.0.0.1", 5), 204),
        (None, 204),
        (("192.0.2.7", 5), 403),
        (("::ffff:192.0.2.7", 5), 403),
        (("fe80::1%eth0", 5), 403),
        (("not.an.address", 5), 403),
    ],
)
def test_faults_are_switched_from_this_machine_only(
    sandbox: Sandbox, client: tuple[str, int] | None, status: int
) -> None:
    """Whoever else can reach it gets data and no switches, whatever it says of where it comes from."""
    spoof = [(b"x-forwarded-for", b"127.0.0.1"), (b"host", b"127.0.0.1")]
    body = [json.dumps([FAULT]).encode()]
    assert answered(sandbox, "/_faults", method="PUT", body=body, client=client, headers=spoof)[0] == status
    assert (sandbox.faults.strike("/x") is not None) is (status == 204)
    assert answered(sandbox, "/", client=client)[0] == 200


@pytest.mark.parametrize(
    ("host", "warned"),
    [pytest.param("127.0.0.1", False, marks=pytest.mark.exhaustive), ("0.0.0.0", True)],
)
def test_sandbox_that_others_can_reach_says_so(tmp_path: Path, host: str, *, warned: bool) -> None:
    """One line; a caller behind a claimed address of this machine is not believed."""
    command = [sys.executable, "-m", "energyopti", "sandbox", "--host", host, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as child:
        try:
            assert child.stderr is not None
            lines = [child.stderr.readline()]
            assert re.match(rf"ENERGYOPTI_SANDBOX=http://{host}:\d+$", lines[0].strip())
            while lines[-1].startswith(("ENERGYOPTI", "  ")) and warned:
                lines.append(child.stderr.readline())
        finally:
            child.kill()
            rest = child.stderr.read() if child.stderr is not None else ""
    assert ("other machines can reach this sandbox" in "".join([*lines, rest])) is warned
