"""`evidence verify PACK`: check a pack in numbered steps, and judge its answers again; or check the chains of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer

from evidence import __version__
from evidence.cli.assessing import assessment_of, programs_in, stated_in
from evidence.cli.common import GAPS, print_json
from evidence.cli.observing import period_again
from evidence.errors import EvidenceError
from evidence.pack.period.write import IN_PACK as PERIOD
from evidence.pack.period.write import period_json
from evidence.pack.results import results_json
from evidence.programs.load import known
from evidence.run.run import Run
from evidence.run.store import as_folder, far
from evidence.seal.archive import unpacked
from evidence.seal.facts import from_outside, opened, previous_of
from evidence.seal.facts import receipt as receipt_of
from evidence.seal.keys import read_public
from evidence.seal.steps import JUDGED, TITLES, Checked, failed, not_done
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
    json: Annotated[bool, typer.Option("--json", help="Print the steps as JSON.")] = False,
) -> None:
    """Check a pack: files, chains, root, signature; then judge its answers again and compare. Of a run, check the chains."""
    if far(pack) or Path(pack, "run.json").is_file():
        _say(pack, checked_run(pack), json, is_run=True)
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
    steps.append(_again(folder) if not broken(steps) else not_done(JUDGED, "An earlier step failed, so this was not done."))
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
        with unpacked(previous) as other:
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


def _again(folder: Path) -> Checked:
    """Judging again what somebody else wrote: whatever goes wrong is a sentence."""
    try:
        return judged_again(folder)
    except EvidenceError as error:
        return failed(JUDGED, f"The kept answers cannot be judged again. {error}")
    except Exception as error:
        return failed(
            JUDGED, f"The kept answers cannot be judged again ({type(error).__name__}: {error}).",
            "If the pack is as it was made, this is a fault of the tool: report it with the pack's id.",
        )  # fmt: skip


def judged_again(pack: Path) -> Checked:
    """The last step, with the program files that the pack keeps. By another version of the tool it is not done, and why is said."""
    facts = orjson.loads((pack / "pack.json").read_bytes())
    made_by = (facts.get("versions") or {}).get("evidence")
    if made_by != __version__:
        why = f"The pack was made by version {made_by} of the tool and this is {__version__}: use that version to judge the answers again."
        return Checked(JUDGED, TITLES[JUDGED], "not done", (why,))
    programs = programs_in(pack, facts["programs"])
    stated = stated_in(pack)
    found = results_json(assessment_of(Run.open(pack / "evidence"), programs, stated))
    if found != (pack / "report/results.json").read_bytes():
        return Checked(JUDGED, TITLES[JUDGED], "failed", ("Judging the kept answers again does not give report/results.json.",))
    also = ""
    if (pack / PERIOD).is_file():
        period = period_again(pack, programs, stated)
        if period is None or period_json(period) != (pack / PERIOD).read_bytes():
            return Checked(JUDGED, TITLES[JUDGED], "failed", (f"Judging the kept runs again does not give {PERIOD}.",))
        also = f" and {PERIOD}"
    strange = [p.id for p in programs if not known(p.id, pack / "method/programs")]
    theirs = (f"As in the pack, not as in this tool, are the mappings of {', '.join(strange)}: read them.",) if strange else ()
    says = (f"Judging the kept answers again gives report/results.json{also} byte for byte.", *theirs)
    return Checked(JUDGED, TITLES[JUDGED], "done", says)
