"""The root user: it can do everything and is bound by no policy."""

from evidence.populations.cells import Column, Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, Parameter, requirement

SUMMARY = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"
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


REQUIREMENTS = (root_mfa, root_hardware_mfa, root_no_access_keys, root_unused)
