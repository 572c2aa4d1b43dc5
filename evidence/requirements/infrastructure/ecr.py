"""Who may use repositories of container images."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "ecr.repositories.policy-not-public",
    says="Every ECR repository's policy keeps strangers out.",
    why="Who may pull an image reads the software and whatever was packed with it; who may push one has his own code run.",
    logic="There is no repository policy (the owner's account alone can use the repository), or no Allow of it names everyone "
    "(Principal * or NotPrincipal) unless a condition pins the caller: a fixed account, principal, organisation, source, VPC or "
    "address range, by an operator that fails where the key is missing. Public galleries (ECR Public) are another service.",
    covers=(),
    fix="ECR console, repository, Permissions: name the accounts or roles, or add a condition such as aws:PrincipalOrgID.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
)
def policy_not_public(repositories: Population) -> Truth:
    return ~repositories.policy.present() | repositories.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
