"""More databases: a cluster's members, a replica, a cluster nobody looks after, snapshots, certificates."""

import datetime as dt

from tests.larkfield.account import KEY
from tests.larkfield.base import ago
from tests.larkfield.beanstalk import database
from tests.larkfield.more.place import JAPANESE, Answer, More, tags
from tests.larkfield.more.secrets import PENDING_PASSWORD
from tests.larkfield.network import Names

GONE = "before-upgrade-17"
"""A snapshot that somebody deletes while it is read."""


def add_databases(place: More, n: Names) -> None:
    one = place.said("rds", "DescribeDBInstances")["DBInstances"][0]
    authority = "rds-ca-rsa2048-g1" if n.good else "rds-ca-2019"
    until = ago(-900) if n.good else dt.datetime(2024, 8, 22, 17, 8, 50, tzinfo=dt.UTC)
    details = {"CACertificateIdentifier": authority, "CertificateDetails": {"CAIdentifier": authority, "ValidTill": until}}
    pending = {} if n.good else {"MasterUserPassword": PENDING_PASSWORD}
    place.amend("rds", "DescribeDBInstances", "DBInstances", lambda _: {**details, "PendingModifiedValues": pending})
    replica = {
        "ReadReplicaSourceDBInstanceIdentifier": one["DBInstanceIdentifier"],
        "MultiAZ": False,
        "BackupRetentionPeriod": 0,
        "LatestRestorableTime": None,
    }
    alone = {k: v for k, v in {**one, **details, **replica}.items() if v is not None}
    if n.good:
        place.add("rds", "DescribeDBInstances", "DBInstances", _named(place, alone, "shop-orders-reader"))
    else:
        place.add("rds", "DescribeDBClusters", "DBClusters", _reporting(place))
    if n.good:
        place.amend("rds", "DescribeDBClusters", "DBClusters", lambda _: {"DeletionProtection": True})
    for cluster in place.said("rds", "DescribeDBClusters")["DBClusters"]:
        for member in cluster["DBClusterMembers"]:
            place.add(
                "rds",
                "DescribeDBInstances",
                "DBInstances",
                _member(place, {**one, **details}, cluster, member["DBInstanceIdentifier"]),
            )
    _certificates(place)
    _snapshots(place, n)


def _named(place: More, instance: Answer, name: str) -> Answer:
    return {
        **instance,
        "DBInstanceIdentifier": name,
        "DBInstanceArn": place.arn("rds", f"db:{name}"),
        "TagList": tags(team=JAPANESE),
    }


def _member(place: More, one: Answer, cluster: Answer, name: str) -> Answer:
    of = {"DBClusterIdentifier": cluster["DBClusterIdentifier"], "MultiAZ": False, "PubliclyAccessible": False}
    copied = (
        "Engine",
        "EngineVersion",
        "StorageEncrypted",
        "StorageEncryptionType",
        "IAMDatabaseAuthenticationEnabled",
        "MasterUsername",
    )
    same = {key: cluster[key] for key in copied}
    return _named(place, {**one, **of, **same, "EnabledCloudwatchLogsExports": [], "PendingModifiedValues": {}}, name)


def _reporting(place: More) -> Answer:
    member = {
        "DBInstanceIdentifier": "reporting-1",
        "IsClusterWriter": True,
        "PromotionTier": 1,
        "DBClusterParameterGroupStatus": "in-sync",
    }
    place.put("rds", "DescribeDBClusterParameters", {"Parameters": []}, DBClusterParameterGroupName="default.aurora-mysql8.0")
    return {
        "DBClusterIdentifier": "reporting", "DBClusterArn": place.arn("rds", "cluster:reporting"), "Engine": "aurora-mysql",
        "EngineVersion": "8.0.mysql_aurora.3.05.2", "Status": "available", "StorageEncrypted": False, "StorageEncryptionType": "none", "MultiAZ": False,
        "BackupRetentionPeriod": 1, "DeletionProtection": False, "LatestRestorableTime": ago(0.01), "DBClusterParameterGroup": "default.aurora-mysql8.0",
        "DBClusterMembers": [member], "ClusterCreateTime": ago(1300), "EnabledCloudwatchLogsExports": [],
        "IAMDatabaseAuthenticationEnabled": False, "CopyTagsToSnapshot": False, "MasterUsername": "admin",
    }  # fmt: skip


def _certificates(place: More) -> None:
    known = (
        ("rds-ca-rsa2048-g1", dt.datetime(2061, 5, 25, 22, 34, 57, tzinfo=dt.UTC)),
        ("rds-ca-2019", dt.datetime(2024, 8, 22, 17, 8, 50, tzinfo=dt.UTC)),
    )
    place.put(
        "rds", "DescribeCertificates",
        {"Certificates": [{"CertificateIdentifier": name, "CertificateType": "CA", "ValidTill": until, "ValidFrom": ago(3000)} for name, until in known]},
    )  # fmt: skip


def _snapshots(place: More, n: Names) -> None:
    manual = place.said("rds", "DescribeDBSnapshots")["DBSnapshots"][0]
    gone = {**manual, "DBSnapshotIdentifier": GONE, "DBSnapshotArn": place.arn("rds", f"snapshot:{GONE}")}
    if n.good:
        place.add("rds", "DescribeDBSnapshots", "DBSnapshots", gone)
        message = f"DBSnapshot {GONE} not found."
        place.fail("rds", "DescribeDBSnapshotAttributes", "DBSnapshotNotFound", 404, message, DBSnapshotIdentifier=GONE)
    name, of = f"{database(n)}-cluster-2025", "catalogue" if n.good else "reporting"
    snapshot = {
        "DBClusterSnapshotIdentifier": name, "DBClusterSnapshotArn": place.arn("rds", f"cluster-snapshot:{name}"), "DBClusterIdentifier": of,
        "SnapshotType": "manual", "Status": "available", "StorageEncrypted": n.good, "StorageEncryptionType": "sse-kms" if n.good else "none",
        "SnapshotCreateTime": ago(300), "Engine": "aurora-postgresql" if n.good else "aurora-mysql",
    }  # fmt: skip
    if n.good:
        snapshot["KmsKeyId"] = place.arn("kms", f"key/{KEY}")
    place.put("rds", "DescribeDBClusterSnapshots", {"DBClusterSnapshots": [snapshot]})
    shared = {"AttributeName": "restore", "AttributeValues": [] if n.good else ["all"]}
    result = {"DBClusterSnapshotIdentifier": name, "DBClusterSnapshotAttributes": [shared]}
    place.put("rds", "DescribeDBClusterSnapshotAttributes", {"DBClusterSnapshotAttributesResult": result})
