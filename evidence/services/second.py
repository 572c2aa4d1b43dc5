"""Which other sources of AWS's name the members of a population, and how: one line a population.

Three sources name resources of many kinds at once, a call or two in each Region: what AWS Config recorded, what Resource Explorer
indexed, and what the tagging API knows to be, or to have been, tagged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from evidence.services.declare import PopulationSpec


@dataclass(frozen=True)
class Named:
    """How other sources name a population's members.

    config  the resource type as AWS Config names it, "" where it records none
    by      what AWS Config's record and ours have in common: the ARN, or the id
    arn     a regular expression for the whole of "service:resource" of an ARN, "" where ARNs do not tell this kind from others
    """

    config: str = ""
    arn: str = ""
    by: Literal["arn", "id"] = "arn"


NAMED: Mapping[str, Named] = {
    "accessanalyzer.analyzers": Named("AWS::AccessAnalyzer::Analyzer", r"access-analyzer:analyzer/.+"),
    "apigateway.rest-apis": Named("AWS::ApiGateway::RestApi", r"apigateway:/restapis/[^/]+"),
    "apigatewayv2.apis": Named("AWS::ApiGatewayV2::Api", r"apigateway:/apis/[^/]+"),
    "athena.workgroups": Named("AWS::Athena::WorkGroup", r"athena:workgroup/.+"),
    "autoscaling.groups": Named("AWS::AutoScaling::AutoScalingGroup", r"autoscaling:autoScalingGroup:.+"),
    "autoscaling.launch-configurations": Named("AWS::AutoScaling::LaunchConfiguration", r"autoscaling:launchConfiguration:.+"),
    "backup.plans": Named("AWS::Backup::BackupPlan", r"backup:backup-plan:.+"),
    "backup.vaults": Named("AWS::Backup::BackupVault", r"backup:backup-vault:.+"),
    "bedrock.agents": Named(arn=r"bedrock:agent/.+"),
    "cloudformation.stacks": Named("AWS::CloudFormation::Stack", r"cloudformation:stack/.+"),
    "cloudfront.distributions": Named("AWS::CloudFront::Distribution", r"cloudfront:distribution/.+"),
    "cloudtrail.trails": Named("AWS::CloudTrail::Trail", r"cloudtrail:trail/.+"),
    # A composite alarm's ARN looks like an alarm's.
    "cloudwatch.alarms": Named("AWS::CloudWatch::Alarm"),
    "codebuild.projects": Named("AWS::CodeBuild::Project", r"codebuild:project/.+"),
    "dms.replication-instances": Named(arn=r"dms:rep:.+"),
    "docdb.clusters": Named("AWS::RDS::DBCluster", r"rds:cluster:.+"),
    "dynamodb.tables": Named("AWS::DynamoDB::Table", r"dynamodb:table/[^/]+"),
    "ec2.addresses": Named("AWS::EC2::EIP", r"ec2:elastic-ip/.+", "id"),
    "ec2.client-vpn-endpoints": Named("AWS::EC2::ClientVpnEndpoint", r"ec2:client-vpn-endpoint/.+", "id"),
    "ec2.flow-logs": Named("AWS::EC2::FlowLog", r"ec2:vpc-flow-log/.+", "id"),
    "ec2.images": Named(arn=r"ec2:image/.+"),
    "ec2.instances": Named("AWS::EC2::Instance", r"ec2:instance/.+", "id"),
    "ec2.internet-gateways": Named("AWS::EC2::InternetGateway", r"ec2:internet-gateway/.+", "id"),
    "ec2.network-acls": Named("AWS::EC2::NetworkAcl", r"ec2:network-acl/.+", "id"),
    "ec2.network-interfaces": Named("AWS::EC2::NetworkInterface", r"ec2:network-interface/.+", "id"),
    "ec2.route-tables": Named("AWS::EC2::RouteTable", r"ec2:route-table/.+", "id"),
    "ec2.security-groups": Named("AWS::EC2::SecurityGroup", r"ec2:security-group/.+", "id"),
    "ec2.snapshots": Named(arn=r"ec2:snapshot/.+"),
    "ec2.subnets": Named("AWS::EC2::Subnet", r"ec2:subnet/.+", "id"),
    "ec2.transit-gateways": Named("AWS::EC2::TransitGateway", r"ec2:transit-gateway/.+", "id"),
    "ec2.volumes": Named("AWS::EC2::Volume", r"ec2:volume/.+", "id"),
    "ec2.vpc-endpoints": Named("AWS::EC2::VPCEndpoint", r"ec2:vpc-endpoint/.+", "id"),
    "ec2.vpcs": Named("AWS::EC2::VPC", r"ec2:vpc/.+", "id"),
    "ec2.vpn-connections": Named("AWS::EC2::VPNConnection", r"ec2:vpn-connection/.+", "id"),
    "ecr.repositories": Named("AWS::ECR::Repository", r"ecr:repository/.+"),
    "ecs.clusters": Named("AWS::ECS::Cluster", r"ecs:cluster/.+"),
    "efs.file-systems": Named("AWS::EFS::FileSystem", r"elasticfilesystem:file-system/.+"),
    "eks.clusters": Named("AWS::EKS::Cluster", r"eks:cluster/[^/]+"),
    "elasticache.clusters": Named(arn=r"elasticache:cluster:.+"),
    "elasticache.replication-groups": Named(arn=r"elasticache:replicationgroup:.+"),
    "elb.load-balancers": Named("AWS::ElasticLoadBalancing::LoadBalancer", r"elasticloadbalancing:loadbalancer/[^/]+"),
    "elbv2.listeners": Named("AWS::ElasticLoadBalancingV2::Listener", r"elasticloadbalancing:listener/(app|net|gwy)/.+"),
    "elbv2.load-balancers": Named("AWS::ElasticLoadBalancingV2::LoadBalancer", r"elasticloadbalancing:loadbalancer/(app|net|gwy)/.+"),
    "elbv2.target-groups": Named("AWS::ElasticLoadBalancingV2::TargetGroup", r"elasticloadbalancing:targetgroup/.+"),
    "events.buses": Named("AWS::Events::EventBus", r"events:event-bus/.+"),
    # Those of the default bus: a rule of another has its bus in its ARN.
    "events.rules": Named("AWS::Events::Rule", r"events:rule/[^/]+"),
    "firehose.streams": Named("AWS::KinesisFirehose::DeliveryStream", r"firehose:deliverystream/.+"),
    "guardduty.detectors": Named("AWS::GuardDuty::Detector", r"guardduty:detector/[^/]+"),
    "iam.groups": Named("AWS::IAM::Group", r"iam:group/.+"),
    "iam.oidc-providers": Named("AWS::IAM::OIDCProvider", r"iam:oidc-provider/.+"),
    "iam.roles": Named("AWS::IAM::Role", r"iam:role/.+"),
    "iam.saml-providers": Named("AWS::IAM::SAMLProvider", r"iam:saml-provider/.+"),
    "iam.server-certificates": Named("AWS::IAM::ServerCertificate", r"iam:server-certificate/.+"),
    "kinesis.streams": Named("AWS::Kinesis::Stream", r"kinesis:stream/[^/]+"),
    "kms.keys": Named("AWS::KMS::Key", r"kms:key/.+", "id"),
    "lambda.functions": Named("AWS::Lambda::Function", r"lambda:function:[^:]+"),
    "logs.groups": Named(arn=r"logs:log-group:[^:]+"),
    "neptune.clusters": Named("AWS::RDS::DBCluster", r"rds:cluster:.+"),
    "network-firewall.firewalls": Named("AWS::NetworkFirewall::Firewall", r"network-firewall:firewall/.+"),
    "network-firewall.policies": Named("AWS::NetworkFirewall::FirewallPolicy", r"network-firewall:firewall-policy/.+"),
    "opensearch.domains": Named("AWS::OpenSearch::Domain", r"es:domain/.+"),
    "rds.clusters": Named("AWS::RDS::DBCluster", r"rds:cluster:.+"),
    # Those that people made: the list leaves out what RDS and AWS Backup make by themselves.
    "rds.cluster-snapshots": Named("AWS::RDS::DBClusterSnapshot", r"rds:cluster-snapshot:(?!rds:|awsbackup:).+"),
    "rds.instances": Named("AWS::RDS::DBInstance", r"rds:db:.+"),
    "rds.snapshots": Named("AWS::RDS::DBSnapshot", r"rds:snapshot:(?!rds:|awsbackup:).+"),
    "redshift.clusters": Named("AWS::Redshift::Cluster", r"redshift:cluster:.+"),
    "route53.hosted-zones": Named("AWS::Route53::HostedZone", r"route53:hostedzone/.+"),
    "s3.buckets": Named("AWS::S3::Bucket", r"s3:[^/:]+"),
    "sagemaker.endpoints": Named(arn=r"sagemaker:endpoint/.+"),
    "sagemaker.models": Named("AWS::SageMaker::Model", r"sagemaker:model/.+"),
    "sagemaker.notebook-instances": Named(arn=r"sagemaker:notebook-instance/.+"),
    "secretsmanager.secrets": Named("AWS::SecretsManager::Secret", r"secretsmanager:secret:.+"),
    "sns.topics": Named("AWS::SNS::Topic", r"sns:[^/:]+"),
    "sqs.queues": Named("AWS::SQS::Queue", r"sqs:[^/:]+"),
    "ssm.documents": Named(arn=r"ssm:document/.+"),
    "stepfunctions.state-machines": Named("AWS::StepFunctions::StateMachine", r"states:stateMachine:[^:]+"),
    "transfer.servers": Named(arn=r"transfer:server/.+"),
    "wafv2.cloudfront-web-acls": Named("AWS::WAFv2::WebACL", r"wafv2:global/webacl/.+"),
    "wafv2.web-acls": Named("AWS::WAFv2::WebACL", r"wafv2:regional/webacl/.+"),
    "workspaces.desktops": Named("AWS::WorkSpaces::Workspace", r"workspaces:workspace/.+", "id"),
}  # fmt: skip

CONFIG_TYPES = tuple(sorted({named.config for named in NAMED.values() if named.config}))
RECORDED, VIEWS, INDEXED, TAGGED = (
    "config.recorded",
    "resource-explorer-2.views",
    "resource-explorer-2.resources",
    "resourcegroupstaggingapi.resources",
)
SOURCES = (RECORDED, VIEWS, INDEXED, TAGGED)
"""The populations that hold what the three sources name."""
REGIONS = "config.regions"
_MADE = ("created", "launched", "started", "uploaded")
_READ = {
    RECORDED: ("kind", "named", "resource", "made", "seen"),
    VIEWS: (),
    INDEXED: ("named", "lies_in", "owner", "seen"),
    TAGGED: ("named",),
    REGIONS: ("not_recorded", "recording"),
}


def made_column(spec: PopulationSpec) -> str:
    """The column that says when a member was made, of those that its own list tells; "" where none does."""
    return next((name for name in _MADE if name in spec.columns and spec.columns[name].of is None), "")


def is_named(spec: PopulationSpec) -> bool:
    """Whether the three sources are asked about a population: one with a closer source of its own has that."""
    return spec.corroborated_by is None and not spec.filtered and spec.name in NAMED


def read_beside(spec: PopulationSpec) -> Mapping[str, tuple[str, ...]]:
    """{population: columns} that must be read to count this one a second time; empty where it is not."""
    if not is_named(spec):
        return {}
    made = made_column(spec)
    return {**_READ, spec.name: (made,) if made else ()}
