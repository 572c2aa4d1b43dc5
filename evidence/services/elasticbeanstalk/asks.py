"""What to ask AWS Elastic Beanstalk."""

from evidence.services.declare import Ask, Redact
from evidence.services.elasticbeanstalk.secrets import REDACT
from evidence.services.elasticbeanstalk.texts import TAGS, described

_ENVIRONMENTS = "elasticbeanstalk.environments"
# We send nothing but names from the list just read, so an invalid value means: no such environment any more.
_GONE = frozenset({"InvalidParameterValue"})

# Terminated environments would be listed for an hour or so; IncludeDeleted is true where it is left out.
DESCRIBE_ENVIRONMENTS = Ask(
    "elasticbeanstalk",
    "DescribeEnvironments",
    ("elasticbeanstalk:DescribeEnvironments",),
    parameters={"IncludeDeleted": False},
    result="Environments",
    redact=described("Environments[]", "description of an environment"),
)
DESCRIBE_APPLICATIONS = Ask(
    "elasticbeanstalk",
    "DescribeApplications",
    ("elasticbeanstalk:DescribeApplications",),
    result="Applications",
    redact=described("Applications[]", "description of an application"),
)
DESCRIBE_SETTINGS = Ask(
    "elasticbeanstalk",
    "DescribeConfigurationSettings",
    ("elasticbeanstalk:DescribeConfigurationSettings",),
    each=_ENVIRONMENTS,
    given={"ApplicationName": "ApplicationName", "EnvironmentName": "EnvironmentName"},
    gone=_GONE,
    result="ConfigurationSettings",
    redact=REDACT,
)
DESCRIBE_TEMPLATE = Ask(
    "elasticbeanstalk",
    "DescribeConfigurationSettings",
    ("elasticbeanstalk:DescribeConfigurationSettings",),
    each="elasticbeanstalk.configuration-templates",
    given={"ApplicationName": "ApplicationName", "TemplateName": "TemplateName"},
    gone=_GONE,
    result="ConfigurationSettings",
    redact=REDACT,
)
DESCRIBE_RESOURCES = Ask(
    "elasticbeanstalk",
    "DescribeEnvironmentResources",
    ("elasticbeanstalk:DescribeEnvironmentResources",),
    each=_ENVIRONMENTS,
    given={"EnvironmentId": "EnvironmentId"},
    gone=_GONE,
    result="EnvironmentResources",
)
# Only environments with enhanced health have an answer; AWS tells the others by InvalidRequestException.
DESCRIBE_HEALTH = Ask(
    "elasticbeanstalk",
    "DescribeEnvironmentHealth",
    ("elasticbeanstalk:DescribeEnvironmentHealth",),
    parameters={"AttributeNames": ["All"]},
    each=_ENVIRONMENTS,
    given={"EnvironmentId": "EnvironmentId"},
    absent=frozenset({"InvalidRequestException"}),
)
DESCRIBE_MANAGED_ACTIONS = Ask(
    "elasticbeanstalk",
    "DescribeEnvironmentManagedActionHistory",
    ("elasticbeanstalk:DescribeEnvironmentManagedActionHistory",),
    each=_ENVIRONMENTS,
    given={"EnvironmentId": "EnvironmentId"},
)
LIST_TAGS = Ask(
    "elasticbeanstalk",
    "ListTagsForResource",
    ("elasticbeanstalk:ListTagsForResource",),
    each=_ENVIRONMENTS,
    given={"ResourceArn": "EnvironmentArn"},
    gone=frozenset({"ResourceNotFoundException"}),
    result="ResourceTags",
    redact=TAGS,
)
LIST_APPLICATION_TAGS = Ask(
    "elasticbeanstalk",
    "ListTagsForResource",
    ("elasticbeanstalk:ListTagsForResource",),
    each="elasticbeanstalk.applications",
    given={"ResourceArn": "ApplicationArn"},
    gone=frozenset({"ResourceNotFoundException"}),
    result="ResourceTags",
    redact=TAGS,
)
# Severity is a lower bound: FATAL comes with it. AWS keeps six weeks. Asked of each environment by its id, so that a caller who
# may not see its events is refused, not answered with none. A message may quote what a failed command printed.
DESCRIBE_ERRORS = Ask(
    "elasticbeanstalk",
    "DescribeEvents",
    ("elasticbeanstalk:DescribeEvents",),
    parameters={"Severity": "ERROR"},
    each=_ENVIRONMENTS,
    given={"EnvironmentId": "EnvironmentId"},
    gone=_GONE,
    result="Events",
    redact=(Redact("Events[]", "event message", key="Message"),),
)
DESCRIBE_PLATFORM = Ask(
    "elasticbeanstalk",
    "DescribePlatformVersion",
    ("elasticbeanstalk:DescribePlatformVersion",),
    each=_ENVIRONMENTS,
    given={"PlatformArn": "PlatformArn"},
    result="PlatformDescription",
)
# Each branch has one recommended version; the list of all versions would be some thousand entries in each Region.
LIST_RECOMMENDED_PLATFORMS = Ask(
    "elasticbeanstalk",
    "ListPlatformVersions",
    ("elasticbeanstalk:ListPlatformVersions",),
    parameters={"Filters": [{"Type": "PlatformLifecycleState", "Operator": "=", "Values": ["recommended"]}]},
    result="PlatformSummaryList",
)
LIST_BRANCHES = Ask(
    "elasticbeanstalk",
    "ListPlatformBranches",
    ("elasticbeanstalk:ListPlatformBranches",),
    tokens=("NextToken", "NextToken"),
    result="PlatformBranchSummaryList",
)
# The closing slash keeps the groups of "shop-2" out of those of "shop".
DESCRIBE_LOG_GROUPS = Ask(
    "logs",
    "DescribeLogGroups",
    ("logs:DescribeLogGroups",),
    each=_ENVIRONMENTS,
    given={"logGroupNamePrefix": "/aws/elasticbeanstalk/{EnvironmentName}/"},
    result="logGroups",
)

ASKS = (
    DESCRIBE_ENVIRONMENTS, DESCRIBE_APPLICATIONS, DESCRIBE_SETTINGS, DESCRIBE_TEMPLATE, DESCRIBE_RESOURCES, DESCRIBE_HEALTH,
    DESCRIBE_MANAGED_ACTIONS, DESCRIBE_ERRORS, LIST_TAGS, LIST_APPLICATION_TAGS, DESCRIBE_PLATFORM, LIST_RECOMMENDED_PLATFORMS,
    LIST_BRANCHES, DESCRIBE_LOG_GROUPS,
)  # fmt: skip
