"""`report/index.html` of an organisation: accounts and controls in one file, and of each account a part that is loaded when it is
opened. Nothing is asked of the network.

A page opened from a folder may not read files beside it, but may load scripts: so a part is a script of one call, whose
argument is base64 of gzip. The policy lets run the page's own script, and what that loads: an address of twelve digits in `parts/`, and
nothing else.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson
from markupsafe import Markup

from evidence.assessment.together import Organisation
from evidence.pack import templates, words
from evidence.pack.organisation.book import by_word, unread, worst
from evidence.pack.organisation.limits import LIMITS, ROWS_AT_ONCE, ROWS_OF_PART, WORST
from evidence.pack.organisation.rows import exceptions_of, missing_of
from evidence.pack.page import hash_of, packed, page_script, page_style, shapes
from evidence.pack.page_data import RANKED
from evidence.pack.spill import part_in

if TYPE_CHECKING:
    from evidence.pack.organisation.build import Material

PARTS = "parts"


def write_page(material: "Material") -> None:
    """Writes `report/index.html` and `report/parts/`; the same organisation and packs give the same bytes."""
    (material.report / PARTS).mkdir()
    for account in material.organisation.accounts:
        part = packed(orjson.dumps(_part(material, account.id)))
        (material.report / PARTS / f"{account.id}.js").write_text(f"evidencePart({json.dumps(account.id)},{json.dumps(part)})\n")
    run, folder = material.organisation.run, templates.template_folder()
    style = page_style() + (folder / "organisation.css").read_text(encoding="utf-8")
    script = page_script("organisation.js")
    html = templates.page(
        "organisation_page.html",
        {
            "policy": _policy(script, style),
            "style": Markup(style),
            "script": Markup(script),
            "shapes": shapes(),
            "data": Markup(packed(orjson.dumps(_data(material)))),
            "entity": run.entity or "Entity not named",
            "period": words.period(run.period),
            "as_of": words.instant(run.as_of),
            "pack": material.facts,
            "accounts": len(material.packs),
        },
    )
    (material.report / "index.html").write_text(html, encoding="utf-8", newline="\n")


def _policy(script: str, style: str) -> str:
    """'strict-dynamic': what the page's own script adds may run, whatever its address; the script adds parts only."""
    return "; ".join((
        "default-src 'none'", f"script-src '{hash_of(script)}' 'strict-dynamic'", f"style-src '{hash_of(style)}'", "font-src data:",
        "img-src data:", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types parts",
    ))  # fmt: skip


def _data(material: "Material") -> dict[str, Any]:
    o, facts = material.organisation, material.facts
    run, sums = o.run, {a.id: a for a in o.accounts}
    return {
        "words": {"conclusions": words.CONCLUSION_MEANINGS, "judgements": words.JUDGEMENT_MEANINGS, "ranked": RANKED, "cells": words.CELL_MEANINGS},
        "rows": ROWS_AT_ONCE, "limits": LIMITS, "worst": WORST,
        "run": {"id": run.id, "calls": sum(run.calls.values()), "as_of": words.instant(run.as_of)},
        "pack": {"id": facts.id, "root": facts.evidence_root, "signed": facts.signed, "steps": facts.steps},
        "programs": [{"id": p.id, "name": p.name, "edition": p.edition} for p in o.programs],
        "accounts": [_account(sums.get(a["id"]), a) for a in run.accounts],
        "packs": {p.account: [p.id, p.sha256sums] for p in material.packs},
        "controls": list(_controls(o)),
        "requirements": list(_requirements(o)),
    }  # fmt: skip


def _account(sums: Any, account: Any) -> dict[str, Any]:
    about = {
        "id": account["id"], "name": account.get("name", ""), "status": account.get("status", "in scope"),
        "ending": account.get("ending", "answered"), "path": account.get("path", ""),
    }  # fmt: skip
    if sums is None:
        return about
    said = by_word(sums)
    return {
        **about, "counts": [sums.counts.get(w, 0) for w in RANKED], "accepted": sums.accepted, "missing": sums.failed_calls,
        "said": [said[w] for w in words.CONCLUSION_MEANINGS],
    }  # fmt: skip


def _controls(o: Organisation) -> Iterator[list[Any]]:
    places = {(r.id, r.variant): n for n, r in enumerate(o.requirements)}
    for c, said in zip(o.conclusions, o.said, strict=True):
        used = [places[m.id, m.variant] for m in c.requirements]
        counts = [said.get(w, 0) for w in words.CONCLUSION_MEANINGS]
        yield [c.program, c.control, c.title, c.conclusion, counts, used]


def _requirements(o: Organisation) -> Iterator[list[Any]]:
    for n, r in enumerate(o.requirements):
        found = worst(o, n)
        counts = [r.counts.get(w, 0) for w in RANKED]
        yield [r.id, r.variant, r.says, r.judgement, counts, r.accepted, unread(o, r), found[:WORST], len(found)]


def _part(material: "Material", account: str) -> dict[str, Any]:
    """What the page shows of one account: counts, conclusions, coverage; exceptions and calls not answered as far as limits go."""
    folder = material.spilled.folder / account
    part = part_in(folder)
    assert part is not None  # it was summed
    rows, exceptions = exceptions_of(folder, ROWS_OF_PART)
    calls = missing_of(folder)
    return {
        "requirements": [[t.counts.get(w, 0) for w in RANKED] for t in part.tallies],
        "accepted": [t.accepted for t in part.tallies],
        "said": part.said,
        "coverage": [[c.region, c.status, c.asked, c.answered] for c in part.coverage],
        "exceptions": rows,
        "all_exceptions": exceptions,
        "missing": [[m.number, m.region, m.call, m.ending, m.code, m.count] for m in calls[:ROWS_OF_PART]],
        "all_missing": len(calls),
    }
