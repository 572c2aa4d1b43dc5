"""A page to look at in a browser: an assessment whose evidence ids are those of answers that a run really keeps."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from evidence.assessment import register
from evidence.assessment.model import JUDGEMENTS, Assessment, MemberResult, RequirementResult
from evidence.pack.facts import exception_numbers
from evidence.pack.material import Material
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from tests.pack.example import example, pack, registered

ENDED = dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC)
EXACT = 12_345_678_901_234_567_890
"""A number that JavaScript's own would round."""


def answer(of: str, member: MemberResult | None, extra: dict[str, Any]) -> Answer:
    """An answer in place of an invented evidence id; it names the member among others."""
    call = Call(
        member.account if member else "012345678901", member.region if member else "eu-west-1", "ec2", "DescribeThings",
        {"Invented": of},
    )  # fmt: skip
    item = {"Id": member.id if member else "", "Size": EXACT, "Share": 1.0, "Arn": member.arn if member else ""}
    attempt = Attempt(0, "2026-09-30T22:50:01Z", "2026-09-30T22:50:02Z", 200, f"request-of-{of}", "Wed, 30 Sep 2026 22:50:02 GMT")
    pages = ({"Things": [{"Id": "another"}, item, extra]},)
    return Answer(call, "answered", pages, attempts=(attempt,), principal="arn:aws:sts::012345678901:assumed-role/reader/c")


def material(folder: Path, assessment: Assessment, extra: dict[str, Any] | None = None) -> Material:
    """The assessment with a kept run behind it, in a folder like that of a pack in the making."""
    scope = Scope((Account("012345678901"),), ("soc2-2017",), "2026-Q3", "Larkfield Books Ltd")
    run = Run.create(
        folder / "evidence", scope, versions={"tool": "0.1.0"}, started=ENDED - dt.timedelta(minutes=20), id="run-2026-09-30"
    )
    last = {id: m for m in assessment.members for id in m.evidence}
    cited = dict.fromkeys(itertools.chain(last, _others(assessment)))
    answers = {id: answer(id, last.get(id), extra or {}) for id in cited}
    for kept in answers.values():
        run.keep(kept)
    run.finish(ended=ENDED)
    (folder / "report").mkdir()
    real = rooted(assessment, lambda id: answers[id].id)
    return Material(real, pack(real), run, folder)


def _others(assessment: Assessment) -> Iterator[str]:
    yield from (id for r in assessment.requirements for id in r.lists)
    yield from (id for e in assessment.environments for id in e.evidence)
    yield from (c.evidence for c in assessment.failed_calls)
    yield from (id for a in assessment.run.accounts for id in a["seen"])
    yield from (id for r in assessment.aws_side.reports for id in r.evidence)


def rooted(assessment: Assessment, real: Callable[[str], str]) -> Assessment:
    def all(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(real, ids))

    replace = dataclasses.replace
    accounts = tuple({**a, "seen": all(a["seen"])} for a in assessment.run.accounts)
    reports = tuple(replace(r, evidence=all(r.evidence)) for r in assessment.aws_side.reports)
    return replace(
        assessment,
        aws_side=replace(assessment.aws_side, reports=reports),
        run=replace(assessment.run, accounts=accounts),
        members=tuple(replace(m, evidence=all(m.evidence)) for m in assessment.members),
        requirements=tuple(replace(r, lists=all(r.lists)) for r in assessment.requirements),
        environments=tuple(replace(e, evidence=all(e.evidence)) for e in assessment.environments),
        failed_calls=tuple(replace(c, evidence=real(c.evidence)) for c in assessment.failed_calls),
    )


