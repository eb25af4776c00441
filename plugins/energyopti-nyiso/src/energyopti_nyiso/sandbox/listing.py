"""The new server's list of its content, as an object store gives it: folders, or keys below a prefix, in pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from xml.sax.saxutils import escape

import attrs

from energyopti.sandbox import Answer, Ask
from energyopti.timezones import DAY, local_date
from energyopti_nyiso.feeds import FEEDS
from energyopti_nyiso.protocol.documents import DOCUMENTS, DailyDocument
from energyopti_nyiso.protocol.stamps import ZONE
from energyopti_nyiso.sandbox.reference import NEW_PATHS

_UNWRITTEN = {
    "hamlbmp_zone": "HAM_LBMP_ZONE",
    "hamlbmp_gen": "HAM_LBMP_GEN",
    "zonalBidLoad": "ZONAL_BID_LOAD",
}
"""The sandbox's choice of undocumented folders."""

_HISTORY = {feed.name: feed.history.since for feed in FEEDS}
_MOST = 1000
_FOLDER = re.compile(r"(\w+)/CSV/")


def _posted(document: DailyDocument) -> DailyDocument:
    if document.folder is not None:
        return document
    return attrs.evolve(document, folder=_UNWRITTEN[document.name], in_folder_since=_HISTORY[document.name])


POSTED = {name: _posted(document) for name, document in DOCUMENTS.items()}
"""The documents, each with its folder in the sandbox."""


def listing(ask: Ask) -> Answer:
    """A page of the list: the folders at the top, or the keys of a folder's files."""
    prefix, most = ask.params.get("prefix", ""), min(int(ask.params.get("max-keys", _MOST)), _MOST)
    first = int(ask.params.get("continuation-token", 0))
    if prefix or ask.params.get("delimiter") != "/":
        names = [
            f"<Contents><Key>{escape(key)}</Key></Contents>" for key in _keys(prefix, ask, first + most + 1)
        ]
    else:
        names = [f"<CommonPrefixes><Prefix>{escape(each)}/</Prefix></CommonPrefixes>" for each in _folders()]
    page, more = names[first : first + most], len(names) > first + most
    return Answer(body=_written(page, first + most if more else None), content_type="application/xml")


def _written(page: Sequence[str], following: int | None) -> bytes:
    """A page as it is sent; ``following`` is the token for the next one."""
    token = "" if following is None else f"<NextContinuationToken>{following}</NextContinuationToken>"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    truncated = f"<IsTruncated>{'false' if following is None else 'true'}</IsTruncated>"
    return f"{head}<Name>postings</Name>{truncated}{token}{''.join(page)}</ListBucketResult>".encode()


def _folders() -> list[str]:
    posted = {each.folder for each in POSTED.values() if each.folder}
    return sorted({*posted, *(path.partition("/")[0] for path in NEW_PATHS)})


def _keys(prefix: str, ask: Ask, most: int) -> Iterable[str]:
    """The first keys below a folder's CSV files."""
    found = _FOLDER.fullmatch(prefix)
    here = [each for each in POSTED.values() if found is not None and each.folder == found[1]]
    today = local_date(ask.now, ZONE)
    keys = (document.new_path.format(day=day) for document in here for day in _days(document, today))
    return islice(keys, most)


def _days(document: DailyDocument, today: date) -> Iterable[date]:
    since = document.in_folder_since
    return (since + number * DAY for number in range((today - since).days + 1))
