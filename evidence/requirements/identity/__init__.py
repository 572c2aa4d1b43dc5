"""Identity and access management: root, users, keys, policies, roles."""

from evidence.requirements.identity import (
    accessanalyzer,
    account,
    ec2,
    elasticbeanstalk,
    people,
    policies,
    principals,
    providers,
    rds,
    roles,
    root,
    users,
)

REQUIREMENTS = (
    *accessanalyzer.REQUIREMENTS,
    *account.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *people.REQUIREMENTS,
    *policies.REQUIREMENTS,
    *principals.REQUIREMENTS,
    *providers.REQUIREMENTS,
    *rds.REQUIREMENTS,
    *roles.REQUIREMENTS,
    *root.REQUIREMENTS,
    *users.REQUIREMENTS,
)
