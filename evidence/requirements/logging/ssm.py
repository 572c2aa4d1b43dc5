"""Sessions on machines: what was typed and shown is kept."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "ssm.regions.session-logging",
    says="Every Region with managed nodes keeps the output of Session Manager's sessions.",
    why="Without it nobody can say afterwards what an administrator did on a machine.",
    logic=(
        "The Region's session preferences (the document SSM-SessionManagerRunShell) name a log group or a bucket; without the document "
        "there are none. Preferences with a shell profile are not kept, since it may hold secrets, and are unknown. Sessions started "
        "with a document of their own, and those over SSH or port forwarding, are not covered by these preferences."
    ),
    covers=(),
    uses=("ssm.managed-nodes",),
    applies=(
        Applies(
            lambda regions, nodes: regions.some_in(nodes, label="managed nodes"),
            "Systems Manager manages no node in this Region.",
        ),
    ),
    fix="Systems Manager console, Session Manager, Preferences: CloudWatch logging or S3 logging, in each Region.",
    source="https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html",
)
def session_logging(regions: Population, _: Population) -> Truth:
    return regions.session_logs.present() & regions.session_logs.some(lambda place: True)


REQUIREMENTS = (session_logging,)
