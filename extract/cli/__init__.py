"""The `extract` command: one file per command, what they share beside them."""

from extract.cli.app import main

__all__ = ["main"]
