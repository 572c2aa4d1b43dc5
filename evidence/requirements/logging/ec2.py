"""Who came into the network by a VPN."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "ec2.vpn-connections.logged",
    says="Every site-to-site VPN connection keeps the logs of its tunnels.",
    why="They say who agreed on which keys and ciphers, and why a tunnel went down.",
    logic="Every tunnel has LogEnabled true under CloudWatchLogOptions; AWS documents false as its default.",
    covers=(),
    applies=(
        Applies(lambda connections: connections.state == "available", "The connection is not made yet, or is being deleted."),
    ),
    fix="aws ec2 modify-vpn-tunnel-options with LogOptions, for each tunnel (it is taken down meanwhile).",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CloudWatchLogOptions.html",
)
def tunnels_logged(connections: Population) -> Truth:
    return connections.logged.is_true()


@requirement(
    "ec2.client-vpn-endpoints.connections-logged",
    says="Every Client VPN endpoint logs who connects.",
    why="It is the record of who was inside the network, from where and when.",
    logic="ConnectionLogOptions.Enabled is true.",
    covers=(),
    applies=(
        Applies(
            lambda endpoints: endpoints.status.is_in(("available", "pending-associate")),
            "The endpoint is deleted or being deleted.",
        ),
    ),
    shows=("log_group",),
    fix="aws ec2 modify-client-vpn-endpoint --connection-log-options Enabled=true with a log group.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ConnectionLogResponseOptions.html",
)
def connections_logged(endpoints: Population) -> Truth:
    return endpoints.logged.is_true()


REQUIREMENTS = (tunnels_logged, connections_logged)
