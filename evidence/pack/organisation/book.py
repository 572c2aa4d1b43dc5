"""The organisation's workbooks: one over all programs, and one for each program. Members and exceptions stand in the accounts' own."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evidence.assessment.model import Conclusion, RequirementResult
from evidence.assessment.together import AccountSums, Organisation
from evidence.pack import words
from evidence.pack.organisation.limits import LIMITS, WORST
from evidence.pack.organisation.rows import missing
from evidence.pack.workbook import aws_side
from evidence.pack.workbook.sheet import Heading, Imprint, Link, Sheet, Written, number, several
from evidence.pack.workbook.write import Book

if TYPE_CHECKING:
    from evidence.pack.organisation.build import Material

ALL_IN = "report/organisation.json"
WORDS = tuple(words.CONCLUSION_MEANINGS)
_HEADS = tuple(number(word.capitalize(), 12) for word in WORDS)
_SAID = {"Meets": "meets", "Exception": "exception", "Gap": "gap", "N/A": "not_applicable"}
_COUNTS = (number("Meets", 9), number("Exception", 11), number("Of these accepted", 10), number("Gap", 8), number("N/A", 9))


def write_books(material: "Material") -> None:
    """Writes report/workbook.xlsx, and report/programs/ID.xlsx for each program; the same organisation gives the same bytes."""
    o = material.organisation
    sheets = (
        accounts(material), programs(o), controls(o, o.conclusions), results(o, o.requirements), not_collected(material),
        coverage(o), aws_side.reports(o.aws_side, _cited), aws_side.services_in(o.programs, o.services), acceptances(o), packs(material),
    )  # fmt: skip
    _write(material, "workbook.xlsx", "all programs", "../", sheets)
    (material.report / "programs").mkdir()
    for program in o.programs:
        own = [c for c in o.conclusions if c.program == program.id]
        used = {(m.id, m.variant) for c in own for m in c.requirements}
        found = [r for r in o.requirements if (r.id, r.variant) in used]
        _write(
            material,
            f"programs/{program.id}.xlsx",
            program.name,
            "../../",
            (controls(o, own), results(o, found), programs(o, program.id)),
        )


def _cited(ids: Sequence[str]) -> tuple[str, str]:
    return (ids[0] if ids else ""), several(ids[1:], ALL_IN)


def _write(material: "Material", name: str, of: str, root: str, sheets: Sequence[Sheet]) -> None:
    run, facts = material.organisation.run, material.facts
    where = f"{run.entity or 'no entity named'} · {run.period or 'no period named'} · {of} · pack {facts.ident}"
    moment = dt.datetime.fromisoformat(run.as_of)
    title = f"Evidence pack {facts.id}, organisation, {of}"
    book = Book(Imprint(title, run.entity or "evidence", moment, where, facts.label, facts.ident, "README", root))
    book.book.create_sheet("README")  # first in the book, written last: it says how many rows the others have
    written = [part for sheet in sheets for part in book.write(sheet)]
    about = Sheet("README", "how to read this workbook", _README, _readme(material, of, written), links=len(written))
    book.fill(book.book["README"], about, about.name, about.rows)
    book.save(material.report / name)


_README = (Heading("What", 34, "term"), Heading("Meaning", 92), number("How many", 10))


def _readme(material: "Material", of: str, written: Iterable[Written]) -> Iterator[Sequence[Any]]:
    o, facts = material.organisation, material.facts
    yield (
        "Management's evidence",
        "What AWS answered, what the answers support, and what could not be read. Not an auditor's opinion.",
        "",
    )
    yield "Pack", f"{facts.id}, of the organisation: {of}", ""
    yield "Evidence root, SHA-256", facts.evidence_root, ""
    yield "Signed" if facts.signed else "UNSIGNED", facts.signed or "Nobody signed this pack. See README.txt, step 3.", ""
    yield "Entity, period", f"{o.run.entity or 'not named'}, {o.run.period or 'not named'}", ""
    yield "As of", f"{o.run.as_of}: the end of the collection. Every age is counted from here.", ""
    yield (
        "Accounts in scope",
        "Each has a complete pack of its own beside this one, in ../accounts. Every sum here is of what these say.",
        len(o.accounts),
    )
    for sheet in written:
        yield Link(f"Sheet {sheet.name}", sheet.name), sheet.title, sheet.rows
    said, judged = Counter[str](c.conclusion for c in o.conclusions), Counter[str]()
    for r in o.requirements:
        judged.update(r.counts)
    yield from ((word, f"Controls: {meaning}", said[word]) for word, meaning in words.CONCLUSION_MEANINGS.items())
    yield from ((word, f"Results: {meaning}", judged[word]) for word, meaning in words.JUDGEMENT_MEANINGS.items())
    yield from ((f"Limit: {what}", f"{much}. The rest: {where}", "") for what, much, where in LIMITS)


_ACCOUNTS = (
    Heading("Account", 15, "mono"), Heading("Name", 22), Heading("Status", 13, "word"), Heading("Entered", 13),
    number("Results", 9), *_COUNTS, *(number(f"Controls: {word}", 12) for word in WORDS), number("Requirements with exceptions", 13),
    number("Calls asked", 10), number("Calls answered", 10), number("Calls not answered", 10), number("Environments", 12),
    number("Access keys", 9), Heading("Its page", 12), Heading("Its workbook", 13), Heading("Where AWS Organizations has it", 44, "mono"),
)  # fmt: skip


def accounts(material: "Material") -> Sheet:
    """One row for each account of the run, also of those out of scope."""
    o = material.organisation
    sums = Counter[str]()
    for a in o.accounts:
        sums.update(a.counts)
    asked = {"Calls asked": sum(c.asked for c in o.coverage), "Calls answered": sum(c.answered for c in o.coverage)}
    totals = {
        "Results": sums.total(), **{head: sums[word] for head, word in _SAID.items()}, **asked,
        "Of these accepted": sum(a.accepted for a in o.accounts),
        "Calls not answered": sum(a.failed_calls for a in o.accounts),
    }  # fmt: skip
    title = "one row for each account; controls are counted over all programs; page and workbook are in the account's own pack"
    return Sheet("Accounts", title, _ACCOUNTS, _accounts(o), frozen=2, totals=totals, links=2 * len(o.accounts))


def _accounts(o: Organisation) -> Iterator[Sequence[Any]]:
    sums = {a.id: a for a in o.accounts}
    asked, answered = Counter[str](), Counter[str]()
    for cell in o.coverage:
        asked[cell.account] += cell.asked
        answered[cell.account] += cell.answered
    for account in o.run.accounts:
        id, status = account["id"], account.get("status", "in scope")
        ended = account.get("ending", "answered")
        what = (id, account.get("name", ""), status, "yes" if ended == "answered" else ended)
        if id not in sums:
            yield *what, *("",) * (len(_ACCOUNTS) - len(what) - 1), account.get("path", "")
            continue
        a = sums[id]
        said = by_word(a)
        counts = (sum(a.counts.values()), *counted(a.counts, a.accepted))
        calls = (asked[id], answered[id], a.failed_calls)
        pack = f"../accounts/{id}/report"
        links = (Link("index.html", file=f"{pack}/index.html"), Link("workbook.xlsx", file=f"{pack}/workbook.xlsx"))
        yield (
            *what,
            *counts,
            *(said[w] for w in WORDS),
            a.requirements.get("exception", 0),
            *calls,
            a.environments,
            a.keys,
            *links,
            account.get("path", ""),
        )


def by_word(account: AccountSums) -> Counter[str]:
    """{conclusion: controls of all programs} of an account."""
    said = Counter[str]()
    for found in account.conclusions.values():
        said.update(found)
    return said


def counted(counts: Mapping[str, int], accepted: int) -> Sequence[int]:
    return counts.get("meets", 0), counts.get("exception", 0), accepted, counts.get("gap", 0), counts.get("not_applicable", 0)


_PROGRAMS = (Heading("Program", 20), Heading("Account", 15, "mono"), Heading("Name", 24), *_HEADS, number("Controls", 10))


def programs(o: Organisation, only: str = "") -> Sheet:
    """A row for each program over all accounts, and one for each account under it."""
    found = [p.id for p in o.programs if p.id == only or not only]
    return Sheet(
        "Programs" if not only else "Accounts",
        "controls by conclusion: of the organisation, then of each account judged alone",
        _PROGRAMS,
        _programs(o, found),
        frozen=2,
    )


def _programs(o: Organisation, ids: Iterable[str]) -> Iterator[Sequence[Any]]:
    names = {a["id"]: a.get("name", "") for a in o.run.accounts}
    for id in ids:
        whole = Counter[str](c.conclusion for c in o.conclusions if c.program == id)
        yield id, "all", "the organisation", *(whole[w] for w in WORDS), whole.total()
        for a in o.accounts:
            said = a.conclusions.get(id, {})
            yield id, a.id, names.get(a.id, ""), *(said.get(w, 0) for w in WORDS), sum(said.values())


_CONTROLS = (
    Heading("Program", 13), Heading("Control", 10), Heading("What it asks, in our words", 34), Heading("Side", 10),
    Heading("Evidence shows", 15, "word"), Heading("Reach", 8), *(number(f"Accounts: {word}", 11) for word in WORDS),
    number("Listed", 9), *_COUNTS, number("Lists unread", 9), Heading("What a person must add", 36), number("Requirements", 14),
    Heading("Requirements with most exceptions", 46, "mono"),
)  # fmt: skip


def controls(o: Organisation, wanted: Sequence[Conclusion]) -> Sheet:
    title = "what the evidence says of each over all accounts, and how many accounts, judged alone, have which conclusion"
    return Sheet("Controls", title, _CONTROLS, _controls(o, wanted), frozen=2)


def _controls(o: Organisation, wanted: Sequence[Conclusion]) -> Iterator[Sequence[Any]]:
    results = {(r.id, r.variant): r for r in o.requirements}
    own = {(c.program, c.control) for c in wanted}
    for c, said in zip(o.conclusions, o.said, strict=True):
        if (c.program, c.control) not in own:
            continue
        mine = [results[m.id, m.variant] for m in c.requirements]
        n = Counter[str]()
        for r in mine:
            n.update(r.counts)
        sums: Sequence[Any] = ("",) * 7
        if mine:
            accepted, listed = sum(r.accepted for r in mine), sum(r.population.listed for r in mine)
            sums = (listed, *counted(n, accepted), sum(unread(o, r) for r in mine))
        what = (c.program, c.control, c.title, c.responsibility, c.conclusion, c.reach)
        yield *what, *(said.get(w, 0) for w in WORDS), *sums, c.adds, len(mine), _most(mine)


def _most(results: Sequence[RequirementResult]) -> str:
    """The WORST of a control's requirements, and how many more have exceptions."""
    found = sorted((r for r in results if r.counts["exception"]), key=lambda r: (-r.counts["exception"], r.id, r.variant))
    more = [f"and {len(found) - WORST:,} more, in {ALL_IN}"] if len(found) > WORST else []
    return "\n".join([*(f"{r.id}  {r.counts['exception']:,}" for r in found[:WORST]), *more])


