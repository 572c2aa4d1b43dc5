"""The register of exceptions: a number for each, since when it is seen, and what management says of it. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from evidence.assessment.model import AcceptanceStatus, MemberResult, RegisteredException
from evidence.management.model import Acceptance, Seen, Statements
from evidence.populations.population import Member
from evidence.populations.tags import Tags

Identity = tuple[str, ...]
TagsOf = Mapping[Identity, Tags]
"""Where a resource stands (see `place_of`) → its tags; one whose tags were not read is not in it."""
NO_TAGS: TagsOf = {}


def place_of(found: MemberResult | Member) -> Identity:
    """What tells one resource from every other."""
    return (found.partition, found.account, found.region, found.type, found.id)


def identity(found: MemberResult | Seen | RegisteredException) -> Identity:
    """What tells one result from every other, in one run and in the next."""
    f = found
    return (f.requirement, f.variant, f.partition, f.account, f.region, f.type, f.id)


def register(
    members: Iterable[MemberResult], management: Statements, as_of: dt.datetime, run: str, tags: TagsOf = NO_TAGS
) -> tuple[RegisteredException, ...]:
    """Every exception, numbered in the order of its identity. Ages are counted to `as_of`, the run's end."""
    seen = {identity(s): (s.since, s.run) for s in management.earlier}
    today = (as_of.isoformat().replace("+00:00", "Z"), run)
    found = sorted((m for m in members if m.judgement == "exception"), key=identity)
    return tuple(
        _registered(number_of(n, len(found)), m, seen.get(identity(m), today), management, as_of, tags)
        for n, m in enumerate(found, 1)
    )


def number_of(n: int, of: int) -> str:
    """How the n-th of so many exceptions is numbered: X-001, or as wide as the last of them is."""
    return f"X-{n:0{max(3, len(str(of)))}}"


def _registered(
    number: str, member: MemberResult, seen: tuple[str, str], management: Statements, as_of: dt.datetime, tags: TagsOf
) -> RegisteredException:
    acceptance = accepting(member, management.acceptances, as_of.date(), tags)
    response = next((r for r in management.responses if r.covers(member, tags.get(place_of(member)))), None)
    overdue = response is not None and response.due is not None and response.due < as_of.date() and acceptance is None
    return RegisteredException(
        number, member.requirement, member.variant, member.partition, member.account, member.region, member.type, member.id,
        first_seen=seen[0], seen_in=seen[1],
        days=max(0, (as_of - dt.datetime.fromisoformat(seen[0])).days),
        status="accepted" if acceptance else "open", overdue=overdue, response=response, acceptance=acceptance,
    )  # fmt: skip


def accepting(member: MemberResult, acceptances: Iterable[Acceptance], day: dt.date, tags: TagsOf = NO_TAGS) -> Acceptance | None:
    """The first acceptance in force on that day that covers this exception. Where tags that were not read decide it, it does not."""
    return next((a for a in acceptances if a.in_force(day) and a.covers(member, tags.get(place_of(member)))), None)


def acceptances(
    management: Statements, members: Sequence[MemberResult], as_of: dt.datetime, tags: TagsOf = NO_TAGS
) -> tuple[AcceptanceStatus, ...]:
    """What became of each acceptance: none vanishes, whether it covers anything or not."""
    exceptions = [m for m in members if m.judgement == "exception"]
    return tuple(_status(a, exceptions, as_of.date(), tags) for a in management.acceptances)


def _status(a: Acceptance, exceptions: Iterable[MemberResult], day: dt.date, tags: TagsOf) -> AcceptanceStatus:
    answers = [a.covers(m, tags.get(place_of(m))) for m in exceptions]
    return acceptance_status(a, answers.count(True), answers.count(None), day)


def acceptance_status(a: Acceptance, covers: int, unread: int, day: dt.date) -> AcceptanceStatus:
    """What became of an acceptance that covers so many exceptions; of `unread` more, tags that were not read decide it."""
    if not a.in_force(day):
        return AcceptanceStatus(a, "expired" if a.expires < day else "not yet in force", covers, unread)
    return AcceptanceStatus(a, "in force" if covers else "tags not read" if unread else "covers no exception", covers, unread)


def earlier(exceptions: Iterable[RegisteredException], known: Iterable[Seen] = ()) -> tuple[Seen, ...]:
    """What an earlier run showed, as a later one keeps it: since when, or since `known` from before that."""
    before = {identity(s): s for s in known}
    out = []
    for e in exceptions:
        since, run = (before[identity(e)].since, before[identity(e)].run) if identity(e) in before else (e.first_seen, e.seen_in)
        out.append(
            Seen(
                requirement=e.requirement, variant=e.variant, partition=e.partition, account=e.account, region=e.region,
                type=e.type, id=e.id, since=since, run=run,
            )
        )  # fmt: skip
    return tuple(out)
