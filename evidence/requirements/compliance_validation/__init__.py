"""Compliance validation: what watches the account, and where it may run."""

from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
