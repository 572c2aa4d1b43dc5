"""Elastic Beanstalk, its load balancer, database, log groups and keys, for one environment."""

import json
from typing import Any

from tests.larkfield.account import EVERYTHING, KEY
from tests.larkfield.base import ACCOUNT, TAGS, Place, ago, arn, digits, ident, uuid
from tests.larkfield.network import Names, profile

SECRETS = {
    "DB_PASSWORD": "hunter2-correct-horse",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "DATABASE_URL": "postgres://shop:s3cr3t-pa55@db.internal:5432/orders",
    "SESSION_JWT": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJsYXJrZmllbGQifQ.c2lnbmF0dXJlLW9mLW5vdGhpbmc",
}
"""Invented, and shaped like the real thing: none of them may be found anywhere in a run or a pack."""
GOOD_PLATFORM, BAD_PLATFORM = "Python 3.13 running on 64bit Amazon Linux 2023", "Python 3.8 running on 64bit Amazon Linux 2"


def add_environment(place: Place, n: Names) -> None:
    region = place.region
    branch, number = (GOOD_PLATFORM, "4.7.2") if n.good else (BAD_PLATFORM, "3.3.9")
    platform = f"arn:aws:elasticbeanstalk:{region}::platform/{branch}/{number}"
    environment = {
        "EnvironmentName": n.environment, "EnvironmentId": n.id, "ApplicationName": n.application, "PlatformArn": platform, "Status": "Ready",
        "SolutionStackName": f"64bit Amazon Linux {'2023' if n.good else '2'} v{number} running Python", "Health": "Green" if n.good else "Grey",
        "Description": "Bücher und mehr — متجر" if n.good else "x" * 190, "DateCreated": ago(500), "DateUpdated": ago(5),
        "EnvironmentArn": arn("elasticbeanstalk", region, f"environment/{n.application}/{n.environment}"), "VersionLabel": "v1",
        "Tier": {"Name": "WebServer", "Type": "Standard", "Version": "1.0"}, "CNAME": f"{n.environment}.{region}.elasticbeanstalk.com", "AbortableOperationInProgress": False,
    }  # fmt: skip
    environment |= {"HealthStatus": "Ok"} if n.good else {}
    put = place.put
    put("elasticbeanstalk", "DescribeEnvironments", {"Environments": [environment]})
    stack = {
        "StackName": n.stack,
        "StackId": arn("cloudformation", region, f"stack/{n.stack}/1"),
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": ago(500),
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }
    put("cloudformation", "ListStacks", {"StackSummaries": [stack]})
    parts = [
        ("AWSEBAutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup", n.group), ("AWSEBEC2LaunchTemplate", "AWS::EC2::LaunchTemplate", n.template),
        ("AWSEBSecurityGroup", "AWS::EC2::SecurityGroup", n.sg("a")), ("AWSEBLoadBalancerSecurityGroup", "AWS::EC2::SecurityGroup", n.sg("b")),
        ("AWSEBV2LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer(place, n)), ("AWSEBRDSDatabase", "AWS::RDS::DBInstance", database(n)),
    ]  # fmt: skip
    resources = [
        {
            "LogicalResourceId": a,
            "ResourceType": b,
            "PhysicalResourceId": c,
            "LastUpdatedTimestamp": ago(5),
            "ResourceStatus": "UPDATE_COMPLETE",
        }
        for a, b, c in parts
    ]
    put("cloudformation", "ListStackResources", {"StackResourceSummaries": resources}, StackName=n.stack)
    held = {
        "EnvironmentName": n.environment, "AutoScalingGroups": [{"Name": n.group}], "LaunchConfigurations": [], "LaunchTemplates": [{"Id": n.template}],
        "Instances": [{"Id": n.instance(i)} for i in range(len(n.zones))], "LoadBalancers": [{"Name": balancer(place, n)}], "Triggers": [], "Queues": [],
    }  # fmt: skip
    put("elasticbeanstalk", "DescribeEnvironmentResources", {"EnvironmentResources": held})
    _settings(place, n, platform)
    if n.good:
        put(
            "elasticbeanstalk",
            "DescribeEnvironmentHealth",
            {"EnvironmentName": n.environment, "HealthStatus": "Ok", "Status": "Ready", "Color": "Green", "Causes": []},
        )
    else:
        place.fail("elasticbeanstalk", "DescribeEnvironmentHealth", "InvalidRequestException")
    action = {
        "ActionId": "a-1",
        "ActionType": "PlatformUpdate",
        "Status": "Completed",
        "ExecutedTime": ago(6),
        "FinishedTime": ago(6),
    }
    put("elasticbeanstalk", "DescribeEnvironmentManagedActionHistory", {"ManagedActionHistoryItems": [action] if n.good else []})
    life = (
        {"PlatformBranchLifecycleState": "Supported", "PlatformLifecycleState": "Recommended"}
        if n.good
        else {"PlatformBranchLifecycleState": "Retired"}
    )
    described = {
        "PlatformArn": platform,
        "PlatformOwner": "AWSElasticBeanstalk",
        "PlatformVersion": number,
        "PlatformBranchName": branch,
        "PlatformStatus": "Ready",
        **life,
    }
    put("elasticbeanstalk", "DescribePlatformVersion", {"PlatformDescription": described})
    newest = {
        "PlatformArn": f"arn:aws:elasticbeanstalk:{region}::platform/{GOOD_PLATFORM}/4.7.2",
        "PlatformVersion": "4.7.2",
        "PlatformBranchName": GOOD_PLATFORM,
    }
    put(
        "elasticbeanstalk",
        "ListPlatformVersions",
        {"PlatformSummaryList": [{**newest, "PlatformLifecycleState": "Recommended", "PlatformOwner": "AWSElasticBeanstalk"}]},
    )
    put(
        "elasticbeanstalk",
        "ListTagsForResource",
        {"ResourceArn": environment["EnvironmentArn"], "ResourceTags": [*n.tags, *(TAGS[:4] if n.good else [])]},
    )


def _option(namespace: str, name: str, value: str) -> dict[str, str]:
    return {"Namespace": namespace, "OptionName": name, "Value": value}


def _settings(place: Place, n: Names, platform: str) -> None:
    e, a = "aws:elasticbeanstalk:", "aws:autoscaling:"
    shared = [
        _option(e + "environment", "EnvironmentType", "LoadBalanced"), _option(e + "environment", "LoadBalancerType", "application"),
        _option(e + "environment", "ServiceRole", "shop-web-service" if n.good else "aws-elasticbeanstalk-service-role"),
        _option(a + "launchconfiguration", "IamInstanceProfile", profile(n)), _option(a + "asg", "MinSize", "3" if n.good else "1"),
        _option(a + "asg", "MaxSize", "6" if n.good else "1"), _option(e + "healthreporting:system", "SystemType", "enhanced" if n.good else "basic"),
        _option(e + "healthreporting:system", "EnhancedHealthAuthEnabled", str(n.good).lower()),
        _option(e + "cloudwatch:logs", "StreamLogs", str(n.good).lower()), _option(e + "cloudwatch:logs", "DeleteOnTerminate", "false"),
        _option(e + "cloudwatch:logs", "RetentionInDays", "400" if n.good else "7"), _option(e + "cloudwatch:logs:health", "HealthStreamingEnabled", str(n.good).lower()),
        _option(e + "cloudwatch:logs:health", "DeleteOnTerminate", "false"), _option(e + "managedactions", "ManagedActionsEnabled", str(n.good).lower()),
        _option(e + "command", "DeploymentPolicy", "Rolling" if n.good else "AllAtOnce"), _option(e + "command", "IgnoreHealthCheck", "false"),
        _option("aws:rds:dbinstance", "HasCoupledDatabase", "true"), _option("aws:rds:dbinstance", "DBDeletionPolicy", "Snapshot" if n.good else "Delete"),
        _option("aws:ec2:vpc", "AssociatePublicIpAddress", str(not n.good).lower()), _option(a + "launchconfiguration", "DisableIMDSv1", str(n.good).lower()),
        _option(a + "updatepolicy:rollingupdate", "RollingUpdateEnabled", str(n.good).lower()),
    ]  # fmt: skip
    if n.good:
        shared += [
            _option(e + "managedactions", "PreferredStartTime", "Sun:02:00"), _option(e + "managedactions:platformupdate", "UpdateLevel", "minor"),
            _option(e + "managedactions", "ServiceRoleForManagedUpdates", "AWSServiceRoleForElasticBeanstalkManagedUpdates"), _option("aws:ec2:vpc", "VPCId", n.vpc),
            _option(e + "sns:topics", "Notification Endpoint", "platform@example.com"), _option(e + "application:environment", "LANG", "en_GB.UTF-8"),
        ]  # fmt: skip
    else:
        shared += [_option(e + "application:environment", name, value) for name, value in SECRETS.items()]
    entry = {
        "ApplicationName": n.application, "EnvironmentName": n.environment, "PlatformArn": platform, "DeploymentStatus": "deployed", "DateCreated": ago(500),
        "DateUpdated": ago(5), "OptionSettings": shared,
    }  # fmt: skip
    place.put(
        "elasticbeanstalk", "DescribeConfigurationSettings", {"ConfigurationSettings": [entry]}, EnvironmentName=n.environment
    )
    template = {
        "ApplicationName": n.application, "TemplateName": "saved-2024", "DateCreated": ago(600), "DateUpdated": ago(600),
        "OptionSettings": [_option(e + "application:environment", "API_TOKEN" if not n.good else "LANG", SECRETS["DB_PASSWORD"] if not n.good else "C")],
    }  # fmt: skip
    place.put(
        "elasticbeanstalk", "DescribeConfigurationSettings", {"ConfigurationSettings": [template]}, TemplateName="saved-2024"
    )
    rules = {
        "MaxAgeRule": {"Enabled": False, "MaxAgeInDays": 180, "DeleteSourceFromS3": False},
        "MaxCountRule": {"Enabled": True, "MaxCount": 50 if n.good else 1, "DeleteSourceFromS3": not n.good},
    }
    application = {
        "ApplicationName": n.application, "ApplicationArn": arn("elasticbeanstalk", place.region, f"application/{n.application}"), "ConfigurationTemplates": ["saved-2024"],
        "DateCreated": ago(700), "DateUpdated": ago(5), "Versions": ["v1"], "ResourceLifecycleConfig": {"VersionLifecycleConfig": rules},
    }  # fmt: skip
    place.put("elasticbeanstalk", "DescribeApplications", {"Applications": [application]})


def balancer(place: Place, n: Names) -> str:
    return arn("elasticloadbalancing", place.region, f"loadbalancer/app/awseb-{n.id}/{digits(n.id)}")


def database(n: Names) -> str:
    return "shop-orders" if n.good else "legacy-orders"


def add_balancer(place: Place, n: Names) -> None:
    lb = balancer(place, n)
    zones = [{"ZoneName": z, "SubnetId": ident("subnet", z)} for z in n.zones]
    described = {
        "LoadBalancerArn": lb, "LoadBalancerName": f"awseb-{n.id}", "Type": "application", "Scheme": "internet-facing", "VpcId": n.vpc, "CreatedTime": ago(500),
        "State": {"Code": "active"}, "AvailabilityZones": zones, "SecurityGroups": [n.sg("b")], "DNSName": f"awseb-{n.id}.elb.amazonaws.com", "IpAddressType": "ipv4",
    }  # fmt: skip
    place.put("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [described]})
    target = arn("elasticloadbalancing", place.region, f"targetgroup/awseb/{n.id}")
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    forward = {"Type": "forward", "TargetGroupArn": target}
    plain = {"ListenerArn": f"{lb.replace('loadbalancer', 'listener')}/80", "LoadBalancerArn": lb, "Port": 80, "Protocol": "HTTP"}
    tls = {
        "ListenerArn": f"{lb.replace('loadbalancer', 'listener')}/443", "LoadBalancerArn": lb, "Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "Certificates": [{"CertificateArn": arn("acm", place.region, f"certificate/{uuid(n.id)}")}], "DefaultActions": [forward],
    }  # fmt: skip
    listeners = (
        [{**plain, "DefaultActions": [redirect]}, tls]
        if n.good
        else [{**plain, "DefaultActions": [forward]}, {**tls, "SslPolicy": "ELBSecurityPolicy-2016-08"}]
    )
    place.put("elbv2", "DescribeListeners", {"Listeners": listeners}, LoadBalancerArn=lb)
    for listener in listeners:
        rule = {
            "RuleArn": f"{listener['ListenerArn']}/rule",
            "Priority": "default",
            "IsDefault": True,
            "Actions": listener["DefaultActions"],
            "Conditions": [],
        }
        place.put("elbv2", "DescribeRules", {"Rules": [rule]}, ListenerArn=listener["ListenerArn"])
    policies = [
        {
            "Name": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "SslProtocols": ["TLSv1.3", "TLSv1.2"],
            "Ciphers": [{"Name": "TLS_AES_128_GCM_SHA256", "Priority": 1}],
        },
        {
            "Name": "ELBSecurityPolicy-2016-08",
            "SslProtocols": ["TLSv1", "TLSv1.1", "TLSv1.2"],
            "Ciphers": [{"Name": "AES256-SHA", "Priority": 1}],
        },
    ]
    place.put("elbv2", "DescribeSSLPolicies", {"SslPolicies": policies})
    values = {
        "access_logs.s3.enabled": str(n.good).lower(), "access_logs.s3.bucket": "larkfield-archive" if n.good else "", "deletion_protection.enabled": "false",
        "routing.http.drop_invalid_header_fields.enabled": str(n.good).lower(), "routing.http.desync_mitigation_mode": "defensive",
    }  # fmt: skip
    place.put(
        "elbv2",
        "DescribeLoadBalancerAttributes",
        {"Attributes": [{"Key": k, "Value": v} for k, v in values.items()]},
        LoadBalancerArn=lb,
    )
    place.put("elbv2", "DescribeTags", {"TagDescriptions": [{"ResourceArn": lb, "Tags": n.tags}]})


def add_databases(place: Place, n: Names) -> None:
    region = place.region
    one: dict[str, Any] = {
        "DBInstanceIdentifier": database(n), "DBInstanceArn": arn("rds", region, f"db:{database(n)}"), "Engine": "postgres", "EngineVersion": "17.4" if n.good else "13.9",
        "DBInstanceClass": "db.t4g.medium", "DBInstanceStatus": "available", "StorageEncrypted": n.good, "StorageEncryptionType": "sse-kms" if n.good else "none", "MultiAZ": n.good,
        "BackupRetentionPeriod": 14 if n.good else 1, "LatestRestorableTime": ago(0.01), "DeletionProtection": n.good, "PubliclyAccessible": not n.good, "AutoMinorVersionUpgrade": n.good,
        "AvailabilityZone": n.zones[0], "DBParameterGroups": [{"DBParameterGroupName": f"{database(n)}-pg", "ParameterApplyStatus": "in-sync"}], "InstanceCreateTime": ago(500),
        "VpcSecurityGroups": [{"VpcSecurityGroupId": n.sg("d"), "Status": "active"}], "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"] if n.good else [],
        "CACertificateIdentifier": "rds-ca-rsa2048-g1", "CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": ago(-900 if n.good else -40)}, "TagList": TAGS,
        "AllocatedStorage": 50, "CopyTagsToSnapshot": n.good, "PendingModifiedValues": {}, "IAMDatabaseAuthenticationEnabled": n.good,
        "MasterUsername": "shopkeeper" if n.good else "postgres",
    }  # fmt: skip
    stands = [
        {"SubnetIdentifier": ident("subnet", z), "SubnetAvailabilityZone": {"Name": z}, "SubnetStatus": "Active"} for z in n.zones
    ]
    one |= {
        "DBSubnetGroup": {"DBSubnetGroupName": database(n), "VpcId": n.vpc, "SubnetGroupStatus": "Complete", "Subnets": stands}
    }
    if n.good:
        one |= {"KmsKeyId": arn("kms", region, f"key/{KEY}"), "SecondaryAvailabilityZone": n.zones[1]}
    place.put("rds", "DescribeDBInstances", {"DBInstances": [one]})
    place.put("rds", "DescribeDBParameterGroups", {"DBParameterGroups": [_parameters(place, n)]})
    forced = {
        "ParameterName": "rds.force_ssl",
        "ParameterValue": "1" if n.good else "0",
        "Source": "user",
        "ApplyType": "dynamic",
    }
    place.put("rds", "DescribeDBParameters", {"Parameters": [forced]})
    cluster = {
        "DBClusterIdentifier": "catalogue", "DBClusterArn": arn("rds", region, "cluster:catalogue"), "Engine": "aurora-postgresql", "EngineVersion": "16.4", "Status": "available",
        "StorageEncrypted": True, "StorageEncryptionType": "sse-kms", "MultiAZ": True, "BackupRetentionPeriod": 7, "DeletionProtection": False, "LatestRestorableTime": ago(0.01),
        "DBClusterParameterGroup": "catalogue-pg", "DBClusterMembers": [{"DBInstanceIdentifier": f"catalogue-{i}", "IsClusterWriter": i == 1, "PromotionTier": 1, "DBClusterParameterGroupStatus": "in-sync"} for i in (1, 2)],
        "KmsKeyId": arn("kms", region, f"key/{KEY}"), "ClusterCreateTime": ago(400), "EnabledCloudwatchLogsExports": ["postgresql"],
        "IAMDatabaseAuthenticationEnabled": True, "CopyTagsToSnapshot": True, "MasterUsername": "librarian",
    }  # fmt: skip
    place.put("rds", "DescribeDBClusters", {"DBClusters": [cluster] if n.good else []})
    place.put("rds", "DescribeDBClusterParameters", {"Parameters": [{**forced, "ParameterValue": "1"}]})
    snapshot = {
        "DBSnapshotIdentifier": f"{database(n)}-before-move", "DBSnapshotArn": arn("rds", region, f"snapshot:{database(n)}-before-move"), "DBInstanceIdentifier": database(n),
        "SnapshotType": "manual", "Status": "available", "Encrypted": n.good, "StorageEncryptionType": "sse-kms" if n.good else "none", "SnapshotCreateTime": ago(200), "Engine": "postgres",
    }  # fmt: skip
    place.put("rds", "DescribeDBSnapshots", {"DBSnapshots": [snapshot]})
    shared = {"AttributeName": "restore", "AttributeValues": [] if n.good else ["all"]}
    place.put(
        "rds",
        "DescribeDBSnapshotAttributes",
        {
            "DBSnapshotAttributesResult": {
                "DBSnapshotIdentifier": snapshot["DBSnapshotIdentifier"],
                "DBSnapshotAttributes": [shared],
            }
        },
    )


