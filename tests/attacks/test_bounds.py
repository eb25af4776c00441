"""The bounds that attacks are held to: they bite."""

from __future__ import annotations

import pytest

from bounded import bounded


def test_a_child_that_takes_memory_is_stopped() -> None:
    """400 MB are more than 200."""
    with pytest.raises(AssertionError, match="took more than 200 MB"):
        bounded("x = bytearray(400 << 20)\nimport time\ntime.sleep(9)", memory=200 << 20)


def test_a_child_that_never_ends_is_stopped() -> None:
    """An endless loop ends after half a second."""
    with pytest.raises(AssertionError, match=r"took more than 0\.5 s"):
        bounded("while True: pass", seconds=0.5)


def test_what_a_child_prints_and_takes_is_known() -> None:
    """Its last line, its exit code and its peak."""
    ran = bounded("x = b'a' * (100 << 20)\nprint('one')\nprint('two')\nimport time\ntime.sleep(0.2)\nexit(3)")
    assert (ran.code, ran.last) == (3, "two")
    assert 100 << 20 < ran.peak < 200 << 20
