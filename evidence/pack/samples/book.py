"""samples.xlsx: the items with the auditor's blank columns, every line of the population, how to redo the draw, a blank evaluation."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evidence.assessment.draw import Draw
from evidence.pack import words
from evidence.pack.facts import LABEL
from evidence.pack.samples import say
from evidence.pack.samples.model import Item, Samples
from evidence.pack.samples.readme import steps
from evidence.pack.workbook.sheet import Heading, Imprint, Link, Sheet, number, several
from evidence.pack.workbook.write import Book

ATTRIBUTES = ("as required", "deviation", "does not apply", "not tested")
DEVIATIONS = ("none", "isolated", "systematic")
LONGEST = 4_000
"""Characters of what was observed, in a cell; all of it stands in samples.json."""


def write_book(samples: Samples, draw: Draw, out: Path) -> None:
    """Writes the workbook; the same draw gives the same bytes."""
    s = samples
    source = f"pack {s.origin.pack} · root {s.origin.evidence_root[:16]}" if s.origin.pack else f"run {s.run}, in no pack"
    book = Book(
        Imprint(
            f"Samples {s.id}", s.entity or "evidence", dt.datetime.fromisoformat(s.as_of).astimezone(dt.UTC),
            f"{s.entity or 'no entity named'} · {s.period or 'no period named'} · {s.requirement} · {source}",
            LABEL, f"{s.id} · population {s.population.digest[:16]}{'' if s.population.complete else ', NOT COMPLETE'}", home="Method", root="",
        )
    )  # fmt: skip
    for sheet in (_samples(s), _population(s, draw), _method(s), _evaluation(s)):
        book.write(sheet)
    book.save(out)


def _of(s: Samples) -> str:
    """The population in a title."""
    p = s.population
    return f"{words.plural(p.size, p.noun)}, {'every list read to its end' if p.complete else 'NOT COMPLETE, see Method'}"


_SAMPLES = (
    Heading("Sample", 19, "mono"), Heading("Drawn as", 13), Heading("Population", 22, "mono"),
    Heading("Population, SHA-256", 24, "mono"), Heading("Method", 24), Heading("Seed", 24, "mono"), Heading("Seed given by", 18),
    number("Rank", 8), number("Rank in account", 9), Heading("Rank hash", 24, "mono"), Heading("Line", 36, "mono"),
    Heading("Account", 15, "mono"), Heading("Region", 13), Heading("Resource", 34, "mono"), Heading("Judgement", 13, "word"),
    Heading("Observed", 26), Heading("Exception", 10, "mono"), Heading("Evidence", 18, "mono"), Heading("Further evidence", 18, "mono"),
    *(Heading(f"Auditor: attribute {n}", 13, "fill", ATTRIBUTES) for n in range(1, 5)),
    Heading("Auditor: deviation", 20, "fill", DEVIATIONS), Heading("Auditor: replaced by, why", 16, "fill"),
    Heading("Auditor: tester", 10, "fill"), Heading("Auditor: date", 13, "day"),
)  # fmt: skip


def _samples(s: Samples) -> Sheet:
    title = f"{len(s.drawn('sample')):,} of {_of(s)}; tinted columns are the auditor's"
    return Sheet("Samples", title, _SAMPLES, _sample_rows(s), turn="Account", links=len(s.items))


def _sample_rows(s: Samples) -> Iterator[Sequence[Any]]:
    p = s.population
    for i in s.items:
        of = (p.name, p.digest, s.method, s.seed.text, say.by(s.seed), i.rank, i.place if s.by_account else "", i.hash, i.line)
        first = Link(i.evidence[0], file=f"evidence/{i.evidence[0]}.json") if i.evidence else ""
        rest = several(i.evidence[1:], "samples.json")
        observed = i.observed if len(i.observed) <= LONGEST else f"{i.observed[:LONGEST]}… (the rest in samples.json)"
        item = (i.account, i.region, i.arn or i.id, i.judgement, observed, i.exception, first, rest)
        yield i.sample, _drawn_as(s, i), *of, *item, *("",) * 8


def _drawn_as(s: Samples, item: Item) -> str:
    return "sample" if item.use == "sample" else f"replacement {item.place - s.asked}"


_POPULATION = (
    number("No.", 8), Heading("Line", 66, "mono"), number("Rank", 8), Heading("Rank hash", 60, "mono"), Heading("Drawn as", 13),
    Heading("Sample", 19, "mono"), Heading("Judgement", 14, "word"), Heading("Resource", 50, "mono"),
)  # fmt: skip


def _population(s: Samples, draw: Draw) -> Sheet:
    title = f"{_of(s)}, line by line, as in population.txt"
    return Sheet("Population", title, _POPULATION, _population_rows(draw))


def _population_rows(draw: Draw) -> Iterator[Sequence[Any]]:
    for n, r in enumerate(sorted(draw.order, key=lambda r: (r.line, r.rank)), start=1):
        name = "" if r.use == "not drawn" else draw.name(r)
        yield (
            n,
            r.line,
            r.rank,
            r.hash,
            "" if r.use == "not drawn" else r.use,
            name,
            r.member.judgement,
            r.member.arn or r.member.id,
        )


_METHOD = (Heading("What", 26, "term"), Heading("Meaning", 118))


def _method(s: Samples) -> Sheet:
    return Sheet("Method", f"how {s.id} was drawn, and how to redo it", _METHOD, _method_rows(s))


def _method_rows(s: Samples) -> Iterator[Sequence[Any]]:
    p = s.population
    yield "Requirement", f"{s.requirement}{f' ({s.variant})' if s.variant else ''}: {s.must_hold}"
    yield "How it is judged", " ".join(filter(None, (s.logic, words.parameters(s.parameters))))
    yield from zip(("Complete?", "Population", "Drawn", "Seed"), s.says, strict=True)
    for u in p.unread:
        yield "List not read", " ".join(filter(None, (u.account, u.region, u.call, u.ending, u.detail)))
    yield "Population, SHA-256", p.digest
    yield "Seed, as hashed", s.seed.text
    yield "Seed given by", say.by(s.seed)
    yield "Lines", say.CANONICAL
    yield "Rank", f"The place of a line in the order of the SHA-256 of SEED|LINE, in hex. {s.method[0].upper()}{s.method[1:]}."
    for stratum in s.strata if s.by_account else ():
        drawn = f"{stratum.sample:,} drawn, {stratum.replacements:,} to replace them"
        yield f"Account {stratum.account}", f"{words.plural(stratum.size, p.noun)}: {drawn}"
    yield "Replacement", say.replaced(s.by_account)
    yield "Larger sample", say.FURTHER
    yield (
        "From",
        f"Run {s.run}, as of {s.as_of}"
        + (f"; pack {s.origin.pack}, evidence root {s.origin.evidence_root}" if s.origin.pack else "; in no pack"),
    )
    yield (
        "Not an opinion",
        "Evidence of management, drawn as said: attributes, deviations and what follows from them are the auditor's.",
    )
    for n, (title, command, expected) in enumerate(steps(s), 1):
        yield f"To redo it, {n}", f"{title}\n{command}\nExpected: {expected}"


_EVALUATION = (Heading("What", 30, "term"), Heading("Meaning", 60), Heading("Auditor: entry", 50, "fill"))


def _evaluation(s: Samples) -> Sheet:
    return Sheet(
        "Evaluation", "the auditor's: what was tested, found, and what follows", _EVALUATION, _evaluation_rows(s), tall=True
    )


def _evaluation_rows(s: Samples) -> Iterator[Sequence[Any]]:
    yield "Objective", "What the test is to show, and why this population fits it.", ""
    for n in range(1, 5):
        yield f"Attribute {n}", "What is looked at in each item.", ""
    yield "Deviation", "What counts as one.", ""
    yield "Size", f"Why {len(s.drawn('sample')):,}: tolerable and expected rate of deviation, risk of relying on the sample.", ""
    yield "Found", "Items tested, deviations, items replaced or not testable.", ""
    yield "Nature and cause", "Of the deviations: isolated or systematic, by whom, since when.", ""
    of = "each account and then the whole" if s.by_account else "the population"
    complete = "" if s.population.complete else " THE POPULATION IS NOT COMPLETE: what was not listed is not reached."
    yield "Projection", f"From the sample to {of}, with the allowance for sampling risk.{complete}", ""
    yield "Conclusion", "", ""
