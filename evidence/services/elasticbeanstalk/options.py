"""How deployed option settings are read.

DescribeConfigurationSettings can bring two sets for an environment, the deployed one and a draft: only the deployed one
counts. The same option can repeat under several ResourceNames (scheduled actions).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from evidence.run.redaction import is_redacted
from evidence.services.declare import Column, Item, Kind
from evidence.services.elasticbeanstalk.asks import DESCRIBE_SETTINGS
from evidence.services.elasticbeanstalk.secrets import COPY, is_property, is_secret_by_name
from evidence.services.path import WrongShape

Settings = list[Mapping[str, Any]]


def deployed(answer: Any) -> Settings:
    """The settings deployed to the environment. Raises ValueError where the answer has not one such set: AWS leaves out,
    without an error, what the caller may not see, and that must not look like options left at their defaults."""
    sets = [s for s in answer.get("ConfigurationSettings", ()) if s.get("DeploymentStatus") == "deployed"]
    if len(sets) != 1:
        raise ValueError(f"{len(sets)} deployed configurations in the answer, not one")
    return listed(sets[0])


def drafts(item: Item, answer: Any) -> list[str]:
    """The states of the configurations beside the deployed one. Raises ValueError where not just one is deployed."""
    deployed(answer)
    return [s["DeploymentStatus"] for s in answer["ConfigurationSettings"] if s["DeploymentStatus"] != "deployed"]


def listed(configuration: Item) -> Settings:
    """The settings of one configuration. Raises ValueError where there is none at all."""
    found = list(configuration.get("OptionSettings") or ())
    if not found:
        raise ValueError("the configuration came without option settings")
    return found


def option(kind: Kind, namespace: str, name: str, *, label: str = "", take: Callable[[str], Any] | None = None) -> Column:
    """A column with the Value of a deployed option: absent where the option is not listed, or listed without a value.
    `take` makes something else of the text."""

    def read(item: Item, answer: Any) -> Any:
        value = _value(deployed(answer), namespace, name)
        return value if value is None or take is None else take(value)

    return Column(kind, "", DESCRIBE_SETTINGS, read, label or name, f"{namespace} {name}, as deployed.")


def _value(options: Settings, namespace: str, name: str) -> str | None:
    """One value, whatever resources it is set on. Raises where it differs between them."""
    values = {repr(v): v for v in _given(options, namespace, name)}
    if len(values) > 1:
        raise ValueError(f"option {name} has {len(values)} different values")
    value = next(iter(values.values()), None)
    if value is not None and not isinstance(value, str):
        raise WrongShape(f"option {name}: a text was expected, not {type(value).__name__}")
    return value


def _given(options: Settings, namespace: str, name: str) -> list[Any]:
    found = (o.get("Value") for o in options if o["Namespace"] == namespace and o["OptionName"] == name)
    return [value for value in found if value not in (None, "")]


def settings(item: Item, answer: Any) -> dict[str, str]:
    """Every deployed option that has a value, by "namespace/name", or "namespace/name/resource" where the same option
    has another value on that resource. Redacted values are left out."""
    out: dict[str, str] = {}
    for entry in deployed(answer):
        value, key = entry.get("Value"), f"{entry['Namespace']}/{entry['OptionName']}"
        if isinstance(value, str) and value and not (is_property(entry) or is_secret_by_name(entry) or is_redacted(value)):
            out[key if out.get(key, value) == value else f"{key}/{entry.get('ResourceName', '')}"] = value
    return out


def hidden(options: Settings) -> Iterator[dict[str, str]]:
    """{namespace, name, marker} of every value that may be a secret, but for AWS's own copy of the properties."""
    for entry in options:
        if not isinstance(entry["Namespace"], str):
            raise WrongShape("an option names no namespace")
        if entry.get("Value") and entry["Namespace"] != COPY and (is_property(entry) or is_secret_by_name(entry)):
            yield {"namespace": entry["Namespace"], "name": entry["OptionName"], "marker": entry["Value"]}
