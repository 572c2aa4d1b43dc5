"""Identity and access management: root, users, keys, policies, roles."""

from evidence.requirements.declare import Requirement
from evidence.requirements.identity import account, ec2, elasticbeanstalk, principals, root, users

REQUIREMENTS: tuple[Requirement, ...] = (
    *root.REQUIREMENTS,
    *account.REQUIREMENTS,
    *users.REQUIREMENTS,
    *principals.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *ec2.REQUIREMENTS,
)
