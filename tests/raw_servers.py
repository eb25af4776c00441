"""Servers on loopback that say byte for byte what they like, and when."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

Talk = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\n"


@contextlib.contextmanager
def speaking(talk: Talk) -> Iterator[str]:
    """The address of a server that reads the head of each request and then talks; it hangs up afterwards."""
    ending = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(30)
            heard = b""
            while b"\r\n\r\n" not in heard:
                came = connection.recv(65536)
                if not came:
                    return
                heard += came
            talk(connection)

    def accept() -> None:
        while not ending.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ending.set()
            accepting.join()


def saying(*parts: bytes) -> Talk:
    """A server that says this at once."""
    return lambda connection: connection.sendall(b"".join(parts))


def dripping(begin: bytes, *, seconds: float = 20.0, drop: bytes = b"x") -> Talk:
    """A server that begins, and then says a little five times a second, so that no single wait is long."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(begin)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.2)
            connection.sendall(drop)

    return talk
