"""A run with some of its permissions taken away: the same account, of which less could be read."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.programs.model import AwsSide, Control, Mapped, Program
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.answer import Answer, Ending
from evidence.run.run import Run
from evidence.run.run import RunFacts as Kept
from evidence.run.scope import Account
from evidence.services import populations
from evidence.services.plan import asks_for
from tests.larkfield.build import KEPT

ENDINGS: tuple[Ending, ...] = ("denied", "denied", "denied", "throttled", "expired", "failed", "unsupported")
WHO = ("sts", "account", "organizations")


@cache
def kept() -> tuple[Kept, tuple[Answer, ...]]:
    run = Run.open(KEPT)
    return run.finished(), tuple(run.answers())


@cache
def program(*ids: str) -> Program:
    """A program that asks for these requirements and no others."""
    control = Control("1", "All of it", "customer", tuple(Mapped(id, "full") for id in ids))
    return Program("ours", "Ours", "1", "", "", AwsSide(False), (control,))


@cache
def needed(id: str) -> tuple[Answer, ...]:
    """The kept answers that a requirement is judged by."""
    asked = {(a.service, a.operation) for a in asks_for(needs([requirements()[id]], populations()), populations())}
    answers = kept()[1]
    return tuple(a for a in answers if (a.call.service, a.call.operation) in asked or a.call.service in WHO)


def judged(facts: Kept, answers: Sequence[Answer], *ids: str) -> Assessment:
    return assess(facts, answers, [program(*ids)], requirements(), populations())


@cache
def whole(id: str) -> Assessment:
    return judged(kept()[0], needed(id), id)


@dataclass(frozen=True)
class Taken:
    """What is left of a run, and how many of its answers are not what they were."""

    facts: Kept
    answers: tuple[Answer, ...]
    lost: int


def taken(facts: Kept, answers: Sequence[Answer], chance: random.Random) -> Taken:
    """Some calls denied everywhere, in one account or one Region; some cut between pages; some never asked; perhaps an account that
    refuses to be entered, or one that no longer says which Regions it has."""
    calls = sorted({(a.call.service, a.call.operation) for a in answers if a.call.service != "sts"})
    out, lost = list(answers), 0
    for _ in range(chance.randint(1, 4)):
        wanted = {c for c in calls if chance.random() < 0.4} or set(calls)
        account = chance.choice([None, *(a.id for a in facts.scope.accounts)])
        region = chance.choice([None, None, *sorted({a.call.region for a in answers})])
        how = chance.choice(["ended", "ended", "cut", "dropped"])
        part = chance.choice([1.0, 1.0, 0.5])
        left = []
        for a in out:
            mine = (a.call.service, a.call.operation) in wanted and account in (None, a.call.account)
            if not mine or region not in (None, a.call.region) or chance.random() > part:
                left.append(a)
                continue
            lost += 1
            if how != "dropped":
                pages = a.pages[: chance.randrange(len(a.pages) + 1)] if how == "cut" else ()
                left.append(replace(a, ending=chance.choice(ENDINGS), pages=pages, code="AccessDenied"))
        out = left
    if chance.random() < 0.25:
        facts, out, more = _shut(facts, out, chance)
        lost += more
    return Taken(facts, tuple(out), lost)


def _shut(facts: Kept, answers: list[Answer], chance: random.Random) -> tuple[Kept, list[Answer], int]:
    """One account in scope refuses us as a whole, or does not tell its Regions."""
    one = chance.choice([a for a in facts.scope.accounts if a.status == "in scope"])
    refuses = chance.random() < 0.5
    less: Account = replace(one, ending="denied" if refuses else one.ending, regions={})
    scope = replace(facts.scope, accounts=tuple(less if a is one else a for a in facts.scope.accounts))
    left = [a for a in answers if a.call.account != one.id or a.call.service == "sts"]
    return replace(facts, scope=scope), left, len(answers) - len(left)
