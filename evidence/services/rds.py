"""Amazon RDS: database instances, clusters, and their manual snapshots.

The same operations also list Neptune and DocumentDB, which are services of their own: they are left out.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from evidence.services.config_items import capitalised
from evidence.services.declare import Ask, History, Item, Only, PopulationSpec, Redact, Service, flag, items, number, text, time

OTHER_ENGINES = frozenset({"neptune", "docdb"})
ONLY_RDS = Only("Engine", OTHER_ENGINES, negate=True, told=True)

DESCRIBE_INSTANCES = Ask(
    "rds",
    "DescribeDBInstances",
    ("rds:DescribeDBInstances",),
    result="DBInstances",
    redact=(Redact("DBInstances[].PendingModifiedValues", "database password", key="MasterUserPassword"),),
)
DESCRIBE_CLUSTERS = Ask(
    "rds",
    "DescribeDBClusters",
    ("rds:DescribeDBClusters",),
    result="DBClusters",
    redact=(Redact("DBClusters[].PendingModifiedValues", "database password", key="MasterUserPassword"),),
)
# Only manual snapshots can be shared, and only they outlive their database.
DESCRIBE_SNAPSHOTS = Ask(
    "rds", "DescribeDBSnapshots", ("rds:DescribeDBSnapshots",), parameters={"SnapshotType": "manual"}, result="DBSnapshots"
)
DESCRIBE_CLUSTER_SNAPSHOTS = Ask(
    "rds",
    "DescribeDBClusterSnapshots",
    ("rds:DescribeDBClusterSnapshots",),
    parameters={"SnapshotType": "manual"},
    result="DBClusterSnapshots",
)
DESCRIBE_SNAPSHOT_ATTRIBUTES = Ask(
    "rds",
    "DescribeDBSnapshotAttributes",
    ("rds:DescribeDBSnapshotAttributes",),
    each="rds.snapshots",
    given={"DBSnapshotIdentifier": "DBSnapshotIdentifier"},
    gone=frozenset({"DBSnapshotNotFound"}),
    result="DBSnapshotAttributesResult",
)
DESCRIBE_CLUSTER_SNAPSHOT_ATTRIBUTES = Ask(
    "rds",
    "DescribeDBClusterSnapshotAttributes",
    ("rds:DescribeDBClusterSnapshotAttributes",),
    each="rds.cluster-snapshots",
    given={"DBClusterSnapshotIdentifier": "DBClusterSnapshotIdentifier"},
    gone=frozenset({"DBClusterSnapshotNotFoundFault"}),
    result="DBClusterSnapshotAttributesResult",
)
DESCRIBE_PARAMETERS = Ask(
    "rds",
    "DescribeDBParameters",
    ("rds:DescribeDBParameters",),
    each="rds.parameter-groups",
    given={"DBParameterGroupName": "DBParameterGroupName"},
    gone=frozenset({"DBParameterGroupNotFound"}),
    result="Parameters",
)
DESCRIBE_CLUSTER_PARAMETERS = Ask(
    "rds",
    "DescribeDBClusterParameters",
    ("rds:DescribeDBClusterParameters",),
    each="rds.clusters",
    given={"DBClusterParameterGroupName": "DBClusterParameterGroup"},
    result="Parameters",
)
DESCRIBE_CERTIFICATES = Ask("rds", "DescribeCertificates", ("rds:DescribeCertificates",), result="Certificates")

# -- reading -------------------------------------------------------------------------------------------------------------

FORCE_TLS = ("rds.force_ssl", "require_secure_transport")
"""The parameters by which an engine refuses connections without TLS: PostgreSQL and SQL Server, MySQL and MariaDB."""


def _forces_tls(_: Item, answer: Any) -> bool | None:
    """What the parameter group says; None where it leaves the engine's default."""
    values = [p.get("ParameterValue") for p in answer["Parameters"] if p["ParameterName"] in FORCE_TLS]
    named = [str(value).lower() for value in values if value is not None]
    if not named:
        return None
    if set(named) <= {"1", "on"}:
        return True
    if set(named) <= {"0", "off"}:
        return False
    raise ValueError(f"{' '.join(FORCE_TLS)} = {', '.join(named)}")


def _cluster_forces_tls(cluster: Item, answer: Any) -> bool | None:
    """The same for a cluster's parameter group, once every member has taken it over."""
    waiting = [m["DBInstanceIdentifier"] for m in cluster["DBClusterMembers"] if m["DBClusterParameterGroupStatus"] != "in-sync"]
    if waiting:
        raise ValueError(f"{', '.join(waiting)} is not in sync with the parameter group")
    return _forces_tls(cluster, answer)


