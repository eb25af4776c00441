"""A few rows of each feed in the published form, and the rows that they mean.

The rows are written by hand from PJM's documentation, with made-up figures; what they mean is stated in
the unified form. They are the oracle of the contract tests.
"""

from __future__ import annotations

from functools import partial

from energyopti import Example

of = partial(Example.load, __name__)
"""The example whose published lines are in a file of this folder."""