def unread(o: Organisation, result: RequirementResult) -> int:
    """How many lists of it were not read, named or not."""
    return len(result.population.unread) + o.left_off.get((result.id, result.variant), {}).get("unread", 0)


_RESULTS = (
    Heading("Requirement", 38, "mono"), Heading("Parameters", 14), Heading("What must hold", 36), Heading("Judgement", 14, "word"),
    number("Listed", 9), *_COUNTS, Heading("Complete", 11, "word"), number("Lists unread", 9), number("Accounts with exceptions", 11),
    Heading("Accounts with most exceptions", 34, "mono"), Heading("Why nothing was judged", 28), Heading("Population", 26, "mono"),
    Heading("How it is judged", 42),
)  # fmt: skip


def results(o: Organisation, wanted: Sequence[RequirementResult]) -> Sheet:
    n = Counter[str]()
    for r in wanted:
        n.update(r.counts)
    totals = {
        "Listed": n.total(),
        **{head: n[word] for head, word in _SAID.items()},
        "Of these accepted": sum(r.accepted for r in wanted),
    }
    title = f"one row for each requirement over all accounts, with the {WORST} accounts that have most exceptions; listed = meets + exception + gap + n/a"
    return Sheet("Results", title, _RESULTS, _results(o, wanted), totals=totals)


