"""Words without the secrets that this process knows."""

from __future__ import annotations

import pytest

from energyopti import redaction
from energyopti.redaction import know_secret, redact_causes, redacted


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of another test."""
    monkeypatch.setattr(redaction, "_secrets", {})
    monkeypatch.setattr(redaction, "_spelled", ())


def know(*secrets: str, most: int = 10) -> None:
    """Secrets of six characters or more."""
    for each in secrets:
        know_secret(each, shortest=6, most=most)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the key hunter2-do-not-tell is bad", "the key (hidden) is bad"),
        ("HUNTER2-DO-NOT-TELLhunter2-do-not-tell", "(hidden)(hidden)"),
        ("cut: hunter2-d", "cut: (hidden)"),
        ("another: hunter2-d0", "another: (hidden)0"),
        ("hunter2- is short", "hunter2- is short"),
        ("İ hunter2-do-not-tell", "İ (hidden)"),
        ("nothing", "nothing"),
    ],
)
def test_secret_and_a_good_part_of_it_are_hidden(words: str, shown: str) -> None:
    """In any case, and cut off at any place past its first half."""
    know("hunter2-do-not-tell")
    assert redacted(words) == shown


def test_the_longest_secret_is_hidden_first() -> None:
    """One that begins like another leaves nothing of the longer."""
    know("hunter2-do-not", "hunter2-do-not-tell")
    assert redacted("hunter2-do-not-tell, hunter2-do-not") == "(hidden), (hidden)"


def test_short_secret_is_not_hidden() -> None:
    """It may be a part of any word."""
    know("load")
    assert redacted("the load of load zones") == "the load of load zones"


def test_secret_that_was_not_named_for_the_longest_is_forgotten() -> None:
    """A process that makes tokens for years knows the newest ones."""
    know("first-one", "second-one", most=2)
    know("first-one", "third-one", most=2)
    assert redacted("first-one second-one third-one") == "(hidden) second-one (hidden)"


def test_causes_lose_their_secrets_and_keep_the_rest() -> None:
    """Those of a group and those that come round again, too; an error without words of its own stays."""

    class SilentError(Exception):
        def __str__(self) -> str:
            raise ValueError("no words")

    know("hunter2-do-not-tell")
    one, two = ValueError("hunter2-do-not-tell", 5), KeyError("fine")
    outer = ExceptionGroup("both", [one, two])
    outer.__cause__, two.__cause__, one.__context__ = SilentError(), outer, two
    redact_causes(outer)
    assert (one.args, two.args) == (("(hidden)", 5), ("fine",))
    assert isinstance(outer.__cause__, SilentError)
