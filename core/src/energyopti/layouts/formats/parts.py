"""The parts of a workbook (xlsx): what its reader is given is a workbook of our own with parts that were checked.

A workbook is a zip of linked parts that two readers would follow, ours and the one of cells. Where they disagree about
which bytes are a sheet, a check is worth nothing: so the reader of cells never sees the workbook that was fetched.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

import attrs

from energyopti.errors import SchemaDrift
from energyopti.layouts.formats.archive import members
from energyopti.layouts.formats.extent import check_sheet, longest_string
from energyopti.layouts.formats.parsed import ParsedXml
from energyopti.tuning.reading import MAX_SHEET_BYTES

_OTHER_FORMS = ("workbook.bin", "content.xml")
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@attrs.frozen(kw_only=True)
class Workbook:
    """A workbook's sheets: their paths in its archive by their names, in its order; and where its other parts are."""

    payload: bytes = attrs.field(repr=False)
    sheets: Mapping[str, str]
    strings: str
    styles: str
    since_1904: bool

    def one_sheet(self, name: str) -> bytes:
        """A workbook with only this sheet; raises `SchemaDrift` if that is larger than any known document's."""
        path = self.sheets[name]
        parts = _parts(self.payload, path, self.strings, self.styles)
        if path not in parts:
            raise SchemaDrift(f"the workbook has no part {path!r}, which should be its sheet {name!r}")
        strings, styles = parts.get(self.strings), parts.get(self.styles)
        check_sheet(parts[path], name, longest_string(strings or b""))
        return _packed(
            {
                "_rels/.rels": _linked({"officeDocument": "xl/workbook.xml"}),
                "xl/workbook.xml": (
                    f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}"><workbookPr date1904="{self.since_1904:d}"/>'
                    f'<sheets><sheet name={quoteattr(name)} sheetId="1" r:id="worksheet"/></sheets></workbook>'
                ).encode(),
                "xl/_rels/workbook.xml.rels": _linked(
                    {"worksheet": "sheet.xml", "sharedStrings": "sharedStrings.xml", "styles": "styles.xml"}
                ),
                "xl/sheet.xml": parts[path],
                **({} if strings is None else {"xl/sharedStrings.xml": strings}),
                **({} if styles is None else {"xl/styles.xml": styles}),
            }
        )


def workbook(payload: bytes) -> Workbook:
    """A workbook, opened; raises `SchemaDrift` for bytes that are none."""
    root = _Links().parse(_parts(payload, "_rels/.rels").get("_rels/.rels", b"<none/>"))
    path = root.of_kind("officeDocument", "", "xl/workbook.xml")
    folder, file = posixpath.split(path)
    links_path = f"{folder}/_rels/{file}.rels".lstrip("/")
    parts = _parts(payload, path, links_path, *_OTHER_FORMS)
    if path not in parts or path.endswith(_OTHER_FORMS) or not parts.keys().isdisjoint(_OTHER_FORMS):
        raise SchemaDrift("the payload is not the workbook that was due: it is another kind of archive")
    links = _Links().parse(parts.get(links_path, b"<none/>"))
    book = _Book().parse(parts[path])
    return Workbook(
        payload=payload,
        sheets={name: links.target(link, folder) for name, link in book.sheets},
        strings=links.of_kind("sharedStrings", folder, f"{folder}/sharedstrings.xml"),
        styles=links.of_kind("styles", folder, f"{folder}/styles.xml"),
        since_1904=book.since_1904,
    )


def _parts(payload: bytes, *paths: str) -> dict[str, bytes]:
    """The parts at some paths, which are in lower case."""
    found = members(payload, path=lambda path: path.lower() in paths, max_bytes=MAX_SHEET_BYTES)
    return {each.path.lower(): each.content for each in found}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as an archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def _linked(targets: Mapping[str, str]) -> bytes:
    """A part that links others by their kinds."""
    links = (
        f'<Relationship Id="{kind}" Type="{_KINDS}/{kind}" Target="{to}"/>' for kind, to in targets.items()
    )
    return f'<Relationships xmlns="{_LINKS}">{"".join(links)}</Relationships>'.encode()


class _Links(ParsedXml):
    """Where a part's links lead."""

    def __init__(self) -> None:
        super().__init__("utf-8")
        self._targets: dict[str, str] = {}
        self._kinds: dict[str, str] = {}

    def begins(self, name: str, attributes: Mapping[str, str]) -> None:
        """A link."""
        if name == "Relationship":
            link, target = attributes.get("Id", ""), attributes.get("Target", "")
            self._targets[link] = target
            self._kinds.setdefault(attributes.get("Type", "").rpartition("/")[2], link)

    def target(self, link: str, folder: str) -> str:
        """The path to which a link leads from a folder, in lower case; "" if there is no such link."""
        target = self._targets.get(link, "").replace("\\", "/").lower()
        return (
            posixpath.normpath(f"/{folder}/{target}" if target[:1] != "/" else target).lstrip("/")
            if target
            else ""
        )

    def of_kind(self, kind: str, folder: str, default: str) -> str:
        """The path to which the first link of a kind leads."""
        return self.target(self._kinds.get(kind, ""), folder) or default


class _Book(ParsedXml):
    """The names of a workbook's sheets with their links, and from when it counts days."""

    def __init__(self) -> None:
        super().__init__("utf-8")
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def begins(self, name: str, attributes: Mapping[str, str]) -> None:
        """A sheet, or how the workbook counts."""
        if name == "sheet":
            links: Any = (value for key, value in attributes.items() if key.rpartition(":")[2] == "id")
            self.sheets.append((attributes.get("name", ""), next(links, "")))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}
