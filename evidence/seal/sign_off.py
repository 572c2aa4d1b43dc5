"""Sign-offs of a pack: who prepared, reviewed or approved it, said after it was sealed, one JSON line each.

They stand in `custody/sign-off.jsonl`, which the manifest leaves out by name. A line names the SHA-256 of the SHA256SUMS that was
signed off, so that any later change of the pack voids it; the SHA-256 of the line before it; and, last, a signature over the line
without that signature, where the person has a key. Lines are only ever appended.
"""

import base64
import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError
from evidence.seal.facts import Opened
from evidence.seal.keys import PublicKey, Signer
from evidence.seal.manifest import SIGN_OFF, SUMS
from evidence.seal.names import same_person
from evidence.seal.steps import COMPLETE, SIGNED_OFF, UNCHANGED, Checked, done, failed, not_done

ROLES = ("preparer", "reviewer", "approver")
SCHEMA = 1
LONGEST = 2_000
"""Characters of the longest text of a record."""
LARGEST = 1 << 20
"""Bytes of the largest file of sign-offs that is read."""
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """One sign-off.

    at           when, UTC, as "2026-10-02T09:00:00Z": as the person said
    sha256sums   the SHA-256 of the SHA256SUMS that was signed off
    before       the SHA-256 of the line before this one, its newline included; "" for the first
    key_sha256   the fingerprint of the person's key; "" where there is none
    signature    of the line without this field, in base64; "" where there is none
    """

    role: str
    name: str
    title: str
    note: str
    at: str
    pack: str
    sha256sums: str
    before: str
    key_sha256: str = ""
    signature: str = ""

    @property
    def signed(self) -> bytes:
        """What a signature is of: the line without it and without its newline."""
        fields = {"schema": SCHEMA, **vars(replace(self, signature=""))}
        fields.pop("signature")
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def line(self) -> bytes:
        end = f',"signature":"{self.signature}"}}\n'.encode() if self.signature else b"}\n"
        return self.signed[:-1] + end

    @property
    def digest(self) -> str:
        """SHA-256 of the line: `tail -n 1 custody/sign-off.jsonl | sha256sum`."""
        return hashlib.sha256(self.line).hexdigest()

    @property
    def who(self) -> str:
        return f"{self.role.capitalize()} {', '.join(filter(None, (self.name, self.title)))}"


def read(data: bytes) -> tuple[Record, ...]:
    """The records of a file of sign-offs. Raises ValueError, which says the line and what is wrong with it."""
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 10} KiB")
    if not data.endswith(b"\n"):
        raise ValueError("its last line is cut")
    out: list[Record] = []
    for number, raw in enumerate(data.splitlines(keepends=True), 1):
        record = _record(raw)
        if record is None:
            raise ValueError(f"line {number} is no sign-off as this version writes them")
        if record.before != (out[-1].digest if out else ""):
            raise ValueError(f"line {number} does not follow the line before it: one was changed, moved or taken out")
        out.append(record)
    return tuple(out)


def _record(raw: bytes) -> Record | None:
    """The record of a line; None unless it is the one spelling of it."""
    try:
        fields = json.loads(raw)
        schema = fields.pop("schema")
        record = Record(**fields)
        fine = (
            schema == SCHEMA
            and all(isinstance(text, str) and wrong_with(text) is None for text in vars(record).values())
            and record.line == raw
            and record.role in ROLES
            and record.name
            and _said(instant(record.at)) == record.at
            and _HEX.fullmatch(record.sha256sums)
            and bool(record.key_sha256) == bool(record.signature)
        )
        return record if fine else None
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def wrong_with(text: str) -> str | None:
    """Why a text cannot stand in a record, as the end of a sentence; None where it can."""
    if len(text) > LONGEST:
        return f"is longer than {LONGEST:,} characters"
    return None if text.isprintable() else "has a character that shows nothing, or a new line"


