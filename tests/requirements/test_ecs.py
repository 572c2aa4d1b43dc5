"""ECS: services, running task definitions, clusters."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.ecs import DESCRIBE_SERVICES, DESCRIBE_TASK_DEFINITION, DESCRIBE_TASKS
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:"
CLUSTER, SERVICE = f"{_ARN}cluster/shop", f"{_ARN}service/shop/web"
TASK, DEFINITION = f"{_ARN}task/shop/0a1b", f"{_ARN}task-definition/web:3"
ADDRESS, PLATFORM, INSIGHTS = (
    "ecs.services.no-public-addresses",
    "ecs.services.platform-current",
    "ecs.clusters.container-insights",
)
PLAIN, LOGS = "ecs.task-definitions.no-plain-secrets", "ecs.task-definitions.logs-sent"
EFS = "ecs.task-definitions.efs-over-tls"
OF_DEFINITIONS = (
    PLAIN,
    LOGS,
    *(
        f"ecs.task-definitions.{name}"
        for name in ("not-privileged", "read-only-root", "named-user", "no-host-network", "no-host-processes")
    ),
)
CLUSTERS = answered("ecs", "ListClusters", {"clusterArns": [CLUSTER]}, maxResults=100)
LISTED: dict[str, Any] = {"maxResults": 100, "cluster": CLUSTER}
SERVICES = answered("ecs", "ListServices", {"serviceArns": [SERVICE]}, **LISTED)
TASKS = answered("ecs", "ListTasks", {"taskArns": [TASK]}, **LISTED)


def service(**more: Any) -> Answer:
    one = {"serviceArn": SERVICE, "clusterArn": CLUSTER, "status": "ACTIVE", **more}
    return answered("ecs", "DescribeServices", {"services": [one], "failures": []}, cluster=CLUSTER, services=[SERVICE])


def of_service(requirement: str, **more: Any) -> Judged:
    return judge_answers(requirement, CLUSTERS, SERVICES, service(**more))


def network(assign: Any) -> dict[str, Any]:
    given = {} if assign is None else {"assignPublicIp": assign}
    return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], **given}}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (network("DISABLED"), "meets"),
        (network(None), "meets"),
        (network("ENABLED"), "exception"),
        ({}, "not_applicable"),
        ({"taskSets": [network("ENABLED")]}, "exception"),
        ({"taskSets": [network("DISABLED")]}, "meets"),
        (network("DISABLED") | {"deployments": [network("ENABLED")]}, "exception"),
        (network("PERHAPS"), "gap"),
        ({"networkConfiguration": "none"}, "gap"),
        (network("ENABLED") | {"status": "INACTIVE"}, "not_applicable"),
    ],
)
def test_a_service_has_no_public_addresses(given: dict[str, Any], expected: str) -> None:
    judged = of_service(ADDRESS, **given)
    assert judged[SERVICE] == expected
    assert judged.members[0].arn == SERVICE


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"platformVersion": "LATEST"}, "meets"),
        ({"platformVersion": "1.4.0", "platformFamily": "Linux"}, "meets"),
        ({"platformVersion": "1.3.0", "platformFamily": "Linux"}, "exception"),
        ({"platformVersion": "1.0.0", "platformFamily": "Linux"}, "exception"),
        ({"platformVersion": "1.0.0", "platformFamily": "WINDOWS_SERVER_2022_CORE"}, "meets"),
        ({"platformVersion": "1.4.0"}, "gap"),
        ({"launchType": "EC2"}, "not_applicable"),
        ({"taskSets": [{"platformVersion": "1.2.0", "platformFamily": "Linux"}]}, "exception"),
        ({"platformVersion": "1.4.0", "platformFamily": 3}, "gap"),
    ],
)
def test_a_service_on_fargate_runs_on_the_latest_platform(given: dict[str, Any], expected: str) -> None:
    assert of_service(PLATFORM, **given)[SERVICE] == expected


@pytest.mark.parametrize("requirement", [ADDRESS, PLATFORM])
def test_services_that_could_not_be_read(requirement: str) -> None:
    denied = ended("ecs", "DescribeServices", "denied", cluster=CLUSTER, services=[SERVICE])
    assert judge_answers(requirement, CLUSTERS, SERVICES, denied)[SERVICE] == "gap"
    assert judge_answers(requirement, CLUSTERS, ended("ecs", "ListServices", "denied", **LISTED)).result.judgement == "gap"
    assert judge_answers(requirement, ended("ecs", "ListClusters", "denied", maxResults=100)).result.judgement == "gap"
    assert (
        judge_answers(requirement, answered("ecs", "ListClusters", {"clusterArns": []}, maxResults=100)).result.judgement
        == "not_applicable"
    )


@pytest.mark.parametrize(("reason", "expected"), [("MISSING", "not_applicable"), ("ACCESS_DENIED", "gap")])
def test_a_service_that_is_not_in_its_answer(reason: str, expected: str) -> None:
    page = {"services": [], "failures": [{"arn": SERVICE, "reason": reason}]}
    found = answered("ecs", "DescribeServices", page, cluster=CLUSTER, services=[SERVICE])
    assert judge_answers(ADDRESS, CLUSTERS, SERVICES, found)[SERVICE] == expected


def described(**more: Any) -> Answer:
    asked: dict[str, Any] = {"include": ["SETTINGS", "CONFIGURATIONS"], "clusters": [CLUSTER]}
    return answered("ecs", "DescribeClusters", {"clusters": [{"clusterArn": CLUSTER, "status": "ACTIVE", **more}]}, **asked)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([{"name": "containerInsights", "value": "enabled"}], "meets"),
        ([{"name": "containerInsights", "value": "enhanced"}], "meets"),
        ([{"name": "containerInsights", "value": "disabled"}], "exception"),
        ([], "gap"),
        (["containerInsights"], "gap"),
    ],
)
def test_a_cluster_has_container_insights(settings: Any, expected: str) -> None:
    assert judge_answers(INSIGHTS, CLUSTERS, described(settings=settings))[CLUSTER] == expected
    assert judge_answers(INSIGHTS, CLUSTERS, described(settings=settings, status="INACTIVE"))[CLUSTER] == "not_applicable"


def test_a_cluster_that_could_not_be_read() -> None:
    asked: dict[str, Any] = {"include": ["SETTINGS", "CONFIGURATIONS"], "clusters": [CLUSTER]}
    assert judge_answers(INSIGHTS, CLUSTERS, ended("ecs", "DescribeClusters", "denied", **asked))[CLUSTER] == "gap"


def tasks(*definitions: str, failures: tuple[dict[str, Any], ...] = ()) -> Answer:
    found = [{"taskArn": TASK, "taskDefinitionArn": definition} for definition in definitions]
    return answered("ecs", "DescribeTasks", {"tasks": found, "failures": list(failures)}, cluster=CLUSTER, tasks=[TASK])


GOOD = {
    "name": "web",
    "user": "1000",
    "readonlyRootFilesystem": True,
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "web"}},
}


def definition(*containers: Any, **more: Any) -> Answer:
    """As it is kept: what may be secret is redacted first."""
    page = {"taskDefinition": {"taskDefinitionArn": DEFINITION, "containerDefinitions": list(containers), **more}}
    Redactor(b"k" * 32).apply(page, DESCRIBE_TASK_DEFINITION.redact)
    return answered("ecs", "DescribeTaskDefinition", page, taskDefinition=DEFINITION)


def of_definition(requirement: str, *containers: Any, **more: Any) -> Judged:
    name = requirement if "." in requirement else f"ecs.task-definitions.{requirement}"
    return judge_answers(name, CLUSTERS, TASKS, tasks(DEFINITION, DEFINITION), definition(*containers, **more))


@pytest.mark.parametrize("requirement", OF_DEFINITIONS)
def test_a_good_definition_meets_all(requirement: str) -> None:
    judged = of_definition(requirement, GOOD, {**GOOD, "name": "helper", "environment": [{"name": "MODE", "value": "fast"}]})
    assert [m.judgement for m in judged.members] == ["meets"]
    assert judged.members[0].arn == DEFINITION


@pytest.mark.parametrize(
    ("requirement", "bad", "expected"),
    [
        ("not-privileged", {"privileged": True}, "exception"),
        ("not-privileged", {"privileged": False}, "meets"),
        ("not-privileged", {"privileged": "yes"}, "gap"),
        ("read-only-root", {"readonlyRootFilesystem": False}, "exception"),
        ("read-only-root", {"readonlyRootFilesystem": None}, "exception"),
        ("read-only-root", {"readonlyRootFilesystem": "no"}, "gap"),
        ("named-user", {"user": "root"}, "exception"),
        ("named-user", {"user": "0:0"}, "exception"),
        ("named-user", {"user": None}, "exception"),
        ("named-user", {"user": "1000:0"}, "meets"),
        ("named-user", {"user": ["root"]}, "gap"),
        ("logs-sent", {"logConfiguration": None}, "exception"),
        ("logs-sent", {"logConfiguration": {"logDriver": "json-file"}}, "exception"),
        ("logs-sent", {"logConfiguration": {"logDriver": "splunk", "options": {"splunk-url": "https://x"}}}, "meets"),
        ("logs-sent", {"logConfiguration": {"logDriver": "carrier-pigeon"}}, "gap"),
    ],
)
def test_one_container_decides(requirement: str, bad: dict[str, Any], expected: str) -> None:
    assert of_definition(requirement, GOOD, {**GOOD, "name": "helper", **bad})[DEFINITION] == expected


@pytest.mark.parametrize("requirement", ["read-only-root", "named-user"])
def test_windows_containers_do_not_have_the_setting(requirement: str) -> None:
    windows = {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
    assert of_definition(requirement, {"name": "web"}, **windows)[DEFINITION] == "not_applicable"
    assert (
        of_definition(requirement, {"name": "web"}, runtimePlatform={"operatingSystemFamily": "LINUX"})[DEFINITION] == "exception"
    )


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        ("no-host-network", {"networkMode": "host"}, "exception"),
        ("no-host-network", {"networkMode": "awsvpc"}, "meets"),
        ("no-host-network", {"networkMode": "default"}, "meets"),
        ("no-host-network", {"networkMode": 1}, "gap"),
        ("no-host-processes", {"pidMode": "host"}, "exception"),
        ("no-host-processes", {"ipcMode": "host"}, "exception"),
        ("no-host-processes", {"pidMode": "task", "ipcMode": "none"}, "meets"),
        ("no-host-processes", {"pidMode": ["host"]}, "gap"),
    ],
)
def test_a_task_keeps_off_its_host(requirement: str, given: dict[str, Any], expected: str) -> None:
    assert of_definition(requirement, GOOD, **given)[DEFINITION] == expected


@pytest.mark.parametrize(
    ("given", "expected", "told"),
    [
        ({"environment": [{"name": "DB_PASSWORD", "value": "hunter2hunter2"}]}, "exception", "variable DB_PASSWORD of web"),
        ({"environment": [{"name": "DB_PASSWORD", "value": ""}]}, "meets", ""),
        ({"environment": [{"name": "DB_PASSWORD"}]}, "gap", "DB_PASSWORD is not told"),
        ({"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:eu-west-1:1:parameter/x"}]}, "meets", ""),
        ({"command": ["serve", "postgres://u:secretword@db/x"]}, "exception", "command of web"),
        ({"entryPoint": ["sh", "-c", "token=abcdefabcdef serve"]}, "exception", "entryPoint of web"),
        ({"healthCheck": {"command": ["CMD", "curl", "https://u:secretword@localhost/"]}}, "exception", "health check of web"),
        ({"dockerLabels": {"api_key": "0123456789abcdef"}}, "exception", "label api_key of web"),
        (
            {"logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "aaaa-bbbb"}}},
            "exception",
            "splunk-token of web",
        ),
    ],
)
def test_no_secret_stands_in_a_definition(given: dict[str, Any], expected: str, told: str) -> None:
    judged = of_definition(PLAIN, {**GOOD, **given})
    assert judged[DEFINITION] == expected
    assert told in judged.reason(DEFINITION)


def efs(encryption: Any = None, name: str = "files") -> dict[str, Any]:
    given = {} if encryption is None else {"transitEncryption": encryption}
    return {"name": name, "efsVolumeConfiguration": {"fileSystemId": "fs-1", **given}}


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ([efs("ENABLED")], "meets"),
        ([efs("ENABLED"), {"name": "scratch", "host": {}}], "meets"),
        ([efs("DISABLED")], "exception"),
        ([efs()], "exception"),
        ([efs("ENABLED"), efs(name="more")], "exception"),
        ([efs("LATER")], "gap"),
        ([efs(1)], "gap"),
        ([{"name": "files", "efsVolumeConfiguration": "fs-1"}], "gap"),
        ([{"name": "scratch", "host": {}}], "not_applicable"),
        ([], "not_applicable"),
    ],
)
def test_files_are_reached_over_tls(volumes: Any, expected: str) -> None:
    assert of_definition(EFS, GOOD, volumes=volumes)[DEFINITION] == expected


def test_a_volume_without_tls_is_named_and_volumes_that_are_not_told_are_a_gap() -> None:
    assert "more is mounted without TLS" in of_definition(EFS, GOOD, volumes=[efs("ENABLED"), efs(name="more")]).reason(
        DEFINITION
    )
    assert of_definition(EFS, GOOD)[DEFINITION] == "gap"
    denied = ended("ecs", "DescribeTaskDefinition", "denied", taskDefinition=DEFINITION)
    assert judge_answers(EFS, CLUSTERS, TASKS, tasks(DEFINITION), denied)[DEFINITION] == "gap"
    assert judge_answers(EFS, CLUSTERS, ended("ecs", "ListTasks", "denied", **LISTED)).result.judgement == "gap"


def test_a_value_that_was_kept_in_clear_is_a_gap() -> None:
    clear = {"containerDefinitions": [{**GOOD, "environment": [{"name": "MODE", "value": "fast"}]}]}
    kept = answered("ecs", "DescribeTaskDefinition", {"taskDefinition": clear}, taskDefinition=DEFINITION)
    assert judge_answers(PLAIN, CLUSTERS, TASKS, tasks(DEFINITION), kept)[DEFINITION] == "gap"


def test_nothing_that_may_be_secret_is_kept() -> None:
    word = "NotARealSecret"
    container = {
        "name": "web", "environment": [{"name": "A", "value": word}], "command": [word], "entryPoint": [word],
        "healthCheck": {"command": [word]}, "dockerLabels": {"a": word},
        "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": word}}, "firelensConfiguration": {"options": {"a": word}},
    }  # fmt: skip
    volume = {"name": "v", "dockerVolumeConfiguration": {"driverOpts": {"o": word}, "labels": {"l": word}}}
    proxy = {"properties": [{"name": "p", "value": word}]}
    definition = {"containerDefinitions": [container], "volumes": [volume], "proxyConfiguration": proxy}
    override = {"name": "web", "command": [word], "environment": [{"name": "A", "value": word}]}
    connect = {
        "serviceConnectConfiguration": {"enabled": True, "logConfiguration": {"logDriver": "splunk", "options": {"t": word}}}
    }
    for ask, page in (
        (DESCRIBE_TASK_DEFINITION, {"taskDefinition": definition}),
        (DESCRIBE_TASKS, {"tasks": [{"overrides": {"containerOverrides": [override]}}]}),
        (DESCRIBE_SERVICES, {"services": [{"deployments": [connect]}]}),
    ):
        Redactor(b"k" * 32).apply(page, ask.redact)
        assert word not in str(page)
        assert "[redacted " in str(page)


EMPTY = answered("ecs", "DescribeTaskDefinition", {"taskDefinition": {"containerDefinitions": []}}, taskDefinition=DEFINITION)


@pytest.mark.parametrize("requirement", OF_DEFINITIONS)
def test_definitions_that_could_not_be_read(requirement: str) -> None:
    denied = ended("ecs", "DescribeTaskDefinition", "denied", taskDefinition=DEFINITION)
    assert judge_answers(requirement, CLUSTERS, TASKS, tasks(DEFINITION), denied)[DEFINITION] == "gap"
    strange = answered("ecs", "DescribeTaskDefinition", {"taskDefinition": []}, taskDefinition=DEFINITION)
    assert judge_answers(requirement, CLUSTERS, TASKS, tasks(DEFINITION), strange)[DEFINITION] == "gap"
    assert judge_answers(requirement, CLUSTERS, TASKS, tasks(DEFINITION), EMPTY)[DEFINITION] == (
        "meets" if "no-host" in requirement else "gap"
    )
    assert judge_answers(requirement, CLUSTERS, ended("ecs", "ListTasks", "denied", **LISTED)).result.judgement == "gap"
    unread = ended("ecs", "DescribeTasks", "denied", cluster=CLUSTER, tasks=[TASK])
    assert judge_answers(requirement, CLUSTERS, TASKS, unread).result.judgement == "gap"
    none = answered("ecs", "ListTasks", {"taskArns": []}, **LISTED)
    assert judge_answers(requirement, CLUSTERS, none).result.judgement == "not_applicable"


def test_a_task_that_stopped_meanwhile_is_left_out_and_one_that_is_hidden_is_not() -> None:
    stopped = tasks(DEFINITION, failures=({"arn": f"{TASK}2", "reason": "MISSING"},))
    assert judge_answers(LOGS, CLUSTERS, TASKS, stopped, definition(GOOD)).result.judgement == "meets"
    hidden = tasks(DEFINITION, failures=({"arn": f"{TASK}2", "reason": "ACCESS_DENIED"},))
    assert judge_answers(LOGS, CLUSTERS, TASKS, hidden, definition(GOOD)).result.judgement == "gap"


def test_running_tasks_are_described_a_hundred_at_a_time() -> None:
    arns = [f"{_ARN}task/shop/{number}" for number in range(101)]
    listed = answered("ecs", "ListTasks", {"taskArns": arns[:60]}, {"taskArns": arns[60:]}, **LISTED)
    both = [
        answered("ecs", "DescribeTasks", {"tasks": [{"taskDefinitionArn": f"{DEFINITION}{n}"}]}, cluster=CLUSTER, tasks=batch)
        for n, batch in enumerate((arns[:100], arns[100:]))
    ]
    found = [
        answered(
            "ecs",
            "DescribeTaskDefinition",
            {"taskDefinition": {"containerDefinitions": [GOOD]}},
            taskDefinition=f"{DEFINITION}{n}",
        )
        for n in range(2)
    ]
    judged = judge_answers(LOGS, CLUSTERS, listed, *both, *found)
    assert {m.id: m.judgement for m in judged.members} == {f"{DEFINITION}0": "meets", f"{DEFINITION}1": "meets"}