def _results(o: Organisation, wanted: Sequence[RequirementResult]) -> Iterator[Sequence[Any]]:
    places = {(r.id, r.variant): n for n, r in enumerate(o.requirements)}
    for r in wanted:
        found = worst(o, places[r.id, r.variant])
        more = f"\nand {len(found) - WORST:,} more, each in its own pack" if len(found) > WORST else ""
        what = (r.id, words.parameters(r.parameters), r.says, r.judgement, r.population.listed, *counted(r.counts, r.accepted))
        most = "\n".join(f"{id}  {n:,}" for id, n in found[:WORST]) + more
        whole = "yes" if r.population.complete else "no"
        yield *what, whole, unread(o, r), len(found), most, r.reason, r.population.name, r.logic


def worst(o: Organisation, n: int) -> list[tuple[str, int]]:
    """(account, exceptions of the n-th requirement) of those that have any, most first."""
    return sorted(((a.id, a.exceptions[n]) for a in o.accounts if a.exceptions[n]), key=lambda found: (-found[1], found[0]))


_MISSING = (
    Heading("Account", 15, "mono"), Heading("No. in its pack", 10, "mono"), Heading("Region", 15), Heading("Call", 38, "mono"),
    Heading("Ended", 14), Heading("Code", 24), number("Calls", 8), Heading("Populations", 44, "mono"), Heading("What would close it", 40, "mono"),
)  # fmt: skip


