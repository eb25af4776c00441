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

Every message says what was asked, what happened and what to do, in one line. ``exit_code`` is what the
command line exits with.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from energyopti.result import MarketData


_SHOWN, _NEAR, _WORD = 20, 3, 3
_JOINTS = re.compile(r"[\W_]+")


class EnergyOptiError(Exception):
    """The root of the tree: catch it to catch everything that energyopti foresees.

    ``finished`` holds the part of a multi-chunk query that did arrive before the error, if any.
    """

    exit_code: ClassVar[int] = 1
    finished: MarketData | None = None

    @property
    def line(self) -> str:
        """The message folded into one line."""
        return " ".join(str(self).split())


class UnknownMarket(EnergyOptiError):
    """No installed plugin brings that market."""

    exit_code = 2


class UnknownDataset(EnergyOptiError):
    """Neither a dataset nor a feed of that market."""

    exit_code = 2


class UnknownLocation(EnergyOptiError):
    """The feed has no such location."""

    exit_code = 2


class UnsupportedQuery(EnergyOptiError):
    """The market, feed or dataset cannot answer what was asked."""

    exit_code = 2


class InvalidTimeRange(EnergyOptiError):
    """A range that is reversed, empty, in the hour the clocks skip, or outside the feed's history."""

    exit_code = 2


class InvalidSettings(EnergyOptiError):
    """A setting, or a settings file, that cannot be used."""

    exit_code = 2


class OutputError(EnergyOptiError):
    """The result cannot be written where it was asked for."""

    exit_code = 2


class MissingCredential(EnergyOptiError):
    """The host wants a credential that no setting gives."""

    exit_code = 5


class AuthenticationFailed(EnergyOptiError):
    """The host refused the credential it got."""

    exit_code = 5


class NoData(EnergyOptiError):
    """The source itself says that there is nothing: not published yet, or never."""

    exit_code = 3


class SourceUnavailable(EnergyOptiError):
    """Network, server or payload failed through every retry and every fallback.

    ``unreached`` says that no host at all had answered until then: there may be no network. ``unconnected`` says
    that this host could not even be connected to: it need not be asked for another document now.
    """

    exit_code = 4

    def __init__(self, message: str, *, unreached: bool = False, unconnected: bool = False) -> None:
        super().__init__(message)
        self.unreached = unreached
        self.unconnected = unconnected


class RateLimited(SourceUnavailable):
    """The host kept asking us to wait for longer than the call may take."""


class SchemaDrift(EnergyOptiError):
    """The payload is not what the layout knows; ``column`` names the culprit where there is one."""

    exit_code = 6

    def __init__(self, message: str, *, column: str | None = None) -> None:
        super().__init__(message)
        self.column = column


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
