"""Every error that energyopti raises on purpose.

    EnergyOptiError
    ├── what the caller can fix
    │   ├── UnknownMarket          no installed plugin brings that market
    │   ├── UnknownDataset         neither a dataset nor a feed of that market
    │   ├── UnknownLocation        the feed has no such location
    │   ├── UnsupportedQuery       the market, feed or dataset cannot answer it
    │   ├── InvalidTimeRange       reversed, empty, in the missing hour, outside the feed's history
    │   ├── InvalidSettings        a setting or a settings file that cannot be used
    │   └── OutputError            the result cannot be written where requested
    ├── what the credentials' owner can fix
    │   ├── MissingCredential      the host requires a credential that no setting gives
    │   └── AuthenticationFailed   the host refused the one it got
    ├── what time or the source can fix
    │   ├── NoData                 the source says there is nothing: not published yet, or never
    │   ├── RateLimited            the host kept telling us to wait
    │   └── SourceUnavailable      network, server or payload failed through every retry
    ├── what the plugin's author can fix
    │   ├── SchemaDrift            the payload is not what the layout knows
    │   └── PluginError            a plugin failed to load, or declares something it may not
    └── LakeError                  the local history cannot be read or written

An error has parts: what happened, what to do, and where, as far as that is known. `EnergyOptiError.line` puts them
on one line for people; code that needs a part reads the attribute and never parses the line. ``exit_code`` is the
command line's exit code, ``http_status`` the status an HTTP server answers with.
"""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypedDict, TypeVar, Unpack

from energyopti.redaction import redact_causes, redacted
from energyopti.suggestions import near_miss as near_miss  # noqa: PLC0414 - rooms take it with the errors
from energyopti.suggestions import suggest as suggest  # noqa: PLC0414 - rooms take it with the errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from energyopti.findings import Finding

_USER = re.compile(r"(?<=://)[^\s/?#@]*@")
_SEARCH = re.compile(r"(https?://[^\s?]+)\?[^\s;,)\]'\"]+")


class Parts(TypedDict, total=False):
    """The parts of an error besides what happened: what to ``do`` about it, and where it was.

    ``market``, ``feed``, ``host`` and ``column`` are names, ``chunk`` is a chunk's key, and ``source`` is the name of
    the feed source whose document or plugin code is at fault.
    """

    do: str | None
    market: str | None
    feed: str | None
    chunk: str | None
    source: str | None
    host: str | None
    column: str | None


class Finished(Protocol):
    """The part of an answer that did arrive: a `MarketData`."""

    @property
    def frame(self) -> pl.DataFrame:
        """Its rows."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found."""

    @property
    def coverage(self) -> Any:
        """Which parts came, and why the others did not."""

    def __len__(self) -> int: ...


class EnergyOptiError(Exception):
    """The root of the tree: catch it to catch everything that energyopti raises on purpose.

    Only ``what`` happened is required; the other parts are those of `Parts`, None where unknown. If the sentence is
    about a host or a column, it names it. Parts are plain words on one line; known secrets are not shown in them, and
    addresses without user, password or query. ``finished`` holds the part of a multi-chunk query that
    arrived before the error, if any.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    finished: Finished | None = None

    def __init__(
        self,
        what: str,
        *,
        do: str | None = None,
        market: str | None = None,
        feed: str | None = None,
        chunk: str | None = None,
        source: str | None = None,
        host: str | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(_plain(what))
        self.do = _plain(do or "") or None
        self.market = market
        self.feed = feed
        self.chunk = chunk
        self.source = source
        self.host = host
        self.column = column and redacted(column)

    def add_parts(self, **parts: Unpack[Parts]) -> Self:
        """The same error with parts that were unknown where it was raised; parts already set stay.

        A plugin's message may begin with the chunk or the market; the repetition is dropped. What the error was
        raised from loses its secrets: by now it has been raised.
        """
        redact_causes(self)
        for name, part in parts.items():
            if getattr(self, name) is None:
                setattr(self, name, part)
        for place in (self.chunk, self.market):
            self.what = self.what.removeprefix(f"{place}: ")
        return self

    @property
    def what(self) -> str:
        """What happened."""
        return str(self.args[0]) if self.args else ""

    @what.setter
    def what(self, what: str) -> None:
        self.args = (_plain(what),)

    @property
    def message(self) -> str:
        """What happened and what to do, without the place: for use where the place is shown already."""
        if not self.do:
            return self.what
        joint = ". " if self.do[0].isupper() else "; "
        return f"{self.what}{joint}{self.do}"

    @property
    def line(self) -> str:
        """The one line for people: where it was, what happened, and what to do."""
        place = self._place
        return f"{place}: {self.message}" if place else self.message

    @property
    def _place(self) -> str:
        """The most precise place that is known: ``nyiso/pal/2024-07-01 from archive``."""
        of_feed = self.feed and (f"{self.market}/{self.feed}" if self.market else f"feed {self.feed}")
        place = self.chunk or of_feed or self.market or ""
        return f"{place} from {self.source}".lstrip() if self.source else place

    def __str__(self) -> str:
        return self.line

    def __copy__(self) -> Self:
        other = _remade(type(self), self.args)
        other.__dict__.update(self.__dict__)
        return other

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the error with all of its parts, whatever arguments a subclass takes.

        ``finished`` goes along unless it holds something that cannot be pickled, such as a feed's function.
        """
        try:
            finished = pickle.dumps(self.finished)
        except Exception:  # noqa: BLE001 - whatever an unpicklable object raises
            finished = pickle.dumps(None)
        state = {name: each for name, each in self.__dict__.items() if name != "finished"}
        return _unpickled, (type(self), self.args, finished), state


