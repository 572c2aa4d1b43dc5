"""Assess: every judgement and conclusion of one run for some programs. The same run gives the same Assessment."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evidence.assessment.beside import aws_side, key_ages, services_in_use
from evidence.assessment.billing import BILLS, billing, told_of_all
from evidence.assessment.completeness import coverage, failed_calls
from evidence.assessment.conclude import Results, conclude
from evidence.assessment.judge import judge
from evidence.assessment.lens import environments, standing_of
from evidence.assessment.model import Assessment, Conclusion, MemberResult, ProgramFacts, RequirementResult, RunFacts
from evidence.assessment.register import NO_TAGS, TagsOf, acceptances, accepting, place_of, register
from evidence.assessment.rules import Rules, rules_of
from evidence.management.model import NOTHING, Statements
from evidence.populations.answers import Answers
from evidence.populations.population import Population, Populations
from evidence.populations.read import read_populations
from evidence.populations.shared import Shared, shared_tables
from evidence.populations.tags import tags_of
from evidence.programs.model import Program
from evidence.requirements.declare import Requirement
from evidence.run.answer import ENDINGS, Answer
from evidence.run.calendar import quarter
from evidence.run.run import RunFacts as Kept
from evidence.run.scope import Account
from evidence.services.declare import PopulationSpec

NOTHING_BESIDE: Mapping[str, Sequence[str]] = {}


def assess(
    kept: Kept,
    answers: Iterable[Answer],
    programs: Sequence[Program],
    requirements: Mapping[str, Requirement],
    specs: Mapping[str, PopulationSpec],
    management: Statements = NOTHING,
) -> Assessment:
    """Judges the answers of a finished run, as of its end, with what management states."""
    found = Answers(kept.scope, answers)
    elsewhere = sorted({region for account in kept.scope.accounts for region in account.asked})
    rules = rules_of(programs, requirements, specs, management)
    if "billing" not in kept.scope.over_time:
        return _assessed(kept, found, rules, {}, elsewhere)[0]
    whole, read = _assessed(kept, found, rules, {}, elsewhere, BILLS)
    return replace(whole, billing=billing(read_populations(found, BILLS, specs, kept.as_of), read, kept.scope))


def assess_account(kept: Kept, account: str, answers: Iterable[Answer], rules: Rules, shared: Shared) -> Assessment:
    """Judges one account of a finished run by its own answers, and by what it may know of the others. The result is of that account
    alone: what it says of members is what `assess` says of them in the whole run. Raises KeyError for an account that is not in scope."""
    own = next((a for a in kept.scope.accounts if a.id == account and a.status == "in scope"), None)
    if own is None:
        raise KeyError(f"{account} is not in scope")
    return assess_part(replace(kept, scope=replace(kept.scope, accounts=(own,))), answers, rules, shared)


def assess_part(part: Kept, answers: Iterable[Answer], rules: Rules, shared: Shared) -> Assessment:
    """Judges the accounts of a part of a finished run as `assess_account` judges one: by their own answers, and by what they may know of
    the others."""
    found = Answers(part.scope, answers)
    ended = Counter[str](answer.ending for answer in found)
    calls = {ending: ended[ending] for ending in ENDINGS}
    alone, _ = _assessed(replace(part, calls=calls), found, rules, shared.populations, shared.regions)
    return replace(alone, billing=told_of_all(part.scope)) if "billing" in part.scope.over_time else alone


def shared_of(kept: Kept, answers: Iterable[Answer], rules: Rules) -> Shared:
    """What every account of the run may know of the others. Of the answers only those to `rules.calls_across` are needed, and all of
    the accounts that could not be entered or named no Regions: these are few."""
    found = Answers(kept.scope, answers)
    return shared_tables(kept.id, found, rules.across, rules.looked_up, rules.specs, kept.as_of)


def _assessed(
    kept: Kept,
    found: Answers,
    rules: Rules,
    shared: Mapping[str, Population],
    elsewhere: Sequence[str],
    beside: Mapping[str, Sequence[str]] = NOTHING_BESIDE,
) -> tuple[Assessment, Populations]:
    """The Assessment, and what it was read from. `beside` are columns that no requirement reads, whose calls may have failed too."""
    read = read_populations(found, rules.columns, rules.specs, kept.as_of)
    tags = _tags(read_populations(found, rules.tags, rules.specs, kept.as_of))
    judged = judged_members(kept, Populations(read.by_name, shared), rules, tags)
    whole = replace(
        judged,
        failed_calls=failed_calls(found, read, {**rules.columns, **beside}, rules.specs),
        coverage=coverage(kept.scope.accounts, found, elsewhere),
    )
    return whole, read


def judged_members(kept: Kept, populations: Populations, rules: Rules, tags: TagsOf = NO_TAGS) -> Assessment:
    """The populations judged: an Assessment that does not say yet which calls failed, and where was looked."""
    management, today = rules.management, kept.as_of.date()
    lens = environments(populations, management.stands_on)
    standing = standing_of(lens)

    def accepted(member: MemberResult) -> bool:
        return accepting(member, management.acceptances, today, tags) is not None

    results: dict[tuple[str, str], RequirementResult] = {}
    members: list[MemberResult] = []
    for key, (requirement, parameters) in rules.judged.items():
        results[key], judged = judge(requirement, populations, parameters, standing, accepted)
        members.extend(judged)
    return Assessment(
        run=run_facts(kept),
        programs=program_facts(rules),
        requirements=tuple(results.values()),
        members=tuple(sorted(members, key=_order)),
        exceptions=register(members, management, kept.as_of, kept.id, tags),
        acceptances=acceptances(management, members, kept.as_of, tags),
        aws_side=aws_side(populations, (quarter(kept.scope.period) or (today, today))[1]),
        services=services_in_use(populations),
        key_ages=key_ages(populations, kept.as_of),
        conclusions=conclusions(rules, results),
        failed_calls=(),
        coverage=(),
        environments=lens,
        management=management,
        incomparable=tuple(sorted(name for name, p in populations.by_name.items() if not p.comparable)),
    )


def conclusions(rules: Rules, results: Results) -> tuple[Conclusion, ...]:
    """What the evidence says for every control of the programs."""
    return tuple(
        conclude(program, control, rules.mapped(control.requirements), results)
        for program in rules.programs
        for control in program.controls
    )


def _tags(read: Populations) -> TagsOf:
    """The tags of these members. They are read apart from the populations that are judged, so that what management states changes
    nothing of these."""
    return {place_of(member): tags for population in read.by_name.values() for member, tags in tags_of(population).items()}


def _order(member: MemberResult) -> tuple[str, ...]:
    return (member.requirement, member.variant, member.account, member.region, member.id)


def run_facts(kept: Kept) -> RunFacts:
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
        kept.part,
    )  # fmt: skip


def _of_organization(account: Account) -> dict[str, Any]:
    """What is said only of accounts of an organisation, or of those entered by a role."""
    said = {
        "status": account.status if account.status != "in scope" else "",
        "state": account.state,
        "role": account.role,
        "path": account.path,
    }
    return {name: value for name, value in {**said, "external_id": account.external_id}.items() if value}


def program_facts(rules: Rules) -> tuple[ProgramFacts, ...]:
    return tuple(_program_facts(program) for program in rules.programs)


def _program_facts(program: Program) -> ProgramFacts:
    aws = program.aws
    return ProgramFacts(
        program.id, program.name, program.edition, program.body, program.text, dict(program.groups), aws.attested, aws.artifact, aws.note,
        f"{program.derives.program}, by {program.derives.source}" if program.derives else "",
        aws.services,
    )  # fmt: skip
