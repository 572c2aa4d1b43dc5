"""Desktops at rest."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "workspaces.desktops.encrypted",
    says="Every WorkSpace has both its volumes encrypted.",
    why="People keep on their desktops what they took from everywhere else.",
    logic="RootVolumeEncryptionEnabled and UserVolumeEncryptionEnabled are true. AWS does not say what leaving either out means: that is a "
    "gap.",
    covers=(),
    shows=("state",),
    fix="The volumes are encrypted when a WorkSpace is launched: launch another one with both encrypted and move the work over.",
    source="https://docs.aws.amazon.com/workspaces/latest/adminguide/encrypt-workspaces.html",
)
def encrypted(desktops: Population) -> Truth:
    return desktops.root_encrypted.is_true() & desktops.user_encrypted.is_true()


REQUIREMENTS = (encrypted,)
