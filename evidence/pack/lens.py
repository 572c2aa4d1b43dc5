"""An assessment as some programs see it: their conclusions and the results behind them, counted and numbered. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from evidence.assessment.model import (
    JUDGEMENTS,
    Assessment,
    MemberResult,
    PopulationFacts,
    ProgramFacts,
    RequirementResult,
)
from evidence.assessment.register import Identity, identity
from evidence.errors import EvidenceError
from evidence.pack import words
from evidence.pack.facts import NotCollected, exception_numbers, not_collected
from evidence.populations.population import EVERY_REGION

ResultKey = tuple[str, str]
REGISTER_ROWS = 400
"""Exceptions printed in the register; the workbook has every one."""


@dataclass(frozen=True)
class Lists:
    """Lists of one call that ended alike in one account, with all their Regions."""

    account: str
    regions: tuple[str, ...]
    call: str
    ending: str
    detail: str
    populations: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One result of one resource, as a row."""

    number: str
    resource: str
    place: str
    reason: str
    evidence: tuple[str, ...]
    linked: bool = False


@dataclass(frozen=True)
class Group:
    """Rows of one requirement, and how many of them there are in all."""

    result: RequirementResult
    rows: tuple[Row, ...]
    total: int
    controls: tuple[str, ...] = ()


class Lens:
    """The assessment as some programs see it: their conclusions, the results behind them, and nothing else."""

    def __init__(self, assessment: Assessment, programs: Sequence[ProgramFacts]) -> None:
        self.assessment, self.programs = assessment, tuple(programs)
        wanted = {p.id for p in programs}
        self.conclusions = tuple(c for c in assessment.conclusions if c.program in wanted)
        used = dict.fromkeys((m.id, m.variant) for c in self.conclusions for m in c.requirements)
        by_key = {(r.id, r.variant): r for r in assessment.requirements}
        missing = [key for key in used if key not in by_key]
        if missing:
            raise EvidenceError(f"No result for the requirement {missing[0][0]}, which a control needs.", "Judge the run again.")
        for r in assessment.requirements:
            if r.population.listed != sum(r.counts.get(word, 0) for word in JUDGEMENTS):
                raise EvidenceError(f"The counts of {r.id} do not add up to the {r.population.listed} listed.", "Judge again.")
        self.results = {(r.id, r.variant): r for r in assessment.requirements if (r.id, r.variant) in used}
        self.members: dict[ResultKey, list[MemberResult]] = defaultdict(list)
        for member in assessment.members:
            if (member.requirement, member.variant) in self.results:
                self.members[(member.requirement, member.variant)].append(member)

    @cached_property
    def numbers(self) -> dict[Identity, str]:
        return exception_numbers(self.assessment)

    @cached_property
    def not_collected(self) -> tuple[NotCollected, ...]:
        return not_collected(self.assessment)

    @cached_property
    def populations(self) -> tuple[PopulationFacts, ...]:
        """Each population of these results once, by name."""
        found = {r.population.name: r.population for r in self.results.values()}
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def counts(self) -> dict[str, int]:
        """Results by judgement, over all members of all requirements."""
        return totals(self.results.values())

    @cached_property
    def accounts(self) -> dict[str, str]:
        """Account id → its name, where the run knows one."""
        return {str(a.get("id", "")): str(a.get("name", "")) for a in self.assessment.run.accounts}

    @cached_property
    def controls_of(self) -> dict[ResultKey, tuple[str, ...]]:
        out: dict[ResultKey, dict[str, None]] = defaultdict(dict)
        for conclusion in self.conclusions:
            for mapped in conclusion.requirements:
                label = conclusion.control if len(self.programs) == 1 else f"{conclusion.program} {conclusion.control}"
                out[(mapped.id, mapped.variant)][label] = None
        return {key: tuple(labels) for key, labels in out.items()}

    @cached_property
    def registered(self) -> dict[ResultKey, list[MemberResult]]:
        """The exceptions that the register prints, by requirement."""
        return pick({key: of(self.members[key], "exception") for key in self.results}, REGISTER_ROWS)

    @cached_property
    def anchors(self) -> frozenset[str]:
        return frozenset(self.numbers[identity(m)] for members in self.registered.values() for m in members)

    def row(self, member: MemberResult) -> Row:
        number = self.numbers.get(identity(member), "")
        shown = member.arn or member.id
        place = [part for part in (member.account, member.region) if part not in ("", "global") and part not in shown]
        if self.accounts.get(member.account) and member.account in place:
            place[0] = f"{self.accounts[member.account]} {member.account}"
        reason = words.shorten(member.reason) or "nothing further was recorded"
        return Row(number, words.shorten(shown, 400), " · ".join(place), reason, member.evidence, number in self.anchors)

    def lists(self, results: Iterable[RequirementResult]) -> tuple[Lists, ...]:
        """The lists that could not be read, one row for those that differ by Region only."""
        regions: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
        names: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
        for result in results:
            for u in result.population.unread:
                key = (u.account, u.call, u.ending, u.detail)
                regions[key].add(u.region)
                names[key].add(result.population.name)
        rows = []
        for key in sorted(regions):
            account, call, ending, detail = key
            same = [n for n in self.not_collected if (n.account, n.call) == (account, call)]
            near = [n.number for n in same if n.region in regions[key] or EVERY_REGION in regions[key]]
            rows.append(Lists(account, tuple(sorted(regions[key])), call, ending, detail, tuple(sorted(names[key])), tuple(near)))
        return tuple(rows)


def totals(results: Iterable[RequirementResult]) -> dict[str, int]:
    out = dict.fromkeys(("listed", *JUDGEMENTS), 0)
    for result in results:
        out["listed"] += result.population.listed
        for word in JUDGEMENTS:
            out[word] += result.counts.get(word, 0)
    return out


def unread_lists(results: Iterable[RequirementResult]) -> set[tuple[str, str, str]]:
    """Each list that could not be read, once however many populations need it."""
    return {(u.account, u.region, u.call) for result in results for u in result.population.unread}


def of(members: Iterable[MemberResult], judgement: str) -> list[MemberResult]:
    return [m for m in members if m.judgement == judgement]


def pick(groups: dict[ResultKey, list[MemberResult]], most: int) -> dict[ResultKey, list[MemberResult]]:
    """At most so many in all, taken in turn from each group so that a long one does not hide the others."""
    ranked = sorted((rank, n, key) for n, key in enumerate(groups) for rank in range(len(groups[key])))
    kept = Counter(key for _, _, key in ranked[:most])
    return {key: members[: kept[key]] for key, members in groups.items() if kept[key]}
