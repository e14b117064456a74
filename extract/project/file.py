"""The settings file: racing.toml, or [tool.racing] and [tool.extract] of a pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from extract.errors import UsageError

RACING: Final = "racing.toml"
PYPROJECT: Final = "pyproject.toml"
TARGETS: Final = ("embedded", "athena")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that `extract`, `lake` and dbt share: its variable, its default, and whether it names a folder."""

    variable: str
    default: str
    is_folder: bool = False


SHARED: Final[Mapping[str, Setting]] = {
    "staging": Setting("EXTRACT_STAGING", "staging", is_folder=True),
    "staging_schema": Setting("EXTRACT_STAGING_SCHEMA", "staging"),
    "target": Setting("LAKE_TARGET", "embedded"),
    "warehouse": Setting("LAKE_WAREHOUSE", "warehouse", is_folder=True),
    "memory": Setting("LAKE_MEMORY", "1500MB"),
}
"""What stands at the top of racing.toml, or in [tool.racing] of pyproject.toml."""


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a settings file says; nothing where there is none.

    `shared` is what `extract`, `lake` and dbt have in common, `options` the other options of `extract`, with names as
    Python has them.
    """

    path: Path | None = None
    shared: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def read_settings(folder: Path, *, is_sure: bool = True) -> SettingsFile | None:
    """Return the settings file of a folder, None where there is none.

    Args:
        folder: Where to look; not above it.
        is_sure: Whether the folder is the user's own. In others, a pyproject.toml that does not speak of us is passed
            over, whatever is wrong with it.

    Raises:
        UsageError: it cannot be read, is not valid TOML, or says something of another kind than we know; or two files
            there say something.
    """
    found = [
        settings
        for settings in (
            _racing(folder / RACING, is_sure=is_sure),
            _pyproject(folder / PYPROJECT, is_sure=is_sure),
        )
        if settings
    ]
    if len(found) > 1:
        raise UsageError(f"Settings stand in {RACING} and in {PYPROJECT} of {folder}. Keep one of the two.")
    return found[0] if found else None


def _racing(path: Path, *, is_sure: bool) -> SettingsFile | None:
    table = _read(path, is_sure=is_sure)
    if table is None:
        return None
    options = table.pop("extract", {})
    return _settings(path, table, options, "", "[extract]")


def _pyproject(path: Path, *, is_sure: bool) -> SettingsFile | None:
    table = _read(path, is_sure=is_sure)
    if table is None:
        return None
    tool = table.get("tool", {})
    if not isinstance(tool, dict):
        raise UsageError(f"'tool' in {path} is not a table. Write [tool.racing].")
    if not {"racing", "extract"} & tool.keys():
        return None
    return _settings(path, tool.get("racing", {}), tool.get("extract", {}), "[tool.racing] in ", "[tool.extract]")


def _read(path: Path, *, is_sure: bool) -> dict[str, Any] | None:
    """Return a file as TOML; None where there is none, or none that concerns us."""
    try:
        if not path.is_file():
            return None
        data = path.read_bytes()
    except OSError as error:
        if not is_sure and path.name == PYPROJECT:
            return None
        raise UsageError(
            f"Cannot read {path}: {error.strerror}. Make it readable, or work in another folder."
        ) from error
    if not is_sure and path.name == PYPROJECT and b"racing" not in data and b"extract" not in data:
        return None
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}. Correct it.") from error


def _settings(path: Path, racing: Any, options: Any, of_racing: str, of_extract: str) -> SettingsFile:  # noqa: ANN401
    for name, table in (("racing", racing), ("extract", options)):
        if not isinstance(table, dict):
            raise UsageError(f"{name!r} in {path} is not a table. Write [tool.{name}], or [{name}] in {RACING}.")
    racing = {name.replace("-", "_"): value for name, value in racing.items()}
    options = {name.replace("-", "_"): value for name, value in options.items()}
    for name in racing:
        if name not in SHARED:
            known = ", ".join(SHARED)
            raise UsageError(
                f"{of_racing}{path} sets {name!r}, which is none of {known}. Options go into {of_extract}."
            )
    shared = {}
    for name in SHARED:
        said = [table[name] for table in (racing, options) if name in table]
        if len(said) > 1 and said[0] != said[1]:
            raise UsageError(f"{path} sets {name!r} twice, to {said[0]!r} and to {said[1]!r}. Keep one.")
        if said:
            shared[name] = _text(path, name, said[0])
    if shared.get("target", TARGETS[0]) not in TARGETS:
        raise UsageError(f"{path} sets 'target' to {shared['target']!r}. It is {' or '.join(TARGETS)}.")
    return SettingsFile(path, shared, {name: value for name, value in options.items() if name not in shared})


def _text(path: Path, name: str, value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise UsageError(f"{path} sets {name!r} to {value!r}. Write a text in quotes.")
    return value
