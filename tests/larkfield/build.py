"""`python -m tests.larkfield.build`: collects the sample world with the product's own code, and keeps the runs that ship."""

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evidence.aws.ask import Asker
from evidence.aws.collect import collect_account
from evidence.aws.redact import Redactor
from evidence.aws.scope import find_scope
from evidence.aws.session import Session, Settings, open_session
from evidence.cli.collecting import asks_of, versions
from evidence.programs.load import program
from evidence.run.answer import Answer
from evidence.run.calendar import asked_about
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.services import populations
from tests.aws_simulator import World, serve
from tests.larkfield.base import ENDS, GOOD, REGIONS
from tests.larkfield.more.watching import MANAGEMENT
from tests.larkfield.organisation import EXTERNAL_ID, ROLE
from tests.larkfield.world import larkfield

SAMPLE = Path(__file__).parents[2] / "evidence/sample"
KEPT = SAMPLE / "2026-Q3"
PROGRAMS = (
    "soc2-2017", "cis-aws-foundations-7.0", "aws-elastic-beanstalk", "pci-dss-4.0.1", "iso-27001-2022", "nist-800-53-r5", "hipaa-security-rule",
    "nis2-ir-2024-2690", "irap-ism-2025-12",
)  # fmt: skip
"""Those that the run names. They need what all programs together need (test_sample.py), so that any can be made of it."""
OVER_TIME = {"2026-Q3": ("history",)}
"""What the runs ask of the time before them."""
KEY = bytes(range(32))


class Ticking:
    """A clock that goes on by 40 ms each time it is read, and AWS's with it: the two differ by no more than a second."""

    def __init__(self, start: dt.datetime, world: World) -> None:
        self.moment, self.world = start, world

    def __call__(self) -> dt.datetime:
        self.moment += dt.timedelta(milliseconds=40)
        self.world.clock = self.moment
        return self.moment


@contextmanager
def environment(**values: str) -> Iterator[None]:
    before = dict(os.environ)
    clean = {k: v for k, v in before.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}
    os.environ.clear()
    os.environ.update(clean, **values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def build(out: Path, quarter: str = "2026-Q3") -> Run:
    """Collects the sample organisation into `out`, which must not be there yet. Twice the same bytes."""
    end = ENDS[quarter]
    kept: list[Answer] = []
    keys = {
        "AWS_ACCESS_KEY_ID": f"AKIA{MANAGEMENT}",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": GOOD,
        "AWS_MAX_ATTEMPTS": "2",
    }
    world = larkfield(quarter)
    with serve(world) as bench, environment(**bench.environment, **keys):
        over_time = OVER_TIME.get(quarter, ())
        asks = asks_of([program(id) for id in PROGRAMS], over_time)
        redactor, sessions = Redactor(KEY), dict[str, Session]()
        started = end - dt.timedelta(minutes=4)
        asker = Asker(sessions.__getitem__, redactor, now=Ticking(started, world), sleep=lambda seconds: None)
        found = find_scope(
            open_session(Settings(region=GOOD)),
            asker,
            _List(kept),
            regions=REGIONS,
            role=ROLE,
            external_id=EXTERNAL_ID,
            organization=True,
            at_once=1,
        )
        sessions.update(found.sessions)
        since, until = asked_about(quarter, end) if over_time else ("", "")
        found.accounts = [replace(account, since=since, until=until) for account in found.accounts]
        scope = found.into(
            Scope((), PROGRAMS, quarter, "Larkfield Books Ltd", "J. Moreau, Platform Engineering", over_time=over_time)
        )
        run = Run.create(out, scope, versions=versions(), id=f"run-larkfield-{quarter}", started=started)
        for answer in kept:
            run.keep(answer)
        for account in (a for a in found.accounts if a.id in found.sessions):
            collect_account(account, asks, populations(), asker, run, already=found.already, concurrency=1)
        run.finish(ended=end, redaction_key=redactor.key_facts)
    return run


class _List:
    def __init__(self, kept: list[Answer]) -> None:
        self.kept = kept

    def keep(self, answer: Answer) -> None:
        self.kept.append(answer)


if __name__ == "__main__":
    for name in ENDS:
        shutil.rmtree(SAMPLE / name, ignore_errors=True)
        print(name, build(SAMPLE / name, name).facts.calls)
