"""Control by control: the blocks of mapped controls, the request list of the others, and tables over all. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from evidence.assessment.model import Conclusion, MappedResult, ProgramFacts, RequirementResult
from evidence.pack import words
from evidence.pack.drawing import bar, conclusions_bar
from evidence.pack.facts import NotCollected
from evidence.pack.lens import Group, Lens, Lists, of, pick, totals, unread_lists
from evidence.pack.view_scope import closing
from evidence.requirements.declare import TOPICS

BLOCKS = ("exceptions", "incomplete", "accepted", "supported")
"""Conclusions that get a block of their own; the others stand in one compact table."""
ROWS_OF_A_CONTROL, LEAST_ROWS = 200, 10
ROWS_OF_ALL_CONTROLS = 2500
"""Exceptions (and gaps) printed for one control, and of both in one PDF; the workbook has every one. Where there are
more, the longest are cut first, to no fewer than `LEAST_ROWS`, and each says how many it leaves to the workbook."""
ROWS_OF_A_PAGE = 22
"""A control with more rows than this starts a page; smaller ones follow one another."""
REASONS_SHOWN = 4


@dataclass(frozen=True)
class RequirementRow:
    """A requirement as a row of counts."""

    result: RequirementResult
    mapped: MappedResult | None
    bar: Markup
    unread: int
    controls: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return totals([self.result])


@dataclass(frozen=True)
class Block:
    """One mapped control with all that is printed of it."""

    conclusion: Conclusion
    anchor: str
    counts: dict[str, int]
    unread: int
    rows: tuple[RequirementRow, ...]
    empty: tuple[RequirementRow, ...]
    why: tuple[str, ...]
    not_applicable: tuple[str, ...]
    exceptions: tuple[Group, ...]
    gaps: tuple[Group, ...]
    lists: tuple[Lists, ...]
    closing: list[tuple[str, list[str]]]
    filtered: tuple[str, ...]
    again: bool
    parameters: tuple[str, ...]
    large: bool

    @property
    def judged(self) -> int:
        return self.counts["meets"] + self.counts["exception"]

    @staticmethod
    def shown(groups: Sequence[Group]) -> int:
        return sum(len(g.rows) for g in groups)


def anchor(control: str) -> str:
    """A place in the PDF; ids of programs hold brackets, spaces and dots."""
    return "control-" + "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}_" for c in control)


def controls(lens: Lens, program: ProgramFacts) -> dict[str, Any]:
    """The index, the blocks, and the controls that need a person, are AWS's or cannot apply."""
    mapped = [c for c in lens.conclusions if c.requirements and c.conclusion in BLOCKS]
    limit = _limit(lens, mapped)
    blocks = [_block(lens, c, limit) for c in mapped]
    others = [c for c in lens.conclusions if not (c.requirements and c.conclusion in BLOCKS)]
    return {
        "all": [_index_row(lens, c, {b.conclusion.control: b for b in blocks}) for c in lens.conclusions],
        "blocks": blocks,
        "limit": limit,
        "people_controls": [_person(lens, c) for c in others if c.conclusion == "needs a person"],
        "inherited": [c for c in others if c.conclusion == "inherited"],
        "not_applicable": [_person(lens, c) for c in others if c.conclusion == "not applicable"],
        "odd": [c for c in others if c.conclusion in BLOCKS],
        "aws": program,
    }


def _index_row(lens: Lens, conclusion: Conclusion, blocks: dict[str, Block]) -> dict[str, Any]:
    """A control in the table over all: its counts, and the place that says more."""
    results = [lens.results[(m.id, m.variant)] for m in conclusion.requirements]
    block = blocks.get(conclusion.control)
    places = {"inherited": "part-aws", "needs a person": "part-manual"}
    return {
        "conclusion": conclusion,
        "counts": totals(results),
        "unread": len(unread_lists(results)),
        "anchor": block.anchor if block else places.get(conclusion.conclusion, "part-controls"),
        "mapped": bool(results),
    }


