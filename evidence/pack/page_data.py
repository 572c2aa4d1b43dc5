"""What the page's script reads: the Assessment in columns, each repeated text once, by number. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from evidence.assessment.model import Assessment, Conclusion, Environment, MemberResult, RequirementResult
from evidence.assessment.period.model import Period
from evidence.assessment.register import identity
from evidence.pack import billed, view_scope, words
from evidence.pack.facts import PackFacts
from evidence.pack.lens import Lens, unread_lists
from evidence.pack.page_period import over_time
from evidence.pack.page_stated import stated
from evidence.pack.page_table import Table
from evidence.requirements.declare import TOPICS

RANKED = ("exception", "gap", "meets", "not_applicable")
"""Judgements in the order in which the page lists them; it knows them by these numbers."""
MOST = 200_000
"""Results in one page; of more, exceptions and gaps come first, and the page says how many are elsewhere."""


def document(
    lens: Lens, pack: PackFacts, most: int = MOST, period: Period | None = None
) -> tuple[dict[str, Any], list[str], set[int]]:
    """The data; the evidence ids cited in it, which it calls by their place here; and those of exceptions, gaps and
    failed calls, whose answers are wanted first."""
    a, evidence = lens.assessment, Table()
    kept = _kept(a.members, most)
    spoilt = [m for m in kept if m.judgement in RANKED[:2]]
    urgent = {evidence.at(id) for m in spoilt for id in m.evidence} | {
        evidence.at(c.evidence) for c in a.failed_calls if c.evidence
    }
    numbers = {(r.id, r.variant): n for n, r in enumerate(a.requirements)}
    data = {
        "run": _run(lens, pack, evidence),
        "words": {
            "conclusions": words.CONCLUSION_MEANINGS, "judgements": words.JUDGEMENT_MEANINGS, "endings": words.ENDING_MEANINGS,
            "cells": words.CELL_MEANINGS, "ranked": RANKED, "times": words.TIME_MEANINGS,
        },
        "topics": dict(TOPICS),
        "programs": a.programs,
        "services": a.services,
        "billing": _billing(a, evidence),
        "conclusions": [_conclusion(c, numbers) for c in a.conclusions],
        **_requirements(a.requirements, evidence),
        "members": _members(kept, numbers, lens, evidence),
        "total": len(a.members),
        "coverage": a.coverage,
        "environments": _environments(lens, evidence),
        "missing": _missing(lens, evidence),
        **stated(a, evidence),
        "over_time": over_time(period, evidence) if period else None,
    }  # fmt: skip
    return data, evidence.values, urgent


def _kept(members: Sequence[MemberResult], most: int) -> Sequence[MemberResult]:
    """All, or the first so many by rank, in their own order."""
    if len(members) <= most:
        return members
    ranked = sorted(range(len(members)), key=lambda n: (RANKED.index(members[n].judgement), n))
    return [members[n] for n in sorted(ranked[:most])]


def _run(lens: Lens, pack: PackFacts, evidence: Table) -> dict[str, Any]:
    run, how = lens.assessment.run, view_scope.method(lens, pack)
    return {
        "id": run.id, "entity": run.entity, "period": words.period(run.period), "as_of": words.instant(run.as_of),
        "started": how["started"], "day": run.as_of[:10],
        "tool": how["tool"], "botocore": run.botocore,
        "endings": how["endings"], "asked": how["asked"], "read": how["read"], "unread": how["unread"],
        "redactions": how["redactions"], "redaction_key": run.redaction_key, "parameters": how["parameters"],
        "accounts": [
            {
                "id": str(a.get("id", "")), "name": str(a.get("name", "")), "partition": str(a.get("partition", "aws")),
                "status": str(a.get("status", "in scope")), "ending": str(a.get("ending", "answered")),
                "principal": str(a.get("principal", "")), "seen": evidence.all(a.get("seen") or ()),
            }
            for a in run.accounts
        ],
        "pack": {
            "id": pack.id, "root": pack.evidence_root, "signed": pack.signed, "timestamped": pack.timestamped,
            "previous": pack.previous, "steps": pack.steps,
        },
    }  # fmt: skip


def _conclusion(conclusion: Conclusion, numbers: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    mapped = [(numbers[(m.id, m.variant)], m.reach, m.why) for m in conclusion.requirements]
    return {**vars(conclusion), "requirements": mapped}


def _requirements(results: Sequence[RequirementResult], evidence: Table) -> dict[str, Any]:
    """Requirements; what several of one population share (lists read, lists unread) stands beside them once."""
    lists, unread = Table(), Table()
    rows = []
    for r in results:
        p = r.population
        facts = {**vars(p), "unread": unread.at(p.unread), "gone": list(p.gone), "lists_unread": len(unread_lists([r]))}
        rows.append({
            **vars(r), "parameters": words.parameters(r.parameters), "counts": [r.counts.get(w, 0) for w in RANKED],
            "population": facts, "lists": lists.at(r.lists),
        })  # fmt: skip
    return {"requirements": rows, "lists": [evidence.all(ids) for ids in lists.values], "unread": unread.values}


def _members(
    members: Sequence[MemberResult], numbers: Mapping[tuple[str, str], int], lens: Lens, evidence: Table
) -> dict[str, Any]:
    tables = {name: Table() for name in ("account", "region", "type", "reason", "environments")}
    exceptions = lens.numbers
    return {
        "requirement": [numbers[(m.requirement, m.variant)] for m in members],
        "judgement": [RANKED.index(m.judgement) for m in members],
        **{name: table.all(getattr(m, name) for m in members) for name, table in tables.items()},
        "id": [m.id for m in members],
        "arn": [m.arn for m in members],
        "evidence": [evidence.all(m.evidence) for m in members],
        "number": [exceptions[identity(m)] if m.judgement == "exception" else "" for m in members],
        "tables": {name: table.values for name, table in tables.items()},
    }


def _billing(a: Assessment, evidence: Table) -> dict[str, Any]:
    """Used Regions and services beside the bill; only a sentence where nobody asked for it."""
    b = a.billing
    if not b.asked:
        return {"asked": False, "says": billed.NOT_ASKED}
    return {
        **vars(b), "counts": billed.counts(b), "untold": billed.untold(b), "accounts": len(b.accounts),
        "differences": [{**vars(d), "evidence": evidence.all(d.evidence)} for d in b.differences],
    }  # fmt: skip


def _environments(lens: Lens, evidence: Table) -> list[dict[str, Any]]:
    topics = {key: result.topic for key, result in lens.results.items()}
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for member in lens.assessment.members:
        for environment in member.environments:
            counts[environment, topics[member.requirement, member.variant]][member.judgement] += 1

    def shown(e: Environment) -> dict[str, Any]:
        by_topic = {topic: [counts[e.id, topic][word] for word in RANKED] for topic in TOPICS}
        return {**vars(e), "evidence": evidence.all(e.evidence), "topics": by_topic}

    return [shown(e) for e in lens.assessment.environments]


def _missing(lens: Lens, evidence: Table) -> dict[str, Any]:
    """What was not read: every call and every list, and what is asserted to be none."""
    said = view_scope.limitations(lens)
    return {
        "calls": [{**vars(call), "evidence": evidence.all(call.evidence)} for call in lens.not_collected],
        "lists": lens.lists(lens.results.values()),
        **{name: said[name] for name in ("asked", "unanswered", "gaps", "unread", "touched", "closing", "uncorroborated",
                                         "disagree", "gone", "out_of_scope", "none", "part")},
    }  # fmt: skip
