"""Changes to Elastic Beanstalk: each can be traced to who made it, when and from where."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.services.cloudtrail import CHANGES

LOOKUP = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html"
WINDOW = (
    f"Looked at are the calls {', '.join(CHANGES)} that CloudTrail remembers of the last ninety days, which is all it does; a longer "
    "window is in the trail's own files, and the last minutes before the run may be missing. Reads and other calls are not looked at."
)


@requirement(
    "cloudtrail.beanstalk-changes.attributable",
    says="Every change to Elastic Beanstalk is on record with who made it, when and from where.",
    why="A change that cannot be traced to somebody cannot be answered for.",
    logic="The event names a principal or the AWS service that acted (userIdentity), has an eventTime and a sourceIPAddress, and was not "
    f"made by the root user, who is nobody in particular. {WINDOW} Where there was no change there is nothing to judge. Who stands "
    "behind a role or a pipeline, a person shows.",
    covers=("LM-14",),
    shows=("name", "identity"),
    fix="Make changes through roles whose sessions are named after the person or pipeline; keep the root user for what only it can do.",
    source=LOOKUP,
)
def attributable(changes: Population) -> Truth:
    return changes.who.present() & changes.at.present() & changes.address.present() & (changes.identity != "Root")


REQUIREMENTS = (attributable,)