def instant(text: str) -> dt.datetime:
    """A time that says its zone, in UTC and whole seconds. Raises ValueError."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("it does not say its time zone")
    return found.astimezone(dt.UTC).replace(microsecond=0)


def recorded(pack: Opened) -> tuple[Record, ...]:
    """The pack's sign-offs, oldest first. Raises ValueError (see `read`)."""
    path = pack.folder / SIGN_OFF
    if not path.is_file():
        return ()
    with path.open("rb") as file:
        return read(file.read(LARGEST + 1))


def record_of(pack: Opened, role: str, name: str, title: str, note: str, at: dt.datetime, signer: Signer | None = None) -> Record:
    """The next record of a pack that was shown to be unchanged. Raises EvidenceError where it cannot be: nobody reviews or approves
    what they prepared, and time does not run backwards."""
    before = recorded(pack)
    for what, text in (("name", name), ("title", title), ("note", note)):
        if wrong := wrong_with(text):
            raise EvidenceError(f"The {what} {wrong}.", "Give a text of one line.")
    if not name:
        raise EvidenceError("Nobody signs off without a name.", "Give it with --name.")
    if any(r.role == role and same_person(r.name, name) for r in before):
        raise EvidenceError(f"{name} has signed this pack off as {role} already.", "Once is enough.")
    last = max((instant(pack.as_of), *(instant(r.at) for r in before)))
    if at < last:
        raise EvidenceError(
            f"{_said(at)} is before the end of the collection or the sign-off before it, {_said(last)}.", "Correct --at."
        )
    digest = hashlib.sha256(pack.sums).hexdigest()
    key = signer.public.fingerprint if signer else ""
    record = Record(role, name, title, note, _said(at), pack.id, digest, before[-1].digest if before else "", key)
    for sentence in own_work((*before, record), people_of(pack.folder)):
        raise EvidenceError(sentence, "Have somebody else sign off: nobody reviews or approves what they prepared.")
    if signer is None:
        return record
    signature = signer.sign(record.signed)
    if not signer.public.verifies(signature, record.signed):
        raise EvidenceError(f"What {signer.words} signed does not fit its own public key.", "Nothing was written; check the key.")
    return replace(record, signature=base64.b64encode(signature).decode())


