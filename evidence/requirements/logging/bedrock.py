"""What is asked of models, and what they answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


def _missing(setting: Mapping[str, Any]) -> Iterator[str]:
    if not (setting.get("cloudWatchConfig") or setting.get("s3Config")):
        yield "invocations are not recorded"
    elif setting["textDataDeliveryEnabled"] is not True:
        yield "the record has no texts"


@requirement(
    "bedrock.regions.invocation-logs",
    says="Bedrock records the invocations of models in every Region in scope.",
    why="What was asked of a model, by whom, and what it answered can otherwise not be told after an incident.",
    logic="loggingConfig names a log group or a bucket, and textDataDeliveryEnabled is true; without loggingConfig nothing is recorded. "
    "Whether anybody uses models in the Region is not asked: use on demand leaves nothing to list.",
    covers=(),
    fix="aws bedrock put-model-invocation-logging-configuration; a Region that a service control policy shuts to Bedrock may be "
    "accepted.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html",
)
def invocation_logs(regions: Population) -> Truth:
    return regions.invocations.free_of(_missing)


REQUIREMENTS = (invocation_logs,)
