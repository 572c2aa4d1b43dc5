"""APIs of every kind: who may call, over what, behind what, and who is told of it."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services import apigateway, apigatewayv2
from tests.judging import REGION, answered, ended, judge_answers

REST = "apigateway.rest-apis"
V2 = "apigatewayv2.apis"


def apis(*types: str) -> Answer:
    one = {"id": "r1", "name": "orders", "endpointConfiguration": {"types": list(types or ("REGIONAL",))}}
    return answered("apigateway", "GetRestApis", {"items": [one]}, limit=500)


def of_stages(requirement: str, *stages: Any, types: tuple[str, ...] = (), more: tuple[Answer, ...] = ()) -> str:
    answer = answered("apigateway", "GetStages", {"item": list(stages)}, restApiId="r1")
    return judge_answers(f"{REST}.{requirement}", apis(*types), answer, *more)["r1"]


def stage(**more: Any) -> dict[str, Any]:
    return {"stageName": "prod", **more}


ALL, CACHED = "*/*", {"cachingEnabled": True, "cacheDataEncrypted": True}


@pytest.mark.parametrize(
    ("requirement", "stages", "expected"),
    [
        ("access-logs", [stage(accessLogSettings={"destinationArn": "arn:x"})], "meets"),
        ("access-logs", [], "meets"),
        ("access-logs", [stage(accessLogSettings={"destinationArn": "arn:x"}), stage()], "exception"),
        ("access-logs", [stage(accessLogSettings={"format": "$context.requestId"})], "exception"),
        ("access-logs", [{}], "gap"),
        ("access-logs", ["prod"], "gap"),
        ("execution-logs", [stage(methodSettings={ALL: {"loggingLevel": "ERROR"}})], "meets"),
        ("execution-logs", [stage(methodSettings={ALL: {"loggingLevel": "INFO"}, "a/GET": {"loggingLevel": "OFF"}})], "exception"),
        ("execution-logs", [stage(methodSettings={"a/GET": {"loggingLevel": "INFO"}})], "exception"),
        ("execution-logs", [stage(methodSettings={ALL: {}})], "exception"),
        ("execution-logs", [stage()], "exception"),
        ("execution-logs", [stage(methodSettings="INFO")], "gap"),
        ("web-acl", [stage(webAclArn="arn:waf")], "meets"),
        ("web-acl", [stage(webAclArn="arn:waf"), stage()], "exception"),
        ("web-acl", [{}], "gap"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={ALL: CACHED})], "meets"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={ALL: CACHED | {"cacheDataEncrypted": False}})], "exception"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={ALL: CACHED, "a/GET": CACHED | {"cacheDataEncrypted": False}})], "exception"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={ALL: {"cachingEnabled": False, "cacheDataEncrypted": False}})], "meets"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={ALL: CACHED | {"cachingEnabled": None}})], "gap"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={ALL: CACHED | {"cacheDataEncrypted": None}})], "gap"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True, methodSettings={})], "gap"),
        ("cache-encrypted", [stage(cacheClusterEnabled=True)], "gap"),
        ("cache-encrypted", [stage(cacheClusterEnabled=False)], "not_applicable"),
    ],
)  # fmt: skip
def test_stages_of_rest_apis(requirement: str, stages: list[Any], expected: str) -> None:
    assert of_stages(requirement, *stages) == expected


def methods(resource: Any) -> Answer:
    return answered(
        "apigateway", "GetResources", {"items": [{"path": "/"}, resource]}, embed=["methods"], limit=500, restApiId="r1"
    )


def method(authorisation: str | None, name: str = "POST", **integration: str) -> dict[str, Any]:
    said = {"httpMethod": name, "apiKeyRequired": True, "methodIntegration": integration}
    return {"path": "/orders", "resourceMethods": {name: said | ({"authorizationType": authorisation} if authorisation else {})}}


@pytest.mark.parametrize(
    ("resource", "types", "expected"),
    [
        (method("AWS_IAM"), ("REGIONAL",), "meets"),
        (method("COGNITO_USER_POOLS"), ("EDGE",), "meets"),
        (method("NONE"), ("EDGE",), "exception"),
        (method("NONE", "OPTIONS"), ("EDGE",), "meets"),
        (method("NONE"), ("PRIVATE",), "not_applicable"),
        (method(None), ("REGIONAL",), "gap"),
        ("/orders", ("REGIONAL",), "gap"),
    ],
)
def test_a_method_asks_callers_who_they_are(resource: Any, types: tuple[str, ...], expected: str) -> None:
    assert judge_answers(f"{REST}.authorised", apis(*types), methods(resource))["r1"] == expected


def test_servers_on_the_internet_are_shown_a_certificate() -> None:
    def of(resource: Any, **more: Any) -> str:
        return of_stages("client-certificate", stage(**more), more=(methods(resource),))

    assert of(method("AWS_IAM", type="HTTP_PROXY"), clientCertificateId="c1") == "meets"
    assert of(method("AWS_IAM", type="HTTP_PROXY")) == "exception"
    assert of(method("AWS_IAM", type="HTTP", connectionType="INTERNET")) == "exception"
    assert of(method("AWS_IAM", type="HTTP", connectionType="VPC_LINK")) == "not_applicable"
    assert of(method("AWS_IAM", type="AWS_PROXY")) == "not_applicable"
    denied = ended("apigateway", "GetResources", "denied", embed=["methods"], limit=500, restApiId="r1")
    assert of_stages("client-certificate", stage(), more=(denied,)) == "gap"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("TLS_1_2", "meets"),
        ("SecurityPolicy_TLS13_1_3_2025_09", "meets"),
        ("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "meets"),
        ("SecurityPolicy_TLS12_PFS_2025_EDGE", "meets"),
        ("SecurityPolicy_TLS13_2025_EDGE", "meets"),
        ("TLS_1_0", "exception"),
        ("SecurityPolicy_TLS13_1_0_2030_01", "exception"),
        (None, "gap"),
        (12, "gap"),
    ],
)
def test_domain_names_ask_for_tls_1_2(policy: Any, expected: str) -> None:
    one = {"domainName": "api.larkfield.example"} | ({} if policy is None else {"securityPolicy": policy})
    listed = answered("apigateway", "GetDomainNames", {"items": [one]}, limit=500)
    judged = judge_answers("apigateway.domain-names.tls-policy", listed)
    assert judged["api.larkfield.example"] == expected
    assert judged.members[0].arn == f"arn:aws:apigateway:{REGION}::/domainnames/api.larkfield.example"


def of_v2(requirement: str, operation: str, *found: Any) -> str:
    listed = answered("apigatewayv2", "GetApis", {"Items": [{"ApiId": "h1", "Name": "shop", "ProtocolType": "HTTP"}]})
    return judge_answers(f"{V2}.{requirement}", listed, answered("apigatewayv2", operation, {"Items": list(found)}, ApiId="h1"))[
        "h1"
    ]


def route(key: str, authorisation: str) -> dict[str, str]:
    return {"RouteKey": key, "AuthorizationType": authorisation}


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([route("GET /a", "JWT"), route("OPTIONS /a", "NONE")], "meets"),
        ([route("$connect", "AWS_IAM"), route("$default", "NONE"), route("send", "NONE")], "meets"),
        ([], "meets"),
        ([route("GET /a", "JWT"), route("$default", "NONE")], "exception"),
        ([route("$connect", "NONE")], "exception"),
        ([{"RouteKey": "GET /a"}], "gap"),
        (["GET /a"], "gap"),
    ],
)
def test_a_route_asks_callers_who_they_are(routes: list[Any], expected: str) -> None:
    assert of_v2("authorised", "GetRoutes", *routes) == expected


def test_stages_of_http_apis_keep_access_logs() -> None:
    logged = {"StageName": "$default", "AccessLogSettings": {"DestinationArn": "arn:x"}}
    assert of_v2("access-logs", "GetStages", logged) == "meets"
    assert of_v2("access-logs", "GetStages", logged, {"StageName": "beta"}) == "exception"
    assert of_v2("access-logs", "GetStages", {"AccessLogSettings": {}}) == "gap"


@pytest.mark.parametrize(
    "requirement", ["access-logs", "execution-logs", "web-acl", "cache-encrypted", "authorised", "client-certificate"]
)
def test_rest_apis_that_could_not_be_read(requirement: str) -> None:
    stages = ended("apigateway", "GetStages", "denied", restApiId="r1")
    resources = ended("apigateway", "GetResources", "denied", embed=["methods"], limit=500, restApiId="r1")
    assert judge_answers(f"{REST}.{requirement}", apis(), stages, resources)["r1"] == "gap"
    assert (
        judge_answers(f"{REST}.{requirement}", ended("apigateway", "GetRestApis", "denied", limit=500)).result.judgement == "gap"
    )
    none = answered("apigateway", "GetRestApis", {"items": []}, limit=500)
    assert judge_answers(f"{REST}.{requirement}", none).result.judgement == "not_applicable"


@pytest.mark.parametrize(("requirement", "operation"), [("access-logs", "GetStages"), ("authorised", "GetRoutes")])
def test_http_apis_that_could_not_be_read(requirement: str, operation: str) -> None:
    listed = answered("apigatewayv2", "GetApis", {"Items": [{"ApiId": "h1", "Name": "shop"}]})
    assert judge_answers(f"{V2}.{requirement}", listed, ended("apigatewayv2", operation, "denied", ApiId="h1"))["h1"] == "gap"
    assert not judge_answers(f"{V2}.{requirement}", listed, ended("apigatewayv2", operation, "gone", ApiId="h1")).members
    assert judge_answers(f"{V2}.{requirement}", ended("apigatewayv2", "GetApis", "denied")).result.judgement == "gap"


def test_no_variable_and_no_request_to_a_backend_is_kept() -> None:
    secret = "hunter-2-long"
    sent = {"requestParameters": {"integration.request.header.x-key": f"'{secret}'"}, "uri": f"https://shop.example/?k={secret}"}
    sent |= {"requestTemplates": {"application/json": secret}, "type": "HTTP"}
    resources: Any = {
        "items": [{"path": "/", "resourceMethods": {"GET": {"authorizationType": "NONE", "methodIntegration": sent}}}]
    }
    stages = {
        "item": [
            {"stageName": "prod", "variables": {"key": secret}, "canarySettings": {"stageVariableOverrides": {"key": secret}}}
        ]
    }
    others = {"Items": [{"StageName": "prod", "StageVariables": {"key": secret}}]}
    for page, ask in ((resources, apigateway.GET_RESOURCES), (stages, apigateway.GET_STAGES), (others, apigatewayv2.GET_STAGES)):
        Redactor(b"k" * 32).apply(page, ask.redact)
        assert secret not in str(page)
    assert resources["items"][0]["resourceMethods"]["GET"]["methodIntegration"]["type"] == "HTTP"
