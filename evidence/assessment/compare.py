"""Compare two runs, judged by the same requirements. Pure.

Nothing is better for not having been read: what NEW could not read is `no longer read` or `no longer visible`, never `fixed` or
`gone`, and counts as collection.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from evidence.assessment.comparison import (
    CAUSES,
    KINDS,
    UNMOVED,
    Bridge,
    Cause,
    Comparison,
    Kind,
    Moved,
    Movement,
    Point,
    Side,
)
from evidence.assessment.model import Assessment, Judgement, MemberResult, RegisteredException, RequirementResult, gone_as
from evidence.assessment.register import Identity, identity
from evidence.populations.population import EVERY_REGION, Unread
from evidence.run.answer import GLOBAL

Key = tuple[str, str]
"""(requirement, variant)."""
Name = tuple[str, str, str, str, str]
"""What tells a resource from every other in its population: partition, account, Region, type, id."""
NOT_JUDGED = "not judged"
_STAYED: Mapping[Judgement, Kind] = {
    "meets": "still meets", "exception": "still failing", "gap": "still unread", "not_applicable": "still not applicable",
}  # fmt: skip


def compare(
    old: Assessment, new: Assessment, programs: Iterable[str], told: Assessment | None = None, points: Iterable[Point] = ()
) -> Comparison:
    """What moved between two runs, for these programs, which both have.

    `old` is OLD's answers judged with NEW's programs and parameters, `told` what OLD's pack said when it was made; `points` are
    what is known of whether the two can be compared."""
    programs = tuple(programs)
    keys = asked(new, programs)
    then = _renamed(told, asked(told, programs), keys) if told is not None else None
    observed = list(_observed(old, new, keys))
    rules = list(_rules(then, old, keys)) if then is not None else []
    first, last = _exceptions(told or old, then), _exceptions(new)
    movements = [_aged(m, first, last, new.run.as_of) for m in chain(rules, observed)]
    kinds, causes = Counter[str](m.kind for m in movements), Counter[str](m.cause for m in movements)
    return Comparison(
        old=_side(old), new=_side(new), programs=programs, requirements=len(keys), points=tuple(points),
        rules=_matrix((m.was or NOT_JUDGED, m.now or NOT_JUDGED) for m in chain(rules, _same(then, old, keys))),
        matrix=_matrix((m.was or m.kind, m.now or m.kind) for m in observed),
        bridge=tuple(_bridge(then, old, new, keys)),
        kinds={kind: kinds[kind] for kind in KINDS if kinds[kind]},
        causes={cause: causes[cause] for cause in CAUSES if causes[cause]},
        movements=tuple(sorted((m for m in movements if m.kind not in UNMOVED), key=_order)),
    )  # fmt: skip


def asked(assessment: Assessment, programs: Iterable[str]) -> frozenset[Key]:
    """The requirements that these programs ask for."""
    wanted = set(programs)
    return frozenset((m.id, m.variant) for c in assessment.conclusions if c.program in wanted for m in c.requirements)


def _side(assessment: Assessment) -> Side:
    run = assessment.run
    return Side(run.id, "", run.entity, run.period, run.as_of)


def _order(m: Movement) -> tuple[str, ...]:
    return (m.requirement, m.variant, m.account, m.region, m.type, m.id, m.cause)


def _matrix(pairs: Iterable[tuple[str, str]]) -> tuple[Moved, ...]:
    return tuple(Moved(was, now, n) for (was, now), n in sorted(Counter(pairs).items()))


def _of(assessment: Assessment, keys: frozenset[Key]) -> dict[Identity, MemberResult]:
    return {identity(m): m for m in assessment.members if (m.requirement, m.variant) in keys}


def _populations(assessment: Assessment, keys: frozenset[Key]) -> dict[Key, RequirementResult]:
    return {(r.id, r.variant): r for r in assessment.requirements if (r.id, r.variant) in keys}


# -- the rule: the same answers, judged then and today --------------------------------------------------------------


def _renamed(told: Assessment, then: frozenset[Key], now: frozenset[Key]) -> Assessment:
    """What was said then, cut to the programs compared. Where a requirement's parameters changed, so did its variant: the one that
    is left on either side is the same requirement under another parameter."""
    left, right = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for side, keys in ((left, then - now), (right, now - then)):
        for id, variant in keys:
            side[id].append(variant)
    known = {(id, v[0]): right[id][0] for id, v in left.items() if len(v) == 1 and len(right[id]) == 1}
    return replace(
        told,
        members=tuple(
            replace(m, variant=known.get((m.requirement, m.variant), m.variant))
            for m in told.members
            if (m.requirement, m.variant) in then
        ),
        requirements=tuple(
            replace(r, variant=known.get((r.id, r.variant), r.variant)) for r in told.requirements if (r.id, r.variant) in then
        ),
        exceptions=tuple(replace(e, variant=known.get((e.requirement, e.variant), e.variant)) for e in told.exceptions),
    )


def _rules(then: Assessment, old: Assessment, keys: frozenset[Key]) -> Iterator[Movement]:
    """What only the rule moved."""
    before, after = {identity(m): m for m in then.members}, _of(old, keys)
    names = {key: r.population.name for a in (old, then) for key, r in _populations(a, _all(a)).items()}
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was and now and was.judgement == now.judgement:
            continue
        kind: Kind = "judged otherwise" if was and now else "judged since" if now else "no longer judged"
        yield _movement(was, now, names, kind, "rule", now.reason if now else "Today's requirements do not judge it.")


def _all(assessment: Assessment) -> frozenset[Key]:
    return frozenset((r.id, r.variant) for r in assessment.requirements)


def _same(then: Assessment | None, old: Assessment, keys: frozenset[Key]) -> Iterator[Movement]:
    """What no rule moved, for the matrix of rules alone."""
    if then is None:
        return
    before = {identity(m): m for m in then.members}
    for key, now in _of(old, keys).items():
        was = before.get(key)
        if was is not None and was.judgement == now.judgement:
            yield _movement(was, now, {}, _STAYED[now.judgement], "none", "")


# -- what was observed: other answers, judged by the same requirements ----------------------------------------------


class _Looked:
    """Where a run looked, and which lists it did not read to their end."""

    def __init__(self, assessment: Assessment) -> None:
        self.accounts = {a["id"]: a for a in assessment.run.accounts}
        self.unread = {r.population.name: r.population.unread for r in assessment.requirements}
        self.went = {r.population.name: frozenset(r.population.gone) for r in assessment.requirements}

    def outside(self, account: str, region: str) -> str:
        """Why the run did not look there; "" where it did, or tried to."""
        found = self.accounts.get(account)
        if found is None:
            return f"the account {account} was not in scope"
        status = found.get("status", "in scope")
        if status != "in scope":
            return f"the account {account} was {status}"
        if found.get("ending", "answered") != "answered" or region == GLOBAL or not found.get("regions"):
            return ""
        status = found["regions"].get(region, "not among its Regions")
        return "" if status == "asked" else f"{region} of {account} was {status}"

    def unseen(self, population: str, account: str, region: str) -> Unread | None:
        """A list on which a resource of that place could stand, and that was not read to its end. What has no Region of its own, or
        one where nobody asked (a trail shows in every Region), could stand on any of the account's."""
        anywhere = region == GLOBAL or bool(self.outside(account, region))
        for unread in self.unread.get(population, ()):
            if unread.account == account and (anywhere or unread.region in (region, GLOBAL, EVERY_REGION)):
                return unread
        return None


