"""Makes a pack: evidence → its root → reports that cite the root → manifest. Nothing half made is ever left under the name.

README.txt  SHA256SUMS  pack.json  report/  evidence/  method/
"""

import platform
import shutil
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evidence import __version__
from evidence.assessment.model import Assessment
from evidence.assessment.period.model import Period
from evidence.assessment.together import Organisation
from evidence.errors import EvidenceError
from evidence.management.model import Document
from evidence.pack import words
from evidence.pack.as_json import as_json
from evidence.pack.described import schemas
from evidence.pack.facts import PackFacts, pack_facts
from evidence.pack.formats import formats
from evidence.pack.material import Material
from evidence.pack.procedure import written
from evidence.pack.results import schema_json
from evidence.pack.whole import check_empty, whole
from evidence.requirements.declare import Requirement
from evidence.run.part import SHARED
from evidence.run.run import Run
from evidence.run.store import Folder
from evidence.seal.facts import SCHEMA
from evidence.seal.manifest import SUMS, digest_of, evidence_root, manifest, named
from evidence.seal.sealing import UNSEALED, Sealing, seal

OBSERVATIONS = "evidence/observations"
"""Where a pack keeps the earlier runs of its period, each in a folder with its id."""


def build_pack(
    run: Run,
    assessment: Assessment,
    out: Path,
    *,
    requirements: Sequence[Requirement],
    program_sources: Mapping[str, bytes],
    policy: Mapping[str, Any],
    versions: Mapping[str, str],
    manual: Path | None = None,
    earlier: Assessment | None = None,
    period: Period | None = None,
    observed: Sequence[Run] = (),
    sealing: Sealing = UNSEALED,
    oscal_findings: bool = False,
    on_step: Callable[[str], None] = lambda step: None,
) -> PackFacts:
    """Writes the pack of a finished run into the new folder `out`. `program_sources` are the program files as used
    ({program id: bytes}), `policy` the IAM policy that the calls needed, `versions` what the reports were made with,
    `manual` the folder of management's documents, `earlier` the run of the period before, judged alike, `period` what is said of the whole
    period by `observed`, the earlier runs that looked in it, `sealing` who signs it."""
    check_empty(out, "Choose a new folder with --out: a pack is never written over another.")
    with whole(out, "the pack") as scratch:
        on_step("evidence")
        _copy_evidence(run, scratch / "evidence")
        for one in observed:
            _copy_evidence(one, scratch / OBSERVATIONS / one.facts.id)
        kept = Run(
            Folder(scratch / "evidence"), run.facts, run.where
        )  # reports are made of what the pack holds, wherever it came from
        copy_manual(assessment.management.documents, manual, scratch / "evidence/manual")
        described = {"results.schema.json": schema_json(), **{f"formats/{name}": schema for name, schema in schemas().items()}}
        method = write_method(scratch / "method", assessment, requirements, program_sources, policy, versions, described)
        root = evidence_root(manifest(scratch))
        facts = pack_facts(assessment, root, method=method, sealing=sealing)
        (scratch / "report").mkdir()
        material = Material(assessment, facts, kept, scratch, oscal_findings, earlier, period, tuple(observed))
        for format in formats():
            on_step(format.name)
            format.write(material)
        on_step("manifest")
        (scratch / "README.txt").write_text(_readme(assessment, facts, bool(observed)), encoding="utf-8")
        (scratch / "pack.json").write_bytes(_pack_json(assessment, facts, versions, sealing))
        (scratch / SUMS).write_bytes(manifest(scratch))
        named((scratch / SUMS).read_bytes())  # what a verifier would refuse is refused here
        if sealing.signer:
            on_step("seal")
        seal(scratch, sealing, _predicate(assessment, facts))
    return facts


