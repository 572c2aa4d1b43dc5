"""Elastic Beanstalk: no secrets in plain option values, nothing telling in names, descriptions and tags."""

from collections.abc import Iterator
from typing import Any

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.run.redaction import class_of
from evidence.services.elasticbeanstalk.secrets import PROPERTIES, is_property
from evidence.services.elasticbeanstalk.texts import by_aws, in_name, telling

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


TEXTS = "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html"
_WORDING = (
    "personal (an e-mail address, a telephone, social security or card number) or like a credential when it was read. Descriptions and "
    "the values of tags are redacted before anything is kept; tags that AWS wrote are left out. This finds patterns only: names of "
    "people are not found, and meeting it means that none of the patterns was. The name of the {0} cannot be redacted and stands in "
    "the pack."
)


def _in_names(name: str) -> list[str]:
    found = in_name(name)
    return [f"the name holds {found}"] if found else []


def _in_description(text: str) -> list[str]:
    found = telling(text)
    return [f"the description looks like {found}"] if found else []


def _in_tags(tags: list[Any]) -> Iterator[str]:
    for tag in tags:
        if not isinstance(tag.get("Value"), str):
            raise ValueError(f"the value of tag {tag['Key']} was not told")
        found = None if by_aws(tag) else telling(tag["Value"])
        if found:
            yield f"tag {tag['Key']} looks like {found}"


def _nothing_telling(population: Population, names: Column) -> Truth:
    described = population.description.absent_means("", source=TEXTS).free_of(_in_description)
    return names.free_of(_in_names) & described & population.tag_values.free_of(_in_tags)


@requirement(
    "elasticbeanstalk.environments.no-personal-data",
    says="No environment has personal data or a credential in its name, description or tags.",
    why="They are shown in consoles, bills, logs and messages to people who may not see the application's data.",
    logic="Neither the name, nor the description (absent where none was given), nor any tag's value looked "
    + _WORDING.format("environment"),
    covers=("DP-25",),
    fix="aws elasticbeanstalk update-environment --description, update-tags-for-resource; a name changes only with a new environment.",
    source=TEXTS,
)
def no_personal_data(environments: Population) -> Truth:
    return _nothing_telling(environments, environments.name)


@requirement(
    "elasticbeanstalk.applications.no-personal-data",
    says="No application has personal data or a credential in its name, description or tags.",
    why="They are shown in consoles, bills, logs and messages to people who may not see the application's data.",
    logic="Neither the name, nor the description (absent where none was given), nor any tag's value looked "
    + _WORDING.format("application"),
    covers=("DP-25",),
    fix="aws elasticbeanstalk update-application --description, update-tags-for-resource; a name changes only with a new application.",
    source=TEXTS,
)
def no_personal_data_in_applications(applications: Population) -> Truth:
    return _nothing_telling(applications, applications.id)


REQUIREMENTS = (no_secrets_in_properties, no_secrets_in_templates, no_personal_data, no_personal_data_in_applications)
