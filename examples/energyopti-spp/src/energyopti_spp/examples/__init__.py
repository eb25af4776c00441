"""A few lines of each feed, exactly as published, and the rows they mean, in files named after the feeds.

The contract tests hold the layouts to them: state the rows from the documentation of SPP.
"""

from __future__ import annotations

from functools import partial

from energyopti import Example

of = partial(Example.load, __name__)
"""The example whose published lines are in a file of this folder."""
