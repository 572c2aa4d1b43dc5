"""Statements by tag: they cover who carries the tag, and nobody of whom that is not known; and they change no judgement."""

import datetime as dt
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.assessment.assess import assess
from evidence.assessment.model import Assessment
from evidence.assessment.wanted import wanted
from evidence.management.model import NOTHING, Acceptance, Response, Statements
from evidence.pack.view_management import _acceptance_note
from evidence.populations.tags import _read
from evidence.programs.load import program
from evidence.programs.model import Program
from evidence.requirements import requirements
from evidence.run.answer import Answer
from evidence.run.redaction import marker
from evidence.run.run import RunFacts
from evidence.run.scope import Account, Scope
from evidence.services import populations
from tests.assessment.test_register import MEMBER, acceptance
from tests.judging import ACCOUNT, AS_OF, REGION, answered, ended

VOLUMES, BALANCERS = "ec2.volumes.encrypted", "elbv2.load-balancers.access-logs"
WHO = answered("sts", "GetCallerIdentity", {"Account": ACCOUNT, "Arn": "arn:aws:iam::1:user/a", "UserId": "a"}, region="global")
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/50dc6c495c0c9188"
LISTED = answered(
    "elbv2",
    "DescribeLoadBalancers",
    {"LoadBalancers": [{"LoadBalancerArn": ARN, "LoadBalancerName": "web", "Type": "application"}]},
)
NO_LOGS = answered(
    "elbv2",
    "DescribeLoadBalancerAttributes",
    {"Attributes": [{"Key": "access_logs.s3.enabled", "Value": "false"}]},
    LoadBalancerArn=ARN,
)


def only(requirement: str) -> Program:
    """A program of one control that asks for one requirement."""
    whole = program("soc2-2017")
    control = next(c for c in whole.controls if c.requirements)
    mapped = replace(control.requirements[0], id=requirement, reach="full", parameters={})
    return replace(whole, controls=(replace(control, requirements=(mapped,)),))


def accepted(requirement: str, **tags: str) -> Acceptance:
    return Acceptance(
        id="A", requirement=requirement, tags=tags, reason="r", owner="o", approver="a",
        opened=dt.date(2026, 9, 1), expires=dt.date(2026, 12, 31),
    )  # fmt: skip


def assessed(requirement: str, stated: Statements, *answers: Answer) -> Assessment:
    scope = Scope((Account(ACCOUNT, regions={REGION: "asked"}),), ("soc2-2017",))
    kept = RunFacts("run", scope, AS_OF.isoformat(), AS_OF.isoformat(), {}, {}, {}, "", {})
    return assess(kept, [WHO, *answers], (only(requirement),), requirements(), populations(), stated)


def volume(id: str, tags: Any = None) -> dict[str, Any]:
    return {"VolumeId": id, "Encrypted": False, **({} if tags is None else {"Tags": tags})}


def tag(key: str, value: Any) -> dict[str, Any]:
    return {"Key": key, "Value": value}


STRANGE = ("text", [5], [{"Key": "stage"}], [tag("stage", "test"), tag("stage", "prod")], [tag("stage", 5)])


def test_who_carries_the_tag_is_accepted_and_nobody_else() -> None:
    listed = [
        volume("vol-test", [tag("team", "web"), tag("stage", "test-2")]), volume("vol-prod", [tag("stage", "prod")]), volume("vol-none"),
        volume("vol-case", [tag("Stage", "test-2")]), *(volume(f"vol-strange-{n}", tags) for n, tags in enumerate(STRANGE)),
    ]  # fmt: skip
    stated = Statements(
        acceptances=(accepted(VOLUMES, stage="test*"),),
        responses=(Response(requirement=VOLUMES, tags={"stage": "prod"}, owner="o", response="Copied in May."),),
    )
    found = assessed(VOLUMES, stated, answered("ec2", "DescribeVolumes", {"Volumes": listed}))
    assert {e.id for e in found.exceptions if e.status == "accepted"} == {"vol-test"}
    assert {e.id for e in found.exceptions if e.response} == {"vol-prod"}
    (status,) = found.acceptances
    assert (status.status, status.covers, status.tags_unread) == ("in force", 1, len(STRANGE))
    assert _acceptance_note(status).startswith(f"The tags of {len(STRANGE)} further exceptions that it may name were not read")
    assert found.conclusions[0].conclusion == "exceptions" and found.requirements[0].accepted == 1


