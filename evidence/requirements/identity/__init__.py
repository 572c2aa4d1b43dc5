"""Identity and access management: root, users, keys, policies, roles."""

from evidence.requirements.identity import accessanalyzer, account, ec2, elasticbeanstalk, policies, principals, root, users

REQUIREMENTS = (
    *accessanalyzer.REQUIREMENTS,
    *account.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *policies.REQUIREMENTS,
    *principals.REQUIREMENTS,
    *root.REQUIREMENTS,
    *users.REQUIREMENTS,
)
