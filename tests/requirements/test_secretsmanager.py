"""Secrets: rotation, keys, policies; and what people write of a secret is not kept."""

import datetime as dt
import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.secretsmanager import LIST_SECRETS
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, ended, judge_answers

ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/db-AbCdEf"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
ALL = ("rotation", "rotated", "used", "customer-key", "policy-not-public")


def ago(days: float) -> dt.datetime:
    return AS_OF - dt.timedelta(days=days)


def listed(**fields: Any) -> Answer:
    secret = {k: v for k, v in ({"ARN": ARN, "Name": "shop/db", "CreatedDate": ago(400)} | fields).items() if v is not None}
    return answered("secretsmanager", "ListSecrets", {"SecretList": [secret]})


def policy(document: Any) -> Answer:
    value = {"ARN": ARN, "Name": "shop/db"} | ({} if document is None else {"ResourcePolicy": document})
    return answered("secretsmanager", "GetResourcePolicy", value, SecretId=ARN)


def judged(requirement: str, *answers: Answer, **parameters: Any) -> Judged:
    return judge_answers(f"secretsmanager.secrets.{requirement}", *answers, **parameters)


@pytest.mark.parametrize("requirement", ALL)
def test_lists(requirement: str) -> None:
    assert judged(requirement, ended("secretsmanager", "ListSecrets", "denied")).result.judgement == "gap"
    none = answered("secretsmanager", "ListSecrets", {"SecretList": []})
    assert judged(requirement, none).result.judgement == "not_applicable"


@pytest.mark.parametrize(
    ("enabled", "judgement"), [(True, "meets"), (False, "exception"), (None, "exception"), ("on", "gap"), (1, "gap")]
)
def test_secrets_are_rotated_automatically(enabled: Any, judgement: str) -> None:
    """RotationEnabled left out: rotation was never configured."""
    assert judged("rotation", listed(RotationEnabled=enabled))[ARN] == judgement


@pytest.mark.parametrize(
    ("fields", "days", "judgement"),
    [
        ({"LastRotatedDate": ago(30), "NextRotationDate": ago(-1)}, 90, "meets"),
        ({"LastRotatedDate": ago(30)}, 90, "meets"),
        ({"LastRotatedDate": ago(89.9)}, 90, "meets"),
        ({"LastRotatedDate": ago(90.1)}, 90, "exception"),
        ({"LastRotatedDate": ago(40)}, 30, "exception"),
        # The last rotation is young enough, but the one that was due has failed since.
        ({"LastRotatedDate": ago(30), "NextRotationDate": ago(5)}, 90, "exception"),
        ({"LastRotatedDate": ago(30), "NextRotationDate": ago(0.5)}, 90, "meets"),
        # Never rotated: as old as the secret.
        ({}, 90, "exception"),
        ({"CreatedDate": ago(10)}, 90, "meets"),
        ({"CreatedDate": None}, 90, "gap"),
        ({"LastRotatedDate": 7}, 90, "gap"),
        ({"LastRotatedDate": ago(30), "NextRotationDate": ["soon"]}, 90, "gap"),
    ],
)
def test_secrets_were_rotated_in_time(fields: dict[str, Any], days: int, judgement: str) -> None:
    assert judged("rotated", listed(RotationEnabled=True, **fields), days=days)[ARN] == judgement


DAY = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
"""Ninety days before the day of AS_OF, the run's end; AWS gives days and no hours."""


@pytest.mark.parametrize(
    ("fields", "days", "judgement"),
    [
        ({"LastAccessedDate": AS_OF.replace(hour=0)}, 90, "meets"),
        ({"LastAccessedDate": DAY}, 90, "meets"),
        ({"LastAccessedDate": DAY - dt.timedelta(days=1)}, 90, "exception"),
        ({"LastAccessedDate": DAY - dt.timedelta(days=1)}, 91, "meets"),
        ({"LastAccessedDate": DAY}, 30, "exception"),
        # Young, but used and then no more: its age is no excuse.
        ({"LastAccessedDate": DAY, "CreatedDate": ago(20)}, 30, "exception"),
        # Never read: as long unused as it is old.
        ({}, 90, "exception"),
        ({"CreatedDate": ago(89)}, 90, "meets"),
        ({"CreatedDate": ago(91)}, 90, "exception"),
        ({"CreatedDate": None}, 90, "gap"),
        ({"LastAccessedDate": 7}, 90, "gap"),
        ({"LastAccessedDate": ["lately"], "CreatedDate": ago(10)}, 90, "gap"),
        # Rotation is not reading.
        ({"LastRotatedDate": ago(1), "LastChangedDate": ago(1)}, 90, "exception"),
    ],
)
def test_secrets_are_used(fields: dict[str, Any], days: int, judgement: str) -> None:
    assert judged("used", listed(**fields), days=days)[ARN] == judgement


