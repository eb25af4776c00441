"""The files of an object store as DuckDB opens them: through Python, so that it needs no extension."""

from __future__ import annotations

from typing import Any

from obstore.fsspec import FsspecStore

from energyopti.tuning.lake import LAKE_REMOTE_RETRIES


class RemoteFiles(FsspecStore):
    """Files by their addresses (``s3://bucket/path``), with the login of the environment.

    A lake's files never change, so the size of each is asked for once.
    """

    cachable = False

    def __init__(self, scheme: Any) -> None:
        super().__init__(scheme, retry_config={"max_retries": LAKE_REMOTE_RETRIES})
        self._known: dict[str, dict[str, Any]] = {}

    async def _info(self, path: str, **options: Any) -> dict[str, Any]:
        if path not in self._known:
            self._known[path] = await super()._info(path, **options)
        return self._known[path]
