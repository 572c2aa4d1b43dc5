"""Alarms on the health of environments."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.telling import tells


@requirement(
    "elasticbeanstalk.environments.health-alarm",
    says="Every environment has an alarm on its health that tells somebody.",
    why="Severe health that nobody hears of is found by the customers.",
    logic="A CloudWatch alarm in the environment's Region watches EnvironmentHealth of AWS/ElasticBeanstalk with the dimension "
    "EnvironmentName alone, goes off where the metric is 25 (severe), is in state OK or ALARM (INSUFFICIENT_DATA: it sees nothing), "
    "and has ActionsEnabled and a topic among its AlarmActions (or those of a composite alarm that any child sets off) that has a "
    "confirmed subscription and is not encrypted with alias/aws/sns. Alarms that scale the environment tell nobody. Metric-math "
    "alarms and topics of other accounts are gaps; periods and other metrics are not judged.",
    covers=("LM-07",),
    uses=("cloudwatch.alarms", "cloudwatch.composite-alarms", "sns.topics"),
    fix="Environment, Monitoring, the bell of Environment Health: alarm above 20, with a topic whose subscription somebody confirmed. "
    "The metric needs enhanced health.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html",
)
def health_alarm(environments: Population, alarms: Population, composites: Population, topics: Population) -> Truth:
    counts = alarms.severe.is_true() & alarms.state.is_in(("OK", "ALARM")) & tells(alarms, composites, topics)
    watched = environments.some_in(alarms, on=("name", "environments"), label="alarms on its health")
    told = environments.some_in(alarms, on=("name", "environments"), where=counts, label="of them, alarms that tell somebody")
    return watched & told


REQUIREMENTS = (health_alarm,)
