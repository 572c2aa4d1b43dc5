"""Functions: closed to strangers, on a runtime that is patched, and their variables kept from everyone, us included."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.lambda_ import LIST_FUNCTIONS
from tests.judging import ACCOUNT, REGION, answered, ended, judge_answers

CLOSED, URL, VPC = "lambda.functions.policy-not-public", "lambda.function-urls.authorised", "lambda.functions.in-vpc"
KEY, RUNTIME = "lambda.functions.customer-key", "lambda.functions.runtime-supported"
ZONES = "lambda.functions.multi-az"
NAMED: dict[str, Any] = {"FunctionName": "resize"}
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:resize"


def functions(**more: Any) -> Answer:
    one = {"FunctionName": "resize", "FunctionArn": ARN, "Runtime": "python3.13", "PackageType": "Zip", **more}
    return answered("lambda", "ListFunctions", {"Functions": [{k: v for k, v in one.items() if v is not None}]})


def policy(**more: Any) -> dict[str, Any]:
    one = {"Sid": "a", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": ARN} | more
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [one]}), "RevisionId": "r"}


def of_url(kind: str) -> dict[str, Any]:
    return {"StringEquals": {"lambda:FunctionUrlAuthType": kind}, "Bool": {"lambda:InvokedViaFunctionUrl": "true"}}


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (policy(), "exception"),
        (policy(Principal={"AWS": "*"}), "exception"),
        (policy(Condition=of_url("NONE")), "exception"),
        (policy(Condition=of_url("AWS_IAM")), "exception"),
        (policy(Condition=of_url("AWS_IAM") | {"StringLike": {"aws:PrincipalOrgID": "o-larkfield"}}), "meets"),
        (policy(Condition={"StringEquals": {"AWS:SourceAccount": ACCOUNT}}), "meets"),
        (policy(Principal={"Service": "events.amazonaws.com"}), "meets"),
        (policy(Condition={"StringEquals": {"lambda:SourceFunctionArn": ARN}}), "gap"),
        (policy(Condition="always"), "gap"),
        ({"Policy": "{"}, "gap"),
        ({"Policy": json.dumps({"Statement": ["x"]})}, "gap"),
    ],
)
def test_a_function_is_closed_to_strangers(page: dict[str, Any], expected: str) -> None:
    assert judge_answers(CLOSED, functions(), answered("lambda", "GetPolicy", page, **NAMED))["resize"] == expected


def test_policies_that_are_not_there_or_could_not_be_read() -> None:
    for ending, expected in (("absent", "meets"), ("denied", "gap")):
        assert judge_answers(CLOSED, functions(), ended("lambda", "GetPolicy", ending, **NAMED))["resize"] == expected
    for requirement in (CLOSED, ZONES):
        assert judge_answers(requirement, ended("lambda", "ListFunctions", "denied")).result.judgement == "gap"
        none = answered("lambda", "ListFunctions", {"Functions": []})
        assert judge_answers(requirement, none).result.judgement == "not_applicable"


def test_a_url_asks_for_a_signature() -> None:
    def of(**more: Any) -> list[str]:
        one = {"FunctionUrl": "https://abc.lambda-url.example/", "FunctionArn": ARN, **more}
        answer = answered("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": [one]}, **NAMED)
        return [m.judgement for m in judge_answers(URL, functions(), answer).members]

    assert of(AuthType="AWS_IAM") == ["meets"]
    assert of(AuthType="NONE") == ["exception"]
    assert of() == ["gap"]
    none = answered("lambda", "ListFunctionUrlConfigs", {"FunctionUrlConfigs": []}, **NAMED)
    assert judge_answers(URL, functions(), none).result.judgement == "not_applicable"
    denied = ended("lambda", "ListFunctionUrlConfigs", "denied", **NAMED)
    assert judge_answers(URL, functions(), denied).result.judgement == "gap"


@pytest.mark.parametrize(
    ("config", "expected"),
    [({"VpcId": "vpc-1"}, "meets"), ({"VpcId": "", "SubnetIds": []}, "exception"), (None, "exception"), ("vpc-1", "gap")],
)
def test_a_function_is_in_a_vpc(config: Any, expected: str) -> None:
    assert judge_answers(VPC, functions(VpcConfig=config))["resize"] == expected


def subnets(**zones: Any) -> Answer:
    found = [{"SubnetId": f"subnet-{name}", "VpcId": "vpc-1", "AvailabilityZone": zone} for name, zone in zones.items()]
    return answered("ec2", "DescribeSubnets", {"Subnets": found})


TWO_ZONES = subnets(a="eu-west-1a", b="eu-west-1b", c="eu-west-1a")
NO_SUBNETS = ended("ec2", "DescribeSubnets", "denied")


@pytest.mark.parametrize(
    ("config", "listed", "expected"),
    [
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-b"]}, TWO_ZONES, "meets"),
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a"]}, TWO_ZONES, "exception"),
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-c"]}, TWO_ZONES, "exception"),  # two subnets, one zone
        ({"VpcId": "vpc-1", "SubnetIds": []}, TWO_ZONES, "exception"),
        ({"VpcId": "", "SubnetIds": []}, TWO_ZONES, "not_applicable"),
        (None, TWO_ZONES, "not_applicable"),
        (None, NO_SUBNETS, "not_applicable"),
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-b"]}, NO_SUBNETS, "gap"),
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-z"]}, TWO_ZONES, "gap"),
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-b"]}, subnets(a="eu-west-1a", b=None), "gap"),
        ({"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-b"]}, subnets(a="eu-west-1a", b=7), "gap"),
        ({"VpcId": "vpc-1"}, TWO_ZONES, "gap"),
        ({"VpcId": "vpc-1", "SubnetIds": "subnet-a"}, TWO_ZONES, "gap"),
        ("vpc-1", TWO_ZONES, "gap"),
    ],
)
def test_a_function_in_a_vpc_has_several_zones(config: Any, listed: Answer, expected: str) -> None:
    assert judge_answers(ZONES, functions(VpcConfig=config), listed)["resize"] == expected


def test_how_many_zones_is_the_program_s_to_say() -> None:
    config = {"VpcId": "vpc-1", "SubnetIds": ["subnet-a", "subnet-b"]}
    assert judge_answers(ZONES, functions(VpcConfig=config), TWO_ZONES, zones=3)["resize"] == "exception"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Environment": {"Variables": {"A": "b"}}, "KMSKeyArn": "arn:aws:kms:x"}, "meets"),
        ({"Environment": {"Variables": {"A": "b"}}}, "exception"),
        ({"Environment": {"Error": {"ErrorCode": "AccessDeniedException"}}}, "exception"),
        ({"Environment": {"Variables": {}}}, "not_applicable"),
        ({}, "not_applicable"),
        ({"Environment": "A=b"}, "gap"),
    ],
)
def test_variables_are_encrypted_under_a_key_of_the_customer_s(given: dict[str, Any], expected: str) -> None:
    assert judge_answers(KEY, functions(**given))["resize"] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "meets"),
        ({"Runtime": "python3.9"}, "exception"),
        ({"Runtime": "python9.1"}, "gap"),
        ({"Runtime": None}, "gap"),
        ({"Runtime": 3}, "gap"),
        ({"Runtime": None, "PackageType": "Image"}, "not_applicable"),
        ({"PackageType": None}, "gap"),
    ],
)
def test_a_runtime_is_supported(given: dict[str, Any], expected: str) -> None:
    assert judge_answers(RUNTIME, functions(**given))["resize"] == expected


def test_the_lists_of_runtimes_are_the_reader_s_to_change() -> None:
    assert judge_answers(RUNTIME, functions(), supported=[])["resize"] == "gap"
    assert judge_answers(RUNTIME, functions(), deprecated=["python3.13"])["resize"] == "exception"


def test_no_variable_s_value_is_kept() -> None:
    image = {"ImageConfig": {"Command": ["--token", "hunter-2-long"], "EntryPoint": ["run", "hunter-2-long"]}}
    environment = {"Variables": {"DB_PASSWORD": "hunter-2-long"}, "Error": {"Message": "hunter-2-long"}}
    page = {"Functions": [{"FunctionName": "resize", "Environment": environment, "ImageConfigResponse": image}]}
    Redactor(b"k" * 32).apply(page, LIST_FUNCTIONS.redact)
    assert "hunter" not in json.dumps(page) and "DB_PASSWORD" in json.dumps(page)
