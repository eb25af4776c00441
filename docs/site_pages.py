"""Every page of the site that is made when it is built, and what all pages go through on the way from GitHub's Markdown.

Nothing here needs mkdocs: the tests hold links and pages to the code without it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from energyopti import Registry
from markdown_parts import page
from site_commands import commands, commands_page
from site_errors import errors_page
from site_markets import market_pages
from site_reference import layouts_page, with_reference

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
CHANGELOG = DOCS.parent / "CHANGELOG.md"
TASKS = DOCS / "tasks.md"

QUICK_START, CHANGES = "quick-start.md", "changelog.md"
_MOVED = {"../README.md": QUICK_START, "../CHANGELOG.md": CHANGES}
_FENCE = re.compile(r"^( *)(`{3,}|~{3,})")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`[^`]+`")
_ITEM = re.compile(r"^ *(?:[-*]|\d+\.) ")


def made_pages(registry: Registry) -> dict[str, str]:
    """The pages that are no files of this folder, by the names they would have here."""
    return {
        QUICK_START: quick_start(README.read_text(encoding="utf-8")),
        CHANGES: _linked(CHANGELOG.read_text(encoding="utf-8")),
        "commands.md": commands_page(examples_of(TASKS.read_text(encoding="utf-8"))),
        "errors.md": errors_page(),
        "layouts.md": layouts_page(),
        **market_pages(registry.markets),
    }


def quick_start(readme: str) -> str:
    """The README from its installation on, as a page of this folder."""
    body = "## Install" + readme.partition("\n## Install")[2].partition("\n## More\n")[0]
    start = "From nothing to a table of prices, a lake and a chart: each example prints what is below it, from generated data."
    return page("# Quick start", start, _linked(body).rstrip())


def _linked(text: str) -> str:
    """Links of a page in the folder above, from here."""
    return _LINK.sub(lambda found: f"]({_from_here(found[1])})", text)


def _from_here(link: str) -> str:
    path, sign, anchor = link.partition("#")
    return f"{_MOVED.get(f'../{path}', path.removeprefix('docs/'))}{sign}{anchor}"


def tasks(text: str) -> Iterator[tuple[str, str, str]]:
    """The tasks of the page: what is to be done, its line of Python and its line for the shell."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and "`" in f"{cells[1]}{cells[2]}":
            task, python, shell = cells
            yield task, _code(python), _code(shell)


def _code(cell: str) -> str:
    """What is between its backticks; nothing for a dash."""
    return cell.strip("`").strip().replace("\\|", "|") if cell.startswith("`") else ""


def examples_of(text: str) -> dict[str, Sequence[str]]:
    """The lines for the shell of the page of tasks, by the command's words."""
    known = {words for words, _ in commands()}
    found: dict[str, list[str]] = {}
    for task, _, shell in tasks(text):
        if shell.startswith("energyopti "):
            words = shlex.split(shell)[1:3]
            name = " ".join(words) if " ".join(words) in known else words[0]
            found.setdefault(name, []).extend([f"# {task}", shell])
    return {name: tuple(lines) for name, lines in found.items()}


def completed(name: str, text: str) -> str:
    """A page of this folder with what is put into it when the site is built."""
    return with_reference(text) if name == "reference.md" else text


def as_python_markdown(text: str) -> str:
    """GitHub's Markdown as Python-Markdown reads it: lists begin after a blank line, and what is in them is four deep.

    Fenced blocks stay as they are, and so do the blocks of the site that are told by their indentation.
    """
    lines: list[str] = []
    fence, in_list, deeper = "", False, False
    for line in text.splitlines():
        found = _FENCE.match(line)
        if fence:
            fence = "" if line.strip().startswith(fence) and not line.strip().strip(fence[0]) else fence
        elif found:
            fence = found[2]
        elif line.startswith(("!!! ", "??? ", "=== ")):
            deeper, in_list = True, False
        elif line and not line.startswith(" "):
            deeper, is_item = False, bool(_ITEM.match(line))
            begins = is_item and (not in_list or (bool(lines) and lines[-1].startswith(" ")))
            if begins and lines and lines[-1]:
                lines.append("")
            in_list = is_item or (in_list and bool(lines and lines[-1]))
        elif in_list and not deeper and line.startswith("  "):
            line = f"  {line}"  # noqa: PLW2901 - the line as it is read there
            if _ITEM.match(line) and lines[-1] and not _ITEM.match(lines[-1]):
                lines.append("")
        lines.append(
            _CODE.sub(lambda code: code[0].replace("\\|", "|"), line) if _is_row(line, fence) else line
        )
    return "\n".join(lines) + "\n"


def _is_row(line: str, fence: str) -> bool:
    return not fence and line.lstrip().startswith("|")


def relinked(text: str) -> str:
    """Links of a page here to the files above, as links to the pages they are on the site."""
    return _LINK.sub(lambda found: f"]({_site_link(found[1])})", text)


def _site_link(link: str) -> str:
    path, sign, anchor = link.partition("#")
    return f"{_MOVED.get(path, path)}{sign}{anchor}"
