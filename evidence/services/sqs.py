"""Amazon Simple Queue Service: queues, how they are encrypted, and who may use them."""

from collections.abc import Callable
from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Service, document, flag, text

# Without MaxResults AWS lists a thousand queues, and no token for the rest. Where there are none it leaves the list out.
LIST_QUEUES = Ask("sqs", "ListQueues", ("sqs:ListQueues",), parameters={"MaxResults": 1000})
# Without AttributeNames nothing is answered at all.
GET_ATTRIBUTES = Ask(
    "sqs",
    "GetQueueAttributes",
    ("sqs:GetQueueAttributes",),
    parameters={"AttributeNames": ["All"]},
    each="sqs.queues",
    given={"QueueUrl": "QueueUrl"},
    gone=frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}),
    result="Attributes",
)


def _queues(answer: Any) -> list[Item]:
    """The list is of addresses only; what follows the last slash is the queue's name."""
    return [{"QueueUrl": url, "Name": url.rpartition("/")[2]} for url in answer.get("QueueUrls", ())]


def _attribute(name: str) -> Callable[[Item, Any], Any]:
    """An attribute that is left out or empty is not set. All are texts."""
    return lambda item, answer: answer["Attributes"].get(name) or None


QUEUES = PopulationSpec(
    name="sqs.queues",
    noun="SQS queue",
    type="AWS::SQS::Queue",
    listed_by=LIST_QUEUES,
    rows=_queues,
    identity="QueueUrl",
    arn="arn:{partition}:sqs:{region}:{account}:{Name}",
    columns={
        "name": text("Name"),
        "key": text(of=GET_ATTRIBUTES, read=_attribute("KmsMasterKeyId"), label="KMS key"),
        "managed_encryption": flag(of=GET_ATTRIBUTES, read=_attribute("SqsManagedSseEnabled"), label="encrypted by SQS"),
        "policy": document(of=GET_ATTRIBUTES, read=_attribute("Policy"), label="queue policy"),
    },
)

SERVICE = Service("sqs", "Amazon Simple Queue Service", asks=(LIST_QUEUES, GET_ATTRIBUTES), populations=(QUEUES,))
