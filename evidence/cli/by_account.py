"""`evidence pack RUN --by account`: a pack of each account, on as many processes as there are, and the organisation's over them all.

    OUT/accounts/ID    a pack like any other, of one account
    OUT/organisation   the sums, and which packs they are of

Until all is done it lies in OUT.working, where packs that are done are found again by whoever goes on."""

import hashlib
import pickle
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import orjson
import typer

from evidence.assessment.rules import rules_of
from evidence.assessment.together import Organisation, Part
from evidence.aws.policy import policy as iam_policy
from evidence.cli.packing import Order, pack_of, shared_by
from evidence.cli.workers import executor
from evidence.errors import EvidenceError
from evidence.pack.accounts import assess_accounts, key_of, mapped
from evidence.pack.as_json import as_json
from evidence.pack.build import made_with
from evidence.pack.facts import PackFacts
from evidence.pack.formats import formats
from evidence.pack.organisation.build import build_organisation
from evidence.pack.organisation.model import ACCOUNTS, ORGANISATION, Packed
from evidence.pack.whole import check_empty
from evidence.requirements import requirements
from evidence.run.part import RUN, part_of, parts_of
from evidence.run.run import Run, RunFacts
from evidence.run.store import far, store_at, whole
from evidence.seal.facts import Previous, opened, previous_of
from evidence.seal.manifest import SEAL, SUMS, digest_of, listing, manifest
from evidence.services import populations

MADE_WITH, JUDGED = "made-with.json", "judged"
"""In the working folder: what its packs were made with, and what was judged of each account."""


@dataclass(frozen=True)
class PartUnit:
    """One account of a run, as a worker finds it. `shared` is packed."""

    run: str
    facts: RunFacts
    shared: bytes

    def opened(self) -> Run:
        return part_of(Run(store_at(self.run), self.facts, self.run), self.facts, zlib.decompress(self.shared))


@dataclass(frozen=True)
class PackUnit:
    """One account to be packed into `out`: plain, picklable, and all there is to know. `order` is packed alike for all."""

    part: PartUnit
    earlier: tuple[PartUnit, ...]
    order: bytes
    previous: Previous | None
    out: str


def pack_account(unit: PackUnit) -> Packed:
    """Makes the pack of one account, or takes the one that is done. Runs where the executor has it run."""
    account, out = unit.part.facts.scope.accounts[0].id, Path(unit.out)
    order = _order(unit.order)
    order = replace(order, sealed=replace(order.sealed, previous=unit.previous))
    if out.exists() and not _done(out, order):
        shutil.rmtree(out)
    if not out.exists():
        pack_of(unit.part.opened(), [part.opened() for part in unit.earlier], order, out)
    said = orjson.loads((out / "pack.json").read_bytes())
    return Packed(account, said["id"], said["evidence_root"], digest_of(out / SUMS))


@lru_cache(maxsize=1)
def _order(packed: bytes) -> Order:
    order: Order = pickle.loads(zlib.decompress(packed))  # what the head packed for its own workers
    return order


def _done(pack: Path, order: Order) -> bool:
    """Whether a pack is there whole: every digest, and every file of the seal."""
    try:
        sealed = {name for name in listing(pack) if name.startswith(SEAL)}
        return (pack / SUMS).read_bytes() == manifest(pack) and sealed == {*order.sealed.files}
    except OSError:
        return False


def pack_by_account(
    run: str | Path,
    out: Path,
    order: Order,
    earlier: Sequence[str | Path],
    previous: Path | None,
    workers: int,
    scheduler: str = "",
) -> tuple[PackFacts, Organisation, tuple[Packed, ...]]:
    """Writes the packs of all accounts in scope, and the organisation's. Raises EvidenceError; what is done stays in OUT.working.
    The workers of a cluster find and write everything under the same path."""
    if scheduler:
        run, earlier, out = whole(run), [whole(path) for path in earlier], Path(whole(out))
        order = replace(order, manual=order.manual and order.manual.resolve())
    kept = Run.open(run)
    kept.finished()
    working = _begun(kept, out, order, earlier, previous)
    going_on = f"Call it again with the same words: the packs that are done in {working} are taken as they are."
    with executor(workers, going_on, scheduler) as pool:
        stated = replace(order.stated, earlier=())
        spilled = assess_accounts(kept, order.programs, stated, pool, cache=working / JUDGED, on_account=lambda part: _say(part))
        parts = _parts(kept, order)
        packs = tuple(_packed(pool, _units(parts, working, order, earlier, previous)))
    typer.echo("  organisation", err=True)
    sealed = replace(order.sealed, previous=_previous(previous, ORGANISATION))
    if (working / ORGANISATION).exists():
        shutil.rmtree(working / ORGANISATION)
    facts = build_organisation(
        kept, rules_of(order.programs, requirements(), populations(), stated), spilled, packs, working / ORGANISATION,
        requirements=order.requirements, program_sources=order.sources, policy=iam_policy(order.asks(kept.facts.scope)),
        versions=made_with(), manual=order.manual, sealing=sealed, shared=zlib.decompress(next(iter(parts.values())).shared),
    )  # fmt: skip
    shutil.rmtree(working / JUDGED)
    (working / MADE_WITH).unlink()
    if out.exists():
        out.rmdir()
    working.replace(out)
    return facts, spilled.organisation, packs


