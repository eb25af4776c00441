"""The lake: history as Delta tables, on this machine or in an object store (extra ``energyopti[lake]``)."""

from __future__ import annotations

from energyopti.store.lake.lake import Lake

__all__ = ["Lake"]