Fate = tuple[Kind, Cause, str]
"""What became of a resource that one run lists and the other does not, why, and that in a sentence."""


def _hidden(m: MemberResult, population: str, there: _Looked, here: _Looked) -> tuple[Cause, str]:
    """Why a resource that one run lists (`here`) may be in the other (`there`) unseen; `real` and no words where it may not."""
    outside = there.outside(m.account, m.region)
    if outside and not here.outside(m.account, m.region):
        return "scope", f"{outside[0].upper()}{outside[1:]}."
    lost = there.unseen(population, m.account, m.region)
    if lost is not None:
        return "collection", f"{lost.call} {lost.ending} in {lost.account}, {lost.region}: the list was not read to its end."
    return "real", ""


def _left(m: MemberResult, population: str, old: _Looked, new: _Looked) -> Fate:
    cause, why = _hidden(m, population, new, old)
    if cause == "real" and gone_as(m) in new.went.get(population, ()):
        why = "It went away while NEW was read."
    kinds: Mapping[Cause, Kind] = {"real": "gone", "collection": "no longer visible", "scope": "out of scope"}
    return kinds[cause], cause, why or "Every list that it could stand on was read to its end, and it is on none."


def _came(m: MemberResult, population: str, old: _Looked, new: _Looked) -> Fate:
    """What OLD saw go away and NEW lists was there all the time, or came again: OLD does not count it, so it is not new."""
    cause, why = _hidden(m, population, old, new)
    if gone_as(m) in old.went.get(population, ()):
        return "newly visible", "collection", "It was listed in OLD, and said to be gone when it was asked about."
    kinds: Mapping[Cause, Kind] = {"real": "created", "collection": "newly visible", "scope": "into scope"}
    return kinds[cause], cause, why or m.reason


def _observed(old: Assessment, new: Assessment, keys: frozenset[Key]) -> Iterator[Movement]:
    """Every result of either run, once."""
    before, after, where = _of(old, keys), _of(new, keys), (_Looked(old), _Looked(new))
    names = {key: r.population.name for key, r in _populations(new, keys).items()}
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was and now:
            kind, cause = _between(was.judgement, now.judgement)
            yield _movement(was, now, names, kind, cause, now.reason)
            continue
        one = was or now
        assert one is not None  # it is a result of one of them
        placed = _left if was else _came
        yield _movement(was, now, names, *placed(one, names[one.requirement, one.variant], *where))


