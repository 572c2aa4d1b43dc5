"""The account's own settings: root, the password policy, who may call AWS Support; and certificates kept in IAM."""

from typing import Any

from evidence.services.declare import ACCOUNTS, Column, Item, PopulationSpec, flag, items, number, text, time
from evidence.services.iam.asks import (
    GET_ACCOUNT_PASSWORD_POLICY,
    GET_ACCOUNT_SUMMARY,
    LIST_ORGANIZATIONS_FEATURES,
    LIST_SERVER_CERTIFICATES,
    LIST_SUPPORT_HOLDERS,
    LIST_VIRTUAL_MFA_DEVICES,
)
from evidence.services.iam.credential_report import of_root, report_time, time_cell
from evidence.services.organizations import DESCRIBE_ORGANIZATION


def _counted(key: str, label: str) -> Column:
    """An entry of the account's summary. They are counts (0 or 1 here); a key that is not there is unknown, not 0."""
    return number(f"SummaryMap.{key}", of=GET_ACCOUNT_SUMMARY, label=label)


def _ruled(key: str, label: str) -> Column:
    return flag(f"PasswordPolicy.{key}", of=GET_ACCOUNT_PASSWORD_POLICY, label=label)


def _shortest(item: Item, answer: Any) -> Any:
    # A policy always has a length: absent is only the account without a policy (NoSuchEntity), where AWS's default rules.
    return answer["PasswordPolicy"]["MinimumPasswordLength"]


def _root_is_virtual(item: Item, answer: Any) -> bool:
    """Whether a virtual device is assigned to root: by the first device's fixed name, or by whose it is."""
    return any(
        device["SerialNumber"].endswith(":mfa/root-account-mfa-device") or device.get("User", {}).get("Arn", "").endswith(":root")
        for device in answer["VirtualMFADevices"]
    )


def _holders(item: Item, answer: Any) -> list[str]:
    kinds = (("user", "User"), ("group", "Group"), ("role", "Role"))
    return [f"{kind}/{entry[name + 'Name']}" for kind, name in kinds for entry in answer.get(f"Policy{name}s") or ()]


ACCOUNT = PopulationSpec(
    name="iam.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={
        "root_mfa": _counted("AccountMFAEnabled", "root MFA"),
        "root_password": _counted("AccountPasswordPresent", "root password"),
        "root_keys": _counted("AccountAccessKeysPresent", "root access keys"),
        "root_certificates": _counted("AccountSigningCertificatesPresent", "root signing certificates"),
        "root_mfa_virtual": flag(of=LIST_VIRTUAL_MFA_DEVICES, read=_root_is_virtual, label="root has a virtual MFA device"),
        "root_password_last_used": time_cell(of_root, "password_last_used", "root password last used"),
        "root_key_1_last_used": time_cell(of_root, "access_key_1_last_used_date", "root key 1 last used"),
        "root_key_2_last_used": time_cell(of_root, "access_key_2_last_used_date", "root key 2 last used"),
        "report_time": report_time,
        "password_length": number(of=GET_ACCOUNT_PASSWORD_POLICY, read=_shortest, label="shortest password"),
        "password_reuse": number(
            "PasswordPolicy.PasswordReusePrevention", of=GET_ACCOUNT_PASSWORD_POLICY, label="passwords remembered"
        ),
        "password_days": number("PasswordPolicy.MaxPasswordAge", of=GET_ACCOUNT_PASSWORD_POLICY, label="days a password lasts"),
        "password_upper": _ruled("RequireUppercaseCharacters", "upper case required"),
        "password_lower": _ruled("RequireLowercaseCharacters", "lower case required"),
        "password_numbers": _ruled("RequireNumbers", "number required"),
        "password_symbols": _ruled("RequireSymbols", "symbol required"),
        "support_holders": items(of=LIST_SUPPORT_HOLDERS, read=_holders, label="holders of AWSSupportAccess"),
        "management": text("Organization.MasterAccountId", of=DESCRIBE_ORGANIZATION, label="management account"),
        "root_features": items("EnabledFeatures", of=LIST_ORGANIZATIONS_FEATURES, label="central root features"),
    },
)

SERVER_CERTIFICATES = PopulationSpec(
    name="iam.server-certificates",
    noun="server certificate in IAM",
    type="AWS::IAM::ServerCertificate",
    listed_by=LIST_SERVER_CERTIFICATES,
    items="ServerCertificateMetadataList[]",
    identity="ServerCertificateName",
    arn="{Arn}",
    columns={
        "name": text("ServerCertificateName"),
        "uploaded": time("UploadDate"),
        "expires": time("Expiration"),
    },
)
