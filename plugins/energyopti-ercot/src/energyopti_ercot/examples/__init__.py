"""A few rows of each feed, exactly as published, and the rows they mean, in files named after the feeds.

The rows are written by hand from ERCOT's documentation, with made-up values. The contract tests check the layouts
against them.
"""

from __future__ import annotations

import functools

from energyopti import Example

example = functools.partial(Example.load, __name__)
"""The example in a file of this folder, such as ``dam_as_plan.csv``."""
