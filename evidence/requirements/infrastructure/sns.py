"""Who may use topics."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "sns.topics.policy-not-public",
    says="Every SNS topic's policy keeps strangers out.",
    why="Who may subscribe reads every message, and who may publish can send false alarms.",
    logic="No Allow of the topic policy names everyone (Principal * or NotPrincipal) unless a condition pins the caller: a fixed "
    "account, principal, organisation, source, VPC or address range, by an operator that fails where the key is missing. The default "
    "policy, which names everyone where AWS:SourceOwner is the owner, meets. Conditions of SNS itself (sns:Endpoint, sns:Protocol) "
    "do not say who: a statement that rests on them alone is a gap.",
    covers=("IS-16",),
    shows=("name",),
    fix="SNS console, topic, Edit, Access policy: name the principals, or add a condition on aws:SourceAccount or aws:PrincipalOrgID.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
)
def policy_not_public(topics: Population) -> Truth:
    return topics.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
