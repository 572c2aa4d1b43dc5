"""Room under the quotas: what a Region holds against what it may."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.services.cloudformation import STANDING
from evidence.services.servicequotas import QUOTAS
from tests.judging import ACCOUNT, answered, ended, judge_answers

HEADROOM = "servicequotas.regions.headroom"


def quota(name: str, value: Any) -> Answer:
    one = QUOTAS[name]
    return answered("service-quotas", "GetServiceQuota", {"Quota": {"Value": value}}, ServiceCode=one.service, QuotaCode=one.code)


def unread(name: str) -> Answer:
    one = QUOTAS[name]
    return ended(
        "service-quotas", "GetServiceQuota", "failed", code="NoSuchResourceException", ServiceCode=one.service, QuotaCode=one.code
    )


def stacks(environments: int = 1, others: int = 0) -> Answer:
    names = [f"awseb-e-{n:010}-stack" for n in range(environments)] + [f"other-{n}" for n in range(others)]
    return answered(
        "cloudformation", "ListStacks", {"StackSummaries": [{"StackName": n} for n in names]}, StackStatusFilter=list(STANDING)
    )


def held(groups: int = 1, balancers: int = 1, security_groups: int = 1, databases: int = 1) -> list[Answer]:
    network = {"Type": "network"}
    return [
        answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [{}] * groups}),
        answered("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [{"Type": "application"}] * balancers + [network] * 90}),
        answered("ec2", "DescribeSecurityGroups", {"SecurityGroups": [{}] * security_groups}),
        answered("rds", "DescribeDBInstances", {"DBInstances": [{}] * databases}),
    ]


def quotas(**other: Any) -> list[Answer]:
    return [other.get(name) or quota(name, 10.0) for name in QUOTAS]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((stacks(), *held(), *quotas()), "meets"),
        ((stacks(8), *held(), *quotas()), "meets"),
        ((stacks(9), *held(), *quotas()), "exception"),
        ((stacks(9), *held(), *quotas(environments=quota("environments", 200.0), stacks=quota("stacks", 2000.0))), "meets"),
        ((stacks(1, 9), *held(), *quotas()), "exception"),
        *(
            ((stacks(), *held(**{name: 9}), *quotas()), "exception")
            for name in ("groups", "balancers", "security_groups", "databases")
        ),
        ((stacks(), *held(), *quotas(databases=unread("databases"))), "gap"),
        ((stacks(), *held(groups=9), *quotas(databases=unread("databases"))), "exception"),
        ((stacks(), *held(), *quotas(databases=quota("databases", "many"))), "gap"),
        ((stacks(), *held(), *quotas(databases=quota("databases", None))), "gap"),
        ((stacks(), *held()[1:], *quotas()), "gap"),
        ((stacks(0, 99), *held(), *quotas()), "not_applicable"),
    ],
)
def test_a_region_has_room(answers: tuple[Answer, ...], expected: str) -> None:
    assert judge_answers(HEADROOM, *answers)[ACCOUNT] == expected


def test_a_list_that_was_cut_off_counts_nothing() -> None:
    (_, *others) = held()
    cut = ended("autoscaling", "DescribeAutoScalingGroups", "throttled", {"AutoScalingGroups": [{}]})
    assert judge_answers(HEADROOM, stacks(), cut, *others, *quotas())[ACCOUNT] == "gap"


def test_the_share_is_a_parameter() -> None:
    assert judge_answers(HEADROOM, stacks(8), *held(), *quotas(), percent=70)[ACCOUNT] == "exception"
