"""`evidence keygen --out K`: a key that signs packs, and its public half for whoever verifies them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.secrets import new_passphrase
from evidence.seal.keys import KeyType, generate


class Type(StrEnum):
    """The kinds of keys that openssl checks with one command."""

    ecdsa = "ecdsa"
    ed25519 = "ed25519"


_TYPES: dict[Type, KeyType] = {Type.ecdsa: "ecdsa", Type.ed25519: "ed25519"}


def keygen(
    out: Annotated[Path, typer.Option("--out", help="The new file of the private key; the public one is FILE.pub.")],
    type: Annotated[Type, typer.Option("--type", help="ECDSA on P-256 (openssl of any age checks it), or Ed25519.")] = Type.ecdsa,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase (or take it from EVIDENCE_KEY_PASSPHRASE).")
    ] = False,
) -> None:
    """Make a key that signs packs. Nothing is ever written over."""
    public = generate(_TYPES[type], out, new_passphrase() if passphrase else "")
    typer.echo(f"{out} is private: it signs packs, and whoever has it signs in your name.")
    typer.echo(f"{out}.pub is public: give it to whoever verifies your packs, by another way than the pack itself.")
    typer.echo(f"The {public.words.split(' key ')[0]} key's SHA-256: {public.fingerprint}")
