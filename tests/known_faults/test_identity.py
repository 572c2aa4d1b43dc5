"""Faults about users, root and passwords: the credential report's own words, and what AWS says by an error code."""

import datetime as dt

import pytest

from tests.aws_simulator import Fault
from tests.judging import ACCOUNT, AS_OF, Judged, answered, judge_answers
from tests.known_faults.over_the_wire import ACCOUNT as OVER_THE_WIRE
from tests.known_faults.over_the_wire import Aws
from tests.requirements.iam_answers import HEADER, ago, details, report, root_row, row, user

MFA, KEY_AGE, UNUSED = "iam.users.console-mfa", "iam.users.key-age", "iam.users.unused-credentials"

# -- passwords ---------------------------------------------------------------------------------------------------------------

PASSWORDS = ("iam.account.password-length", "iam.account.password-reuse", "iam.account.password-classes")


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("NoSuchEntity", 404, "exception"),
        ("AccessDenied", 403, "gap"),
        # Not in the log: codes that only look as if they said that there is nothing.
        ("NoSuchEntityException", 404, "gap"),
        ("ServiceFailure", 500, "gap"),
    ],
)
def test_no_password_policy_means_awss_default_and_any_other_code_is_a_gap(
    aws: Aws, code: str, status: int, expected: str
) -> None:
    """B08: NoSuchEntity crashed, was skipped, or passed. It means AWS's default, which is not shown as if it had been read."""
    aws.world.fail(OVER_THE_WIRE, "global", "iam", "GetAccountPasswordPolicy", code, status)
    seen = aws.judged(*PASSWORDS)
    for name in PASSWORDS:
        assert seen.members(name) == {OVER_THE_WIRE: expected}
        assert ("(not set)" if expected == "exception" else code) in seen.member(name).reason
        assert "NoSuchEntity" in seen.result(name).logic


def test_a_rule_left_out_of_a_password_policy_is_not_set() -> None:
    """B08: a policy without PasswordReusePrevention remembers no password. Not in the log: a length left out is no default, since
    every policy has one."""
    policy = {"MinimumPasswordLength": 14, "RequireNumbers": True}
    answer = answered("iam", "GetAccountPasswordPolicy", {"PasswordPolicy": policy}, region="global")
    assert judge_answers("iam.account.password-reuse", answer)[ACCOUNT] == "exception"
    assert judge_answers("iam.account.password-length", answer)[ACCOUNT] == "meets"
    odd = answered("iam", "GetAccountPasswordPolicy", {"PasswordPolicy": {"RequireNumbers": True}}, region="global")
    assert judge_answers("iam.account.password-length", odd)[ACCOUNT] == "gap"


# -- root --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "keys", "expected"),
    [
        (0, 0, "not_applicable"),
        (1, 0, "exception"),
        (0, 1, "exception"),  # not in the log: a key alone lets somebody in
        (None, 0, "gap"),  # nor: a summary that does not say whether there is a password
    ],
)
def test_root_is_judged_by_its_credentials_not_by_a_feature_of_the_organisation(
    password: int | None, keys: int, expected: str
) -> None:
    """B09: first, accounts whose root has no credentials failed for lacking MFA; then all accounts were skipped as soon as the
    organisation managed root centrally. What counts is read from GetAccountSummary: the credential report says "not_supported"
    for root's password in most accounts."""
    counted = {"AccountMFAEnabled": 0, "AccountPasswordPresent": password, "AccountAccessKeysPresent": keys}
    summary = {"SummaryMap": {k: v for k, v in counted.items() if v is not None}}
    judged = judge_answers("iam.account.root-mfa", answered("iam", "GetAccountSummary", summary, region="global"))
    assert judged[ACCOUNT] == expected
    if expected == "not_applicable":
        assert "no password and no access key" in judged.reason(ACCOUNT)


# -- the credential report's words ---------------------------------------------------------------------------------------------


def of_ana(requirement: str, **cells: str) -> Judged:
    return judge_answers(requirement, details({"UserDetailList": [user("ana")]}), report(root_row(), row("ana", **cells)))


def test_the_words_of_the_report_are_neither_false_nor_dates() -> None:
    """B26: root's "not_supported" was read as false, and root stood among the users. Words that stand for a date are no dates; a
    word nobody knows is a gap. Not in the log: a row that is cut short spoils the report, not the reader."""
    words = {"password_last_used": "no_information", "access_key_1_last_rotated": "N/A", "access_key_1_last_used_date": "N/A",
             "mfa_active": "true"}  # fmt: skip
    listed, rows = details({"UserDetailList": [user("ana")]}), report(root_row(**words), row("ana", password_enabled="false"))
    judged = judge_answers(MFA, listed, rows)
    assert {m.id: m.judgement for m in judged.members} == {"ana": "not_applicable"}, "root is no user, and ana has no password"
    assert judged.result.population.complete, "nor does the report name root as a user who was not listed"
    assert judge_answers("iam.account.root-unused", rows)[ACCOUNT] == "meets"
    assert of_ana(MFA, password_enabled="not_supported")["ana"] == "gap"
    assert of_ana(MFA, password_enabled="aye")["ana"] == "gap"
    cut = report(root_row(), row("ana", password_enabled="true").rpartition(",")[0])
    assert judge_answers(MFA, listed, cut)["ana"] == "gap"


