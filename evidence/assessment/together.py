"""The accounts of a run together: what each adds is summed, and every control is concluded over the sums. Pure.

An organisation has more members than memory: here are sums, never members. These stay where their account was judged.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from evidence.assessment.assess import conclusions, program_facts, run_facts
from evidence.assessment.beside import REPORTS, aws_sides, services_together
from evidence.assessment.completeness import coverage
from evidence.assessment.judge import parameters_of
from evidence.assessment.model import (
    AcceptanceStatus,
    Assessment,
    AwsSide,
    Cell,
    Conclusion,
    ConclusionWord,
    ProgramFacts,
    RequirementResult,
    RunFacts,
    ServiceInUse,
)
from evidence.assessment.register import acceptance_status, number_of
from evidence.assessment.rules import Rules
from evidence.assessment.tally import Sum, Tally, result_of
from evidence.management.model import NOTHING, Statements
from evidence.populations.answers import Answers
from evidence.run.run import RunFacts as Kept


@dataclass(frozen=True)
class AccountSums:
    """What one account came to, in numbers.

    counts        {judgement: members}, of all requirements
    accepted      exceptions among these that an acceptance in force covers
    exceptions    how many there are of each requirement, in the order of the requirements
    requirements  {judgement: requirements}
    conclusions   {program: {conclusion: controls}}
    failed_calls, environments, keys  how many stand in the account's own Assessment
    """

    id: str
    partition: str
    counts: Mapping[str, int]
    accepted: int
    exceptions: tuple[int, ...]
    requirements: Mapping[str, int]
    conclusions: Mapping[str, Mapping[str, int]]
    failed_calls: int
    environments: int
    keys: int


@dataclass(frozen=True)
class Part:
    """What an account adds to the organisation's result; `covers` are (exceptions covered, tags unread) of each acceptance, `said` the
    conclusion of each control."""

    sums: AccountSums
    tallies: tuple[Tally, ...]
    coverage: tuple[Cell, ...]
    covers: tuple[tuple[int, int], ...]
    aws_side: AwsSide
    services: tuple[ServiceInUse, ...]
    said: tuple[ConclusionWord, ...]


def part_of(assessment: Assessment) -> Part:
    """Of the Assessment of one account."""
    (account,) = assessment.run.accounts
    results = assessment.requirements
    counts, said = Counter[str](), dict[str, Counter[str]]()
    for r in results:
        counts.update(r.counts)
    for c in assessment.conclusions:
        said.setdefault(c.program, Counter())[c.conclusion] += 1
    sums = AccountSums(
        account["id"], account["partition"], dict(counts), sum(r.accepted for r in results),
        tuple(r.counts["exception"] for r in results), dict(Counter(r.judgement for r in results)),
        {program: dict(words) for program, words in said.items()}, len(assessment.failed_calls), len(assessment.environments),
        len(assessment.key_ages),
    )  # fmt: skip
    incomparable = set(assessment.incomparable)
    tallies = tuple(
        Tally(r.id, r.variant, r.population, r.counts, r.accepted, r.lists, r.population.name not in incomparable)
        for r in results
    )
    covers = tuple((a.covers, a.tags_unread) for a in assessment.acceptances)
    words = tuple(c.conclusion for c in assessment.conclusions)
    return Part(sums, tallies, assessment.coverage, covers, assessment.aws_side, assessment.services, words)


@dataclass(frozen=True)
class Organisation:
    """What all accounts of a run support together: an Assessment without what grows with its members (members, exceptions, failed
    calls, environments, key ages), of which each account's own has its share.

    accounts   what each account in scope came to, in the run's order
    said       for each control how many accounts have which conclusion, in the order of `conclusions`
    left_off   {(requirement, variant): {list of its result: entries beyond those that are named}}; see tally.NAMED
    """

    run: RunFacts
    programs: tuple[ProgramFacts, ...]
    requirements: tuple[RequirementResult, ...]
    conclusions: tuple[Conclusion, ...]
    coverage: tuple[Cell, ...]
    acceptances: tuple[AcceptanceStatus, ...]
    aws_side: AwsSide
    services: tuple[ServiceInUse, ...]
    accounts: tuple[AccountSums, ...]
    said: tuple[Mapping[str, int], ...]
    left_off: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    management: Statements = NOTHING

    @cached_property
    def exceptions(self) -> int:
        return sum(sum(account.exceptions) for account in self.accounts)

    @cached_property
    def _ends(self) -> Mapping[str, tuple[int, ...]]:
        """Account → how many of its own exceptions there are up to each requirement."""
        return {account.id: tuple(accumulate(account.exceptions)) for account in self.accounts}

    @cached_property
    def _before(self) -> Mapping[str, tuple[int, ...]]:
        """Account → for each requirement, how many exceptions of the organisation come before the account's first."""
        found: dict[str, list[int]] = {account.id: [] for account in self.accounts}
        before = 0
        for n in range(len(self.requirements)):
            for account in sorted(self.accounts, key=lambda a: (a.partition, a.id)):
                found[account.id].append(before)
                before += account.exceptions[n]
        return {id: tuple(numbers) for id, numbers in found.items()}

    def number(self, account: str, number: str) -> str:
        """The organisation's number ("X-0412") of an exception that has this number ("X-007") in its account's own register."""
        own = int(number.removeprefix("X-"))
        n = bisect_right(self._ends[account], own - 1)
        rank = own - (self._ends[account][n - 1] if n else 0)
        return number_of(self._before[account][n] + rank, self.exceptions)


