"""APIs: orders, as it should be; an old one that anybody may call; and the same twice for HTTP."""

from tests.larkfield.base import ago, digits
from tests.larkfield.more.place import FORMULA, Answer, More
from tests.larkfield.more.secrets import FRONT_DOOR
from tests.larkfield.network import Names


def add_apis(place: More, n: Names) -> None:
    name = "orders" if n.good else FORMULA
    api = digits(f"api {n.id}", 10)
    described = {
        "id": api,
        "name": name,
        "createdDate": ago(700),
        "endpointConfiguration": {"types": ["REGIONAL" if n.good else "EDGE"]},
    }
    place.put("apigateway", "GetRestApis", {"items": [described]})
    place.put("apigateway", "GetStages", {"item": [_stage(place, n.good)]}, restApiId=api)
    place.put("apigateway", "GetResources", {"items": [{"id": "root", "path": "/"}, _resource(n.good)]}, restApiId=api)
    domain = {
        "domainName": f"api.{place.region}.larkfield.example",
        "domainNameStatus": "AVAILABLE",
        "securityPolicy": "TLS_1_2" if n.good else "TLS_1_0",
    }
    place.put("apigateway", "GetDomainNames", {"items": [domain]})
    _add_http_api(place, n)


def _stage(place: More, good: bool) -> Answer:
    """A variable of the stage holds what must not be kept."""
    setting = {
        "loggingLevel": "ERROR" if good else "OFF",
        "cachingEnabled": True,
        "cacheDataEncrypted": good,
        "dataTraceEnabled": False,
    }
    stage: Answer = {
        "stageName": "prod", "deploymentId": digits("deployment", 6), "cacheClusterEnabled": True, "cacheClusterSize": "0.5", "createdDate": ago(700),
        "methodSettings": {"*/*": setting}, "variables": {"backendKey": FRONT_DOOR}, "tracingEnabled": False,
    }  # fmt: skip
    if good:
        stage["accessLogSettings"] = {
            "destinationArn": place.arn("logs", "log-group:/apis/orders"),
            "format": "$context.requestId",
        }
        stage["webAclArn"] = place.arn("wafv2", "regional/webacl/front/0")
        stage["clientCertificateId"] = digits("certificate", 6)
    return stage


def _resource(good: bool) -> Answer:
    """The backend knows the API by a header that must not be kept."""
    integration = {
        "type": "HTTP_PROXY", "connectionType": "INTERNET", "httpMethod": "POST", "uri": "https://backend.larkfield.example/orders",
        "requestParameters": {"integration.request.header.x-front-door": f"'{FRONT_DOOR}'"},
    }  # fmt: skip
    said = {
        "httpMethod": "POST",
        "authorizationType": "AWS_IAM" if good else "NONE",
        "apiKeyRequired": False,
        "methodIntegration": integration,
    }
    return {"id": "orders", "parentId": "root", "pathPart": "orders", "path": "/orders", "resourceMethods": {"POST": said}}


def _add_http_api(place: More, n: Names) -> None:
    api = digits(f"http api {n.id}", 10)
    described = {
        "ApiId": api,
        "Name": "stock",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
    }
    place.put("apigatewayv2", "GetApis", {"Items": [described]})
    logs = {"AccessLogSettings": {"DestinationArn": place.arn("logs", "log-group:/apis/stock"), "Format": "$context.requestId"}}
    place.put(
        "apigatewayv2",
        "GetStages",
        {"Items": [{"StageName": "$default", "AutoDeploy": True, **(logs if n.good else {})}]},
        ApiId=api,
    )
    route = {
        "RouteId": digits("route", 7),
        "RouteKey": "GET /stock/{isbn}",
        "AuthorizationType": "JWT" if n.good else "NONE",
        "ApiKeyRequired": False,
    }
    place.put("apigatewayv2", "GetRoutes", {"Items": [route]}, ApiId=api)
