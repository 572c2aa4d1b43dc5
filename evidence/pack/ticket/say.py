"""The sentences of a ticket. They say what the evidence supports, and never more than was read."""

from collections.abc import Sequence

from evidence.assessment.model import Conclusion, PopulationFacts, ProgramFacts, RequirementResult, RunFacts
from evidence.management.model import Statements
from evidence.pack import words
from evidence.pack.ticket.model import Counts, Origin, Tested

NAMED = 6


def title(conclusion: Conclusion, n: Counts) -> str:
    """ "[soc2-2017 CC6.1] exceptions — 40 of 241 judged"."""
    said = {
        "exceptions": f"{n.open:,} of {n.judged:,} judged",
        "incomplete": f"{n.gaps:,} of {n.listed:,} not read" + (f", and {words.plural(n.unread, 'list')}" if n.unread else ""),
        "accepted": f"{n.accepted:,} of {n.judged:,} judged",
        "supported": f"{n.meets:,} of {n.judged:,} judged",
        "not applicable": f"{n.not_applicable:,} of {n.listed:,} listed",
        "inherited": "AWS's own report shows it",
        "needs a person": "no API can show it",
    }[conclusion.conclusion]
    return f"[{conclusion.program} {conclusion.control}] {conclusion.conclusion} — {said}"


def says(conclusion: Conclusion, program: ProgramFacts, n: Counts, tested: Sequence[Tested]) -> tuple[str, ...]:
    """Why the control is concluded so: its numbers first, then what nobody knows."""
    word = conclusion.conclusion
    if word == "inherited":
        report = program.aws_artifact or "not named by the program"
        return (f"AWS operates this control. Its evidence is AWS's own report, in AWS Artifact: {words.sentence(report)}",)
    if word == "needs a person":
        context = f" {words.plural(n.listed, 'result')} of requirements that give context stand below." if n.listed else ""
        return (f"AWS's API cannot show this control, or only its context: a person must.{context}", *_unknown(n))
    if word == "not applicable":
        return ("None of its requirements can apply to what is in scope; every list was read to its end.",)
    if word == "exceptions":
        where = sum(t.exceptions > t.accepted for t in tested)
        first = (
            f"{n.open:,} of the {words.plural(n.judged, 'result')} judged do not hold, under {where} of the control's "
            f"{words.plural(len(tested), 'requirement')}."
        )
        unanswered = n.open - n.answered
        parts = [f"{n.overdue:,} past the day they were due"] if n.overdue else []
        parts += [f"{unanswered:,} without a response of management"] if unanswered else []
        parts += [f"{n.accepted:,} more accepted by a named person"] if n.accepted else []
        return (first, *((f"Of these: {'; '.join(parts)}.",) if parts else ()), *_unknown(n))
    if word == "incomplete":
        seen = f"No open exception was seen among the {words.plural(n.judged, 'result')} judged; that is not enough to say “supported”."
        return (*_unknown(n), seen)
    if word == "accepted":
        return (f"{words.plural(n.accepted, 'exception')}, each accepted by a named person until a day; none of them meets.",)
    return (f"All {words.plural(n.judged, 'result')} judged meet, and every list was read to its end.",)


def _unknown(n: Counts) -> tuple[str, ...]:
    parts = [words.plural(n.gaps, "result")] if n.gaps else []
    parts += [words.plural(n.unread, "list")] if n.unread else []
    if not parts:
        return ()
    return (f"{' and '.join(parts)} could not be read: nothing is said of what they would show, for or against.",)


def runs(numbers: Sequence[str]) -> list[str]:
    """ "X-001", "X-065 to X-069": numbers that follow one another as one."""
    out: list[list[str]] = []
    for number in numbers:
        follows = out and int(number[2:]) == int(out[-1][-1][2:]) + 1
        out[-1].append(number) if follows else out.append([number])
    return [run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in out]


