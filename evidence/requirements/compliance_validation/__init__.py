"""Compliance validation: what watches the account, and where it may run."""

from evidence.requirements.compliance_validation import (
    elasticbeanstalk,
    securityhub,
)

REQUIREMENTS = (
    *elasticbeanstalk.REQUIREMENTS,
    *securityhub.REQUIREMENTS,
)
