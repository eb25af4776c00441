"""The rows already delivered: two numbers per row, so that remembering weeks of rows costs little."""

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
    """The rows of a dataset as last delivered, each as a hash of its key and a hash of its values.

    With ``latest`` only the last publication of each interval is delivered: an older one that comes later is not news.
    Unless ``versions`` is set, a row does not count as changed for its version or status alone; nor for its end, where
    ends are ``provisional``, as the end of the last SCED run is until the next one.
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
        """The rows that are new or changed since they were last delivered; they count as delivered from here on.

        A row is remembered until its interval is forgotten, or the interval that ends at ``until``, if that is later.
        """
        rows = self._hashed(frame, until)
        if self._dated:
            rows = self._not_superseded(rows)
        fresh = rows.join(self._rows, on=[_KEY, _VALUE], how="anti", maintain_order="left")
        if fresh.height or until is not None:
            others = self._rows.join(rows, on=_KEY, how="anti")
            self._rows = pl.concat([others, rows.drop("row")])
        return frame if fresh.height == frame.height else frame[fresh["row"]]

    def remember(self, frame: pl.DataFrame, until: datetime | None = None) -> None:
        """Count the rows of an earlier process as delivered, in the order in which it delivered them."""
        rows = self._hashed(frame, until)
        if self._dated:
            rows = rows.sort(_PUBLISHED, nulls_last=False, maintain_order=True)
        self._rows = rows.unique(subset=_KEY, keep="last", maintain_order=True).drop("row")

    def forget(self, start: datetime, end: datetime) -> None:
        """Forget the rows whose interval ended within a time range, its end included."""
        kept = pl.col(_KEPT)
        self._rows = self._rows.filter((kept <= start) | (kept > end))

    @property
    def _dated(self) -> bool:
        return self.latest and "publish_time" in self.dataset.key

    def _hashed(self, frame: pl.DataFrame, until: datetime | None) -> pl.DataFrame:
        """The row numbers, the rows' hashes, and until when each is remembered."""
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
        """The rows, without those of which a later publication was delivered."""
        last = self._rows.group_by(_KEY).agg(pl.col(_PUBLISHED).max().alias("last"))
        dated = rows.join(last, on=_KEY, how="left", maintain_order="left")
        older = (pl.col(_PUBLISHED) < pl.col("last")).fill_null(value=False)
        return dated.filter(~older).drop("last")
