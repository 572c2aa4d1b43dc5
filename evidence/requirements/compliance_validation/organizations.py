"""The organisation's management policies: what it imposes on the account beside the account's own settings."""

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.services.organizations import MANAGEMENT_POLICIES, policy_column

EFFECTIVE = "https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html"
_MEMBER = Applies(
    lambda accounts: accounts.organization.present(), "The account belongs to no organisation, so none imposes a policy on it."
)


@requirement(
    "organizations.account.management-policies",
    says="Every management policy that the organisation requires is in force in the account.",
    why="A policy of the organisation holds where an account's own administrators would have to be trusted otherwise.",
    logic="For each type named, DescribeEffectivePolicy answers the account with a policy that says something; "
    "EffectivePolicyNotFoundException says that none of the type is in force. While no type is named, nobody can say and the "
    "requirement leaves a gap. What the policy says stands in the answer, beside which a person lays the approved text. Service and "
    "resource control policies are no management policies and have no such call.",
    covers=("CV-12",),
    parameters={"types": Parameter([], "types of policies that must be in force", EFFECTIVE, choices=MANAGEMENT_POLICIES)},
    applies=(_MEMBER,),
    shows=("organization",),
    fix="In the management account: aws organizations enable-policy-type, create-policy and attach-policy to a unit over the account.",
    source=EFFECTIVE,
)
def management_policies(accounts: Population, *, types: list[str]) -> Truth:
    def named(_: str) -> str:
        if not types:
            raise ValueError("nobody named the types of policies that are required")
        return ", ".join(types)

    columns = {kind: accounts[policy_column(kind)] for kind in MANAGEMENT_POLICIES}
    holds = accounts.organization.compute(named, label="types required").present()
    for kind in types:
        holds &= _in_force(columns[kind])
    return holds


def _in_force(policy: Column) -> Truth:
    return policy.present() & policy.free_of(lambda content: [] if any(content.values()) else ["the policy in force is empty"])


REQUIREMENTS = (management_policies,)
