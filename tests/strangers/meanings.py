"""Where less in an answer rightly means that a requirement is met: what AWS documents for leaving it out, or for an empty list.

Nothing else that is left out, null, empty or of tomorrow may turn anything into `meets`. Before adding to this list, read AWS's page."""

from dataclasses import dataclass

OUT, NONE = frozenset({"left out", "null"}), frozenset({"empty"})


@dataclass(frozen=True)
class Meaning:
    """`at` in the answers of `call`, changed in one of these ways, may let these requirements hold. `why` is AWS's meaning."""

    call: str
    at: str
    ways: frozenset[str]
    requirements: frozenset[str]
    why: str


def _m(call: str, at: str, ways: frozenset[str], requirements: str, why: str) -> Meaning:
    return Meaning(call, at, ways, frozenset(requirements.split()), why)


_PORTS = "ec2.security-groups.no-open-admin-ports ec2.security-groups.no-open-database-ports ec2.security-groups.only-approved-ports-open"
_FRONT = "ec2.instances.traffic-from-load-balancer"
_TAGGED = "elasticbeanstalk.environments.no-personal-data elasticbeanstalk.applications.no-personal-data"
_INTERFACES = "LaunchTemplateVersions[].LaunchTemplateData.NetworkInterfaces"
_SUBNET = (
    "It asks for no public address: the subnet's own setting decides, and ec2.subnets.no-public-address-on-launch judges it."
)
_ATTACHED = (
    "iam.principals.no-retired-beanstalk-policies iam.principals.no-cloudshell-full-access iam.principals.administrators-known"
)
_LIFECYCLE = "Applications[].ResourceLifecycleConfig"
_ALONE = (
    "rds.instances.encrypted rds.instances.tls-required rds.instances.backups rds.instances.deletion-protection "
    "rds.instances.admin-name rds.instances.iam-authentication rds.instances.tags-copied"
)
_CONTAINER = "taskDefinition.containerDefinitions[]"
_SHARED = "AttributeValues: the accounts that may restore the snapshot"

_ROLES_OF_BEANSTALK = "elasticbeanstalk.environments.service-role-policies elasticbeanstalk.environments.instance-role-fits-tier"

