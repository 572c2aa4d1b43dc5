"""One control of an assessment as a `Ticket`. Pure: the same run gives the same ticket."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from evidence.assessment.model import (
    Assessment,
    Conclusion,
    MappedResult,
    MemberResult,
    RegisteredException,
    RequirementResult,
)
from evidence.assessment.register import identity
from evidence.errors import EvidenceError, did_you_mean
from evidence.pack import words
from evidence.pack.lens import Lens, of, totals, unread_lists
from evidence.pack.ticket.model import MOST_ITEMS, Counts, Item, NotRead, Origin, Tested, Ticket, key_of
from evidence.pack.ticket.say import adds, closes, reconciled, runs, says, scope, second, title
from evidence.pack.view import timing
from evidence.programs.model import Program

REACHES = ("full", "part", "context")
MOST_NUMBERS = 1_000
LONGEST = 4_000
"""Characters of what was observed of one resource; the rest stands in Results."""


def control_of(programs: Iterable[Program], program: str, control: str) -> None:
    """Raises EvidenceError with the nearest name where these programs have no PROGRAM:CONTROL."""
    _known({p.id: [c.id for c in p.controls] for p in programs}, program, control)


def find(assessment: Assessment, program: str, control: str) -> Conclusion:
    """The conclusion of PROGRAM:CONTROL. Raises EvidenceError with the nearest name."""
    controls: dict[str, list[str]] = {p.id: [] for p in assessment.programs}
    for c in assessment.conclusions:
        controls[c.program].append(c.control)
    _known(controls, program, control)
    return next(c for c in assessment.conclusions if (c.program, c.control) == (program, control))


def _known(controls: Mapping[str, Sequence[str]], program: str, control: str) -> None:
    if program not in controls:
        todo = (
            f"{did_you_mean(program, controls)} It has {words.listed(list(controls))}; a run is judged for others with --program."
        )
        raise EvidenceError(f"This run or pack was not judged for {program}.", todo.strip())
    if control not in controls[program]:
        todo = f"{did_you_mean(control, controls[program])} `evidence programs {program}` lists the controls."
        raise EvidenceError(f"There is no control {program}:{control}.", todo.strip())


def ticket_of(assessment: Assessment, conclusion: Conclusion, origin: Origin) -> Ticket:
    """The ticket of one conclusion, before it is known which answers fit into it: see `cited`."""
    program = next(p for p in assessment.programs if p.id == conclusion.program)
    lens = Lens(assessment, [program])
    results = [lens.results[(m.id, m.variant)] for m in conclusion.requirements]
    numbered = {identity(e): e for e in assessment.exceptions}
    members = [m for r in results for m in lens.members[(r.id, r.variant)]]
    found = [(m, numbered[identity(m)]) for m in of(members, "exception")]
    gaps = of(members, "gap")
    counts = _counts(results, [e for _, e in found])
    tested = tuple(_tested(r, m) for r, m in zip(results, conclusion.requirements, strict=True))
    reach = {(m.id, m.variant): REACHES.index(m.reach) for m in conclusion.requirements}
    items = _items(lens, found, gaps, reach)
    run = assessment.run
    period = run.period or run.as_of[:10]
    return Ticket(
        key=key_of(program.id, conclusion.control, period), title=title(conclusion, counts),
        program=program.id, program_name=program.name, edition=program.edition, control=conclusion.control, asks=conclusion.title,
        group=conclusion.group, responsibility=conclusion.responsibility, reach=conclusion.reach or "none", time=conclusion.time,
        conclusion=conclusion.conclusion, entity=run.entity, period=run.period, as_of=run.as_of, run=run.id,
        timing=timing(run.period, run.as_of), scope=scope(run), origin=origin, says=says(conclusion, program, counts, tested),
        counts=counts, reconciled=reconciled(results), items=items, exceptions=_numbers([e.number for _, e in found]),
        more_exceptions=counts.exceptions - sum(i.status != "gap" for i in items),
        more_gaps=counts.gaps - sum(i.status == "gap" for i in items),
        requirements=tested, not_read=_not_read(lens, results, gaps), adds=adds(conclusion, assessment.management),
        closes=closes(conclusion, run, origin), evidence=(),
    )  # fmt: skip


def cited(ticket: Ticket, results: Iterable[RequirementResult]) -> tuple[str, ...]:
    """The evidence ids that the ticket cites, the most wanted first: of its items, of what was not read, and of the lists from which
    its populations were counted."""
    ids = [id for item in ticket.items for id in item.evidence]
    ids += [id for row in ticket.not_read for id in row.evidence]
    wanted = {(t.id, t.variant): not t.bad for t in ticket.requirements}
    behind = sorted((r for r in results if (r.id, r.variant) in wanted), key=lambda r: wanted[(r.id, r.variant)])
    return tuple(dict.fromkeys([*ids, *(id for r in behind for id in r.lists)]))


def _numbers(numbers: Iterable[str]) -> tuple[str, ...]:
    found = runs(sorted(numbers, key=lambda n: (len(n), n)))
    return (
        *found[:MOST_NUMBERS],
        *((f"{len(found) - MOST_NUMBERS:,} more runs of numbers, in Results",) if len(found) > MOST_NUMBERS else ()),
    )


def _counts(results: Sequence[RequirementResult], exceptions: Sequence[RegisteredException]) -> Counts:
    n = totals(results)
    return Counts(
        listed=n["listed"], meets=n["meets"], exceptions=n["exception"], accepted=sum(e.status == "accepted" for e in exceptions),
        overdue=sum(e.overdue for e in exceptions),
        answered=sum(e.response is not None for e in exceptions if e.status == "open"),
        gaps=n["gap"], not_applicable=n["not_applicable"], unread=len(unread_lists(results)),
    )  # fmt: skip


def _tested(r: RequirementResult, mapped: MappedResult) -> Tested:
    return Tested(
        r.id, r.variant, mapped.reach, r.says, r.why, r.logic, dict(r.parameters), r.fix, r.source, r.population.name,
        r.population.noun, r.population.listed, r.counts["meets"], r.counts["exception"], r.accepted, r.counts["gap"],
        r.counts["not_applicable"], len(unread_lists([r])), second(r.population), r.reason,
    )  # fmt: skip


def _items(
    lens: Lens,
    found: Sequence[tuple[MemberResult, RegisteredException]],
    gaps: Sequence[MemberResult],
    reach: dict[tuple[str, str], int],
) -> tuple[Item, ...]:
    """The worst first: open exceptions, those overdue before the others, then what reaches furthest, in the
    control's order; gaps; accepted exceptions. Each requirement has its turn before any has a second one."""
    turns: dict[tuple[str, str], int] = defaultdict(int)
    order = {key: n for n, key in enumerate(reach)}
    ranked = []
    for member, e in sorted(found, key=lambda f: (-f[1].days, f[1].number)):
        key = (member.requirement, member.variant)
        due = e.response.due.isoformat() if e.overdue and e.response and e.response.due else "9999"
        turns[key] += not e.overdue
        kind = 2 if e.status == "accepted" else 0
        ranked.append(((kind, due, reach[key], turns[key], order[key], e.number), _exception(lens, member, e)))
    for member in gaps:
        key = (member.requirement, member.variant)
        turns[key] += 1
        ranked.append(((1, "9999", reach[key], turns[key], order[key], f"{member.account} {member.id}"), _gap(lens, member)))
    return tuple(item for _, item in sorted(ranked, key=lambda r: r[0])[:MOST_ITEMS])


