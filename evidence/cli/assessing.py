"""From a kept run to its Assessment, as `pack`, `verify` and `explain` need it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import orjson

from evidence.assessment import register
from evidence.assessment.assess import assess, assess_part
from evidence.assessment.model import Assessment
from evidence.assessment.named import check_named
from evidence.assessment.rules import rules_of
from evidence.errors import EvidenceError
from evidence.management.model import NOTHING, Seen, Statements
from evidence.management.read import statements_of
from evidence.populations.shared import Shared
from evidence.programs.load import from_file
from evidence.programs.model import Program
from evidence.programs.parameters import check_parameters
from evidence.requirements import requirements
from evidence.run.part import shared_in
from evidence.run.run import Run
from evidence.services import populations


def assessment_of(run: Run, programs: Sequence[Program], management: Statements = NOTHING) -> Assessment:
    """Judges a finished run for these programs, with what management states; a part of one by what it keeps of the other accounts.
    Raises EvidenceError for a run that was cut short."""
    kept = run.finished()
    if kept.part is None:
        return assess(kept, run.answers(), programs, requirements(), populations(), management)
    rules, shared = rules_of(programs, requirements(), populations(), management), Shared.from_json(shared_in(run), populations())
    return assess_part(kept, run.answers(), rules, shared)


def stated_in(pack: Path) -> Statements:
    """What a pack keeps of management's statements. Raises EvidenceError, or OSError and ValueError where it keeps none."""
    where = "method/management.json"
    stated = statements_of(orjson.loads((pack / where).read_bytes()), where)
    check_parameters(stated.parameters, requirements(), where)
    check_named(stated.stands_on, where)
    return stated


def programs_in(pack: Path, ids: Iterable[str]) -> tuple[Program, ...]:
    """The programs as the pack keeps them: what it was judged with, whether or not this tool knows them. Raises EvidenceError."""
    kept = {file.stem: file for file in sorted((pack / "method/programs").glob("*.yaml"))}
    wanted = list(map(str, dict.fromkeys(ids)))
    for id in wanted:
        if id not in kept:
            raise EvidenceError(f"{pack} does not keep the program {id}.", "Get it again from whoever made it.")
    return tuple(from_file(kept[id], id) for id in wanted)


def with_earlier(
    management: Statements, run: Run, earlier: Sequence[Run], programs: Sequence[Program]
) -> tuple[Statements, list[tuple[Run, Assessment]]]:
    """Management's statements, with what earlier runs of the same entity show of exceptions: judged by today's requirements, oldest
    first; and these runs, so judged. Since when an exception is seen is broken by a run that does not show it. Raises
    EvidenceError for a run that is not earlier."""
    seen: tuple[Seen, ...] = ()
    judged: list[tuple[Run, Assessment]] = []
    for old in sorted(earlier, key=lambda r: r.finished().as_of):
        if old.finished().as_of >= run.finished().as_of:
            raise EvidenceError(
                f"The run {old.facts.id} is not earlier than {run.facts.id}.", "Name only older runs with --earlier."
            )
        found = assessment_of(old, programs, management)
        seen = register.earlier(found.exceptions, seen)
        judged.append((old, found))
    return replace(management, earlier=seen), judged
