"""Where a lake lies: a folder of this machine, or a prefix in a bucket of an object store."""

from __future__ import annotations

import os
import re
from pathlib import Path

import attrs

from energyopti.errors import InvalidSettings

STORES = ("s3", "gs", "az")
"""The object stores that a lake can be in, by the schemes of their addresses."""

_EXAMPLE = "give a folder of this machine, or an address such as s3://bucket/prefix (gs://, az://)"
_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._=-]+"
_REMOTE = re.compile(rf"(?:{'|'.join(STORES)})://[A-Za-z0-9][A-Za-z0-9._-]*/{_SEGMENT}(?:/{_SEGMENT})*")


@attrs.frozen
class LakeAddress:
    """Where a lake lies: ``at`` is a folder of this machine (a `Path`), or an address such as ``s3://bucket/prefix``.

    An address never holds a login: that is in the environment.
    """

    at: Path | str

    def __str__(self) -> str:
        return str(self.at)

    @property
    def folder(self) -> Path | None:
        """The folder of this machine; None if the lake is elsewhere."""
        return self.at if isinstance(self.at, Path) else None

    def ending(self, suffix: str) -> LakeAddress:
        """The address whose last part ends in a suffix: a lake beside this one."""
        if isinstance(self.at, Path):
            return LakeAddress(self.at.with_name(f"{self.at.name}{suffix}"))
        return LakeAddress(f"{self.at}{suffix}")

    @classmethod
    def of(cls, said: str | os.PathLike[str] | LakeAddress, name: str = "lake") -> LakeAddress:
        """The address that a text or a path says; ``name`` is the setting's.

        Raises `InvalidSettings` for another one; the error does not repeat it, since it may hold a login.
        """
        if isinstance(said, LakeAddress):
            return said
        word = os.fspath(said)
        if not isinstance(said, str) and Path(word).parts[:1] in {(f"{scheme}:",) for scheme in STORES}:
            raise InvalidSettings(f"{name} is an address in a Path", do="give it as a text")
        scheme, sign, rest = word.partition("://")
        if not sign:
            return cls(Path(word))
        if "@" in rest or "?" in rest or "#" in rest:
            raise InvalidSettings(
                f"{name} contains a login or a query: an address must not hold secrets",
                do="put the login into the environment (AWS_ACCESS_KEY_ID and the like)",
            )
        if scheme not in STORES:
            raise InvalidSettings(f"{name} is an address that no lake can be at", do=_EXAMPLE)
        if not _REMOTE.fullmatch(address := word.rstrip("/")):
            raise InvalidSettings(
                f"{name} is not {scheme}://bucket/prefix",
                do="write a bucket and a prefix, of letters, digits, '.', '_', '-' and '='",
            )
        return cls(address)
