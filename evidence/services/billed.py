"""What Cost Explorer calls the services that we collect, and why a service may be there and not on the bill.

AWS has no list of the names: they are those of its answers (dimension SERVICE), which are its price list's names but for EC2, whose bill
is two. A name that does not stand here is shown as it is. Checked in July 2026 against answers that others published.
"""

from collections.abc import Mapping

SERVICES: Mapping[str, tuple[str, ...]] = {
    "AWS Audit Manager": ("auditmanager",),
    "AWS Backup": ("backup",),
    "AWS Certificate Manager": ("acm",),
    "AWS CloudFormation": ("cloudformation",),
    "AWS CloudTrail": ("cloudtrail",),
    "AWS CodeBuild": ("codebuild",),
    "AWS Config": ("config",),
    "AWS Database Migration Service": ("dms",),
    "AWS Glue": ("glue",),
    "AWS Key Management Service": ("kms",),
    "AWS Lambda": ("lambda",),
    "AWS Network Firewall": ("network-firewall",),
    "AWS Secrets Manager": ("secretsmanager",),
    "AWS Security Hub": ("securityhub",),
    "AWS Step Functions": ("stepfunctions",),
    "AWS Systems Manager": ("ssm",),
    "AWS Transfer Family": ("transfer",),
    "AWS WAF": ("wafv2",),
    "Amazon API Gateway": ("apigateway", "apigatewayv2"),
    "Amazon Athena": ("athena",),
    "Amazon Bedrock": ("bedrock",),
    "Amazon CloudFront": ("cloudfront",),
    "Amazon DocumentDB (with MongoDB compatibility)": ("docdb",),
    "Amazon DynamoDB": ("dynamodb",),
    "Amazon EC2 Container Registry (ECR)": ("ecr",),
    "Amazon EC2 Container Service": ("ecs",),
    "Amazon ElastiCache": ("elasticache",),
    "Amazon Elastic Compute Cloud - Compute": ("ec2",),
    "Amazon Elastic Container Service": ("ecs",),
    "Amazon Elastic Container Service for Kubernetes": ("eks",),
    "Amazon Elastic File System": ("efs",),
    "Amazon Elastic Kubernetes Service": ("eks",),
    "Amazon Elastic Load Balancing": ("elb", "elbv2"),
    "Amazon Elasticsearch Service": ("opensearch",),
    "Amazon EventBridge": ("events",),
    "Amazon GuardDuty": ("guardduty",),
    "Amazon Inspector": ("inspector2",),
    "Amazon Kinesis": ("kinesis",),
    "Amazon Kinesis Firehose": ("firehose",),
    "Amazon Macie": ("macie2",),
    "Amazon Neptune": ("neptune",),
    "Amazon OpenSearch Service": ("opensearch",),
    "Amazon Redshift": ("redshift",),
    "Amazon Relational Database Service": ("rds",),
    "Amazon Route 53": ("route53",),
    "Amazon SageMaker": ("sagemaker",),
    "Amazon Simple Notification Service": ("sns",),
    "Amazon Simple Queue Service": ("sqs",),
    "Amazon Simple Storage Service": ("s3", "s3control"),
    "Amazon Virtual Private Cloud": ("ec2",),
    "Amazon WorkSpaces": ("workspaces",),
    "AmazonCloudWatch": ("cloudwatch", "logs"),
    "CloudWatch Events": ("events",),
    "CodeBuild": ("codebuild",),
    "EC2 - Other": ("ec2",),
}
"""Cost Explorer's name → our services. EC2's volumes, addresses and snapshots are "EC2 - Other"."""
_MODELS = " (Amazon Bedrock Edition)"
"""How the name of a model ends that is bought in AWS Marketplace and used by Amazon Bedrock."""

CHARGES = frozenset({
    "APN Annual Program Fee", "AWS Cost Explorer", "AWS Data Transfer", "AWS Premium Support", "AWS Support (Basic)", "AWS Support (Business)",
    "AWS Support (Developer)", "AWS Support (Enterprise)", "Credits", "Discount", "Refund", "Savings Plans for AWS Compute usage", "Tax",
})  # fmt: skip
"""Written out, so that an anonymised run keeps them."""
_CHARGES = ("AWS Support", "Savings Plans for ")
"""How the names of support plans and commitments begin."""
REGIONLESS = frozenset({"", "NoRegion", "No Region", "global"})
"""What stands where usage has no Region."""

UNBILLED: Mapping[str, str] = {
    "accessanalyzer": "analyzers of external access cost nothing",
    "account": "costs nothing",
    "acm": "certificates that stay inside AWS cost nothing",
    "artifact": "costs nothing",
    "autoscaling": "costs nothing: what it launches is billed as EC2's",
    "cloudformation": "stacks of AWS's own resource types cost nothing",
    "ec2": "networks, security groups and what else is billed by use may cost nothing",
    "ecs": "tasks on EC2 instances are billed as EC2's",
    "elasticbeanstalk": "costs nothing: what it makes is billed as the other services'",
    "events": "AWS's own events cost nothing",
    "iam": "costs nothing",
    "kms": "keys that AWS manages cost nothing",
    "organizations": "costs nothing",
    "resource-explorer-2": "costs nothing",
    "resourcegroupstaggingapi": "costs nothing",
    "s3control": "is billed as Amazon S3",
    "servicequotas": "costs nothing",
    "sso-admin": "costs nothing",
    "sts": "costs nothing",
}
"""Our service → why its resources may not be on the bill, as AWS's page of its prices has it (https://aws.amazon.com/pricing/)."""


def services_of(name: str) -> tuple[str, ...]:
    """Our services that Cost Explorer calls so; none for a name that is not known here."""
    return ("bedrock",) if name.endswith(_MODELS) else SERVICES.get(name, ())


def is_charge(name: str) -> bool:
    """Whether it is no service that holds resources: a tax, a credit, support, a commitment, data transfer, this very question."""
    return name in CHARGES or name.startswith(_CHARGES)
