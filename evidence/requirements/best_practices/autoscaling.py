"""Auto Scaling groups: what they start instances from."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "autoscaling.groups.launch-template",
    says="Every Auto Scaling group starts its instances from a launch template.",
    why="Launch configurations get nothing new from AWS, settings that protect included, and keep no versions to look back at.",
    logic="The group, or its mixed instances policy, names a launch template. A group that names neither a template nor a launch "
    "configuration is unknown.",
    covers=("BP-02",),
    shows=("launch_configuration",),
    fix="Auto Scaling console, Launch configurations, Copy to launch template; then aws autoscaling update-auto-scaling-group "
    "--launch-template. In Elastic Beanstalk the option DisableIMDSv1 moves the environment to one.",
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html",
)
def launch_template(groups: Population) -> Truth:
    named = groups.launch_configuration.matches("")  # yes where one is named, unknown where none is
    return groups.launch_templates.some(lambda _: True) | ~named


REQUIREMENTS = (launch_template,)