def _between(was: Judgement, now: Judgement) -> tuple[Kind, Cause]:
    """What a change of judgement is, and why: nothing that was not read in one of the two is better or worse."""
    if was == now:
        return _STAYED[now], "none"
    if now == "gap":
        return "no longer read", "collection"
    if was == "gap":
        return "now read", "collection"
    if now == "not_applicable":
        return "no longer applies", "real"
    if was == "not_applicable":
        return "applies now", "real"
    return ("fixed" if now == "meets" else "regressed"), "real"


def name_of(m: MemberResult) -> Name:
    return (m.partition, m.account, m.region, m.type, m.id)


def _movement(
    was: MemberResult | None, now: MemberResult | None, names: Mapping[Key, str], kind: Kind, cause: Cause, why: str
) -> Movement:
    one = now or was
    assert one is not None  # a movement is of something
    return Movement(
        one.requirement, one.variant, names.get((one.requirement, one.variant), ""), *name_of(one), one.arn, kind, cause,
        was.judgement if was else None, now.judgement if now else None, why,
        was.evidence if was else (), now.evidence if now else (),
    )  # fmt: skip


# -- exceptions and their age ---------------------------------------------------------------------------------------


def _exceptions(assessment: Assessment, renamed: Assessment | None = None) -> dict[Identity, RegisteredException]:
    return {identity(e): e for e in (renamed or assessment).exceptions}


def _aged(
    m: Movement,
    first: Mapping[Identity, RegisteredException],
    last: Mapping[Identity, RegisteredException],
    as_of: str,
) -> Movement:
    """With the exception's numbers, and since when it is seen: the earlier of what the two say, where both show it."""
    key = (m.requirement, m.variant, m.partition, m.account, m.region, m.type, m.id)
    was = first.get(key) if m.was == "exception" else None
    now = last.get(key) if m.now == "exception" and m.cause != "rule" else None
    if now is None:
        return replace(m, exception_was=was.number, status_was=was.status) if was else m
    since = min(now.first_seen, was.first_seen, key=datetime.fromisoformat) if was else now.first_seen
    days = max(0, (datetime.fromisoformat(as_of) - datetime.fromisoformat(since)).days)
    return replace(
        m, exception_was=was.number if was else "", status_was=was.status if was else "", exception=now.number, first_seen=since,
        days=days, status=now.status, overdue=now.overdue,
    )  # fmt: skip


# -- populations ----------------------------------------------------------------------------------------------------


def _bridge(then: Assessment | None, old: Assessment, new: Assessment, keys: frozenset[Key]) -> Iterator[Bridge]:
    """Each population from OLD to NEW, its members counted once however many requirements judge them."""
    told = _members_by(then, _all(then)) if then is not None else None
    opening, closing = _members_by(old, keys), _members_by(new, keys)
    facts = {r.population.name: r.population for a in (then, old, new) if a for r in a.requirements}
    wholes = [_complete(a, keys) for a in (old, new)]
    where = (_Looked(old), _Looked(new))
    for name in sorted({*opening, *closing, *(told or ())}):
        before, after = opening.get(name, {}), closing.get(name, {})
        left = Counter(_left(m, name, *where)[0] for one, m in before.items() if one not in after)
        came = Counter(_came(m, name, *where)[0] for one, m in after.items() if one not in before)
        listed = len(told.get(name, ())) if told is not None else len(before)
        yield Bridge(
            name, facts[name].noun, listed, len(before) - listed, len(before),
            came["created"], came["newly visible"], came["into scope"],
            left["gone"], left["no longer visible"], left["out of scope"], len(after),
            wholes[0].get(name, True), wholes[1].get(name, True),
        )  # fmt: skip


def _members_by(assessment: Assessment, keys: frozenset[Key]) -> dict[str, dict[Name, MemberResult]]:
    """{population: its members, each with one of its results}."""
    names = {key: r.population.name for key, r in _populations(assessment, keys).items()}
    out: dict[str, dict[Name, MemberResult]] = {name: {} for name in names.values()}
    for m in assessment.members:
        name = names.get((m.requirement, m.variant))
        if name is not None:
            out[name].setdefault(name_of(m), m)
    return out


def _complete(assessment: Assessment, keys: frozenset[Key]) -> dict[str, bool]:
    return {r.population.name: r.population.complete for r in _populations(assessment, keys).values()}


def listed(movements: Sequence[Movement], *kinds: str) -> list[Movement]:
    """Those of these kinds, in the order of the kinds: what fails now before what does not."""
    return sorted((m for m in movements if m.kind in kinds), key=lambda m: (kinds.index(m.kind), m.now != "exception", _order(m)))
