"""REST APIs: who called, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


def _unlogged(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"{stage['stageName']} keeps no access logs"
        for stage in stages
        if not (stage.get("accessLogSettings") or {}).get("destinationArn")
    ]


@requirement(
    "apigateway.rest-apis.access-logs",
    says="Every stage of a REST API keeps access logs.",
    why="Without them nobody can say afterwards who called, and with what result.",
    logic="Every stage has accessLogSettings with a destinationArn. What the format records is not judged. An API without stages answers "
    "nobody, and meets.",
    covers=(),
    shows=("api_name",),
    fix="API Gateway console, API, Stages, stage, Logs and tracing, Edit, Custom access logging; or aws apigateway update-stage.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
)
def access_logs(apis: Population) -> Truth:
    return apis.stages.free_of(_unlogged)


_LEVELS = frozenset({"ERROR", "INFO"})


def _silent(stages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Stages that log nothing of what they do, or not for every method."""
    found = []
    for stage in stages:
        settings = stage.get("methodSettings") or {}
        if "*/*" not in settings:
            found.append(f"{stage['stageName']} has no logging level for all methods")
        found += [
            f"{stage['stageName']}: {method} logs at {one.get('loggingLevel') or 'no level'}"
            for method, one in settings.items()
            if one.get("loggingLevel") not in _LEVELS
        ]
    return found


@requirement(
    "apigateway.rest-apis.execution-logs",
    says="Every stage of a REST API logs at least the errors of its methods.",
    why="Failed and refused calls are how an attack begins, and how a fault shows.",
    logic="Every stage's methodSettings have */* with the loggingLevel ERROR or INFO, and no other of them another level.",
    covers=(),
    shows=("api_name",),
    fix="API Gateway console, API, Stages, stage, Logs and tracing, Edit, CloudWatch logs: Errors only, or Error and info logs.",
    source="https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html",
)
def execution_logs(apis: Population) -> Truth:
    return apis.stages.free_of(_silent)


REQUIREMENTS = (access_logs, execution_logs)
