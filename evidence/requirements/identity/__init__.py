"""Identity and access management: root, users, keys, policies, roles."""

from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
