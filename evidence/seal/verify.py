"""Verification of a pack, in the numbered steps that are also printed in it. Needs no network and nothing of AWS.

What proves anything comes from outside: the receipt, the key, the authority's root, the pack before. Judging the answers
again is the one step that knows more than bytes: the command line adds it.
"""

import datetime as dt
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from evidence.seal import steps
from evidence.seal.answers import check_segment, run_json
from evidence.seal.copies import copied
from evidence.seal.facts import Opened, Previous, opened
from evidence.seal.keys import PublicKey
from evidence.seal.manifest import SEAL, SIGN_OFF, SUMS, digest_of, evidence_root, listing, what_is_wrong
from evidence.seal.names import wrong_with
from evidence.seal.sealing import SIGNATURE, STATEMENT, TIMESTAMP
from evidence.seal.sign_off import signed_off
from evidence.seal.statement import problems
from evidence.seal.steps import Checked, done, failed, not_done
from evidence.seal.timestamp import verified

__all__ = ["Anchors", "Checked", "untied", "verify", "verify_run"]
_LARGEST_SIGNATURE = 4096
_OBSERVED = re.compile(r"evidence/observations/[^/]+/run\.json")
"""Earlier runs of the period, kept whole beside the pack's own."""
UNSIGNED = "This pack is UNSIGNED: nobody's signature says who made it."
Listed = dict[str, os.stat_result]


@dataclass(frozen=True)
class Anchors:
    """What the verifier got by another way than the pack, and trusts.

    receipt    the SHA-256 of SHA256SUMS, in hex
    key        the signer's public key
    roots      the root certificates of the timestamp authority
    previous   the id of the pack before, and the digest of its SHA256SUMS
    people     the public keys of those who signed the pack off
    """

    receipt: str | None = None
    key: PublicKey | None = None
    roots: tuple[x509.Certificate, ...] = ()
    previous: Previous | None = None
    people: tuple[PublicKey, ...] = ()


def verify(pack: Path, given: Anchors = Anchors()) -> Iterator[Checked]:
    """Every step but judging again, in order. Raises EvidenceError where the folder is no pack at all."""
    found = opened(pack)
    listed = listing(pack)
    yield _receipt(found, given.receipt)
    yield (unchanged := _unchanged(found, listed))
    yield (complete := _complete(found, listed))
    yield (signed := _signed(found, listed, given.key))
    yield _timed(found, listed, given.roots)
    yield _chained(found, listed)
    yield _stated(found, listed, given.key)
    yield _previous(found, given.previous)
    plain = {n for n in listed if _plain(listed, n)}
    yield copied(found, plain, signed, given.key, given.roots)
    broken = "failed" in (unchanged.outcome, complete.outcome)
    yield signed_off(found, plain, SIGN_OFF in listed, broken, given.people)


def untied(checked: list[Checked]) -> tuple[str, ...]:
    """What keeps a pack without a fault from being verified, in sentences: a proof that is there and was not checked, or
    nothing from outside that ties it to its maker."""
    outcome = {step.number: step.outcome for step in checked}
    says = {step.number: step.says for step in checked}
    out = []
    if outcome[steps.SIGNED] == "not done":
        out.append(says[steps.SIGNED][0])
    if outcome[steps.SIGNED] != "done" and outcome[steps.RECEIPT] != "done":
        out.append(
            "NOTHING TIES THIS PACK TO ITS MAKER: the digests in it agree with each other, and anyone can make such digests."
        )
    for step in (steps.TIMED, steps.COPIED, steps.SIGNED_OFF):
        if outcome[step] == "not done" and "NOBODY" in says[step][0]:
            out.append(says[step][0])
    if outcome.get(steps.JUDGED) == "not done":
        out.append("The answers were not judged again.")
    return tuple(out)


def _receipt(pack: Opened, given: str | None) -> Checked:
    digest = hashlib.sha256(pack.sums).hexdigest()
    if given is None:
        return not_done(
            steps.RECEIPT, f"No receipt was given. {SUMS} has the SHA-256 {digest}.",
            "Compare it with what you got by another way than the pack, or give that with --receipt.",
        )  # fmt: skip
    if given != digest:
        return failed(steps.RECEIPT, f"{SUMS} has the SHA-256 {digest}; the receipt says {given}.")
    return done(steps.RECEIPT, f"{SUMS} has the SHA-256 of the receipt, {digest}.")


def _plain(listed: Listed, name: str) -> bool:
    return name in listed and what_is_wrong(name, listed[name]) is None


def _unchanged(pack: Opened, listed: Listed) -> Checked:
    says = []
    for name, digest in pack.named.items():
        if name not in listed:
            says.append(f"{name} is missing.")
        elif not _plain(listed, name):
            says.append(f"{name} was not read: see step {steps.COMPLETE}.")
        elif digest_of(pack.folder / name) != digest:
            says.append(f"{name} was changed: its SHA-256 is not the one in {SUMS}.")
    if says:
        return failed(steps.UNCHANGED, *says)
    return done(steps.UNCHANGED, f"All {len(pack.named):,} files have the SHA-256 that {SUMS} names.")


