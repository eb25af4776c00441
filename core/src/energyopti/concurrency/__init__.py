"""What many tasks share: calls that wait for each other, and results already found, so that no task finds them again."""

from __future__ import annotations

from energyopti.concurrency.gather import gather

__all__ = ["gather"]
