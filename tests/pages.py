"""Pages of the documentation as their readers use them: their blocks, run offline."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from energyopti import sync
from installed import unmeasured

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page, each with its language."""
    return _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def with_outputs(page: str) -> list[tuple[str, str]]:
    """The Python blocks of a page, each with the output that is stated right below it; empty if none is."""
    found = blocks(page)
    after = [*found[1:], ("", "")]
    return [
        (body, output if kind == "text" else "")
        for (language, body), (kind, output) in zip(found, after, strict=True)
        if language == "python"
    ]


def printed(code: str, name: str, namespace: dict[str, Any] | None = None) -> str:
    """What a block prints."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        exec(compile(code, name, "exec"), {"__name__": "__main__"} if namespace is None else namespace)
    return written.getvalue()


def value_of(line: str, namespace: dict[str, Any]) -> Any:
    """What a line of Python gives."""
    return eval(compile(ast.parse(line, mode="eval"), line, "eval"), namespace)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The machine's environment without its energyopti settings, the sandbox on."""
    kept = unmeasured()
    scripts = str(Path(sys.executable).parent)
    path = os.pathsep.join([scripts, kept.get("PATH", "")])
    return {
        **kept,
        "PATH": path,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "ENERGYOPTI_HOME": str(home),
        "ENERGYOPTI_SANDBOX": "1",
        **more,
    }


@contextlib.contextmanager
def offline(patch: pytest.MonkeyPatch, home: Path, **more: str) -> Iterator[None]:
    """The sandbox and an empty home for what runs in this process, the blocking service begun anew."""
    for name, value in environment(home, POLARS_TABLE_WIDTH="100", **more).items():
        patch.setenv(name, value)
    patch.delenv("ENERGYOPTI_SETTINGS", raising=False)
    sync.reset()
    try:
        yield
    finally:
        sync.reset()
