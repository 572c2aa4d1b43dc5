"""What was judged and how many there are (Populations), counted a second time (Reconciliation), name by name where the two
differ (ReconDiff)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evidence.assessment.draw import digest_of
from evidence.assessment.model import Assessment, MemberResult, PopulationFacts
from evidence.pack import billed, words
from evidence.pack.workbook.places import Places
from evidence.pack.workbook.sheet import Heading, Sheet, number
from evidence.requirements.declare import TOPICS

CONFIRMED = {True: "yes", False: "no: they differ", None: "in part"}

_POPULATIONS = (
    Heading("Requirement", 36, "mono"), Heading("Population", 24, "mono"), Heading("Statement", 32), Heading("Parameters", 13),
    number("Listed", 9), number("Meets", 9), number("Exception", 11), number("Of these accepted", 10), number("Gap", 7),
    number("N/A", 7), Heading("Complete", 11, "word"), Heading("Confirmed by a second source", 17, "word"),
    number("Lists unread", 9), number("Gone", 7), number("Out of scope", 9), Heading("Judgement", 14, "word"),
    Heading("Why nothing was judged", 26), Heading("How it is judged", 42), Heading("Topic", 18), Heading("Catalogue", 12),
    Heading("Evidence of the lists", 17, "mono"), Heading("Further evidence", 52, "mono"),
    Heading("Members, SHA-256", 22, "mono"),
)  # fmt: skip


def populations(assessment: Assessment, places: Places) -> Sheet:
    found = assessment.requirements
    n = Counter[str]()
    for r in found:
        n.update(r.counts)
    listed, accepted = sum(r.population.listed for r in found), sum(r.accepted for r in found)
    sums = (listed, n["meets"], n["exception"], accepted, n["gap"], n["not_applicable"])
    heads = ("Listed", "Meets", "Exception", "Of these accepted", "Gap", "N/A")
    title = "what was judged; listed = meets + exception + gap + n/a"
    return Sheet(
        "Populations", title, _POPULATIONS, _populations(assessment, places), turn="Judgement",
        totals=dict(zip(heads, sums, strict=True)), links=len(found),
    )  # fmt: skip


def _populations(assessment: Assessment, places: Places) -> Iterator[Sequence[Any]]:
    digests = _digests(assessment)
    for r in assessment.requirements:
        p, n = r.population, r.counts
        first, rest = places.evidence(r.lists)
        yield (
            r.id, p.name, r.says, words.parameters(r.parameters), p.listed, n["meets"], n["exception"], r.accepted, n["gap"],
            n["not_applicable"], "yes" if p.complete else "no", _confirmed(p), len(p.unread), len(p.gone),
            p.out_of_scope, r.judgement, r.reason, r.logic, TOPICS[r.topic], ", ".join(r.catalogue), first, rest.replace("\n", ", "),
            digests[p.name],
        )  # fmt: skip


def _confirmed(p: PopulationFacts) -> str:
    return "uncorroborated" if p.second is None and p.corroborated is None else CONFIRMED[p.corroborated]


def _digests(assessment: Assessment) -> Mapping[str, str]:
    """Population → the digest of its members, by which a sample drawn from it is tied to this pack."""
    keys = {r.population.name: (r.id, r.variant) for r in assessment.requirements}
    members: dict[tuple[str, str], list[MemberResult]] = {key: [] for key in keys.values()}
    for m in assessment.members:
        if (m.requirement, m.variant) in members:
            members[m.requirement, m.variant].append(m)
    return {name: digest_of(members[key]) for name, key in keys.items()}


_RECONCILIATION = (
    Heading("Population", 26, "mono"), Heading("Of what", 22), number("Listed", 9),
    Heading("Confirmed by a second source", 17, "word"), Heading("Second source", 24, "mono"), number("Counted in the list", 9),
    number("Counted in the second", 9), number("In both", 9), number("Only in the list", 9), number("Only in the second", 9),
    Heading("What the second source does not show", 40), Heading("Not counted again where, and why", 60),
)  # fmt: skip


def _each_once(assessment: Assessment) -> Sequence[PopulationFacts]:
    found = {r.population.name: r.population for r in assessment.requirements}
    return [found[name] for name in sorted(found)]


def reconciliation(assessment: Assessment) -> Sheet:
    title = "each population counted twice, or said to be uncorroborated"
    return Sheet("Reconciliation", title, _RECONCILIATION, _reconciliation(assessment))


def _reconciliation(assessment: Assessment) -> Iterator[Sequence[Any]]:
    for p in _each_once(assessment):
        s = p.second
        counts: Sequence[Any] = ("",) * 5
        if s is not None:
            counts = (s.ours, s.theirs, s.both, s.ours - s.both, s.theirs - s.both)
        limits = s.limits if s is not None else "Nothing was compared: there is no second source, or it could not be read."
        yield p.name, p.noun, p.listed, _confirmed(p), s.source if s else "", *counts, limits, "; ".join(p.uncounted)
    yield from _billed(assessment)


def _billed(assessment: Assessment) -> Iterator[Sequence[Any]]:
    """Used Regions and services beside the bill, or that nobody asked for it."""
    b = assessment.billing
    if not b.asked:
        yield f"{billed.REGIONS}, {billed.SERVICES}", "", "", "uncorroborated", "", *("",) * 5, billed.NOT_ASKED, ""
        return
    untold = "; ".join(f"{account}: {why}" for account, why in billed.untold(b))
    some = len(untold) == 0 or any(a.told_by for a in b.accounts)
    for c in billed.counts(b):
        confirmed = CONFIRMED[False if c.theirs > c.both else None if untold else True] if some else "uncorroborated"
        counted = (c.ours, c.theirs, c.both, c.ours - c.both, c.theirs - c.both) if some else ("",) * 5
        yield c.name, c.noun, c.ours if some else "", confirmed, billed.SOURCE, *counted, " ".join(b.limits), untold


_DIFFERENCES = (
    Heading("Population", 36, "mono"), Heading("Where it stands", 22, "word"), Heading("Second source", 34, "mono"),
    Heading("Account", 15, "mono"), Heading("Region", 16), Heading("Resource", 58, "mono"), Heading("Known reason", 46),
)  # fmt: skip


def differences(assessment: Assessment) -> Sheet:
    compared = sum(p.second is not None for p in _each_once(assessment))
    title = "what only one of the two sources names"
    none = f"none in {words.plural(compared, 'population')} counted twice"
    return Sheet("ReconDiff", title, _DIFFERENCES, _differences(assessment), none=none)


def _differences(assessment: Assessment) -> Iterator[Sequence[Any]]:
    for p in _each_once(assessment):
        if p.second is None:
            continue
        for where, names in (("only in the list", p.second.only_ours), ("only in the second", p.second.only_theirs)):
            for name in names:
                account, _, rest = name.partition("/")
                region, _, resource = rest.partition("/")
                yield p.name, where, p.second.source, account, region, resource, p.second.reasons.get(name, "")
    for line in billed.lines(assessment.billing):
        yield line.of, line.side, billed.SOURCE, line.account, line.region, line.name, line.reason
