"""KMS keys: rotated, kept, not open to everyone."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_ROTATION = "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"
_REPLICAS = "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html"
_CUSTOMERS = Applies(lambda keys: keys.manager == "CUSTOMER", "AWS manages this key, and rotates it")


@requirement(
    "kms.keys.rotation",
    says="Every customer key is rotated by KMS at least once a year.",
    why="A key that leaks unnoticed then protects only what it encrypted in one period.",
    logic="Automatic rotation is enabled and its period is at most the days named (365 where AWS does not say).",
    covers=("DP-20",),
    parameters={"days": Parameter(365, "longest rotation period in days", _ROTATION)},
    applies=(
        _CUSTOMERS,
        Applies(lambda keys: keys.state == "Enabled", "the key is not enabled: KMS rotates enabled keys only"),
        Applies(lambda keys: keys.key_spec == "SYMMETRIC_DEFAULT", "KMS rotates symmetric encryption keys only"),
        Applies(lambda keys: keys.origin == "AWS_KMS", "KMS does not rotate key material that it did not make itself"),
        Applies(
            lambda keys: keys.multi_region.absent_means("none", source=_REPLICAS) != "REPLICA",
            "a replica key is rotated with its primary key",
        ),
    ),
    fix="KMS console, key, Key rotation; or aws kms enable-key-rotation.",
    source=_ROTATION,
)
def rotation(keys: Population, *, days: int) -> Truth:
    return keys.rotation.is_true() & (keys.rotation_period.absent_means(365, source=_ROTATION) <= days)


@requirement(
    "kms.keys.not-pending-deletion",
    says="No customer key is waiting for its deletion.",
    why="What a deleted key encrypted cannot be read again.",
    logic="The key's state is neither PendingDeletion nor PendingReplicaDeletion.",
    covers=("DP-20",),
    shows=("deletion",),
    applies=(_CUSTOMERS,),
    fix="aws kms cancel-key-deletion, if anything still needs the key.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
)
def not_pending_deletion(keys: Population) -> Truth:
    return ~keys.state.is_in({"PendingDeletion", "PendingReplicaDeletion"})


@requirement(
    "kms.keys.policy-not-public",
    says="No customer key's policy lets everyone in.",
    why="Who may use the key may read what it protects.",
    logic="No statement allows everyone without a condition that says who, or from where.",
    covers=("DP-21",),
    applies=(_CUSTOMERS,),
    fix="Name the principals in the key policy, or add a condition such as kms:CallerAccount.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
)
def policy_not_public(keys: Population) -> Truth:
    return keys.policy.free_of(open_to_everyone)


REQUIREMENTS = (rotation, not_pending_deletion, policy_not_public)
