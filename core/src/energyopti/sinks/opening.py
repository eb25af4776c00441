"""Destinations by address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs

from energyopti.errors import OutputError
from energyopti.output import FORMATS, Format
from energyopti.sinks.files import APPENDED, FileSink

if TYPE_CHECKING:
    from energyopti.settings import Settings
    from energyopti.sinks.sink import Sink

_KINDS = "a file (.csv, .ndjson), a folder, sqlite:///FILE, postgresql://HOST/DATABASE or https://HOST/PATH"
_POSTGRES = ("postgresql", "postgres")


@attrs.frozen
class Address:
    """Where rows go: a file, a folder, a database or a webhook. ``shown`` names it without anything that may be secret."""

    said: str
    scheme: str
    shown: str
    form: Format | None = None

    def __str__(self) -> str:
        return self.shown

    def opened(self, settings: Settings) -> Sink:
        """The destination, not yet connected; raises `OutputError` if what it needs is not installed."""
        if self.form is not None:
            return FileSink(Path(self.said), self.form)
        if self.scheme == "sqlite":
            from energyopti.sinks.sqlite import SqliteSink

            return SqliteSink(_sqlite_file(self.said))
        if self.scheme in _POSTGRES:
            from energyopti.sinks.postgres import PostgresSink

            return PostgresSink(self.said, self.shown)
        if self.scheme:
            from energyopti.sinks.webhook import WebhookSink

            return WebhookSink(self.said, self.shown, settings)
        from energyopti.sinks.parts import PartsSink

        return PartsSink(Path(self.said))


def address_of(said: str | os.PathLike[str] | Address, form: Format | None = None) -> Address:
    """The destination that a text or a path names; a ``form`` makes it a file of that format.

    Raises `OutputError` for one that rows cannot be added to, or that holds a password.
    """
    if isinstance(said, Address):
        return said
    word = os.fspath(said).strip()
    scheme, sign, _ = word.partition("://")
    if form is not None or not sign:
        return _file(word, form)
    scheme = scheme.casefold()
    if scheme not in {"sqlite", *_POSTGRES, "http", "https"}:
        raise OutputError("the destination is an address of an unknown kind", do=f"give {_KINDS}")
    try:
        parts = urlsplit(word)
        name, password = parts.hostname or "", parts.password
        place = f"{name}:{parts.port}" if parts.port else name
    except ValueError:
        raise OutputError("the destination is not an address", do=f"give {_KINDS}") from None
    if scheme == "sqlite":
        return Address(word, scheme, str(_sqlite_file(word)))
    if password is not None or (scheme in _POSTGRES and "password" in parts.query.casefold()):
        raise OutputError(
            "the destination holds a password: an address must not hold secrets",
            do="put it into PGPASSWORD or ~/.pgpass"
            if scheme in _POSTGRES
            else "set ENERGYOPTI_WEBHOOK_TOKEN",
        )
    if scheme in _POSTGRES:
        return Address(word, scheme, f"PostgreSQL at {place or 'this machine'}")
    if not name or parts.username is not None:
        raise OutputError("the webhook is not an address of a host", do="write https://HOST/PATH")
    return Address(word, scheme, f"webhook at {place}")


def _file(word: str, form: Format | None) -> Address:
    """A file or a folder of this machine."""
    suffix = Path(word).suffix.removeprefix(".").casefold()
    found = form or FORMATS.get(suffix)
    if not word or (found is not None and found.name not in {each.name for each in APPENDED}):
        raise OutputError(
            f"rows cannot be added to {found.name} files" if found and word else "the destination is empty",
            do="name a file that ends in .csv or .ndjson, or a folder for Parquet files: --to FOLDER",
        )
    return Address(word, "", word, found)


def _sqlite_file(word: str) -> Path:
    """The file of ``sqlite:///prices.db`` (in this folder) or ``sqlite:////data/prices.db``."""
    rest = unquote(word.partition("://")[2].partition("?")[0])
    name = rest.removeprefix("/")
    if not rest.startswith("/") or not name:
        raise OutputError(
            "the destination names no file of SQLite",
            do="write sqlite:///prices.db, or sqlite:////data/prices.db",
        )
    return Path(name)
