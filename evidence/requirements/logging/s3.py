"""Who asked for which object."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "s3.buckets.access-logging",
    says="Every bucket logs the requests made to it.",
    why="Reads and writes of objects can be traced afterwards.",
    logic="Server access logging names a target bucket; an answer without one means that logging is off.",
    covers=("LM-12",),
    fix="S3 console, bucket, Properties, Server access logging; or aws s3api put-bucket-logging.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html",
)
def access_logging(buckets: Population) -> Truth:
    return buckets.logging_target.present()


REQUIREMENTS = (access_logging,)
