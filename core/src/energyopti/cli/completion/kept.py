"""What completion knows, read from disk; it is made again when what is installed has changed."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from energyopti.cli.completion.places import words_file, write
from energyopti.cli.completion.words import VERSION, Known

if TYPE_CHECKING:
    from energyopti.registry import Registry


def kept() -> Known | None:
    """What is on disk, if it holds for what is installed now."""
    try:
        found = json.loads(words_file(sys.prefix).read_text(encoding="utf-8"))
        if found["version"] != VERSION or not _same(found["watched"]):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return cast("Known", found)


def _same(watched: dict[str, int]) -> bool:
    """Whether no folder has changed, and none was added to the import path."""
    if any(Path(each).is_dir() and str(Path(each)) not in watched for each in sys.path[1:]):
        return False
    return all(Path(each).stat().st_mtime_ns == at for each, at in watched.items())


def made(registry: Registry | None = None) -> Known:
    """What there is to know, now; it is kept on disk if that can be written."""
    from energyopti.cli.app import app
    from energyopti.cli.completion.known import known
    from energyopti.registry import Registry

    found = known(app, registry or Registry())
    write(words_file(sys.prefix), [json.dumps(found, ensure_ascii=False, separators=(",", ":"))])
    return found


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Nothing is written to the standard streams meanwhile: plugins may print, or warn, when they are imported."""
    before = [(number, os.dup(number)) for number in (1, 2)]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        try:
            for number, _ in before:
                os.dup2(nowhere.fileno(), number)
            with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
                yield
        finally:
            for number, copy in before:
                os.dup2(copy, number)
                os.close(copy)
