"""Security best practices of the Elastic Beanstalk guide."""

from evidence.requirements.best_practices import (
    autoscaling,
    config,
    ec2,
    elasticbeanstalk,
    events,
    rds,
)

REQUIREMENTS = (
    *autoscaling.REQUIREMENTS,
    *config.REQUIREMENTS,
    *ec2.REQUIREMENTS,
    *elasticbeanstalk.REQUIREMENTS,
    *events.REQUIREMENTS,
    *rds.REQUIREMENTS,
)
