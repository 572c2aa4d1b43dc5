"""Amazon API Gateway: REST APIs, their stages and methods, and the domain names of APIs of every kind.

Stage variables, and what a method puts into a request to its backend, can hold secrets: neither is kept.
"""

from collections.abc import Mapping
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, items, text

_ACTION = ("apigateway:GET",)
_EACH, _GIVEN = "apigateway.rest-apis", {"restApiId": "id"}
_GONE = frozenset({"NotFoundException"})
_METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_SENT = ("credentials", "integrationResponses", "requestParameters", "requestTemplates", "uri")

GET_REST_APIS = Ask("apigateway", "GetRestApis", _ACTION, parameters={"limit": 500}, result="items")
GET_STAGES = Ask(
    "apigateway", "GetStages", _ACTION, each=_EACH, given=_GIVEN, gone=_GONE, result="item",
    redact=(
        Redact("item[]", "stage variable", key="variables"),
        Redact("item[].canarySettings", "stage variable", key="stageVariableOverrides"),
    ),
)  # fmt: skip
# Without embed the methods are named, and nothing more is said of them.
GET_RESOURCES = Ask(
    "apigateway", "GetResources", _ACTION, parameters={"embed": ["methods"], "limit": 500}, each=_EACH, given=_GIVEN, gone=_GONE,
    result="items",
    redact=tuple(
        Redact(f"items[].resourceMethods.{method}.methodIntegration", "request to a backend", key=key)
        for method in _METHODS
        for key in _SENT
    ),
)  # fmt: skip
GET_DOMAIN_NAMES = Ask("apigateway", "GetDomainNames", _ACTION, parameters={"limit": 500}, result="items")


def _methods(api: Item, answer: Any) -> list[Mapping[str, Any]]:
    """Every method of every resource: {path, method, authorisation, backend}. A resource without methods has none."""
    return [
        {
            "path": resource["path"],
            "method": method,
            "authorisation": str(said["authorizationType"]),
            "backend": _backend(said.get("methodIntegration") or {}),
        }
        for resource in answer["items"]
        for method, said in (resource.get("resourceMethods") or {}).items()
    ]


def _backend(integration: Mapping[str, Any]) -> str:
    """How the backend is asked: "HTTP" over the internet, "VPC_LINK", "AWS", "MOCK"; empty where none is set."""
    kind = str(integration.get("type", "")).removesuffix("_PROXY")
    return "VPC_LINK" if kind == "HTTP" and integration.get("connectionType") == "VPC_LINK" else kind


REST_APIS = PopulationSpec(
    name=_EACH,
    noun="REST API",
    type="AWS::ApiGateway::RestApi",
    listed_by=GET_REST_APIS,
    items="items[]",
    identity="id",
    arn="arn:{partition}:apigateway:{region}::/restapis/{id}",
    columns={
        "api_name": text("name"),
        "endpoints": items("endpointConfiguration.types", label="endpoint types"),
        "stages": items("item", GET_STAGES),
        "methods": items(of=GET_RESOURCES, read=_methods),
    },
)
DOMAIN_NAMES = PopulationSpec(
    name="apigateway.domain-names",
    noun="domain name of APIs",
    type="AWS::ApiGateway::DomainName",
    listed_by=GET_DOMAIN_NAMES,
    items="items[]",
    identity="domainName",
    arn="arn:{partition}:apigateway:{region}::/domainnames/{domainName}",
    columns={"security_policy": text("securityPolicy"), "status": text("domainNameStatus")},
)

SERVICE = Service(
    "apigateway",
    "Amazon API Gateway (REST APIs)",
    asks=(GET_REST_APIS, GET_STAGES, GET_RESOURCES, GET_DOMAIN_NAMES),
    populations=(REST_APIS, DOMAIN_NAMES),
)
