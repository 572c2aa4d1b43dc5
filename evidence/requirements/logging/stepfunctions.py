"""What state machines did."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_LOGS = "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"


@requirement(
    "stepfunctions.state-machines.logs",
    says="Every Step Functions state machine writes a log.",
    why="Of an express workflow nothing else remains, and the history of a standard one is gone after ninety days.",
    logic="loggingConfiguration.level is ALL, ERROR or FATAL, and a log group is named; left out, the level is OFF. Express and standard "
    "workflows alike.",
    covers=(),
    shows=("kind",),
    fix="aws stepfunctions update-state-machine --logging-configuration with a level and a log group.",
    source=_LOGS,
)
def logs(machines: Population) -> Truth:
    level = machines.level.absent_means("OFF", source=_LOGS)
    return level.is_in(("ALL", "ERROR", "FATAL")) & machines.groups.some(lambda _: True)


REQUIREMENTS = (logs,)
