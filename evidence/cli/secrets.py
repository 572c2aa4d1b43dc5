"""Passphrases of keys: from the environment, or typed where nobody sees them. Never an option: those stay in histories."""

import os
import sys

import typer

from evidence.errors import EvidenceError

VARIABLE = "EVIDENCE_KEY_PASSPHRASE"


def passphrase() -> str:
    """The passphrase of a key that has one."""
    return os.environ.get(VARIABLE) or _typed(confirm=False)


def new_passphrase() -> str:
    """The passphrase of a key that is being made, typed twice."""
    return os.environ.get(VARIABLE) or _typed(confirm=True)


def _typed(confirm: bool) -> str:
    if not sys.stdin.isatty():
        raise EvidenceError(
            "The key's passphrase is needed, and there is no terminal to ask at.",
            f"Put it into the environment variable {VARIABLE}.",
        )
    return str(typer.prompt("Passphrase of the key", hide_input=True, confirmation_prompt=confirm))
