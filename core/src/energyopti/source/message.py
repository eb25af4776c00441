"""What is asked of a host, and what it answers."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import attrs

from energyopti.errors import PluginError


class Expect(enum.StrEnum):
    """What kind of body is due: bodies are looked at, not trusted."""

    CSV = "csv"
    JSON = "json"
    ZIP = "zip"
    ZIP_OR_XML = "zip or xml"
    WORKBOOK = "workbook"
    PAGE = "page"
    ANY = "any"


@attrs.frozen
class TryAgain:
    """What a body says that is none of the data, and worth another attempt: why, and how many seconds to wait first."""

    reason: str
    after: float | None = None


@attrs.frozen
class Excerpt:
    """What a chunk is made of in a document that holds more, such as its documents in a list: the rest may change.

    ``read`` makes something of the document that all chunks share, as `Source.once` does; ``taken`` is what the chunk
    takes of that, as values whose ``repr`` says all of them.
    """

    read: Callable[[bytes], Any]
    taken: Callable[[Any], object]


@attrs.frozen(kw_only=True)
class Request:
    """One request to a host of the market, below its base address.

    A body is a ``form`` or ``json``, not both. ``accept`` are statuses beside 200 whose bodies the plugin wants to read. A ``shared`` document (a month's
    archive, say) is kept for a while for the other chunks that need it; those who ask for something newer get it anew,
    unless it is ``reference``: what is asked beside the data, such as a list of nodes. An ``immutable`` document never changes under its
    address, as one that is told by its number: it is kept as long as there is room. With ``html_means_missing`` an HTML page
    where data was due means that there is none: some servers answer so, with status 200. An empty body is a
    failed attempt, unless ``row_count_header`` names the header that counts an answer's rows: then no body is an answer
    without rows, where that header says 0 or is not there. ``retry_if`` reads a body that came whole by the market's own
    rules, and says where it asks for another attempt. ``excerpt`` is what of a document a chunk is made of, where it
    holds more. ``conditions`` are the headers of a conditional request, which the core sends: its answer may be 304.
    """

    path: str
    params: Mapping[str, str] = attrs.field(factory=dict)
    expect: Expect = Expect.ANY
    method: str = "GET"
    form: Mapping[str, str] | None = attrs.field(default=None, repr=False)
    json: Mapping[str, Any] | None = attrs.field(default=None, repr=False)
    accept: tuple[int, ...] = ()
    shared: bool = False
    reference: bool = False
    immutable: bool = False
    html_means_missing: bool = False
    row_count_header: str | None = None
    retry_if: Callable[[bytes], TryAgain | None] | None = None
    excerpt: Excerpt | None = None
    conditions: Mapping[str, str] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if self.form is not None and self.json is not None:
            raise PluginError(f"a request to {self.path!r} has a form and JSON; it can have one body")

    @property
    def is_kept(self) -> bool:
        """Whether its document is kept, for however long."""
        return self.shared or self.reference or self.immutable

    @property
    def has_body(self) -> bool:
        """Whether it sends more than its address."""
        return self.form is not None or self.json is not None

    @property
    def key(self) -> tuple[object, ...]:
        """What tells this request from any other to the same host."""
        form = tuple(sorted(self.form.items())) if self.form is not None else None
        body = json.dumps(self.json, sort_keys=True) if self.json is not None else None
        return (self.method, self.path, tuple(sorted(self.params.items())), form, body)


@attrs.frozen(kw_only=True, eq=False)
class Payload:
    """A host's answer, byte for byte.

    ``modified`` is the host's ``Last-Modified`` and ``etag`` its name for this version of the document, where it sends
    them; ``url`` carries no secret.
    """

    content: bytes = attrs.field(repr=False)
    url: str
    fetched_at: datetime
    status: int = 200
    modified: datetime | None = None
    etag: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @cached_property
    def sha256(self) -> str:
        """The hash of the content."""
        return hashlib.sha256(self.content).hexdigest()
