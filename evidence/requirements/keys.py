"""Whose key it is, where files of several topics ask the same."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population

KEY_LOGIC = (
    "It is AWS's own under an alias that begins with aws/, or where the account lists it in that Region as managed by AWS; a key of "
    "another account is a customer's."
)


def aws_own(members: Population, keys: Population) -> Truth:
    """Whether the column `key` of the members (an ARN, an id or an alias) names a key that AWS manages; `keys` is kms.keys."""
    by_aws = keys.manager == "AWS"
    found = members.key.matches(r"(^|:)alias/aws/")
    for name in ("arn", "id"):
        found = found | members.some_in(keys, on=("key", name), where=by_aws, label="keys of AWS's own")
    return found
