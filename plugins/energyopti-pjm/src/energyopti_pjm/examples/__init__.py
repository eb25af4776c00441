"""A few rows of each feed, exactly as published, and the rows they mean.

The rows are written by hand from PJM's documentation, with made-up values; what they mean is in the unified schema.
The contract tests check the layouts against them.
"""

from __future__ import annotations

from functools import partial

from energyopti import Example

of = partial(Example.load, __name__)
"""The example whose published lines are in a file of this folder."""
