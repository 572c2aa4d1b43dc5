"""Requirements judged over the wire: one program that maps them, what it asks of a simulated AWS, kept in a run, and assessed."""

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment, CallFailed, MemberResult, RequirementResult
from evidence.assessment.wanted import wanted
from evidence.aws.ask import Asker
from evidence.aws.collect import collect_account
from evidence.aws.redact import Redactor
from evidence.aws.scope import find_scope
from evidence.aws.session import Settings, open_session
from evidence.programs.model import AwsSide, Control, Mapped, Program
from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.run.run import Run
from evidence.run.scope import Scope
from evidence.services import populations
from evidence.services.plan import asks_for
from tests.aws_simulator import Bench, Request, World, serve

ACCOUNT, REGION = "111122223333", "eu-west-1"


@dataclass(frozen=True)
class Seen:
    """What came of it: the assessment, the answers it rests on, and what was asked of AWS."""

    assessment: Assessment
    answers: tuple[Answer, ...]
    asked: tuple[Request, ...]
    slept: tuple[float, ...]

    def result(self, id: str) -> RequirementResult:
        return next(r for r in self.assessment.requirements if r.id == id)

    def members(self, id: str) -> dict[str, str]:
        """{id of the member: its judgement}."""
        return {m.id: m.judgement for m in self.assessment.members if m.requirement == id}

    def by_region(self, id: str) -> dict[str, str]:
        return {m.region: m.judgement for m in self.assessment.members if m.requirement == id}

    def member(self, id: str) -> MemberResult:
        """The only member that the requirement was judged for."""
        (found,) = (m for m in self.assessment.members if m.requirement == id)
        return found

    def failed(self, operation: str) -> CallFailed:
        return next(f for f in self.assessment.failed_calls if f.call.endswith(f":{operation}"))

    def of(self, operation: str) -> list[Answer]:
        return [a for a in self.answers if a.call.operation == operation]

    @property
    def conclusion(self) -> str:
        return self.assessment.conclusions[0].conclusion


@dataclass
class Aws:
    """An AWS of one account, `ACCOUNT`, and this process' way to it."""

    world: World
    folder: Path
    environment: pytest.MonkeyPatch
    slept: list[float] = field(default_factory=list)

    def put(self, service: str, operation: str, answer: Mapping[str, Any], *, region: str = REGION, **when: object) -> None:
        self.world.put(ACCOUNT, region, service, operation, dict(answer), when or None)

    def regions(self, **opt_in: str) -> None:
        """Which Regions the account says it has, and whether they are switched on."""
        found = [{"RegionName": n.replace("_", "-"), "OptInStatus": s.replace("_", "-")} for n, s in opt_in.items()]
        self.world.put(ACCOUNT, "global", "ec2", "DescribeRegions", {"Regions": found})
        for name in ("us-east-1", "cn-north-1", "us-gov-west-1"):
            self.world.put(ACCOUNT, name, "ec2", "DescribeRegions", {"Regions": found})

    def enter(self, bench: Bench) -> None:
        """Lets boto3 find this bench, by the keys of the account, and nothing else."""
        for name in [n for n in os.environ if n.startswith("AWS_") or n.lower().endswith("_proxy")]:
            self.environment.delenv(name)
        given = {
            "AWS_ACCESS_KEY_ID": f"AKIA{ACCOUNT}",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        for name, value in {**given, **bench.environment}.items():
            self.environment.setenv(name, value)

    def judged(self, *ids: str, region: str = REGION, ended: dt.datetime | None = None, workers: int = 4) -> Seen:
        """Collects what these requirements need, and judges them for one control."""
        control = Control("1", "What is looked at", "customer", tuple(Mapped(id, "part") for id in ids), "The rest.")
        program = Program("one", "One control", "1", "us", "ours", AwsSide(False), (control,))
        columns = wanted([program], requirements(), populations())
        with serve(self.world) as bench:
            self.enter(bench)
            session = open_session(Settings(region=region))
            run = Run.create(self.folder / "run", Scope((), ("one",)), versions={})
            asker = Asker(lambda account: session, Redactor(b"k" * 32), sleep=self.slept.append)
            found = find_scope(session, asker, run)
            asks = asks_for(columns, populations())
            collect_account(found.accounts[0], asks, populations(), asker, run, already=found.already, concurrency=workers)
            run.finish(scope=Scope(tuple(found.accounts), ("one",)), ended=ended)
            asked = tuple(bench.log)
        answers = tuple(run.answers())
        assessment = assess(run.finished(), answers, [program], requirements(), populations())
        return Seen(assessment, answers, asked, tuple(self.slept))
