"""ECS: what containers say is kept, and clusters are measured."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.containers import IN_USE, STANDING
from evidence.requirements.declare import requirement

SENDING = frozenset({"awslogs", "awsfirelens", "splunk", "gelf", "fluentd", "syslog"})
STAYING = frozenset({"json-file", "journald", "local", "none"})


def _unsent(containers: list[Mapping[str, Any]]) -> Iterator[str]:
    for container in containers:
        driver = (container.get("logConfiguration") or {}).get("logDriver")
        if driver is None:
            yield f"{container['name']} has no log driver"
        elif driver in STAYING:
            yield f"{container['name']} logs to its host alone ({driver})"
        elif driver not in SENDING:
            raise ValueError(f"log driver {driver}")


@requirement(
    "ecs.task-definitions.logs-sent",
    says="Every container of an ECS task definition in use sends its log away from where it runs.",
    why="A container's own log ends with it, and on its host it is the first thing that an intruder removes.",
    logic="Each container definition has a logConfiguration with a logDriver that sends: awslogs, awsfirelens, splunk, gelf, fluentd "
    "or syslog. json-file and journald stay on the host. Left out, nothing is sent. Whether somebody receives what is sent is not "
    "seen." + IN_USE,
    covers=(),
    fix="Register a new revision with logDriver awslogs and the log group's name in its options.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html",
)
def logs_sent(definitions: Population) -> Truth:
    return definitions.containers.free_of(_unsent)


@requirement(
    "ecs.clusters.container-insights",
    says="Every ECS cluster has Container Insights turned on.",
    why="Containers that die and start again all night, or run out of memory, are then seen in numbers and can raise an alarm.",
    logic="The cluster's setting containerInsights is enabled or enhanced. A cluster without the setting takes the account's, which is "
    "not read: that is a gap.",
    covers=(),
    applies=(STANDING,),
    fix="aws ecs update-cluster-settings --settings name=containerInsights,value=enhanced.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html",
)
def container_insights(clusters: Population) -> Truth:
    return clusters.insights.is_in(("enabled", "enhanced"))


REQUIREMENTS = (logs_sent, container_insights)
