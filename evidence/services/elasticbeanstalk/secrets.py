"""Which option values may be secrets: they are replaced by a marker before an answer is kept."""

import re

from evidence.services.declare import Item, Redact

PROPERTIES = "aws:elasticbeanstalk:application:environment"
COPY = "aws:cloudformation:template:parameter"
"""Its option EnvironmentVariables repeats every property with its value, as AWS hands them to CloudFormation."""
# Where values are free text: beside those two, JVM properties and the options people invent for their configuration files.
_FREE = frozenset({PROPERTIES, COPY, "aws:elasticbeanstalk:customoption"})
# Here a value is the ARN of a secret, not the secret.
_REFERENCES = "aws:elasticbeanstalk:application:environmentsecrets"
_TELLING = re.compile(r"passw|secret", re.IGNORECASE)


def is_property(setting: Item) -> bool:
    """Whether the option's value is free text of the application's owner, or of an option that does not say whose it is."""
    namespace = str(setting.get("Namespace") or "")
    return not namespace or namespace in _FREE or namespace.endswith(":jvmoptions")


def is_secret_by_name(setting: Item) -> bool:
    """Whether the option's name says password or secret (aws:rds:dbinstance DBPassword)."""
    if is_property(setting) or setting.get("Namespace") == _REFERENCES:
        return False
    return _TELLING.search(str(setting.get("OptionName", ""))) is not None


def is_address(setting: Item) -> bool:
    """Whether the value is somebody's address: where notifications go."""
    return setting.get("OptionName") == "Notification Endpoint"


_SETTINGS = "ConfigurationSettings[].OptionSettings[]"
REDACT = (
    Redact(_SETTINGS, "environment property", key="Value", name="OptionName", when=is_property),
    Redact(_SETTINGS, "option value", key="Value", name="OptionName", when=is_secret_by_name),
    Redact(_SETTINGS, "notification address", key="Value", when=is_address),
)
