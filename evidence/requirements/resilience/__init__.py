"""Resilience: zones, backups, deletion protection."""

from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
