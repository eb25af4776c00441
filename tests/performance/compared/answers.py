"""Documents in a folder, by the addresses that they are asked for at; needs nothing but Python itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

_INDEX = "routes.json"


class Answer(NamedTuple):
    """A document and the headers that it comes with."""

    body: bytes
    headers: dict[str, str]


def write(
    folder: Path, path: str, body: bytes, *, headers: dict[str, str] | None = None, **params: str
) -> None:
    """Add a document to a folder: at a host and path, for requests that have all of these parameters."""
    index = folder / _INDEX
    routes: list[dict[str, Any]] = json.loads(index.read_text("utf-8")) if index.exists() else []
    name = f"{len(routes)}.body"
    (folder / name).write_bytes(body)
    routes.append({"path": path, "params": params, "headers": headers or {}, "file": name})
    index.write_text(json.dumps(routes), "utf-8")


class Answers:
    """All documents of a folder, in memory."""

    def __init__(self, folder: Path) -> None:
        self._routes: dict[str, list[tuple[dict[str, str], Answer]]] = {}
        for each in json.loads((folder / _INDEX).read_text("utf-8")):
            answer = Answer((folder / each["file"]).read_bytes(), each["headers"])
            self._routes.setdefault(each["path"], []).append((each["params"], answer))

    def find(self, address: str) -> Answer | None:
        """The first document for ``host/path?query``; None where there is none."""
        asked = urlsplit(f"//{address}")
        given = {name: values[0] for name, values in parse_qs(asked.query).items()}
        for params, answer in self._routes.get(f"{asked.netloc}{asked.path}", ()):
            if params.items() <= given.items():
                return answer
        return None

    def bodies(self, path: str, **params: str) -> list[bytes]:
        """All documents at a host and path that need these parameters, in the order that they were added."""
        return [
            answer.body for wanted, answer in self._routes.get(path, ()) if params.items() <= wanted.items()
        ]
