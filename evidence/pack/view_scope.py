"""What was looked at, how, and what was not read: the pages on scope, method and limitations. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from evidence.assessment.model import Cell, RequirementResult
from evidence.pack import words
from evidence.pack.drawing import flow
from evidence.pack.facts import NotCollected, PackFacts
from evidence.pack.lens import Lens, unread_lists
from evidence.programs.parameters import Given

REGIONS_ACROSS = 7
ACCOUNTS_SHOWN = 100
ROWS_SHOWN = 300
"""Rows of the lists unread and of the calls not answered; the workbook has every one."""
_WORST_FIRST = ("denied", "in part", "read", "not enabled", "not active", "out of scope")


def scope(lens: Lens) -> dict[str, Any]:
    """The matrix of accounts and Regions, in as many tables as the Regions need, and the populations."""
    coverage = lens.assessment.coverage
    cells = {(c.account, c.region): c for c in coverage}
    regions = sorted({c.region for c in coverage}, key=lambda r: (r != "global", r))
    uniform = {r: _uniform([c for c in coverage if c.region == r]) for r in regions}
    drawn = [r for r in regions if not uniform[r]]
    accounts = sorted({c.account for c in coverage})
    shown = _worst(accounts, coverage)
    chunks = [drawn[i : i + REGIONS_ACROSS] for i in range(0, len(drawn), REGIONS_ACROSS)] or [[]]
    return {
        "accounts": [(a, lens.accounts.get(a, ""), _sum(c for c in coverage if c.account == a)) for a in shown],
        "left_off": len(accounts) - len(shown),
        "tables": [
            [(r, {a: cells.get((a, r)) for a in shown}, _sum(c for c in coverage if c.region == r)) for r in chunk]
            for chunk in chunks
        ],
        "all": _sum(coverage),
        "elsewhere": {s: [r for r in regions if uniform[r] == s] for s in ("out of scope", "not enabled")},
        "statuses": [(s, m) for s, m in words.CELL_MEANINGS.items() if any(c.status == s for c in coverage)],
        "regions": len([r for r in drawn if r != "global"]),
        "populations": [(p, len({(u.account, u.region, u.call) for u in p.unread})) for p in lens.populations],
    }


def _uniform(cells: Sequence[Cell]) -> str:
    """The one status by which a Region is left out in every account; empty where it was asked in some."""
    statuses = {c.status for c in cells}
    return next(iter(statuses)) if len(statuses) == 1 and statuses <= {"out of scope", "not enabled"} else ""


def _worst(accounts: list[str], coverage: Sequence[Cell]) -> list[str]:
    if len(accounts) <= ACCOUNTS_SHOWN:
        return accounts
    rank: dict[str, int] = defaultdict(lambda: len(_WORST_FIRST))
    for cell in coverage:
        place = _WORST_FIRST.index(cell.status) if cell.status in _WORST_FIRST else 0
        rank[cell.account] = min(rank[cell.account], place)
    return sorted(sorted(accounts, key=lambda a: (rank[a], a))[:ACCOUNTS_SHOWN])


def _sum(cells: Any) -> tuple[int, int]:
    kept = list(cells)
    return sum(c.answered for c in kept), sum(c.asked for c in kept)


def method(lens: Lens, pack: PackFacts) -> dict[str, Any]:
    """Who, when, where and how; how the calls ended; the parameters; the way from a number to AWS's answer."""
    run = lens.assessment.run
    calls = {ending: run.calls.get(ending, 0) for ending in words.ENDING_MEANINGS}
    calls |= {ending: n for ending, n in sorted(run.calls.items()) if ending not in calls}
    asked = sum(calls.values())
    counted = {e: words.ENDING_COUNTS.get(e, "not read") for e in calls}
    read, unread = (sum(n for e, n in calls.items() if counted[e] == word) for word in ("read", "not read"))
    return {
        "flow": flow([
            ("", "AWS", words.plural(len(run.in_scope), "account"), words.plural(asked, "call")),
            ("ask", "Run", "answers kept", f"{read:,} answered"),
            ("read", "Populations", "typed tables", words.plural(len(lens.populations), "population")),
            ("judge", "Results", words.plural(len(lens.results), "requirement"), words.plural(lens.counts["listed"], "result")),
            ("conclude", "Assessment", words.plural(len(lens.programs), "program"),
             words.plural(len(lens.conclusions), "conclusion")),
            ("render", "Pack", "report, workbook", "SHA256SUMS"),
        ]),
        "principals": _principals(lens),
        "tool": run.tool if run.tool.startswith("evidence") else f"evidence {run.tool or 'of unknown version'}",
        "started": words.instant(run.started),
        "partitions": sorted({str(a.get("partition", "aws")) for a in run.accounts}),
        "endings": [(e, words.ENDING_MEANINGS.get(e, ""), n, counted[e]) for e, n in calls.items()],
        "asked": asked,
        "read": read,
        "unread": unread,
        "redactions": sorted(run.redactions.items()),
        "parameters": [
            (r.id, words.parameters({name: value}), _set_by(r, name, lens.assessment.management.parameters))
            for r in lens.results.values() for name, value in r.parameters.items()
        ],
        "files": sorted(pack.method.items()),
        "example": _example(lens),
    }  # fmt: skip


