"""The `lake` command: one file per verb. Each imports what it works with when it is called, so that help is quick."""

from lake.cli.app import main

__all__ = ["main"]
