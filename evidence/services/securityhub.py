"""AWS Security Hub CSPM, the one that evaluates standards. The unified Security Hub is another state of the same service."""

import re
from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, PopulationSpec, Service, flag, items, text

NOT_ENABLED = frozenset({"InvalidAccessException", "ResourceNotFoundException"})

DESCRIBE_HUB = Ask("securityhub", "DescribeHub", ("securityhub:DescribeHub",), absent=NOT_ENABLED, result="HubArn")
GET_ENABLED_STANDARDS = Ask(
    "securityhub",
    "GetEnabledStandards",
    ("securityhub:GetEnabledStandards",),
    absent=NOT_ENABLED,
    result="StandardsSubscriptions",
)


def _named(*statuses: str) -> Any:
    """Reads the names of the standards in one of these states: what follows `standards/` or `ruleset/` in their ARNs."""

    def read(item: Item, answer: Any) -> list[str]:
        found = [s for s in answer["StandardsSubscriptions"] if not statuses or s["StandardsStatus"] in statuses]
        return sorted(re.split(r"[:/](?:standards|ruleset)/", s["StandardsArn"], maxsplit=1)[1] for s in found)

    return read


REGION = PopulationSpec(
    name="securityhub.regions",
    noun="Region",
    type="AWS::SecurityHub::Hub",
    listed_by=REGIONS,
    arn="arn:{partition}:securityhub:{region}:{account}:hub/default",
    columns={
        "hub": text("HubArn", of=DESCRIBE_HUB, label="Security Hub"),
        "since": text("SubscribedAt", of=DESCRIBE_HUB),
        "auto_enable": flag("AutoEnableControls", of=DESCRIBE_HUB, label="new controls enabled automatically"),
        "standards": items(of=GET_ENABLED_STANDARDS, read=_named(), label="standards"),
        "ready": items(of=GET_ENABLED_STANDARDS, read=_named("READY"), label="standards ready"),
    },
)

SERVICE = Service("securityhub", "AWS Security Hub CSPM", asks=(DESCRIBE_HUB, GET_ENABLED_STANDARDS), populations=(REGION,))
