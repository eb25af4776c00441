"""The source's own columns of the chunks that an answer was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import polars as pl

from energyopti.layouts.reading import raw_rows
from energyopti.store import NoRows, RawRows, StoredRows

LEFT_OUT = "left_out"
"""The column of raw rows that says why a row is not in the answer."""


def _all_rows() -> None:
    """Every row of a chunk is in the answer."""


@attrs.frozen(eq=False)
class RawPart:
    """The source's own columns of one chunk, and which of its rows the answer was read from.

    ``rows`` finds which rows of the chunk are in the answer (None: all). ``whole`` means that all rows that were left
    out were asked for.
    """

    source: RawRows | StoredRows | NoRows
    rows: Callable[[], pl.Series | None] = _all_rows
    whole: bool = False

    def frames(
        self, wanted: Callable[[pl.DataFrame], pl.Series], *, left_out: bool
    ) -> Iterator[pl.DataFrame]:
        """Each raw row that the answer was read from, with those that completed it, once.

        With ``left_out`` then those that are ``wanted`` and not in the frame, with the reason in a column.
        """
        chosen, found = self.rows(), self.source.loaded()
        yield raw_rows(found.raw, found.origin if chosen is None else found.origin.gather(chosen))[0]
        for each in found.left_out if left_out else ():
            rows = each.raw if self.whole else each.raw.filter(wanted(each.frame))
            if rows.height:
                yield rows.with_columns(pl.lit(str(each.kind)).alias(LEFT_OUT))