def _set_by(result: RequirementResult, name: str, given: Given) -> str:
    """Who chose a parameter's value: a program's demand outranks management's choice, and that outranks the default."""
    mine = given.get(result.id, {})
    if name in mine and mine[name] == result.parameters[name]:
        return "management"
    demanded = any(part.startswith(f"{name}=") for part in result.variant.split(","))
    left = f"; management's {words.parameters({name: mine[name]})} is looser or other and was not used" if name in mine else ""
    return ("the program" if demanded or left else "default") + left


def _principals(lens: Lens) -> list[tuple[str, str, str, str]]:
    """(principal, account, its name, evidence id) of every account, as AWS's own GetCallerIdentity said it."""
    out = []
    for account in lens.assessment.run.accounts:
        seen = account.get("seen") or ("",)
        ending = str(account.get("ending", "answered"))
        away = {"answered": "not recorded", "not asked": f"{account.get('status')}, not asked"}.get(
            ending, f"not entered: {ending}"
        )
        said = str(account.get("principal", "")) or away
        out.append((said, str(account.get("id", "")), str(account.get("name", "")), str(seen[0])))
    return sorted(out, key=lambda row: row[1])


def _example(lens: Lens) -> dict[str, str] | None:
    """A number on paper that a reader can follow to the raw answer: the first exception, or else any result."""
    found = [m for key in lens.results for m in lens.members[key] if m.evidence]
    member = next((m for m in found if m.judgement == "exception"), next(iter(found), None))
    if member is None:
        return None
    row = lens.row(member)
    controls = lens.controls_of.get((member.requirement, member.variant), ())
    return {
        "control": controls[0] if controls else "",
        "number": row.number or member.requirement,
        "reason": words.shorten(member.reason, 160),
        "evidence": member.evidence[0],
        "file": f"evidence/answers/{member.account}/{member.region}/",
    }


def limitations(lens: Lens) -> dict[str, Any]:
    """What was not read and what this kind of evidence cannot show. Never empty: "none" is said with its counts."""
    run, rows = lens.assessment.run, lens.lists(lens.results.values())
    calls = lens.not_collected
    asked = sum(run.calls.values())
    unread = sum(n for e, n in run.calls.items() if e not in words.ENDING_COUNTS)
    touched = [c.control if len(lens.programs) == 1 else f"{c.program} {c.control}" for c in lens.conclusions if _spoilt(lens, c)]
    lone = [p.name for p in lens.populations if p.second is None]
    return {
        "asked": asked,
        "unanswered": unread,
        "gaps": lens.counts["gap"],
        "unread": len(unread_lists(lens.results.values())),
        "touched": touched,
        "lists": rows[:ROWS_SHOWN],
        "lists_left": len(rows) - len(rows[:ROWS_SHOWN]),
        "calls": calls[:ROWS_SHOWN],
        "calls_left": len(calls) - len(calls[:ROWS_SHOWN]),
        "calls_total": sum(c.count for c in calls),
        "anchors": {c.number for c in calls[:ROWS_SHOWN]},
        "closing": closing(calls),
        "uncorroborated": lone,
        "disagree": [p.name for p in lens.populations if p.corroborated is False],
        "gone": sum(len(p.gone) for p in lens.populations),
        "out_of_scope": sum(p.out_of_scope for p in lens.populations),
        "none": _none(lens, asked),
        "part": (words.of_run(run), *words.beyond_part(run)) if run.part else None,
    }


def _spoilt(lens: Lens, conclusion: Any) -> bool:
    results = [lens.results[(m.id, m.variant)] for m in conclusion.requirements]
    return any(r.counts.get("gap", 0) or r.population.unread for r in results)


def closing(calls: Sequence[NotCollected]) -> list[tuple[str, list[str]]]:
    """(account, IAM actions) whose calls were denied: what the reading role lacks there."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for call in calls:
        if call.ending == "denied":
            wanted[call.account].update(call.actions)
    return [(account, sorted(actions)) for account, actions in sorted(wanted.items()) if actions]


def _none(lens: Lens, asked: int) -> list[tuple[str, int]]:
    """What is asserted to be none, each with the count it was looked for in."""
    ended = Counter(lens.assessment.run.calls)
    looked = [(f"calls that ended {e}", asked) for e in words.ENDING_MEANINGS if e not in words.ENDING_COUNTS and not ended[e]]
    if not lens.counts["gap"]:
        looked.append(("results that are gaps", lens.counts["listed"]))
    if not unread_lists(lens.results.values()):
        looked.append(("populations with a list unread", len(lens.populations)))
    if not any(p.gone for p in lens.populations):
        looked.append(("populations with a resource that went away while it was read", len(lens.populations)))
    if not any(p.out_of_scope for p in lens.populations):
        looked.append(("populations with a resource known in a Region that was not asked", len(lens.populations)))
    return [*looked, ("requirements of the controls without a result", len(lens.results))]
