"""Connections to other networks that outlive the loss of one tunnel."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "ec2.vpn-connections.tunnels-up",
    says="Both tunnels of every site-to-site VPN connection are up.",
    why="AWS takes one tunnel down for maintenance: with the other one down, the connection is gone.",
    logic="DescribeVpnConnections shows at least two tunnels, each with status UP at the time of collection.",
    covers=(),
    applies=(
        Applies(lambda connections: connections.state == "available", "The connection is not made yet, or is being deleted."),
    ),
    fix="Bring the second tunnel up on the customer's gateway (VPN console, Tunnel details, says why it is down).",
    source="https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html",
)
def tunnels_up(connections: Population) -> Truth:
    return connections.tunnels.free_of(
        lambda states: [
            *(f"tunnel {number} is {state}" for number, state in enumerate(states, 1) if state != "UP"),
            *([] if len(states) > 1 else [f"{len(states)} tunnels are shown, not two"]),
        ]
    )


REQUIREMENTS = (tunnels_up,)
