"""Amazon DocumentDB: clusters and their manual snapshots.

DocumentDB and Neptune answer by RDS's own operations, under RDS's permissions: RDS's lists are read once for all three, and each
takes its engine's members from them. What differs (which parameters there are) stands in each service's file.
"""

from collections.abc import Callable, Mapping
from typing import Any

from evidence.services.declare import Ask, Column, Item, Only, PopulationSpec, Service, flag, items, number, text
from evidence.services.rds import DESCRIBE_CLUSTER_SNAPSHOTS, DESCRIBE_CLUSTERS


def parameters(service: str) -> Ask:
    """The parameters of each cluster's group."""
    return Ask(
        "rds", "DescribeDBClusterParameters", ("rds:DescribeDBClusterParameters",), each=f"{service}.clusters",
        given={"DBClusterParameterGroupName": "DBClusterParameterGroup"}, result="Parameters",
    )  # fmt: skip


def sharing(service: str) -> Ask:
    """Who may restore each manual snapshot."""
    return Ask(
        "rds", "DescribeDBClusterSnapshotAttributes", ("rds:DescribeDBClusterSnapshotAttributes",), each=f"{service}.cluster-snapshots",
        given={"DBClusterSnapshotIdentifier": "DBClusterSnapshotIdentifier"}, gone=frozenset({"DBClusterSnapshotNotFoundFault"}),
        result="DBClusterSnapshotAttributesResult",
    )  # fmt: skip


def setting(name: str) -> Callable[[Item, Any], Any]:
    """The value of a cluster's parameter, once every member has taken the group over; None where it is not set. A group lists
    every parameter: one that it does not list raises."""

    def read(cluster: Item, answer: Any) -> Any:
        waiting = [
            m["DBInstanceIdentifier"] for m in cluster["DBClusterMembers"] if m["DBClusterParameterGroupStatus"] != "in-sync"
        ]
        if waiting:
            raise ValueError(f"{', '.join(waiting)} is not in sync with the parameter group")
        found = [p.get("ParameterValue") for p in answer["Parameters"] if p["ParameterName"] == name]
        if not found:
            raise ValueError(f"{name} is not among the group's parameters")
        return found[0]

    return read


def _restorers(_: Item, answer: Any) -> Any:
    """The accounts that may restore a snapshot ("all" is everyone)."""
    attributes = answer["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"]
    return next((a["AttributeValues"] for a in attributes if a["AttributeName"] == "restore"), None)


def clusters(service: str, title: str, more: Mapping[str, Column]) -> PopulationSpec:
    return PopulationSpec(
        name=f"{service}.clusters",
        noun=f"{title} cluster",
        type="AWS::DocDB::DBCluster" if service == "docdb" else "AWS::Neptune::DBCluster",
        listed_by=DESCRIBE_CLUSTERS,
        items="DBClusters[]",
        identity="DBClusterIdentifier",
        arn="{DBClusterArn}",
        only=Only("Engine", frozenset({service}), told=True),
        columns={
            "version": text("EngineVersion", label="engine version"),
            "status": text("Status"),
            "member_ids": items("DBClusterMembers[].DBInstanceIdentifier", label="members"),
            "encrypted": flag("StorageEncrypted", label="StorageEncrypted"),
            "key": text("KmsKeyId", label="KMS key"),
            "multi_az": flag("MultiAZ", label="Multi-AZ"),
            "backup_days": number("BackupRetentionPeriod", label="backup retention in days"),
            "deletion_protection": flag("DeletionProtection"),
            "log_exports": items("EnabledCloudwatchLogsExports", label="log exports"),
            **more,
        },
    )


def snapshots(service: str, title: str, shared: Ask) -> PopulationSpec:
    return PopulationSpec(
        name=f"{service}.cluster-snapshots",
        noun=f"manual {title} snapshot",
        type="AWS::RDS::DBClusterSnapshot",
        listed_by=DESCRIBE_CLUSTER_SNAPSHOTS,
        items="DBClusterSnapshots[]",
        identity="DBClusterSnapshotIdentifier",
        arn="{DBClusterSnapshotArn}",
        only=Only("Engine", frozenset({service}), told=True),
        columns={
            "cluster": text("DBClusterIdentifier", label="cluster"),
            "encrypted": flag("StorageEncrypted", label="StorageEncrypted"),
            "restorers": items(of=shared, read=_restorers, label="may be restored by"),
        },
    )


DESCRIBE_PARAMETERS, DESCRIBE_SHARING = parameters("docdb"), sharing("docdb")
CLUSTERS = clusters(
    "docdb",
    "DocumentDB",
    {
        "tls": text(of=DESCRIBE_PARAMETERS, read=setting("tls"), label="tls"),
        "audit_parameter": text(of=DESCRIBE_PARAMETERS, read=setting("audit_logs"), label="audit_logs"),
    },
)

SERVICE = Service(
    "docdb",
    "Amazon DocumentDB",
    asks=(DESCRIBE_PARAMETERS, DESCRIBE_SHARING),
    populations=(CLUSTERS, snapshots("docdb", "DocumentDB", DESCRIBE_SHARING)),
)
