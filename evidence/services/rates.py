"""How often AWS says it may be asked: the request rates that its documentation names, for the operations that are asked here.

A limit holds in one account and Region (in the account as a whole where the service has no Regions), for everybody who asks
there, so what a collection takes of it the account's own automation lacks. These are AWS's defaults: an account may have been
given more. What is not named here has no documented rate that we found.
"""

from dataclasses import dataclass
from functools import cache

EC2 = "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html"
KMS = "https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html"
ECS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"
TRAIL = "https://docs.aws.amazon.com/general/latest/gr/ct.html"
HUB = "https://docs.aws.amazon.com/securityhub/1.0/APIReference/Welcome.html"
SNS = "https://docs.aws.amazon.com/sns/latest/api/API_"
KINESIS = "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_"


@dataclass(frozen=True)
class Limit:
    """What one or several operations may be asked together.

    services    as botocore names them
    rate        requests a second
    source      AWS's page that says so
    operations  whom it is for; none: every operation of the services that no other limit names
    burst       requests that may come at once after a rest: the documented size of the bucket; 1 where none is documented
    apart       each operation has such a limit for itself
    beside      it counts the operations that another limit names, too
    """

    services: tuple[str, ...]
    rate: float
    source: str
    operations: tuple[str, ...] = ()
    burst: float = 1.0
    apart: bool = False
    beside: bool = False

    def bucket(self, operation: str) -> str:
        """The name of what the operation's requests are counted in."""
        if self.apart:
            return f"{self.services[0]}:{operation}"
        return f"{self.services[0]}:{' '.join(self.operations) or '*'}"


# EC2 has a smaller bucket for some lists where they are asked without a filter and without a page size, as most are here. ECS
# calls its buckets by what they read. A limit that the page does not say to be each operation's own is taken to be shared.
LIMITS = (
    Limit(("ec2",), 20, EC2, burst=100, apart=True),
    Limit(
        ("ec2",), 10, EC2,
        ("DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeVolumes"),
        burst=50, apart=True,
    ),
    Limit(("kms",), 2000, KMS, ("DescribeKey",)),
    Limit(("kms",), 1000, KMS, ("GetKeyPolicy", "GetKeyRotationStatus"), apart=True),
    Limit(("kms",), 500, KMS, ("ListKeys",)),
    Limit(("ecs",), 20, ECS, ("DescribeClusters", "ListClusters"), burst=50),
    Limit(("ecs",), 20, ECS, ("DescribeTaskDefinition",), burst=50),
    Limit(("ecs",), 20, ECS, ("DescribeTasks", "ListTasks"), burst=100),
    Limit(("ecs",), 20, ECS, ("DescribeServices", "ListServices"), burst=100),
    Limit(("lambda",), 15, LAMBDA, ("GetPolicy",)),
    Limit(("lambda",), 15, LAMBDA),
    Limit(("apigateway", "apigatewayv2"), 10, GATEWAY, burst=40, beside=True),
    Limit(("apigateway",), 2.5, GATEWAY, ("GetResources",)),
    Limit(("route53",), 5, "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html"),
    Limit(("cloudtrail",), 2, "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html", ("LookupEvents",)),
    Limit(("cloudtrail",), 10, TRAIL),
    Limit(("cloudwatch",), 9, "https://docs.aws.amazon.com/general/latest/gr/cw_region.html", ("DescribeAlarms",)),
    Limit(("logs",), 10, LOGS, ("DescribeLogGroups",)),
    Limit(("logs",), 5, LOGS, ("DescribeMetricFilters",)),
    Limit(("secretsmanager",), 50, "https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html", ("GetResourcePolicy",)),
    Limit(("securityhub",), 3, HUB, ("GetFindings",), burst=6),
    Limit(("securityhub",), 10, HUB, burst=30),
    Limit(("sns",), 30, f"{SNS}ListTopics.html", ("ListTopics",)),
    Limit(("sns",), 30, f"{SNS}ListSubscriptionsByTopic.html", ("ListSubscriptionsByTopic",)),
    Limit(("kinesis",), 20, f"{KINESIS}DescribeStreamSummary.html", ("DescribeStreamSummary",)),
    Limit(("kinesis",), 5, f"{KINESIS}ListStreams.html", ("ListStreams",)),
    Limit(
        ("dynamodb",), 10, "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html",
        ("DescribeContinuousBackups",),
    ),
    Limit(
        ("service-quotas",), 5, "https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html",
        ("GetServiceQuota",), burst=5,
    ),
    Limit(("account",), 10, "https://docs.aws.amazon.com/accounts/latest/reference/quotas.html", ("GetAlternateContact",), burst=15),
    Limit(("sts",), 600, "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"),
)  # fmt: skip


@cache
def limits_of(service: str, operation: str) -> tuple[Limit, ...]:
    """The documented limits that a request counts in, the narrowest first; none where no rate is documented."""
    ours = [limit for limit in LIMITS if service in limit.services]
    named = [limit for limit in ours if operation in limit.operations]
    rest = [limit for limit in ours if not limit.operations and (limit.beside or not named)]
    return (*named, *rest)
