"""`evidence acceptances`: bring in what another tool was told not to report, for somebody to answer for."""

from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.common import GAPS
from evidence.errors import EvidenceError
from evidence.management.mutelist import read_mutelist, written
from evidence.requirements import requirements
from evidence.seal.manifest import digest_of
from evidence.services import populations

app = typer.Typer(no_args_is_help=True, help="Bring in what another tool was told not to report.")


@app.callback()
def _group() -> None:
    """A group of commands, though there is one."""


@app.command("import-mutelist")
def mutelist(
    file: Annotated[Path, typer.Argument(help="A mutelist of Prowler's (YAML).")],
    out: Annotated[Path, typer.Option("--out", help="The new file of acceptances.")],
) -> None:
    """Write a Prowler mutelist as acceptances.yaml: owner, approver and days are left blank, and `pack` takes none without."""
    found = read_mutelist(file, requirements(), populations())
    if found.drafts:
        text = written(found.drafts, f"From a mutelist of Prowler with the SHA-256 {digest_of(file)}.")
        try:
            with out.open("x", encoding="utf-8") as target:
                target.write(text)
        except FileExistsError as error:
            raise EvidenceError(f"{out} is there already.", "Choose a new file with --out.") from error
        typer.echo(
            f"{out}: {len(found.drafts)} acceptances, of which each needs an owner, an approver, its first day and an expiry."
        )
    else:
        typer.echo("Nothing of it can be an acceptance, so nothing was written.")
    for sentence in found.left:
        typer.echo(f"  not imported: {sentence if sentence.isprintable() else ascii(sentence)}")
    if found.left or not found.drafts:
        raise typer.Exit(GAPS)