def _complete(pack: Opened, listed: Listed) -> Checked:
    expected = {*pack.named, *pack.seal, SUMS, *({SIGN_OFF} & listed.keys())}
    says = [wrong for name, status in listed.items() if (wrong := what_is_wrong(name, status))]
    for name in listed:
        if name not in expected:
            by = "pack.json" if name.startswith(SEAL) else SUMS
            says.append(f"{_shown(name)} was added: {by} does not name it.")
    says += [
        f"{_shown(name)} was removed: {SUMS if name in pack.named else 'pack.json'} names it."
        for name in sorted(expected - listed.keys())
    ]
    if says:
        return failed(steps.COMPLETE, *says)
    return done(steps.COMPLETE, "No file was added and none was removed.")


def _shown(name: str) -> str:
    """A name that somebody else chose, as it can be printed."""
    return name if name.isprintable() else ascii(name)


def _signed(pack: Opened, listed: Listed, key: PublicKey | None) -> Checked:
    there = _plain(listed, SIGNATURE)
    if pack.signed is None:
        if there:
            return failed(steps.SIGNED, f"pack.json says that the pack is UNSIGNED, and there is a {SIGNATURE}.")
        if key is not None:
            return failed(steps.SIGNED, UNSIGNED, "You gave a key, so you expect a signature: this is not that signer's pack.")
        return not_done(steps.SIGNED, UNSIGNED)
    if not there:
        return failed(steps.SIGNED, f"pack.json says that the pack was signed, and {SIGNATURE} was removed.")
    if key is None:
        return not_done(
            steps.SIGNED, "There is a signature and NOBODY HAS CHECKED IT: no key was given, and one found in the pack proves nothing.",
            f"The pack says that the key's SHA-256 is {pack.signed}. Get that key by another way and give it with --key.",
        )  # fmt: skip
    if listed[SIGNATURE].st_size > _LARGEST_SIGNATURE or not key.verifies((pack.folder / SIGNATURE).read_bytes(), pack.sums):
        other = "" if key.fingerprint == pack.signed else f" The pack says it was signed by another, {pack.signed}."
        return failed(
            steps.SIGNED, f"{SIGNATURE} is not a signature of {SUMS} by the {key.words}, SHA-256 {key.fingerprint}.{other}"
        )
    if key.fingerprint != pack.signed:
        return failed(steps.SIGNED, f"The key you gave signed {SUMS}, and pack.json names another, {pack.signed}.")
    return done(steps.SIGNED, f"{SUMS} was signed by the {key.words} that you gave (SHA-256 {key.fingerprint}).")


def _timed(pack: Opened, listed: Listed, roots: tuple[x509.Certificate, ...]) -> Checked:
    there = _plain(listed, TIMESTAMP)
    if pack.timed is None:
        if there:
            return failed(steps.TIMED, f"pack.json says that there is no timestamp, and there is a {TIMESTAMP}.")
        says = (
            "There is no timestamp of the signature."
            if pack.signed
            else "There is no signature, so there is no timestamp of one."
        )
        if roots:
            return failed(steps.TIMED, says, "You gave an authority's certificate, so you expect one.")
        return not_done(steps.TIMED, says)
    if not there or not _plain(listed, SIGNATURE):
        return failed(steps.TIMED, f"pack.json says that the signature was stamped, and {TIMESTAMP} or {SIGNATURE} was removed.")
    if not roots:
        return not_done(
            steps.TIMED, "There is a timestamp and NOBODY HAS CHECKED IT: no certificate of its authority was given.",
            f"The pack says that {pack.timed} gave it. Get its root certificate by another way and give it with --tsa-ca.",
        )  # fmt: skip
    try:
        signature = (pack.folder / SIGNATURE).read_bytes()
        when = verified((pack.folder / TIMESTAMP).read_bytes(), signature, list(roots))
        if when < dt.datetime.fromisoformat(pack.as_of):
            return failed(
                steps.TIMED, f"The timestamp says {when.isoformat()}, before the collection came to its end ({pack.as_of})."
            )
    except (ValueError, TypeError) as error:
        return failed(steps.TIMED, f"{TIMESTAMP} is no timestamp of this signature by an authority of yours: {error}.")
    return done(steps.TIMED, f"The signature existed at {when.isoformat()}: so says an authority whose certificate you gave.")


