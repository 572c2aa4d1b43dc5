"""Writes a ticket: a folder and its zip, the same bytes whenever and wherever they are made.

ticket.md  ticket.pdf  ticket.json  README.txt  SHA256SUMS  evidence/ID.json
"""

import zlib
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from evidence.assessment.model import Assessment, Conclusion
from evidence.errors import EvidenceError
from evidence.pack.as_json import as_json
from evidence.pack.kept import kept_lines
from evidence.pack.printing import Printable, print_pdf
from evidence.pack.ticket import text
from evidence.pack.ticket.make import cited, ticket_of
from evidence.pack.ticket.model import Cited, Origin, Ticket
from evidence.pack.ticket.readme import readme
from evidence.pack.whole import whole
from evidence.run.run import Run
from evidence.seal.archive import write_zip
from evidence.seal.manifest import SUMS, manifest

LARGEST_EVIDENCE = 160_000
"""Bytes, compressed, of the raw answers in one ticket. What does not fit is cited, and stands in the run or pack."""
LARGEST = 400_000
"""Bytes of the zip, at most."""
PAGES = 2


@dataclass(frozen=True)
class Made:
    """A ticket that was written."""

    ticket: Ticket
    folder: Path
    zip: Path


def write_ticket(run: Run, assessment: Assessment, conclusion: Conclusion, origin: Origin, out: Path) -> Made:
    """Writes the ticket into the folder `out` and `out`.zip beside it. A folder that holds a ticket with the same key is written
    anew; anything else that is there raises EvidenceError."""
    ticket = ticket_of(assessment, conclusion, origin)
    return write_all(run, assessment, [(ticket, out)])[0]


def write_all(run: Run, assessment: Assessment, tickets: Collection[tuple[Ticket, Path]]) -> list[Made]:
    """Writes tickets of one assessment; the run is read once for all of them."""
    wanted = {ticket.key: cited(ticket, assessment.requirements) for ticket, _ in tickets}
    lines = kept_lines(run, {id for ids in wanted.values() for id in ids})
    return [_write(assessment, ticket, wanted[ticket.key], lines, out) for ticket, out in tickets]


def _write(assessment: Assessment, ticket: Ticket, ids: tuple[str, ...], lines: dict[str, bytes], out: Path) -> Made:
    replaceable(out, ticket.key)
    fitting = _fitting(ids, lines)
    ticket = replace(ticket, evidence=tuple(_cited(id, lines[id], id in fitting) for id in ids if id in lines))
    lost = [id for id in ids if id not in lines]
    if lost:
        raise EvidenceError(
            f"{ticket.run} keeps no answer with the evidence id {lost[0]}, which {ticket.program}:{ticket.control} rests on.",
            "The run was changed after it was collected; restore your copy of it.",
        )
    with whole(out, "the ticket", anew=True) as folder:
        _fill(folder, assessment, ticket, {id: lines[id] for id in fitting})
    zipped = out.parent / f"{out.name}.zip"
    write_zip(out, zipped, out.name)
    if zipped.stat().st_size > LARGEST:
        raise EvidenceError(
            f"{zipped} has {zipped.stat().st_size:,} bytes; at most {LARGEST:,} are meant.", "Please report this."
        )
    return Made(ticket, out, zipped)


def replaceable(out: Path, key: str) -> None:
    """Raises EvidenceError for a folder that is neither new nor empty nor a ticket with the same key."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        same = orjson.loads((out / "ticket.json").read_bytes())["key"] == key
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise EvidenceError(f"{out} is not empty and holds no ticket {key}.", "Choose a new folder with --out.")


def _fitting(ids: Collection[str], lines: dict[str, bytes]) -> list[str]:
    """Those that fit, in the order of the ids; a large one does not keep out the small ones after it."""
    left, out = LARGEST_EVIDENCE, []
    for id in ids:
        size = len(zlib.compress(lines[id], 6)) + 200 if id in lines else left + 1
        if size <= left:
            left -= size
            out.append(id)
    return out


def _cited(id: str, line: bytes, fits: bool) -> Cited:
    raw = orjson.loads(line)
    call = f"{raw['service']}:{raw['operation']}"
    return Cited(id, raw["id"], call, raw["account"], raw["region"], raw["ending"], f"evidence/{id}.json" if fits else "")


def _fill(folder: Path, assessment: Assessment, ticket: Ticket, lines: dict[str, bytes]) -> None:
    (folder / "evidence").mkdir()
    for id, line in lines.items():
        (folder / "evidence" / f"{id}.json").write_bytes(line + b"\n")
    (folder / "ticket.json").write_bytes(ticket_json(ticket))
    (folder / "ticket.md").write_text(text.markdown(ticket), encoding="utf-8")
    _pdf(assessment, ticket, folder / "ticket.pdf")
    (folder / "README.txt").write_text(readme(ticket), encoding="utf-8")
    (folder / SUMS).write_bytes(manifest(folder))


def ticket_json(ticket: Ticket) -> bytes:
    """The ticket for machines: keys sorted, two spaces, a newline at the end."""
    return as_json(ticket)


def _pdf(assessment: Assessment, ticket: Ticket, out: Path) -> None:
    """The fullest that keeps within two pages."""
    identity = f"{ticket.key} {ticket.origin.pack} {ticket.origin.evidence_root} {ticket.run}"

    def fits(n: int) -> bool:
        return print_pdf(Printable(text.html(ticket, text.FITS[n]), out, assessment.run.as_of, identity)) <= PAGES

    if fits(0):
        return
    n = bisect_left(range(len(text.FITS)), True, lo=1, key=fits)
    if n < len(text.FITS) and fits(n):
        return
    raise EvidenceError(f"{ticket.program}:{ticket.control} does not fit {PAGES} pages.", "Please report this.")
