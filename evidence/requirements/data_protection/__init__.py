"""Data protection: at rest, in transit, and who can read it."""

from evidence.requirements.data_protection import ec2, elasticbeanstalk, elbv2, logs, rds

REQUIREMENTS = (
    *ec2.REQUIREMENTS,
    *logs.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *elbv2.REQUIREMENTS,
    *rds.REQUIREMENTS,
)
