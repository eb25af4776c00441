"""What OASIS sends when it has no data: status 200, and an error document, in a zip or bare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from energyopti import EnergyOptiError, NoData, PluginError, SchemaDrift, SourceUnavailable, UnsupportedQuery
from energyopti.layouts import Member, members
from energyopti.source import TryAgain

NO_DATA = 1000
TOO_OLD = 1014
IN_THE_MAKING = 1015
BAD_REQUEST = frozenset({1001, 1002, 1005, 1011, 1016, 1020})
OUT_OF_ORDER = frozenset({1003, 1006, 1007, 1008, 1009, 1010, 1012, 1013})
TOO_MUCH = frozenset({1004, 1017, 1018, 1019})
"""Longer spans or more nodes than allowed: none of our requests asks for that much."""

_SMALL = 8192
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_A_WHILE = 15.0
_CODE = re.compile(rb"<(?:\w+:)?ERR_CODE>\s*(\d+)\s*</")
_WORDS = re.compile(rb"<(?:\w+:)?ERR_DESC>(.*?)</", re.DOTALL)


def retry_if(content: bytes) -> TryAgain | None:
    """Whether an answer calls for another attempt: OASIS is out of order, or is still preparing a group's file."""
    if len(content) > _SMALL:
        return None
    try:
        said = code_and_words(list(documents(content, max_bytes=_SMALL * 8)))
    except SchemaDrift:
        return None
    if said is None:
        return None
    code, words = said
    if code == IN_THE_MAKING:
        return TryAgain(f"error {code} ({words})", after=_A_WHILE)
    return TryAgain(f"error {code} ({words})") if code in OUT_OF_ORDER else None


def documents(content: bytes, *, max_bytes: int | None = None, at_once: int = 1) -> Iterator[Member]:
    """The files of an answer: those of a zip, or a bare document."""
    return _bare(content) if _is_xml(content) else members(content, max_bytes=max_bytes, at_once=at_once)


def _bare(content: bytes) -> Iterator[Member]:
    yield Member(name="document", modified=None, content=content)


def _is_xml(content: bytes) -> bool:
    return content[:_SMALL].lstrip(_BLANKS).startswith(b"<")


def code_and_words(files: list[Member]) -> tuple[int, str] | None:
    """The code and words of the error in an answer's files, if they are an error."""
    for file in files:
        head = file.content[:_SMALL]
        found = _CODE.search(head) if _is_xml(head) else None
        if found is not None:
            words = _WORDS.search(head)
            text = words[1].decode("utf-8", "replace") if words else "without a word"
            return int(found[1]), " ".join(text.split())
    return None


def refusal(report: str, files: list[Member]) -> EnergyOptiError | None:
    """The error that an answer means, in CAISO's words; None for data."""
    said = code_and_words(files)
    if said is None:
        return None
    code, words = said
    if code == NO_DATA:
        return NoData(f"{report}: CAISO says: {words}")
    if code == TOO_OLD:
        return NoData(f"{report}: OASIS goes back 39 months. CAISO says: {words}")
    if code in BAD_REQUEST:
        return UnsupportedQuery(f"{report}: CAISO refuses this request with error {code}: {words}")
    if code in TOO_MUCH:
        return PluginError(
            f"{report}: energyopti-caiso requested more than OASIS gives at once (error {code}: {words}); "
            "report it to the plugin's author"
        )
    return SourceUnavailable(f"{report}: CAISO failed with error {code}: {words}; try again later")
