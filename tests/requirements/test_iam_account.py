"""Root, the password policy, AWS Support and server certificates."""

import datetime as dt
from typing import Any

import pytest

from evidence.run.answer import Answer
from evidence.run.scope import Account
from evidence.services.calls import call_of
from evidence.services.iam.asks import LIST_SUPPORT_HOLDERS
from tests.judging import ACCOUNT, AS_OF, Judged, answered, ended, judge_answers
from tests.requirements.iam_answers import ago, no_report, report, root_row, row


def summary(**counts: Any) -> Answer:
    return answered("iam", "GetAccountSummary", {"SummaryMap": counts}, region="global")


def devices(*found: dict[str, Any]) -> Answer:
    value = {"VirtualMFADevices": list(found), "IsTruncated": False}
    return answered("iam", "ListVirtualMFADevices", value, region="global", AssignmentStatus="Assigned")


def policy(**rules: Any) -> Answer:
    return answered("iam", "GetAccountPasswordPolicy", {"PasswordPolicy": rules}, region="global")


NO_POLICY = ended("iam", "GetAccountPasswordPolicy", "absent", region="global", code="NoSuchEntity")
NO_DEVICES = devices()
VIRTUAL = devices({"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/root-account-mfa-device"})
VIRTUAL_NAMED = devices({"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/phone", "User": {"Arn": f"arn:aws:iam::{ACCOUNT}:root"}})
OF_A_USER = devices({"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/a", "User": {"Arn": f"arn:aws:iam::{ACCOUNT}:user/root"}})


def of(requirement: str, *answers: Answer, **parameters: Any) -> str:
    return judge_answers(requirement, *answers, **parameters)[ACCOUNT]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"AccountMFAEnabled": 1, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0}, "meets"),
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 1, "AccountAccessKeysPresent": 0}, "exception"),
        # A key lets root in as well as a password does.
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountAccessKeysPresent": 1}, "exception"),
        # Root's credentials were deleted centrally.
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0}, "not_applicable"),
        # A summary without the key says nothing about passwords, but MFA that is there is there.
        ({"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0}, "meets"),
        ({"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 0}, "gap"),
        ({}, "gap"),
        ({"AccountMFAEnabled": "yes", "AccountPasswordPresent": 1}, "gap"),
        ({"AccountMFAEnabled": True, "AccountPasswordPresent": 1}, "gap"),
    ],
)
def test_root_mfa(counts: dict[str, Any], expected: str) -> None:
    assert of("iam.account.root-mfa", summary(**counts)) == expected


def test_a_denied_summary_is_a_gap_for_every_root_requirement_that_reads_it() -> None:
    denied = ended("iam", "GetAccountSummary", "denied", region="global", code="AccessDenied")
    for name in ("root-mfa", "root-hardware-mfa", "root-no-access-keys"):
        judged = judge_answers(f"iam.account.{name}", denied, NO_DEVICES)
        assert judged[ACCOUNT] == "gap" and "AccessDenied" in judged.reason(ACCOUNT)


@pytest.mark.parametrize(
    ("mfa", "listed", "expected"),
    [
        (1, NO_DEVICES, "meets"),
        (1, OF_A_USER, "meets"),
        (1, VIRTUAL, "exception"),
        (1, VIRTUAL_NAMED, "exception"),
        (0, NO_DEVICES, "exception"),
        (1, ended("iam", "ListVirtualMFADevices", "denied", region="global", AssignmentStatus="Assigned"), "gap"),
        (1, devices({"EnableDate": AS_OF}), "gap"),
    ],
)
def test_root_hardware_mfa(mfa: int, listed: Answer, expected: str) -> None:
    counts = summary(AccountMFAEnabled=mfa, AccountPasswordPresent=1, AccountAccessKeysPresent=0)
    assert of("iam.account.root-hardware-mfa", counts, listed) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}, "meets"),
        ({"AccountAccessKeysPresent": 1, "AccountSigningCertificatesPresent": 0}, "exception"),
        ({"AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 1}, "exception"),
        ({"AccountAccessKeysPresent": 0}, "gap"),
        ({"AccountSigningCertificatesPresent": 0}, "gap"),
    ],
)
def test_root_has_no_keys(counts: dict[str, Any], expected: str) -> None:
    assert of("iam.account.root-no-access-keys", summary(**counts)) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, "meets"),
        ({"password_last_used": ago(91)}, "meets"),
        ({"password_last_used": ago(89)}, "exception"),
        ({"password_last_used": ago(200), "access_key_2_last_used_date": ago(1)}, "exception"),
        ({"access_key_1_last_used_date": ago(1)}, "exception"),
        ({"password_last_used": "not_supported"}, "meets"),
        ({"password_last_used": "soon"}, "gap"),
        ({"password_last_used": ""}, "gap"),
    ],
)
def test_root_use_is_read_from_its_row(cells: dict[str, str], expected: str) -> None:
    # A user who signed in yesterday is not root.
    answer = report(root_row(**cells), row("ana", password_last_used=ago(1)))
    assert of("iam.account.root-unused", answer) == expected


def test_root_use_counts_the_days_given() -> None:
    answer = report(root_row(password_last_used=ago(50)))
    assert of("iam.account.root-unused", answer) == "exception"
    assert of("iam.account.root-unused", answer, days=45) == "meets"


def test_no_report_or_no_row_for_root_is_a_gap() -> None:
    for answer in (
        report(row("ana")),
        no_report(),
        no_report("failed", "ReportInProgress"),
        no_report("failed", "ReportNotPresent"),
        report(root_row() + ",one cell too many"),
        answered("iam", "GetCredentialReport", {"Content": b"\xff\xfe\x00", "ReportFormat": "text/csv"}, region="global"),
    ):
        assert of("iam.account.root-unused", answer) == "gap"


