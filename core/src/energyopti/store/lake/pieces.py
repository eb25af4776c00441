"""The lake's record of what it covers: one piece for each chunk, or for what is left of one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs

from energyopti.findings import Finding, FindingKind
from energyopti.market import ChunkSize, Feed, Market
from energyopti.query import Chunk, Place
from energyopti.source import Expect, Request
from energyopti.source.receipts import Receipt
from energyopti.store.chunkdata import ChunkData, ChunkProvenance
from energyopti.store.lake.areas import Area
from energyopti.vocabulary import LocationType


@attrs.frozen(kw_only=True, eq=False)
class Piece:
    """Rows of one file that were fetched as one chunk, and the area that they cover.

    ``whole`` means that it is all of the chunk ``key``: nothing of it has been replaced since. The rows begin at row
    ``first`` of the file at ``path``; ``number`` is the piece's own number there. ``places`` are the locations that the chunk was
    fetched for, as they were asked for (none: all). ``editions`` are the times of the
    fetches at which the rows changed, the first one included. ``meaning`` is the version of the dataset that the rows
    are of. ``document`` is the rest, as JSON.
    """

    key: str
    area: Area
    whole: bool = True
    fetched_at: datetime
    final: bool
    due_to: datetime | None
    settled_to: datetime | None
    editions: tuple[datetime, ...]
    meaning: int
    document: str = attrs.field(repr=False)
    rows: int
    first: int = 0
    number: int = 0
    path: str = ""
    places: tuple[str, ...] = ()

    def at(self, instant: datetime) -> datetime | None:
        """The last edition that was fetched by an instant; None if there is none."""
        return max((each for each in self.editions if each <= instant), default=None)


@attrs.frozen(kw_only=True)
class Story:
    """What the lake knows of a chunk besides its rows."""

    provenance: ChunkProvenance
    findings: tuple[Finding, ...]
    checked: tuple[Finding, ...]
    fingerprint: tuple[int, int] | None
    receipts: tuple[Receipt, ...]
    series: float


def written(data: ChunkData) -> str:
    """All that is known of a chunk besides its rows, as JSON."""
    said = data.provenance
    receipts = data.receipts if all(_can_be_kept(each.request) for each in data.receipts) else ()
    return json.dumps(
        {
            "source": said.feed_source,
            "host": said.host,
            "urls": said.urls,
            "sha256": said.sha256,
            "version": said.version,
            "findings": [_finding(each, checked=each in data.checked) for each in data.findings],
            "fingerprint": data.fingerprint,
            "receipts": [_receipt(each) for each in receipts],
            "series": data.series,
            "chunk": _identity(data.chunk),
        },
        default=_iso,
    )


def told(piece: Piece, chunk: Chunk, *, with_receipts: bool = True) -> Story:
    """The same, read back as of a chunk; the findings are those of the piece."""
    content: dict[str, Any] = json.loads(piece.document)
    pairs = [(_found(each, chunk.key), each["checked"]) for each in content["findings"]]
    fingerprint = content["fingerprint"]
    return Story(
        provenance=ChunkProvenance(
            chunk=chunk.key,
            feed=chunk.feed.name,
            feed_source=content["source"],
            host=content["host"],
            urls=tuple(content["urls"]),
            sha256=tuple(content["sha256"]),
            fetched_at=piece.fetched_at,
            kept_in="lake",
            final=piece.final,
            version=content["version"],
        ),
        findings=tuple(finding for finding, _ in pairs),
        checked=tuple(finding for finding, checked in pairs if checked),
        fingerprint=None if fingerprint is None else (fingerprint[0], fingerprint[1]),
        receipts=tuple(map(_kept, content["receipts"])) if with_receipts else (),
        series=content["series"],
    )


def _identity(chunk: Chunk) -> dict[str, Any]:
    """What a chunk is, to make it again."""
    return {
        "start": chunk.start,
        "end": chunk.end,
        "size": str(chunk.size),
        "places": [(place.location, place.name, place.type and str(place.type)) for place in chunk.places],
        "revisions": chunk.revisions,
    }


def chunk_of(piece: Piece, market: Market, feed: Feed) -> Chunk:
    """The chunk that a piece was fetched as."""
    said = json.loads(piece.document)["chunk"]
    places = tuple(
        Place(location, name, None if kind is None else LocationType(kind))
        for location, name, kind in said["places"]
    )
    return Chunk(
        market=market,
        feed=feed,
        start=datetime.fromisoformat(said["start"]),
        end=datetime.fromisoformat(said["end"]),
        size=ChunkSize(said["size"]),
        places=places,
        revisions=said["revisions"],
    )


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be kept in the lake")


def _when(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _finding(finding: Finding, *, checked: bool) -> dict[str, Any]:
    """A finding, without its defaults and its chunk."""
    usual = {field.name: field.default for field in attrs.fields(Finding)}
    said = attrs.asdict(finding, recurse=False)
    del said["chunk"]
    kept = {name: value for name, value in said.items() if value != usual[name]}
    return {**kept, "kind": str(finding.kind), "checked": checked}


def _found(said: dict[str, Any], chunk: str) -> Finding:
    words = {name: value for name, value in said.items() if name != "checked"}
    spans = [
        (datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in words.pop("spans", ())
    ]
    return Finding(**{**words, "kind": FindingKind(words["kind"])}, spans=tuple(spans), chunk=chunk)


_FUNCTIONS = {"excerpt", "retry_if"}
_PLAIN = [field.name for field in attrs.fields(Request) if field.name not in {*_FUNCTIONS, "expect"}]
"""The fields of a request that are values of JSON."""


def _can_be_kept(request: Request) -> bool:
    """Whether a request is nothing but values: what a plugin's function takes of a document cannot be written down."""
    return request.excerpt is None and request.retry_if is None


def _receipt(receipt: Receipt) -> dict[str, Any]:
    said = attrs.asdict(receipt, recurse=False)
    request = said.pop("request")
    return {
        **said,
        "request": {name: getattr(request, name) for name in _PLAIN},
        "expect": str(request.expect),
    }


def _kept(said: dict[str, Any]) -> Receipt:
    words = dict(said)
    request = words.pop("request")
    asked = Request(**{**request, "accept": tuple(request["accept"])}, expect=Expect(words.pop("expect")))
    times = {name: _when(words.pop(name)) for name in ("fetched_at", "modified")}
    return Receipt(request=asked, **words, **times)  # type: ignore[arg-type]


def joined(stories: Sequence[Story], chunk: str) -> Story:
    """What is known of a chunk that is put together from several pieces."""
    first = stories[0]
    if len(stories) == 1:
        return first
    said = [story.provenance for story in stories]
    provenance = attrs.evolve(
        first.provenance,
        chunk=chunk,
        feed_source=" and ".join(dict.fromkeys(each.feed_source for each in said)),
        host=" and ".join(dict.fromkeys(each.host for each in said)),
        urls=tuple(dict.fromkeys(url for each in said for url in each.urls)),
        sha256=tuple(dict.fromkeys(mark for each in said for mark in each.sha256)),
        fetched_at=min(each.fetched_at for each in said),
        final=all(each.final for each in said),
        version=max(each.version for each in said),
    )
    return Story(
        provenance=provenance,
        findings=tuple(finding for story in stories for finding in story.findings),
        checked=tuple(finding for story in stories for finding in story.checked),
        fingerprint=None,
        receipts=(),
        series=sum(story.series for story in stories),
    )
