"""Compliance validation: what watches the account, and where it may run."""

from evidence.requirements.compliance_validation import (
    artifact,
    auditmanager,
    config,
    elasticbeanstalk,
    organizations,
    securityhub,
)

REQUIREMENTS = (
    *artifact.REQUIREMENTS,
    *auditmanager.REQUIREMENTS,
    *config.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *organizations.REQUIREMENTS,
    *securityhub.REQUIREMENTS,
)
