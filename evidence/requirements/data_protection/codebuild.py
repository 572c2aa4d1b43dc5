"""Builds: no secrets in plain text, and encrypted output."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.containers import THERE
from evidence.requirements.declare import Applies, requirement
from evidence.run.redaction import class_of, is_redacted
from evidence.services.codebuild import has_login, is_plain

_VARIABLE = "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html"
_SOURCE = "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html"


def _revealing(variables: list[Mapping[str, Any]]) -> Iterator[str]:
    """A sentence for each plain value that looked like a secret before it was redacted."""
    for variable in variables:
        if is_plain(variable) and variable["value"]:
            looks = class_of(variable["value"])
            if looks is not None:
                yield f"variable {variable['name']} looks like {looks}"


@requirement(
    "codebuild.projects.no-plain-secrets",
    says="No CodeBuild project keeps a secret in a plain environment variable.",
    why="Whoever may see the project, or a build's log, reads the variable; keys of a build often open production.",
    logic="No environment variable of type PLAINTEXT, which is also what a type left out means, had a name or value that looked like a "
    "credential when it was read; values were redacted before anything was kept. References (PARAMETER_STORE, SECRETS_MANAGER) are "
    "fine. This finds patterns only: meeting it means that none was found. Variables in buildspec files are not read.",
    covers=(),
    applies=(THERE,),
    fix="aws codebuild update-project with type SECRETS_MANAGER or PARAMETER_STORE for the variable; then change the secret.",
    source=_VARIABLE,
)
def no_plain_secrets(projects: Population) -> Truth:
    return projects.variables.free_of(_revealing)


_WITHOUT_ADDRESS = frozenset({"CODEPIPELINE", "NO_SOURCE"})


def _with_login(sources: list[Mapping[str, Any]]) -> Iterator[str]:
    for source in sources:
        location = source.get("location") or ""
        if not location and source["type"] not in _WITHOUT_ADDRESS:
            raise ValueError(f"its {source['type']} source names no address")
        if has_login(source):
            raise ValueError("an address with a login was kept without a redaction marker")
        if is_redacted(location):
            yield f"the address of its {source['type']} source has a login in it"


@requirement(
    "codebuild.projects.source-without-login",
    says="No CodeBuild project has a password or token in the address of its source.",
    why="The address is shown wherever the project is, and the token in it is as good as its owner's password.",
    logic="No location of source or secondarySources had a user part in its address when it was read, but for the bare user name of "
    "Bitbucket's addresses; such addresses were redacted before anything was kept.",
    covers=(),
    applies=(THERE,),
    fix="Connect the project through CodeConnections or a token in Secrets Manager (auth of the source), and revoke the token.",
    source=_SOURCE,
)
def source_without_login(projects: Population) -> Truth:
    return projects.sources.free_of(_with_login)


@requirement(
    "codebuild.projects.output-encrypted",
    says="Every CodeBuild project encrypts what it writes to S3.",
    why="Built software and the log of its making tell much about the systems that it runs on.",
    logic="encryptionDisabled is not true for artifacts and secondaryArtifacts of type S3, nor for s3Logs that are enabled; left out, "
    "they are encrypted.",
    covers=(),
    applies=(
        THERE,
        Applies(lambda projects: projects.outputs.some(lambda _: True), "It writes nothing to S3 of its own accord."),
    ),
    fix="aws codebuild update-project with encryptionDisabled=false in artifacts and in logsConfig.s3Logs.",
    source="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html",
)
def output_encrypted(projects: Population) -> Truth:
    return projects.outputs.each(lambda output: output["encrypted"])


REQUIREMENTS = (no_plain_secrets, source_without_login, output_encrypted)
