"""The values that the organisation's PDF prints: a few pages, with what is left off counted. See limits."""

from collections import Counter, defaultdict
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from evidence.assessment.together import Organisation
from evidence.pack import words
from evidence.pack.drawing import bar, conclusions_bar
from evidence.pack.organisation import limits
from evidence.pack.organisation.book import by_word, unread, worst
from evidence.pack.organisation.rows import missing
from evidence.pack.printing import Printable, print_pdf
from evidence.pack.templates import page
from evidence.pack.view import timing

if TYPE_CHECKING:
    from evidence.pack.organisation.build import Material

SECTIONS = ("programs", "accounts", "controls", "requirements", "unseen", "made", "packs", "verify")
NAME = "organisation.pdf"


def write_pdf(material: "Material") -> None:
    """Raises EvidenceError as `print_pdf` does."""
    facts = material.facts
    html = page("organisation.html", view(material))
    print_pdf(Printable(html, material.report / NAME, material.organisation.run.as_of, f"{facts.id} {facts.evidence_root}"))


def view(material: "Material") -> dict[str, Any]:
    o = material.organisation
    names = {a["id"]: a.get("name", "") for a in o.run.accounts}
    return {
        **_document(material),
        "words": words.CONCLUSION_MEANINGS,
        "programs": [_program(o, p) for p in o.programs],
        "accounts": _accounts(o, names),
        "left_out": [(a["id"], names[a["id"]], a["status"]) for a in o.run.accounts if a.get("status", "in scope") != "in scope"],
        "controls": _controls(o),
        "requirements": _requirements(o),
        "unseen": _unseen(material, names),
        "names": names,
        "packs": material.packs[: limits.PACKS_PRINTED],
        "packs_left": max(0, len(material.packs) - limits.PACKS_PRINTED),
        "limits": limits.LIMITS,
    }


def _document(material: "Material") -> dict[str, Any]:
    o, run = material.organisation, material.organisation.run
    entity = run.entity or "Entity not named"
    system = words.plural(len(o.accounts), "AWS account")
    beside = len(run.accounts) - len(o.accounts)
    return {
        "run": run, "pack": material.facts, "people": o.management.people,
        "sections": {name: n for n, name in enumerate(SECTIONS, 1)},
        "title": f"Evidence pack, organisation, {entity}, {run.period or run.as_of[:10]}",
        "header": " · ".join(filter(None, (words.brief(entity, 40), "Organisation", words.brief(run.period, 12)))),
        "entity": entity, "period": words.period(run.period), "as_of": words.instant(run.as_of),
        "system": f"{system} of the organisation" + (f"; {beside:,} more were not looked at" if beside else ""),
        "timing": timing(run.period, run.as_of), "over_time": None,
        "calls": sum(run.calls.values()),
    }  # fmt: skip


def _program(o: Organisation, program: Any) -> dict[str, Any]:
    said = Counter[str](c.conclusion for c in o.conclusions if c.program == program.id)
    counts = {word: said[word] for word in words.CONCLUSION_MEANINGS}
    return {"program": program, "counts": counts, "total": said.total(), "bar": conclusions_bar(counts, 260)}


def _accounts(o: Organisation, names: dict[str, str]) -> dict[str, Any]:
    """Those with most to look at, in their own order, and the sums over all."""
    most = nlargest(limits.ACCOUNTS_PRINTED, o.accounts, key=lambda a: (a.counts["exception"], a.counts["gap"], a.failed_calls))
    shown = {a.id for a in most}
    sums, said = Counter[str](), Counter[str]()
    for a in o.accounts:
        sums.update(a.counts)
        said.update(by_word(a))
    rows = [(a, names.get(a.id, ""), by_word(a), bar(a.counts, 150)) for a in o.accounts if a.id in shown]
    accepted, calls = sum(a.accepted for a in o.accounts), sum(a.failed_calls for a in o.accounts)
    left = len(o.accounts) - len(rows)
    return {"rows": rows, "left": left, "sums": sums, "said": said, "accepted": accepted, "failed_calls": calls}


_FIRST = ("exceptions", "incomplete", "accepted", "supported", "needs a person", "inherited", "not applicable")


def _controls(o: Organisation) -> dict[str, Any]:
    pairs = sorted(zip(o.conclusions, o.said, strict=True), key=lambda found: _FIRST.index(found[0].conclusion))
    spoken = [pair for pair in pairs if pair[0].conclusion in _FIRST[:4]]
    shown = spoken[: limits.CONTROLS_PRINTED]
    return {"rows": shown, "left": len(pairs) - len(shown), "all": len(pairs), "left_words": _words(pairs[len(shown) :])}


def _words(pairs: Any) -> list[tuple[str, int]]:
    found = Counter[str](c.conclusion for c, _ in pairs)
    return [(word, found[word]) for word in _FIRST if found[word]]


def _requirements(o: Organisation) -> dict[str, Any]:
    numbered = sorted(
        enumerate(o.requirements), key=lambda found: (-found[1].counts["exception"], -found[1].counts["gap"], found[0])
    )
    shown = numbered[: limits.REQUIREMENTS_PRINTED]
    rows = []
    for n, r in shown:
        found = worst(o, n)
        rows.append((r, bar(r.counts, 150), unread(o, r), found[: limits.WORST], len(found)))
    sums = Counter[str]()
    for r in o.requirements:
        sums.update(r.counts)
    return {"rows": rows, "left": len(numbered) - len(shown), "all": len(numbered), "sums": sums}


def _unseen(material: "Material", names: dict[str, str]) -> dict[str, Any]:
    """Accounts that were not entered, cells not read whole, and the calls not answered, most first."""
    o = material.organisation
    rows, all_rows, calls = [], 0, Counter[str]()
    statuses = Counter[str](c.status for c in o.coverage)
    most = nlargest(limits.UNREAD_PRINTED, missing(material.spilled), key=lambda m: m.count)
    for m in missing(material.spilled):
        all_rows += 1
        calls[m.ending] += m.count
    rows = [(m, names.get(m.account, "")) for m in most]
    shut = [(a["id"], names[a["id"]], a.get("ending", "")) for a in o.run.in_scope if a.get("ending", "answered") != "answered"]
    lists: dict[str, int] = defaultdict(int)
    for r in o.requirements:
        lists[r.population.name] = max(lists[r.population.name], unread(o, r))
    touched = sum(not r.whole for r in o.requirements)
    return {
        "rows": rows, "left": all_rows - len(rows), "calls": calls, "total": calls.total(), "shut": shut,
        "statuses": [(word, meaning, statuses[word]) for word, meaning in words.CELL_MEANINGS.items() if statuses[word]],
        "lists": sorted((name, n) for name, n in lists.items() if n), "touched": touched,
        "gaps": sum(a.counts["gap"] for a in o.accounts),
    }  # fmt: skip
