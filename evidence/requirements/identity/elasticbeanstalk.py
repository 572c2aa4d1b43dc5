"""Elastic Beanstalk environments: the roles that the service and the instances act under."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "elasticbeanstalk.environments.instance-profile",
    says="Every environment gives its instances an instance profile.",
    why="Without one, applications are tempted to carry access keys, which neither expire nor stay put.",
    logic="The deployed option IamInstanceProfile has a value. Whether running instances carry a profile is judged by "
    "ec2.instances.instance-profile.",
    covers=("IA-14",),
    shows=("instance_profile",),
    fix="Configuration → Service access → EC2 instance profile.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/concepts-roles-instance.html",
)
def instance_profile(environments: Population) -> Truth:
    return environments.instance_profile.present()


REQUIREMENTS = (instance_profile,)
