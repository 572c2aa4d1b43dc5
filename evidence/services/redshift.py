"""Amazon Redshift: clusters, the parameter groups in use, and where their logs go."""

from collections.abc import Iterator
from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, flag, number, text

DESCRIBE_CLUSTERS = Ask(
    "redshift",
    "DescribeClusters",
    ("redshift:DescribeClusters",),
    result="Clusters",
    redact=(Redact("Clusters[].PendingModifiedValues", "database password", key="MasterUserPassword"),),
)
DESCRIBE_PARAMETERS = Ask(
    "redshift", "DescribeClusterParameters", ("redshift:DescribeClusterParameters",), each="redshift.parameter-groups",
    given={"ParameterGroupName": "ParameterGroupName"}, gone=frozenset({"ClusterParameterGroupNotFound"}), result="Parameters",
)  # fmt: skip
DESCRIBE_LOGGING = Ask(
    "redshift", "DescribeLoggingStatus", ("redshift:DescribeLoggingStatus",), each="redshift.clusters",
    given={"ClusterIdentifier": "ClusterIdentifier"}, gone=frozenset({"ClusterNotFound"}), result="LoggingEnabled",
)  # fmt: skip

# -- reading -------------------------------------------------------------------------------------------------------------


def _groups_in_use(answer: Any) -> Iterator[Item]:
    for cluster in answer["Clusters"]:
        yield from cluster.get("ClusterParameterGroups") or ()


def _value(name: str, answer: Any) -> Any:
    return next((p.get("ParameterValue") for p in answer["Parameters"] if p["ParameterName"] == name), None)


def _requires_ssl(_: Item, answer: Any) -> Any:
    """The group's require_ssl: "true" or "false", as AWS lists it whoever set it."""
    return _value("require_ssl", answer)


def _logs_activity(_: Item, answer: Any) -> Any:
    return _value("enable_user_activity_logging", answer)


def _parameter_group(cluster: Item, _: Any) -> Any:
    """The cluster's parameter group; while one waits for a reboot, what is in force is not what it says."""
    groups = cluster["ClusterParameterGroups"]
    if len(groups) != 1:
        raise ValueError(f"{len(groups)} parameter groups")
    if groups[0]["ParameterApplyStatus"] != "in-sync":
        raise ValueError(f"the parameter group is {groups[0]['ParameterApplyStatus']}, so its values may not be in force")
    return groups[0]["ParameterGroupName"]


def _zones(cluster: Item, _: Any) -> bool | None:
    """Multi-AZ is a text here: Enabled or Disabled."""
    said = cluster.get("MultiAZ")
    if said is None:
        return None
    return {"enabled": True, "true": True, "disabled": False, "false": False}[str(said).lower()]


# -- populations -----------------------------------------------------------------------------------------------------------

CLUSTERS = PopulationSpec(
    name="redshift.clusters",
    noun="Redshift cluster",
    type="AWS::Redshift::Cluster",
    listed_by=DESCRIBE_CLUSTERS,
    items="Clusters[]",
    identity="ClusterIdentifier",
    arn="arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}",
    only=Only("ClusterStatus", frozenset({"deleting"}), negate=True),
    columns={
        "node_type": text("NodeType", label="node type"),
        "encrypted": flag("Encrypted"),
        "key": text("KmsKeyId", label="KMS key"),
        "public": flag("PubliclyAccessible", label="publicly accessible"),
        "vpc_routing": flag("EnhancedVpcRouting", label="enhanced VPC routing"),
        "upgrades": flag("AllowVersionUpgrade", label="version upgrades"),
        "version": text("ClusterVersion", label="version"),
        "backup_days": number("AutomatedSnapshotRetentionPeriod", label="automated snapshots kept for days"),
        "admin": text("MasterUsername", label="admin user"),
        "multi_az": flag(read=_zones, label="Multi-AZ"),
        "parameter_group": text(read=_parameter_group, label="parameter group"),
        "logging": flag("LoggingEnabled", DESCRIBE_LOGGING, label="audit logging"),
        "log_destination": text("LogDestinationType", DESCRIBE_LOGGING, label="logs go to"),
    },
)
PARAMETER_GROUPS = PopulationSpec(
    name="redshift.parameter-groups",
    noun="Redshift parameter group in use",
    type="AWS::Redshift::ClusterParameterGroup",
    listed_by=DESCRIBE_CLUSTERS,
    rows=lambda answer: list(_groups_in_use(answer)),
    identity="ParameterGroupName",
    columns={
        "requires_ssl": flag(of=DESCRIBE_PARAMETERS, read=_requires_ssl, label="require_ssl"),
        "logs_activity": flag(of=DESCRIBE_PARAMETERS, read=_logs_activity, label="enable_user_activity_logging"),
    },
)

SERVICE = Service(
    "redshift",
    "Amazon Redshift",
    asks=(DESCRIBE_CLUSTERS, DESCRIBE_PARAMETERS, DESCRIBE_LOGGING),
    populations=(CLUSTERS, PARAMETER_GROUPS),
)
