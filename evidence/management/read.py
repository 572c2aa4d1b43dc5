"""Management's files, checked when they are read: `acceptances.yaml`, `responses.yaml`, and a folder of documents with its
`manual.yaml`. Every error names the file and the line."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evidence.errors import EvidenceError, did_you_mean
from evidence.management.model import Acceptance, Document, People, Response, Statements, Wanted
from evidence.populations.tags import tag_column
from evidence.programs.document import line_of, parsed
from evidence.programs.model import Program
from evidence.requirements.declare import Requirement
from evidence.seal.names import same_person, wrong_with
from evidence.services.declare import PopulationSpec

LARGEST = 256 * 1024 * 1024
"""Bytes of one document handed in by hand; a larger one is refused: a pack is mailed and checked."""
_STATEMENTS = TypeAdapter(Statements)


Specs = Mapping[str, PopulationSpec]


def read_acceptances(path: Path, requirements: Mapping[str, Requirement], specs: Specs) -> tuple[Acceptance, ...]:
    """The acceptances of a file like

    acceptances:
      - id: A-1
        requirement: s3.buckets.access-logged
        members: [larkfield-public-feed]      # or accounts: ["012345678901"], or tags: {stage: test}
        reason: Holds public data only.
        owner: Data
        approver: M. Okoye, CTO
        opened: 2026-07-02
        expires: 2026-12-31

    Raises EvidenceError."""
    found: tuple[Acceptance, ...] = _read(path, {"acceptances": tuple[Acceptance, ...]}, requirements, specs)["acceptances"]
    for n, a in enumerate(found):
        if a.id in (other.id for other in found[:n]):
            raise EvidenceError(f"{path}: the acceptance {a.id} stands twice.", "Give each its own id.")
        if same_person(a.approver, a.owner):
            raise EvidenceError(f"{path}: {a.id} was approved by its own owner, {a.owner}.", "Have somebody else approve it.")
        if a.expires < a.opened:
            raise EvidenceError(f"{path}: {a.id} expires before it was opened.", "Correct one of the dates.")
    return found


def read_responses(path: Path, requirements: Mapping[str, Requirement], specs: Specs) -> tuple[Response, ...]:
    """Management's responses of a file with a list `responses`, like acceptances but with owner, response, cause, effect, due,
    ticket and opened. The first that covers an exception counts. Raises EvidenceError."""
    found: tuple[Response, ...] = _read(path, {"responses": tuple[Response, ...]}, requirements, specs)["responses"]
    return found


def read_manual(folder: Path) -> tuple[tuple[Document, ...], tuple[Wanted, ...]]:
    """The documents of a folder with `manual.yaml` (lists `documents` and `wanted`), hashed. Raises EvidenceError for a file that
    is missing, a link, outside of the folder, or too large, and for one that nobody names."""
    path = folder / "manual.yaml"
    found = _read(path, {"documents": tuple[Document, ...], "wanted": tuple[Wanted, ...]}, {}, {})
    documents = tuple(_hashed(folder, d) for d in found.get("documents", ()))
    named = [d.file for d in documents]
    for n, name in enumerate(named):
        if name.casefold() in (other.casefold() for other in named[:n]):
            raise EvidenceError(f"{path}: {name} stands twice.", "Name all its controls in one entry.")
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()} - {"manual.yaml"}
    unnamed = sorted(present - set(named))
    if unnamed:
        raise EvidenceError(
            f"{folder}/{unnamed[0]} is not named in manual.yaml.", "Say what it is there, or take it out of the folder."
        )
    return documents, found.get("wanted", ())


def _hashed(folder: Path, document: Document) -> Document:
    path, wrong = folder / document.file, wrong_with(document.file)
    if wrong:
        raise EvidenceError(f"{folder}/manual.yaml: the file {document.file!r} {wrong}.", "Give it a plain name.")
    if any(p.is_symlink() for p in (path, *path.parents) if p != folder and folder in p.parents) or not path.is_file():
        raise EvidenceError(f"{folder}/manual.yaml: there is no file {document.file}.", "Put it there, or under `wanted`.")
    size = path.stat().st_size
    if size > LARGEST:
        raise EvidenceError(f"{path} has {size:,} bytes; at most {LARGEST:,} fit a pack.", "Hand it over beside the pack.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(document, sha256=digest, bytes=size)


def check_people(people: People, where: str, prepared_by: str = "") -> None:
    """Raises EvidenceError for somebody who reviews or approves what they prepared. Where nobody is named as preparer, `prepared_by` is,
    who had it collected: "J. Moreau, Platform Engineering"."""
    preparer = people.preparer.name if people.preparer else prepared_by.partition(",")[0]
    for role, person in (("reviewer", people.reviewer), ("approver", people.approver)):
        if person and same_person(person.name, preparer):
            raise EvidenceError(f"{where}: {person.name} is preparer and {role}.", "Nobody reviews or approves their own work.")


def check_controls(stated: Statements, programs: Iterable[Program]) -> None:
    """Raises EvidenceError for a document or a wish that names a control its program has not. Other programs than these are not
    looked at: one folder serves all packs."""
    known = {p.id: [c.id for c in p.controls] for p in programs}
    for name in (*(c for d in stated.documents for c in d.controls), *(w.control for w in stated.wanted)):
        program, _, control = name.partition(":")
        if program in known and control not in known[program]:
            todo = did_you_mean(control, known[program]) or f"`evidence programs {program}` lists them."
            raise EvidenceError(f"manual.yaml: there is no control {name}.", todo)


def statements_of(raw: Any, where: str) -> Statements:
    """What a pack keeps of management's statements, read back. Raises EvidenceError."""
    try:
        return _STATEMENTS.validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, first["loc"]))
        raise EvidenceError(f"{where}: {at}: {first['msg']}.", "Get the pack again from whoever sealed it.") from error


