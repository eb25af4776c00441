"""Filling a lake on a Dask cluster: one process asks a market's hosts and checks, others write."""

from __future__ import annotations

from energyopti.cluster.backfill import DaskBackfill

__all__ = ["DaskBackfill"]
