"""IAM users: their passwords, keys and rights, read from the credential report and the list of users."""

from collections.abc import Iterable

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

REPORT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"
USER = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html"


def _some_key(users: Population) -> Truth:
    return users.key_1_active.is_true() | users.key_2_active.is_true()


@requirement(
    "iam.users.console-mfa",
    says="Every IAM user with a console password has MFA.",
    why="A stolen or guessed password is then not enough.",
    logic="In the credential report mfa_active is true. Not applicable where password_enabled is false.",
    covers=("IA-04",),
    applies=(
        Applies(lambda users: users.password_enabled.is_true(), "The user has no console password (password_enabled is false)."),
    ),
    shows=("report_time",),
    fix="The user assigns an MFA device under Security credentials; better still, people sign in through IAM Identity Center.",
    source=REPORT,
)
def console_mfa(users: Population) -> Truth:
    return users.mfa_active.is_true()


@requirement(
    "iam.users.key-age",
    says="Every IAM user's active access keys are young.",
    why="The longer a key lives, the more places it was copied to.",
    logic=(
        "For each of the user's two access keys in the credential report: it is not active, or access_key_last_rotated is at most "
        "the days given before the run's end. Not applicable to users without an active key."
    ),
    covers=("IA-05",),
    parameters={"days": Parameter(90, "days that an access key may live")},
    applies=(Applies(_some_key, "The user has no active access key."),),
    shows=("report_time",),
    fix="Make a second key, change over, then aws iam update-access-key --status Inactive and delete the old one.",
    source=REPORT,
)
def key_age(users: Population, *, days: int) -> Truth:
    first = ~users.key_1_active.is_true() | users.key_1_rotated.within(days=days)
    second = ~users.key_2_active.is_true() | users.key_2_rotated.within(days=days)
    return first & second & users.report_whole.is_true()


@requirement(
    "iam.users.unused-credentials",
    says="Every IAM user's password and access keys are in use, or switched off.",
    why="Nobody notices the misuse of a credential that nobody uses.",
    logic=(
        "In the credential report the password and each access key is either not enabled or was last used at most the days given "
        "before the run's end; one that was never used (no_information, N/A) counts from when it was made or changed."
    ),
    covers=("IA-06",),
    parameters={"days": Parameter(45, "days that a password or key may go unused")},
    applies=(
        Applies(lambda users: users.password_enabled.is_true() | _some_key(users), "The user has no password and no active key."),
    ),
    shows=("report_time",),
    fix="aws iam delete-login-profile; aws iam update-access-key --status Inactive, and later delete-access-key.",
    source=REPORT,
)
def unused_credentials(users: Population, *, days: int) -> Truth:
    def in_use(active: Column, used: Column, made: Column) -> Truth:
        recent = (used.present() & used.within(days=days)) | (~used.present() & made.within(days=days))
        return ~active.is_true() | recent

    password = in_use(users.password_enabled, users.password_last_used, users.password_last_changed)
    first = in_use(users.key_1_active, users.key_1_last_used, users.key_1_rotated)
    second = in_use(users.key_2_active, users.key_2_last_used, users.key_2_rotated)
    return password & first & second & users.report_whole.is_true()


@requirement(
    "iam.users.single-active-key",
    says="Every IAM user has at most one active access key.",
    why="A second key is for changing over; left active it doubles what can leak.",
    logic="In the credential report access_key_1_active and access_key_2_active are not both true.",
    covers=("IA-05",),
    shows=("report_time",),
    fix="aws iam update-access-key --status Inactive for the key that is no longer used.",
    source=REPORT,
)
def single_active_key(users: Population) -> Truth:
    return ~(users.key_1_active.is_true() & users.key_2_active.is_true()) & users.report_whole.is_true()


@requirement(
    "iam.users.no-direct-policies",
    says="Every IAM user has its rights through groups only.",
    why="Rights that hang on single users are overlooked when a person changes jobs.",
    logic="The user has no attached managed policy and no inline policy (UserPolicyList absent: none).",
    covers=("IA-08",),
    shows=("groups",),
    fix="Put the user into a group that has the policies, then aws iam detach-user-policy and delete-user-policy.",
    source=USER,
)
def no_direct_policies(users: Population) -> Truth:
    attached = users.attached.free_of(lambda arns: _each("is attached directly", (arn.split(":policy/")[-1] for arn in arns)))
    inline = users.inline.absent_means([], source=USER).free_of(lambda names: _each("is inline", names))
    return attached & inline


def _each(what: str, names: Iterable[str]) -> list[str]:
    return [f"policy {name} {what}" for name in names]


REQUIREMENTS = (console_mfa, key_age, unused_credentials, single_active_key, no_direct_policies)