def together(kept: Kept, rules: Rules, parts: Iterable[Part]) -> Organisation:
    """Sums the parts, which come in the order of the run's accounts in scope, and concludes. Only one part is held at a time. Raises
    ValueError where an account is missing or comes twice: no sum would say so."""
    sums = {
        key: Sum(*key, requirement.over, rules.specs[requirement.over].noun) for key, (requirement, _) in rules.judged.items()
    }
    covers = [(0, 0)] * len(rules.management.acceptances)
    accounts, cells = list[AccountSums](), dict[str, tuple[Cell, ...]]()
    said = [Counter[str]() for program in rules.programs for _ in program.controls]
    side, services = AwsSide(asked=REPORTS in rules.columns), tuple[ServiceInUse, ...]()
    for part in _in_order(kept, parts):
        for tally in part.tallies:
            sums[tally.id, tally.variant].add(tally)
        accounts.append(part.sums)
        for counted, word in zip(said, part.said, strict=True):
            counted[word] += 1
        cells[part.sums.id] = part.coverage
        covers = [(one + other, unread + more) for (one, unread), (other, more) in zip(covers, part.covers, strict=True)]
        side, services = aws_sides(side, part.aws_side), services_together(services, part.services)
    tallies = {key: sum.tally() for key, sum in sums.items()}
    results = {
        key: result_of(requirement, parameters_of(requirement, given), tallies[key])
        for key, (requirement, given) in rules.judged.items()
    }
    return Organisation(
        run_facts(kept), program_facts(rules), tuple(results.values()), conclusions(rules, results),
        tuple(_coverage(kept, cells)),
        tuple(acceptance_status(a, *n, kept.as_of.date()) for a, n in zip(rules.management.acceptances, covers, strict=True)),
        side, services, tuple(accounts), tuple(map(dict, said)), {key: tally.left_off for key, tally in tallies.items() if tally.left_off}, rules.management,
    )  # fmt: skip


def _in_order(kept: Kept, parts: Iterable[Part]) -> Iterator[Part]:
    expected = iter([account.id for account in kept.scope.accounts if account.status == "in scope"])
    for part in parts:
        if part.sums.id != (wanted := next(expected, None)):
            raise ValueError(
                f"the part of account {part.sums.id} came where that of {wanted or 'no further account'} was expected"
            )
        yield part
    if (missing := next(expected, None)) is not None:
        raise ValueError(f"the part of account {missing} is missing")


def _coverage(kept: Kept, cells: Mapping[str, Sequence[Cell]]) -> Iterator[Cell]:
    """The cells of all accounts in the run's order, also of those that were not looked at."""
    elsewhere = sorted({region for account in kept.scope.accounts for region in account.asked})
    nothing = Answers(kept.scope, ())
    for account in kept.scope.accounts:
        yield from cells[account.id] if account.id in cells else coverage((account,), nothing, elsewhere)
