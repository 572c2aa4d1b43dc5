"""pack.json as a verifier reads it: whoever made it may have written anything into it."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError
from evidence.seal.manifest import SUMS, digest_of, named, read_sums

SCHEMA = 1
FIELDS = frozenset(
    [
        "schema",
        "id",
        "evidence_root",
        "run",
        "entity",
        "period",
        "as_of",
        "programs",
        "controls",
        "calls",
        "requirements",
        "members",
        "signed",
        "timestamped",
        "seal",
        "previous",
        "versions",
        "accounts",
    ]
)
"""The fields that this version of the tool writes."""
_LARGEST = 4 << 20
_HEX = re.compile(r"[0-9a-f]{64}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_AGAIN = "Get the pack again from whoever sealed it."


@dataclass(frozen=True)
class Previous:
    """The pack of the period before: its id, and the SHA-256 of its SHA256SUMS."""

    id: str
    sha256sums: str

    def to_json(self) -> dict[str, str]:
        return {"id": self.id, "sha256sums": self.sha256sums}


@dataclass(frozen=True)
class Opened:
    """A pack's folder, and what its manifest and pack.json say.

    named     {path: SHA-256} of the manifest
    signed    the fingerprint of the key that is said to have signed; None where the pack says it is unsigned
    timed     the authority that is said to have given the timestamp; None where none did
    seal      the files that are said to stand in `seal/`
    unknown   fields of pack.json that this version of the tool does not know
    accounts  of an organisation's pack, {account: the digest of SHA256SUMS of its own pack}; empty for any other
    """

    folder: Path
    sums: bytes
    named: dict[str, str]
    id: str
    evidence_root: str
    as_of: str
    signed: str | None
    timed: str | None
    seal: tuple[str, ...]
    previous: Previous | None
    unknown: tuple[str, ...]
    accounts: Mapping[str, str] = field(default_factory=dict)


def opened(pack: Path) -> Opened:
    """The pack in a folder. Raises EvidenceError where the folder is no pack, or its two lists cannot be read."""
    for name in ("pack.json", SUMS):
        if (pack / name).is_symlink() or not (pack / name).is_file():
            raise EvidenceError(
                f"{pack} is not a pack: there is no {name} in it.", "Name the folder or the .zip that `evidence pack` made."
            )
    sums = read_sums(pack / SUMS)
    return _opened(pack, sums, named(sums), _pack_json(pack / "pack.json"))


def _pack_json(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _LARGEST:
        raise EvidenceError(f"{path} is larger than {_LARGEST >> 20} MiB, which no pack's is.", _AGAIN)
    try:
        facts = json.loads(path.read_bytes(), object_pairs_hook=_once)
        if not isinstance(facts, dict):
            raise ValueError("no JSON object")
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{path} cannot be read ({error}).", _AGAIN) from error
    if facts.get("schema") != SCHEMA:
        raise EvidenceError(
            f"{path} is of schema {facts.get('schema')!r}, this tool reads schema {SCHEMA}.",
            "Use the version of the tool that made the pack, or the commands in its README.txt.",
        )
    return facts


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            raise ValueError(f"the field {key!r} stands in it twice")
        out[key] = value
    return out


def _opened(pack: Path, sums: bytes, files: dict[str, str], raw: dict[str, Any]) -> Opened:
    signed, timed, seal, previous = raw.get("signed"), raw.get("timestamped"), raw.get("seal", []), raw.get("previous") or None
    wrong = [
        name for name, fine in (
            ("id", isinstance(raw.get("id"), str) and raw["id"].isprintable()),
            ("evidence_root", _is_hex(raw.get("evidence_root"))),
            ("as_of", isinstance(raw.get("as_of"), str)),
            ("programs", _are_texts(raw.get("programs"))),
            ("versions", isinstance(raw.get("versions"), dict)),
            ("signed", signed is None or (isinstance(signed, dict) and _is_hex(signed.get("key_sha256")))),
            ("timestamped", timed is None or isinstance(timed, str)),
            ("seal", _are_texts(seal)),
            ("previous", previous is None or (isinstance(previous, dict) and isinstance(previous.get("id"), str) and _is_hex(previous.get("sha256sums")))),
            ("accounts", _are_packs(raw.get("accounts", []))),
        ) if not fine
    ]  # fmt: skip
    if wrong:
        raise EvidenceError(f"{pack}/pack.json does not say {', '.join(wrong)} as a pack does.", _AGAIN)
    return Opened(
        pack, sums, files, raw["id"], raw["evidence_root"], raw["as_of"], signed["key_sha256"] if signed else None, timed,
        tuple(seal), Previous(previous["id"], previous["sha256sums"]) if previous else None,
        tuple(sorted(raw.keys() - FIELDS)), {a["account"]: a["sha256sums"] for a in raw.get("accounts", [])},
    )  # fmt: skip


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _are_packs(value: Any) -> bool:
    """Packs of accounts, each named once, by an id that can be the name of a folder and of nothing else."""
    if not isinstance(value, list) or not all(isinstance(a, dict) and isinstance(a.get("account"), str) for a in value):
        return False
    names = [a["account"] for a in value]
    return len({*names}) == len(names) and all(_ACCOUNT.fullmatch(a["account"]) and _is_hex(a.get("sha256sums")) for a in value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def previous_of(pack: Opened) -> Previous:
    """What a later pack says of this one. Raises EvidenceError where its pack.json is not the one its manifest names."""
    if pack.named.get("pack.json") != digest_of(pack.folder / "pack.json"):
        raise EvidenceError(f"{pack.folder}/pack.json was changed: {SUMS} names another digest.", _AGAIN)
    return Previous(pack.id, digest_of(pack.folder / SUMS))


def receipt(given: str, folder: Path) -> str:
    """The 64 digits of a receipt, given as they are or in a file. Raises EvidenceError where there are none, or several."""
    if _HEX.fullmatch(given.strip().lower()):
        return given.strip().lower()
    path = Path(given)
    from_outside(path, folder, "receipt")
    try:
        with path.open("rb") as file:
            text = file.read(1 << 16).decode("utf-8", "replace")
    except OSError as error:
        raise EvidenceError(
            f"{given} is neither 64 hexadecimal digits nor a file that can be read.",
            "Give the receipt's digest, or name its file.",
        ) from error
    digits = set(re.findall(r"\b[0-9a-f]{64}\b", text.lower()))
    if len(digits) != 1:
        raise EvidenceError(f"{given} has {len(digits)} digests in it, a receipt has one.", "Give the 64 digits themselves.")
    return digits.pop()


def from_outside(path: Path, folder: Path, what: str) -> None:
    """Raises EvidenceError for a trust anchor that lies in the pack it is to prove."""
    if path.resolve().is_relative_to(folder.resolve()):
        raise EvidenceError(
            f"{path} lies in the pack: a {what} found there proves nothing, since whoever made the pack put it there.",
            f"Get the {what} by another way (ticket, e-mail, the signer's own page).",
        )
