"""Network firewalls: what their policies do."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_SOURCE = "https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_FirewallPolicy.html"
_LOOKS = frozenset({"aws:drop", "aws:forward_to_sfe"})


@requirement(
    "network-firewall.policies.default-actions",
    says="No firewall policy lets packets pass that no stateless rule speaks of, whole or in fragments.",
    why="What the stateless rules do not name is otherwise never seen by the stateful ones.",
    logic="StatelessDefaultActions and StatelessFragmentDefaultActions both name aws:drop or aws:forward_to_sfe, and neither aws:pass. What "
    "the stateful rules then do is not read.",
    covers=(),
    shows=("policy_name",),
    fix="VPC console, Firewall policies, policy, Stateless default actions, Edit: Drop, or Forward to stateful rule groups.",
    source=_SOURCE,
)
def default_actions(policies: Population) -> Truth:
    every = (policies.default_actions, policies.fragment_actions)
    first, second = (actions.some(lambda one: one in _LOOKS) & ~actions.some(lambda one: one == "aws:pass") for actions in every)
    return first & second


@requirement(
    "network-firewall.policies.rule-groups",
    says="Every firewall policy has rules.",
    why="A firewall whose policy has none looks at nothing.",
    logic="At least one stateless or stateful rule group is referred to. What is inside the groups is not read.",
    covers=(),
    shows=("policy_name",),
    fix="VPC console, Firewall policies, policy, Add rule groups; or aws network-firewall update-firewall-policy.",
    source=_SOURCE,
)
def rule_groups(policies: Population) -> Truth:
    return policies.groups.some(lambda _: True)


REQUIREMENTS = (default_actions, rule_groups)
