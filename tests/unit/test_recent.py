"""What was made lately is kept, and no more than that."""

from __future__ import annotations

from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energyopti.recent import Recent


@given(st.integers(1, 4), st.lists(st.integers(0, 6), max_size=40))
def test_what_was_wanted_lately_is_not_made_again(size: int, keys: list[int]) -> None:
    """Held against a list of keys in the order in which they were wanted last."""
    recent: Recent[int, list[int]] = Recent(size)
    kept: OrderedDict[int, list[int]] = OrderedDict()
    for key in keys:
        made: list[list[int]] = []
        value = recent.get(key, lambda key=key, made=made: made.append([key]) or made[0])  # type: ignore[misc]
        assert value == [key]
        assert bool(made) == (key not in kept)
        assert made or value is kept[key]
        kept[key] = value
        kept.move_to_end(key)
        while len(kept) > size:
            kept.popitem(last=False)
        assert len(recent) == len(kept)


def test_what_fails_is_not_kept() -> None:
    """The next one who wants it makes it."""

    def fail() -> int:
        raise LookupError("not now")

    recent: Recent[str, int] = Recent(2)
    with pytest.raises(LookupError, match="not now"):
        recent.get("a", fail)
    assert not len(recent)
    assert recent.get("a", lambda: 1) == 1