def _limit(lens: Lens, mapped: Sequence[Conclusion]) -> int:
    """The most rows of a kind for one control, so that all of them stay within the PDF's limit."""
    found = [totals(lens.results[(m.id, m.variant)] for m in c.requirements) for c in mapped]
    sizes = [n[word] for n in found for word in ("exception", "gap")]
    fitting = (n for n in range(ROWS_OF_A_CONTROL, LEAST_ROWS, -1) if sum(min(n, s) for s in sizes) <= ROWS_OF_ALL_CONTROLS)
    return next(fitting, LEAST_ROWS)


def _block(lens: Lens, conclusion: Conclusion, limit: int) -> Block:
    results = [lens.results[(m.id, m.variant)] for m in conclusion.requirements]
    exceptions, gaps = (_groups(lens, results, word, limit) for word in ("exception", "gap"))
    lists = lens.lists(results)
    calls = _calls(lens, results)
    counts = totals(results)
    rows = [_row(r, m) for r, m in zip(results, conclusion.requirements, strict=True)]
    return Block(
        conclusion=conclusion,
        anchor=anchor(conclusion.control),
        counts=counts,
        unread=len(unread_lists(results)),
        rows=tuple(row for row in rows if not _empty(row)),
        empty=tuple(row for row in rows if _empty(row)),
        why=_why_incomplete(lens, counts, results, lists) if conclusion.conclusion == "incomplete" else (),
        not_applicable=_why_not(lens, [row.result for row in rows if not _empty(row)]),
        exceptions=exceptions,
        gaps=gaps,
        lists=lists,
        closing=closing(calls),
        filtered=tuple(sorted({row.call for row in lists if row.ending == "filtered"})),
        again=bool(gaps or lists),
        parameters=_parameters([row.result for row in rows if not _empty(row)]),
        large=_rows(results, exceptions, gaps, lists) > ROWS_OF_A_PAGE,
    )


def _rows(
    results: Sequence[RequirementResult], exceptions: Sequence[Group], gaps: Sequence[Group], lists: Sequence[Lists]
) -> int:
    groups = [*exceptions, *gaps]
    return 2 * len(results) + len(groups) + sum(len(g.rows) for g in groups) + 2 * len(lists)


def _row(result: RequirementResult, mapped: MappedResult | None = None, controls: int = 0) -> RequirementRow:
    return RequirementRow(result, mapped, bar(result.counts), len(unread_lists([result])), controls)


def _empty(row: RequirementRow) -> bool:
    """Whether nothing is there to be judged, and that is known."""
    return not row.result.population.listed and not row.unread and row.result.judgement == "not_applicable"


def _parameters(results: Sequence[RequirementResult]) -> tuple[str, ...]:
    return tuple(f"{r.id}: {words.parameters(r.parameters)}" for r in results if r.parameters)


def _groups(lens: Lens, results: Sequence[RequirementResult], word: str, limit: int) -> tuple[Group, ...]:
    found = {(r.id, r.variant): of(lens.members[(r.id, r.variant)], word) for r in results}
    kept = pick(found, limit)
    by_key = {(r.id, r.variant): r for r in results}
    return tuple(
        Group(by_key[key], tuple(lens.row(m) for m in kept.get(key, [])), len(members))
        for key, members in found.items() if members
    )  # fmt: skip


def _calls(lens: Lens, results: Sequence[RequirementResult]) -> list[NotCollected]:
    """The calls not answered that these results lack: of their own populations, of their lists, or named by a gap."""
    names = {r.population.name for r in results}
    lists = unread_lists(results)
    reasons = {m.reason for r in results for m in lens.members[(r.id, r.variant)] if m.judgement == "gap"}
    said = " ".join(sorted(reasons))
    return [
        n for n in lens.not_collected
        if names.intersection(n.populations) or (n.account, n.region, n.call) in lists or f"{n.call} {n.ending}" in said
    ]  # fmt: skip


