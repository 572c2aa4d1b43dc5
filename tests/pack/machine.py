"""What the tests of the files for machines share: a run with answers that members cite, and hostile text."""

import dataclasses
import datetime as dt
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from evidence.assessment import register
from evidence.assessment.model import Assessment
from evidence.pack.material import Material
from evidence.run.answer import Answer, Attempt, Call
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from tests.pack.example import AS_OF, SHOP, WEST, example, pack, registered

ENDED = dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC)
HOSTILE = (
    '=HYPERLINK("http://evil.example","click")', "@SUM(A1)", "-1+1", "\t=1+1", "\r=1", "'=1", "''+1", "＝1+1", "it's", "[1]", "NA", "null", "",
    "a\0b\x1b[31mc", "two\nlines", "two\r\nlines", "one\rline", "turned \u202egnp.exe", "\ufeffmark", "\u2028", "lone \ud800", "  spaces  ",
    'quo"ted, and; split|', "<script>alert(1)</script>", "[link](javascript:alert(1))", "*bold* `code` {{ insert: param, x }}", "C:\\ud800",
    "שלום عليكم", "東京", "🔒", "x" * 70_000,
)  # fmt: skip
"""What a stranger may write into a tag, a name or a policy."""
AGAIN = """
import sys
from pathlib import Path
from evidence.pack import {module}
from tests.pack.machine import material
{module}.write_{module}(material(Path(sys.argv[1])))
"""


def sound(text: str) -> str:
    """The text as the run and everything after it spells what UTF-8 cannot hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def full() -> Assessment:
    """The example, with every kind of statement that management can make of an exception."""
    a = example()
    responses = tuple(dataclasses.replace(r, effect="Anyone could read it.") for r in a.management.responses)
    return registered(dataclasses.replace(a, management=dataclasses.replace(a.management, responses=responses)))


def hostile(assessment: Assessment) -> Assessment:
    """The assessment with a stranger's texts for names and reasons, and in what management states."""
    members = tuple(
        dataclasses.replace(
            m, id=f"{HOSTILE[n % len(HOSTILE)]}{n}", arn="", reason=HOSTILE[n % len(HOSTILE)], environments=HOSTILE[:3]
        )
        if m.judgement in ("exception", "gap") or n < 3 * len(HOSTILE)
        else m
        for n, m in enumerate(assessment.members)
    )
    texts = [text for text in HOSTILE if text.strip() and "\ud800" not in text and len(text) < 1000]
    stated = assessment.management
    responses = tuple(
        dataclasses.replace(r, owner=texts[n], response=texts[n + 1], cause=texts[n + 2], effect=texts[n + 3], ticket=texts[n + 4],
                            members=("*",))
        for n, r in enumerate(stated.responses)
    )  # fmt: skip
    acceptances = tuple(
        dataclasses.replace(a, owner=texts[n], reason=texts[n + 1], approver=texts[n + 2], ticket=texts[n + 3])
        for n, a in enumerate(stated.acceptances)
    )
    management = dataclasses.replace(stated, responses=responses, acceptances=acceptances)
    found = register.acceptances(management, members, AS_OF)
    return registered(dataclasses.replace(assessment, members=members, management=management, acceptances=found))


def material(folder: Path, assessment: Assessment | None = None, *, findings: bool = False) -> Material:
    """A pack in the making, over a run of three answers: the first is the evidence of the first member."""
    scope = Scope((Account(SHOP),), ("soc2-2017",), "2026-Q3", "Larkfield Books Ltd")
    run = Run.create(
        folder / "evidence", scope, versions={"tool": "0.1.0"}, started=ENDED - dt.timedelta(minutes=20), id="run-2026-09-30"
    )
    kept = []
    for n in range(3):
        attempt = Attempt(0, f"2026-09-30T22:50:{n:02}.25Z", f"2026-09-30T22:51:{n:02}Z", 200, f"request-{n}")
        call = Call(SHOP, WEST, "s3", "GetBucketEncryption", {"Bucket": f"=bucket-{n}"})
        answer = Answer(
            call, "answered", ({"id": "0" * 64},), attempts=(attempt,), principal="arn:aws:sts::012345678901:assumed-role/r/c"
        )
        run.keep(answer)
        kept.append(answer.id)
    run.finish(ended=ENDED)
    (folder / "report").mkdir()
    a = assessment or full()
    found = [m.requirement for m in a.members if m.judgement == "exception"][:1]
    members = tuple(dataclasses.replace(m, evidence=(kept[0], *m.evidence)) if m.requirement in found else m for m in a.members)
    a = dataclasses.replace(a, members=members)
    return Material(a, pack(a), run, folder, findings)


def digests(folder: Path) -> dict[str, str]:
    """{file below report/: its SHA-256}."""
    files = sorted(p for p in (folder / "report").rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def written_again(module: str, folder: Path) -> dict[str, str]:
    """The digests of what another process writes: another time zone, locale, hash seed and folder."""
    env = {
        **os.environ,
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    done = subprocess.run(
        [sys.executable, "-c", AGAIN.format(module=module), str(folder)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return digests(folder)
