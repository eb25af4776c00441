"""What pages written from the code are made of: paragraphs, tables, docstrings as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def page(*parts: str) -> str:
    """Paragraphs with a blank line between them, empty ones left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty without rows."""
    body = [_row(cells) for cells in rows]
    return "\n".join([_row(header), _row(["---"] * len(header)), *body]) if body else ""


def _row(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in (_cell(cell) for cell in cells))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def markdown(docstring: str) -> str:
    """A docstring with its literals in Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", docstring)


def indented(text: str) -> str:
    """Text as the body of a block that is told by its indentation."""
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def link(page_name: str, anchor: str = "", *, text: str) -> str:
    """A link to a page's heading."""
    return f"[{text}]({page_name}{f'#{slug(anchor)}' if anchor else ''})"


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
