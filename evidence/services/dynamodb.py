"""Amazon DynamoDB: tables, their keys and backups, who may use them, and whether they grow with what is asked of them."""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Service, document, flag, items, number, text

_SCALED = {"ServiceNamespace": "dynamodb"}

LIST_TABLES = Ask("dynamodb", "ListTables", ("dynamodb:ListTables",), result="TableNames")
DESCRIBE_TABLE = Ask(
    "dynamodb", "DescribeTable", ("dynamodb:DescribeTable",), each="dynamodb.table-names", given={"TableName": "TableName"},
    gone=frozenset({"ResourceNotFoundException"}), result="Table",
)  # fmt: skip
DESCRIBE_BACKUPS = Ask(
    "dynamodb", "DescribeContinuousBackups", ("dynamodb:DescribeContinuousBackups",), each="dynamodb.tables",
    given={"TableName": "TableName"}, gone=frozenset({"TableNotFoundException"}), result="ContinuousBackupsDescription",
)  # fmt: skip
GET_POLICY = Ask(
    "dynamodb", "GetResourcePolicy", ("dynamodb:GetResourcePolicy",), each="dynamodb.tables", given={"ResourceArn": "TableArn"},
    absent=frozenset({"PolicyNotFoundException"}), gone=frozenset({"ResourceNotFoundException"}), result="Policy",
)  # fmt: skip
DESCRIBE_SCALABLE_TARGETS = Ask(
    "application-autoscaling", "DescribeScalableTargets", ("application-autoscaling:DescribeScalableTargets",), parameters=_SCALED,
    result="ScalableTargets",
)  # fmt: skip
DESCRIBE_SCALING_POLICIES = Ask(
    "application-autoscaling", "DescribeScalingPolicies", ("application-autoscaling:DescribeScalingPolicies",), parameters=_SCALED,
    result="ScalingPolicies",
)  # fmt: skip


def _names(answer: Any) -> list[Item]:
    """The list is of names only."""
    return [{"TableName": name} for name in answer["TableNames"]]


def _suspended(target: Item) -> bool:
    """Whether scaling out is switched off for the time being. What was never suspended need not say so."""
    return bool((target.get("SuspendedState") or {}).get("DynamicScalingOutSuspended"))


def _dimensions(name: str) -> Callable[[Item, Any], list[Any]]:
    """What of the table itself is in the list: dynamodb:table:ReadCapacityUnits, dynamodb:table:WriteCapacityUnits."""

    def read(table: Item, answer: Any) -> list[Any]:
        mine = [e for e in answer[name] if e["ResourceId"] == f"table/{table['TableName']}"]
        return [e["ScalableDimension"] for e in mine if not _suspended(e)]

    return read


# A table's answer is its entry: only there is its ARN, by which its policy is asked for.
NAMES = PopulationSpec(
    name="dynamodb.table-names",
    noun="name of a DynamoDB table",
    type="AWS::DynamoDB::Table",
    listed_by=LIST_TABLES,
    rows=_names,
    identity="TableName",
    columns={},
)
TABLES = PopulationSpec(
    name="dynamodb.tables",
    noun="DynamoDB table",
    type="AWS::DynamoDB::Table",
    listed_by=DESCRIBE_TABLE,
    rows=lambda answer: [answer["Table"]],
    identity="TableName",
    arn="{TableArn}",
    only=Only("TableStatus", frozenset({"DELETING"}), negate=True),
    columns={
        "encryption": text("SSEDescription.SSEType", label="SSEType"),
        "key": text("SSEDescription.KMSMasterKeyArn", label="KMS key"),
        "deletion_protection": flag("DeletionProtectionEnabled", label="deletion protection"),
        "billing": text("BillingModeSummary.BillingMode", label="BillingMode"),
        "recovery": text(
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus", DESCRIBE_BACKUPS,
            label="point-in-time recovery",
        ),
        "recovery_days": number(
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.RecoveryPeriodInDays", DESCRIBE_BACKUPS,
            label="recovery period in days",
        ),
        "policy": document("Policy", GET_POLICY, label="resource policy"),
        "targets": items(of=DESCRIBE_SCALABLE_TARGETS, read=_dimensions("ScalableTargets"), label="scalable targets"),
        "scaling": items(of=DESCRIBE_SCALING_POLICIES, read=_dimensions("ScalingPolicies"), label="scaling policies"),
    },
)  # fmt: skip

SERVICE = Service(
    "dynamodb",
    "Amazon DynamoDB",
    asks=(LIST_TABLES, DESCRIBE_TABLE, DESCRIBE_BACKUPS, GET_POLICY, DESCRIBE_SCALABLE_TARGETS, DESCRIBE_SCALING_POLICIES),
    populations=(NAMES, TABLES),
)
