"""What AWS Config recorded as there now, of all the kinds that are counted a second time."""

import json
from typing import Any

from evidence.services.config.asks import ask
from evidence.services.declare import Item, PopulationSpec, text, time
from evidence.services.second import CONFIG_TYPES, RECORDED

# One question for all kinds, a hundred resources a page; nothing of a configuration is asked for.
# https://docs.aws.amazon.com/config/latest/developerguide/query-components.html
_FIELDS = "resourceType, resourceId, arn, resourceCreationTime, configurationItemCaptureTime"
_KINDS = ", ".join(f"'{kind}'" for kind in CONFIG_TYPES)
SELECT_RESOURCES = ask(
    "SelectResourceConfig",
    "Results",
    parameters={"Expression": f"SELECT {_FIELDS} WHERE resourceType IN ({_KINDS})"},
    plain=False,
    note="A query over what AWS Config recorded: it has no form that changes anything.",
)
ASKS = (SELECT_RESOURCES,)


def _rows(answer: Any) -> list[Item]:
    """Each result is a JSON text. Two kinds may use the same id."""
    found = [json.loads(result) for result in answer["Results"]]
    return [{**row, "Key": f"{row['resourceType']} {row['resourceId']}"} for row in found]


RESOURCES = PopulationSpec(
    name=RECORDED,
    noun="resource recorded by AWS Config",
    type="AWS::Config::ConfigurationItem",
    listed_by=SELECT_RESOURCES,
    rows=_rows,
    identity="Key",
    columns={
        "kind": text("resourceType", label="type"),
        "resource": text("resourceId"),
        "named": text("arn", label="ARN"),
        "made": time("resourceCreationTime"),
        "seen": time("configurationItemCaptureTime", label="recorded"),
    },
)
