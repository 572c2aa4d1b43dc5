"""IAM users: the list of users joined to the credential report."""

from typing import Any

import pytest

from tests.judging import Judged, judge_answers
from tests.requirements.iam_answers import (
    HEADER,
    ago,
    attached,
    details,
    no_details,
    no_report,
    report,
    root_row,
    row,
    user,
)

FROM_REPORT = ("console-mfa", "key-age", "unused-credentials", "single-active-key")


def judged(requirement: str, parameters: dict[str, Any] | None = None, **cells: str) -> Judged:
    """One user, `ana`, with these cells in the report."""
    answers = (details({"UserDetailList": [user("ana")]}), report(root_row(), row("ana", **cells)))
    return judge_answers(f"iam.users.{requirement}", *answers, **(parameters or {}))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"password_enabled": "true", "mfa_active": "true"}, "meets"),
        ({"password_enabled": "TRUE", "mfa_active": "FALSE"}, "exception"),
        ({"password_enabled": "false", "mfa_active": "false"}, "not_applicable"),
        ({"password_enabled": "not_supported", "mfa_active": "false"}, "gap"),
        ({"password_enabled": "true", "mfa_active": "not_supported"}, "gap"),
        ({"password_enabled": "true", "mfa_active": ""}, "gap"),
    ],
)
def test_console_users_have_mfa(cells: dict[str, str], expected: str) -> None:
    assert judged("console-mfa", **cells)["ana"] == expected


KEY_1 = {"access_key_1_active": "true", "access_key_1_last_rotated": ago(10)}
KEY_2 = {"access_key_2_active": "true", "access_key_2_last_rotated": ago(10)}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (KEY_1, "meets"),
        (KEY_1 | KEY_2, "meets"),
        (KEY_1 | {"access_key_1_last_rotated": ago(91)}, "exception"),
        (KEY_1 | {"access_key_1_last_rotated": ago(90)}, "meets"),
        # The second key counts as much as the first, also where it is the only one.
        (KEY_2 | {"access_key_2_last_rotated": ago(91)}, "exception"),
        (KEY_1 | KEY_2 | {"access_key_2_last_rotated": ago(91)}, "exception"),
        # Inactive keys keep their dates.
        (KEY_1 | {"access_key_2_active": "false", "access_key_2_last_rotated": ago(400)}, "meets"),
        ({"access_key_1_active": "false", "access_key_1_last_rotated": ago(400)}, "not_applicable"),
        (KEY_1 | {"access_key_1_last_rotated": "N/A"}, "gap"),
        (KEY_1 | {"access_key_1_last_rotated": "last week"}, "gap"),
        (KEY_1 | {"access_key_2_active": "not_supported"}, "gap"),
    ],
)
def test_active_keys_are_young(cells: dict[str, str], expected: str) -> None:
    assert judged("key-age", **cells)["ana"] == expected


def test_key_age_counts_the_days_given() -> None:
    assert judged("key-age", {"days": 5}, **KEY_1)["ana"] == "exception"


PASSWORD = {"password_enabled": "true", "password_last_changed": ago(300), "password_last_used": ago(10)}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, "not_applicable"),
        (PASSWORD, "meets"),
        (PASSWORD | {"password_last_used": ago(46)}, "exception"),
        # Changing a password is not using it.
        (PASSWORD | {"password_last_used": ago(46), "password_last_changed": ago(1)}, "exception"),
        # Never used: counts from when it was made.
        (PASSWORD | {"password_last_used": "no_information"}, "exception"),
        (PASSWORD | {"password_last_used": "no_information", "password_last_changed": ago(5)}, "meets"),
        (PASSWORD | {"password_last_used": "N/A", "password_last_changed": "N/A"}, "gap"),
        (KEY_1 | {"access_key_1_last_used_date": ago(5), "access_key_1_last_rotated": ago(400)}, "meets"),
        (KEY_1 | {"access_key_1_last_used_date": "N/A"}, "meets"),
        (KEY_1 | {"access_key_1_last_used_date": "N/A", "access_key_1_last_rotated": ago(46)}, "exception"),
        (PASSWORD | KEY_2 | {"access_key_2_last_used_date": ago(100)}, "exception"),
        # An old key that is switched off is what is asked for.
        (PASSWORD | {"access_key_1_active": "false", "access_key_1_last_used_date": ago(500)}, "meets"),
        (PASSWORD | {"password_last_used": "yesterday"}, "gap"),
    ],
)
def test_credentials_are_in_use_or_switched_off(cells: dict[str, str], expected: str) -> None:
    assert judged("unused-credentials", **cells)["ana"] == expected


