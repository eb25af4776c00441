"""What mkdocs asks while it builds the site: the pages that are made now, the markets in its menu, and their Markdown."""

from __future__ import annotations

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from energyopti import Registry
from site_markets import FOLDER, label
from site_pages import as_python_markdown, completed, made_pages, relinked

_REGISTRY = Registry()
_ADDRESSES = {"home.md": "index.html", "index.md": "concepts/index.html"}
"""Where two pages are on the site: its first page is not the one that is the first of the folder."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A line of the menu for each market that is installed."""
    for entry in config.nav or []:
        if isinstance(entry, dict) and "Markets" in entry:
            markets = _REGISTRY.markets.values()
            entry["Markets"] += [{label(market): f"{FOLDER}/{market.id}.md"} for market in markets]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """The pages that are made now, and the addresses of the first two."""
    for name, text in made_pages(_REGISTRY).items():
        files.append(File.generated(config, name, content=text))
    for name, address in _ADDRESSES.items():
        found = files.get_file_from_path(name)
        assert found is not None  # noqa: S101 - both are files of this folder
        found.dest_uri = address
        found.name = "index" if address == "index.html" else "concepts"
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: Any) -> str:
    """GitHub's Markdown as mkdocs reads it."""
    return as_python_markdown(relinked(completed(page.file.src_uri, markdown)))
