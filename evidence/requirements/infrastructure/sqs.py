"""Who may use queues."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "sqs.queues.policy-not-public",
    says="Every SQS queue's policy keeps strangers out.",
    why="Who may send to a worker's queue makes it work; who may receive reads what it should do.",
    logic="There is no queue policy (Policy left out or empty: the owner's account alone can use the queue), or no Allow of it names "
    "everyone (Principal * or NotPrincipal) unless a condition pins the caller: a fixed account, principal, organisation, source, VPC "
    "or address range, by an operator that fails where the key is missing.",
    covers=("IS-16",),
    shows=("name",),
    fix="SQS console, queue, Access policy: name the principals, or add a condition such as ArnEquals aws:SourceArn.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
)
def policy_not_public(queues: Population) -> Truth:
    return ~queues.policy.present() | queues.policy.free_of(open_to_everyone)


REQUIREMENTS = (policy_not_public,)
