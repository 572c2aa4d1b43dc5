"""EBS volumes, snapshots and images at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "ec2.volumes.encrypted",
    says="Every EBS volume is encrypted.",
    why="A detached volume or a copied snapshot is then unreadable without the key.",
    logic="The volume's Encrypted is true.",
    covers=("DP-13",),
    shows=("size",),
    fix="A volume cannot be encrypted in place: copy its snapshot with encryption and make a volume from the copy.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html",
)
def volumes_encrypted(volumes: Population) -> Truth:
    return volumes.encrypted.is_true()


REQUIREMENTS = (volumes_encrypted,)
