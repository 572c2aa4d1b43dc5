"""AWS Lambda: functions, who may call them, and how they are set. Values of environment variables are not kept.

Policies and URLs of published versions and aliases are their own; the function's own are read.
"""

from typing import Any

from evidence.services.config_items import capitalised
from evidence.services.declare import Ask, History, Item, PopulationSpec, Redact, Service, document, flag, items, text

_GONE = "ResourceNotFoundException"
_EACH, _GIVEN = "lambda.functions", {"FunctionName": "FunctionName"}

LIST_FUNCTIONS = Ask(
    "lambda", "ListFunctions", ("lambda:ListFunctions",), result="Functions",
    redact=(
        Redact("Functions[].Environment", "environment variable of a function", key="Variables"),
        Redact("Functions[].Environment.Error", "environment variable of a function", key="Message"),
        Redact("Functions[].ImageConfigResponse.ImageConfig", "command line of a function", key="Command"),
        Redact("Functions[].ImageConfigResponse.ImageConfig", "command line of a function", key="EntryPoint"),
    ),
)  # fmt: skip
# AWS says the same of a function without a policy and of one that went away.
GET_POLICY = Ask(
    "lambda", "GetPolicy", ("lambda:GetPolicy",), each=_EACH, given=_GIVEN, absent=frozenset({_GONE}), result="Policy"
)
LIST_URLS = Ask(
    "lambda", "ListFunctionUrlConfigs", ("lambda:ListFunctionUrlConfigs",), each=_EACH, given=_GIVEN, gone=frozenset({_GONE}),
    result="FunctionUrlConfigs",
)  # fmt: skip


def _has_variables(function: Item, _: Any) -> bool:
    """Whether there are environment variables: AWS leaves Environment out where there are none, and sends an error in their
    place where it cannot decrypt them."""
    environment = function.get("Environment") or {}
    return bool(environment.get("Variables") or environment.get("Error"))


def _vpc(function: Item, _: Any) -> str | None:
    """A function that was taken out of its VPC has an empty id."""
    return (function.get("VpcConfig") or {}).get("VpcId") or None


FUNCTIONS = PopulationSpec(
    name="lambda.functions",
    noun="Lambda function",
    type="AWS::Lambda::Function",
    listed_by=LIST_FUNCTIONS,
    items="Functions[]",
    identity="FunctionName",
    arn="{FunctionArn}",
    columns={
        "runtime": text("Runtime"),
        "package": text("PackageType", label="package type"),
        "has_variables": flag(read=_has_variables, label="has environment variables"),
        "key": text("KMSKeyArn", label="customer managed key"),
        "vpc": text(read=_vpc, label="VPC"),
        "subnets": items("VpcConfig.SubnetIds"),
        "policy": document("Policy", GET_POLICY, label="resource policy"),
    },
    history=History(
        "AWS::Lambda::Function",
        frozenset({"runtime", "package"}),
        lambda item: capitalised(item["configuration"]),
    ),
)
FUNCTION_URLS = PopulationSpec(
    name="lambda.function-urls",
    noun="URL of a Lambda function",
    type="AWS::Lambda::Url",
    listed_by=LIST_URLS,
    items="FunctionUrlConfigs[]",
    identity="FunctionUrl",
    arn="{FunctionArn}",
    columns={"function": text("FunctionArn"), "authorisation": text("AuthType", label="authorisation")},
)

SERVICE = Service("lambda", "AWS Lambda", asks=(LIST_FUNCTIONS, GET_POLICY, LIST_URLS), populations=(FUNCTIONS, FUNCTION_URLS))