def _tls_default(item: Item, _: Any) -> bool | None:
    """Whether the engine's version forces TLS by AWS's documented default; None where no page says."""
    engine, version = item["Engine"], item["EngineVersion"]
    numbers = re.match(r"(\d+)(?:\.(\d+))?", version)
    if numbers is None:
        raise ValueError(f"engine version {version}")
    first, second = int(numbers[1]), int(numbers[2] or 0)
    if engine == "postgres":
        return first >= 15
    if engine.startswith("sqlserver"):
        return False
    if engine == "mysql":
        return True if (first, second) >= (9, 7) else False if (first, second) <= (8, 4) else None
    if engine == "mariadb":
        return True if (first, second) >= (11, 8) else False if (first, second) <= (11, 4) else None
    if engine == "aurora-postgresql":
        return False if first <= 16 else None  # whether later versions turned it on, no page we found says
    if engine == "aurora-mysql":
        return False if "mysql_aurora.2." in version or "mysql_aurora.3." in version else None
    return None


def _groups_in_force(answer: Item) -> Iterator[Item]:
    for instance in answer["DBInstances"]:
        if instance.get("Engine") not in OTHER_ENGINES and not instance.get("DBClusterIdentifier"):
            yield from instance.get("DBParameterGroups") or ()


def _parameter_group(instance: Item, _: Any) -> Any:
    """The instance's parameter group; while one waits for a reboot, what is in force is not what it says."""
    groups = instance["DBParameterGroups"]
    if len(groups) != 1:
        raise ValueError(f"{len(groups)} parameter groups")
    if groups[0]["ParameterApplyStatus"] != "in-sync":
        raise ValueError(f"the parameter group is {groups[0]['ParameterApplyStatus']}, so its values may not be in force")
    return groups[0]["DBParameterGroupName"]


def _restorers(kind: str) -> Callable[[Item, Any], Any]:
    """The accounts that may restore a snapshot ("all" is everyone)."""

    def read(_: Item, answer: Any) -> Any:
        attributes = answer[f"{kind}AttributesResult"][f"{kind}Attributes"]
        return next((a["AttributeValues"] for a in attributes if a["AttributeName"] == "restore"), None)

    return read


def _zones(instance: Item, answer: Any) -> list[Any]:
    """The instance's zone, and its standby's where it has one."""
    return [instance[key] for key in ("AvailabilityZone", "SecondaryAvailabilityZone") if instance.get(key)]


# -- populations -----------------------------------------------------------------------------------------------------------

