"""What management says an environment stands on, where no API links the two: by ARN."""

import re
from collections.abc import Mapping, Sequence

from evidence.errors import EvidenceError

Named = Mapping[str, Sequence[str]]
"""Environment id → ARNs."""

_KINDS: Mapping[str, tuple[str, str]] = {
    r"rds:[^:]*:[^:]*:db:(.+)": ("database", "1"),
    r"elasticfilesystem:[^:]*:[^:]*:file-system/(.+)": ("file system", "1"),
    r"secretsmanager:[^:]*:[^:]*:secret:.+": ("secret", "arn"),
    r"s3:::([^/]+)": ("bucket", "1"),
    r"sqs:[^:]*:[^:]*:.+": ("queue", "arn"),
    r"sns:[^:]*:[^:]*:.+": ("topic", "arn"),
    r"kms:[^:]*:[^:]*:key/(.+)": ("KMS key", "1"),
    r"acm:[^:]*:[^:]*:certificate/.+": ("certificate", "arn"),
    r"elasticloadbalancing:[^:]*:[^:]*:loadbalancer/(?:app|net|gwy)/.+": ("load balancer", "arn"),
    r"logs:[^:]*:[^:]*:log-group:(.+?)(?::\*)?": ("log group", "1"),
}
"""How the ARN of each kind ends → its role in the picture, and whether populations know it by that end or by the whole ARN."""


def role_and_id(arn: str) -> tuple[str, str] | None:
    """The role of a resource in the picture and the id by which its population knows it; None for what can have no role."""
    for pattern, (role, by) in _KINDS.items():
        match = re.fullmatch(rf"arn:[^:]+:{pattern}", arn)
        if match:
            return role, arn if by == "arn" else match[1]
    return None


def check_named(named: Named, where: str) -> None:
    """Raises EvidenceError for an ARN that can have no place in an environment's picture."""
    for environment, arns in named.items():
        for arn in arns:
            if role_and_id(arn) is None:
                raise EvidenceError(
                    f"{where}: environment {environment} cannot stand on {arn!r}.",
                    "Name databases, file systems, secrets, buckets, queues, topics, keys, certificates, load balancers and log groups, by ARN.",
                )
