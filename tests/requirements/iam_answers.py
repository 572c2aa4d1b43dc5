"""Answers of IAM written by hand: the credential report and the authorization details."""

import datetime as dt
from typing import Any

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, AS_OF, answered, ended

HEADER = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,"
    "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,"
    "access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated"
)
FILTER = {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]}


def ago(days: float) -> str:
    return (AS_OF - dt.timedelta(days=days)).isoformat()


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def row(user: str, **cells: str) -> str:
    """A row of the report: a user without any credential, but for the cells given."""
    plain = dict.fromkeys(HEADER.split(","), "N/A") | {
        "user": user, "arn": arn(user), "user_creation_time": ago(900), "password_enabled": "false", "mfa_active": "false",
        "access_key_1_active": "false", "access_key_2_active": "false", "cert_1_active": "false", "cert_2_active": "false",
    }  # fmt: skip
    return ",".join((plain | cells).values())


def root_row(**cells: str) -> str:
    root = {"arn": f"arn:aws:iam::{ACCOUNT}:root", "password_enabled": "not_supported", "password_last_used": "no_information",
            "password_last_changed": "not_supported", "password_next_rotation": "not_supported"}  # fmt: skip
    return row("<root_account>", **(root | cells))


def report(*rows: str, header: str = HEADER) -> Answer:
    content = "\n".join((header, *rows)).encode()
    value = {"Content": content, "ReportFormat": "text/csv", "GeneratedTime": AS_OF - dt.timedelta(hours=3)}
    return answered("iam", "GetCredentialReport", value, region="global")


def no_report(ending: Any = "denied", code: str = "AccessDenied") -> Answer:
    return ended("iam", "GetCredentialReport", ending, region="global", code=code)


def details(*pages: dict[str, Any]) -> Answer:
    return answered(
        "iam", "GetAccountAuthorizationDetails", *(p | {"IsTruncated": False} for p in pages), region="global", **FILTER
    )


def no_details(*pages: dict[str, Any]) -> Answer:
    return ended("iam", "GetAccountAuthorizationDetails", "denied", *pages, region="global", **FILTER)


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"UserName": name, "Arn": arn(name), "GroupList": [], "AttachedManagedPolicies": []} | more


def attached(*arns: str) -> dict[str, Any]:
    return {"AttachedManagedPolicies": [{"PolicyName": a.rsplit("/", 1)[-1], "PolicyArn": a} for a in arns]}