def large(members: int = 50_000) -> Assessment:
    """The example, with so many EBS volumes; a hundred of them stand in one answer."""
    full, id = example(), "ec2.volumes.encrypted"
    first = next(m for m in full.members if m.requirement == id)
    many = [
        dataclasses.replace(
            first, id=f"vol-{n:017x}", arn=f"arn:aws:ec2:eu-west-1:012345678901:volume/vol-{n:017x}", environments=(),
            region=("eu-west-1", "eu-central-1")[n % 2], judgement=("exception" if n % 5000 == 7 else "gap" if n % 5000 == 9 else "meets"),
            reason=f"encrypted = {n % 5000 != 7}; size in GiB = {n % 64}", evidence=(f"{n // 100:016x}",),
        )
        for n in range(members)
    ]  # fmt: skip
    many.sort(key=lambda m: (m.account, m.region, m.id))
    result = next(r for r in full.requirements if r.id == id)
    counts = {word: sum(m.judgement == word for m in many) for word in JUDGEMENTS}
    facts = dataclasses.replace(
        result.population, listed=members, judged=counts["meets"] + counts["exception"], gaps=counts["gap"], not_applicable=0
    )
    counted = dataclasses.replace(result, counts=counts, population=facts)
    return registered(
        dataclasses.replace(
            full,
            requirements=tuple(counted if r.id == id else r for r in full.requirements),
            members=(*many, *(m for m in full.members if m.requirement != id)),
        )
    )


def found(
    assessment: Assessment, *, q: str = "", program: str = "", account: str = "", region: str = "", environment: str = "",
    topic: str = "", judgement: str = "",
) -> list[MemberResult]:  # fmt: skip
    """What the page's search and filters mean, said once more in Python."""
    numbers = exception_numbers(assessment)
    results = {(r.id, r.variant): r for r in assessment.requirements}
    mapped = {(m.id, m.variant) for c in assessment.conclusions if c.program == program for m in c.requirements}
    controls: dict[tuple[str, str], list[str]] = {}
    for c in assessment.conclusions:
        for m in c.requirements:
            controls.setdefault((m.id, m.variant), []).append(c.control)

    def texts(m: MemberResult, r: RequirementResult) -> list[str]:
        key = (m.requirement, m.variant)
        return [m.id, m.arn, m.reason, r.id, r.says, *controls.get(key, []), *m.evidence, numbers.get(register.identity(m), "")]

    kept = []
    for m in assessment.members:
        r = results[m.requirement, m.variant]
        wanted = (
            (not program or (r.id, r.variant) in mapped, not account or m.account == account, not region or m.region == region)
            + (not environment or environment in m.environments, not topic or r.topic == topic)
            + (not judgement or m.judgement == judgement,)
        )
        said = [t.lower() for t in texts(m, r)]
        if all(wanted) and all(any(word in t for t in said) for word in q.lower().split()):
            kept.append(m)
    return kept


def identity(m: MemberResult) -> str:
    return f"{m.requirement}{';' + m.variant if m.variant else ''} {m.account} {m.region} {m.type} {m.id}"


def rows(page: Page) -> list[str]:
    """Every row of the first list, which is scrolled from its top to its end, as `identity` says it."""
    seen: dict[int, str] = {}
    page.evaluate("document.querySelectorAll('.pane').forEach(pane => pane.scrollTop = 0)")
    count = int(page.locator(".members").first.get_attribute("aria-rowcount") or 0) - 1
    while len(seen) < count:
        before = len(seen)
        page.evaluate("document.dispatchEvent(new Event('scroll'))")
        for index, path in page.evaluate(
            "[...document.querySelector('.members').querySelectorAll('.body [role=row]')]"
            ".map(row => [row.ariaRowIndex, row.querySelector('a').dataset.path])"
        ):
            *_, requirement, member = map(_decoded, path.split("/"))
            seen[int(index)] = f"{requirement} {' '.join(map(_decoded, member.split(',')))}"
        moved = page.evaluate(
            "(() => { const pane = document.querySelector('.members').closest('.pane'), from = pane.scrollTop;"
            " pane.scrollTop += innerHeight / 2; return pane.scrollTop !== from })()"
        )
        if not moved and len(seen) == before:
            break
    return [seen[index] for index in sorted(seen)]


def _decoded(part: str) -> str:
    from urllib.parse import unquote

    return unquote(part)
