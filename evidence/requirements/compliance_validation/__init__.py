"""Compliance validation: what watches the account, and where it may run."""

from evidence.requirements.compliance_validation import elasticbeanstalk, securityhub
from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = (*securityhub.REQUIREMENTS, *elasticbeanstalk.REQUIREMENTS)
