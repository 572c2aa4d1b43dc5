"""Secrets: whom their own policies let in."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "secretsmanager.secrets.policy-not-public",
    says="No secret's resource policy lets everyone in.",
    why="What everyone may read is no secret.",
    logic=(
        "No Allow of the resource policy names everyone (Principal * or NotPrincipal) unless a condition pins the caller: a fixed "
        "account, principal, organisation, source, VPC or address range, by an operator that fails where the key is missing. A secret "
        "without a policy is open to nobody but its own account."
    ),
    covers=("IS-16",),
    fix="aws secretsmanager put-resource-policy with named principals and --block-public-policy, or delete-resource-policy.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
)
def policy_not_public(secrets: Population) -> Truth:
    return ~secrets.policy.present() | secrets.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
