"""`evidence compare OLD NEW`: what changed from one quarter to the next, and why."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from evidence.assessment.comparable import points
from evidence.assessment.compare import compare as compared
from evidence.assessment.comparison import Comparison, Point, State
from evidence.assessment.model import Assessment
from evidence.cli.assessing import assessment_of, stated_in
from evidence.cli.common import FailOn, exit_code, named
from evidence.cli.configuration import read_configuration
from evidence.cli.judged import Source, at_hand, is_pack, judged, opened
from evidence.cli.verify import broken, checked_run
from evidence.errors import EvidenceError
from evidence.management.model import Statements
from evidence.pack.changes.say import lines
from evidence.pack.changes.write import FILES, changes_json, write_changes
from evidence.pack.results import told_in
from evidence.programs.model import Program
from evidence.run.run import Run
from evidence.seal.facts import opened as opened_pack
from evidence.seal.facts import previous_of
from evidence.seal.steps import SIGNED

_AGAIN = "Get it again from whoever made it."


def compare(
    old: Annotated[
        str, typer.Argument(help="The earlier one: a run (its folder, or s3://bucket/prefix), or the folder or .zip of a pack.")
    ],
    new: Annotated[str, typer.Argument(help="The later one, likewise.")],
    program: Annotated[
        list[str] | None,
        typer.Option("--program", callback=named, help="Compare for these programs only (default: those that both have)."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Where NEW is a run: your evidence.toml, as for `evidence pack`.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A new folder: changes.json with its schema, changes.xlsx and changes.pdf.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
) -> None:
    """Say what changed: first whether the two can be compared, then what moved, and why: real, rule, scope or collection."""
    with at_hand(old) as before, at_hand(new) as after:
        result, code = comparison(before, after, program or [], config)
    if out is not None:
        write_changes(result, out)
    if json:
        typer.echo(changes_json(result).decode().rstrip())
    else:
        for line in lines(result):
            typer.echo(line)
        if out is not None:
            typer.echo(f"{', '.join(FILES)} in {out}")
    raise typer.Exit(code)


def comparison(old: str | Path, new: str | Path, only: Sequence[str] = (), config: Path | None = None) -> tuple[Comparison, int]:
    """What changed from one folder of a run or pack to another, and the exit code: 3 where either has a gap. Raises EvidenceError."""
    later, earlier = opened(new, only if not is_pack(new) else []), _earlier(old)
    if config is not None and later.facts is not None:
        raise EvidenceError("A pack keeps what it was judged with.", "Leave out --config: it is for a NEW that is a run.")
    was, now = earlier.run.finished(), later.run.finished()
    if was.as_of >= now.as_of:
        raise EvidenceError(
            f"{old} is as of {was.ended}, which is not before {new} ({now.ended}).", "Name the earlier one first."
        )
    # a run can be judged for any program, as `pack --program` does: what was not asked for it is a gap
    theirs = [str(p) for p in (earlier.facts or {}).get("programs", [*was.scope.programs, *only])]
    shared, left_out = _shared(later.programs, theirs, only)
    newer = judged(later, read_configuration(config), ())
    stated = _stated(earlier, newer.assessment.management)
    older = assessment_of(earlier.run, shared, stated)
    ids = [p.id for p in shared]
    told, unread = _told(earlier)
    known = (*points(older, newer.assessment, ids, told, left_out), *unread, *_sealed(earlier, later))
    result = compared(older, newer.assessment, ids, told, known)
    code = max(exit_code(side, FailOn.nothing) for side in (older, newer.assessment))
    packs = [str((side.facts or {}).get("id", "")) for side in (earlier, later)]
    return replace(result, old=replace(result.old, pack=packs[0]), new=replace(result.new, pack=packs[1])), code


def _earlier(where: str | Path) -> Source:
    """OLD, of which the programs need not be known: it is judged for those of NEW."""
    if is_pack(where):
        return opened(where, [])
    return Source(Path(where), Run.open(where), ())


def _shared(programs: Sequence[Program], theirs: Sequence[str], only: Sequence[str]) -> tuple[list[Program], dict[str, str]]:
    """The programs to compare for, as NEW has them, and those that one alone has. Raises EvidenceError where there is none."""
    ours = {p.id: p for p in programs}
    for id in only:
        if id not in ours or id not in theirs:
            raise EvidenceError(
                f"{'OLD' if id in ours else 'NEW'} was not made for {id}.", "Name a program that both were made for."
            )
    wanted = only or [*ours, *(t for t in theirs if t not in ours)]
    shared = [ours[id] for id in wanted if id in ours and id in theirs]
    if not shared:
        raise EvidenceError(
            f"OLD was made for {', '.join(theirs) or 'no program'} and NEW for {', '.join(ours) or 'none'}: there is nothing to compare.",
            "Compare two that were made for the same program; with --program, a run is judged for any.",
        )
    return shared, {id: "OLD" if id not in ours else "NEW" for id in wanted if not (id in ours and id in theirs)}


def _stated(old: Source, of_new: Statements) -> Statements:
    """What OLD is judged with: the parameters of NEW, so that only answers differ; of a pack the rest is what it keeps."""
    if old.facts is None:
        return replace(of_new, earlier=())
    try:
        return replace(stated_in(old.path), parameters=of_new.parameters)
    except (OSError, ValueError, KeyError) as error:
        raise EvidenceError(f"{old.path} is no pack as this version reads them ({error}).", _AGAIN) from error


def _told(old: Source) -> tuple[Assessment | None, tuple[Point, ...]]:
    """What OLD's pack said when it was made; None for a run, and with a point that says so for a pack that does not tell."""
    if old.facts is None:
        return None, ()
    try:
        return told_in((old.path / "report/results.json").read_bytes()), ()
    except (OSError, ValueError) as error:
        why = f"report/results.json cannot be read by this version ({str(error).splitlines()[0]})"
        effect = "What the rule moved cannot be told apart: OLD's answers are judged by today's requirements alone."
        return None, (Point("Judgements of then", why, "its own", "not checked", effect),)