def _say(part: Part) -> None:
    typer.echo(f"  judged {part.sums.id}", err=True)


def _packed(pool: Executor, units: Iterator[PackUnit]) -> Iterator[Packed]:
    for done in mapped(pool, pack_account, units):
        typer.echo(f"  packed {done.account}", err=True)
        yield done


def _begun(kept: Run, out: Path, order: Order, earlier: Sequence[str | Path], previous: Path | None) -> Path:
    """The working folder, new or gone on with. Raises EvidenceError where it holds packs of something else."""
    check_empty(out, "Choose a new folder with --out: packs are never written over others.")
    if far(out):
        raise EvidenceError(f"{out} is no folder, and packs are written into one.", "Name a folder; copy it from there.")
    working = out.with_name(f"{out.name}.working")
    mark = as_json(_made_with(kept, order, earlier, previous))
    if working.exists() and any(working.iterdir()):
        there = (working / MADE_WITH).read_bytes() if (working / MADE_WITH).is_file() else b""
        if there != mark:
            raise EvidenceError(
                f"{working} holds packs that were begun with something else: another run, other options or another version of the tool.",
                "Remove that folder, or choose another with --out.",
            )
    (working / ACCOUNTS).mkdir(parents=True, exist_ok=True)
    (working / MADE_WITH).write_bytes(mark)
    in_scope = {a.id for a in kept.facts.scope.accounts if a.status == "in scope"}
    for left in (working / ACCOUNTS).iterdir():
        if left.name not in in_scope:  # half made by who was killed
            shutil.rmtree(left)
    return working


def _made_with(kept: Run, order: Order, earlier: Sequence[str | Path], previous: Path | None) -> dict[str, object]:
    """All that the bytes of the packs follow from."""
    sealed, old = order.sealed, [Run.open(path) for path in earlier]
    return {
        "judged": key_of(kept.facts, order.programs, order.stated),
        "run": hashlib.sha256(kept.store.read(RUN)).hexdigest(),
        "earlier": sorted(hashlib.sha256(run.store.read(RUN)).hexdigest() for run in old),
        "programs": {id: hashlib.sha256(text).hexdigest() for id, text in order.sources.items()},
        "signer": sealed.signer.public.fingerprint if sealed.signer else "",
        "tsa": sealed.tsa,
        "previous": digest_of(previous / ORGANISATION / SUMS) if previous else "",
        "formats": [f.name for f in formats()],
        "oscal_findings": order.oscal_findings,
        "versions": made_with(),
    }


def _units(
    parts: Mapping[str, PartUnit], working: Path, order: Order, earlier: Sequence[str | Path], previous: Path | None
) -> Iterator[PackUnit]:
    packed = zlib.compress(pickle.dumps(order))
    old = [_parts(Run.open(path), order) for path in earlier]
    for id, part in parts.items():
        before = tuple(found[id] for found in old if id in found)
        yield PackUnit(part, before, packed, _previous(previous, f"{ACCOUNTS}/{id}"), str(working / ACCOUNTS / id))


def _parts(run: Run, order: Order) -> Mapping[str, PartUnit]:
    """Each account in scope of a finished run, with what it may know of the others."""
    kept = run.finished()
    shared = shared_by(run, order)
    parts, table = parts_of(kept, shared.digest, run.store.read(RUN)), zlib.compress(shared.to_json())
    return {id: PartUnit(run.where, facts, table) for id, facts in parts.items()}


def _previous(packs: Path | None, inside: str) -> Previous | None:
    """The pack of the period before of the same account; None where there is none: it was not in scope then."""
    return previous_of(opened(packs / inside)) if packs and (packs / inside / "pack.json").is_file() else None
