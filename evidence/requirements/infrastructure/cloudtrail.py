"""How clients spoke to Elastic Beanstalk, as CloudTrail saw it."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement
from evidence.requirements.logging.beanstalk_changes import WINDOW

RECORD = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
MODERN = ("TLSv1.2", "TLSv1.3")


@requirement(
    "cloudtrail.beanstalk-changes.modern-tls",
    says="Every change to Elastic Beanstalk was asked for over TLS 1.2 or 1.3.",
    why="Older versions can be broken by who sits between client and endpoint, and with them what is deployed.",
    logic=f"tlsDetails.tlsVersion of the event is TLSv1.2 or TLSv1.3. {WINDOW} Left out are calls that an AWS service made and calls "
    "through the console, whose events have no tlsDetails; any other event without them is a gap.",
    covers=("IS-15",),
    applies=(
        Applies(lambda changes: ~changes.by_service.is_true(), "An AWS service made the call: its event does not tell how."),
        Applies(
            lambda changes: changes.tls.present() | ~changes.console.absent_means(False, source=RECORD).is_true(),
            "The console passed the call on: its event does not tell how.",
        ),
    ),
    shows=("name", "at", "who", "host"),
    fix="Bring the client's SDK, runtime and proxies up to TLS 1.2 or later; AWS's endpoints refuse older versions by now.",
    source=RECORD,
)
def modern_tls(changes: Population) -> Truth:
    return changes.tls.is_in(MODERN)


REQUIREMENTS = (modern_tls,)
