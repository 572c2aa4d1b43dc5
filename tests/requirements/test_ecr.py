"""Repositories of container images: scanned, immutable, closed to strangers, under a key of the customer's."""

import json
from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

NAME = "shop"
ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{NAME}"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111"
SCAN, TAGS = "ecr.repositories.scan-on-push", "ecr.repositories.immutable-tags"
CLOSED, OWN = "ecr.repositories.policy-not-public", "ecr.repositories.customer-key"


def repositories(**more: Any) -> Answer:
    return answered("ecr", "DescribeRepositories", {"repositories": [{"repositoryName": NAME, "repositoryArn": ARN, **more}]})


def scanning(*found: dict[str, Any], failures: tuple[dict[str, Any], ...] = ()) -> Answer:
    page = {"scanningConfigurations": list(found), "failures": list(failures)}
    return answered("ecr", "BatchGetRepositoryScanningConfiguration", page, repositoryNames=[NAME])


def registry(kind: str) -> Answer:
    return answered(
        "ecr", "GetRegistryScanningConfiguration", {"registryId": ACCOUNT, "scanningConfiguration": {"scanType": kind}}
    )


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("ENHANCED", {"scanFrequency": "CONTINUOUS_SCAN", "scanOnPush": False}, "meets"),
        ("ENHANCED", {"scanFrequency": "SCAN_ON_PUSH", "scanOnPush": True}, "meets"),
        ("BASIC", {"scanFrequency": "SCAN_ON_PUSH", "scanOnPush": True}, "meets"),
        ("BASIC", {"scanFrequency": "MANUAL", "scanOnPush": True}, "meets"),  # by the repository's own setting
        ("ENHANCED", {"scanFrequency": "MANUAL", "scanOnPush": True}, "exception"),  # which is idle here
        ("BASIC", {"scanFrequency": "MANUAL", "scanOnPush": False}, "exception"),
        ("BASIC", {"scanOnPush": False}, "gap"),
        ("BASIC", {}, "gap"),
        ("BASIC", {"scanFrequency": 1, "scanOnPush": "perhaps"}, "gap"),
    ],
)
def test_a_repository_is_scanned_on_push(kind: str, given: dict[str, Any], expected: str) -> None:
    judged = judge_answers(SCAN, repositories(), registry(kind), scanning({"repositoryName": NAME, **given}))
    assert judged[NAME] == expected
    assert judged.members[0].arn == ARN


def test_what_ecr_could_not_say_of_a_scan_is_a_gap() -> None:
    failure = {"repositoryName": NAME, "failureCode": "REPOSITORY_NOT_FOUND"}
    assert judge_answers(SCAN, repositories(), registry("BASIC"), scanning(failures=(failure,)))[NAME] == "gap"
    denied = ended("ecr", "BatchGetRepositoryScanningConfiguration", "denied", repositoryNames=[NAME])
    assert judge_answers(SCAN, repositories(), registry("BASIC"), denied)[NAME] == "gap"
    ruled = scanning({"repositoryName": NAME, "scanFrequency": "MANUAL", "scanOnPush": True})
    unread = ended("ecr", "GetRegistryScanningConfiguration", "denied")
    assert judge_answers(SCAN, repositories(), unread, ruled)[NAME] == "gap"


@pytest.mark.parametrize(
    ("mutability", "filters", "movable", "expected"),
    [
        ("IMMUTABLE", (), (), "meets"),
        ("MUTABLE", (), (), "exception"),
        ("IMMUTABLE_WITH_EXCLUSION", ("latest",), (), "exception"),
        ("IMMUTABLE_WITH_EXCLUSION", ("latest",), ("latest",), "meets"),
        ("IMMUTABLE_WITH_EXCLUSION", ("latest", "*"), ("latest",), "exception"),
        ("MUTABLE_WITH_EXCLUSION", ("v*",), ("v*",), "exception"),
        ("MUTABLE_WITH_EXCLUSION", ("*",), (), "meets"),
        ("IMMUTABLE_WITH_EXCLUSION", None, (), "gap"),
        (None, (), (), "gap"),
        ("SOMETIMES", (), (), "exception"),
        (7, (), (), "gap"),
    ],
)
def test_tags_cannot_be_moved(mutability: Any, filters: Any, movable: tuple[str, ...], expected: str) -> None:
    given: dict[str, Any] = {} if mutability is None else {"imageTagMutability": mutability}
    if filters is not None:
        excluded = [{"filterType": "WILDCARD", "filter": name} for name in filters]
        given["imageTagMutabilityExclusionFilters"] = excluded
    assert judge_answers(TAGS, repositories(**given), movable=movable)[NAME] == expected


@pytest.mark.parametrize(
    ("encryption", "expected"),
    [
        ({"encryptionType": "KMS", "kmsKey": KEY}, "meets"),
        ({"encryptionType": "KMS_DSSE", "kmsKey": KEY}, "meets"),
        ({"encryptionType": "KMS", "kmsKey": "alias/aws/ecr"}, "exception"),
        ({"encryptionType": "AES256"}, "exception"),
        ({"encryptionType": "KMS"}, "exception"),
        (None, "exception"),
        ({"encryptionType": "KMS", "kmsKey": 5}, "gap"),
    ],
)
def test_a_repository_is_under_a_key_of_the_customer_s(encryption: Any, expected: str) -> None:
    given = {} if encryption is None else {"encryptionConfiguration": encryption}
    keys = answered("kms", "ListKeys", {"Keys": []})
    assert judge_answers(OWN, repositories(**given), keys)[NAME] == expected


def of_policy(answer: Answer) -> Judged:
    return judge_answers(CLOSED, repositories(), answer)


def test_a_repository_is_closed_to_strangers() -> None:
    """Statements of a repository policy name no resource."""

    def policy(**more: Any) -> Answer:
        statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage", **more}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return answered("ecr", "GetRepositoryPolicy", {"policyText": text}, repositoryName=NAME)

    assert of_policy(policy())[NAME] == "exception"
    assert of_policy(policy(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-12345678"}}))[NAME] == "meets"
    assert of_policy(policy(Principal={"AWS": ACCOUNT}))[NAME] == "meets"
    assert of_policy(policy(Effect="Perhaps"))[NAME] == "gap"
    for ending, expected in (("absent", "meets"), ("denied", "gap")):
        assert of_policy(ended("ecr", "GetRepositoryPolicy", ending, repositoryName=NAME))[NAME] == expected
    assert not of_policy(ended("ecr", "GetRepositoryPolicy", "gone", repositoryName=NAME)).members


@pytest.mark.parametrize("requirement", [SCAN, TAGS, CLOSED, OWN])
def test_repositories_that_could_not_be_listed(requirement: str) -> None:
    assert judge_answers(requirement, ended("ecr", "DescribeRepositories", "denied")).result.judgement == "gap"
    assert (
        judge_answers(requirement, answered("ecr", "DescribeRepositories", {"repositories": []})).result.judgement
        == "not_applicable"
    )
    strange = answered("ecr", "DescribeRepositories", {"repositories": ["shop"]})
    assert judge_answers(requirement, strange).result.judgement == "gap"
