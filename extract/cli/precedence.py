"""What is said nearer to the call beats what is said farther off, also where the two exclude each other."""

from __future__ import annotations

from typing import Any

import click
from click.core import ParameterSource

NEARNESS = {ParameterSource.COMMANDLINE: 3, ParameterSource.ENVIRONMENT: 2, ParameterSource.DEFAULT_MAP: 1}
EXCLUDES = {
    "days": {"first", "last", "date_file", "resume"},
    "until": {"first", "last", "date_file", "resume"},
    "first": {"days", "until", "date_file", "resume", "unsettled"},
    "last": {"days", "until", "date_file", "resume", "unsettled"},
    "date_file": {"days", "until", "first", "last", "resume", "unsettled"},
    "resume": {"days", "until", "first", "last", "date_file", "unsettled"},
    "unsettled": {"first", "last", "date_file", "resume", "course", "race_type"},
    "course": {"unsettled"},
    "race_type": {"unsettled"},
}
"""Options of `extract` that cannot go together. Given side by side they are a usage error."""


def nearest(context: click.Context, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options without those that a nearer one excludes: EXTRACT_DAYS says nothing beside --from.

    An option is nearer than the environment, and that than the settings file.
    """
    kept = dict(options)
    for name, excluded in EXCLUDES.items():
        if not options[name]:
            continue
        for other in excluded:
            if options[other] and _nearness(context, other) < _nearness(context, name):
                kept[other] = False if isinstance(options[other], bool) else None
    return kept


def _nearness(context: click.Context, name: str) -> int:
    source = context.get_parameter_source(name)
    return NEARNESS.get(source, 0) if source else 0