@pytest.mark.parametrize(
    ("primary", "judgement"), [("eu-central-1", "not_applicable"), (REGION, "exception"), (None, "exception")]
)
def test_a_replica_is_judged_where_it_is_copied_from(primary: Any, judgement: str) -> None:
    for requirement in ("rotation", "rotated", "used"):
        assert judged(requirement, listed(PrimaryRegion=primary))[ARN] == judgement


def keys(manager: str) -> tuple[Answer, Answer]:
    return (
        answered("kms", "ListKeys", {"Keys": [{"KeyId": "k", "KeyArn": KEY}]}),
        answered("kms", "DescribeKey", {"KeyMetadata": {"KeyId": "k", "Arn": KEY, "KeyManager": manager}}, KeyId=KEY),
    )


@pytest.mark.parametrize(
    ("key", "manager", "judgement"),
    [
        (None, "CUSTOMER", "exception"),  # left out: aws/secretsmanager
        (KEY, "CUSTOMER", "meets"),
        ("k", "CUSTOMER", "meets"),
        (KEY, "AWS", "exception"),
        ("k", "AWS", "exception"),
        ("alias/aws/secretsmanager", "CUSTOMER", "exception"),
        (f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/secretsmanager", "CUSTOMER", "exception"),
        ("alias/shop", "AWS", "meets"),
        (f"arn:aws:kms:{REGION}:999999999999:key/theirs", "AWS", "meets"),
        (7, "CUSTOMER", "gap"),
    ],
)
def test_secrets_are_under_a_customers_key(key: Any, manager: str, judgement: str) -> None:
    assert judged("customer-key", listed(KmsKeyId=key), *keys(manager))[ARN] == judgement


def test_whose_key_it_is_cannot_be_told_without_the_list_of_keys() -> None:
    denied = ended("kms", "ListKeys", "denied")
    assert judged("customer-key", listed(KmsKeyId=KEY), denied)[ARN] == "gap"
    assert judged("customer-key", listed(), denied)[ARN] == "exception"


def allow(principal: Any, **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "secretsmanager:GetSecretValue", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    ("document", "judgement"),
    [
        (None, "meets"),
        (allow({"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}), "meets"),
        (allow("*"), "exception"),
        (allow({"AWS": ["*"]}), "exception"),
        (allow("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), "meets"),
        (allow("*", Condition={"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}), "gap"),
        (allow("*", Effect="Deny"), "meets"),
        ("no JSON", "gap"),
        (json.dumps({"Version": "2012-10-17"}), "gap"),
    ],
)
def test_policies_let_not_everyone_in(document: Any, judgement: str) -> None:
    assert judged("policy-not-public", listed(), policy(document))[ARN] == judgement


def test_a_policy_that_was_not_read_is_a_gap_and_a_secret_that_is_gone_is_shown_apart() -> None:
    for ending in ("denied", "throttled", "failed"):
        unread = ended("secretsmanager", "GetResourcePolicy", ending, SecretId=ARN)
        assert judged("policy-not-public", listed(), unread)[ARN] == "gap"
    assert judged("policy-not-public", listed())[ARN] == "gap"
    gone = judged("policy-not-public", listed(), ended("secretsmanager", "GetResourcePolicy", "gone", SecretId=ARN))
    assert not gone.members and gone.result.population.gone == (ARN,)


def test_what_people_write_of_a_secret_is_not_kept() -> None:
    tags = [{"Key": "old", "Value": "hunter2"}, {"Key": "aws:cloudformation:stack-name", "Value": "shop"}]
    rotation = [{"Key": "adminSecretArn", "Value": "hunter3"}]
    page: dict[str, Any] = {
        "SecretList": [{"Name": "a", "Description": "it was hunter1", "Tags": tags, "ExternalSecretRotationMetadata": rotation}]
    }
    Redactor().apply(page, LIST_SECRETS.redact)
    assert "hunter" not in json.dumps(page)
    assert page["SecretList"][0]["Tags"][1]["Value"] == "shop"