def _exception(lens: Lens, m: MemberResult, e: RegisteredException) -> Item:
    answer, accepted = e.response, e.acceptance
    due = answer.due.isoformat() if answer and answer.due else ""
    return Item(
        e.number, e.status, e.overdue, m.requirement, m.variant, m.arn or m.id, m.account, lens.accounts.get(m.account, ""), m.region,
        words.shorten(m.reason, LONGEST) or "nothing further was recorded", e.first_seen, e.days,
        accepted.owner if accepted else answer.owner if answer else "", due, answer.response if answer else "",
        (accepted.ticket if accepted else "") or (answer.ticket if answer else ""),
        f"{accepted.id}, approved by {accepted.approver}, until {accepted.expires.isoformat()}" if accepted else "", m.evidence,
    )  # fmt: skip


def _gap(lens: Lens, m: MemberResult) -> Item:
    return Item(
        "", "gap", False, m.requirement, m.variant, m.arn or m.id, m.account, lens.accounts.get(m.account, ""), m.region,
        words.shorten(m.reason, LONGEST), "", 0, "", "", "", "", "", m.evidence,
    )  # fmt: skip


def _not_read(lens: Lens, results: Sequence[RequirementResult], gaps: Sequence[MemberResult]) -> tuple[NotRead, ...]:
    """The calls behind the gaps and the unread lists; a list that no call explains has a row too."""
    seen = {id for m in gaps for id in m.evidence}
    rows: dict[str, int] = {}
    unnumbered = []
    for row in lens.lists(results):
        for number in row.numbers:
            rows[number] = rows.get(number, 0) + len(row.populations)
        if not row.numbers:
            unnumbered.append(
                NotRead("", row.account, lens.accounts.get(row.account, ""), row.regions, row.call, row.ending, row.detail,
                        len(row.populations), 0, (), ())
            )  # fmt: skip
    behind = [n for n in lens.not_collected if n.number in rows or seen.intersection(n.evidence)]
    called = [
        NotRead(n.number, n.account, lens.accounts.get(n.account, ""), (n.region,), n.call, n.ending, n.code, rows.get(n.number, 0),
                len(n.resources), n.actions if n.ending == "denied" else (), n.evidence)
        for n in behind
    ]  # fmt: skip
    return (*called, *unnumbered)
