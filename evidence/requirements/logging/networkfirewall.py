"""Network firewalls: what they saw."""

from collections.abc import Sequence

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

_SOURCE = "https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_LogDestinationConfig.html"


@requirement(
    "network-firewall.firewalls.logging",
    says="Every network firewall logs what its rules stop.",
    why="Only the log says afterwards which traffic was stopped, and which the rules spoke of and let pass.",
    logic="LogDestinationConfigs name a destination for every kind of log demanded; none are named where the firewall logs nothing.",
    covers=(),
    parameters={"kinds": Parameter(["ALERT"], "kinds of log that must be kept", _SOURCE, choices=("ALERT", "FLOW", "TLS"))},
    shows=("firewall_name",),
    fix="VPC console, Firewalls, firewall, Logging, Edit; or aws network-firewall update-logging-configuration.",
    source=_SOURCE,
)
def logging(firewalls: Population, *, kinds: Sequence[str]) -> Truth:
    return firewalls.logged.free_of(lambda found: [f"no {kind} log" for kind in kinds if kind not in found])


REQUIREMENTS = (logging,)
