"""Builds: shut off from their host, and from the public."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.containers import THERE
from evidence.requirements.declare import requirement

_ENVIRONMENT = "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html"


@requirement(
    "codebuild.projects.not-privileged",
    says="No CodeBuild project runs its builds in privileged mode.",
    why="In privileged mode a build, with every package it downloads, gets at all devices of the machine it runs on.",
    logic="privilegedMode of the environment is false; left out, it is false. Building Docker images needs it: there the exception is to "
    "be accepted.",
    covers=(),
    applies=(THERE,),
    fix="aws codebuild update-project with privilegedMode=false in the environment.",
    source=_ENVIRONMENT,
)
def not_privileged(projects: Population) -> Truth:
    return ~projects.privileged.absent_means(False, source=_ENVIRONMENT).is_true()


@requirement(
    "codebuild.projects.not-public",
    says="No CodeBuild project shows its builds to the public.",
    why="A public build shows its log, its artifacts and its variables to everybody who has the address.",
    logic="projectVisibility is PRIVATE.",
    covers=(),
    applies=(THERE,),
    fix="aws codebuild update-project-visibility --project-visibility PRIVATE.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html",
)
def not_public(projects: Population) -> Truth:
    return projects.visibility == "PRIVATE"


REQUIREMENTS = (not_privileged, not_public)
