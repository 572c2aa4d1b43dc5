"""Elastic Beanstalk environments and saved configurations: no secrets in plain option values."""

from collections.abc import Iterator
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.run.redaction import class_of
from evidence.services.elasticbeanstalk.secrets import PROPERTIES, is_property

SECRETS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html"


def _in_properties(values: list[Any]) -> Iterator[str]:
    """A sentence for each property whose value looked like a secret before it was redacted. It names the property."""
    return _revealing(value for value in values if is_property({"Namespace": value["namespace"]}))


def _revealing(values: Any) -> Iterator[str]:
    for value in values:
        looks = _looks_like(value)
        if looks is not None:
            yield f"{_name(value)} looks like {looks}"


def _looks_like(value: Any) -> str | None:
    try:
        return class_of(value["marker"])
    except ValueError as error:
        raise ValueError(f"{_name(value)} was kept without a redaction marker") from error


def _name(value: Any) -> str:
    own = value["namespace"] == PROPERTIES
    return f"property {value['name']}" if own else f"{value['namespace']} {value['name']}"


@requirement(
    "elasticbeanstalk.environments.no-secrets-in-properties",
    says="No environment keeps a secret in an environment property.",
    why="Properties are shown in clear to everybody who may read the configuration, and end in copies and logs.",
    logic="No environment property (nor JVM property nor custom option) had a name or value that looked like a credential when it was "
    "read; values were redacted before anything was kept. References to secrets (environmentsecrets) are fine. This finds "
    "patterns only: meeting it means that none was found, not that there is no secret.",
    covers=("DP-23",),
    fix="Put the secret into Secrets Manager or Parameter Store, name its ARN under environmentsecrets, and change the secret.",
    source=SECRETS,
)
def no_secrets_in_properties(environments: Population) -> Truth:
    return environments.hidden.free_of(_in_properties)


@requirement(
    "elasticbeanstalk.configuration-templates.no-secrets",
    says="No saved configuration keeps a secret.",
    why="A saved configuration outlives its environment, and a copy of it lies in the bucket.",
    logic="No property or option value of the saved configuration, DBPassword included, had a name or value that looked like a "
    "credential when it was read. This finds patterns only: meeting it means that none was found. AWS leaves out applications that "
    "the caller may not see; whether any was left out is judged on the list of applications.",
    covers=("DP-32",),
    fix="Delete the saved configuration, or save it anew from an environment whose secrets are references; change the secret.",
    source=SECRETS,
)
def no_secrets_in_templates(templates: Population) -> Truth:
    return templates.hidden.free_of(_revealing)


REQUIREMENTS = (no_secrets_in_properties, no_secrets_in_templates)