FRESH = {"access_key_1_active": "true", "access_key_1_last_rotated": ago(2.6), "access_key_1_last_used_date": "N/A",
         "access_key_2_active": "false", "access_key_2_last_rotated": ago(911), "access_key_2_last_used_date": ago(880)}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "unused", "age"),
    [
        ({}, "meets", "meets"),
        ({"access_key_1_last_rotated": ago(46)}, "exception", "meets"),  # never used, and 46 days old
        ({"access_key_2_active": "true"}, "exception", "exception"),  # the second key does not hide behind the first
        # Not in the log: a password never used counts from when it was set, an old key in daily use is still old.
        (
            {"password_enabled": "true", "password_last_used": "no_information", "password_last_changed": ago(46)},
            "exception",
            "meets",
        ),
        ({"access_key_1_last_rotated": ago(91), "access_key_1_last_used_date": ago(0.1)}, "meets", "exception"),
    ],
)
def test_a_new_key_is_not_stale_and_an_inactive_one_does_not_count(change: dict[str, str], unused: str, age: str) -> None:
    """B28: a key made this week and not used yet was called stale; keys already switched off failed on age."""
    cells = FRESH | change
    assert (of_ana(UNUSED, **cells)["ana"], of_ana(KEY_AGE, **cells)["ana"]) == (unused, age)


# -- a report that is late -----------------------------------------------------------------------------------------------------

MADE, LISTED = dt.datetime(2026, 6, 30, 6, 2, tzinfo=dt.UTC), "2026-06-30T09:30:00Z"


def content(*users: str) -> bytes:
    rows = (root_row(), *(row(name, arn=f"arn:aws:iam::{OVER_THE_WIRE}:user/{name}", password_enabled="true", mfa_active="true",
                              password_last_used=ago(1)) for name in users))  # fmt: skip
    return "\n".join((HEADER, *rows)).encode()


def late(aws: Aws, *users: str, made: dt.datetime = MADE) -> None:
    """A report about these users; of whom IAM lists ana only."""
    listed = [{"UserName": "ana", "Arn": f"arn:aws:iam::{OVER_THE_WIRE}:user/ana", "AttachedManagedPolicies": []}]
    aws.put("iam", "GetAccountAuthorizationDetails", {"UserDetailList": listed, "IsTruncated": False}, region="global")
    aws.put("iam", "GenerateCredentialReport", {"State": "COMPLETE"}, region="global")
    answer = {"Content": content(*users), "ReportFormat": "text/csv", "GeneratedTime": made}
    aws.put("iam", "GetCredentialReport", answer, region="global")


def test_a_user_who_went_after_the_report_was_made_is_shown_apart(aws: Aws) -> None:
    """B29: the report can be four hours old, and a user deleted since still failed. The time of the report stands beside what
    was read from it."""
    late(aws, "ana", "old-robot")
    seen = aws.judged(MFA, ended=AS_OF)
    assert seen.members(MFA) == {"ana": "meets"} and "report made = 2026-06-30" in seen.member(MFA).reason
    facts = seen.result(MFA).population
    assert facts.gone == (f"arn:aws:iam::{OVER_THE_WIRE}:user/old-robot",) and facts.complete
    assert seen.conclusion == "supported"


def test_a_user_of_a_report_made_after_the_list_may_have_been_left_out_of_it(aws: Aws) -> None:
    """B29, not in the log: a report that is younger than the list proves no deletion, so the list may be short."""
    late(aws, "ana", "newcomer", made=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    facts = aws.judged(MFA, ended=AS_OF).result(MFA).population
    assert not facts.gone and [u.detail for u in facts.unread] == ["newcomer is in iam.report-users but was not listed"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("denied", operation="GetCredentialReport", code="ReportInProgress", status=404), "ReportInProgress"),
        (Fault("denied", operation="GetCredentialReport", code="ReportNotPresent", status=410), "ReportNotPresent"),
        (Fault("denied", operation="GetCredentialReport", code="ReportExpired", status=410), "ReportExpired"),
    ],
)
def test_a_report_that_is_not_ready_leaves_a_gap_for_all_that_rests_on_it(aws: Aws, fault: Fault, code: str) -> None:
    """B29: asked too early, the report is not there yet. That is no empty report. LimitExceeded for the making of it, too."""
    late(aws, "ana")
    aws.world.faults.append(fault)
    aws.world.faults.append(Fault("throttled", operation="GenerateCredentialReport", code="LimitExceeded", status=409))
    seen = aws.judged(MFA, ended=AS_OF)
    assert seen.members(MFA) == {"ana": "gap"} and code in seen.member(MFA).reason


def test_the_report_is_waited_for_with_a_bound(aws: Aws) -> None:
    """B29: it is asked for again until it is complete, sixty times at most; if it never is, nothing is made of it."""
    late(aws, "ana")
    aws.put("iam", "GenerateCredentialReport", {"State": "STARTED"}, region="global")
    aws.world.faults.append(Fault("denied", operation="GetCredentialReport", code="ReportInProgress", status=404))
    seen = aws.judged(MFA, ended=AS_OF)
    assert (len(seen.slept), seen.failed("GenerateCredentialReport").ending) == (60, "failed")
    assert seen.members(MFA) == {"ana": "gap"}