def _read(path: Path, kinds: Mapping[str, Any], requirements: Mapping[str, Requirement], specs: Specs) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path} could not be read: {error}.", "Check the path; the file is UTF-8 text.") from error
    node, raw = parsed(text, str(path), f"a file with {' and '.join(kinds)}", f"It needs the list {next(iter(kinds))}.")
    strange = next((name for name in raw if name not in kinds), None)
    if strange is not None:
        line = line_of(node, (strange,))
        raise EvidenceError(f"{path}, line {line}: {strange} is not known here.", did_you_mean(str(strange), kinds))
    found = {}
    for name, kind in kinds.items():
        try:
            found[name] = TypeAdapter(kind).validate_python(raw.get(name) or [])
        except ValidationError as error:
            raise _wrong(path, node, name, raw[name], error) from error
        for n, statement in enumerate(found[name]):
            _check_about(path, line_of(node, (name, n)), statement, requirements, specs)
    return found


_NEEDED = {
    "id": "an id", "requirement": "a requirement", "reason": "a reason", "owner": "an owner", "approver": "an approver",
    "opened": "the day on which it was opened", "expires": "an expiry", "response": "a response",
}  # fmt: skip


def _wrong(path: Path, node: Any, name: str, entries: Any, error: ValidationError) -> EvidenceError:
    """The first thing that is wrong with a list's entries, or all that somebody has still to fill in."""
    errors = error.errors()
    unknown = (e for e in errors if e["type"].startswith(("unexpected", "extra")))
    first = next(unknown, errors[0])  # a name misspelt is also a name that is missing
    at = (name, *(step for step in first["loc"] if isinstance(step, (str, int))))
    lacking = [e["loc"][1] for e in errors if e["loc"][:1] == at[1:2] and _is_blank(e) and len(e["loc"]) == 2]
    if first["loc"][-1] in lacking:
        of = entries[at[1]].get("id") or entries[at[1]].get("requirement") or "it"
        needs = " and ".join(filter(None, (", ".join(_told(lacking[:-1])), *_told(lacking[-1:]))))
        line = line_of(node, at[:2])
        return EvidenceError(f"{path}, line {line}: {of} needs {needs}.", "Whoever answers for it fills it in.")
    said = ".".join(map(str, at[2:])) or name
    return EvidenceError(f"{path}, line {line_of(node, at)}: {said}: {first['msg']}.", "Correct the entry.")


def _is_blank(error: Any) -> bool:
    return error["type"] in ("missing", "string_too_short") or error["input"] in (None, "")


def _told(fields: Iterable[Any]) -> Iterator[str]:
    return (_NEEDED.get(str(field), str(field)) for field in fields)


def _check_about(path: Path, line: int, statement: Any, requirements: Mapping[str, Requirement], specs: Specs) -> None:
    """A statement about exceptions names a requirement that there is, and which of its members."""
    if not requirements:
        return
    if statement.requirement not in requirements:
        todo = did_you_mean(statement.requirement, requirements) or "`evidence requirements` lists them."
        raise EvidenceError(f"{path}, line {line}: {statement.requirement} is no requirement.", todo)
    if statement.tags and tag_column(specs[requirements[statement.requirement].over]) is None:
        tagged = ", ".join(sorted(name for name, spec in specs.items() if tag_column(spec)))
        raise EvidenceError(
            f"{path}, line {line}: the tags of {requirements[statement.requirement].over} are not collected, so none of them can be named by tag.",
            f"Name members by id or ARN, or accounts. Tags are collected of {tagged}.",
        )
    if not statement.members and not statement.accounts and not statement.tags:
        raise EvidenceError(
            f"{path}, line {line}: it is not said which members of {statement.requirement} are meant.",
            'Name members by id or ARN ("*" stands for anything), accounts, or tags.',
        )
