"""Secrets: changed in time, under a key of the customer's own."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement
from evidence.requirements.keys import KEY_LOGIC, aws_own

_DESCRIBE = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html"
_ENTRY = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html"
NO_REPLICA = Applies(lambda secrets, *_: ~secrets.replica_of.present(), "A replica: the secret that it copies is judged.")


@requirement(
    "secretsmanager.secrets.rotation",
    says="Every secret is rotated automatically.",
    why="A secret that leaked unnoticed then works until the next rotation only, and nobody has to remember.",
    logic="RotationEnabled is true; left out, rotation was never configured. Whether the value could be rotated at all is not known here.",
    covers=("DP-24",),
    applies=(NO_REPLICA,),
    shows=("interval", "owner"),
    fix="Secrets Manager console, secret, Rotation; or aws secretsmanager rotate-secret with --rotation-rules.",
    source=_DESCRIBE,
)
def rotation(secrets: Population) -> Truth:
    return secrets.rotation.absent_means(False, source=_DESCRIBE).is_true()


@requirement(
    "secretsmanager.secrets.rotated",
    says="Every secret was rotated within the days allowed, and no rotation is overdue.",
    why="Rotation that is switched on and fails each time leaves the old secret in force.",
    logic=(
        "LastRotatedDate is at most the given days old, or the secret never was rotated and is itself no older; NextRotationDate, where "
        "given, is at most a day past: AWS leaves it in the past while a rotation fails. A value that was replaced by hand is not seen."
    ),
    covers=("DP-24",),
    parameters={
        "days": Parameter(
            90,
            "days since the last rotation at most",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html",
        )
    },
    applies=(NO_REPLICA,),
    shows=("rotation", "owner"),
    fix="aws secretsmanager rotate-secret; where it fails, the log of the rotation function says why.",
    source=_ENTRY,
)
def rotated(secrets: Population, *, days: int) -> Truth:
    ever = secrets.last_rotated.present()
    recent = (ever & secrets.last_rotated.within(days=days)) | (~ever & secrets.created.within(days=days))
    return recent & (~secrets.next_rotation.present() | secrets.next_rotation.within(days=1))


@requirement(
    "secretsmanager.secrets.customer-key",
    says="Every secret is encrypted with a customer-managed KMS key.",
    why="Who may read a secret is then decided twice: by its own policies and by the key's.",
    logic="KmsKeyId is given and is no key of AWS's own; left out, the key is aws/secretsmanager. " + KEY_LOGIC,
    covers=("DP-24",),
    uses=("kms.keys",),
    shows=("owner",),
    fix="aws secretsmanager update-secret --kms-key-id.",
    source=_ENTRY,
)
def customer_key(secrets: Population, keys: Population) -> Truth:
    return secrets.key.present() & ~aws_own(secrets, keys)


@requirement(
    "secretsmanager.secrets.used",
    says="Every secret was read within the days allowed.",
    why="A secret that nobody needs any more still opens what it opens, for everybody who once knew it.",
    logic=(
        "LastAccessedDate lies at most the given days back, counted in whole days: AWS gives the day only. Left out, the secret was never "
        "read in its Region, and is itself to be no older. Every reading counts, that of a rotation function too; reading a replica in "
        "another Region does not."
    ),
    covers=("DP-24",),
    parameters={
        "days": Parameter(
            90,
            "days since the secret was last read at most",
            "https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html",
        )
    },
    applies=(
        Applies(lambda secrets: ~secrets.replica_of.present(), "A replica: it may well wait unread until its Region is needed."),
    ),
    shows=("owner", "created"),
    fix="Ask its owner whether anything needs it; if not, aws secretsmanager delete-secret, which can be taken back for 7 to 30 days.",
    source=_ENTRY,
)
def used(secrets: Population, *, days: int) -> Truth:
    ever = secrets.last_used.present()
    lately = secrets.last_used.within(days=days + 1)  # the day begins up to a day before the reading
    return (ever & lately) | (~ever & secrets.created.within(days=days))


REQUIREMENTS = (rotation, rotated, customer_key, used)
