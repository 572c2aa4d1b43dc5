"""DynamoDB tables: their key, their backups, who may use them, and whether they grow with what is asked of them."""

import json
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers
from tests.requirements.backup_answers import point, points, vaults

ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
ALL = (
    "kms-key", "policy-not-public", "point-in-time-recovery", "deletion-protection", "capacity-follows-demand", "aws-backup",
)  # fmt: skip
READS, WRITES = "dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"
SCALED = {"ServiceNamespace": "dynamodb"}


def listed(*names: Any) -> Answer:
    return answered("dynamodb", "ListTables", {"TableNames": list(names)})


def table(**fields: Any) -> Answer:
    found = {"TableName": "orders", "TableArn": ARN, "TableStatus": "ACTIVE"} | fields
    return answered("dynamodb", "DescribeTable", {"Table": found}, TableName="orders")


def recovery(**fields: Any) -> Answer:
    value = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": fields}
    return answered("dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": value}, TableName="orders")


def policy(text: Any) -> Answer:
    return answered("dynamodb", "GetResourcePolicy", {"Policy": text}, ResourceArn=ARN)


def scaling(targets: list[dict[str, Any]], policies: list[str]) -> list[Answer]:
    common = {"ServiceNamespace": "dynamodb", "ResourceId": "table/orders"}
    named = [{**common, "ScalableDimension": dimension, "PolicyName": dimension} for dimension in policies]
    return [
        answered("application-autoscaling", "DescribeScalableTargets", {"ScalableTargets": [{**common, **t} for t in targets]}, **SCALED),
        answered("application-autoscaling", "DescribeScalingPolicies", {"ScalingPolicies": named}, **SCALED),
    ]  # fmt: skip


def judged(requirement: str, *answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(f"dynamodb.tables.{requirement}", *answers, **parameters)


@pytest.mark.parametrize("requirement", ALL)
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("dynamodb", "ListTables", "denied")).result.judgement == "gap"
    assert judged(requirement, listed()).result.judgement == "not_applicable"
    assert judged(requirement, listed({"Name": "orders"})).result.judgement == "gap"
    undescribed = judged(requirement, listed("orders"), ended("dynamodb", "DescribeTable", "denied", TableName="orders"))
    assert undescribed.result.judgement == "gap"
    gone = judged(requirement, listed("orders"), ended("dynamodb", "DescribeTable", "gone", TableName="orders"))
    assert gone.result.judgement == "not_applicable"
    assert judged(requirement, listed("orders"), table(TableStatus="DELETING")).result.judgement == "not_applicable"
    strange = answered("dynamodb", "DescribeTable", {"Table": "orders"}, TableName="orders")
    assert judged(requirement, listed("orders"), strange).result.judgement == "gap"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS"}}, "meets"),
        ({"SSEDescription": {"Status": "ENABLED", "SSEType": "AES256"}}, "exception"),
        ({}, "exception"),  # a key that AWS owns
        ({"SSEDescription": {"SSEType": 1}}, "gap"),
        ({"SSEDescription": "KMS"}, "gap"),
    ],
)
def test_the_key_is_the_customer_s(fields: dict[str, Any], expected: str) -> None:
    found = judged("kms-key", listed("orders"), table(**fields))
    assert found["orders"] == expected
    assert found.members[0].arn == ARN


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7}, "meets"),
        ({"PointInTimeRecoveryStatus": "ENABLED"}, "meets"),  # 35 days
        ({"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 6}, "exception"),
        ({"PointInTimeRecoveryStatus": "DISABLED"}, "exception"),
        ({"RecoveryPeriodInDays": 35}, "gap"),
        ({"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": "long"}, "gap"),
    ],
)
def test_a_table_can_be_taken_back(fields: dict[str, Any], expected: str) -> None:
    assert judged("point-in-time-recovery", listed("orders"), table(), recovery(**fields))["orders"] == expected


def test_how_far_back_is_a_parameter() -> None:
    answers = (listed("orders"), table(), recovery(PointInTimeRecoveryStatus="ENABLED"))
    assert judged("point-in-time-recovery", *answers, days=35)["orders"] == "meets"
    assert judged("point-in-time-recovery", *answers, days=36)["orders"] == "exception"


