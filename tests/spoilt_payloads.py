"""Payloads with other bytes or other cells than are due, and the law that holds for reading them."""

from __future__ import annotations

from hypothesis import strategies as st

from energyopti.errors import SchemaDrift
from energyopti.layouts import Layout

JSON_CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
"""Cells of any type, nested ones too."""


def flipped(payload: bytes) -> st.SearchStrategy[bytes]:
    """A payload with up to four other bytes; what else may happen to one, `energyopti.testing.strategies.damaged` does."""

    def spoil(flips: list[tuple[int, int]]) -> bytes:
        spoilt = bytearray(payload)
        for position, byte in flips:
            spoilt[position] = byte
        return bytes(spoilt)

    flip = st.tuples(st.integers(0, len(payload) - 1), st.integers(0, 255))
    return st.lists(flip, min_size=1, max_size=4).map(spoil)


def accounts_or_drifts(layout: Layout, payload: bytes) -> None:
    """The law of damaged payloads: every row is accounted for, or `SchemaDrift` is raised and nothing else."""
    try:
        reading = layout.read(payload)
    except SchemaDrift:
        return
    assert reading.payload_rows == reading.accounted_rows
    assert len(reading.origin) == reading.frame.height