INSTANCES = PopulationSpec(
    name="rds.instances",
    noun="RDS instance",
    type="AWS::RDS::DBInstance",
    listed_by=DESCRIBE_INSTANCES,
    items="DBInstances[]",
    identity="DBInstanceIdentifier",
    arn="{DBInstanceArn}",
    only=ONLY_RDS,
    columns={
        "engine": text("Engine"),
        "version": text("EngineVersion", label="engine version"),
        "status": text("DBInstanceStatus"),
        "cluster": text("DBClusterIdentifier", label="DB cluster"),
        "replica_of": text("ReadReplicaSourceDBInstanceIdentifier", label="read replica of"),
        "replica_of_cluster": text("ReadReplicaSourceDBClusterIdentifier", label="read replica of cluster"),
        "encrypted": flag("StorageEncrypted", label="StorageEncrypted"),
        "encryption": text("StorageEncryptionType", label="StorageEncryptionType"),
        "key": text("KmsKeyId", label="KMS key"),
        "multi_az": flag("MultiAZ", label="Multi-AZ"),
        "multi_az_pending": flag("PendingModifiedValues.MultiAZ", label="pending Multi-AZ"),
        "zone": text("AvailabilityZone", label="Availability Zone"),
        "zones": items(read=_zones, label="Availability Zones"),
        "backup_days": number("BackupRetentionPeriod", label="backup retention in days"),
        "backup_days_pending": number("PendingModifiedValues.BackupRetentionPeriod", label="pending backup retention"),
        "restorable": time("LatestRestorableTime", label="latest restorable time"),
        "deletion_protection": flag("DeletionProtection"),
        "public": flag("PubliclyAccessible", label="publicly accessible"),
        "log_exports": items("EnabledCloudwatchLogsExports", label="log exports"),
        "minor_upgrades": flag("AutoMinorVersionUpgrade", label="automatic minor version upgrades"),
        "iam": flag("IAMDatabaseAuthenticationEnabled", label="IAM authentication"),
        "admin": text("MasterUsername", label="master user"),
        "tags_copied": flag("CopyTagsToSnapshot", label="tags copied to snapshots"),
        "certificate_until": time("CertificateDetails.ValidTill", label="server certificate valid until"),
        "ca": text("CertificateDetails.CAIdentifier", label="CA"),
        "parameter_group": text(read=_parameter_group),
        "tls_default": flag(read=_tls_default, label="engine default forces TLS"),
        "groups": items("VpcSecurityGroups[].VpcSecurityGroupId", label="security groups"),
        "subnets": items("DBSubnetGroup.Subnets[].SubnetIdentifier", label="subnets of its subnet group"),
        "tags": items("TagList"),
    },
    history=History(
        "AWS::RDS::DBInstance",
        frozenset(
            {
                "engine",
                "version",
                "status",
                "cluster",
                "replica_of",
                "encrypted",
                "key",
                "multi_az",
                "multi_az_pending",
                "zone",
                "backup_days",
                "backup_days_pending",
                "public",
                "log_exports",
                "minor_upgrades",
                "iam",
                "admin",
                "tags_copied",
                "groups",
            }
        ),
        lambda item: capitalised(item["configuration"]),
    ),  # fmt: skip
)
PARAMETER_GROUPS = PopulationSpec(
    name="rds.parameter-groups",
    noun="DB parameter group in use",
    type="AWS::RDS::DBParameterGroup",
    listed_by=DESCRIBE_INSTANCES,
    rows=lambda answer: list(_groups_in_force(answer)),
    identity="DBParameterGroupName",
    columns={"forces_tls": flag(of=DESCRIBE_PARAMETERS, read=_forces_tls, label="forces TLS")},
)
CLUSTERS = PopulationSpec(
    name="rds.clusters",
    noun="DB cluster",
    type="AWS::RDS::DBCluster",
    listed_by=DESCRIBE_CLUSTERS,
    items="DBClusters[]",
    identity="DBClusterIdentifier",
    arn="{DBClusterArn}",
    only=ONLY_RDS,
    columns={
        "engine": text("Engine"),
        "version": text("EngineVersion", label="engine version"),
        "status": text("Status"),
        "member_ids": items("DBClusterMembers[].DBInstanceIdentifier", label="members"),
        "encrypted": flag("StorageEncrypted", label="StorageEncrypted"),
        "encryption": text("StorageEncryptionType", label="StorageEncryptionType"),
        "key": text("KmsKeyId", label="KMS key"),
        "multi_az": flag("MultiAZ", label="Multi-AZ"),
        "backup_days": number("BackupRetentionPeriod", label="backup retention in days"),
        "restorable": time("LatestRestorableTime", label="latest restorable time"),
        "deletion_protection": flag("DeletionProtection"),
        "log_exports": items("EnabledCloudwatchLogsExports", label="log exports"),
        "forces_tls": flag(of=DESCRIBE_CLUSTER_PARAMETERS, read=_cluster_forces_tls, label="forces TLS"),
        "tls_default": flag(read=_tls_default, label="engine default forces TLS"),
        "iam": flag("IAMDatabaseAuthenticationEnabled", label="IAM authentication"),
        "admin": text("MasterUsername", label="master user"),
        "tags_copied": flag("CopyTagsToSnapshot", label="tags copied to snapshots"),
        "tags": items("TagList"),
    },
)
SNAPSHOTS = PopulationSpec(
    name="rds.snapshots",
    noun="manual RDS snapshot",
    type="AWS::RDS::DBSnapshot",
    listed_by=DESCRIBE_SNAPSHOTS,
    items="DBSnapshots[]",
    identity="DBSnapshotIdentifier",
    arn="{DBSnapshotArn}",
    only=ONLY_RDS,
    columns={
        "instance": text("DBInstanceIdentifier", label="RDS instance"),
        "encrypted": flag("Encrypted", label="Encrypted"),
        "encryption": text("StorageEncryptionType", label="StorageEncryptionType"),
        "restorers": items(of=DESCRIBE_SNAPSHOT_ATTRIBUTES, read=_restorers("DBSnapshot"), label="may be restored by"),
    },
)
CLUSTER_SNAPSHOTS = PopulationSpec(
    name="rds.cluster-snapshots",
    noun="manual DB cluster snapshot",
    type="AWS::RDS::DBClusterSnapshot",
    listed_by=DESCRIBE_CLUSTER_SNAPSHOTS,
    items="DBClusterSnapshots[]",
    identity="DBClusterSnapshotIdentifier",
    arn="{DBClusterSnapshotArn}",
    only=ONLY_RDS,
    columns={
        "cluster": text("DBClusterIdentifier", label="DB cluster"),
        "encrypted": flag("StorageEncrypted", label="StorageEncrypted"),
        "encryption": text("StorageEncryptionType", label="StorageEncryptionType"),
        "restorers": items(
            of=DESCRIBE_CLUSTER_SNAPSHOT_ATTRIBUTES, read=_restorers("DBClusterSnapshot"), label="may be restored by"
        ),
    },
)
CERTIFICATES = PopulationSpec(
    name="rds.certificates",
    offered=True,
    noun="RDS certificate authority",
    type="AWS::RDS::Certificate",
    listed_by=DESCRIBE_CERTIFICATES,
    items="Certificates[]",
    identity="CertificateIdentifier",
    columns={"until": time("ValidTill", label="valid until")},
)

SERVICE = Service(
    "rds",
    "Amazon RDS",
    asks=(
        DESCRIBE_INSTANCES,
        DESCRIBE_CLUSTERS,
        DESCRIBE_SNAPSHOTS,
        DESCRIBE_CLUSTER_SNAPSHOTS,
        DESCRIBE_SNAPSHOT_ATTRIBUTES,
        DESCRIBE_CLUSTER_SNAPSHOT_ATTRIBUTES,
        DESCRIBE_PARAMETERS,
        DESCRIBE_CLUSTER_PARAMETERS,
        DESCRIBE_CERTIFICATES,
    ),
    populations=(INSTANCES, PARAMETER_GROUPS, CLUSTERS, SNAPSHOTS, CLUSTER_SNAPSHOTS, CERTIFICATES),
)
