"""HTTP and WebSocket APIs: who called."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


def _unlogged(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{stage['StageName']} keeps no access logs"
        for stage in stages
        if not (stage.get("AccessLogSettings") or {}).get("DestinationArn")
    ]


@requirement(
    "apigatewayv2.apis.access-logs",
    says="Every stage of an HTTP or WebSocket API keeps access logs.",
    why="Without them nobody can say afterwards who called, and with what result.",
    logic="Every stage has AccessLogSettings with a DestinationArn. What the format records is not judged. An API without stages answers "
    "nobody, and meets.",
    covers=(),
    shows=("api_name", "protocol"),
    fix="API Gateway console, API, Logging, Edit; or aws apigatewayv2 update-stage --access-log-settings.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html",
)
def access_logs(apis: Population) -> Truth:
    return apis.stages.free_of(_unlogged)


REQUIREMENTS = (access_logs,)