def test_a_control_is_accepted_only_when_all_are() -> None:
    listed = [volume(f"vol-{n}", [tag("stage", "test")]) for n in range(3)]
    stated = Statements(acceptances=(accepted(VOLUMES, stage="test"),))
    found = assessed(VOLUMES, stated, answered("ec2", "DescribeVolumes", {"Volumes": listed}))
    assert found.conclusions[0].conclusion == "accepted"


@pytest.mark.parametrize(
    ("answers", "status", "conclusion"),
    [
        ([answered("elbv2", "DescribeTags", {"TagDescriptions": [{"ResourceArn": ARN, "Tags": [tag("stage", "test")]}]}, ResourceArns=[ARN])],
         ("in force", 1, 0), "accepted"),
        ([ended("elbv2", "DescribeTags", "denied", ResourceArns=[ARN])], ("tags not read", 0, 1), "exceptions"),
        ([ended("elbv2", "DescribeTags", "gone", ResourceArns=[ARN])], ("tags not read", 0, 1), "exceptions"),
        ([], ("tags not read", 0, 1), "exceptions"),
    ],
)  # fmt: skip
def test_tags_that_were_denied_or_not_asked_accept_nothing_and_say_so(
    answers: list[Answer], status: tuple[str, int, int], conclusion: str
) -> None:
    stated = Statements(acceptances=(accepted(BALANCERS, stage="test"),))
    found = assessed(BALANCERS, stated, LISTED, NO_LOGS, *answers)
    (told,) = found.acceptances
    assert (told.status, told.covers, told.tags_unread) == status
    assert found.conclusions[0].conclusion == conclusion
    without = assessed(BALANCERS, NOTHING, LISTED, NO_LOGS, *answers)
    assert found.members == without.members and found.members[0].judgement == "exception", "an acceptance changes no judgement"


def test_a_value_that_was_not_kept_in_clear_is_any_value_and_no_certain_one() -> None:
    hidden = marker("tag value", None, "0" * 16)
    known = _read([tag("owner", hidden)])
    by = [acceptance(members=(), tags={"owner": p}).covers(MEMBER, known) for p in ("*", "web", "[[]redacted*", hidden)]
    assert by == [True, None, None, None]


def test_tags_are_asked_for_only_where_a_statement_needs_them() -> None:
    programs, stated = (
        (only(BALANCERS),),
        Statements(acceptances=(accepted(BALANCERS, stage="test"), accepted(VOLUMES, stage="test"))),
    )
    plain, with_tags = (wanted(programs, requirements(), populations(), s) for s in (NOTHING, stated))
    assert "tags" in with_tags["elbv2.load-balancers"] and "ec2.volumes" not in with_tags, "what nobody judges is not read"
    assert {name: c for name, c in with_tags.items() if c != plain.get(name)}.keys() <= {"elbv2.load-balancers"}


KEYS, VALUES = st.sampled_from("abc"), st.sampled_from(["", "x", "xy", "*"])


@given(
    st.dictionaries(KEYS, st.sampled_from(["*", "x*", "xy", ""]), min_size=1), st.none() | st.dictionaries(KEYS, VALUES | st.none())
)  # fmt: skip
def test_what_is_not_known_is_never_accepted(patterns: dict[str, str], tags: dict[str, str | None] | None) -> None:
    """The answer is the one that every value in the place of those unknown would give; where they differ, there is none."""
    answer = acceptance(members=("*",), tags=patterns).covers(MEMBER, tags)
    if tags is None:
        assert answer is None
        return
    values = [("", "x", "xy", "q") if value is None else (value,) for value in tags.values()]
    holds = {
        all(key in told and fnmatchcase(told[key], pattern) for key, pattern in patterns.items())
        for told in (dict(zip(tags, chosen, strict=True)) for chosen in product(*values))
    }
    assert holds == {answer} if len(holds) == 1 else answer is None
