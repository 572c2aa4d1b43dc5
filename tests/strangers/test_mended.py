"""What the changed answers showed to be wrong, each as it was found: less in the answer had meant that the requirement was met."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.services.elasticbeanstalk.asks import DESCRIBE_SETTINGS
from tests.judging import answered, judge_answers
from tests.requirements.backup_answers import VAULT, points, vaults
from tests.requirements.elasticbeanstalk_answers import environments, settings
from tests.requirements.iam_answers import details, report, row, user
from tests.requirements.test_ec2_networks import BY_LIST, NO_LISTS, SSH, WORLD, admin, group, groups, lists
from tests.requirements.test_ec2_subnets import IGW, LOCAL, databases, judged, subnets, table, tables
from tests.requirements.test_inspector2 import finding, in_time

KEY = "arn:aws:kms:eu-west-1:012345678901:key/k"
DENY = {"Egress": False, "RuleNumber": 32767, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": "0.0.0.0/0"}


def test_a_rule_that_names_no_source_is_of_a_kind_that_nobody_knows() -> None:
    assert admin(groups(group("a", SSH)), NO_LISTS)["a"] == "gap"
    assert admin(groups(group("a", {**SSH, "IpRanges": [], "SourceOfTomorrow": [{}]})), NO_LISTS)["a"] == "gap"
    assert admin(groups(group("a", SSH, {**SSH, **WORLD})), NO_LISTS)["a"] == "exception"
    assert admin(groups(group("a", {**SSH, "FromPort": 443, "ToPort": 443})), NO_LISTS)["a"] == "meets"


def test_an_entry_of_a_prefix_list_without_its_range_is_not_nothing() -> None:
    page = {"Entries": [{"Cidr": "203.0.113.0/24"}, {"Description": "x"}]}
    entry = answered("ec2", "GetManagedPrefixListEntries", page, PrefixListId="pl")
    assert admin(BY_LIST, lists(pl="012345678901"), entry)["a"] == "gap"


def test_an_entry_of_a_network_acl_without_its_range_is_not_nothing() -> None:
    allow = {"Egress": False, "RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow"}
    page = {"NetworkAcls": [{"NetworkAclId": "acl", "OwnerId": "012345678901", "Entries": [allow, DENY]}]}
    acl = judge_answers("ec2.network-acls.no-open-admin-ports", answered("ec2", "DescribeNetworkAcls", page))
    assert acl["acl"] == "gap"


@pytest.mark.parametrize(
    ("route", "judgement"),
    [
        ({**IGW, "State": "a-word-of-tomorrow"}, "gap"),
        ({"DestinationCidrBlock": "0.0.0.0/0", "State": "active", "TargetOfTomorrow": "x"}, "gap"),
        ({**IGW, "State": "filtered"}, "meets"),
        ({"DestinationCidrBlock": "0.0.0.0/0", "State": "active", "CoreNetworkArn": "arn:aws:x"}, "meets"),
    ],
)
def test_a_route_of_a_state_or_with_a_target_that_is_new_may_lead_out(route: dict[str, Any], judgement: str) -> None:
    assert judged(subnets(), tables(table(LOCAL, route, main=True)), databases("s"))["s"] == judgement


def test_a_vault_that_counts_backups_and_lists_none_is_a_gap() -> None:
    requirement = "backup.vaults.backups-encrypted"
    assert judge_answers(requirement, vaults(), points())[VAULT] == "gap"
    assert judge_answers(requirement, vaults(NumberOfRecoveryPoints=0), points())[VAULT] == "not_applicable"


@pytest.mark.parametrize(
    "more", [{"AttachedManagedPolicies": [{"PolicyName": "x"}]}, {"UserPolicyList": [{"PolicyDocument": "{}"}]}]
)
def test_a_policy_without_a_name_is_one_all_the_same(more: dict[str, Any]) -> None:
    answers = details({"UserDetailList": [user("ana", **more)]}), report(row("ana"))
    assert judge_answers("iam.users.no-direct-policies", *answers)["ana"] == "gap"


def test_a_user_of_whom_no_groups_are_told_may_be_an_administrator_through_one() -> None:
    for groups_told, judgement in ((None, "gap"), ([], "meets")):
        answer = details({"UserDetailList": [user("ana", GroupList=groups_told)]})
        assert judge_answers("iam.principals.administrators-known", answer)["user/ana"] == judgement


@pytest.mark.parametrize(("state", "judgement"), [("Enabled", "meets"), ("PendingDeletion", "exception"), ("Leaving", "gap")])
def test_a_state_of_a_key_that_is_new_may_be_a_way_to_its_end(state: str, judgement: str) -> None:
    key = {"KeyId": "k", "KeyManager": "CUSTOMER", "KeyState": state}
    listed = answered("kms", "ListKeys", {"Keys": [{"KeyId": "k", "KeyArn": KEY}]})
    described = answered("kms", "DescribeKey", {"KeyMetadata": key}, KeyId=KEY)
    assert judge_answers("kms.keys.not-pending-deletion", listed, described)["k"] == judgement


def test_a_finding_of_a_severity_that_is_new_is_old_enough_to_be_asked_about() -> None:
    assert in_time(finding(400, severity="SEVERE"))["f1"] == "gap"


def test_an_option_that_names_no_namespace_may_hold_anything() -> None:
    requirement = "elasticbeanstalk.environments.no-secrets-in-properties"
    nameless = {"Namespace": None, "OptionName": "DB_PASSWORD_OF_OLD", "Value": "x"}
    assert judge_answers(requirement, *environments(), settings(nameless)).members[0].judgement == "gap"
    page = {"ConfigurationSettings": [{"OptionSettings": [{"OptionName": "TOKEN", "Value": "hunter2"}]}]}
    Redactor(b"k" * 32).apply(page, DESCRIBE_SETTINGS.redact)
    assert "hunter2" not in repr(page)
