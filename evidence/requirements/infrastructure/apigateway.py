"""REST APIs: who may call, and what stands in front."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

PUBLIC = Applies(
    lambda apis: apis.endpoints.some(lambda kind: kind != "PRIVATE"),
    "It is private: it answers only through VPC endpoints that its resource policy names.",
)


AUTHORISED = ("AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
"""How a method may ask. Source: API Gateway API reference, Method, authorizationType."""


def _anybody(methods: Sequence[Mapping[str, str]]) -> list[str]:
    open_to_all = [one for one in methods if one["authorisation"] == "NONE" and one["method"] != "OPTIONS"]
    strange = [one for one in methods if one["authorisation"] not in ("NONE", *AUTHORISED)]
    if strange and not open_to_all:
        one = strange[0]
        raise ValueError(f"{one['method']} {one['path']} has the authorisation {one['authorisation']}, which is not known")
    return [f"{one['method']} {one['path']} asks nobody who he is" for one in open_to_all]


@requirement(
    "apigateway.rest-apis.authorised",
    says="Every method of a REST API that the internet reaches asks callers who they are.",
    why="A method without authorisation does its work for anybody who finds it.",
    logic="The authorizationType of every method is AWS_IAM, CUSTOM or COGNITO_USER_POOLS and not NONE (any other is unknown), OPTIONS aside, which browsers ask without credentials. An "
    "API key is no authorisation: it says which plan is charged. Whether the backend itself checks callers is not read; where it does, "
    "or the method is meant for everyone, accept the exception.",
    covers=(),
    applies=(PUBLIC,),
    shows=("api_name",),
    fix="API Gateway console, API, Resources, method, Method request, Authorization; or aws apigateway update-method.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
)
def authorised(apis: Population) -> Truth:
    return apis.methods.free_of(_anybody)


def _unguarded(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{stage['stageName']} has no web ACL" for stage in stages if not stage.get("webAclArn")]


@requirement(
    "apigateway.rest-apis.web-acl",
    says="Every stage of a REST API that the internet reaches stands behind a web ACL.",
    why="Without one every request reaches the backend, however plainly it is an attack.",
    logic="Every stage has a webAclArn. What the web ACL does and records is judged by wafv2.web-acls.blocks and wafv2.web-acls.logging.",
    covers=(),
    applies=(PUBLIC,),
    shows=("api_name",),
    fix="API Gateway console, API, Stages, stage, Edit, Web application firewall; or aws wafv2 associate-web-acl with the stage's ARN.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html",
)
def web_acl(apis: Population) -> Truth:
    return apis.stages.free_of(_unguarded)


REQUIREMENTS = (authorised, web_acl)
