"""What many tasks share: calls that wait for each other, and things found already, so that each need not find them again."""

from __future__ import annotations

from energyopti.concurrency.gather import gather

__all__ = ["gather"]
