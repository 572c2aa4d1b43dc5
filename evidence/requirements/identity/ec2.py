"""EC2 instances: whom they act as."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "ec2.instances.instance-profile",
    says="Every EC2 instance has an instance profile.",
    why="Applications then get short-lived credentials of a role instead of keys kept on the disk.",
    logic="The instance names an instance profile, running or stopped.",
    covers=("IA-14",),
    shows=("state",),
    fix="aws ec2 associate-iam-instance-profile; in Elastic Beanstalk the option IamInstanceProfile.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html",
)
def instance_profile(instances: Population) -> Truth:
    return instances.profile.present()


REQUIREMENTS = (instance_profile,)
