"""Security best practices of the Elastic Beanstalk guide."""

from evidence.requirements.declare import Requirement

REQUIREMENTS: tuple[Requirement, ...] = ()
