"""Makes the pack of an organisation, beside those of its accounts, which it names.

README.txt  SHA256SUMS  pack.json  report/  evidence/  method/
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence import __version__
from evidence.assessment.rules import Rules
from evidence.assessment.together import Organisation
from evidence.pack.accounts import segments_across
from evidence.pack.as_json import as_json
from evidence.pack.build import copy_manual, signer_json, write_method
from evidence.pack.facts import PackFacts, pack_facts
from evidence.pack.organisation.book import write_books
from evidence.pack.organisation.limits import LIMITS
from evidence.pack.organisation.model import NAME, Packed, organisation_json, organisation_schema
from evidence.pack.organisation.page import write_page
from evidence.pack.organisation.view import write_pdf
from evidence.pack.procedure import SUMS_OF_ACCOUNTS, written
from evidence.pack.spill import Spilled
from evidence.pack.whole import check_empty, whole
from evidence.requirements.declare import Requirement
from evidence.run.part import RUN, SHARED
from evidence.run.run import Run
from evidence.seal.facts import SCHEMA
from evidence.seal.manifest import SUMS, evidence_root, manifest, named
from evidence.seal.sealing import UNSEALED, Sealing, seal


@dataclass(frozen=True)
class Material:
    """What the organisation's reports are made of. `folder` holds evidence, method and the reports before."""

    spilled: Spilled
    packs: tuple[Packed, ...]
    facts: PackFacts
    folder: Path

    @property
    def organisation(self) -> Organisation:
        return self.spilled.organisation

    @property
    def report(self) -> Path:
        return self.folder / "report"


def build_organisation(
    run: Run,
    rules: Rules,
    spilled: Spilled,
    packs: Sequence[Packed],
    out: Path,
    *,
    shared: bytes,
    requirements: Sequence[Requirement],
    program_sources: Mapping[str, bytes],
    policy: Mapping[str, Any],
    versions: Mapping[str, str],
    manual: Path | None = None,
    sealing: Sealing = UNSEALED,
) -> PackFacts:
    """Writes the pack over all accounts into the new folder `out`; `packs` are those of the accounts in scope, in the run's order, and
    `shared` is what each knows of the others. See `build_pack` for the rest."""
    check_empty(out, "Choose a new folder with --out: a pack is never written over another.")
    organisation = spilled.organisation
    with whole(out, "the organisation's pack") as scratch:
        _evidence(run, rules, shared, scratch / "evidence")
        copy_manual(organisation.management.documents, manual, scratch / "evidence/manual")
        described = {"organisation.schema.json": organisation_schema()}
        method = write_method(scratch / "method", organisation, requirements, program_sources, policy, versions, described)
        root = evidence_root(manifest(scratch))
        facts = pack_facts(organisation, root, method=method, sealing=sealing, accounts=len(packs))
        material = Material(spilled, tuple(packs), facts, scratch)
        material.report.mkdir()
        (material.report / NAME).write_bytes(organisation_json(organisation))
        (scratch / SUMS_OF_ACCOUNTS).write_text("".join(f"{p.sha256sums}  ../{p.folder}/{SUMS}\n" for p in packs))
        write_books(material)
        write_pdf(material)
        write_page(material)
        (scratch / "README.txt").write_text(_readme(organisation, facts, packs), encoding="utf-8")
        (scratch / "pack.json").write_bytes(_pack_json(organisation, facts, packs, versions, sealing))
        (scratch / SUMS).write_bytes(manifest(scratch))
        named((scratch / SUMS).read_bytes())
        seal(scratch, sealing, _predicate(organisation, facts, packs))
    return facts


def _evidence(run: Run, rules: Rules, shared: bytes, folder: Path) -> None:
    """run.json as it was kept, and of the answers those that no account's pack can show alone: what is looked up across accounts, who
    the accounts are, and what is kept of accounts out of scope. Whole segments, so that their chains can be checked."""
    names = segments_across(run.finished(), rules)
    kept = zip((RUN, *names), run.store.each(run.store.read, (RUN, *names)), strict=True)
    for name, data in (*kept, (SHARED, shared)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def _pack_json(
    organisation: Organisation, facts: PackFacts, packs: Sequence[Packed], versions: Mapping[str, str], sealing: Sealing
) -> bytes:
    run = organisation.run
    return as_json(
        {
            "schema": SCHEMA, "id": facts.id, "evidence_root": facts.evidence_root, "run": run.id, "entity": run.entity,
            "period": run.period, "as_of": run.as_of, "programs": [p.id for p in organisation.programs],
            "controls": dict(sorted(Counter(c.conclusion for c in organisation.conclusions).items())), "calls": dict(run.calls),
            "requirements": len(organisation.requirements), "members": members(organisation), "signed": signer_json(sealing),
            "timestamped": sealing.authority, "seal": list(sealing.files),
            "previous": sealing.previous.to_json() if sealing.previous else None, "versions": dict(versions),
            "accounts": [{"account": p.account, "pack": p.id, "sha256sums": p.sha256sums} for p in packs],
        }
    )  # fmt: skip


def _predicate(organisation: Organisation, facts: PackFacts, packs: Sequence[Packed]) -> dict[str, Any]:
    run = organisation.run
    return {
        "pack": facts.id, "evidence_root": facts.evidence_root, "entity": run.entity, "period": run.period, "run": run.id,
        "collected": {"by": run.prepared_by, "started": run.started, "ended": run.as_of, "calls": dict(run.calls)},
        "tool": {"name": "evidence", "version": __version__}, "programs": [p.id for p in organisation.programs],
        "requirements": len(organisation.requirements), "members": members(organisation), "previous": facts.previous,
        "accounts": len(packs),
    }  # fmt: skip


def members(organisation: Organisation) -> int:
    """Results of all accounts."""
    return sum(r.population.listed for r in organisation.requirements)


def _readme(organisation: Organisation, facts: PackFacts, packs: Sequence[Packed]) -> str:
    run = organisation.run
    lines = [
        f"{facts.id}: the organisation, {len(packs):,} accounts",
        f"{run.entity or 'No entity was named'} · {run.period or 'no period was named'} · as of {run.as_of}",
        "",
        "This is management's evidence, not an auditor's opinion. "
        + (f"Signed by {facts.signed}." if facts.signed else "UNSIGNED."),
        "",
        "report/       organisation.pdf, workbook.xlsx and one workbook for each program in programs/, index.html (opens in a browser,",
        "              asks nothing of the network; what it shows of one account it loads from parts/ when that is opened),",
        "              organisation.json, and accounts.sha256: the digests of the accounts' packs",
        "evidence/     run.json of all accounts; shared.json, what each account knows of the others, and the answers behind it",
        "method/       requirements, parameters, what management stated, program files, the IAM policy that the calls need, versions",
        "../accounts/  a pack of each account, complete by itself: its answers, its exceptions one by one, its own reports for each",
        "              program and for other tools",
        "",
        "Every number here is the sum of what the accounts' packs say.",
        "",
        "What is left off, and where it stands:",
        *(f"  {of}: {much} ({where})" for of, much, where in LIMITS),
        "",
        "How to check this pack. No step needs the network, and only one needs this tool. Work in the folder that holds",
        "SHA256SUMS. Names that begin with ../ are what you got by another way than this pack, put beside its folder; ../accounts",
        "came with it.",
        "",
    ]
    lines += written(facts.steps)
    return "\n".join(lines)
