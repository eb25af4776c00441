"""The file of settings: found, trusted only if nobody else could have written it, and read together with the environment."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs
import platformdirs

from energyopti.errors import InvalidSettings

APP = "energyopti"
_NAMED_BY = f"{APP.upper()}_SETTINGS"


def settings_file() -> Path | None:
    """The TOML file in force, if there is one."""
    named = os.environ.get(_NAMED_BY)
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            shown = f"names {path}, which" if path.suffix or len(path.parts) > 1 else "names what"
            raise InvalidSettings(f"{_NAMED_BY} {shown} is not a file")
        return path
    path = Path(platformdirs.user_config_dir(APP)) / "settings.toml"
    return path if path.is_file() else None


def check_file(file: Path, credentials: Mapping[str, Collection[str]]) -> None:
    """Refuse a file that others can write, or can read if it holds ``credentials`` (their names by market).

    Whoever writes it decides where credentials are sent. Raises `InvalidSettings` for that, and for a file that is not
    TOML; what is in the file is not shown.
    """
    try:
        found, content = file.stat(), file.read_bytes()
    except OSError as error:
        raise InvalidSettings(f"the settings file {file} cannot be read: {error.strerror}") from None
    posix, mode = os.name == "posix", stat.S_IMODE(found.st_mode)
    if posix and found.st_uid not in {0, os.geteuid()}:
        raise InvalidSettings(
            f"the settings file {file} belongs to another user", do="copy it to a file of your own"
        )
    if posix and mode & 0o022:
        raise InvalidSettings(
            f"the settings file {file} is not safe: others can write to it", do=f"run: chmod go-w {file}"
        )
    try:
        table = tomllib.loads(content.decode("utf-8")).get(APP, {})
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidSettings(
            f"the settings file {file} is not UTF-8 text (line {line})", do="save it as UTF-8"
        ) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is nested too deeply"
        raise InvalidSettings(f"the settings file {file} is not TOML: {why}") from None
    held = table if isinstance(table, dict) else {}
    secret = any(
        not names.isdisjoint(held[market])
        for market, names in ((market, set(names)) for market, names in credentials.items())
        if isinstance(held.get(market), dict)
    )
    if posix and secret and mode & 0o077:
        raise InvalidSettings(f"{file} holds credentials and others can read it", do=f"run: chmod 600 {file}")


def section(name: str, parts: Mapping[str, type]) -> type:
    """A class of settings: each part is a text, "" unless it is set, or a section of its own."""
    fields = {
        part: attrs.field(default="", type=str) if kind is str else attrs.field(factory=kind, type=kind)
        for part, kind in parts.items()
    }
    made = attrs.make_class(name, fields, frozen=True)
    made.__module__ = (
        "builtins"  # else typed-settings parses this file for each class, in search of its source
    )
    return made


def loaded(shape: type, file: Path | None) -> Any:
    """The settings in that shape, loaded by typed-settings; its errors become one line."""
    import typed_settings as ts
    from typed_settings.converters import TSConverter
    from typed_settings.exceptions import TsError

    loaders = ts.default_loaders(
        APP,
        config_files=[file] if file else [],
        config_files_var=None,
        env_prefix=f"{APP.upper()}_",
    )
    try:  # its own converter: cattrs compiles functions for each section, which are used once
        return ts.load_settings(shape, loaders, converter=TSConverter())
    except* TsError as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        where = f" (file {file})" if file else ""
        raise InvalidSettings(f"the settings cannot be used{where}: {first}") from None