def _sealed(old: Source, new: Source) -> tuple[Point, ...]:
    """What can be said of the seals without a key, a root or a receipt: nothing is called valid that was not checked."""
    return (_files(old, new), _signatures(old, new), _link(old, new))


def _files(old: Source, new: Source) -> Point:
    said = []
    for side in (old, new):
        if side.facts is None and broken(checked_run(side.run.where)):
            where = side.run.where
            raise EvidenceError(f"{where} is not the run that was kept.", f"See `evidence verify {where}`. {_AGAIN}")
        said.append("a run: its chains are whole" if side.facts is None else "a pack: no file changed, chains whole")
    return Point("Files and chains", said[0], said[1], "alike", "Each agrees with its own digests, which anyone could make anew.")


def _signatures(old: Source, new: Source) -> Point:
    said = []
    for side in (old, new):
        signed = (side.facts or {}).get("signed")
        step = next((s for s in side.steps if s.number == SIGNED), None)
        by = str(signed.get("by", "")) if isinstance(signed, dict) else ""
        said.append("a run: nothing to sign" if step is None else f"says: signed by {by}" if by else "UNSIGNED")
    effect = "Signature, timestamp and receipt need what you got another way: evidence verify PACK --key KEY --tsa-ca ROOT --receipt R."
    return Point("Seals", said[0], said[1], "not checked", effect)


def _link(old: Source, new: Source) -> Point:
    """Whether NEW names OLD as the pack before it, by the digest of its manifest."""
    if old.facts is None or new.facts is None:
        said = ["a run" if s.facts is None else str(s.facts["id"]) for s in (old, new)]
        return Point("Chain of packs", said[0], said[1], "not checked", "Only a pack names the pack before it.")
    before, link = previous_of(opened_pack(old.path)), opened_pack(new.path).previous
    state: State = "alike" if link == before else "differs" if link else "not checked"
    effect = {"alike": "", "differs": "NEW follows another pack than OLD.", "not checked": "NEW names no pack before it."}[state]
    return Point("Chain of packs", before.id, f"names {link.id}" if link else "names none", state, effect)
