"""What a certificate must be, where files of several kinds of resource say the same."""

import re
from collections.abc import Iterator

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter

MINIMUM_RSA_BITS = 2048

DAYS_LEFT = Parameter(
    30,
    "days for which a certificate must still be valid",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/acm-controls.html",
)


def weak(algorithm: str) -> Iterator[str]:
    """Why a key is too weak. AWS writes RSA_2048 in one answer and RSA-2048 in another; a kind not known here cannot be read."""
    kind = re.fullmatch(r"(RSA|EC)[-_](\w+)", algorithm)
    if kind is None:
        raise ValueError(f"{algorithm} is a kind of key that is not known here")
    if kind[1] == "RSA" and int(kind[2]) < MINIMUM_RSA_BITS:
        yield f"its key is {algorithm}: less than {MINIMUM_RSA_BITS} bits"


def sound(bound: Population, column: str, acm: Population, iam: Population, days: int) -> Truth:
    """Whether the certificate whose ARN the column holds is issued, strong enough and valid for `days` more, as ACM says; of
    those kept in IAM, which tells no more, whether it is valid for `days` more."""
    arn, here, kept = bound[column], (column, "id"), (column, "arn")
    status = bound.lookup(acm, on=here, column="status", label="status in ACM")
    ends = bound.lookup(acm, on=here, column="not_after", label="valid in ACM until")
    key = bound.lookup(acm, on=here, column="key_algorithm", label="key in ACM")
    expires = bound.lookup(iam, on=kept, column="expires", within="account", label="valid in IAM until")
    in_acm = (status == "ISSUED") & ends.beyond(days=days) & key.free_of(weak)
    in_iam = arn.matches("^arn:[^:]+:iam:")
    return (~in_iam & in_acm) | (in_iam & expires.beyond(days=days))
