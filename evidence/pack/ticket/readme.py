"""README.txt of a ticket: what lies where, and the commands that check it with nothing of ours installed."""

from evidence.pack.ticket.model import Ticket
from evidence.pack.ticket.text import one_line

SIGNED = "which says that it is signed: check with the signer's key, `evidence verify PACK --key KEY`"
DIGESTS = """\
python3 - evidence/*.json <<'END'
import hashlib, json, sys
for name in sys.argv[1:]:
    a = json.load(open(name, encoding="utf-8"))
    call = [a[k] for k in ("account", "region", "service", "operation", "parameters", "ending", "code")]
    text = json.dumps([call, a["pages"]], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest != a["id"] or not name.endswith(digest[:16] + ".json"):
        print(name, "is not the answer that its evidence id names")
END"""
"""The digest of an answer, computed by Python's own library. A test runs it as it stands here."""
ADDED = """\
find . -type f ! -name SHA256SUMS -printf '%P\\n' | LC_ALL=C sort | diff - <(cut -c67- SHA256SUMS | LC_ALL=C sort)"""


def readme(ticket: Ticket) -> str:
    """The text, with what each command is expected to print."""
    t = ticket
    where = "PACK/evidence/answers" if t.origin.pack else "RUN/answers"
    same = f"cat evidence/*.json | LC_ALL=C sort | LC_ALL=C comm -23 - <(zcat {where}/*/*/*.jsonl.gz | LC_ALL=C sort)"
    steps = [
        ("Every file is unchanged (macOS: shasum -a 256 -c; Windows: certutil -hashfile FILE SHA256).",
         "sha256sum --strict --quiet -c SHA256SUMS", "no output"),
        ("No file was added or removed (bash).", ADDED, "no output"),
    ]  # fmt: skip
    if any(c.file for c in t.evidence):
        steps += [
            ("Each answer is the one that its evidence id names: the id begins the SHA-256 of the call and its answer.",
             DIGESTS, "no output"),
            (f"Each answer is a line of the {'pack' if t.origin.pack else 'run'}, byte for byte (bash).", same, "no output"),
        ]  # fmt: skip
    if not t.origin.pack:
        steps += [("The run itself (the one step that needs the tool).", "evidence verify RUN", "no step failed")]
    if t.origin.pack:
        steps += [
            ("The pack is the one that this ticket was made from.", "sha256sum PACK/SHA256SUMS", t.origin.sums),
            ("Its evidence root.", "grep '  evidence/' PACK/SHA256SUMS | sha256sum", t.origin.evidence_root),
            ("The pack itself, the answers judged again (the one step that needs the tool).", "evidence verify PACK", "no step failed"),
        ]  # fmt: skip
    lines = [
        one_line(t.title),
        one_line(f"{t.entity or 'No entity was named'} · {t.period or 'no period was named'} · as of {t.as_of}"),
        "",
    ]
    lines += [
        "ticket.md     the ticket, to paste into Jira, ServiceNow or GitHub",
        "ticket.pdf    the same on one or two pages",
        "ticket.json   all of it for machines, every requirement and every evidence id with its SHA-256",
        "evidence/     the raw answers that it cites, one a file, each the line as it was kept",
        "",
        f"From the pack {t.origin.pack}, {SIGNED if t.origin.signed else 'UNSIGNED'}." if t.origin.pack
        else f"From a run that is in no pack ({one_line(t.run)}): nothing outside of that run vouches for it.",
        one_line(f"Key: {t.key}. A later ticket with the same key takes the place of this one."),
        "This is management's evidence, not an auditor's opinion.", "",
        "How to check it:", "",
    ]  # fmt: skip
    for number, (title, command, expected) in enumerate(steps, 1):
        lines += [f"{number}. {title}", "", command, "", f"   Expected: {expected}", ""]
    return "\n".join(lines)
