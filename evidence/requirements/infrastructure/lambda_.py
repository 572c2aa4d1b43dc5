"""Functions: who may call them, and from where they call others."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_HOW = frozenset({"lambda:functionurlauthtype", "lambda:invokedviafunctionurl"})
"""Condition keys that say by which way a caller comes, never who it is."""


@requirement(
    "lambda.functions.policy-not-public",
    says="No Lambda function's resource policy lets everyone in.",
    why="Whoever may call a function acts with its role's rights, and whoever may change it has them.",
    logic="No Allow of the function's own resource policy names everyone (Principal * or NotPrincipal) unless a condition pins the caller: "
    "a fixed account, principal, organisation, source, VPC or address range, by an operator that fails where the key is missing. "
    "lambda:FunctionUrlAuthType and lambda:InvokedViaFunctionUrl say how a caller comes, not who it is. A function without a policy is "
    "open to its own account alone. Policies of published versions and aliases are not read.",
    covers=(),
    fix="aws lambda remove-permission for the statement, then add-permission with --principal and --source-account or --source-arn.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
)
def policy_not_public(functions: Population) -> Truth:
    return ~functions.policy.present() | functions.policy.free_of(lambda policy: open_to_everyone(_whoever(policy)))


def _whoever(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    """The policy without the conditions that only say by which way the caller comes."""
    raw = policy["Statement"]
    return {**policy, "Statement": [_unconditional(one) for one in ([raw] if isinstance(raw, Mapping) else raw)]}


def _unconditional(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    if not statement.get("Condition"):
        return statement
    kept = {
        operator: {key: value for key, value in keys.items() if key.lower() not in _HOW}
        for operator, keys in statement["Condition"].items()
    }
    return {**statement, "Condition": kept}


@requirement(
    "lambda.function-urls.authorised",
    says="Every URL of a Lambda function asks for a signature of IAM.",
    why="A URL without it answers anybody on the internet who knows it.",
    logic="AuthType is AWS_IAM; NONE asks for nothing before the function runs. Whether the function itself checks who calls is not read. "
    "URLs of the function and of its aliases are listed.",
    covers=(),
    shows=("function",),
    fix="aws lambda update-function-url-config --auth-type AWS_IAM; where the world is meant to come, put CloudFront or API Gateway before it.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
)
def authorised(urls: Population) -> Truth:
    return urls.authorisation == "AWS_IAM"


@requirement(
    "lambda.functions.in-vpc",
    says="Every Lambda function is connected to a VPC.",
    why="What it may reach is then held by security groups and routes, and the VPC's flow logs show it.",
    logic="VpcConfig.VpcId has a value; left out or empty, the function reaches AWS and the internet through Lambda's own network. Whether "
    "a function has anything to do in a VPC, the policy says: where it does not, accept the exception.",
    covers=(),
    shows=("runtime",),
    fix="Lambda console, function, Configuration, VPC; or aws lambda update-function-configuration --vpc-config.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
)
def in_vpc(functions: Population) -> Truth:
    return functions.vpc.present()


REQUIREMENTS = (policy_not_public, authorised, in_vpc)