@pytest.mark.parametrize(("given", "expected"), [(True, "meets"), (False, "exception"), (None, "gap"), ("yes", "gap")])
def test_a_table_is_protected_against_deletion(given: Any, expected: str) -> None:
    fields = {} if given is None else {"DeletionProtectionEnabled": given}
    assert judged("deletion-protection", listed("orders"), table(**fields))["orders"] == expected


def allow(**more: Any) -> str:
    return json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": ARN} | more})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ended("dynamodb", "GetResourcePolicy", "absent", ResourceArn=ARN, code="PolicyNotFoundException"), "meets"),
        (policy(allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})), "meets"),
        (policy(allow(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-larkfield1"}})), "meets"),
        (policy(allow()), "exception"),
        (policy("everyone"), "gap"),
        (ended("dynamodb", "GetResourcePolicy", "denied", ResourceArn=ARN), "gap"),
    ],
)
def test_strangers_are_kept_out(answer: Answer, expected: str) -> None:
    assert judged("policy-not-public", listed("orders"), table(), answer)["orders"] == expected


def test_what_went_away_meanwhile_is_left_out() -> None:
    gone = ended("dynamodb", "GetResourcePolicy", "gone", ResourceArn=ARN)
    assert not judged("policy-not-public", listed("orders"), table(), gone).members
    gone = ended("dynamodb", "DescribeContinuousBackups", "gone", TableName="orders")
    assert not judged("point-in-time-recovery", listed("orders"), table(), gone).members


BOTH = [{"ScalableDimension": READS}, {"ScalableDimension": WRITES}]
SUSPENDED = {"SuspendedState": {"DynamicScalingOutSuspended": True}}


@pytest.mark.parametrize(
    ("mode", "targets", "policies", "expected"),
    [
        ("PAY_PER_REQUEST", [], [], "meets"),
        ("PROVISIONED", BOTH, [READS, WRITES], "meets"),
        (None, BOTH, [READS, WRITES], "meets"),
        (None, [], [], "exception"),
        ("PROVISIONED", BOTH[:1], [READS], "exception"),
        ("PROVISIONED", BOTH, [READS], "exception"),
        ("PROVISIONED", [BOTH[0], {**BOTH[1], **SUSPENDED}], [READS, WRITES], "exception"),
        ("PROVISIONED", [{**one, "ResourceId": "table/orders/index/day"} for one in BOTH], [READS, WRITES], "exception"),
        ("PROVISIONED", [{**BOTH[0], "SuspendedState": "yes"}], [READS, WRITES], "gap"),
        (["PROVISIONED"], BOTH, [READS, WRITES], "meets"),
        (["PROVISIONED"], [], [], "gap"),
    ],
)
def test_capacity_follows_demand(mode: Any, targets: list[dict[str, Any]], policies: list[str], expected: str) -> None:
    fields = {} if mode is None else {"BillingModeSummary": {"BillingMode": mode}}
    found = judged("capacity-follows-demand", listed("orders"), table(**fields), *scaling(targets, policies))
    assert found["orders"] == expected


def test_capacity_that_could_not_be_read() -> None:
    targets, policies = scaling(BOTH, [READS, WRITES])
    for hidden in (targets, policies):
        others = [a for a in (targets, policies) if a is not hidden]
        denied = ended("application-autoscaling", hidden.call.operation, "denied", **SCALED)
        assert judged("capacity-follows-demand", listed("orders"), table(), *others, denied)["orders"] == "gap"
        on_demand = table(BillingModeSummary={"BillingMode": "PAY_PER_REQUEST"})
        assert judged("capacity-follows-demand", listed("orders"), on_demand, *others, denied)["orders"] == "meets"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([point(ARN)], "meets"),
        ([point(ARN, days=3)], "exception"),
        ([point(ARN, status="EXPIRED")], "exception"),
        ([point(ARN + "2")], "exception"),
        ([], "exception"),
    ],
)
def test_a_table_is_backed_up(found: list[dict[str, Any]], expected: str) -> None:
    assert judged("aws-backup", listed("orders"), table(), vaults(), points(*found))["orders"] == expected


def test_backups_that_could_not_be_read() -> None:
    assert judged("aws-backup", listed("orders"), table(), ended("backup", "ListBackupVaults", "denied"))["orders"] == "gap"