def test_the_report_s_own_time_is_shown() -> None:
    assert "report made = 2026-09-30" in judge_answers("iam.account.root-unused", report(root_row())).reason(ACCOUNT)


def passwords(answer: Answer, **parameters: Any) -> tuple[str, str, str]:
    length = {k: v for k, v in parameters.items() if k == "length"}
    count = {k: v for k, v in parameters.items() if k == "count"}
    return (
        of("iam.account.password-length", answer, **length),
        of("iam.account.password-reuse", answer, **count),
        of("iam.account.password-classes", answer),
    )


ALL_CLASSES = {f"Require{name}": True for name in ("Symbols", "Numbers", "UppercaseCharacters", "LowercaseCharacters")}


def test_a_strong_password_policy_meets_and_a_weak_one_is_an_exception() -> None:
    strong = policy(MinimumPasswordLength=14, PasswordReusePrevention=24, **ALL_CLASSES)
    weak = policy(MinimumPasswordLength=13, PasswordReusePrevention=23, **(ALL_CLASSES | {"RequireSymbols": False}))
    assert passwords(strong) == ("meets", "meets", "meets")
    assert passwords(weak) == ("exception", "exception", "exception")
    assert passwords(weak, length=12, count=4)[:2] == ("meets", "meets")


def test_without_a_policy_of_its_own_the_account_has_aws_s_default() -> None:
    assert passwords(NO_POLICY) == ("exception", "exception", "exception")
    assert passwords(NO_POLICY, length=8)[0] == "meets" and passwords(NO_POLICY, length=9)[0] == "exception"
    assert "8" in judge_answers("iam.account.password-length", NO_POLICY).reason(ACCOUNT)


def test_reuse_left_out_of_a_policy_is_no_reuse_rule_but_a_length_left_out_cannot_be_read() -> None:
    assert passwords(policy(**ALL_CLASSES), length=8) == ("gap", "exception", "meets")


def test_a_denied_or_strange_password_policy_is_a_gap() -> None:
    denied = ended("iam", "GetAccountPasswordPolicy", "denied", region="global")
    assert passwords(denied) == ("gap", "gap", "gap")
    strange = policy(MinimumPasswordLength="long", PasswordReusePrevention=[], **(ALL_CLASSES | {"RequireNumbers": 1}))
    assert passwords(strange) == ("gap", "gap", "gap")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (policy(MaxPasswordAge=90, ExpirePasswords=True), "meets"),
        (policy(MaxPasswordAge=91), "exception"),
        (policy(ExpirePasswords=False), "exception"),
        (policy(MaxPasswordAge="soon"), "gap"),
        (NO_POLICY, "exception"),
        (ended("iam", "GetAccountPasswordPolicy", "denied", region="global"), "gap"),
    ],
)
def test_passwords_end(answer: Answer, expected: str) -> None:
    assert of("iam.account.password-expiry", answer) == expected
    assert of("iam.account.password-expiry", answer, days=30) == ("exception" if expected == "meets" else expected)


def support(*pages: dict[str, Any], ending: Any = "answered") -> Judged:
    parameters = {"PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess", "PolicyUsageFilter": "PermissionsPolicy"}
    answer = ended("iam", "ListEntitiesForPolicy", ending, *pages, region="global", **parameters)
    return judge_answers("iam.account.support-role", answer)


def test_support_access_is_looked_up_in_the_account_s_own_partition() -> None:
    call = call_of(LIST_SUPPORT_HOLDERS, Account(ACCOUNT, partition="aws-cn"), "global")
    assert call.parameters["PolicyArn"] == "arn:aws-cn:iam::aws:policy/AWSSupportAccess" and call.region == "global"


def test_somebody_holds_support_access() -> None:
    held = support({"PolicyRoles": [{"RoleName": "incidents"}], "PolicyUsers": [], "PolicyGroups": []})
    assert held[ACCOUNT] == "meets" and "role/incidents" in held.reason(ACCOUNT)
    assert support({"PolicyGroups": [{"GroupName": "ops"}]})[ACCOUNT] == "meets"
    assert support({"PolicyRoles": [], "PolicyUsers": [], "PolicyGroups": []})[ACCOUNT] == "exception"
    assert support(ending="denied")[ACCOUNT] == "gap"
    assert support(ending="absent")[ACCOUNT] == "gap"
    assert support({"PolicyRoles": [{"RoleId": "AROA"}]})[ACCOUNT] == "gap"


def certificate(name: str, **more: Any) -> dict[str, Any]:
    return {"ServerCertificateName": name, "Arn": f"arn:aws:iam::{ACCOUNT}:server-certificate/{name}"} | more


def test_server_certificates() -> None:
    day = dt.timedelta(days=1)
    found = [
        certificate("good", Expiration=AS_OF + day),
        certificate("bad", Expiration=AS_OF - day),
        certificate("absent"),
        certificate("strange", Expiration=12),
    ]
    value = {"ServerCertificateMetadataList": found, "IsTruncated": False}
    judged = judge_answers(
        "iam.server-certificates.not-expired", answered("iam", "ListServerCertificates", value, region="global")
    )
    assert {m.id: m.judgement for m in judged.members} == {
        "good": "meets", "bad": "exception", "absent": "gap", "strange": "gap",
    }  # fmt: skip
    denied = judge_answers(
        "iam.server-certificates.not-expired", ended("iam", "ListServerCertificates", "denied", region="global")
    )
    assert denied.result.judgement == "gap"
