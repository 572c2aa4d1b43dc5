"""Logging and monitoring: trails, log groups, health."""

from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
