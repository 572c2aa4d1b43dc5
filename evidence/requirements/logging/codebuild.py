"""What builds leave behind."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.containers import THERE
from evidence.requirements.declare import requirement


@requirement(
    "codebuild.projects.logs",
    says="Every CodeBuild project keeps the logs of its builds.",
    why="What went into the software that runs, and what a build did with its rights, can otherwise not be told.",
    logic="cloudWatchLogs.status or s3Logs.status of logsConfig is ENABLED; CloudWatch Logs left out is on.",
    covers=(),
    applies=(THERE,),
    fix="aws codebuild update-project --logs-config cloudWatchLogs={status=ENABLED}.",
    source="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_LogsConfig.html",
)
def logs(projects: Population) -> Truth:
    return projects.logs.some(lambda _: True)


REQUIREMENTS = (logs,)
