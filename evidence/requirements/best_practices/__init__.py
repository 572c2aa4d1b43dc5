"""Security best practices of the Elastic Beanstalk guide."""

from evidence.requirements.best_practices import ec2, elasticbeanstalk
from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = (
    *elasticbeanstalk.REQUIREMENTS,
    *ec2.REQUIREMENTS,
)
