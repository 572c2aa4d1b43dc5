"""One pack of a finished run, whole or a part: what it is made with, and how it is made. As `pack` needs it, and each of its workers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from evidence.assessment.assess import shared_of
from evidence.assessment.model import Assessment
from evidence.assessment.rules import rules_of
from evidence.assessment.wanted import judged_by
from evidence.aws.policy import policy as iam_policy
from evidence.cli.assessing import assessment_of, with_earlier
from evidence.cli.collecting import asks_of
from evidence.cli.common import chosen
from evidence.cli.configuration import Configuration
from evidence.cli.observing import Looked, period_of, quarter_of
from evidence.errors import EvidenceError
from evidence.management.model import Statements
from evidence.management.read import check_controls, check_people
from evidence.pack.accounts import answers_across
from evidence.pack.build import build_pack, made_with
from evidence.pack.facts import PackFacts
from evidence.populations.shared import Shared
from evidence.programs.load import sources
from evidence.programs.model import Program
from evidence.programs.parameters import overruled
from evidence.requirements import requirements
from evidence.requirements.declare import Requirement
from evidence.run.part import RUN, accounts_in, part_of, unit_of
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.seal.sealing import Sealing
from evidence.services import populations
from evidence.services.declare import Ask


@dataclass(frozen=True)
class Order:
    """What a pack is made with, whichever run or account it is of. Plain and picklable. `sources` are the program files."""

    programs: tuple[Program, ...]
    sources: Mapping[str, bytes]
    stated: Statements
    manual: Path | None
    sealed: Sealing
    oscal_findings: bool

    @property
    def requirements(self) -> list[Requirement]:
        return [r for r, _ in judged_by(self.programs, requirements()).values()]

    def asks(self, scope: Scope) -> tuple[Ask, ...]:
        return asks_of(self.programs, scope.over_time, self.stated)


def order_of(run: Run, only: Sequence[str], settings: Configuration, sealed: Sealing, oscal_findings: bool = False) -> Order:
    """What the packs of a run are made with; `only` are the programs that were asked for. Raises EvidenceError."""
    stated, scope = settings.statements(), run.finished().scope
    programs = chosen(only or scope.programs)
    for o in overruled(programs, stated.parameters):
        typer.echo(
            f"evidence: {o.program} {o.control} demands {o.parameter} = {o.demanded} of {o.requirement} and is judged with it, not with your {o.given}.",
            err=True,
        )
    check_controls(stated, programs)
    check_people(stated.people, run.where, scope.prepared_by)
    files = {name: text for p in programs for name, text in sources(p.id).items()}
    return Order(programs, files, stated, settings.manual, sealed, oscal_findings)


def shared_by(run: Run, order: Order) -> Shared:
    """What each account of a finished run may know of the others. Raises EvidenceError for a part of a run, which has not all answers
    behind that."""
    if run.finished().part is not None:
        raise EvidenceError(f"{run.where} is a part of a run already.", "Name the whole run.")
    rules = rules_of(order.programs, requirements(), populations(), order.stated)
    return shared_of(run.finished(), answers_across(run, rules), rules)


def of_unit(runs: Sequence[Run], unit: str, order: Order) -> list[Run]:
    """The part of each run that is about the accounts which the first has in an organisational unit (ou-… or r-…) and below it; without
    those that had none of them in scope. Raises EvidenceError where the first has none."""
    accounts = set(accounts_in(runs[0].finished(), unit))
    parts = []
    for run in runs:
        kept = run.finished()
        if any(a.id in accounts and a.status == "in scope" for a in kept.scope.accounts):
            shared = shared_by(run, order)
            facts = unit_of(kept, unit, accounts, shared.digest, run.store.read(RUN))
            parts.append(part_of(run, facts, shared.to_json()))
    return parts


def pack_of(
    run: Run, earlier: Sequence[Run], order: Order, out: Path, on_step: Callable[[str], None] = lambda step: None
) -> tuple[PackFacts, Assessment]:
    """Writes the pack. Raises EvidenceError."""
    stated, before = with_earlier(order.stated, run, earlier, order.programs)
    assessment = assessment_of(run, order.programs, stated)
    period, looked = period_of([*before, (run, assessment)], order.programs, stated)
    facts = build_pack(
        run,
        assessment,
        out,
        requirements=order.requirements,
        program_sources=order.sources,
        policy=iam_policy(order.asks(run.facts.scope)),
        versions=made_with(),
        manual=order.manual,
        earlier=_before_the_quarter(run, before),
        period=period,
        observed=looked,
        sealing=order.sealed,
        oscal_findings=order.oscal_findings,
        on_step=on_step,
    )
    return facts, assessment


def _before_the_quarter(run: Run, before: Looked) -> Assessment | None:
    """The newest of the earlier runs that is not of the same quarter: what the section on changes compares with."""
    span = quarter_of(run)
    return next((found for old, found in reversed(before) if span is None or old.finished().as_of <= span[0]), None)
