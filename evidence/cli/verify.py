"""`evidence verify PACK`: check a pack in numbered steps, and judge its answers again; or check the chains of a run."""

from pathlib import Path
from typing import Annotated

import orjson
import typer

from evidence import __version__
from evidence.assessment.named import check_named
from evidence.cli.assessing import assessment_of
from evidence.cli.common import chosen, print_json
from evidence.errors import EvidenceError
from evidence.management.read import statements_of
from evidence.pack.results import results_json
from evidence.programs.load import source
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements
from evidence.run.run import Run
from evidence.seal.verify import Checked, verify_run
from evidence.seal.verify import verify as verify_pack

TITLE = "The answers judged again"


def verify(
    pack: Annotated[Path, typer.Argument(help="The folder of a pack, or of a run.")],
    json: Annotated[bool, typer.Option("--json", help="Print the steps as JSON.")] = False,
) -> None:
    """Check a pack: files, chains, root, signature; then judge its answers again and compare. Of a run, check the chains."""
    is_run = (pack / "run.json").is_file()
    steps = list(verify_run(pack) if is_run else verify_pack(pack))
    if not is_run:
        broken = any(step.outcome == "failed" for step in steps)
        again = Checked(6, TITLE, "not done", ("An earlier step failed, so the answers were not judged again.",))
        steps.append(again if broken else judged_again(pack))
    failed = any(step.outcome == "failed" for step in steps)
    if json:
        print_json({"run" if is_run else "pack": str(pack), "verified": not failed, "steps": [vars(step) for step in steps]})
    else:
        for step in steps:
            typer.echo(f"{step.number}. {step.title}: {step.outcome}")
            for sentence in step.says:
                typer.echo(f"   {sentence}")
    if failed:
        raise EvidenceError(
            f"{pack} is not the {'run that was kept' if is_run else 'pack that was made'}.",
            "See the steps that failed; get it again from whoever made it.",
        )


def judged_again(pack: Path) -> Checked:
    """Step 6. By another version of the tool, or with other program files, it is not done, and why is said."""
    facts = orjson.loads((pack / "pack.json").read_bytes())
    made_by = (facts.get("versions") or {}).get("evidence")
    if made_by != __version__:
        why = f"The pack was made by version {made_by} of the tool and this is {__version__}: use that version to judge the answers again."
        return Checked(6, TITLE, "not done", (why,))
    programs = chosen(facts["programs"])
    for p in programs:
        kept = pack / "method/programs" / f"{p.id}.yaml"
        if not kept.is_file() or kept.read_bytes() != source(p.id):
            return Checked(
                6, TITLE, "not done", (f"The pack was made with another edition of the program file {p.id} than this tool has.",)
            )
    stated = statements_of(orjson.loads((pack / "method/management.json").read_bytes()), "method/management.json")
    check_parameters(stated.parameters, requirements(), "method/management.json")
    check_named(stated.stands_on, "method/management.json")
    found = results_json(assessment_of(Run.open(pack / "evidence"), programs, stated))
    if found != (pack / "report/results.json").read_bytes():
        return Checked(6, TITLE, "failed", ("Judging the kept answers again does not give report/results.json.",))
    return Checked(6, TITLE, "done", ("Judging the kept answers again gives report/results.json byte for byte.",))
