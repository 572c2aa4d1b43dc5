"""Amazon Elastic Container Service: clusters, services, and the task definitions that are running.

Values of environment variables, commands, labels and the options of log drivers can hold secrets: markers are kept instead.
Task definitions are those of the tasks that ran when they were asked for, whoever started them (a service, a schedule, Elastic
Beanstalk): a definition that waits to be run is not seen.
"""

from collections.abc import Iterator
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, items, text

_NO_CLUSTER = frozenset({"ClusterNotFoundException"})
_MISSING = "MISSING"
_AT_ONCE = 100
_OPTION = "log driver option"


def _is_free(log: Item) -> bool:
    """Options of a driver that sends logs to others may hold its token; those of awslogs name a log group."""
    return log.get("logDriver") != "awslogs"


LIST_CLUSTERS = Ask("ecs", "ListClusters", ("ecs:ListClusters",), parameters={"maxResults": 100}, result="clusterArns")
DESCRIBE_CLUSTERS = Ask(
    "ecs", "DescribeClusters", ("ecs:DescribeClusters",), parameters={"include": ["SETTINGS", "CONFIGURATIONS"]},
    each="ecs.clusters", given={"clusters": ("clusterArn",)}, result="clusters",
)  # fmt: skip
LIST_SERVICES = Ask(
    "ecs", "ListServices", ("ecs:ListServices",), parameters={"maxResults": 100}, each="ecs.clusters",
    given={"cluster": "clusterArn"}, gone=_NO_CLUSTER, result="serviceArns",
)  # fmt: skip
DESCRIBE_SERVICES = Ask(
    "ecs", "DescribeServices", ("ecs:DescribeServices",), each="ecs.services",
    given={"cluster": "clusterArn", "services": ("serviceArn",)}, gone=_NO_CLUSTER, result="services",
    redact=(Redact("services[].deployments[].serviceConnectConfiguration.logConfiguration", _OPTION, key="options", when=_is_free),),
)  # fmt: skip
LIST_TASKS = Ask(
    "ecs", "ListTasks", ("ecs:ListTasks",), parameters={"maxResults": 100}, each="ecs.clusters", given={"cluster": "clusterArn"},
    gone=_NO_CLUSTER, result="taskArns",
)  # fmt: skip
_OVERRIDE = "tasks[].overrides.containerOverrides[]"
DESCRIBE_TASKS = Ask(
    "ecs", "DescribeTasks", ("ecs:DescribeTasks",), each="ecs.task-batches", given={"cluster": "clusterArn", "tasks": "tasks"},
    gone=_NO_CLUSTER, result="tasks",
    redact=(
        Redact(f"{_OVERRIDE}.environment[]", "environment variable", key="value", name="name"),
        Redact(_OVERRIDE, "command line", key="command"),
    ),
)  # fmt: skip
_CONTAINER = "taskDefinition.containerDefinitions[]"
DESCRIBE_TASK_DEFINITION = Ask(
    "ecs", "DescribeTaskDefinition", ("ecs:DescribeTaskDefinition",), each="ecs.task-definitions",
    given={"taskDefinition": "taskDefinitionArn"}, result="taskDefinition",
    redact=(
        Redact(f"{_CONTAINER}.environment[]", "environment variable", key="value", name="name"),
        Redact(_CONTAINER, "command line", key="command"),
        Redact(_CONTAINER, "command line", key="entryPoint"),
        Redact(f"{_CONTAINER}.healthCheck", "command line", key="command"),
        Redact(_CONTAINER, "label", key="dockerLabels"),
        Redact(f"{_CONTAINER}.logConfiguration", _OPTION, key="options", when=_is_free),
        Redact(f"{_CONTAINER}.firelensConfiguration", _OPTION, key="options"),
        Redact("taskDefinition.volumes[].dockerVolumeConfiguration", "volume driver option", key="driverOpts"),
        Redact("taskDefinition.volumes[].dockerVolumeConfiguration", "label", key="labels"),
        Redact("taskDefinition.proxyConfiguration.properties[]", "proxy property", key="value", name="name"),
    ),
)  # fmt: skip


def _one(answer: Any, name: str) -> Item:
    """The one entry of the answer; what went away is {"status": "MISSING"}. Any other failure raises ValueError, a gap."""
    found = answer[name]
    if len(found) == 1:
        return dict(found[0])
    reasons = [failure["reason"] for failure in answer.get("failures") or ()]
    if not found and reasons == [_MISSING]:
        return {"status": _MISSING}
    raise ValueError(f"ECS could not say: {', '.join(reasons) or f'{len(found)} entries'}")


def _insights(_: Item, answer: Any) -> str | None:
    """The cluster's setting. A cluster without one is absent: the account's own setting then counts, which is not read."""
    settings = _one(answer, "clusters").get("settings") or ()
    return next((s["value"] for s in settings if s["name"] == "containerInsights"), None)


