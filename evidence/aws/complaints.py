"""What stopped us from entering AWS, as sentences that a user can act on."""

import difflib
from collections.abc import Iterable
from typing import Any

from botocore import exceptions as aws

from evidence.errors import EvidenceError

_LOGIN = (
    aws.UnauthorizedSSOTokenError,
    aws.SSOTokenLoadError,
    aws.TokenRetrievalError,
    aws.LoginError,
)


def nearest(name: str, known: Iterable[str]) -> str:
    """ " Did you mean X?", or nothing."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def unknown_region(name: str, known: Iterable[str]) -> EvidenceError:
    return EvidenceError(f"There is no Region {name!r}.{nearest(name, known)}", "Correct --region, or leave it out for all.")


def sentence(error: Exception, profile: str, session: Any = None) -> EvidenceError:
    """The EvidenceError for what the credential chain, or the first call, raised."""
    if isinstance(error, EvidenceError):
        return error
    if isinstance(error, aws.ProfileNotFound):
        name = str(error.kwargs.get("profile", profile))
        known = session.available_profiles if session is not None else ()
        return EvidenceError(
            f"There is no AWS profile {name!r}.{nearest(name, known)}",
            "`aws configure list-profiles` names those there are.",
        )
    if isinstance(error, _LOGIN) or _says_sso(error):
        command = "aws login" if isinstance(error, aws.LoginError) else "aws sso login"
        return EvidenceError(
            f"The sign-in of profile {profile!r} has expired.", f"Run `{command} --profile {profile}`, then try again."
        )
    if isinstance(error, aws.NoCredentialsError):
        return EvidenceError(
            "There are no AWS credentials.",
            "Choose a profile with --profile, or sign in with `aws sso login` or `aws configure`.",
        )
    if isinstance(error, aws.PartialCredentialsError):
        missing = error.kwargs.get("cred_var", "a part")
        return EvidenceError(
            f"The AWS credentials are incomplete: {missing} is missing.", "Set it beside the others, or use --profile."
        )
    if isinstance(error, (aws.UnknownRegionError, aws.InvalidRegionError)):
        return unknown_region(str(error.kwargs.get("region_name", "")), _regions(session))
    if isinstance(error, aws.ClientError):
        return _refused(error, profile)
    if isinstance(error, (aws.ConnectionError, aws.HTTPClientError)):
        return EvidenceError(f"AWS could not be reached ({error}).", "Check the network, the proxy, and the Region's name.")
    return EvidenceError(f"AWS credentials could not be read: {error}.", f"Check profile {profile!r} in your AWS configuration.")


def _regions(session: Any) -> list[str]:
    if session is None:
        return []
    return [
        region for partition in session.get_available_partitions() for region in session.get_available_regions("ec2", partition)
    ]


def _says_sso(error: Exception) -> bool:
    return isinstance(error, aws.ClientError) and error.operation_name in ("GetRoleCredentials", "CreateToken")


def _refused(error: aws.ClientError, profile: str) -> EvidenceError:
    code = error.response.get("Error", {}).get("Code", "")
    if error.operation_name.startswith("AssumeRole"):
        return EvidenceError(
            f"The role could not be assumed ({error}).",
            "Check the role's name, its trust policy, and the external id it asks for.",
        )
    if "Expired" in code:
        return EvidenceError("The AWS credentials have expired.", f"Fetch new ones for profile {profile!r}, then try again.")
    return EvidenceError(
        f"AWS did not accept the credentials ({error}).",
        "Check that they are current, and that the Region belongs to their partition (aws, aws-us-gov, aws-cn).",
    )
