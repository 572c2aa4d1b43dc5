"""AWS Config's configuration items, from JSON texts to the words of the services' own answers.

AWS Config writes most older resource types as its SDK for Java names their fields: as in the service's API, but for a first letter
that is small ("dBInstanceIdentifier"). What each type holds: https://github.com/awslabs/aws-config-resource-schema
"""

import json
from collections.abc import Mapping
from typing import Any


def read_item(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration item with the JSON texts of `configuration` and of each part of `supplementaryConfiguration` parsed. Raises
    ValueError or TypeError for what is none."""
    text, parts = raw.get("configuration"), raw.get("supplementaryConfiguration") or {}
    return {
        **raw,
        "configuration": json.loads(text) if text else None,
        "supplementaryConfiguration": {name: json.loads(part) if part else None for name, part in parts.items()},
    }


def capitalised(value: Any) -> Any:
    """The value with a capital first letter of every member's name; what is null is left out, as the service itself does."""
    if isinstance(value, Mapping):
        return {name[:1].upper() + name[1:]: capitalised(inner) for name, inner in value.items() if inner is not None}
    return [capitalised(inner) for inner in value] if isinstance(value, list) else value