def not_collected(material: "Material") -> Sheet:
    o = material.organisation
    none = f"none of {words.plural(sum(o.run.calls.values()), 'call')}"
    totals = {"Calls": sum(a.failed_calls for a in o.accounts)}
    title = "calls not answered, of all accounts; each account's own sheet names resources and evidence"
    return Sheet("NotCollected", title, _MISSING, _missing(material), frozen=2, totals=totals, none=none)


def _missing(material: "Material") -> Iterator[Sequence[Any]]:
    for m in missing(material.spilled):
        what = (m.account, m.number, m.region, m.call, m.ending, m.code, m.count)
        yield *what, several(m.populations, ALL_IN), several(m.actions if m.ending == "denied" else ["ask again"], ALL_IN)


_COVERAGE = (
    Heading("Account", 15, "mono"), Heading("Name", 22), Heading("Region", 16), Heading("Status", 14, "word"), Heading("What it means", 44),
    number("Calls asked", 10), number("Calls answered", 11),
)  # fmt: skip


def coverage(o: Organisation) -> Sheet:
    totals = {"Calls asked": sum(c.asked for c in o.coverage), "Calls answered": sum(c.answered for c in o.coverage)}
    names = {a["id"]: a.get("name", "") for a in o.run.accounts}
    rows = (
        (c.account, names.get(c.account, ""), c.region, c.status, words.CELL_MEANINGS.get(c.status, ""), c.asked, c.answered)
        for c in o.coverage
    )
    return Sheet("Scope", "where was looked, and where not: every account and Region", _COVERAGE, rows, frozen=3, totals=totals)


_ACCEPTED = (
    Heading("Id", 10, "mono"), Heading("Status", 17, "word"), number("Exceptions it covers", 12), number("Tags not read", 10),
    Heading("Requirement", 32, "mono"), Heading("Resources", 24, "mono"), Heading("Accounts", 15, "mono"), Heading("Reason", 32),
    Heading("Owner", 18), Heading("Approved by", 18), Heading("From", 11, "date"), Heading("Until", 11, "date"), Heading("Ticket", 12),
)  # fmt: skip


def acceptances(o: Organisation) -> Sheet:
    def row(found: Any) -> Sequence[Any]:
        a = found.acceptance
        about = (
            a.id,
            found.status,
            found.covers,
            found.tags_unread,
            a.requirement,
            several(a.members, ALL_IN),
            several(a.accounts, ALL_IN),
        )
        return *about, a.reason, a.owner, a.approver, a.opened, a.expires, a.ticket

    title = "what a named person signed off until a day, counted over all accounts"
    return Sheet("Accepted", title, _ACCEPTED, (row(found) for found in o.acceptances), frozen=2)


_PACKS = (
    Heading("Account", 15, "mono"), Heading("Name", 24), Heading("Pack", 30, "mono"), Heading("Folder", 28, "mono"),
    Heading("SHA-256 of its SHA256SUMS", 62, "mono"), Heading("Evidence root, SHA-256", 62, "mono"),
)  # fmt: skip


def packs(material: "Material") -> Sheet:
    names = {a["id"]: a.get("name", "") for a in material.organisation.run.accounts}
    rows = ((p.account, names.get(p.account, ""), p.id, f"../{p.folder}", p.sha256sums, p.evidence_root) for p in material.packs)
    return Sheet("Packs", "the pack of each account, and the digest by which this pack names it", _PACKS, rows, frozen=1)