def _chained(pack: Opened, listed: Listed) -> Checked:
    """The root that every footer cites, the chains of the answers, and each answer's own digest."""
    root = evidence_root(pack.sums)
    says = []
    if pack.evidence_root != root:
        says.append(f"The evidence root is {root}; pack.json and the reports cite {pack.evidence_root}.")
    plain = {n for n in listed if _plain(listed, n)}
    broken, lines = _chains(pack.folder / "evidence", "evidence/", plain, pack.accounts)
    for inside in sorted({n.rpartition("/")[0] for n in plain if _OBSERVED.fullmatch(n)}):
        more, of_these = _chains(pack.folder / inside, f"{inside}/", plain)
        broken, lines = broken + more, lines + of_these
    if says or broken:
        return failed(steps.CHAINED, *says, *broken)
    unknown = (
        (
            f"pack.json has fields that this version does not know, and nothing relies on them: {', '.join(map(_shown, pack.unknown))}.",
        )
        if pack.unknown
        else ()
    )
    fine = f"{lines:,} answers are chained line to line, and each has its own digest."
    return done(steps.CHAINED, f"The evidence root is {root}.", fine, *unknown)


def _stated(pack: Opened, listed: Listed, key: PublicKey | None) -> Checked:
    if pack.signed is None:
        return not_done(steps.STATED, "An unsigned pack has no statement.")
    if not _plain(listed, STATEMENT):
        return failed(steps.STATED, f"{STATEMENT} was removed.")
    if key is None:
        return not_done(steps.STATED, f"The statement in {STATEMENT} was not checked: no key was given.")
    wrong = problems(pack.folder / STATEMENT, key, pack.sums, pack.id, pack.evidence_root)
    if wrong:
        return failed(steps.STATED, *wrong)
    return done(steps.STATED, f"The same key signed an in-toto statement about this {SUMS}, this pack and its evidence root.")


def _previous(pack: Opened, given: Previous | None) -> Checked:
    named = pack.previous
    if named is None:
        if given is not None:
            return failed(steps.PREVIOUS, f"pack.json names no pack before this one; you gave {_shown(given.id)}.")
        return not_done(steps.PREVIOUS, "pack.json names no pack before this one.")
    if given is None:
        return not_done(
            steps.PREVIOUS, f"The pack before this one is {_shown(named.id)}; its {SUMS} has the SHA-256 {named.sha256sums}.",
            "Give that pack with --previous and the link is checked.",
        )  # fmt: skip
    if given != named:
        return failed(
            steps.PREVIOUS, f"pack.json names {_shown(named.id)} with the SHA-256 {named.sha256sums} as the pack before this one.",
            f"You gave {_shown(given.id)} with {given.sha256sums}.",
        )  # fmt: skip
    return done(
        steps.PREVIOUS,
        f"The pack before this one is {_shown(named.id)}, with the {SUMS} that pack.json names. Verify it by itself.",
    )


def verify_run(folder: Path) -> Iterator[Checked]:
    """The one step for a run that is in no pack: nobody's list of files says what belongs to it, but its chains do."""
    listed = listing(folder)
    broken, lines = _chains(folder, "", {n for n in listed if _plain(listed, n)})
    fine = f"{lines:,} answers are chained line to line, each has its own digest, and every chain ends where run.json says."
    yield Checked(1, "The chains and the answers' own digests", "failed" if broken else "done", tuple(broken) or (fine,))


def _chains(folder: Path, inside: str, plain: set[str], elsewhere: Collection[str] = ()) -> tuple[list[str], int]:
    """What is wrong with the segments of a kept run, and how many answers they hold. `plain` are the files that may be
    read, by their names in the pack; those of the accounts `elsewhere` may stand in packs of their own."""
    if f"{inside}run.json" not in plain:
        return [f"{inside}run.json is missing."], 0
    try:
        kept = run_json(folder / "run.json")
    except ValueError as error:
        return [f"{inside}run.json cannot be read ({error})."], 0
    if not kept.get("ended"):
        return [f"{inside}run.json says that the run was cut short: nothing says where its chains end."], 0
    ends = dict(kept["segments"])
    says, lines = [], 0
    for name, end in sorted(ends.items()):
        wrong = wrong_with(name)
        if not wrong and f"{inside}{name}" not in plain and name.startswith("answers/") and name.split("/")[1] in elsewhere:
            continue
        if wrong or not name.startswith("answers/") or f"{inside}{name}" not in plain:
            says.append(
                f"{inside}{_shown(name)} is missing, run.json names it."
                if not wrong
                else f"run.json names {name!a}, which {wrong}."
            )
            continue
        found = check_segment(folder / name)
        lines += found.lines
        wrong = found.wrong
        if wrong is None and (found.head, found.lines) != (end.get("head"), end.get("lines")):
            wrong = "it does not end where run.json says it ended"
        if wrong is not None:
            says.append(f"{inside}{name}: {wrong}.")
    unnamed = sorted(n for n in plain if n.startswith(f"{inside}answers/") and n.removeprefix(inside) not in ends)
    return says + [f"{inside}run.json does not name {_shown(n)}." for n in unnamed], lines
