"""Assess: every judgement and conclusion of one run for some programs. The same run gives the same Assessment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evidence.assessment.beside import aws_side, key_ages, services_in_use
from evidence.assessment.billing import BILLS, billing
from evidence.assessment.conclude import conclude
from evidence.assessment.judge import judge, variant_of
from evidence.assessment.lens import environments, standing_of
from evidence.assessment.model import (
    Assessment,
    CallFailed,
    Cell,
    MappedResult,
    MemberResult,
    ProgramFacts,
    RequirementResult,
    RunFacts,
)
from evidence.assessment.register import TagsOf, acceptances, accepting, place_of, register
from evidence.assessment.wanted import judged_by, tags_wanted, wanted
from evidence.management.model import NOTHING, Statements
from evidence.populations.answers import Answers
from evidence.populations.population import EVERY_REGION, Populations, Unread
from evidence.populations.read import read_populations
from evidence.populations.tags import tags_of
from evidence.programs.model import Mapped, Program
from evidence.programs.parameters import with_parameters
from evidence.requirements.declare import Requirement
from evidence.run.answer import GLOBAL, READ, Answer
from evidence.run.calendar import quarter
from evidence.run.run import RunFacts as Kept
from evidence.run.scope import NOT_ASKED, Account
from evidence.services.declare import Ask, PopulationSpec


def assess(
    kept: Kept,
    answers: Iterable[Answer],
    programs: Sequence[Program],
    requirements: Mapping[str, Requirement],
    specs: Mapping[str, PopulationSpec],
    management: Statements = NOTHING,
) -> Assessment:
    """Judges the answers of a finished run, as of its end, with what management states."""
    programs = with_parameters(programs, management.parameters)
    found = Answers(kept.scope, answers)
    columns = wanted(programs, requirements, specs)
    populations = read_populations(found, columns, specs, kept.as_of)
    lens = environments(populations, management.stands_on)
    standing = standing_of(lens)
    tags = _tags(read_populations(found, tags_wanted(management, requirements, specs, columns), specs, kept.as_of))
    today = kept.as_of.date()
    bills = read_populations(found, BILLS, specs, kept.as_of) if "billing" in kept.scope.over_time else None

    def accepted(member: MemberResult) -> bool:
        return accepting(member, management.acceptances, today, tags) is not None

    results: dict[tuple[str, str], RequirementResult] = {}
    members: list[MemberResult] = []
    for key, (requirement, parameters) in judged_by(programs, requirements).items():
        results[key], judged = judge(requirement, populations, parameters, standing, accepted)
        members.extend(judged)
    conclusions = tuple(
        conclude(program, control, _mapped(control.requirements, requirements), results)
        for program in programs
        for control in program.controls
    )
    return Assessment(
        run=_run_facts(kept),
        programs=tuple(_program_facts(p) for p in programs),
        requirements=tuple(results.values()),
        members=tuple(sorted(members, key=_order)),
        exceptions=register(members, management, kept.as_of, kept.id, tags),
        acceptances=acceptances(management, members, kept.as_of, tags),
        aws_side=aws_side(populations, (quarter(kept.scope.period) or (today, today))[1]),
        services=services_in_use(populations),
        billing=billing(bills, populations, kept.scope),
        key_ages=key_ages(populations, kept.as_of),
        conclusions=conclusions,
        failed_calls=_failed(found, populations, {**columns, **(BILLS if bills is not None else {})}, specs),
        coverage=_coverage(kept.scope.accounts, found),
        environments=lens,
        management=management,
    )


def _tags(read: Populations) -> TagsOf:
    """The tags of these members. They are read apart from the populations that are judged, so that what management states changes
    nothing of these."""
    return {place_of(member): tags for population in read.by_name.values() for member, tags in tags_of(population).items()}


def _order(member: MemberResult) -> tuple[str, ...]:
    return (member.requirement, member.variant, member.account, member.region, member.id)


def _mapped(mapped: Iterable[Mapped], requirements: Mapping[str, Requirement]) -> list[MappedResult]:
    return [MappedResult(m.id, variant_of(requirements[m.id], m.parameters), m.reach, m.why) for m in mapped]


def _run_facts(kept: Kept) -> RunFacts:
    scope = kept.scope
    accounts = tuple(
        {
            "id": a.id,
            "name": a.name,
            "partition": a.partition,
            "principal": a.principal,
            "ending": a.ending,
            "regions": dict(a.regions),
            "seen": a.seen,
            **_of_organization(a),
        }
        for a in scope.accounts
    )
    tool, botocore = kept.versions.get("tool", ""), kept.versions.get("botocore", "")
    return RunFacts(
        kept.id, scope.entity, scope.period, scope.prepared_by, kept.ended, kept.started, tool, botocore, accounts,
        scope.programs, dict(kept.calls), dict(kept.redactions), kept.redaction_key,
    )  # fmt: skip


def _of_organization(account: Account) -> dict[str, Any]:
    """What is said only of accounts of an organisation, or of those entered by a role."""
    said = {"status": account.status if account.status != "in scope" else "", "state": account.state, "role": account.role}
    return {name: value for name, value in {**said, "external_id": account.external_id}.items() if value}


def _program_facts(program: Program) -> ProgramFacts:
    aws = program.aws
    return ProgramFacts(
        program.id, program.name, program.edition, program.body, program.text, dict(program.groups), aws.attested, aws.artifact, aws.note,
        f"{program.derives.program}, by {program.derives.source}" if program.derives else "",
        aws.services,
    )  # fmt: skip


def _failed(
    answers: Answers, populations: Populations, columns: Mapping[str, Sequence[str]], specs: Mapping[str, PopulationSpec]
) -> tuple[CallFailed, ...]:
    """Every call that did not bring what was asked, lists that were never asked included, with the populations that lack it."""
    serves: dict[tuple[str, str], set[str]] = defaultdict(set)
    shutting = {a.id for account in answers.scope.accounts if (a := answers.shutting(account)) is not None}
    actions: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, wanted_columns in columns.items():
        for ask in (*specs[name].lists, *(specs[name].columns[c].of for c in wanted_columns)):
            if isinstance(ask, Ask):
                serves[ask.service, ask.operation].add(name)
                actions[ask.service, ask.operation] = ask.actions
    lacking: dict[tuple[str, str, str], dict[Unread, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, population in populations.by_name.items():
        for unread in population.unread:
            region = GLOBAL if unread.region == EVERY_REGION else unread.region
            lacking[unread.account, region, unread.call][unread].add(name)
    out = []
    for answer in (a for a in answers if a.ending not in READ):
        call, key = answer.call, (answer.call.service, answer.call.operation)
        resource = ", ".join(f"{k}={v}" for k, v in sorted(call.parameters.items()) if isinstance(v, (str, list)))
        found = lacking[call.account, call.region, call.name]
        spoiled = serves[key].union(*(names for unread, names in found.items() if unread.ending != NOT_ASKED))
        spoiled |= set(columns) if answer.id in shutting else set()
        out.append(
            CallFailed(
                call.account, call.region, call.name, answer.ending, answer.code or "", resource, answer.id, tuple(sorted(spoiled)),
                actions.get(key, ()),
            )
        )  # fmt: skip
    kept = {(f.account, f.region, f.call) for f in out}
    for place, found in lacking.items():
        for unread, names in found.items():
            if unread.ending == NOT_ASKED or place not in kept:
                service, _, operation = unread.call.partition(":")
                known = actions.get((service, operation), ())
                lacks = tuple(sorted(names))
                out.append(
                    CallFailed(unread.account, unread.region, unread.call, unread.ending, unread.detail, "", "", lacks, known)
                )
    return tuple(sorted(set(out), key=lambda f: (f.account, f.region, f.call, f.resource, f.populations)))


def _coverage(accounts: Sequence[Account], answers: Answers) -> tuple[Cell, ...]:
    """Account × Region. An account that was not entered, or not asked, is that in every Region that was asked elsewhere."""
    asked: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for answer in answers:
        asked[answer.call.account, answer.call.region].append(answer.ending in READ)
    elsewhere = sorted({region for account in accounts for region in account.asked})
    cells = []
    for account in accounts:
        known = account.regions or dict.fromkeys(elsewhere, "asked")
        for region in (GLOBAL, *sorted(known)):
            read = asked.get((account.id, region), [])
            status: str = "asked" if region == GLOBAL else known[region]
            if account.status != "in scope":
                status = account.status
            elif status == "asked":
                whole, none = all(read) and not account.unasked, not any(read)
                status = "denied" if account.shut or (read and none) else "read" if whole else "in part"
            cells.append(Cell(account.id, region, status, len(read), sum(read)))
    return tuple(cells)
