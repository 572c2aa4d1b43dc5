"""Backup vaults: whom their own policies let in."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "backup.vaults.policy-not-public",
    says="No backup vault's access policy lets everyone in.",
    why="A backup holds all that the resource held, and a stranger who may delete it takes away the last resort.",
    logic=(
        "No Allow of the access policy names everyone (Principal * or NotPrincipal) unless a condition pins the caller: a fixed "
        "account, principal, organisation, source, VPC or address range, by an operator that fails where the key is missing. A vault "
        "without a policy (ResourceNotFoundException) is open to nobody but its own account."
    ),
    covers=("IS-16",),
    fix="aws backup put-backup-vault-access-policy with named principals, or with the condition aws:PrincipalOrgID.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html",
)
def policy_not_public(vaults: Population) -> Truth:
    return ~vaults.policy.present() | vaults.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
