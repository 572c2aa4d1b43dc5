"""`evidence verify OUT` of what `pack --by account` made: the organisation's pack, each account's, and whether they belong together."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from evidence import __version__
from evidence.assessment.assess import shared_of
from evidence.assessment.rules import rules_of
from evidence.assessment.together import Part, part_of, together
from evidence.cli.again import again
from evidence.cli.assessing import programs_in, stated_in
from evidence.cli.workers import executor
from evidence.errors import EvidenceError
from evidence.pack.accounts import answers_across, mapped
from evidence.pack.organisation.model import ACCOUNTS, NAME, ORGANISATION, organisation_json
from evidence.requirements import requirements
from evidence.run.part import RUN, SHARED, parts_of
from evidence.run.run import PartOf, Run
from evidence.seal.facts import opened
from evidence.seal.manifest import SUMS, digest_of
from evidence.seal.steps import ACCOUNTS as ACCOUNTS_STEP
from evidence.seal.steps import ACCOUNTS_TITLE, JUDGED, Checked, done, failed, not_done
from evidence.seal.verify import Anchors
from evidence.seal.verify import verify as verify_pack
from evidence.services import populations


@dataclass(frozen=True)
class Account:
    """One account's pack to be checked, by the digest that the organisation names."""

    folder: str
    account: str
    sha256sums: str
    given: Anchors
    judge: bool


@dataclass(frozen=True)
class Found:
    """What is wrong with a pack, in sentences; what it adds to the organisation's result, and of which run it says that it is a part:
    None where it was not judged."""

    account: str
    wrong: tuple[str, ...]
    part: Part | None = None
    of: PartOf | None = None
    segments: str = ""


def is_organisation(folder: Path) -> bool:
    """Whether it holds the packs of accounts and the organisation's."""
    return (folder / ORGANISATION / "pack.json").is_file()


def check_one(where: Path) -> None:
    """Raises EvidenceError for a folder that is no one pack, but the organisation's or that of many: nothing can be judged of it."""
    inside = where / ORGANISATION if is_organisation(where) else where
    if (inside / "report" / NAME).is_file() and (inside / "pack.json").is_file():
        raise EvidenceError(
            f"{where} is of an organisation: its members and answers stand in the packs of its accounts.",
            f"Name one of these: {(inside.parent / ACCOUNTS) / 'ID'}",
        )


def check_account(unit: Account) -> Found:
    """Checks one account's pack and judges it again. Runs where the executor has it run; whatever goes wrong is a sentence."""
    folder, at = Path(unit.folder), f"{ACCOUNTS}/{unit.account}"
    try:
        if not (folder / SUMS).is_file():
            return Found(unit.account, (f"{at} is missing, or is no pack.",))
        wrong = (
            []
            if digest_of(folder / SUMS) == unit.sha256sums
            else [f"{at}: its {SUMS} is not the one that the organisation's pack names."]
        )
        steps = list(verify_pack(folder, unit.given))
        wrong += [f"{at}, step {s.number}: {says}" for s in steps if s.outcome == "failed" for says in s.says]
        if wrong or not unit.judge:
            return Found(unit.account, tuple(wrong))
        return _judged(folder, unit.account)
    except EvidenceError as error:
        return Found(unit.account, (f"{at}: {error}",))
    except Exception as error:
        return Found(unit.account, (f"{at} cannot be checked ({type(error).__name__}: {error}).",))


def _judged(folder: Path, account: str) -> Found:
    found, facts = again(folder), Run.open(folder / "evidence").facts
    if found.assessment is None:
        return Found(account, tuple(f"{ACCOUNTS}/{account}, step {JUDGED}: {says}" for says in found.checked.says))
    if facts.part is None:
        return Found(account, (f"{ACCOUNTS}/{account}: it does not say that it is a part of a run.",))
    return Found(account, (), part_of(found.assessment), facts.part, _digest(facts.segments))


def _digest(segments: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(dict(segments), option=orjson.OPT_SORT_KEYS)).hexdigest()