def test_one_active_key_meets_two_are_an_exception() -> None:
    assert judged("single-active-key", **KEY_1)["ana"] == "meets"
    assert judged("single-active-key")["ana"] == "meets"
    assert judged("single-active-key", **(KEY_1 | KEY_2))["ana"] == "exception"


def test_keys_that_the_report_does_not_show_are_a_gap() -> None:
    header = HEADER + ",additional_credentials_info"
    listed = details({"UserDetailList": [user("ana")]})
    more = report(root_row() + ",N/A", row("ana", **KEY_1) + ",1 more: use ListAccessKeys", header=header)
    none = report(root_row() + ",N/A", row("ana", **KEY_1) + ",N/A", header=header)
    for name in ("key-age", "single-active-key"):
        assert judge_answers(f"iam.users.{name}", listed, more)["ana"] == "gap"
        assert judge_answers(f"iam.users.{name}", listed, none)["ana"] == "meets"


@pytest.mark.parametrize("name", FROM_REPORT)
def test_a_user_made_after_the_report_is_a_gap(name: str) -> None:
    result = judge_answers(
        f"iam.users.{name}",
        details({"UserDetailList": [user("ana"), user("new")]}),
        report(root_row(), row("ana", **PASSWORD, **KEY_1, access_key_1_last_used_date=ago(1))),
    )
    assert result["new"] == "gap" and result["ana"] in ("meets", "exception")


@pytest.mark.parametrize("name", FROM_REPORT)
def test_a_user_of_the_report_who_is_not_listed_leaves_the_list_incomplete(name: str) -> None:
    result = judge_answers(
        f"iam.users.{name}",
        details({"UserDetailList": [user("ana")]}),
        report(
            root_row(), row("ana", password_enabled="true", mfa_active="true", password_last_used=ago(1), **KEY_1), row("old")
        ),
    )
    assert result["ana"] == "meets" and result.result.judgement == "gap"
    assert any("old" in unread.detail for unread in result.result.population.unread)


def test_users_named_by_both_sources_are_corroborated() -> None:
    both = judged("console-mfa", password_enabled="true", mfa_active="true")
    assert both.result.population.corroborated is True and both.result.judgement == "meets"


@pytest.mark.parametrize("name", FROM_REPORT)
def test_no_report_is_a_gap_for_every_user(name: str) -> None:
    for missing in (no_report(), no_report("failed", "ReportNotPresent"), no_report("failed", "ReportExpired")):
        assert judge_answers(f"iam.users.{name}", details({"UserDetailList": [user("ana")]}), missing)["ana"] == "gap"


@pytest.mark.parametrize("name", (*FROM_REPORT, "no-direct-policies"))
def test_no_users_is_not_applicable_and_no_list_is_a_gap(name: str) -> None:
    assert (
        judge_answers(f"iam.users.{name}", details({"UserDetailList": []}), report(root_row())).result.judgement
        == "not_applicable"
    )
    denied = judge_answers(f"iam.users.{name}", no_details(), report(root_row()))
    assert denied.result.judgement == "gap" and denied.members == ()


def test_a_list_cut_between_pages_is_incomplete() -> None:
    cut = judge_answers(
        "iam.users.no-direct-policies", no_details({"UserDetailList": [user("ana")]}), report(root_row(), row("ana"))
    )
    assert cut["ana"] == "meets" and cut.result.judgement == "gap"


def test_users_have_no_policies_of_their_own() -> None:
    inline = {"UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {}}]}
    names = ("good", "managed", "inline", "empty", "strange", "absent")
    listed = (
        user("good", GroupList=["g"]),
        user("managed", **attached("arn:aws:iam::aws:policy/ReadOnlyAccess")),
        user("inline", **inline),
        user("empty", UserPolicyList=[]),
        user("strange", UserPolicyList="none"),
        {"UserName": "absent", "Arn": "arn:aws:iam::012345678901:user/absent"},
    )
    # Users on the second page of the answer are users as well.
    pages = details({"UserDetailList": list(listed[:2]), "RoleDetailList": []}, {"UserDetailList": list(listed[2:])})
    result = judge_answers("iam.users.no-direct-policies", pages, report(root_row(), *(row(n) for n in names)))
    assert {m.id: m.judgement for m in result.members} == {
        "good": "meets", "managed": "exception", "inline": "exception", "empty": "meets", "strange": "gap", "absent": "gap",
    }  # fmt: skip
    assert "policy ReadOnlyAccess is attached directly" in result.reason("managed")
    assert "policy p is inline" in result.reason("inline")
