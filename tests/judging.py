"""Judging from answers written by hand: the shortest way to try a requirement on good, bad, absent, denied and strange input.

judged = judge_answers("s3.buckets.encrypted",
    answered("s3", "ListBuckets", {"Buckets": [{"Name": "a", "BucketRegion": "eu-west-1"}]}, region="global", MaxBuckets=1000),
    ended("s3", "GetBucketEncryption", "denied", Bucket="a"))
assert judged["a"] == "gap"
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from evidence.assessment.judge import judge
from evidence.assessment.model import MemberResult, RequirementResult
from evidence.populations.answers import Answers
from evidence.populations.population import Populations
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.requirements.needs import needs
from evidence.run.answer import Answer, Call, Ending
from evidence.run.scope import Account, Scope
from evidence.services import populations

ACCOUNT = "012345678901"
REGION = "eu-west-1"
AS_OF = dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC)


def answered(
    service: str, operation: str, *pages: dict[str, Any], region: str = REGION, account: str = ACCOUNT, **parameters: Any
) -> Answer:
    """A call that was answered, with these pages."""
    return Answer(Call(account, region, service, operation, parameters), "answered", pages)


def ended(
    service: str, operation: str, ending: Ending, *pages: dict[str, Any], region: str = REGION, account: str = ACCOUNT,
    code: str = "Code", **parameters: Any,
) -> Answer:  # fmt: skip
    """A call that ended in another way; `pages` are those read before it did."""
    return Answer(Call(account, region, service, operation, parameters), ending, pages, code)


@dataclass(frozen=True)
class Judged:
    result: RequirementResult
    members: tuple[MemberResult, ...]

    def __getitem__(self, id: str) -> str:
        """The judgement of the member with this id."""
        return {m.id: m.judgement for m in self.members}[id]

    def reason(self, id: str) -> str:
        return {m.id: m.reason for m in self.members}[id]


def read_for(requirement: str, *answers: Answer, regions: tuple[str, ...] = (REGION,)) -> Populations:
    """The populations that a requirement reads, as these answers fill them, for one account."""
    scope = Scope((Account(ACCOUNT, regions=dict.fromkeys(regions, "asked")),))
    wanted = needs([requirements()[requirement]], populations())
    return read_populations(Answers(scope, answers), wanted, populations(), AS_OF)


def judge_answers(requirement: str, *answers: Answer, regions: tuple[str, ...] = (REGION,), **parameters: Any) -> Judged:
    """Judges one requirement over the populations that these answers fill."""
    read = read_for(requirement, *answers, regions=regions)
    return Judged(*judge(requirements()[requirement], read, parameters))
