"""The lake: history on this machine, as Delta tables (extra ``energyopti[lake]``)."""

from __future__ import annotations

from energyopti.store.lake.lake import Lake

__all__ = ["Lake"]