MEANINGS = (
    _m("autoscaling:DescribeLaunchConfigurations", "LaunchConfigurations[].AssociatePublicIpAddress", OUT,
       "autoscaling.launch-configurations.no-public-address", _SUBNET),
    _m("apigateway:GetStages", "item", NONE,
       "apigateway.rest-apis.access-logs apigateway.rest-apis.execution-logs apigateway.rest-apis.web-acl",
       "Callers reach an API through its stages: one without any answers nobody."),
    _m("apigateway:GetStages", "item", NONE, "apigateway.rest-apis.client-certificate",
       "Callers reach an API through its stages: one without any answers nobody."),
    _m("apigateway:GetResources", "items", NONE, "apigateway.rest-apis.authorised", "Nothing of the API can be called."),
    _m("apigateway:GetResources", "items[].resourceMethods{POST}", OUT, "apigateway.rest-apis.authorised", "There is no such method."),
    _m("apigateway:GetResources", "items[].resourceMethods", OUT | NONE, "apigateway.rest-apis.authorised",
       "Methods were asked for (embed): a resource without any leaves them out."),
    _m("apigatewayv2:GetRoutes", "Items", NONE, "apigatewayv2.apis.authorised", "Nothing of the API can be called."),
    _m("elasticache:DescribeCacheClusters", "CacheClusters[].ReplicationGroupId", OUT, "elasticache.clusters.backups",
       "The replication group to which this cluster belongs. If this field is empty, the cluster is not associated with any."),
    _m("apigatewayv2:GetStages", "Items", NONE, "apigatewayv2.apis.access-logs",
       "Callers reach an API through its stages: one without any answers nobody."),
    _m("codebuild:BatchGetProjects", "projects[].artifacts.encryptionDisabled", OUT, "codebuild.projects.output-encrypted",
       "Set to true if the output is not to be encrypted."),
    _m("codebuild:BatchGetProjects", "projects[].environment.environmentVariables", OUT | NONE, "codebuild.projects.no-plain-secrets",
       "No variable is set."),
    _m("codebuild:BatchGetProjects", "projects[].environment.privilegedMode", OUT, "codebuild.projects.not-privileged",
       "The default setting is false."),
    *(_m("codebuild:BatchGetProjects", f"projects[].logsConfig{below}", OUT, "codebuild.projects.logs",
         "CloudWatch Logs are enabled by default.") for below in ("", ".cloudWatchLogs")),
    _m("config:DescribeRetentionConfigurations", "RetentionConfigurations", NONE, "config.regions.retention",
       "None was made: AWS Config keeps its items for seven years."),
    _m("ec2:DescribeInstances", "Reservations[].Instances[].PublicIpAddress", OUT, "ec2.instances.no-public-address",
       "The public IPv4 address, if applicable."),
    _m("ec2:DescribeInstances", "Reservations[].Instances[].KeyName", OUT, "ec2.instances.no-key-pair",
       "The name of the key pair, if this instance was launched with an associated key pair."),
    _m("ec2:DescribeInternetGateways", "InternetGateways[].Attachments", NONE, "ec2.internet-gateways.approved-vpc",
       "Any VPCs attached to the internet gateway: there is none."),
    _m("ec2:DescribeLaunchTemplateVersions", _INTERFACES, OUT | NONE, "ec2.launch-templates.no-public-address", _SUBNET),
    _m("ec2:DescribeLaunchTemplateVersions", f"{_INTERFACES}[].AssociatePublicIpAddress", OUT,
       "ec2.launch-templates.no-public-address", _SUBNET),
    _m("ec2:DescribeNetworkAcls", "NetworkAcls[].Entries", NONE, "ec2.network-acls.no-open-admin-ports",
       "What no entry allows is denied."),
    _m("ec2:DescribeRouteTables", "RouteTables[].Routes", NONE, "ec2.subnets.databases-private",
       "No route leads anywhere."),
    _m("ec2:DescribeSecurityGroups", "SecurityGroups[].IpPermissions", NONE, f"{_PORTS} {_FRONT}",
       "A group without rules lets nobody in."),
    _m("ec2:DescribeSecurityGroups", "SecurityGroups[].IpPermissions[].IpRanges", OUT | NONE, f"{_PORTS} {_FRONT}",
       "The rule names other sources: IPv6 ranges, prefix lists or groups. One that names none is a gap."),
    _m("ec2:DescribeSecurityGroups", "SecurityGroups[].IpPermissionsEgress", NONE, "ec2.security-groups.no-open-egress",
       "A group without outbound rules lets nothing out."),
    _m("ec2:GetManagedPrefixListEntries", "Entries", NONE, _PORTS,
       "A prefix list without entries names no range."),
    *(_m("elasticbeanstalk:DescribeApplications", f"{_LIFECYCLE}{below}", OUT, "elasticbeanstalk.applications.versions-kept",
         "No life cycle is set: no version is deleted.") for below in ("", ".VersionLifecycleConfig", ".VersionLifecycleConfig.MaxCountRule")),
    _m("ecs:DescribeServices", "services[].networkConfiguration.awsvpcConfiguration.assignPublicIp", OUT,
       "ecs.services.no-public-addresses", "The default is DISABLED."),
    _m("ecs:DescribeTaskDefinition", f"{_CONTAINER}.environment", OUT | NONE, "ecs.task-definitions.no-plain-secrets",
       "The environment variables to pass: none are."),
    _m("ecs:DescribeTaskDefinition", f"{_CONTAINER}.privileged", OUT, "ecs.task-definitions.not-privileged",
       "Only when it is true has the container elevated privileges."),
    _m("ecs:DescribeTaskDefinition", "taskDefinition.networkMode", OUT, "ecs.task-definitions.no-host-network",
       "The default is bridge."),
    _m("ecs:DescribeTaskDefinition", "taskDefinition.pidMode", OUT, "ecs.task-definitions.no-host-processes",
       "The default is a private namespace for each container."),
    _m("elasticache:DescribeCacheClusters", "CacheClusters[].ReplicationGroupId", OUT,
       "elasticache.clusters.tls-required elasticache.clusters.minor-upgrades",
       "The cluster is not associated with any replication group: it is judged itself."),
    _m("elasticache:DescribeServerlessCaches", "ServerlessCaches[].ConnectionType", OUT, "elasticache.serverless-caches.not-public",
       "If not specified, defaults to vpc."),
    _m("elasticbeanstalk:DescribeConfigurationSettings", "ConfigurationSettings[].OptionSettings[].Value", OUT,
       "elasticbeanstalk.environments.no-secrets-in-properties elasticbeanstalk.configuration-templates.no-secrets",
       "The option has no value."),
    _m("elasticbeanstalk:DescribeEvents", "Events", NONE, "elasticbeanstalk.environments.no-errors",
       "There was no event of this severity or a higher one."),
    _m("elasticbeanstalk:ListTagsForResource", "ResourceTags", NONE, _TAGGED,
       "The resource has no tags."),
    _m("events:ListEventBuses", "EventBuses[].Policy", OUT, "events.buses.policy-not-public",
       "No policy lets another account in: only the bus's own account may use it."),
    _m("iam:GetAccountAuthorizationDetails", "UserDetailList[].UserPolicyList", OUT | NONE, "iam.users.no-direct-policies",
       "IAM leaves the list out of a user without inline policies."),
    _m("iam:GetAccountAuthorizationDetails", "UserDetailList[].AttachedManagedPolicies", NONE, f"iam.users.no-direct-policies {_ATTACHED}",
       "Nothing is attached."),
    _m("iam:GetAccountAuthorizationDetails", "GroupDetailList[].AttachedManagedPolicies", NONE, _ATTACHED,
       "Nothing is attached."),
    _m("iam:GetAccountAuthorizationDetails", "RoleDetailList[].AttachedManagedPolicies", NONE, f"{_ATTACHED} {_ROLES_OF_BEANSTALK}",
       "Nothing is attached."),
    _m("iam:GetAccountAuthorizationDetails", "RoleDetailList[].RolePolicyList", OUT | NONE, "iam.machine-roles.no-administrator",
       "The role has no inline policy."),
    _m("iam:GetAccountAuthorizationDetails", "UserDetailList[].GroupList", NONE, _ATTACHED,
       "The user is in no group."),
    _m("iam:ListVirtualMFADevices", "VirtualMFADevices", NONE, "iam.account.root-hardware-mfa",
       "No virtual device is assigned: the one that root has is another."),
    _m("kms:GetKeyRotationStatus", "RotationPeriodInDays", OUT, "kms.keys.rotation",
       "The default value is 365 days."),
    _m("logs:DescribeLogGroups", "logGroups[].retentionInDays", OUT, "logs.groups.retention elasticbeanstalk.environments.log-retention",
       "The events never expire."),
    _m("rds:DescribeDBClusterSnapshotAttributes", "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes[].AttributeValues", NONE,
       "rds.cluster-snapshots.not-public docdb.cluster-snapshots.not-public neptune.cluster-snapshots.not-public", _SHARED),
    _m("rds:DescribeDBSnapshotAttributes", "DBSnapshotAttributesResult.DBSnapshotAttributes[].AttributeValues", NONE,
       "rds.snapshots.not-public", _SHARED),
    _m("rds:DescribeDBClusterParameters", "Parameters[].ParameterValue", OUT, "docdb.clusters.tls-required",
       "The group does not set tls: its default value is enabled."),
    _m("rds:DescribeDBInstances", "DBInstances", NONE, "servicequotas.regions.headroom",
       "There is no instance: none is counted against the quota."),
    _m("rds:DescribeDBInstances", "DBInstances[].DBClusterIdentifier", OUT, _ALONE,
       "The instance is in no cluster: it is judged itself."),
    _m("secretsmanager:GetResourcePolicy", "ResourcePolicy", OUT, "secretsmanager.secrets.policy-not-public",
       "No policy is attached to the secret."),
    _m("ssm:DescribeDocumentPermission", "AccountIds", NONE, "ssm.documents.not-public",
       "The document is shared with nobody."),
)  # fmt: skip
