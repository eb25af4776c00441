"""Every error that energyopti raises on purpose.

    EnergyOptiError
    ├── what the caller can mend
    │   ├── UnknownMarket          no installed plugin brings that market
    │   ├── UnknownDataset         neither a dataset nor a feed of that market
    │   ├── UnknownLocation        the feed has no such location
    │   ├── UnsupportedQuery       the market, feed or dataset cannot answer it
    │   ├── InvalidTimeRange       reversed, empty, in the missing hour, outside the feed's history
    │   ├── InvalidSettings        a setting or a settings file that cannot be used
    │   └── OutputError            the result cannot be written where it was asked for
    ├── what the credentials' owner can mend
    │   ├── MissingCredential      the host wants a credential that no setting gives
    │   └── AuthenticationFailed   the host refused the one it got
    ├── what time or the source can mend
    │   ├── NoData                 the source says so: not published yet, or never
    │   ├── RateLimited            the host kept asking us to wait
    │   └── SourceUnavailable      network, server or payload failed through every retry
    ├── what the plugin's author can mend
    │   ├── SchemaDrift            the payload is not what the layout knows
    │   └── PluginError            a plugin failed to load, or declares what it may not
    └── LakeError                  the local history cannot be read or written

An error has parts: what happened, what to do, and where it was, as far as that is known. `EnergyOptiError.line` makes
one line of them, and nothing else reads that line: code that needs a part asks for it. ``exit_code`` is what the
command line exits with, ``http_status`` what an HTTP server answers with.
"""

from __future__ import annotations

import difflib
import pickle
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypedDict, TypeVar, Unpack

if TYPE_CHECKING:
    import polars as pl

    from energyopti.findings import Finding

_SHOWN, _NEAR, _WORD = 20, 3, 3
_JOINTS = re.compile(r"[\W_]+")
_USER = re.compile(r"(?<=://)[^\s/?#@]*@")
_SEARCH = re.compile(r"(https?://[^\s?]+)\?[^\s;,)\]'\"]+")


class Parts(TypedDict, total=False):
    """What an error says beside what happened: what to ``do`` about it, and where it was.

    ``market``, ``feed``, ``host`` and ``column`` are names, ``chunk`` is a chunk's key, and ``source`` the name of the
    feed source whose document or plugin code is at fault.
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
        """What of it came, and why the rest did not."""

    def __len__(self) -> int: ...


class EnergyOptiError(Exception):
    """The root of the tree: catch it to catch everything that energyopti foresees.

    ``what`` happened is all that it needs; the other parts are those of `Parts`, None where they are not known. A
    sentence about a host or a column names it. Parts are plain words in one line: an address in them is shown without a
    user, a password or a query, so that no secret is. ``finished`` holds the part of a multi-chunk query that did
    arrive before the error, if any.
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
        self.column = column

    def add_parts(self, **parts: Unpack[Parts]) -> Self:
        """The same error with parts that were not known where it was raised; those that it has stay.

        A plugin's words may begin with the chunk or the market: they are not said twice.
        """
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
        """What happened and what to do, for where it stands beside the place already."""
        if not self.do:
            return self.what
        joint = ". " if self.do[0].isupper() else "; "
        return f"{self.what}{joint}{self.do}"

    @property
    def line(self) -> str:
        """The one line that people read: where it was, what happened, and what to do."""
        place = self._place
        return f"{place}: {self.message}" if place else self.message

    @property
    def _place(self) -> str:
        """The nearest place that is known: ``nyiso/pal/2024-07-01 from archive``."""
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
        """How it is pickled: with all of its parts, whatever else a subclass wants to be made of.

        What did arrive goes along unless it holds what cannot be pickled, such as a function of a feed.
        """
        try:
            finished = pickle.dumps(self.finished)
        except Exception:  # noqa: BLE001 - what objects raise that cannot be pickled
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
    """Words in one line, with addresses that hold no secret."""
    return _SEARCH.sub(r"\1", _USER.sub("", " ".join(words.split())))


class UnknownMarket(EnergyOptiError):
    """No installed plugin brings that market."""

    exit_code = 2
    http_status = 404


class UnknownDataset(EnergyOptiError):
    """Neither a dataset nor a feed of that market."""

    exit_code = 2
    http_status = 404


class UnknownLocation(EnergyOptiError):
    """The feed has no such location."""

    exit_code = 2
    http_status = 404


class UnsupportedQuery(EnergyOptiError):
    """The market, feed or dataset cannot answer what was asked."""

    exit_code = 2
    http_status = 400


class InvalidTimeRange(EnergyOptiError):
    """A range that is reversed, empty, in the hour the clocks skip, or outside the feed's history."""

    exit_code = 2
    http_status = 400


class InvalidSettings(EnergyOptiError):
    """A setting, or a settings file, that cannot be used."""

    exit_code = 2
    http_status = 500


class OutputError(EnergyOptiError):
    """The result cannot be written where it was asked for."""

    exit_code = 2
    http_status = 400


class MissingCredential(EnergyOptiError):
    """The host wants a credential that no setting gives."""

    exit_code = 5
    http_status = 502


class AuthenticationFailed(EnergyOptiError):
    """The host refused the credential it got."""

    exit_code = 5
    http_status = 502


class NoData(EnergyOptiError):
    """The source itself says that there is nothing: not published yet, or never."""

    exit_code = 3
    http_status = 404


class SourceUnavailable(EnergyOptiError):
    """Network, server or payload failed through every retry and every fallback.

    ``retry_after`` is in how many seconds the host may be asked again, where that is known. ``unreached`` says that no
    host at all had answered until then: there may be no network. ``unconnected`` says that this host could not even
    be connected to: it need not be asked for another document now.
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
    """The host kept asking us to wait for longer than the call may take."""


class SchemaDrift(EnergyOptiError):
    """The payload is not what the layout knows; ``column`` names the culprit where there is one."""

    exit_code = 6
    http_status = 502


class PluginError(EnergyOptiError):
    """A plugin failed to load, or declares what it may not."""


class LakeError(EnergyOptiError):
    """The local history cannot be read or written."""


def suggest(asked: str, known: Iterable[str], *, first: Iterable[str] = ()) -> str:
    """``" Did you mean 'lmp'?"`` for a near miss among ``known``, else the first of what is known.

    A name that holds what was asked is a near miss too. Of long lists those come ``first`` that are meant mostly.
    """
    names = set(known)
    if not names:
        return " None is known."
    close = near_miss(asked, names)
    if close:
        return close
    ordered = list(dict.fromkeys([*(name for name in first if name in names), *sorted(names)]))
    return f" Known: {', '.join(ordered[:_SHOWN])}{', ...' if len(ordered) > _SHOWN else ''}."


def near_miss(asked: str, known: Iterable[str]) -> str:
    """``" Did you mean 'lmp'?"`` for a near miss among ``known``, else nothing."""
    close = _near(asked, known)
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


def _near(asked: str, names: Iterable[str]) -> list[str]:
    """A few names that hold a word, or are written much like it."""
    folded = {name.casefold(): name for name in sorted(names)}
    word = asked.strip().casefold()
    bare = _JOINTS.sub("", word)
    holding = [name for name in folded if len(bare) >= _WORD and bare in _JOINTS.sub("", name)]
    close = difflib.get_close_matches(word, folded, n=_NEAR, cutoff=0.6)
    return [folded[name] for name in dict.fromkeys([*sorted(holding, key=len), *close])][:_NEAR]
