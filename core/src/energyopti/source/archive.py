"""Payloads as they came, compressed, by their hash: what was asked of whom, when, and what was answered.

    <folder>/payloads/ab/<sha256>.gz        a body; `.raw` if it was compressed already
    <folder>/answers/<market>/<name>.jsonl  a line for each answer: the request, the time, the hash

A body is written once, however often it is answered. Each process appends to files of its own. No credential is in a
request's address or form, and headers are not kept.
"""

from __future__ import annotations

import gzip
import json
import os
import threading
import uuid
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from energyopti.errors import LakeError
from energyopti.source.message import Payload, Request
from energyopti.source.receipts import hash_of

_COMPRESSED = (b"PK", b"\x1f\x8b")
_Key = tuple[str, str]


class Archive:
    """The archive in a folder. Several threads and processes may use it at once.

    Raises `LakeError` for what cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._open: dict[str, TextIO] = {}

    def keep(
        self, market: str, host: str, request: Request, payload: Payload | None, *, at: datetime
    ) -> None:
        """Keep an answer; None is that there is no such document."""
        line = {
            "host": host,
            "request": hash_of(request.key),
            "path": request.path,
            "at": at.isoformat(),
            **({} if payload is None else _said(request, payload)),
        }
        try:
            if payload is not None:
                self._write(payload)
            with self._lock:
                file = self._file(market)
                file.write(f"{json.dumps(line)}\n")
                file.flush()
        except OSError as error:
            raise LakeError(
                f"the archive {self.folder} cannot be written: {error.strerror}",
                do="make room, or turn it off with ENERGYOPTI_ARCHIVE=off",
            ) from error

    def close(self) -> None:
        """Close the files that it writes."""
        with self._lock:
            for file in self._open.values():
                file.close()
            self._open.clear()

    def find(self, market: str, host: str, request: Request, at: datetime) -> Payload | None:
        """The last answer to a request by an instant, or the first one after it.

        None if the answer was that there is no such document. Raises `LookupError` if no answer is here.
        """
        answers = self._answers(market).get((host, hash_of(request.key)), [])
        if not answers:
            raise LookupError(request.path)
        before = [each for each in answers if datetime.fromisoformat(each["at"]) <= at]
        answer = before[-1] if before else answers[0]
        return None if "sha256" not in answer else self._payload(answer)

    def _answers(self, market: str) -> Mapping[_Key, list[dict[str, Any]]]:
        if market not in self._read:
            found: dict[_Key, list[dict[str, Any]]] = {}
            for line in sorted(self._lines(market), key=lambda line: str(line["at"])):
                found.setdefault((line["host"], line["request"]), []).append(line)
            self._read[market] = found
        return self._read[market]

    @cached_property
    def _read(self) -> dict[str, Mapping[_Key, list[dict[str, Any]]]]:
        return {}

    def _lines(self, market: str) -> Iterator[dict[str, Any]]:
        """What was answered; the last line of a process that was killed may be cut off."""
        for file in sorted((self.folder / "answers" / market).glob("*.jsonl")):
            for line in file.read_text().splitlines():
                try:
                    yield json.loads(line)
                except ValueError:
                    continue

    def _payload(self, answer: Mapping[str, Any]) -> Payload:
        modified = answer.get("modified")
        return Payload(
            content=self._content(answer["sha256"]),
            url=answer["url"],
            fetched_at=datetime.fromisoformat(answer["at"]),
            status=answer["status"],
            modified=None if modified is None else datetime.fromisoformat(modified),
            etag=answer.get("etag"),
            headers=answer["headers"],
        )

    def _content(self, sha256: str) -> bytes:
        raw, packed = self._path(sha256, ".raw"), self._path(sha256, ".gz")
        try:
            return raw.read_bytes() if raw.exists() else gzip.decompress(packed.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise LakeError(
                f"the archive {self.folder} has no readable payload {sha256}: {error}",
                do="fetch the chunk again",
            ) from error

    def _write(self, payload: Payload) -> None:
        """Write a body if it is not there yet; whole or not at all."""
        raw = payload.content.startswith(_COMPRESSED)
        target = self._path(payload.sha256, ".raw" if raw else ".gz")
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{uuid.uuid4().hex}.part")
        try:
            with part.open("xb") as file:
                file.write(payload.content if raw else gzip.compress(payload.content, 6, mtime=0))
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def _path(self, sha256: str, suffix: str) -> Path:
        return self.folder / "payloads" / sha256[:2] / f"{sha256}{suffix}"

    def _file(self, market: str) -> TextIO:
        """This process's own file of answers."""
        if market not in self._open:
            folder = self.folder / "answers" / market
            folder.mkdir(parents=True, exist_ok=True)
            self._open[market] = (folder / f"{uuid.uuid4().hex}.jsonl").open("x")
        return self._open[market]


def _said(request: Request, payload: Payload) -> dict[str, Any]:
    """An answer without its body; of the headers only that which counts its rows."""
    counted = request.row_count_header
    headers = {} if counted is None else {counted: payload.headers.get(counted)}
    return {
        "url": payload.url,
        "sha256": payload.sha256,
        "status": payload.status,
        "modified": None if payload.modified is None else payload.modified.isoformat(),
        "etag": payload.etag,
        "headers": {name: value for name, value in headers.items() if value is not None},
    }
