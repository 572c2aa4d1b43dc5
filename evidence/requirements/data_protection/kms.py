"""KMS keys: rotated, kept, not open to everyone."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

_STATUS = "https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html"
_METADATA = "https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html"
_AT_REST = frozenset({"Creating", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable"})
"""Key states in which KMS rotates nothing, whatever the rotation flag says."""
_PENDING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
_STATES = _AT_REST | {"Enabled", "Updating"}
_CUSTOMERS = Applies(lambda keys: keys.manager == "CUSTOMER", "AWS manages this key and rotates it.")


def _known_state(state: str) -> str:
    if state not in _STATES:
        raise ValueError(f"{state!r} is a key state that is not known")
    return state


def _no_replica(keys: Population) -> Truth:
    return keys.multi_region.absent_means("none", source=_METADATA) != "REPLICA"


@requirement(
    "kms.keys.rotation",
    says="Every customer-managed key that KMS can rotate is rotated in time.",
    why="A key that leaks unnoticed then protects only what it encrypted in one period.",
    logic="KeyRotationEnabled is true and RotationPeriodInDays is at most the days allowed (365 where AWS does not say).",
    covers=("DP-20",),
    parameters={"days": Parameter(365, "longest rotation period in days", _STATUS)},
    applies=(
        _CUSTOMERS,
        Applies(
            lambda keys: ~keys.state.compute(_known_state).is_in(_AT_REST),
            "The key is not enabled: KMS rotates enabled keys only.",
        ),
        Applies(lambda keys: keys.key_spec == "SYMMETRIC_DEFAULT", "KMS rotates symmetric encryption keys only."),
        Applies(lambda keys: keys.origin == "AWS_KMS", "KMS rotates by itself only key material that it made."),
        Applies(_no_replica, "A replica key: it is rotated with its primary key, which is judged."),
    ),
    fix="KMS console, key, Key rotation; or aws kms enable-key-rotation --rotation-period-in-days.",
    source=_STATUS,
)
def rotation(keys: Population, *, days: int) -> Truth:
    return keys.rotation.is_true() & (keys.rotation_period.absent_means(365, source=_STATUS) <= days)


@requirement(
    "kms.keys.not-pending-deletion",
    says="No customer-managed key is waiting for its deletion.",
    why="What a deleted key encrypted cannot be read again.",
    logic="KeyState is neither PendingDeletion nor PendingReplicaDeletion; whether anything still needs the key is not read.",
    covers=("DP-20",),
    shows=("deletion",),
    applies=(_CUSTOMERS,),
    fix="aws kms cancel-key-deletion, if anything still needs the key.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
)
def not_pending_deletion(keys: Population) -> Truth:
    return ~keys.state.compute(_known_state).is_in(_PENDING)


@requirement(
    "kms.keys.policy-not-public",
    says="No customer-managed key's policy lets everyone in.",
    why="Who may use the key may read what it protects.",
    logic=(
        "No Allow of the key policy names everyone (Principal * or NotPrincipal) unless a condition pins the caller: "
        "a fixed account, principal, organisation, source, VPC or address range, by an operator that fails where the key is missing."
    ),
    covers=("DP-21",),
    applies=(_CUSTOMERS,),
    fix="Name the principals in the key policy, or add a condition such as StringEquals kms:CallerAccount.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
)
def policy_not_public(keys: Population) -> Truth:
    return keys.policy.free_of(open_to_everyone)


REQUIREMENTS = (rotation, not_pending_deletion, policy_not_public)