def _networks(_: Item, answer: Any) -> list[Item]:
    """The awsvpc settings of the service, its deployments and its task sets."""
    service = _one(answer, "services")
    holders = (service, *(service.get("deployments") or ()), *(service.get("taskSets") or ()))
    found = ((holder.get("networkConfiguration") or {}).get("awsvpcConfiguration") for holder in holders)
    return [network for network in found if network is not None]


def _platforms(_: Item, answer: Any) -> list[Item]:
    """Where the service's tasks run on Fargate: {family, version} as the service and its task sets ask for it."""
    service = _one(answer, "services")
    holders = [h for h in (service, *(service.get("taskSets") or ())) if h.get("platformVersion")]
    return [{"family": h.get("platformFamily"), "version": h["platformVersion"]} for h in holders]


def _batches(answer: Any) -> Iterator[Item]:
    """As many tasks as one call describes."""
    tasks = answer["taskArns"]
    for start in range(0, len(tasks), _AT_ONCE):
        yield {"first": tasks[start], "tasks": tasks[start : start + _AT_ONCE]}


def _definitions(answer: Any) -> list[Item]:
    """The task definitions of the tasks. A task that stopped meanwhile is left out; any other failure raises ValueError."""
    for failure in answer.get("failures") or ():
        if failure["reason"] != _MISSING:
            raise ValueError(f"{failure.get('arn')}: {failure['reason']}")
    return [{"taskDefinitionArn": task["taskDefinitionArn"]} for task in answer["tasks"]]


def _containers(_: Item, answer: Any) -> list[Item]:
    """AWS registers no definition without a container: an answer without one cannot be right."""
    found = answer["taskDefinition"]["containerDefinitions"]
    if not found:
        raise ValueError("the task definition has no container")
    return list(found)


CLUSTERS = PopulationSpec(
    name="ecs.clusters",
    noun="ECS cluster",
    type="AWS::ECS::Cluster",
    listed_by=LIST_CLUSTERS,
    rows=lambda answer: [{"clusterArn": arn} for arn in answer["clusterArns"]],
    identity="clusterArn",
    arn="{clusterArn}",
    columns={
        "status": text(of=DESCRIBE_CLUSTERS, read=lambda _, answer: _one(answer, "clusters").get("status")),
        "insights": text(of=DESCRIBE_CLUSTERS, read=_insights, label="Container Insights"),
    },
)
SERVICES = PopulationSpec(
    name="ecs.services",
    noun="ECS service",
    type="AWS::ECS::Service",
    listed_by=LIST_SERVICES,
    rows=lambda answer: [{"serviceArn": arn} for arn in answer["serviceArns"]],
    carries=("clusterArn",),
    identity="serviceArn",
    arn="{serviceArn}",
    columns={
        "status": text(of=DESCRIBE_SERVICES, read=lambda _, answer: _one(answer, "services").get("status")),
        "task_definition": text(of=DESCRIBE_SERVICES, read=lambda _, answer: _one(answer, "services").get("taskDefinition")),
        "networks": items(of=DESCRIBE_SERVICES, read=_networks, label="awsvpc settings"),
        "platforms": items(of=DESCRIBE_SERVICES, read=_platforms, label="Fargate platform versions"),
    },
)
TASK_BATCHES = PopulationSpec(
    name="ecs.task-batches",
    noun="batch of running ECS tasks",
    type="AWS::ECS::Task",
    listed_by=LIST_TASKS,
    rows=lambda answer: list(_batches(answer)),
    carries=("clusterArn",),
    identity="first",
    columns={},
)
TASK_DEFINITIONS = PopulationSpec(
    name="ecs.task-definitions",
    noun="ECS task definition in use",
    type="AWS::ECS::TaskDefinition",
    listed_by=DESCRIBE_TASKS,
    rows=_definitions,
    identity="taskDefinitionArn",
    arn="{taskDefinitionArn}",
    columns={
        "containers": items(of=DESCRIBE_TASK_DEFINITION, read=_containers),
        "volumes": items("taskDefinition.volumes", DESCRIBE_TASK_DEFINITION),
        "network_mode": text("taskDefinition.networkMode", DESCRIBE_TASK_DEFINITION),
        "pid_mode": text("taskDefinition.pidMode", DESCRIBE_TASK_DEFINITION, label="PID mode"),
        "ipc_mode": text("taskDefinition.ipcMode", DESCRIBE_TASK_DEFINITION, label="IPC mode"),
        "system": text(
            "taskDefinition.runtimePlatform.operatingSystemFamily", DESCRIBE_TASK_DEFINITION, label="operating system"
        ),
    },
)

SERVICE = Service(
    "ecs",
    "Amazon Elastic Container Service",
    asks=(
        LIST_CLUSTERS, DESCRIBE_CLUSTERS, LIST_SERVICES, DESCRIBE_SERVICES, LIST_TASKS, DESCRIBE_TASKS, DESCRIBE_TASK_DEFINITION,
    ),
    populations=(CLUSTERS, SERVICES, TASK_BATCHES, TASK_DEFINITIONS),
)  # fmt: skip
