"""XML, parsed within bounds: of its depth, of its names, and of whatever is collected from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from xml.parsers import expat

from energyopti.errors import SchemaDrift
from energyopti.layouts.decode.plausible import Implausible
from energyopti.tuning.reading import INFLATED_BLOCK, MAX_DEPTH, MAX_NAMES


class ParsedXml:
    """An XML document that is parsed block by block; a document type, and so any entity of its own, is refused.

    Names are given without their namespaces.
    """

    def __init__(self, encoding: str | None = None) -> None:
        self.depth = 0
        self._parser = expat.ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self.start
        self._parser.EndElementHandler = self.end
        self._parser.StartDoctypeDeclHandler = _refuse_document_type

    def parse(self, document: bytes) -> Self:
        """Parse a document; raises `ExpatError` for what is not well-formed, `Implausible` for what is past a bound."""
        view = memoryview(document)
        for start in range(0, len(document), INFLATED_BLOCK):
            self._parser.Parse(view[start : start + INFLATED_BLOCK], False)
            if self.depth > MAX_DEPTH:
                raise Implausible(
                    f"the payload is XML that is nested more than {MAX_DEPTH} deep; it was not read"
                )
            if len(self._parser.intern) > MAX_NAMES:
                raise Implausible(f"the payload is XML with more than {MAX_NAMES:,} names; it was not read")
        self._parser.Parse(b"", True)
        return self

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins, by its full name."""
        self.depth += 1
        self.begins(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        """It ends."""
        self.depth -= 1
        self.ends(name.rpartition(":")[2])

    def begins(self, name: str, attributes: Mapping[str, str]) -> None:
        """What an element's start means."""

    def ends(self, name: str) -> None:
        """What its end means."""


def _refuse_document_type(*_: object) -> None:
    raise SchemaDrift("the payload has a document type, which no known document has; it was not read")
