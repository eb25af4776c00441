"""A real S3 server on loopback, in a process of its own: moto, whose conditional puts are made those of S3.

moto looks whether an object is there, and then puts it: of two writers at once both may succeed, which S3 excludes. Here
each request that changes something is answered alone, so that looking and putting are one; nothing else is changed.

In a lake whose name begins with ``race-4``, the first four that want to make commit 1 of a table are answered when all
four have asked: they race, whatever the machine is busy with.

python tests/object_store.py LOG
"""

from __future__ import annotations

import contextlib
import logging
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
import obstore
import pytest
from obstore.store import from_url

LOGIN = {"AWS_ACCESS_KEY_ID": "testing-login", "AWS_SECRET_ACCESS_KEY": "never-to-be-seen"}
BUCKET = "prices"
_READING = {"GET", "HEAD"}
_RACE = re.compile(r"/race-(\d)[^.]*/_delta_log/0+1\.json")
_PATIENCE = 30.0


@attrs.frozen
class ObjectStore:
    """A running server, and what it was asked."""

    url: str
    log: Path

    def new_lake(self, name: str) -> str:
        """The address of a lake; give each test a name of its own."""
        return f"s3://{BUCKET}/{name}"

    def asked(self) -> list[str]:
        """The requests so far, each with its answer: ``PUT /prices/a.parquet if-none-match=* 200``."""
        return self.log.read_text().splitlines()

    def put(self, path: str, content: bytes | None) -> None:
        """Put an object of the bucket as somebody else would; None deletes it."""
        if content is None:
            obstore.delete(self._bucket, path)
        else:
            obstore.put(self._bucket, path, content)

    def names(self, prefix: str) -> list[str]:
        """The names of the objects below a prefix."""
        found = [each["path"] for several in obstore.list(self._bucket, prefix) for each in several]
        return sorted(path.removeprefix(f"{prefix}/") for path in found)

    @property
    def _bucket(self) -> Any:
        return from_url(f"s3://{BUCKET}")


@contextlib.contextmanager
def object_store(folder: Path) -> Iterator[ObjectStore]:
    """A server with an empty bucket; the environment says where it is, and the login."""
    log = folder / "asked.log"
    command = [sys.executable, __file__, str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = f"http://127.0.0.1:{int(process.stdout.readline())}"
            request = urllib.request.Request(f"{url}/{BUCKET}", method="PUT")
            with urllib.request.urlopen(request), pytest.MonkeyPatch.context() as patch:
                for name, value in {**LOGIN, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": url}.items():
                    patch.setenv(name, value)
                patch.setenv("AWS_ALLOW_HTTP", "true")
                yield ObjectStore(url, log)
        finally:
            process.terminate()


def _serve(log: Path) -> None:
    from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = create_backend_app("s3")
    alone, written = threading.Lock(), log.open("a", buffering=1)
    races: dict[str, list[threading.Barrier]] = {}

    def line_up(path: str) -> None:
        found = _RACE.search(path)
        if found is None:
            return
        with alone:
            racers = int(found[1])
            barriers = races.setdefault(path, [threading.Barrier(racers)] * racers)
            barrier = barriers.pop() if barriers else None
        if barrier is not None:
            barrier.wait(_PATIENCE)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            only_if = environ.get("HTTP_IF_NONE_MATCH")
            said = f" if-none-match={only_if}" if only_if else ""
            written.write(f"{method} {environ['PATH_INFO']}{said} {status[:3]}\n")
            return start_response(status, headers, *rest)

        if method == "PUT":
            line_up(environ["PATH_INFO"])
        with contextlib.nullcontext() if method in _READING else alone:
            return list(moto(environ, start))

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=MotoRequestHandler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
