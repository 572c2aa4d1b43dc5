"""Amazon EC2: machines, their disks and images, and the networks they stand in."""

from evidence.services.declare import Service
from evidence.services.ec2 import disks, edges, machines, networks, regions
from evidence.services.ec2.regions import DESCRIBE_REGIONS

SERVICE = Service(
    "ec2",
    "Amazon EC2",
    asks=(*regions.ASKS, *disks.ASKS, *networks.ASKS, *edges.ASKS, *machines.ASKS),
    populations=(
        *regions.POPULATIONS,
        *disks.POPULATIONS,
        *networks.POPULATIONS,
        *edges.POPULATIONS,
        *machines.POPULATIONS,
    ),
)

__all__ = ["DESCRIBE_REGIONS", "SERVICE"]
