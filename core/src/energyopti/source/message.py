"""Requests to a host, and its answers."""

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
from energyopti.redaction import redacted


class Expect(enum.StrEnum):
    """The kind of body that is due: bodies are inspected, not trusted."""

    CSV = "csv"
    JSON = "json"
    ZIP = "zip"
    ZIP_OR_XML = "zip or xml"
    WORKBOOK = "workbook"
    PAGE = "page"
    ANY = "any"


@attrs.frozen
class TryAgain:
    """A body that is not data and is worth another attempt: why, and how many seconds to wait first."""

    reason: str
    after: float | None = None


@attrs.frozen
class Excerpt:
    """The part of a larger document that a chunk is made of, such as its own entries in a list; the rest may change.

    ``read`` parses the document once for all chunks, as `Source.once` does; ``taken`` picks the chunk's part of that,
    as values whose ``repr`` is complete.
    """

    read: Callable[[bytes], Any]
    taken: Callable[[Any], object]


@attrs.frozen(kw_only=True)
class Request:
    """One request to a host of the market, below its base address.

    A body is a ``form`` or ``json``, not both. ``accept`` lists statuses besides 200 whose bodies the plugin wants to
    read.

    - ``shared``: a document for several chunks (a month's archive, say), kept for a while; a caller who wants newer
      data fetches it anew, unless it is ``reference``: something beside the data, such as a list of nodes.
    - ``immutable``: a document that never changes at its address, such as one addressed by a number; it is kept as long
      as there is room. With ``absence_lasts`` so is its absence: its address names the day on which it was looked for.
    - ``html_means_missing``: an HTML page in place of data means there is none; some servers say so with status 200.
    - ``row_count_header``: the header that counts an answer's rows. An empty body is then an answer without rows, if
      that header is 0 or absent; without this option it is a failed attempt.
    - ``retry_if``: reads a complete body by the market's own rules, and says whether to make another attempt.
    - ``excerpt``: the part of the document that a chunk is made of, if the document holds more.
    - ``conditions``: the headers of a conditional request, sent by the core; its answer may be 304.
    - ``secret``: the answer is a credential, which is archived nowhere.
    - ``about``: the time that its rows are about: where an absent document is a gap, only that time has it.
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
    absence_lasts: bool = False
    html_means_missing: bool = False
    row_count_header: str | None = None
    retry_if: Callable[[bytes], TryAgain | None] | None = None
    excerpt: Excerpt | None = None
    conditions: Mapping[str, str] = attrs.field(factory=dict)
    secret: bool = False
    about: tuple[datetime, datetime] | None = None

    def __attrs_post_init__(self) -> None:
        if self.form is not None and self.json is not None:
            raise PluginError(f"a request to {self.path!r} has both a form and JSON; it can have one body")

    @property
    def is_kept(self) -> bool:
        """Whether its document is kept, for any time."""
        return self.shared or self.reference or self.immutable

    @property
    def has_body(self) -> bool:
        """Whether it sends anything besides its address."""
        return self.form is not None or self.json is not None

    @property
    def key(self) -> tuple[object, ...]:
        """What distinguishes this request from any other to the same host."""
        form = tuple(sorted(self.form.items())) if self.form is not None else None
        body = json.dumps(self.json, sort_keys=True) if self.json is not None else None
        return (self.method, self.path, tuple(sorted(self.params.items())), form, body)


@attrs.frozen(kw_only=True, eq=False)
class Payload:
    """A host's answer, byte for byte.

    ``modified`` is the host's ``Last-Modified`` and ``etag`` its name for this version of the document, if it sends
    them; ``url`` contains no secret.
    """

    content: bytes = attrs.field(repr=False)
    url: str = attrs.field(converter=redacted)
    fetched_at: datetime
    status: int = 200
    modified: datetime | None = None
    etag: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict, repr=False)

    @cached_property
    def sha256(self) -> str:
        """The hash of the content."""
        return hashlib.sha256(self.content).hexdigest()
