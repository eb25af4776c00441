"""A few lines of each kind of document in the published form, and the rows that they mean.

The lines are written by hand from NYISO's documents, with made-up figures; the rows state what they mean in
the unified form. They are the oracle of the contract tests.
"""

from __future__ import annotations

from functools import partial

from energyopti import Example

of = partial(Example.load, __name__)
"""The example whose published lines are in a file of this folder."""
