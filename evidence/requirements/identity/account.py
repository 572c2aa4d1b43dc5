"""The account's password policy for IAM users, who may call AWS Support, and certificates kept in IAM."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement

DEFAULT_POLICY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"
UPDATE_POLICY = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"


@requirement(
    "iam.account.password-length",
    says="Passwords of IAM users are long.",
    why="Length is what makes guessing a password hopeless.",
    logic=(
        "MinimumPasswordLength of the account's password policy is at least the length demanded; an account without a policy of "
        "its own (NoSuchEntity) has AWS's default, 8."
    ),
    covers=("IA-07",),
    parameters={"length": Parameter(14, "characters that a password must have at least")},
    fix="aws iam update-account-password-policy --minimum-password-length; name all other settings too, or they are reset.",
    source=DEFAULT_POLICY,
)
def password_length(accounts: Population, *, length: int) -> Truth:
    return accounts.password_length.absent_means(8, source=DEFAULT_POLICY) >= length


@requirement(
    "iam.account.password-reuse",
    says="Passwords of IAM users are not used again.",
    why="A password that leaked once does not come back.",
    logic=(
        "PasswordReusePrevention of the account's password policy is at least the number demanded; where it is absent, or the "
        "account has no policy of its own (NoSuchEntity), no password is remembered."
    ),
    covers=("IA-07",),
    parameters={"count": Parameter(24, "former passwords that must be remembered")},
    fix="aws iam update-account-password-policy --password-reuse-prevention; name all other settings too, or they are reset.",
    source=UPDATE_POLICY,
)
def password_reuse(accounts: Population, *, count: int) -> Truth:
    return accounts.password_reuse.absent_means(0, source=UPDATE_POLICY) >= count


@requirement(
    "iam.account.password-classes",
    says="Passwords of IAM users hold upper and lower case letters, numbers and symbols.",
    why="Words from a dictionary are then no passwords.",
    logic=(
        "RequireUppercaseCharacters, RequireLowercaseCharacters, RequireNumbers and RequireSymbols are true; an account without a "
        "policy of its own (NoSuchEntity) has AWS's default, which demands three of the four."
    ),
    covers=("IA-07",),
    fix="aws iam update-account-password-policy with the four --require options; name all other settings too, or they are reset.",
    source=DEFAULT_POLICY,
)
def password_classes(accounts: Population) -> Truth:
    upper, lower, numbers, symbols = (
        column.absent_means(False, source=DEFAULT_POLICY).is_true()
        for column in (
            accounts.password_upper,
            accounts.password_lower,
            accounts.password_numbers,
            accounts.password_symbols,
        )
    )
    return upper & lower & numbers & symbols


@requirement(
    "iam.account.password-expiry",
    says="Passwords of IAM users end.",
    why="Where a password is all that is asked for, one that leaked is of use until it is changed.",
    logic=(
        "MaxPasswordAge of the account's password policy is at most the days given; where it is absent, or the account has no policy of its "
        "own (NoSuchEntity), passwords never end. Where people sign in with MFA, many standards ask for no end: then this is context."
    ),
    covers=("IA-07",),
    parameters={"days": Parameter(90, "days that a password may last")},
    fix="aws iam update-account-password-policy --max-password-age; name all other settings too, or they are reset.",
    source=UPDATE_POLICY,
)
def password_expiry(accounts: Population, *, days: int) -> Truth:
    return accounts.password_days.present() & (accounts.password_days <= days)


@requirement(
    "iam.account.support-role",
    says="Somebody in every account may open a case with AWS Support.",
    why="In an incident the right to ask AWS must not have to be granted first.",
    logic="The policy AWSSupportAccess is attached to at least one role, user or group.",
    covers=(),
    fix="Make a role for incidents and attach the AWS managed policy AWSSupportAccess to it.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html",
)
def support_role(accounts: Population) -> Truth:
    return accounts.support_holders.some(lambda holder: True)


@requirement(
    "iam.server-certificates.not-expired",
    says="Every server certificate kept in IAM is still valid.",
    why="An expired certificate can be put on a load balancer by mistake, and its users then see a warning or nothing.",
    logic="Expiration lies after the run's end.",
    covers=("DP-06",),
    fix="aws iam delete-server-certificate once nothing uses it; use AWS Certificate Manager for new ones.",
    source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServerCertificateMetadata.html",
)
def certificates_not_expired(certificates: Population) -> Truth:
    return certificates.expires.beyond(days=0)


REQUIREMENTS = (password_length, password_reuse, password_classes, password_expiry, support_role, certificates_not_expired)
