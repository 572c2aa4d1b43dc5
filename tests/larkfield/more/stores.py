"""Where applications keep what is not in a relational database: tables, caches, search, warehouses and streams."""

import json

from tests.larkfield.base import ACCOUNT, ago, digits, ident, uuid
from tests.larkfield.more.place import Answer, More
from tests.larkfield.more.secrets import HOOK, NOTE
from tests.larkfield.network import Names


def add_tables(place: More, n: Names) -> None:
    """The shop's baskets: on demand and kept well. In the other Region a table that anybody may read and nobody can restore."""
    name = "shop-baskets" if n.good else "old_carts"
    arn = place.arn("dynamodb", f"table/{name}")
    table: Answer = {
        "TableName": name, "TableArn": arn, "TableStatus": "ACTIVE", "TableId": uuid(name), "CreationDateTime": ago(500), "ItemCount": 41207,
        "TableSizeBytes": 8123904, "DeletionProtectionEnabled": n.good, "KeySchema": [{"AttributeName": "basket", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "basket", "AttributeType": "S"}],
    }  # fmt: skip
    if n.good:
        key = place.arn("kms", f"key/{uuid('tables')}")
        table["SSEDescription"] = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key}
        table["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": ago(500)}
    place.put("dynamodb", "ListTables", {"TableNames": [name]})
    place.put("dynamodb", "DescribeTable", {"Table": table}, TableName=name)
    recovery: Answer = {"PointInTimeRecoveryStatus": "ENABLED" if n.good else "DISABLED"}
    if n.good:
        recovery |= {"RecoveryPeriodInDays": 35, "EarliestRestorableDateTime": ago(35), "LatestRestorableDateTime": ago(0.01)}
    backups = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
    place.put("dynamodb", "DescribeContinuousBackups", {"ContinuousBackupsDescription": backups}, TableName=name)
    if n.good:
        place.fail("dynamodb", "GetResourcePolicy", "PolicyNotFoundException", 400, "No policy", ResourceArn=arn)
    else:
        open_to_all = {"Sid": "partners", "Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [open_to_all]})
        place.put("dynamodb", "GetResourcePolicy", {"Policy": policy, "RevisionId": "1"}, ResourceArn=arn)


def add_caches(place: More, n: Names) -> None:
    """Sessions in a group that asks who one is. In the other Region in one that anybody in the network reads in clear."""
    id, group = ("shop-sessions", "shop-users") if n.good else ("old-sessions", "")
    yes = "enabled" if n.good else "disabled"
    found: Answer = {
        "ReplicationGroupId": id, "ARN": place.arn("elasticache", f"replicationgroup:{id}"), "Description": id, "Status": "available",
        "Engine": "valkey" if n.good else "redis", "MemberClusters": [f"{id}-001"], "AutomaticFailover": yes, "MultiAZ": yes,
        "SnapshotRetentionLimit": 7 if n.good else 0, "AuthTokenEnabled": False, "TransitEncryptionEnabled": n.good, "AtRestEncryptionEnabled": n.good,
        "StorageEncryptionType": "sse-kms" if n.good else "none", "AutoMinorVersionUpgrade": n.good, "CacheNodeType": "cache.t4g.small",
    }  # fmt: skip
    if n.good:
        key = place.arn("kms", f"key/{uuid('caches')}")
        found |= {"TransitEncryptionMode": "required", "KmsKeyId": key, "UserGroupIds": [group]}
    cluster = {
        "CacheClusterId": f"{id}-001", "ARN": place.arn("elasticache", f"cluster:{id}-001"), "CacheClusterStatus": "available", "Engine": found["Engine"],
        "EngineVersion": "8.1.0" if n.good else "5.0.6", "ReplicationGroupId": id, "CacheSubnetGroupName": "shop-private" if n.good else "default",
        "AutoMinorVersionUpgrade": n.good, "TransitEncryptionEnabled": n.good, "AtRestEncryptionEnabled": n.good, "NumCacheNodes": 1,
        "SnapshotRetentionLimit": found["SnapshotRetentionLimit"],
    }  # fmt: skip
    alone: Answer = {
        "CacheClusterId": "pages", "ARN": place.arn("elasticache", "cluster:pages"), "CacheClusterStatus": "available", "Engine": "memcached",
        "EngineVersion": "1.6.22", "CacheSubnetGroupName": cluster["CacheSubnetGroupName"], "TransitEncryptionEnabled": n.good, "NumCacheNodes": 2, "SnapshotRetentionLimit": 0,
    }  # fmt: skip
    place.put("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [found]})
    place.put("elasticache", "DescribeCacheClusters", {"CacheClusters": [cluster, alone]})
    place.put("elasticache", "DescribeServerlessCaches", {"ServerlessCaches": [_serverless(place, n, group)]})
    users = [_user(place, "shop", {"Type": "password", "PasswordCount": 1}, "on ~* +@all", group)] if n.good else []
    users += [_user(place, "default", {"Type": "no-password"}, "off ~* -@all" if n.good else "on ~* +@all", group)]
    place.put("elasticache", "DescribeUsers", {"Users": users})


def _serverless(place: More, n: Names, group: str) -> Answer:
    name = "shop-search-hints" if n.good else "old-search-hints"
    cache: Answer = {
        "ServerlessCacheName": name, "ARN": place.arn("elasticache", f"serverlesscache:{name}"), "Status": "AVAILABLE", "Engine": "valkey",
        "MajorEngineVersion": "9", "SnapshotRetentionLimit": 7 if n.good else 1, "ConnectionType": "vpc" if n.good else "public",
    }  # fmt: skip
    return {**cache, "UserGroupId": group} if group else cache


def _user(place: More, name: str, authentication: Answer, access: str, group: str) -> Answer:
    return {
        "UserId": name, "UserName": name, "ARN": place.arn("elasticache", f"user:{name}"), "Status": "active", "Engine": "redis", "AccessString": access,
        "Authentication": authentication, "UserGroupIds": [group] if group else [],
    }  # fmt: skip


def add_search(place: More, n: Names) -> None:
    """The shop's search, in its VPC. In the other Region an Elasticsearch of years ago that answers everybody."""
    name = "shop-search" if n.good else "old-search"
    arn = place.arn("es", f"domain/{name}")
    group = place.arn("logs", f"log-group:/larkfield/{name}:*")
    logs = {kind: {"Enabled": True, "CloudWatchLogsLogGroupArn": group} for kind in ("AUDIT_LOGS", "ES_APPLICATION_LOGS")}
    whom = {"AWS": place.arn("iam", "root").replace(f":{place.region}:", "::") if n.good else "*"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": whom, "Action": "es:*", "Resource": f"{arn}/*"}],
    }
    domain: Answer = {
        "DomainId": f"{ACCOUNT}/{name}", "DomainName": name, "ARN": arn, "Created": True, "Deleted": False, "DomainProcessingStatus": "Active",
        "EngineVersion": "OpenSearch_2.19" if n.good else "Elasticsearch_6.8", "AccessPolicies": json.dumps(policy),
        "ClusterConfig": {"InstanceCount": 3 if n.good else 1, "ZoneAwarenessEnabled": n.good, "DedicatedMasterEnabled": n.good},
        "EncryptionAtRestOptions": {"Enabled": n.good}, "NodeToNodeEncryptionOptions": {"Enabled": n.good},
        "DomainEndpointOptions": {"EnforceHTTPS": n.good, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10" if n.good else "Policy-Min-TLS-1-0-2019-07"},
        "AdvancedSecurityOptions": {"Enabled": n.good, "InternalUserDatabaseEnabled": False, "AnonymousAuthEnabled": False},
        "ServiceSoftwareOptions": {"CurrentVersion": "OpenSearch_2_19_R20260801", "UpdateAvailable": not n.good, "OptionalDeployment": True},
    }  # fmt: skip
    if n.good:
        domain["ClusterConfig"]["DedicatedMasterCount"] = 3
        domain |= {"VPCOptions": {"VPCId": n.vpc, "SubnetIds": [ident("subnet", name)]}, "LogPublishingOptions": logs}
    place.put("opensearch", "ListDomainNames", {"DomainNames": [{"DomainName": name, "EngineType": "OpenSearch"}]})
    place.put("opensearch", "DescribeDomain", {"DomainStatus": domain}, DomainName=name)


def add_warehouse(place: More, n: Names) -> None:
    """Sales figures in two zones and nobody else's sight. In the other Region on the internet, under the name that all try."""
    id = "shop-sales" if n.good else "old-sales"
    parameters = f"{id}-parameters" if n.good else "default.redshift-1.0"
    cluster: Answer = {
        "ClusterIdentifier": id, "ClusterStatus": "available", "NodeType": "ra3.large", "NumberOfNodes": 2, "DBName": "sales",
        "MasterUsername": "keeper" if n.good else "awsuser", "AutomatedSnapshotRetentionPeriod": 14 if n.good else 1, "Encrypted": n.good,
        "PubliclyAccessible": not n.good, "EnhancedVpcRouting": n.good, "AllowVersionUpgrade": n.good, "ClusterVersion": "1.0", "VpcId": n.vpc,
        "MultiAZ": "Enabled" if n.good else "Disabled", "ClusterCreateTime": ago(400),
        "ClusterParameterGroups": [{"ParameterGroupName": parameters, "ParameterApplyStatus": "in-sync"}],
    }  # fmt: skip
    if n.good:
        cluster["KmsKeyId"] = place.arn("kms", f"key/{uuid('sales')}")
    said = "true" if n.good else "false"
    values = [{"ParameterName": name, "ParameterValue": said} for name in ("require_ssl", "enable_user_activity_logging")]
    place.put("redshift", "DescribeClusters", {"Clusters": [cluster]})
    place.put("redshift", "DescribeClusterParameters", {"Parameters": values}, ParameterGroupName=parameters)
    logs: Answer = {"LoggingEnabled": n.good}
    if n.good:
        logs |= {"LogDestinationType": "cloudwatch", "LogExports": ["connectionlog", "userlog", "useractivitylog"]}
    place.put("redshift", "DescribeLoggingStatus", logs, ClusterIdentifier=id)


def add_streams(place: More, n: Names) -> None:
    """Orders and clicks on their way: encrypted and kept for a week; in the other Region in clear, and gone after a day."""
    name, delivery = ("shop-orders", "shop-clicks") if n.good else ("old-orders", "old-clicks")
    stream: Answer = {
        "StreamName": name, "StreamARN": place.arn("kinesis", f"stream/{name}"), "StreamStatus": "ACTIVE", "RetentionPeriodHours": 168 if n.good else 24,
        "StreamCreationTimestamp": ago(300), "EnhancedMonitoring": [], "EncryptionType": "KMS" if n.good else "NONE", "OpenShardCount": 2,
    }  # fmt: skip
    if n.good:
        stream["KeyId"] = "alias/aws/kinesis"
    place.put("kinesis", "ListStreams", {"StreamNames": [name], "HasMoreStreams": False})
    place.put("kinesis", "DescribeStreamSummary", {"StreamDescriptionSummary": stream}, StreamName=name)
    hook = {
        "EndpointConfiguration": {"Name": "partner", "Url": HOOK}, "S3BackupMode": "FailedDataOnly",
        "RequestConfiguration": {"ContentEncoding": "GZIP", "CommonAttributes": [{"AttributeName": "note", "AttributeValue": NOTE}]},
    }  # fmt: skip
    status: Answer = {"Status": "ENABLED", "KeyType": "AWS_OWNED_CMK"} if n.good else {"Status": "DISABLED"}
    found: Answer = {
        "DeliveryStreamName": delivery, "DeliveryStreamARN": place.arn("firehose", f"deliverystream/{delivery}"), "DeliveryStreamStatus": "ACTIVE",
        "DeliveryStreamType": "DirectPut", "VersionId": "1", "CreateTimestamp": ago(300), "DeliveryStreamEncryptionConfiguration": status,
        "Destinations": [{"DestinationId": "destinationId-000000000001", "HttpEndpointDestinationDescription": hook}], "HasMoreDestinations": False,
    }  # fmt: skip
    place.put("firehose", "ListDeliveryStreams", {"DeliveryStreamNames": [delivery], "HasMoreDeliveryStreams": False})
    place.put("firehose", "DescribeDeliveryStream", {"DeliveryStreamDescription": found}, DeliveryStreamName=delivery)


def add_documents(place: More, n: Names) -> None:
    """A DocumentDB and a Neptune cluster, which RDS's own lists show among the others."""
    for engine, tls in (("docdb", "tls"), ("neptune", "neptune_enable_audit_log")):
        id = f"{'shop' if n.good else 'old'}-{engine}"
        members = [
            {"DBInstanceIdentifier": f"{id}-{i}", "DBClusterParameterGroupStatus": "in-sync"} for i in range(2 if n.good else 1)
        ]
        place.add("rds", "DescribeDBClusters", "DBClusters", {
            "DBClusterIdentifier": id, "DBClusterArn": place.arn("rds", f"cluster:{id}"), "Engine": engine, "EngineVersion": "5.0.0", "Status": "available",
            "StorageEncrypted": n.good, "MultiAZ": n.good, "BackupRetentionPeriod": 14 if n.good else 1, "DeletionProtection": n.good,
            "IAMDatabaseAuthenticationEnabled": n.good, "DBClusterParameterGroup": f"{id}-parameters", "DBClusterMembers": members,
            "EnabledCloudwatchLogsExports": ["audit"] if n.good else [], "CopyTagsToSnapshot": n.good,
        })  # fmt: skip
        on, off = ("1", "0") if engine == "neptune" else ("enabled", "disabled")
        values = [{"ParameterName": name, "ParameterValue": on if n.good else off} for name in (tls, "audit_logs")]
        place.put("rds", "DescribeDBClusterParameters", {"Parameters": values}, DBClusterParameterGroupName=f"{id}-parameters")
        copy = {
            "DBClusterSnapshotIdentifier": f"{id}-before-move", "DBClusterSnapshotArn": place.arn("rds", f"cluster-snapshot:{id}-before-move"),
            "DBClusterIdentifier": id, "Engine": engine, "StorageEncrypted": n.good, "SnapshotType": "manual", "Status": "available",
        }  # fmt: skip
        place.add("rds", "DescribeDBClusterSnapshots", "DBClusterSnapshots", copy)
        shared = [{"AttributeName": "restore", "AttributeValues": [] if n.good else ["all"]}]
        result = {"DBClusterSnapshotIdentifier": f"{id}-before-move", "DBClusterSnapshotAttributes": shared}
        place.put(
            "rds", "DescribeDBClusterSnapshotAttributes", {"DBClusterSnapshotAttributesResult": result},
            DBClusterSnapshotIdentifier=f"{id}-before-move",
        )  # fmt: skip


def add_analysis(place: More, n: Names) -> None:
    """What moves and queries data: a replication instance, a workgroup, a catalog."""
    mover = {
        "ReplicationInstanceIdentifier": "mover", "ReplicationInstanceArn": place.arn("dms", f"rep:{digits(place.region, 26).upper()}"),
        "ReplicationInstanceStatus": "available", "PubliclyAccessible": not n.good, "AutoMinorVersionUpgrade": n.good, "EngineVersion": "3.6.1",
    }  # fmt: skip
    place.put("dms", "DescribeReplicationInstances", {"ReplicationInstances": [mover]})
    results: Answer = {"OutputLocation": "s3://larkfield-results/"}
    if n.good:
        results["EncryptionConfiguration"] = {"EncryptionOption": "SSE_KMS", "KmsKey": place.arn("kms", f"key/{uuid('results')}")}
    group = {"Name": "primary", "State": "ENABLED"}
    settings = {
        "ResultConfiguration": results,
        "EnforceWorkGroupConfiguration": n.good,
        "PublishCloudWatchMetricsEnabled": n.good,
    }
    place.put("athena", "ListWorkGroups", {"WorkGroups": [group]})
    place.put("athena", "GetWorkGroup", {"WorkGroup": {**group, "Configuration": settings}}, WorkGroup="primary")
    place.put("glue", "GetDatabases", {"DatabaseList": [{"Name": "sales", "CatalogId": ACCOUNT}]})
    mode = {"CatalogEncryptionMode": "SSE-KMS" if n.good else "DISABLED"}
    passwords = {"ReturnConnectionPasswordEncrypted": n.good}
    encryption = {"EncryptionAtRest": mode, "ConnectionPasswordEncryption": passwords}
    place.put("glue", "GetDataCatalogEncryptionSettings", {"DataCatalogEncryptionSettings": encryption})
