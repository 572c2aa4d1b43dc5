"""`evidence verify PACK`: check a pack in numbered steps, and judge its answers again; or check the chains of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from evidence.cli.again import again
from evidence.cli.common import GAPS, print_json
from evidence.cli.verify_accounts import is_organisation, of_organisation
from evidence.cli.workers import Workers
from evidence.errors import EvidenceError
from evidence.pack.organisation.model import ORGANISATION
from evidence.run.run import Run
from evidence.run.store import as_folder, far
from evidence.seal.archive import unpacked
from evidence.seal.facts import from_outside, opened, previous_of
from evidence.seal.facts import receipt as receipt_of
from evidence.seal.keys import read_public
from evidence.seal.steps import JUDGED, Checked, not_done
from evidence.seal.timestamp import read_roots
from evidence.seal.verify import Anchors, untied, verify_run
from evidence.seal.verify import verify as verify_pack

SHOWN = 20
"""Sentences of one step that are shown on screen."""


def verify(
    pack: Annotated[
        str, typer.Argument(help="The folder or .zip of a pack, or a run: its folder, or s3://bucket/prefix.", metavar="PACK|RUN")
    ],
    key: Annotated[Path | None, typer.Option("--key", help="The signer's public key, got by another way than the pack.")] = None,
    tsa_ca: Annotated[
        Path | None, typer.Option("--tsa-ca", help="The timestamp authority's root certificate, got by another way.")
    ] = None,
    receipt: Annotated[
        str, typer.Option("--receipt", help="The SHA-256 of SHA256SUMS that you got by another way: 64 digits, or the file.")
    ] = "",
    previous: Annotated[Path | None, typer.Option("--previous", help="The pack of the period before, to check the link.")] = None,
    sign_off_key: Annotated[
        list[Path] | None,
        typer.Option(
            "--sign-off-key", help="The public key of somebody who signed the pack off, got by another way; may be repeated."
        ),
    ] = None,
    workers: Workers = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the steps as JSON.")] = False,
) -> None:
    """Check a pack: files, chains, root, signature; then judge its answers again and compare. Of a run, check the chains."""
    if far(pack) or Path(pack, "run.json").is_file():
        _say(pack, checked_run(pack), json, is_run=True)
        return
    if is_organisation(Path(pack)):
        inside = Path(pack) / ORGANISATION
        given = anchors(Path(pack), key, tsa_ca, receipt, previous, sign_off_key or [])
        steps = list(verify_pack(inside, given))
        _say(pack, [*steps, *of_organisation(Path(pack), steps, given, workers)], json)
        return
    with unpacked(Path(pack)) as folder:
        steps = every_step(folder, anchors(folder, key, tsa_ca, receipt, previous, sign_off_key or []))
    _say(pack, steps, json)


def checked_run(where: str) -> list[Checked]:
    """The one step of a run: its chains. Raises EvidenceError where there is no run at all."""
    if far(where):
        Run.open(where)
    with as_folder(where) as folder:
        return list(verify_run(folder))


def every_step(folder: Path, given: Anchors) -> list[Checked]:
    """The steps of a pack's verification, judging again the last. Raises EvidenceError where the folder is no pack at all."""
    steps = list(verify_pack(folder, given))
    steps.append(
        again(folder).checked if not broken(steps) else not_done(JUDGED, "An earlier step failed, so this was not done.")
    )
    return steps


def anchors(
    folder: Path, key: Path | None, tsa_ca: Path | None, given: str, previous: Path | None, people: Sequence[Path] = ()
) -> Anchors:
    """What the user brought along. Raises EvidenceError for what lies in the pack itself."""
    for path, what in ((key, "key"), (tsa_ca, "certificate"), (previous, "previous pack"), *((path, "key") for path in people)):
        if path:
            from_outside(path, folder, what)
    before = None
    if previous:
        inside = previous / ORGANISATION if is_organisation(previous) else previous
        with unpacked(inside) as other:
            before = previous_of(opened(other))
    return Anchors(
        receipt_of(given, folder) if given else None, read_public(key) if key else None,
        tuple(read_roots(tsa_ca)) if tsa_ca else (), before, tuple(map(read_public, people)),
    )  # fmt: skip


def broken(steps: Sequence[Checked]) -> bool:
    """Whether a step failed: the pack is not the one that was made."""
    return any(step.outcome == "failed" for step in steps)


def _say(pack: str, steps: list[Checked], json: bool, is_run: bool = False) -> None:
    """Prints the steps and what they come to: exit code 0 where all is checked, 3 where something that could be was not."""
    wrong = broken(steps)
    loose = [] if is_run else untied(steps)
    if json:
        words = {"run" if is_run else "pack": pack, "verified": not wrong and not loose, "unbroken": not wrong}
        print_json({**words, "left": loose, "steps": [vars(step) for step in steps]})
    else:
        for step in steps:
            typer.echo(f"{step.number}. {step.title}: {step.outcome if step.outcome == 'done' else step.outcome.upper()}")
            for sentence in step.says[:SHOWN]:
                typer.echo(f"   {sentence}")
            if len(step.says) > SHOWN:
                typer.echo(f"   and {len(step.says) - SHOWN:,} more, which --json lists.")
        for sentence in loose:
            typer.echo(sentence)
    if wrong:
        raise EvidenceError(
            f"{pack} is not the {'run that was kept' if is_run else 'pack that was made'}.",
            "See the steps that failed; get it again from whoever made it.",
        )
    if loose:
        raise typer.Exit(GAPS)
