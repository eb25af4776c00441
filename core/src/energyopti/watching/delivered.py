"""What was told already: two numbers a row, so that weeks of rows are known at little cost."""

from __future__ import annotations

from datetime import datetime

import attrs
import polars as pl

from energyopti.schema import Dataset

_KEY, _VALUE, _PUBLISHED, _KEPT = "key", "value", "published", "kept"
_NO_VALUES = ("version", "status")
_THE_SAME = ("market", "feed")
_TIME = pl.Datetime("us", "UTC")


@attrs.define(kw_only=True, eq=False)
class Delivered:
    """The rows of a dataset as they were told last, each as a hash of its key and one of its values.

    With ``latest`` the last publication of each interval is told alone: an older one that comes later is no news.
    Unless ``versions`` is set, a row is not another one because its version or its status is, nor because its end is
    where ends are ``provisional``, as that of the last dispatch run is until the next one.
    """

    dataset: Dataset
    latest: bool = True
    versions: bool = False
    provisional: bool = False
    _rows: pl.DataFrame = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        times = {_PUBLISHED: _TIME} if self._dated else {}
        self._rows = pl.DataFrame(schema={_KEY: pl.UInt64, _VALUE: pl.UInt64, _KEPT: _TIME, **times})

    def __len__(self) -> int:
        return self._rows.height

    def news(self, frame: pl.DataFrame, until: datetime | None = None) -> pl.DataFrame:
        """The rows that were not told as they are now; they are told from here on.

        A row is known until its interval is forgotten, or that which ends ``until`` an instant.
        """
        rows = self._hashed(frame, until)
        if self._dated:
            rows = self._not_superseded(rows)
        fresh = rows.join(self._rows, on=[_KEY, _VALUE], how="anti", maintain_order="left")
        if fresh.height or until is not None:
            others = self._rows.join(rows, on=_KEY, how="anti")
            self._rows = pl.concat([others, rows.drop("row")])
        return frame if fresh.height == frame.height else frame[fresh["row"]]

    def forget(self, start: datetime, end: datetime) -> None:
        """Know no more of what ended in a stretch of time, its end included."""
        kept = pl.col(_KEPT)
        self._rows = self._rows.filter((kept <= start) | (kept > end))

    @property
    def _dated(self) -> bool:
        return self.latest and "publish_time" in self.dataset.key

    def _hashed(self, frame: pl.DataFrame, until: datetime | None) -> pl.DataFrame:
        """The numbers of the rows, their hashes and until when they are known."""
        marks = () if self.versions else _NO_VALUES
        undated = ("publish_time",) if self._dated else ()
        key = [name for name in self.dataset.key if name not in {*marks, *undated}]
        ends = ("interval_end",) if self.provisional and not self.versions else ()
        values = [name for name in frame.columns if name not in {*key, *marks, *ends, *_THE_SAME}]
        kept = frame["interval_end"]
        if until is not None:
            kept = kept.clip(lower_bound=until)
        columns = {
            "row": pl.int_range(frame.height, dtype=pl.UInt32, eager=True),
            _KEY: frame.select(key).hash_rows(seed=1),
            _VALUE: frame.select(values).hash_rows(seed=2),
            _KEPT: kept,
        }
        if self._dated:
            columns[_PUBLISHED] = frame["publish_time"]
        return pl.DataFrame(columns)

    def _not_superseded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows without those of which a later publication was told."""
        last = self._rows.group_by(_KEY).agg(pl.col(_PUBLISHED).max().alias("last"))
        dated = rows.join(last, on=_KEY, how="left", maintain_order="left")
        older = (pl.col(_PUBLISHED) < pl.col("last")).fill_null(value=False)
        return dated.filter(~older).drop("last")
