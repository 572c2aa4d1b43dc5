"""Amazon API Gateway: HTTP and WebSocket APIs, their stages and routes. Their domain names are listed with those of REST APIs.

Stage variables can hold secrets: they are not kept.
"""

from evidence.services.declare import Ask, PopulationSpec, Redact, Service, items, text

_ACTION = ("apigateway:GET",)
_EACH, _GIVEN = "apigatewayv2.apis", {"ApiId": "ApiId"}
_GONE = frozenset({"NotFoundException"})

GET_APIS = Ask("apigatewayv2", "GetApis", _ACTION, result="Items")
GET_STAGES = Ask(
    "apigatewayv2", "GetStages", _ACTION, each=_EACH, given=_GIVEN, gone=_GONE, result="Items",
    redact=(Redact("Items[]", "stage variable", key="StageVariables"),),
)  # fmt: skip
GET_ROUTES = Ask("apigatewayv2", "GetRoutes", _ACTION, each=_EACH, given=_GIVEN, gone=_GONE, result="Items")

APIS = PopulationSpec(
    name=_EACH,
    noun="HTTP or WebSocket API",
    type="AWS::ApiGatewayV2::Api",
    listed_by=GET_APIS,
    items="Items[]",
    identity="ApiId",
    arn="arn:{partition}:apigateway:{region}::/apis/{ApiId}",
    columns={
        "api_name": text("Name", label="name"),
        "protocol": text("ProtocolType"),
        "stages": items("Items", GET_STAGES),
        "routes": items("Items", GET_ROUTES),
    },
)

SERVICE = Service(
    "apigatewayv2", "Amazon API Gateway (HTTP and WebSocket APIs)", asks=(GET_APIS, GET_STAGES, GET_ROUTES), populations=(APIS,)
)
