"""AWS Network Firewall: firewalls, what they record, and what their policies do with packets that no rule speaks of.

Firewalls of a VPC or a transit gateway, which is what AWS lists unless asked for the firewalls of internet gateways.
"""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Service, flag, items, text

_FIREWALLS, _POLICIES = "network-firewall.firewalls", "network-firewall.policies"
_GONE = frozenset({"ResourceNotFoundException"})

LIST_FIREWALLS = Ask("network-firewall", "ListFirewalls", ("network-firewall:ListFirewalls",), result="Firewalls")
DESCRIBE_FIREWALL = Ask(
    "network-firewall", "DescribeFirewall", ("network-firewall:DescribeFirewall",), each=_FIREWALLS, given={"FirewallArn": "FirewallArn"},
    gone=_GONE, result="Firewall",
)  # fmt: skip
# A firewall that logs nothing may be answered without a configuration.
DESCRIBE_LOGGING = Ask(
    "network-firewall", "DescribeLoggingConfiguration", ("network-firewall:DescribeLoggingConfiguration",), each=_FIREWALLS,
    given={"FirewallArn": "FirewallArn"}, gone=_GONE, result="FirewallArn",
)  # fmt: skip
LIST_POLICIES = Ask(
    "network-firewall", "ListFirewallPolicies", ("network-firewall:ListFirewallPolicies",), result="FirewallPolicies"
)
DESCRIBE_POLICY = Ask(
    "network-firewall", "DescribeFirewallPolicy", ("network-firewall:DescribeFirewallPolicy",), each=_POLICIES,
    given={"FirewallPolicyArn": "Arn"}, gone=_GONE, result="FirewallPolicy",
)  # fmt: skip


def _places(firewall: Item, answer: Any) -> list[str]:
    """Subnets of a VPC, of which AWS takes one in each Availability Zone, or the zones at a transit gateway."""
    found = answer["Firewall"]
    if not found.get("AvailabilityZoneMappings"):
        return [one["SubnetId"] for one in found["SubnetMappings"]]
    return [one["AvailabilityZone"] for one in found["AvailabilityZoneMappings"]]


def _logged(firewall: Item, answer: Any) -> list[str]:
    return [
        one["LogType"] for one in (answer.get("LoggingConfiguration") or {"LogDestinationConfigs": ()})["LogDestinationConfigs"]
    ]


def _groups(policy: Item, answer: Any) -> list[str]:
    """ARNs of the rule groups, of which a policy may have none."""
    found = answer["FirewallPolicy"]
    kinds = ("StatelessRuleGroupReferences", "StatefulRuleGroupReferences")
    return [one["ResourceArn"] for kind in kinds for one in found.get(kind) or ()]


FIREWALLS = PopulationSpec(
    name=_FIREWALLS,
    noun="network firewall",
    type="AWS::NetworkFirewall::Firewall",
    listed_by=LIST_FIREWALLS,
    items="Firewalls[]",
    identity="FirewallArn",
    arn="{FirewallArn}",
    columns={
        "firewall_name": text("FirewallName", label="name"),
        "places": items(of=DESCRIBE_FIREWALL, read=_places, label="subnets or zones"),
        "deletion_protection": flag("Firewall.DeleteProtection", DESCRIBE_FIREWALL),
        "subnet_protection": flag("Firewall.SubnetChangeProtection", DESCRIBE_FIREWALL, label="subnet change protection"),
        "logged": items(of=DESCRIBE_LOGGING, read=_logged, label="logs"),
    },
)
POLICIES = PopulationSpec(
    name=_POLICIES,
    noun="firewall policy",
    type="AWS::NetworkFirewall::FirewallPolicy",
    listed_by=LIST_POLICIES,
    items="FirewallPolicies[]",
    identity="Arn",
    arn="{Arn}",
    columns={
        "policy_name": text("Name", label="name"),
        "default_actions": items("FirewallPolicy.StatelessDefaultActions", DESCRIBE_POLICY, label="for whole packets"),
        "fragment_actions": items("FirewallPolicy.StatelessFragmentDefaultActions", DESCRIBE_POLICY, label="for fragments"),
        "groups": items(of=DESCRIBE_POLICY, read=_groups, label="rule groups"),
    },
)

SERVICE = Service(
    "network-firewall",
    "AWS Network Firewall",
    asks=(LIST_FIREWALLS, DESCRIBE_FIREWALL, DESCRIBE_LOGGING, LIST_POLICIES, DESCRIBE_POLICY),
    populations=(FIREWALLS, POLICIES),
)
