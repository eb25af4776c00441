"""Secrets that this process knows, and words without them: whatever leaves it as text goes through `redacted`."""

from __future__ import annotations

import html
import itertools
import json
import logging
import operator
import threading
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

HIDDEN = "(hidden)"
"""What is shown in place of a secret."""

_lock = threading.Lock()
_secrets: dict[str, tuple[tuple[str, int], ...]] = {}
_spelled: tuple[tuple[str, int], ...] = ()


def know_secret(secret: str, *, shortest: int, most: int) -> None:
    """Hide a secret from now on, in whatever case and however a server may have escaped it.

    A secret with fewer than ``shortest`` characters is not hidden: it may occur in ordinary words. Of more than
    ``most`` secrets, those not named for the longest time are forgotten.
    """
    global _spelled  # noqa: PLW0603 - what is secret is so for the whole process
    with _lock:
        if secret in _secrets:
            _secrets[secret] = _secrets.pop(secret)
            return
        _secrets[secret] = tuple(_spellings(secret, shortest))
        while len(_secrets) > most:
            del _secrets[next(iter(_secrets))]
        every = {each for several in _secrets.values() for each in several}
        _spelled = tuple(sorted(every, key=lambda each: (-len(each[0]), each)))


def forget_secrets() -> None:
    """Hide nothing any more: for programs that are done with all of them."""
    global _spelled  # noqa: PLW0603
    with _lock:
        _secrets.clear()
        _spelled = ()


def _spellings(secret: str, shortest: int) -> Iterator[tuple[str, int]]:
    """How a secret may be spelled, each with the fewest leading characters that give it away."""
    quoted = json.dumps(secret)[1:-1]
    once = " ".join(secret.split())
    escaped = (quote(secret, safe=""), quote_plus(secret), html.escape(secret), repr(secret)[1:-1])
    for each in (secret, once, quoted, quoted.replace("/", "\\/"), *escaped):
        if len(each) >= shortest:
            yield each.lower(), max(shortest, min(2 * shortest, len(each) // 2))


def redacted(words: str) -> str:
    """Words without the known secrets, and without the beginning of one that was cut off."""
    folded = _folded(words)
    if not any(secret[:leading] in folded for secret, leading in _spelled):
        return words  # as nearly always
    for secret, leading in _spelled:
        words = _without(words, secret, leading)
    return words


def _folded(words: str) -> str:
    folded = words.lower()
    return folded if len(folded) == len(words) else words  # few letters change their length with their case


def _without(words: str, secret: str, leading: int) -> str:
    folded = _folded(words)
    head, parts, kept = secret[:leading], [], 0
    while (start := folded.find(head, kept)) >= 0:
        parts += [words[kept:start], HIDDEN]
        same = map(operator.eq, folded[start : start + len(secret)], secret)
        kept = start + sum(itertools.takewhile(bool, same))
    return "".join([*parts, words[kept:]]) if parts else words


def redact_record(record: logging.LogRecord) -> bool:
    """A filter for the logs of libraries that write down what comes over the network: they stay, without secrets."""
    record.msg, record.args = redacted(record.getMessage()), ()
    return True


def redact_causes(error: BaseException) -> None:
    """Take the secrets out of the errors that an error was raised from: a traceback shows them too."""
    if not _spelled:
        return
    seen: set[int] = {id(error)}
    found = [error]
    while found:
        last = found.pop()
        causes = [last.__cause__, last.__context__, *getattr(last, "exceptions", ())]
        for cause in causes:
            if cause is not None and id(cause) not in seen:
                seen.add(id(cause))
                _redact(cause)
                found.append(cause)
        for name in ("__cause__", "__context__"):
            cause = getattr(last, name)
            if cause is not None and _shows(cause):  # its words are not its arguments
                hushed = Exception(f"{type(cause).__name__}: {redacted(str(cause))}")
                hushed.__suppress_context__ = True
                setattr(last, name, hushed.with_traceback(cause.__traceback__))


def _redact(error: BaseException) -> None:
    """Replace the arguments and notes of an error that show a secret."""
    if any(map(_shows, error.args)):
        error.args = tuple(redacted(str(each)) if _shows(each) else each for each in error.args)
    notes = getattr(error, "__notes__", ())
    if any(map(_shows, notes)):
        error.__notes__ = [redacted(str(each)) for each in notes]


def _shows(thing: object) -> bool:
    """Whether a thing's words show a secret."""
    try:
        said = f"{thing!s} {thing!r}"
    except Exception:  # noqa: BLE001 - no traceback can show it either
        return False
    return redacted(said) != said
