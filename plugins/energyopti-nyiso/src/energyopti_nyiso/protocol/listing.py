"""Where the new server has a document whose folder is not documented: looked up in the server's own list.

It is an object store that anybody may list (``?list-type=2``): the folders below a prefix, and the keys of its objects,
such as ``ATC_TTC/CSV/2026/11/02/atc_ttc-20261102.csv``. A folder holds one document, or a few, so its first keys show
which.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from energyopti import NoData, SourceUnavailable
from energyopti.source import Request
from energyopti_nyiso.protocol.documents import DOCUMENTS, POSTINGS, DailyDocument

if TYPE_CHECKING:
    from energyopti.source import Source

_PAGES = 10
_FOLDERS_LISTED = 12
_FIRST_KEYS = "10"
_IS_LISTING = re.compile(rb"<ListBucketResult[\s>]")
_FOLDER = re.compile(rb"<CommonPrefixes>\s*<Prefix>([^<]+)</Prefix>")
_KEY = re.compile(rb"<Key>([^<]+)</Key>")
_MORE = re.compile(rb"<NextContinuationToken>([^<]+)</NextContinuationToken>")
_DATED = re.compile(r"(?P<folder>[^{}]+/)(\d{4})/(\d\d)/(\d\d)/(?P<name>[^/{}]+)-\2\3\4\.csv")


@attrs.frozen
class Listing:
    """A page of a store's list: folders, keys, and the token for the next page, if there is one."""

    folders: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    more: str | None = None

    @classmethod
    def read(cls, content: bytes) -> Listing | None:
        """The list in a body; None for any other body."""
        if not _IS_LISTING.search(content[:4096]):
            return None
        more = _MORE.search(content)
        return cls(_words(_FOLDER, content), _words(_KEY, content), None if more is None else _word(more[1]))


def _words(pattern: re.Pattern[bytes], content: bytes) -> tuple[str, ...]:
    return tuple(_word(found) for found in pattern.findall(content))


def _word(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", "replace"))


async def path_of(document: DailyDocument, source: Source) -> str | None:
    """The path of a document's days, to be formatted with a ``day``; None if the list has no such document.

    If no host of the new server gives a list, raises what the source's own host raised: `NoData` or
    `SourceUnavailable`.
    """
    host, found = await _everything(source)
    path = path_among(found.keys, document)
    for folder in alike(found.folders, document)[:_FOLDERS_LISTED]:
        if path is None:
            keys = await _first_keys(source, host, folder)
            path = path_among(keys, document) if keys else path_by_name(folder, document)
    return path


def path_by_name(folder: str, document: DailyDocument) -> str | None:
    """The path that a document usually has in a folder of its name whose keys are not listed."""
    if not all(word in document.name.casefold() for word in folder.strip("/").casefold().split("_")):
        return None
    return attrs.evolve(document, folder=folder.strip("/")).new_path


def path_among(keys: Iterable[str], document: DailyDocument) -> str | None:
    """The path of a document's days, if one of the keys belongs to it."""
    for key in keys:
        found = _DATED.fullmatch(key)
        if found is not None and found["name"].casefold() == document.name.casefold():
            return f"{found['folder']}{{day:%Y/%m/%d}}/{found['name']}-{{day:%Y%m%d}}.csv"
    return None


def alike(folders: Iterable[str], document: DailyDocument) -> list[str]:
    """The folders that may hold a document, best match of names first; other documents' folders are left out."""
    taken = {each.folder for each in DOCUMENTS.values() if each.folder is not None and each.confirmed}
    name, ranked = document.name.casefold(), []
    for folder in folders:
        words = [word for word in folder.strip("/").casefold().split("_") if len(word) > 1]
        shared = [word for word in words if word in name]
        if shared and folder.strip("/") not in taken:
            ranked.append((-sum(map(len, shared)), len(words) - len(shared), folder))
    return [folder for _, _, folder in sorted(ranked)]


async def _everything(source: Source) -> tuple[str, Listing]:
    """The new server's list, and the host that gave it: the source's own, else another."""
    failures: list[NoData | SourceUnavailable] = []
    for host in dict.fromkeys((source.feed_source.host, *POSTINGS)):
        try:
            return host, await _all_pages(source, host)
        except (NoData, SourceUnavailable) as error:
            failures.append(error)
    raise failures[0]


async def _all_pages(source: Source, host: str) -> Listing:
    """The folders of a host, and the objects beside them."""
    folders, keys, page = list[str](), list[str](), Listing(more="")
    for _ in range(_PAGES):
        if page.more is None:
            break
        given = {"continuation-token": page.more} if page.more else {}
        page = await _page(source, host, {"delimiter": "/", **given})
        folders += page.folders
        keys += page.keys
    return Listing(tuple(folders), tuple(keys))


async def _first_keys(source: Source, host: str, folder: str) -> Sequence[str]:
    """The first keys of a folder's CSV files, which are the oldest; none if it has none."""
    try:
        page = await _page(source, host, {"prefix": f"{folder.strip('/')}/CSV/", "max-keys": _FIRST_KEYS})
    except NoData:
        return ()
    return page.keys


async def _page(source: Source, host: str, params: dict[str, str]) -> Listing:
    """A page of the list; raises `NoData` if the host answers with something else."""
    request = Request(path="", params={"list-type": "2", **params}, html_means_missing=True, shared=True)
    (payload,) = await source.get_all([request], host=host)
    listing = Listing.read(payload.content)
    if listing is None:
        raise NoData(f"nyiso: {payload.url} does not list what the new server has")
    return listing
