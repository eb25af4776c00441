"""Hold a built site to what it promises: nothing is loaded from another host, and no page is empty.

``python docs/check_site.py build/site`` exits with 1 and names what breaks that.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

_LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
_HINTS = {"canonical", "alternate", "edit", "next", "prev", "license"}
"""Links of a page's head that load nothing."""
_IN_STYLE = re.compile(r"""(?:url\(|@import)\s*['"]?((?:https?:)?//[^'")\s]+)""")


class _Loaded(HTMLParser):
    """The addresses that a page makes a browser load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.words = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        address = given.get(_LOADS.get(tag, ""), "")
        if tag == "link" and given.get("rel") not in _HINTS:
            address = given.get("href", "")
        if "mermaid" in given.get("class", "").split():
            address = "https: a diagram, whose program the theme fetches"
        for each in (address, *re.split(r"[\s,]+", given.get("srcset", ""))):
            if re.match(r"(?:https?:|//)", each):
                self.found.append(each)
        self.found.extend(_IN_STYLE.findall(given.get("style", "")))

    def handle_data(self, data: str) -> None:
        self.words += len(data.split())


def faults(site: Path) -> Iterator[str]:
    """What is wrong with a site, page by page."""
    pages = sorted(site.rglob("*.html"))
    if not pages:
        yield f"{site} has no page"
    for file in pages:
        text = file.read_text(encoding="utf-8")
        parser = _Loaded()
        parser.feed(text)
        name = file.relative_to(site)
        yield from (f"{name} loads {each}" for each in (*parser.found, *_IN_STYLE.findall(text)))
        if parser.words < 20:
            yield f"{name} is empty"
    for file in sorted(site.rglob("*.css")):
        text = file.read_text(encoding="utf-8")
        yield from (f"{file.relative_to(site)} loads {each}" for each in _IN_STYLE.findall(text))


def main(arguments: Sequence[str]) -> int:
    """Say what is wrong with the site in a folder."""
    found = list(faults(Path(arguments[0])))
    for each in found:
        print(each, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
