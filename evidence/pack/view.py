"""The values that the PDF's templates print, of one program or of all. Pure."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from evidence.assessment.model import Assessment, ProgramFacts
from evidence.assessment.period.model import Period
from evidence.errors import EvidenceError
from evidence.pack import view_completeness, view_controls, view_environments, view_management, view_scope, words
from evidence.pack.changes.view import change, since
from evidence.pack.drawing import conclusion_bar, shape_chart
from evidence.pack.facts import PackFacts
from evidence.pack.kept import NOWHERE, KeptAnswers
from evidence.pack.lens import Lens, unread_lists
from evidence.pack.period.view import over_time

PROGRAM_SECTIONS = (
    "reader", "assertion", "scope", "period", "method", "completeness", "limits", "controls", "register", "accepted",
    "change", "environments", "aws", "manual", "verify", "glossary", "index",
)  # fmt: skip
SUMMARY_SECTIONS = ("programs", "requirements", "scope", "completeness", "limits", "environments", "verify", "glossary")
"""The sections in their order: their numbers follow from it."""
ATTESTED_SHOWN = 6
"""Programs whose attestation is named on an environment's page of the summary."""


def program_view(
    assessment: Assessment,
    program_id: str,
    pack: PackFacts,
    kept: KeptAnswers = NOWHERE,
    earlier: Assessment | None = None,
    period: Period | None = None,
) -> dict[str, Any]:
    """Everything that one program's PDF prints. Without an earlier run it has no section on what changed, and of one moment only
    nothing on the whole period."""
    program = next((p for p in assessment.programs if p.id == program_id), None)
    if program is None:
        known = words.listed([p.id for p in assessment.programs])
        raise EvidenceError(f"The program {program_id} is not in this assessment.", f"It has {known or 'none'}.")
    lens = Lens(assessment, [program])
    view = {
        **_document(
            assessment,
            pack,
            f"{program.name} evidence pack",
            program.name,
            [s for s in PROGRAM_SECTIONS if earlier or s != "change"],
        ),
        "program": program,
        "reader": _reader(lens, program),
        "assertion": view_management.assertion(lens, pack),
        "responsible": Counter(c.responsibility for c in lens.conclusions),
        "covered": view_completeness.period(lens),
        "over_time": over_time(period, set(lens.results), program_id) if period else None,
        "method": view_scope.method(lens, pack),
        **view_controls.controls(lens, program),
        "register": view_management.register(lens),
        "acceptances": view_management.accepted(lens),
        "change": change(since(earlier, assessment, [program_id])) if earlier else None,
        "keys": view_completeness.keys(lens),
        "aws": view_completeness.aws(lens),
        "manual": view_management.manual(lens),
        "index": view_completeness.index(lens, kept),
        "counts": lens.counts,
    }
    return view | _shared(lens)


def summary_view(assessment: Assessment, pack: PackFacts) -> dict[str, Any]:
    """Everything that the summary over all programs prints."""
    lens = Lens(assessment, assessment.programs)
    return {
        **_document(assessment, pack, "Evidence pack summary", "Summary", SUMMARY_SECTIONS),
        "programs": view_controls.by_program(lens),
        "meanings": words.CONCLUSION_MEANINGS,
        "judgements": _judgements(lens),
        "figures": _figures(lens),
        "topics": view_controls.by_topic(lens),
        **_shared(lens),
    }


def _shared(lens: Lens) -> dict[str, Any]:
    return {
        "scope": view_scope.scope(lens),
        "completeness": view_completeness.completeness(lens),
        "limits": view_scope.limitations(lens),
        "environments": _environments(lens),
        "unlinked": view_environments.unlinked(lens),
        "attested": [
            (p.name, view_completeness.covered(p, "elasticbeanstalk"), p.aws_services.as_of if p.aws_services else "")
            for p in lens.programs[:ATTESTED_SHOWN]
        ],
        "attested_more": len(lens.programs[ATTESTED_SHOWN:]),
        "names": lens.accounts,
        "glossary": words.GLOSSARY,
    }


def _document(assessment: Assessment, pack: PackFacts, title: str, short: str, sections: Sequence[str]) -> dict[str, Any]:
    run = assessment.run
    entity = run.entity or "Entity not named"
    accounts = words.plural(len(run.in_scope), "AWS account")
    found = words.plural(len(assessment.environments), "Elastic Beanstalk environment")
    part = f": {words.of_run(run)}" if run.part else ""
    return {
        "run": run,
        "pack": pack,
        "people": assessment.management.people,
        "sections": {name: n for n, name in enumerate(sections, 1)},
        "title": f"{title}, {entity}, {run.period or run.as_of[:10]}",
        "header": " · ".join(filter(None, (words.brief(entity, 40), words.brief(short, 24), words.brief(run.period, 12)))),
        "entity": entity,
        "period": words.period(run.period),
        "as_of": words.instant(run.as_of),
        "system": f"{accounts} with {found}{part}",
        "timing": timing(run.period, run.as_of),
        "over_time": None,
    }


def timing(period: str, as_of: str) -> str:
    """What the moment of the evidence is to the period; empty where it lies in it."""
    span = words.quarter(period)
    if span is None:
        return ""
    try:
        day = dt.datetime.fromisoformat(as_of).astimezone(dt.UTC).date()
    except ValueError:
        return "The time of the collection is not recorded."
    if day > span[1]:
        return f"Collected {words.plural((day - span[1]).days, 'day')} after the end of the period."
    if day < span[0]:
        return f"Collected {words.plural((span[0] - day).days, 'day')} before the period began."
    return ""


def _reader(lens: Lens, program: ProgramFacts) -> dict[str, Any]:
    by_word = Counter[str](c.conclusion for c in lens.conclusions)
    most = max(by_word.values(), default=0)
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for c in lens.conclusions:
        groups[c.group].append((c.control, c.conclusion))
    chart = [(group, program.groups.get(group, ""), controls) for group, controls in groups.items()]
    return {
        "conclusions": [
            (word, meaning, by_word[word], conclusion_bar(word, by_word[word], most))
            for word, meaning in words.CONCLUSION_MEANINGS.items()
        ],
        "chart": shape_chart(chart),
        "judgements": _judgements(lens),
        "counts": dict(by_word),
        **_figures(lens),
    }


def _judgements(lens: Lens) -> list[tuple[str, str, int]]:
    return [(word, meaning, lens.counts[word]) for word, meaning in words.JUDGEMENT_MEANINGS.items()]


def _figures(lens: Lens) -> dict[str, int]:
    return {
        "controls": len(lens.conclusions),
        "requirements": len(lens.results),
        "populations": len(lens.populations),
        "unread": len(unread_lists(lens.results.values())),
        "results": lens.counts["listed"],
        "calls": sum(lens.assessment.run.calls.values()),
    }


def _environments(lens: Lens) -> list[dict[str, Any]]:
    found = lens.assessment.environments
    return [view_environments.environment(lens, e, n, len(found)) for n, e in enumerate(found, 1)]