def scope(run: RunFacts) -> tuple[str, ...]:
    """Accounts and Regions that were asked, and the accounts that could not be entered."""
    own = run.in_scope
    accounts = [f"{a['name']} {a['id']}".strip() for a in own]
    regions = sorted({region for a in own for region, status in dict(a.get("regions", {})).items() if status == "asked"})
    said = [f"{words.plural(len(own), 'AWS account')}: {words.listed(accounts, NAMED)}"]
    said.append(f"{words.plural(len(regions), 'Region')}: {words.listed(regions, NAMED)}" if regions else "no Region was asked")
    shut = [f"{a['name']} {a['id']}".strip() for a in own if a.get("ending", "answered") != "answered"]
    if shut:
        said.append(f"not entered, so all of it is a gap: {words.listed(shut, NAMED)}")
    return tuple(said)


def second(population: PopulationFacts) -> str:
    """What a second source says of the population's number."""
    s = population.second
    if s is None:
        return "uncorroborated"
    if population.corroborated is None:
        return f"in part: {s.source} names {s.both:,} of the {s.ours:,} where both were read"
    if population.corroborated:
        return f"{s.source} counts {s.theirs:,} too"
    return f"{s.source} counts {s.theirs:,}, not {s.ours:,}: {s.ours - s.both:,} only here, {s.theirs - s.both:,} only there"


def reconciled(results: Sequence[RequirementResult]) -> str:
    """One sentence about all populations of the control."""
    found = {r.population.name: r.population for r in results}
    if not found:
        return ""
    agree = [p for p in found.values() if p.corroborated]
    differ = [p for p in found.values() if p.corroborated is False]
    partly = [p for p in found.values() if p.corroborated is None and p.second is not None]
    unknown = len(found) - len(agree) - len(differ) - len(partly)
    said = [f"a second source agrees with {len(agree):,}"]
    said += [f"differs from {p.name} ({second(p)})" for p in differ[:NAMED]]
    said += [f"and from {len(differ) - NAMED:,} more"] if len(differ) > NAMED else []
    said += [f"{len(partly):,} {'was' if len(partly) == 1 else 'were'} counted again in part"] if partly else []
    said += [f"{unknown:,} {'is' if unknown == 1 else 'are'} uncorroborated"] if unknown else []
    incomplete = sum(not p.complete for p in found.values())
    short = f" Not listed to the end: {incomplete:,} of them." if incomplete else " Each was listed to its end."
    return f"{words.plural(len(found), 'population')}: {', '.join(said)}.{short}"


def adds(conclusion: Conclusion, stated: Statements) -> tuple[str, ...]:
    """What a person must add, what was asked for and is not here yet, and what was handed in."""
    name = f"{conclusion.program}:{conclusion.control}"
    said = (
        [words.sentence(conclusion.adds)]
        if conclusion.adds
        else ["Nothing is named for this control; reach says how far the evidence goes."]
    )
    for w in stated.wanted:
        if w.control == name:
            by = words.listed([x for x in (w.owner and f"by {w.owner}", w.due and f"until {w.due.isoformat()}") if x])
            said.append(f"Still wanted: {w.what}{f' ({by})' if by else ''}.")
    said += [
        f"Handed in: {d.title}, from {d.provider}, received {d.received.isoformat()}{f', for {d.period}' if d.period else ''} "
        f"(evidence/manual/{d.file} of the pack, SHA-256 {d.sha256})."
        for d in stated.documents if name in d.controls
    ]  # fmt: skip
    return tuple(said)


def closes(conclusion: Conclusion, run: RunFacts, origin: Origin) -> str:
    """The condition that anyone can check: a later pack, the same populations, another conclusion."""
    name, later = f"{conclusion.program}:{conclusion.control}", words.instant(run.as_of)
    than = f"{later} (pack {origin.pack})" if origin.pack else later
    if conclusion.conclusion in ("needs a person", "inherited"):
        what = "AWS's report for the period" if conclusion.conclusion == "inherited" else "what a person must add"
        return f"Closes when {what} is with the auditor; no pack can close it alone."
    if conclusion.conclusion in ("supported", "not applicable"):
        return f"Nothing is open. It opens again when a pack later than {than} indicates anything else for {name}."
    return (
        f"Closes when a pack with evidence later than {than} indicates “supported” for {name} over these populations: every member "
        "meets or is not applicable for the reason given, and every list is read to its end. Where a named person "
        "accepts what remains it indicates “accepted”, and comes back the day after the acceptance expires."
    )
