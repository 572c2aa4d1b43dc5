"""Identity providers and groups."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


@requirement(
    "iam.saml-providers.valid",
    says="Every SAML provider's metadata is valid for some time to come.",
    why="On the day it ends nobody can sign in any more, and the way round it is a password or root.",
    logic="ValidUntil lies more than the days given after the run's end.",
    covers=("IA-19",),
    parameters={"days": Parameter(30, "days that the metadata must still be valid")},
    fix="Fetch new metadata from the identity provider, then aws iam update-saml-provider; delete a provider that nobody uses.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html",
)
def saml_valid(providers: Population, *, days: int) -> Truth:
    return providers.valid_until.beyond(days=days)


@requirement(
    "iam.groups.in-use",
    says="Every group of IAM users has users.",
    why="An empty group with rights waits for a user to be put into it, and no review of users shows it.",
    logic="At least one listed user names the group in GroupList.",
    covers=(),
    shows=("attached",),
    fix="aws iam delete-group, after its policies are detached.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html",
)
def groups_in_use(groups: Population) -> Truth:
    return groups.users.some(lambda user: True)


REQUIREMENTS = (saml_valid, groups_in_use)
