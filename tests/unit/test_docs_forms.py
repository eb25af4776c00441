"""The examples of odd forms in write-a-plugin.md print what the page says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "write-a-plugin.md"
EXAMPLE = re.compile(r"^```py\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_examples_print_what_is_below_them() -> None:
    """Each continues the one before it."""
    text = PAGE.read_text(encoding="utf-8")
    found = EXAMPLE.findall(text)
    assert len(found) == text.count("```py\n") == 4
    names: dict[str, Any] = {}
    for code, stated in found:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), names)
        assert printed.getvalue() == stated
