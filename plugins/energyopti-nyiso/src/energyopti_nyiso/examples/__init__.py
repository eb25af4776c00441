"""A few lines of each kind of document, exactly as published, and the rows they mean.

The lines are written by hand in the form of NYISO's documents, with made-up values; the rows state what they mean in
the unified schema. The contract tests check the layouts against them.
"""

from __future__ import annotations

from functools import partial

from energyopti import Example

of = partial(Example.load, __name__)
"""The example whose published lines are in a file of this folder, such as ``pal.csv``."""
