"""A few rows of each feed in the published form, and what they mean, in files by the feeds' names.

The rows are written by hand from ERCOT's documentation, with made-up figures; they are the oracle of the contract
tests.
"""

from __future__ import annotations

import functools

from energyopti import Example

example = functools.partial(Example.load, __name__)
"""The example in a file of this folder, such as ``dam_as_plan.csv``."""