_Kind = TypeVar("_Kind", bound=EnergyOptiError)


def _remade(kind: type[_Kind], args: tuple[object, ...]) -> _Kind:
    return kind.__new__(kind, *args)


def _unpickled(kind: type[_Kind], args: tuple[object, ...], finished: bytes) -> _Kind:
    error = _remade(kind, args)
    error.finished = pickle.loads(finished)  # noqa: S301 - it came in the same pickle
    return error


def _plain(words: str) -> str:
    """Words on one line, without known secrets and those in addresses."""
    return _SEARCH.sub(r"\1", _USER.sub("", " ".join(redacted(words).split())))


class UnknownMarket(EnergyOptiError):
    """No installed plugin brings that market."""

    exit_code = 2
    http_status = 404


class UnknownDataset(EnergyOptiError):
    """Neither a dataset nor a feed of that market."""

    exit_code = 2
    http_status = 404


class UnknownLocation(EnergyOptiError):
    """The feed has no such location.

    ``location`` is the name that was asked for, where it is a single one; ``near`` are places of the feed that it may
    have been meant for.
    """

    exit_code = 2
    http_status = 404

    def __init__(
        self,
        what: str,
        *,
        location: str | None = None,
        near: Iterable[str] = (),
        **parts: Unpack[Parts],
    ) -> None:
        super().__init__(what, **parts)
        self.location = location
        self.near = tuple(near)


class UnsupportedQuery(EnergyOptiError):
    """The market, feed or dataset cannot answer the query."""

    exit_code = 2
    http_status = 400


class InvalidTimeRange(EnergyOptiError):
    """The range is reversed, empty, in the hour the clocks skip, or outside the feed's history."""

    exit_code = 2
    http_status = 400


class InvalidSettings(EnergyOptiError):
    """A setting or settings file cannot be used."""

    exit_code = 2
    http_status = 500


class OutputError(EnergyOptiError):
    """The result cannot be written where requested."""

    exit_code = 2
    http_status = 400


class MissingCredential(EnergyOptiError):
    """The host requires a credential that no setting gives."""

    exit_code = 5
    http_status = 502


class AuthenticationFailed(EnergyOptiError):
    """The host refused the credential it got."""

    exit_code = 5
    http_status = 502


class NoData(EnergyOptiError):
    """The source itself says there is nothing: not published yet, or never."""

    exit_code = 3
    http_status = 404


class SourceUnavailable(EnergyOptiError):
    """The network, server or payload failed through every retry and every fallback.

    ``retry_after`` is the number of seconds until the host may be asked again, where known. ``unreached`` means that
    no host has answered at all so far: there may be no network. ``unconnected`` means that this host could not
    even be connected to: do not ask it for another document now.
    """

    exit_code = 4
    http_status = 503

    def __init__(
        self,
        what: str,
        *,
        retry_after: float | None = None,
        unreached: bool = False,
        unconnected: bool = False,
        **parts: Unpack[Parts],
    ) -> None:
        super().__init__(what, **parts)
        self.retry_after = retry_after
        self.unreached = unreached
        self.unconnected = unconnected


class RateLimited(SourceUnavailable):
    """The host told us to wait for longer than the call may take."""


class SchemaDrift(EnergyOptiError):
    """The payload is not what the layout knows; ``column`` names the culprit if there is one."""

    exit_code = 6
    http_status = 502


class PluginError(EnergyOptiError):
    """A plugin failed to load, or declares something it may not."""


class LakeError(EnergyOptiError):
    """The local history cannot be read or written."""


__all__ = [
    "AuthenticationFailed",
    "EnergyOptiError",
    "InvalidSettings",
    "InvalidTimeRange",
    "LakeError",
    "MissingCredential",
    "NoData",
    "OutputError",
    "Parts",
    "PluginError",
    "RateLimited",
    "SchemaDrift",
    "SourceUnavailable",
    "UnknownDataset",
    "UnknownLocation",
    "UnknownMarket",
    "UnsupportedQuery",
]
