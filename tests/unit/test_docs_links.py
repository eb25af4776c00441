"""Every link of the documentation leads to a page and to a heading of it, also those of pages that are made with the site."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from installed import installed
from markdown_parts import slug
from site_pages import made_pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))


@functools.cache
def made() -> dict[str, str]:
    """The pages that are made when the site is built, by the names they would have in docs."""
    return made_pages(installed())


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def broken_links(text: str, folder: Path) -> list[str]:
    """The relative links of a page in a folder that lead to no page, or to no heading of it."""
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else None
        if target is None:
            there = text
        elif target.is_file():
            there = target.read_text(encoding="utf-8")
        else:
            there = made().get(str(target.relative_to(DOCS)) if target.is_relative_to(DOCS) else "", "")
        if not there or (anchor and anchor not in anchors(there)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_resolves(page: Path) -> None:
    """The file is there, or is made when the site is built, and has the heading that is linked to."""
    assert broken_links(page.read_text(encoding="utf-8"), page.parent) == []


@pytest.mark.parametrize("name", sorted(made()))
def test_every_link_of_a_page_that_is_made_resolves(name: str) -> None:
    """Between those pages, and to the files of the folder."""
    assert broken_links(made()[name], (DOCS / name).parent) == []


def test_broken_links_are_found() -> None:
    """A file that is not there, a heading that is not there, here or on a page that is made."""
    text = "# Here\n[a](#here) [b](lake.md#where-it-is) [c](markets/index.md) [d](https://iso.example) [e](#there)"
    more = " [f](lake.md#nowhere) [g](nothing.md) [h](errors.md#nodata) [i](errors.md#nothing)"
    assert broken_links(text + more, DOCS) == ["#there", "lake.md#nowhere", "nothing.md", "errors.md#nothing"]
