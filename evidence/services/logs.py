"""Amazon CloudWatch Logs."""

import datetime as dt
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Service, flag, number, text, time

DESCRIBE_LOG_GROUPS = Ask("logs", "DescribeLogGroups", ("logs:DescribeLogGroups",), result="logGroups")


def _created(item: Item, answer: Any) -> dt.datetime | None:
    """Milliseconds since 1970."""
    made = item.get("creationTime")
    return None if made is None else dt.datetime.fromtimestamp(made / 1000, dt.UTC)


def _kept(item: Item, answer: Any) -> str:
    days = item.get("retentionInDays")
    return "never expires" if days is None else f"{days} days"


GROUPS = PopulationSpec(
    name="logs.groups",
    noun="log group",
    type="AWS::Logs::LogGroup",
    listed_by=DESCRIBE_LOG_GROUPS,
    items="logGroups[]",
    identity="logGroupName",
    arn="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}",
    columns={
        "name": text("logGroupName"),
        "retention": number("retentionInDays", label="retention in days"),
        "kept": text(read=_kept, doc="The retention in words: a group without one keeps its events for ever."),
        "retention_policy": text("retentionPolicyName", label="account's retention policy"),
        "key": text("kmsKeyId", label="KMS key"),
        "stored_bytes": number("storedBytes"),
        "created": time(read=_created),
        "log_class": text("logGroupClass", label="log class"),
        "deletion_protection": flag("deletionProtectionEnabled"),
    },
)

SERVICE = Service("logs", "Amazon CloudWatch Logs", asks=(DESCRIBE_LOG_GROUPS,), populations=(GROUPS,))
