"""Objects that can be had back."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_VERSIONING = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html"


@requirement(
    "s3.buckets.versioning",
    says="Every bucket keeps the earlier versions of its objects.",
    why="What was overwritten or deleted can be restored.",
    logic="Versioning is Enabled; an answer without a status means that it never was.",
    covers=("RS-12",),
    fix="S3 console, bucket, Properties, Bucket Versioning; or aws s3api put-bucket-versioning.",
    source=_VERSIONING,
)
def versioning(buckets: Population) -> Truth:
    return buckets.versioning.absent_means("never enabled", source=_VERSIONING) == "Enabled"


@requirement(
    "s3.buckets.mfa-delete",
    says="Every bucket asks for MFA before a version is deleted.",
    why="Stolen credentials alone then cannot destroy what was kept.",
    logic="MFA delete is Enabled; an answer without it means that it was never configured.",
    covers=("LM-12",),
    shows=("versioning",),
    fix="As root with an MFA device: aws s3api put-bucket-versioning with MFADelete=Enabled.",
    source=_VERSIONING,
)
def mfa_delete(buckets: Population) -> Truth:
    return buckets.mfa_delete.absent_means("never configured", source=_VERSIONING) == "Enabled"


REQUIREMENTS = (versioning, mfa_delete)
