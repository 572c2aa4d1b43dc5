"""What AWS alone names: words, forms and fields, told from a customer's wherever they stand."""

import re

STANDING = frozenset((
    "example", "arn", "aws", "awseb", "elasticbeanstalk", "stack", "com", "amazonaws", "http", "https", "hostedzone", "alias",
    "root", "default", "self", "all", "amazon", "localhost", "service", "role", "aws-service-role", "aws-reserved",
    "service-role", "sso", "AWSReservedSSO", "elb", "dkr", "ecr", "lambda-url", "execute-api", "root_account", "NOT", "EXISTS",
    "IS",
))  # fmt: skip
"""Words of names, paths, addresses and filters that AWS itself makes."""
TELLING = frozenset((
    "password", "passwords", "passwd", "passphrase", "secret", "secrets", "private", "access", "api", "key", "keys", "client",
    "token", "tokens", "credential", "credentials",
))  # fmt: skip
"""Words by which a name says that its value is a secret: judging reads them, and they tell of nobody."""
SENTENCE = frozenset((
    "User", "user", "is", "not", "authorized", "to", "perform", "on", "resource", "because", "no", "identity-based",
    "resource-based", "policy", "allows", "the", "action", "with", "an", "explicit", "deny", "in", "a", "service", "control",
    "An", "error", "occurred", "when", "calling", "operation", "does", "exist", "found", "was", "were", "for", "this", "that",
    "and", "or", "of", "by", "by", "at", "from", "been", "has", "GMT", "initiated",
))  # fmt: skip
"""Words of AWS's error messages."""
WHOLE = re.compile(
    r"""-?\d{1,9} (?:\.\d+)?%? | true|false|null | 20(?:08|12)-10-17 | L-[0-9A-F]{8}
    | arn:[^:]+:iam::aws:.* | arn:aws[a-z-]*:[a-z0-9-]+ | arn:[^:]+:elasticbeanstalk:[^:]*::(?:platform|solutionstack)/.*
    | arn:[^:]+:securityhub:[^:]*::(?:product/aws/|ruleset/|standards/).* | arn:[^:]+:artifact:[^:]*::report/.*
    | AWSServiceRoleFor[A-Za-z0-9]+ | [\w-]+/[\w.-]+\.amazonaws\.com/AWSServiceRoleFor[A-Za-z0-9]+ | aws-elasticbeanstalk-(?:ec2|service)-role
    | AWSManagedRules[A-Za-z0-9]+RuleSet | AWSEB[A-Za-z0-9]+ | alias/aws/[\w-]+ | aws:[a-z0-9:-]+ | /aws/[a-z]+/?
    | default[.:](?:aurora|mysql|mariadb|postgres|oracle|sqlserver|redshift|docdb|neptune|redis|memcached|valkey)[a-z0-9.-]*
    | ELBSecurityPolicy-(?:(?:TLS13|TLS|FS|Ext|Res|PQ|FIPS|v?\d{1,4})\d?-?)+ | rds-ca-(?:\d{4}|[a-z]+\d+)(?:-g\d)?
    | com\.amazonaws\.(?!vpce)[a-z0-9-]+\.[a-z0-9.-]+ | http://acs\.amazonaws\.com/groups/[\w/]+ | token\.actions\.githubusercontent\.com
    | cron\([^a-z]*\) | rate\(\d+\s\w+\) | /dev/(?:xvd|sd|nvme)[a-z0-9]+
    | (?:For(?:All|Any)Values?:)?(?:(?:Not)?(?:String|Numeric|Date|Binary|Arn|IpAddress)(?:Not)?(?:Equals|Like|LessThan|GreaterThan)?(?:IgnoreCase|Equals)?
      |Bool|Null)(?:IfExists)?
    """,
    re.VERBOSE,
)
"""Whole texts that AWS alone gives out: managed policies, platforms, its own keys, parameter groups and roles, TLS policies, services, quotas."""
CHOSEN = (
    (re.compile(r"(?:Not)?Actions?|ActionNames|EvalActionName"), re.compile(r"[\w-]+:[\w*?]+|\*")),
    (re.compile(r"\w*Service|EventSource|eventSource"), re.compile(r"[\w.-]+\.amazonaws\.com(?:\.cn)?")),
    (re.compile(r"SolutionStackName|PlatformBranchName|PlatformName"), re.compile(r"(?:64bit|[\w.#]+ [\w.]+ running on|Amazon|Windows)[\w .#/-]*")),
    (
        re.compile(r"\w*(?:Status|State|[vV]ersion|Engine|Class|[tT]ype|Runtime|Zone|[rR]egion|Protocol|Family|ErrorCode)"),
        re.compile(r"[A-Za-z0-9$][\w.+:-]{0,63}"),
    ),
)  # fmt: skip
"""Fields that AWS alone fills, with the form of what it fills in. Something of another form is replaced like anything else."""
IDS = (
    "acl|aclassoc|ami|cgw|cvpn-endpoint|dopt|eipalloc|eipassoc|eigw|eni|eni-attach|fl|fs|fsap|fsmt|i|igw|key|lgw|lt|mi|nat|pb|pcx|pl|r|rtb|rtbassoc|s|"
    "sg|sgr|snap|subnet|tgw|tgw-attach|tgw-rtb|vgw|vol|vpc|vpce|vpce-svc|vpc-cidr-assoc|vpn|ws|d|e|o|ou|ssoins"
)
UNTYPED = frozenset({"s3", "sns", "sqs", "execute-api", "codecommit", "codepipeline", "neptune-db"})
"""Services whose ARNs go from the account right to the customer's names."""
