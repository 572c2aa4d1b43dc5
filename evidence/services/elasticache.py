"""Amazon ElastiCache: replication groups, clusters that stand alone, serverless caches, and who may use them."""

from evidence.services.declare import Ask, Only, PopulationSpec, Service, flag, items, number, text

DESCRIBE_GROUPS = Ask(
    "elasticache", "DescribeReplicationGroups", ("elasticache:DescribeReplicationGroups",), result="ReplicationGroups"
)
DESCRIBE_CLUSTERS = Ask("elasticache", "DescribeCacheClusters", ("elasticache:DescribeCacheClusters",), result="CacheClusters")
DESCRIBE_SERVERLESS = Ask(
    "elasticache", "DescribeServerlessCaches", ("elasticache:DescribeServerlessCaches",), result="ServerlessCaches"
)
# AWS shows how a user proves who it is, and never its passwords.
DESCRIBE_USERS = Ask("elasticache", "DescribeUsers", ("elasticache:DescribeUsers",), result="Users")

GROUPS = PopulationSpec(
    name="elasticache.replication-groups",
    noun="ElastiCache replication group",
    type="AWS::ElastiCache::ReplicationGroup",
    listed_by=DESCRIBE_GROUPS,
    items="ReplicationGroups[]",
    identity="ReplicationGroupId",
    arn="{ARN}",
    only=Only("Status", frozenset({"deleting", "create-failed"}), negate=True),
    columns={
        "engine": text("Engine"),
        "encrypted": flag("AtRestEncryptionEnabled", label="AtRestEncryptionEnabled"),
        "encryption": text("StorageEncryptionType", label="StorageEncryptionType"),
        "key": text("KmsKeyId", label="KMS key"),
        "tls": flag("TransitEncryptionEnabled", label="encryption in transit"),
        "tls_mode": text("TransitEncryptionMode", label="TransitEncryptionMode"),
        "token": flag("AuthTokenEnabled", label="AUTH token"),
        "user_groups": items("UserGroupIds", label="user groups"),
        "backup_days": number("SnapshotRetentionLimit", label="backup retention in days"),
        "multi_az": text("MultiAZ", label="Multi-AZ"),
        "failover": text("AutomaticFailover", label="automatic failover"),
        "minor_upgrades": flag("AutoMinorVersionUpgrade", label="automatic minor version upgrades"),
    },
)
CLUSTERS = PopulationSpec(
    name="elasticache.clusters",
    noun="ElastiCache cluster",
    type="AWS::ElastiCache::CacheCluster",
    listed_by=DESCRIBE_CLUSTERS,
    items="CacheClusters[]",
    identity="CacheClusterId",
    arn="{ARN}",
    only=Only("CacheClusterStatus", frozenset({"deleting", "deleted"}), negate=True),
    columns={
        "engine": text("Engine"),
        "version": text("EngineVersion", label="engine version"),
        "group": text("ReplicationGroupId", label="replication group"),
        "tls": flag("TransitEncryptionEnabled", label="encryption in transit"),
        "tls_mode": text("TransitEncryptionMode", label="TransitEncryptionMode"),
        "subnet_group": text("CacheSubnetGroupName", label="subnet group"),
        "backup_days": number("SnapshotRetentionLimit", label="backup retention in days"),
        "minor_upgrades": flag("AutoMinorVersionUpgrade", label="automatic minor version upgrades"),
    },
)
SERVERLESS = PopulationSpec(
    name="elasticache.serverless-caches",
    noun="ElastiCache serverless cache",
    type="AWS::ElastiCache::ServerlessCache",
    listed_by=DESCRIBE_SERVERLESS,
    items="ServerlessCaches[]",
    identity="ServerlessCacheName",
    arn="{ARN}",
    columns={
        "engine": text("Engine"),
        "status": text("Status"),
        "connection": text("ConnectionType", label="ConnectionType"),
        "user_group": text("UserGroupId", label="user group"),
        "backup_days": number("SnapshotRetentionLimit", label="backup retention in days"),
    },
)
USERS = PopulationSpec(
    name="elasticache.users",
    noun="ElastiCache user",
    type="AWS::ElastiCache::User",
    listed_by=DESCRIBE_USERS,
    items="Users[]",
    identity="UserId",
    arn="{ARN}",
    columns={
        "user_groups": items("UserGroupIds", label="user groups"),
        "authentication": text("Authentication.Type", label="authentication"),
        "access": text("AccessString", label="access string"),
    },
)

SERVICE = Service(
    "elasticache",
    "Amazon ElastiCache",
    asks=(DESCRIBE_GROUPS, DESCRIBE_CLUSTERS, DESCRIBE_SERVERLESS, DESCRIBE_USERS),
    populations=(GROUPS, CLUSTERS, SERVERLESS, USERS),
)
