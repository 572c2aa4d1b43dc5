"""Names, descriptions and tags: redacted before they are kept, and judged by what was found in them."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.elasticbeanstalk.asks import DESCRIBE_APPLICATIONS, DESCRIBE_ENVIRONMENTS, LIST_TAGS
from evidence.services.elasticbeanstalk.texts import in_name, personal
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers
from tests.requirements.elasticbeanstalk_answers import ARN, ENVIRONMENT, ID, environments

OF_ENVIRONMENT, OF_APPLICATION = (
    "elasticbeanstalk.environments.no-personal-data",
    "elasticbeanstalk.applications.no-personal-data",
)
KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
APPLICATION_ARN = f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:application/store"
SECRETS = ("jane.doe@example.com", "+44 20 7946 0000", KEY_ID, "postgres://shop:s3cr3t@db/orders")


def kept(rules: Any, page: dict[str, Any]) -> dict[str, Any]:
    """The page as it is kept: redacted."""
    Redactor(b"k" * 32).apply(page, rules)
    return page


def tags(arn: str = ARN, **values: str) -> Answer:
    page = kept(LIST_TAGS.redact, {"ResourceArn": arn, "ResourceTags": [{"Key": k, "Value": v} for k, v in values.items()]})
    return answered("elasticbeanstalk", "ListTagsForResource", page, ResourceArn=arn)


def environment(**more: str) -> tuple[Answer, Answer]:
    page = kept(DESCRIBE_ENVIRONMENTS.redact, {"Environments": [{**ENVIRONMENT, **more}]})
    return environments(page["Environments"][0])


def application(**more: str) -> tuple[Answer, ...]:
    entry = {"ApplicationName": "store", "ApplicationArn": APPLICATION_ARN, "Versions": [], **more}
    page = kept(DESCRIBE_APPLICATIONS.redact, {"Applications": [entry]})
    return (answered("elasticbeanstalk", "DescribeApplications", page), *environments())


@pytest.mark.parametrize(
    ("described", "tagged", "expected"),
    [
        ({}, {}, "meets"),
        ({"Description": ""}, {"empty": ""}, "meets"),
        ({"Description": "The web shop, since 2019"}, {"team": "shop", "cost-centre": "4711"}, "meets"),
        *(({"Description": f"Ask {secret} first"}, {}, "exception") for secret in SECRETS),
        *(({}, {"owner": secret}, "exception") for secret in SECRETS),
        ({}, {"db_password": "hunter2-horse"}, "exception"),
        ({"EnvironmentName": KEY_ID}, {}, "exception"),
    ],
)
def test_an_environment(described: dict[str, str], tagged: dict[str, str], expected: str) -> None:
    judged = judge_answers(OF_ENVIRONMENT, *environment(**described), tags(**tagged))
    assert judged[ID] == expected
    assert not any(secret in judged.reason(ID) for secret in SECRETS)


@pytest.mark.parametrize(
    ("described", "tagged", "expected"),
    [
        ({"Description": "The web shop"}, {"team": "shop"}, "meets"),
        ({"Description": "Owner: jane.doe@example.com"}, {}, "exception"),
        ({}, {"contact": "+44 20 7946 0000"}, "exception"),
    ],
)
def test_an_application(described: dict[str, str], tagged: dict[str, str], expected: str) -> None:
    answers = (*application(**described), tags(APPLICATION_ARN, **tagged))
    assert judge_answers(OF_APPLICATION, *answers)["store"] == expected


def test_a_name_may_be_telling_itself() -> None:
    name, arn = "shop of jane.doe@example.com", APPLICATION_ARN
    assert judge_answers(OF_APPLICATION, *application(ApplicationName=name), tags(arn))[name] == "exception"


def test_tags_that_could_not_be_read_are_a_gap_and_hide_no_exception() -> None:
    refused = ended("elasticbeanstalk", "ListTagsForResource", "denied", ResourceArn=ARN)
    assert judge_answers(OF_ENVIRONMENT, *environment(), refused)[ID] == "gap"
    keyed = answered("elasticbeanstalk", "ListTagsForResource", {"ResourceTags": [{"Key": "owner"}]}, ResourceArn=ARN)
    assert judge_answers(OF_ENVIRONMENT, *environment(), keyed)[ID] == "gap"
    assert judge_answers(OF_ENVIRONMENT, *environment(Description="jane.doe@example.com"), refused)[ID] == "exception"


def test_what_was_kept_in_clear_was_not_looked_at() -> None:
    assert judge_answers(OF_ENVIRONMENT, *environments({**ENVIRONMENT, "Description": "The web shop"}), tags())[ID] == "gap"


def test_nothing_telling_is_kept_and_what_aws_wrote_is() -> None:
    page = {
        "ResourceTags": [{"Key": "elasticbeanstalk:environment-name", "Value": "shop"}, {"Key": "owner", "Value": SECRETS[0]}]
    }
    kept(LIST_TAGS.redact, page)
    assert page["ResourceTags"][0]["Value"] == "shop" and SECRETS[0] not in str(page)
    for rules, key in ((DESCRIBE_ENVIRONMENTS.redact, "Environments"), (DESCRIBE_APPLICATIONS.redact, "Applications")):
        assert SECRETS[0] not in str(kept(rules, {key: [{"Description": f"of {SECRETS[0]}"}]}))


@pytest.mark.parametrize("text", ["a@b.example", "+1 (212) 555-0100", "078-05-1120", "4111 1111 1111 1111"])
def test_what_looks_personal(text: str) -> None:
    assert personal(f"see {text}.") is not None


@pytest.mark.parametrize(
    "text",
    ["v1.2.3+20260930", "2026-09-30 23:04:51", "shop@night", "e-abcdef1234", "4111 1111 1111 1112", "012345678901", "0" * 16],
)
def test_what_does_not(text: str) -> None:
    assert personal(text) is None and in_name(text) is None