def _said(at: dt.datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def append(folder: Path, record: Record) -> None:
    """Writes the record after those that are there, never over them, and follows no link."""
    path = folder / SIGN_OFF
    try:
        path.parent.mkdir(exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(path, flags, 0o644), "ab", buffering=0) as file:
            file.write(record.line)
            os.fsync(file.fileno())
    except OSError as error:
        raise EvidenceError(
            f"Cannot write {path}: {error.strerror or error}.", "The pack has to be writable for that."
        ) from error


def people_of(folder: Path) -> dict[str, str]:
    """Role → name of those whom management named for the pack, as far as that can be read. Where no preparer is named, whoever had it
    collected is that, as in the pack's own reports."""
    collected = str(_in(folder, "evidence/run.json", "scope", "prepared_by") or "").partition(",")[0].strip()
    named = {role: _in(folder, "method/management.json", "people", role, "name") for role in ROLES}
    named["preparer"] = named["preparer"] or collected
    return {role: name for role, name in named.items() if name and isinstance(name, str)}


def _in(folder: Path, file: str, *path: str) -> Any:
    """What stands there in a file of JSON; None where nothing does or it cannot be read."""
    try:
        found = json.loads((folder / file).read_bytes())
        for step in path:
            found = found[step]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return found


def own_work(records: Iterable[Record], people: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each who reviewed or approved what they prepared, by name or by key. Whom management named counts as well."""
    known = [(r.role, r.name, r.key_sha256) for r in records]
    stated = [(role, name, "") for role, name in people.items()]
    for prepared in (p for p in (*known, *stated) if p[0] == "preparer"):
        for role, name, key in (o for o in (*known, *stated) if o[0] != "preparer"):
            if prepared in stated and (role, name, key) in stated:
                continue  # of the statement alone, the configuration says it
            if same_person(prepared[1], name):
                yield f"{_shown(name)} is preparer and {role}."
            elif key and key == prepared[2]:
                yield f"{_shown(prepared[1])}, preparer, and {_shown(name)}, {role}, have one key."


def signed_off(pack: Opened, plain: Collection[str], there: bool, broken: bool, keys: Sequence[PublicKey]) -> Checked:
    """The step of the sign-offs. `there`: the file is; `plain` are the files that may be read; `broken`: an earlier step showed that
    files were changed; `keys` are people's, got by another way than the pack."""
    if not there:
        if keys:
            return failed(SIGNED_OFF, "Nobody has signed this pack off.", "You gave a person's key, so you expect a sign-off.")
        return not_done(SIGNED_OFF, "Nobody has signed this pack off.")
    if SIGN_OFF not in plain:
        return failed(SIGNED_OFF, f"{SIGN_OFF} was not read: see step {COMPLETE}.")
    try:
        records = recorded(pack)
    except ValueError as error:
        return failed(SIGNED_OFF, f"{SIGN_OFF} cannot be believed: {error}.")
    by_print = {key.fingerprint: key for key in keys}
    says: list[str] = []
    wrong = list(own_work(records, people_of(pack.folder)))
    for number, record in enumerate(records, 1):
        void = _void(record, pack, broken) or _untimely(record, records[number - 2 : number - 1], pack)
        proof, proven = _proof(record, by_print.get(record.key_sha256))
        note = f" Note: {record.note}" if record.note else ""
        sentence = f"{number}. {record.who}, {record.at}: {void or f'signed off this {SUMS}.'} {proof}{note}"
        (wrong if void or proven is False else says).append(sentence)
    unused = [key.words for print, key in by_print.items() if print not in {r.key_sha256 for r in records}]
    wrong += [f"The {words} that you gave signed nothing here: a sign-off may have been taken out." for words in unused]
    if wrong:
        return failed(SIGNED_OFF, *wrong, *says)
    unchecked = sum(bool(r.key_sha256) and r.key_sha256 not in by_print for r in records)
    last = f"The last line has the SHA-256 {records[-1].digest}: compare it with what the last who signed off was told."
    if unchecked:
        return not_done(SIGNED_OFF, f"There are signatures of people ({unchecked}) and NOBODY HAS CHECKED THEM.", *says, last)
    return done(SIGNED_OFF, *says, last)


def _void(record: Record, pack: Opened, broken: bool) -> str:
    """Why a sign-off does not hold for the pack as it is; "" where it does."""
    if record.sha256sums != hashlib.sha256(pack.sums).hexdigest() or record.pack != pack.id:
        return (
            f"VOID: the pack was changed since. It is of {_shown(record.pack)}, whose {SUMS} had the SHA-256 {record.sha256sums}."
        )
    return f"VOID: files were changed since, see steps {UNCHANGED} and {COMPLETE}." if broken else ""


def _untimely(record: Record, before: Sequence[Record], pack: Opened) -> str:
    try:
        earliest = max((instant(pack.as_of), *(instant(r.at) for r in before)))
    except ValueError:
        return "VOID: pack.json does not say when the collection came to its end."
    return "" if instant(record.at) >= earliest else f"VOID: that is before {_said(earliest)}, when it could first be."


def _proof(record: Record, key: PublicKey | None) -> tuple[str, bool | None]:
    """What shows that the person said so, and whether it holds; None where nobody can tell."""
    if not record.signature:
        return "UNSIGNED: the line only says so.", None
    if key is None:
        return f"Its signature names the key with the SHA-256 {record.key_sha256}: give that with --sign-off-key.", None
    try:
        holds = key.verifies(base64.b64decode(record.signature, validate=True), record.signed)
    except ValueError:
        holds = False
    said = f"by the {key.words} that you gave"
    return (f"Signed {said}.", True) if holds else (f"NOT signed {said}, though it says so.", False)


def _shown(text: str) -> str:
    return text if text.isprintable() else ascii(text)
