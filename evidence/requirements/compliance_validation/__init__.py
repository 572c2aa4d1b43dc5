"""Compliance validation: what watches the account, and where it may run."""

from evidence.requirements.compliance_validation import (
    artifact,
    config,
    elasticbeanstalk,
    securityhub,
)

REQUIREMENTS = (
    *artifact.REQUIREMENTS,
    *config.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *securityhub.REQUIREMENTS,
)
