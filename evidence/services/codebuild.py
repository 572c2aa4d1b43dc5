"""AWS CodeBuild: build projects. Plain variables, build commands written into the project, addresses with a login in them and the
addresses that start builds or show badges are not kept.
"""

import re
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, flag, items, text

SOURCE = "address of the source"
_LOGIN = re.compile(r"^[a-z][a-z0-9+.-]*://([^/\s]*)@([^/\s]+)", re.IGNORECASE)


def has_login(source: Item) -> bool:
    """Whether the address holds a password or token. A user name alone, as Bitbucket's addresses have it, is none."""
    found = _LOGIN.match(str(source.get("location", "")))
    return found is not None and (":" in found[1] or found[2].lower() != "bitbucket.org")


def _is_written(source: Item) -> bool:
    """Build commands themselves, not the path or ARN of a file that has them."""
    return "\n" in str(source.get("buildspec", ""))


def is_plain(variable: Item) -> bool:
    """Whether the value is the variable's own; left out, the type is PLAINTEXT."""
    return (variable.get("type") or "PLAINTEXT") not in ("PARAMETER_STORE", "SECRETS_MANAGER")


def _source(path: str) -> tuple[Redact, ...]:
    return (
        Redact(path, SOURCE, key="location", when=has_login),
        Redact(path, "build commands", key="buildspec", when=_is_written),
        Redact(f"{path}.buildStatusConfig", "address of a build's status", key="targetUrl"),
    )


LIST_PROJECTS = Ask("codebuild", "ListProjects", ("codebuild:ListProjects",), result="projects")
GET_PROJECT = Ask(
    "codebuild", "BatchGetProjects", ("codebuild:BatchGetProjects",), each="codebuild.projects", given={"names": ("name",)},
    result="projects",
    redact=(
        Redact("projects[].environment.environmentVariables[]", "environment variable", key="value", name="name", when=is_plain),
        *_source("projects[].source"),
        *_source("projects[].secondarySources[]"),
        Redact("projects[].webhook", "web hook", key="secret"),
        Redact("projects[].webhook", "web hook", key="url"),
        Redact("projects[].webhook", "web hook", key="payloadUrl"),
        Redact("projects[].badge", "address of a badge", key="badgeRequestUrl"),
    ),
)  # fmt: skip


def _project(answer: Any) -> Item:
    """The one project of the answer; {} where CodeBuild no longer knows it. Anything else raises ValueError, a gap."""
    found = answer["projects"]
    if not found and len(answer.get("projectsNotFound") or ()) == 1:
        return {}
    if len(found) != 1:
        raise ValueError(f"{len(found)} projects in the answer, not one")
    return dict(found[0])


def _sources(_: Item, answer: Any) -> list[Item]:
    """AWS shows no project without its source, but of one that is gone nothing."""
    project = _project(answer)
    if not project:
        return []
    if not project["source"]:
        raise ValueError("the project names no source")
    return [project["source"], *(project.get("secondarySources") or ())]


def _outputs(_: Item, answer: Any) -> list[Item]:
    """{what, encrypted} of everything that builds write to S3. AWS encrypts what does not say otherwise."""
    project = _project(answer)
    artifacts = [project.get("artifacts"), *(project.get("secondaryArtifacts") or ())]
    found = [("artifacts", a) for a in artifacts if a and a["type"] == "S3"]
    logs = (project.get("logsConfig") or {}).get("s3Logs")
    if logs and logs["status"] == "ENABLED":
        found.append(("logs", logs))
    return [{"what": what, "encrypted": holder.get("encryptionDisabled") in (None, False)} for what, holder in found]


def _logs(_: Item, answer: Any) -> list[str]:
    """Where builds log to. Logs go to CloudWatch where the project does not say otherwise."""
    config = _project(answer).get("logsConfig") or {}
    cloudwatch = (config.get("cloudWatchLogs") or {"status": "ENABLED"})["status"]
    s3 = (config.get("s3Logs") or {"status": "DISABLED"})["status"]
    if {cloudwatch, s3} - {"ENABLED", "DISABLED"}:
        raise ValueError(f"logs are {cloudwatch} and {s3}")
    return [name for name, status in (("CloudWatch Logs", cloudwatch), ("S3", s3)) if status == "ENABLED"]


def _environment(answer: Any) -> Item:
    """AWS shows no project without its environment, but of one that is gone nothing."""
    project = _project(answer)
    return dict(project["environment"]) if project else {}


PROJECTS = PopulationSpec(
    name="codebuild.projects",
    noun="CodeBuild project",
    type="AWS::CodeBuild::Project",
    listed_by=LIST_PROJECTS,
    rows=lambda answer: [{"name": name} for name in answer["projects"]],
    identity="name",
    arn="arn:{partition}:codebuild:{region}:{account}:project/{name}",
    columns={
        "known": flag(of=GET_PROJECT, read=lambda _, answer: bool(_project(answer)), label="still there"),
        "variables": items(of=GET_PROJECT, read=lambda _, answer: _environment(answer).get("environmentVariables") or []),
        "privileged": flag(
            of=GET_PROJECT, read=lambda _, answer: _environment(answer).get("privilegedMode"), label="privileged mode"
        ),
        "sources": items(of=GET_PROJECT, read=_sources),
        "outputs": items(of=GET_PROJECT, read=_outputs, label="outputs in S3"),
        "logs": items(of=GET_PROJECT, read=_logs, label="logs to"),
        "visibility": text(of=GET_PROJECT, read=lambda _, answer: _project(answer).get("projectVisibility")),
    },
)

SERVICE = Service("codebuild", "AWS CodeBuild", asks=(LIST_PROJECTS, GET_PROJECT), populations=(PROJECTS,))
