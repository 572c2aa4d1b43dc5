"""An HTTP server that speaks AWS on the wire: any modelled operation, answered from a world that is plain data.

For example:

    world = World()
    world.put("012345678901", "eu-west-1", "ec2", "DescribeVolumes", {"Volumes": [{"VolumeId": "vol-1"}]})
    world.faults.append(Fault("throttled", service="ec2", times=2))
    with serve(world) as bench:
        client(bench, "ec2", attempts=3).describe_volumes()
    assert bench.counts() == {("ec2", "DescribeVolumes"): 3}
"""

from tests.aws_simulator.clients import client
from tests.aws_simulator.faults import KINDS, Fault, Request
from tests.aws_simulator.server import Bench, serve
from tests.aws_simulator.world import Account, World

__all__ = ["KINDS", "Account", "Bench", "Fault", "Request", "World", "client", "serve"]
