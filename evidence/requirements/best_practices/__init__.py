"""Security best practices of the Elastic Beanstalk guide."""

from evidence.requirements.best_practices import (
    config,
    ec2,
    elasticbeanstalk,
    events,
)

REQUIREMENTS = (
    *config.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *events.REQUIREMENTS,
)
