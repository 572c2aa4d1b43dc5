"""ECS: no secrets in the plain text of task definitions, and volumes reached over TLS."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.containers import IN_USE, REGISTER
from evidence.requirements.declare import Applies, requirement
from evidence.run.redaction import class_of


def _markers(container: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(where it stands, marker) of every text that was redacted."""
    for variable in container.get("environment") or ():
        if variable.get("value") is None:
            raise ValueError(f"the value of variable {variable['name']} is not told")
        yield f"variable {variable['name']}", variable["value"]
    for part in ("command", "entryPoint"):
        for text in container.get(part) or ():
            yield part, text
    for text in (container.get("healthCheck") or {}).get("command") or ():
        yield "health check", text
    for name, text in (container.get("dockerLabels") or {}).items():
        yield f"label {name}", text
    logs = container.get("logConfiguration") or {}
    if logs.get("logDriver") != "awslogs":
        for name, text in (logs.get("options") or {}).items():
            yield f"log option {name}", text


def _revealing(containers: list[Mapping[str, Any]]) -> Iterator[str]:
    """A sentence for each value that looked like a secret before it was redacted."""
    for container in containers:
        for where, marker in _markers(container):
            looks = class_of(marker) if marker else None
            if looks is not None:
                yield f"{where} of {container['name']} looks like {looks}"


@requirement(
    "ecs.task-definitions.no-plain-secrets",
    says="No ECS task definition in use holds a secret in plain text.",
    why="Whoever may describe a task definition reads it in clear, and every old revision keeps it.",
    logic="No environment variable, command, health check, label or option of a log driver in a container definition had a name or "
    "value that looked like a credential when it was read; values were redacted before anything was kept. References under secrets "
    "are fine. This finds patterns only: meeting it means that none was found, not that there is no secret." + IN_USE,
    covers=(),
    fix="Put the value into Secrets Manager or Parameter Store and name it under secrets in a new revision; then change the secret and "
    "delete the old revisions.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
)
def no_plain_secrets(definitions: Population) -> Truth:
    return definitions.containers.free_of(_revealing)


def _in_the_clear(volumes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for volume in volumes:
        config = volume.get("efsVolumeConfiguration")
        if config is not None:
            encryption = config.get("transitEncryption") or "DISABLED"
            if encryption not in ("ENABLED", "DISABLED"):
                raise ValueError(f"transitEncryption of {volume['name']} is {encryption!r}")
            if encryption == "DISABLED":
                yield f"{volume['name']} is mounted without TLS"


@requirement(
    "ecs.task-definitions.efs-over-tls",
    says="Every ECS task definition in use reaches its EFS volumes over TLS.",
    why="Files cannot be read on the way between task and file system.",
    logic="transitEncryption is ENABLED for every volume with an efsVolumeConfiguration; left out, it is DISABLED. What the file system itself "
    "refuses is judged by efs.file-systems.tls-only." + IN_USE,
    covers=(),
    applies=(
        Applies(
            lambda definitions: definitions.volumes.some(lambda volume: volume.get("efsVolumeConfiguration") is not None),
            "It has no EFS volume.",
        ),
    ),
    fix=REGISTER.format("transitEncryption ENABLED in each efsVolumeConfiguration"),
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html",
)
def efs_over_tls(definitions: Population) -> Truth:
    return definitions.volumes.free_of(_in_the_clear)


REQUIREMENTS = (no_plain_secrets, efs_over_tls)
