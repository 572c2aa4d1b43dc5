"""HTTP and WebSocket APIs: who may call."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

AUTHORISED = ("AWS_IAM", "CUSTOM", "JWT")
"""How a route may ask. Source: API Gateway V2 API reference, Route, authorizationType."""


def _anybody(routes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Routes that ask nobody who he is. Of a WebSocket API only $connect can ask; the others follow it."""
    connected = any([one["RouteKey"] == "$connect" for one in routes])
    asked = [one for one in routes if one["RouteKey"] == "$connect" or not connected]
    open_to_all = [one for one in asked if one["AuthorizationType"] == "NONE" and not one["RouteKey"].startswith("OPTIONS ")]
    strange = [one for one in asked if one["AuthorizationType"] not in ("NONE", *AUTHORISED)]
    if strange and not open_to_all:
        raise ValueError(f"{strange[0]['RouteKey']} has the authorisation {strange[0]['AuthorizationType']}, which is not known")
    return [f"{one['RouteKey']} asks nobody who he is" for one in open_to_all]


@requirement(
    "apigatewayv2.apis.authorised",
    says="Every route of an HTTP or WebSocket API asks callers who they are.",
    why="A route without authorisation does its work for anybody who finds it.",
    logic="The AuthorizationType of every route is AWS_IAM, CUSTOM or JWT and not NONE (any other is unknown), OPTIONS aside, which browsers ask without credentials; of a "
    "WebSocket API's routes $connect alone counts, which all callers take first. Whether the backend itself checks callers is not read; "
    "where it does, or the route is meant for everyone, accept the exception.",
    covers=(),
    shows=("api_name", "protocol"),
    fix="API Gateway console, API, Authorization, Attach authorizer to route; or aws apigatewayv2 update-route.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
)
def authorised(apis: Population) -> Truth:
    return apis.routes.free_of(_anybody)


REQUIREMENTS = (authorised,)
