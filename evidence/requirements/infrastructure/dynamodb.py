"""Who may use tables."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "dynamodb.tables.policy-not-public",
    says="Every DynamoDB table's resource policy keeps strangers out.",
    why="A table has no network of its own to hide in: whoever its policy admits reads or writes it from anywhere.",
    logic="The table has no resource policy (its own account's IAM policies decide), or no Allow of it names everyone (Principal * or "
    "NotPrincipal) unless a condition pins the caller: a fixed account, principal, organisation, source, VPC or address range, by an "
    "operator that fails where the key is missing. The policies of streams are not read.",
    covers=(),
    fix="DynamoDB console, table, Permissions: name the principals; or aws dynamodb put-resource-policy.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html",
)
def policy_not_public(tables: Population) -> Truth:
    return ~tables.policy.present() | tables.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
