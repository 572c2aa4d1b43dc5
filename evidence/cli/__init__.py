"""The command line: one file per command, wiring only."""

from evidence.cli.app import main

__all__ = ["main"]