def _why_incomplete(
    lens: Lens, counts: dict[str, int], results: Sequence[RequirementResult], lists: Sequence[Lists]
) -> tuple[str, ...]:
    """Sentences: what is missing, what is therefore not said, and what the members read show."""
    said = []
    if lists:
        first = lists[0]
        name = lens.accounts.get(first.account)
        where = f"account {name} ({first.account})" if name else f"account {first.account}"
        detail = f" ({words.shorten(first.detail, 120)})" if first.detail else ""
        more = f", and {words.plural(len(lists) - 1, 'more row')} below" if len(lists) > 1 else ""
        said.append(
            f"{first.call} in {where}, {words.listed(first.regions, 3)}: {first.ending}{detail}{more}. What these lists "
            "hold is not known, so nothing is said about it."
        )
    if counts["gap"]:
        reasons = Counter(m.reason for r in results for m in of(lens.members[(r.id, r.variant)], "gap"))
        top = "; ".join(f"{reason} ({n:,})" for reason, n in sorted(reasons.items(), key=lambda i: (-i[1], i[0]))[:2])
        said.append(
            f"{words.plural(counts['gap'], 'result')} of {counts['listed']:,} could not be judged: {words.shorten(top, 300)}."
        )
    if counts["meets"]:
        said.append("Every member that could be read meets the requirements; that is not enough to say “supported”.")
    return tuple(said)


def _why_not(lens: Lens, results: Iterable[RequirementResult]) -> tuple[str, ...]:
    """Why requirements do not apply, with counts; a requirement over nothing says so."""
    said = [f"{r.id}: {r.reason}" for r in results if r.judgement == "not_applicable" and r.reason and not r.population.listed]
    reasons = Counter(m.reason for r in results for m in of(lens.members[(r.id, r.variant)], "not_applicable"))
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    said += [f"{n:,} because {_lower(reason.rstrip('.'))}" for reason, n in ordered[:REASONS_SHOWN]]
    rest = sum(n for _, n in ordered[REASONS_SHOWN:])
    return (*said, f"{rest:,} for further reasons, in the workbook") if rest else tuple(said)


def _lower(text: str) -> str:
    """A reason in the middle of a sentence; names that begin with capitals keep them."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first in ("The", "A", "An", "It", "Its", "This", "No", "There") else text


def _person(lens: Lens, conclusion: Conclusion) -> dict[str, Any]:
    """A control of the request list, with what its context requirements showed."""
    results = [lens.results[(m.id, m.variant)] for m in conclusion.requirements]
    counts = totals(results)
    context = ""
    if results:
        context = f"{words.plural(len(results), 'requirement')}, {words.plural(counts['listed'], 'result')}"
        parts = [(counts["exception"], "exception"), (counts["gap"], "gap"), (len(unread_lists(results)), "list")]
        for n, noun in parts:
            context += f", {words.plural(n, noun)}{' unread' if noun == 'list' else ''}" if n else ""
    return {"conclusion": conclusion, "context": context, "reasons": _why_not(lens, results)}


def by_program(lens: Lens) -> list[dict[str, Any]]:
    """Each program's conclusions, counted."""
    rows = []
    for program in lens.programs:
        own = [c for c in lens.conclusions if c.program == program.id]
        by_word = Counter[str](c.conclusion for c in own)
        counts = {word: by_word[word] for word in words.CONCLUSION_MEANINGS}
        rows.append({"program": program, "counts": counts, "total": len(own), "bar": conclusions_bar(counts, 260)})
    return rows


def by_topic(lens: Lens) -> list[tuple[str, list[RequirementRow], dict[str, int]]]:
    """Every requirement under its topic, with the sums of the topic."""
    out = []
    for topic, name in TOPICS.items():
        found = [r for r in lens.results.values() if r.topic == topic]
        rows = [_row(r, controls=len(lens.controls_of.get((r.id, r.variant), ()))) for r in found]
        if rows:
            out.append((name, rows, totals(found)))
    return out
