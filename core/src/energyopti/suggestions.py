"""What a misspelt name may have meant: the end of many messages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

_SHOWN, _NEAR, _WORD = 20, 3, 3
_JOINTS = re.compile(r"[\W_]+")


def suggest(asked: str, known: Iterable[str], *, first: Iterable[str] = ()) -> str:
    """``" Did you mean 'lmp'?"`` for a near miss among ``known``, else the first names of ``known``.

    A name that contains ``asked`` counts as a near miss. Names in ``first``, the likeliest ones, head a long list.
    """
    return advice(asked, known, first=first)[1]


def advice(asked: str, known: Iterable[str], *, first: Iterable[str] = ()) -> tuple[list[str], str]:
    """The near misses of a name, and what `suggest` says of them."""
    names = set(known)
    if not names:
        return [], " None is known."
    close = near(asked, names)
    if close:
        return close, _meant(close)
    ordered = list(dict.fromkeys([*(name for name in first if name in names), *sorted(names)]))
    return [], f" Known: {', '.join(ordered[:_SHOWN])}{', ...' if len(ordered) > _SHOWN else ''}."


def near_miss(asked: str, known: Iterable[str]) -> str:
    """``" Did you mean 'lmp'?"`` for a near miss among ``known``, else an empty string."""
    return _meant(near(asked, known))


def _meant(close: Sequence[str]) -> str:
    """The question whether a near miss was meant; empty if there is none."""
    return f" Did you mean {' or '.join(map(repr, close))}?" if close else ""


def near(asked: str, names: Iterable[str]) -> list[str]:
    """A few names that contain a word, or are spelled much like it."""
    folded = {name.casefold(): name for name in sorted(names)}
    word = asked.strip().casefold()
    letters = bare(word)
    holding = [name for name in folded if len(letters) >= _WORD and letters in bare(name)]
    close = difflib.get_close_matches(word, folded, n=_NEAR, cutoff=0.6)
    return [folded[name] for name in dict.fromkeys([*sorted(holding, key=len), *close])][:_NEAR]


def bare(name: str) -> str:
    """A name's letters and digits in one case, without blanks and signs."""
    return _JOINTS.sub("", name).casefold()
