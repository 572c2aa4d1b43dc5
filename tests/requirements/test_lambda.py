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
    assert judge_answers(CLOSED, ended("lambda", "ListFunctions", "denied")).result.judgement == "gap"
    assert judge_answers(CLOSED, answered("lambda", "ListFunctions", {"Functions": []})).result.judgement == "not_applicable"


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