def _parameters(place: Place, n: Names) -> dict[str, str]:
    name = f"{database(n)}-pg"
    return {
        "DBParameterGroupName": name,
        "DBParameterGroupFamily": "postgres17" if n.good else "postgres13",
        "Description": name,
        "DBParameterGroupArn": arn("rds", place.region, f"pg:{name}"),
    }


def add_logs_and_keys(place: Place, n: Names) -> None:
    region = place.region

    def group(name: str, days: int | None, key: bool) -> dict[str, Any]:
        out: dict[str, Any] = {
            "logGroupName": name,
            "arn": arn("logs", region, f"log-group:{name}:*"),
            "creationTime": 1700000000000,
            "storedBytes": 4096,
            "logGroupClass": "STANDARD",
        }
        return out | ({"retentionInDays": days} if days else {}) | ({"kmsKeyId": arn("kms", region, f"key/{KEY}")} if key else {})

    groups = [group(f"/aws/elasticbeanstalk/{n.environment}/var/log/web.stdout.log", 400, True), group(f"/aws/elasticbeanstalk/{n.environment}/environment-health.log", 400, True),
              group("larkfield-trail", None, True), group("larkfield-flow", 365, False), group("scratch", 7, False)]  # fmt: skip
    place.put("logs", "DescribeLogGroups", {"logGroups": groups})
    kinds = {
        KEY: {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeyState": "Enabled"},
        "2222bbbb-0000-0000-0000-000000000002": {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeyState": "Enabled"},
        "3333cccc-0000-0000-0000-000000000003": {"KeySpec": "RSA_2048", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeyState": "Enabled"},
        "4444dddd-0000-0000-0000-000000000004": {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeyState": "PendingDeletion"},
        "5555eeee-0000-0000-0000-000000000005": {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyManager": "AWS", "KeyState": "Enabled"},
        "6666ffff-0000-0000-0000-000000000006": {"KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeyState": "Enabled"},
    }  # fmt: skip
    kinds = kinds if n.good else {}
    place.put(
        "kms", "ListKeys", {"Keys": [{"KeyId": k, "KeyArn": arn("kms", region, f"key/{k}")} for k in kinds], "Truncated": False}
    )
    for number, (id, facts) in enumerate(kinds.items()):
        key = arn("kms", region, f"key/{id}")
        more = {"DeletionDate": ago(-20)} if facts["KeyState"] == "PendingDeletion" else {}
        place.put(
            "kms",
            "DescribeKey",
            {
                "KeyMetadata": {
                    "KeyId": id,
                    "Arn": key,
                    "AWSAccountId": ACCOUNT,
                    "CreationDate": ago(400),
                    "MultiRegion": False,
                    "Enabled": facts["KeyState"] == "Enabled",
                    **facts,
                    **more,
                }
            },
            KeyId=key,
        )
        rotating = {"KeyId": key, "KeyRotationEnabled": number == 0, **({"RotationPeriodInDays": 365} if number == 0 else {})}
        place.put("kms", "GetKeyRotationStatus", rotating, KeyId=key)
        root = {
            "Effect": "Allow",
            "Principal": {"AWS": arn("iam", "", "root") if number != 1 else "*"},
            "Action": "kms:*",
            "Resource": "*",
        }
        place.put(
            "kms", "GetKeyPolicy", {"Policy": json.dumps({**EVERYTHING, "Statement": [root]}), "PolicyName": "default"}, KeyId=key
        )
    if n.good:
        denied = arn("kms", region, "key/6666ffff-0000-0000-0000-000000000006")
        place.fail("kms", "GetKeyRotationStatus", "AccessDeniedException", KeyId=denied)
        hub = arn("securityhub", region, "hub/default")
        place.put(
            "securityhub", "DescribeHub", {"HubArn": hub, "SubscribedAt": "2024-01-01T00:00:00.000Z", "AutoEnableControls": True}
        )
        standard = "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0"
        subscription = {
            "StandardsArn": standard,
            "StandardsSubscriptionArn": f"{hub}/x",
            "StandardsInput": {},
            "StandardsStatus": "READY",
        }
        place.put("securityhub", "GetEnabledStandards", {"StandardsSubscriptions": [subscription]})
    else:
        place.fail("securityhub", "DescribeHub", "InvalidAccessException", 401)
        place.fail("securityhub", "GetEnabledStandards", "InvalidAccessException", 401)
