"""The root user: it can do everything and is bound by no policy."""

from evidence.populations.cells import Column, Truth
from evidence.populations.pairs import paired
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

SUMMARY = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"
FEATURES = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html"
REPORT = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"


def _can_sign_in(accounts: Population) -> Truth:
    # MFA that is there answers by itself: a summary without AccountPasswordPresent then leaves nothing open.
    return (accounts.root_mfa == 1) | (accounts.root_password == 1) | (accounts.root_keys == 1)


HAS_CREDENTIALS = Applies(
    _can_sign_in,
    "Root has no password and no access key (AccountPasswordPresent and AccountAccessKeysPresent are 0): nobody can sign in as root.",
)


@requirement(
    "iam.account.root-mfa",
    says="The root user of every account has MFA.",
    why="A stolen or guessed root password is then not enough.",
    logic="AccountMFAEnabled is 1. Not applicable where root has neither password nor access key.",
    covers=("IA-01",),
    applies=(HAS_CREDENTIALS,),
    fix="Sign in as root, Security credentials, assign an MFA device; in an organisation, delete root's credentials centrally.",
    source=SUMMARY,
)
def root_mfa(accounts: Population) -> Truth:
    return accounts.root_mfa == 1


@requirement(
    "iam.account.root-hardware-mfa",
    says="The root user of every account has MFA by hardware or passkey, not by a virtual device.",
    why="A virtual device's secret can be copied from the phone that holds it.",
    logic=(
        "AccountMFAEnabled is 1 and no virtual device is assigned to root (serial number ending in :mfa/root-account-mfa-device, "
        "or a user ARN ending in :root). Not applicable where root has neither password nor access key."
    ),
    covers=("IA-01",),
    applies=(HAS_CREDENTIALS,),
    fix="Sign in as root, assign a security key or hardware token, then remove the virtual device.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html",
)
def root_hardware_mfa(accounts: Population) -> Truth:
    return (accounts.root_mfa == 1) & ~accounts.root_mfa_virtual.is_true()


@requirement(
    "iam.account.root-no-access-keys",
    says="The root user of every account has no access key and no signing certificate.",
    why="A key of root works from anywhere, without MFA and without limits.",
    logic="AccountAccessKeysPresent and AccountSigningCertificatesPresent are 0.",
    covers=("IA-02",),
    fix="Sign in as root and delete its access keys and signing certificates.",
    source=SUMMARY,
)
def root_no_access_keys(accounts: Population) -> Truth:
    return (accounts.root_keys == 0) & (accounts.root_certificates == 0)


@requirement(
    "iam.account.root-unused",
    says="The root user of every account is not in everyday use.",
    why="Whatever root does is done with all rights and by nobody in particular.",
    logic=(
        "In root's row of the credential report neither password_last_used nor the last use of an access key lies within the "
        "days given before the run's end; N/A and no_information are no recorded use."
    ),
    covers=("IA-03",),
    parameters={"days": Parameter(90, "days in which root must not have been used")},
    shows=("report_time",),
    fix="Use roles for daily work; keep root for the few tasks that need it, and record each use.",
    source=REPORT,
)
def root_unused(accounts: Population, *, days: int) -> Truth:
    def unused(last_used: Column) -> Truth:
        return ~last_used.present() | ~last_used.within(days=days)

    return (
        unused(accounts.root_password_last_used) & unused(accounts.root_key_1_last_used) & unused(accounts.root_key_2_last_used)
    )


def _is_member(accounts: Population) -> Truth:
    return paired(accounts.id, accounts.management, lambda own, management: own != management, label="is a member").is_true()


@requirement(
    "iam.account.root-managed-centrally",
    says="Root's credentials of every member account are managed centrally, and there are none.",
    why="A root user without password and keys cannot be stolen, and nobody has to keep its MFA device.",
    logic=(
        "IAM says to the organisation's management account that RootCredentialsManagement is enabled (an error that trusted access or all "
        "features are missing says that it is not), and the account has AccountPasswordPresent, AccountAccessKeysPresent and "
        "AccountSigningCertificatesPresent 0. Where the management account is not in scope, whether it is enabled is a gap."
    ),
    covers=("IA-21",),
    uses=("iam.account",),
    across=("iam.account",),
    applies=(
        Applies(lambda accounts, _: accounts.management.present(), "The account belongs to no organisation."),
        Applies(lambda accounts, _: _is_member(accounts), "It is the management account, whose root is managed by itself alone."),
    ),
    fix="aws iam enable-organizations-root-credentials-management in the management account, then delete root's credentials there.",
    source=FEATURES,
)
def root_managed_centrally(accounts: Population, all_accounts: Population) -> Truth:
    on = ("management", "id")
    listed = accounts.lookup(all_accounts, on, "root_features", within="accounts", label="central root features")
    asked = accounts.some_in(all_accounts, on, within="accounts", label="management account in scope")
    # Absent is "none" where the management account was asked; where it was not, nobody knows.
    none = listed.absent_means([], source=FEATURES)
    enabled = (asked & none.some(_is_credentials)) | (~asked & listed.some(_is_credentials))
    return enabled & (accounts.root_password == 0) & (accounts.root_keys == 0) & (accounts.root_certificates == 0)


def _is_credentials(feature: str) -> bool:
    return feature == "RootCredentialsManagement"


REQUIREMENTS = (root_mfa, root_hardware_mfa, root_no_access_keys, root_unused, root_managed_centrally)
