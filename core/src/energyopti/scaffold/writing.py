"""A folder of files, written as a whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from energyopti.errors import OutputError


def check_folder(folder: Path) -> None:
    """Raise `OutputError` for a folder that cannot be made."""
    if os.path.lexists(folder):
        raise OutputError(f"{folder} exists already", do="move it away, or name another --folder")
    if not folder.parent.is_dir():
        raise OutputError(
            f"cannot write {folder}: the folder {folder.parent} does not exist", do="create it first"
        )


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, by their paths in the folder; it appears once all of them are there. Raises `OutputError`."""
    check_folder(folder)
    beside = folder.parent / f".{folder.name}-{secrets.token_hex(4)}"
    try:
        for name, content in files.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        check_folder(folder)
        beside.rename(folder)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror}; nothing is left there") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
