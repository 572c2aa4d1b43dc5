"""docs/mapping-agreement.md: where our mappings and the public ones of others agree, and why they do not.

`python -m tests.programs.agreement > docs/mapping-agreement.md`. What peers map stands in `data/peers/` as ids only; why we do not take
theirs as evidence in docs/decisions/over-claims.md and docs/decisions/differences/.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from evidence.programs.load import program, programs
from evidence.programs.model import Control, Program
from evidence.requirements import requirements

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "data" / "peers"
OVER_CLAIMS = ROOT / "docs/decisions/over-claims.md"
DIFFERENCES = ROOT / "docs/decisions/differences"
NAMES = {
    "prowler": "Prowler", "powerpipe": "Powerpipe", "aws-conformance-pack": "AWS conformance packs", "aws-security-hub": "AWS Security Hub",
}  # fmt: skip
LINES: tuple[str, ...] = tuple(re.findall(r"^- (.*)$", OVER_CLAIMS.read_text(encoding="utf-8"), re.MULTILINE))


@cache
def peers(id: str) -> Mapping[str, frozenset[str]]:
    """Control → the peers that map a check to it, those that a person must answer among them. For some laws the control is an article,
    of which the program lists the paragraphs."""
    file = PEERS / f"{id}.csv"
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as rows:
        return {row["control_id"]: frozenset(row["peers"].split()) for row in csv.DictReader(rows)}


def compared() -> tuple[str, ...]:
    """The programs that a peer has a mapping for."""
    return tuple(sorted(file.stem for file in PEERS.glob("*.csv")))


@cache
def parts(id: str, named: str) -> frozenset[str]:
    """The controls of the program that a peer means: the one of that id, or the paragraphs of an article that is none itself."""
    ids = [c.id for c in program(id).controls]
    of = named.removeprefix("Art.")
    return frozenset([named] if named in ids else [c for c in ids if c.startswith(f"{of}.")])


@cache
def evidenced(id: str) -> frozenset[str]:
    """The controls for which a requirement of ours is evidence, named as the peers name them where they do."""
    ours = {c.id for c in program(id).controls if any(m.reach in ("part", "full") for m in c.requirements)}
    named = {p: parts(id, p) & ours for p in peers(id)}
    return frozenset(p for p, found in named.items() if found) | (ours - frozenset().union(*named.values()))


def about(id: str, lines: Sequence[str]) -> Mapping[str, str]:
    """Control → reason, of the controls that lines of the record of over-claims are about: they stand before the reason, which may name
    others in passing."""
    found: dict[str, str] = {}
    for line in lines:
        before, after = (*re.split(r": |\. ", line, maxsplit=1), "")[:2]
        for control in re.findall(rf"`{re.escape(id)}:([^`]+)`", before):
            found.setdefault(control, after)
    return found


@cache
def refused(id: str) -> Mapping[str, str]:
    """Control → why what a peer maps to it is no evidence."""
    file = DIFFERENCES / f"{id}.yaml"
    own = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    same = {c.id: c.derived[0].split(":", 1) for c in program(id).controls if len(c.derived) == 1}
    inherited = {
        control: why for control, (base, of) in same.items() if control not in evidenced(id) and (why := refused(base).get(of))
    }
    return {**inherited, **about(id, LINES), **{str(control): str(why) for control, why in (own or {}).items()}}


@dataclass(frozen=True)
class Agreement:
    """Of one peer and us: how many controls both evidence, or one alone."""

    peer: str
    both: int
    theirs: int
    ours: int

    @property
    def jaccard(self) -> str:
        either = self.both + self.theirs + self.ours
        return f"{self.both / either:.2f}" if either else "-"


def agreements(id: str) -> Iterator[Agreement]:
    mine = evidenced(id)
    for peer in NAMES:
        theirs = {c for c, by in peers(id).items() if peer in by}
        if theirs:
            yield Agreement(peer, len(mine & theirs), len(theirs - mine), len(mine - theirs))


def by_hand() -> tuple[str, ...]:
    """The programs whose differences were found by reading, since no peer names their controls by their numbers."""
    return tuple(sorted(file.stem for file in DIFFERENCES.glob("*.yaml") if file.stem not in compared()))


def page() -> str:
    found = sorted([*compared(), *by_hand()])
    return "\n".join([*_head(), *(line for id in found for line in _section(program(id)))]) + "\n"


def _head() -> Iterator[str]:
    yield from (
        "# Agreement with public mappings",
        "",
        "Made by `python -m tests.programs.agreement`; a test holds that it is current. For each program that a scanner or AWS has a",
        "public mapping for: the controls that a requirement of ours is evidence for (reach part or full) beside those that a check of",
        "theirs is mapped to. A mapped check says that somebody found it relevant; it is not evidence yet, and some of it a person",
        "must answer. Peers are not independent: for NIST SP 800-53 three of them have one origin. Nothing here was tuned to agree, and",
        "agreement is no merit by itself. The peers' data is a snapshot of 2026; ids only are kept.",
        "",
        "Jaccard: controls that both evidence, over those that either does. Theirs that we evidence, and ours that they do, are shares of",
        "one side's controls.",
        "",
        "| Program | Controls | Ours | Peer | Theirs | Both | Jaccard | Theirs that we evidence | Ours that they do |",
        "|---|--:|--:|---|--:|--:|--:|--:|--:|",
    )
    for id in compared():
        mine, size = len(evidenced(id)), len(program(id).controls)
        for a in agreements(id):
            theirs = a.both + a.theirs
            shares = f"{_share(a.both, theirs)} | {_share(a.both, mine)}"
            yield f"| `{id}` | {size:,} | {mine} | {NAMES[a.peer]} | {theirs} | {a.both} | {a.jaccard} | {shares} |"
    alone = [f"`{p.id}`" for p in programs() if p.id not in compared() and p.id not in by_hand()]
    read = [f"`{id}`" for id in by_hand()]
    yield from (
        "",
        f"Public mappings of {', '.join(read)} use other numbers than the program: they were compared by hand, and only the",
        f"differences stand below. For {', '.join(alone)} no public mapping was at hand.",
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def _section(found: Program) -> Iterator[str]:
    mine, theirs, why = evidenced(found.id), peers(found.id), refused(found.id)
    yield from ("", f"## {found.name} (`{found.id}`)")
    if not theirs:
        yield from ("", f"Compared by hand. Theirs, not ours: {len(why)}.", "")
        yield from (f"- `{c}`: {_clause(why[c])}" for c in why)
        return
    only_theirs = [c for c in theirs if c not in mine]
    if only_theirs:
        yield from ("", f"Theirs, not ours: {len(only_theirs)}.", "")
        yield from (f"- `{c}` ({', '.join(NAMES[p] for p in sorted(theirs[c]))}): {_clause(why.get(c, ''))}" for c in only_theirs)
    only_ours = [c for c in found.controls if c.id in mine and c.id not in theirs]
    if only_ours:
        yield from ("", f"Ours, not theirs: {len(only_ours)}.", "")
        yield from (f"- `{c.id}`: {_shows(c)}" for c in only_ours)


def _clause(why: str) -> str:
    text = why.strip() or "nothing is said yet."
    return text if text.endswith((".", "?")) else f"{text}."


def _shows(control: Control) -> str:
    """The requirement that reaches farthest, in words, and how many more there are."""
    deciding = sorted((m for m in control.requirements if m.reach != "context"), key=lambda m: m.reach != "full")
    first, more = deciding[0], len(deciding) - 1
    says = requirements()[first.id].says.rstrip(".")
    others = f", and {more} more" if more else ""
    return f"{says} (`{first.id}`, {first.reach}{others})" + (f"; {first.why.rstrip('.')}." if first.why else ".")


if __name__ == "__main__":
    print(page(), end="")
