"""Infrastructure security: networks, ports, exposure."""

from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
