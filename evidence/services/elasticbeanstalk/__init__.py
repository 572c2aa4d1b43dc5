"""AWS Elastic Beanstalk."""

from evidence.services.declare import Service
from evidence.services.elasticbeanstalk.applications import APPLICATIONS, PLATFORM_BRANCHES, PLATFORM_VERSIONS, TEMPLATES
from evidence.services.elasticbeanstalk.asks import ASKS
from evidence.services.elasticbeanstalk.environments import ENVIRONMENTS

SERVICE = Service(
    "elasticbeanstalk",
    "AWS Elastic Beanstalk",
    asks=ASKS,
    populations=(ENVIRONMENTS, APPLICATIONS, TEMPLATES, PLATFORM_VERSIONS, PLATFORM_BRANCHES),
)