def _copy_evidence(run: Run, folder: Path) -> None:
    names = ["run.json", *([SHARED] if run.store.exists(SHARED) else []), *run.store.names("answers")]
    for name, data in zip(names, run.store.each(run.store.read, names), strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def copy_manual(documents: Iterable[Document], folder: Path | None, into: Path) -> None:
    """Management's documents as they were when they were hashed; one that changed since is an error."""
    for document in documents:
        source, target = (folder or Path()) / document.file, into / document.file
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_file():
            shutil.copyfile(source, target)
        if not target.is_file() or digest_of(target) != document.sha256:
            raise EvidenceError(f"{document.file} was changed while the pack was made.", "Make the pack again.")


def write_method(
    folder: Path,
    assessment: Assessment | Organisation,
    requirements: Iterable[Requirement],
    program_sources: Mapping[str, bytes],
    policy: Mapping[str, Any],
    versions: Mapping[str, str],
    described: Mapping[str, bytes],
) -> dict[str, str]:
    """Writes how it was judged, and the schemas of what is `described`; returns {file: SHA-256}."""
    (folder / "programs").mkdir(parents=True)
    for program, source in sorted(program_sources.items()):
        (folder / "programs" / f"{program}.yaml").write_bytes(source)
    said = [requirement_json(r) for r in requirements]
    used = [{"id": r.id, "variant": r.variant, "parameters": r.parameters} for r in assessment.requirements]
    for name, value in (
        ("requirements.json", said),
        ("parameters.json", used),
        ("management.json", assessment.management),
        ("policy.json", policy),
        ("versions.json", versions),
    ):
        (folder / name).write_bytes(as_json(value))
    for name, schema in described.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(schema)
    lines = manifest(folder).decode().splitlines()
    return {line[66:]: line[:64] for line in lines}


def requirement_json(requirement: Requirement) -> dict[str, Any]:
    """A requirement as method/requirements.json and `evidence requirements --json` show it."""
    r = requirement
    parameters = {name: {"default": p.default, "says": p.says, "source": p.source} for name, p in r.parameters.items()}
    return {
        "id": r.id, "topic": r.topic, "population": r.over, "uses": list(r.uses), "says": r.says, "why": r.why, "logic": r.logic,
        "catalogue": list(r.covers), "parameters": parameters, "not_applicable": [a.otherwise for a in r.applies],
        "fix": r.fix, "source": r.source,
    }  # fmt: skip


def _pack_json(assessment: Assessment, facts: PackFacts, versions: Mapping[str, str], sealing: Sealing) -> bytes:
    words = [c.conclusion for c in assessment.conclusions]
    run = assessment.run
    return as_json(
        {
            "schema": SCHEMA, "id": facts.id, "evidence_root": facts.evidence_root, "run": run.id, "entity": run.entity,
            "period": run.period, "as_of": run.as_of, "programs": [p.id for p in assessment.programs],
            "controls": {word: words.count(word) for word in sorted(set(words))}, "calls": dict(run.calls),
            "requirements": len(assessment.requirements), "members": len(assessment.members),
            "signed": signer_json(sealing), "timestamped": sealing.authority, "seal": list(sealing.files),
            "previous": sealing.previous.to_json() if sealing.previous else None, "versions": dict(versions),
        }
    )  # fmt: skip


def signer_json(sealing: Sealing) -> dict[str, str] | None:
    signer = sealing.signer
    return {"by": signer.words, "type": signer.public.type, "key_sha256": signer.public.fingerprint} if signer else None


def _predicate(assessment: Assessment, facts: PackFacts) -> dict[str, Any]:
    """What the in-toto statement says of the collection: who, when, with what, how much."""
    run = assessment.run
    return {
        "pack": facts.id, "evidence_root": facts.evidence_root, "entity": run.entity, "period": run.period, "run": run.id,
        "collected": {"by": run.prepared_by, "started": run.started, "ended": run.as_of, "calls": dict(run.calls)},
        "tool": {"name": "evidence", "version": __version__}, "programs": [p.id for p in assessment.programs],
        "requirements": len(assessment.requirements), "members": len(assessment.members), "previous": facts.previous,
    }  # fmt: skip


def _readme(assessment: Assessment, facts: PackFacts, observed: bool) -> str:
    run = assessment.run
    lines = [
        f"{facts.id}",
        f"{run.entity or 'No entity was named'} · {run.period or 'no period was named'} · as of {run.as_of}",
        "",
        "This is management's evidence, not an auditor's opinion. "
        + (f"Signed by {facts.signed}." if facts.signed else "UNSIGNED."),
        *([f"It is of {words.of_run(run)}. {words.beyond_part(run)[1]}"] if run.part else []),
        "",
        "report/     one PDF per program, summary.pdf, workbook.xlsx, index.html (opens in a browser, asks nothing of the network),",
        "            results.json, data/ (the same as CSV and Parquet), ocsf/ and oscal/ for other tools; described by method/",
        "evidence/   run.json (who asked, where, when) and answers/ (every answer as kept: zcat reads them);",
        "            manual/, where people handed in documents; observations/, earlier runs of the period",
        "method/     requirements, parameters, what management stated, program files, the IAM policy that the calls need, versions",
        "custody/    sign-off.jsonl, once people have signed off: the one file that is added to a sealed pack",
        "",
        "From a number to the raw answer: take the 16 digits beside it (its evidence id) and run",
        "    zgrep ID evidence/answers/*/*/*" + (" evidence/observations/*/answers/*/*/*" if observed else ""),
        "",
        "How to check this pack. No step needs the network, and only the last needs this tool. Work in the folder that holds",
        "SHA256SUMS. Names that begin with ../ are what you got by another way than this pack; put them beside its folder.",
        "",
    ]
    lines += written(facts.steps)
    return "\n".join(lines)


def made_with() -> dict[str, str]:
    """Versions of what decides a report's bytes."""
    from weasyprint.text.ffi import harfbuzz_subset, pango  # loads Pango, which importing this module must not

    names = ("brotli", "weasyprint", "pydyf", "openpyxl", "jinja2", "fonttools", "pandas", "pyarrow", "compliance-trestle")
    return {
        "evidence": __version__,
        **{name: version(name) for name in names},
        "pango": str(pango.pango_version()),
        "fonts subset by": "HarfBuzz" if harfbuzz_subset else "fontTools",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