def of_organisation(out: Path, steps: Sequence[Checked], given: Anchors, workers: int) -> list[Checked]:
    """The steps that follow those of the organisation's pack: judging again and summing, and the accounts' packs."""
    if any(step.outcome == "failed" for step in steps):
        says = "An earlier step failed, so this was not done."
        return [not_done(JUDGED, says), Checked(ACCOUNTS_STEP, ACCOUNTS_TITLE, "not done", (says,))]
    pack = out / ORGANISATION
    named = opened(pack).accounts
    made_by = orjson.loads((pack / "pack.json").read_bytes())["versions"].get("evidence")
    judge = made_by == __version__
    of_each = Anchors(key=given.key, roots=given.roots)
    units = [Account(str(out / ACCOUNTS / id), id, digest, of_each, judge) for id, digest in sorted(named.items())]
    with executor(workers, "Begin again.") as pool:
        found = list(mapped(pool, check_account, units))
    wrong = [*_extra(out, named), *(says for one in found for says in one.wrong)]
    if wrong:
        packs = Checked(ACCOUNTS_STEP, ACCOUNTS_TITLE, "failed", tuple(wrong))
        return [not_done(JUDGED, "A pack of an account failed, so this was not done."), packs]
    fine = (
        f"All {len(named):,} packs are there and none besides, each whole and with the {SUMS} that the organisation's pack names."
    )
    packs = Checked(ACCOUNTS_STEP, ACCOUNTS_TITLE, "done", (fine,))
    if not judge:
        why = f"The packs were made by version {made_by} of the tool and this is {__version__}: use that version to judge the answers again."
        return [not_done(JUDGED, why), packs]
    return [_summed(pack, found), packs]


def _extra(out: Path, named: Collection[str]) -> Iterator[str]:
    for entry in sorted(out.iterdir()):
        if entry.name not in (ACCOUNTS, ORGANISATION):
            yield f"{ascii(entry.name)[1:-1]} was added: beside {ACCOUNTS} and {ORGANISATION} nothing belongs there."
    for entry in sorted((out / ACCOUNTS).iterdir()) if (out / ACCOUNTS).is_dir() else ():
        if entry.name not in named or entry.is_symlink():
            yield f"{ACCOUNTS}/{ascii(entry.name)[1:-1]} was added: the organisation's pack does not name it."


def _summed(pack: Path, found: Sequence[Found]) -> Checked:
    try:
        says = list(_not_together(pack, found))
    except EvidenceError as error:
        says = [f"The accounts cannot be summed. {error}"]
    except Exception as error:
        says = [f"The accounts cannot be summed ({type(error).__name__}: {error})."]
    if says:
        return failed(JUDGED, *says)
    fine = f"The {len(found):,} accounts, judged again each by its own answers and summed, give report/{NAME} byte for byte."
    shared = f"What they know of each other follows from the answers in this pack: {SHARED} is the same in each."
    return done(JUDGED, fine, shared)


def _not_together(pack: Path, found: Sequence[Found]) -> Iterator[str]:
    """What does not fit: the accounts to their run, what they know of each other to its answers, the sums to organisation.json."""
    run = Run.open(pack / "evidence")
    kept, programs, stated = run.finished(), programs_in(pack, _programs(pack)), stated_in(pack)
    rules = rules_of(programs, requirements(), populations(), stated)
    shared = shared_of(kept, answers_across(run, rules), rules)
    if run.store.read(SHARED) != shared.to_json():
        yield f"evidence/{SHARED} does not follow from the answers that are kept with it."
    expected = parts_of(kept, shared.digest, run.store.read(RUN))
    by_id = {one.account: one for one in found}
    for id in sorted(expected.keys() ^ by_id.keys()):
        yield f"Account {id} is {'in scope and has no pack' if id in expected else 'not in scope and has a pack'}."
    for id in sorted(expected.keys() & by_id.keys()):
        if by_id[id].of != expected[id].part or by_id[id].segments != _digest(expected[id].segments):
            yield f"{ACCOUNTS}/{id} is not this account as the organisation's run kept it: its run.json names other answers, or another run."
    parts = [one.part for id in expected if (one := by_id.get(id)) and one.part is not None]
    if len(parts) == len(expected) and organisation_json(together(kept, rules, parts)) != (pack / "report" / NAME).read_bytes():
        yield f"The accounts, judged again and summed, do not give report/{NAME}."


def _programs(pack: Path) -> list[str]:
    programs: list[str] = orjson.loads((pack / "pack.json").read_bytes())["programs"]
    return programs
