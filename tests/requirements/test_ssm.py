"""Systems Manager: managed instances, patches, parameters, documents, sessions."""

import datetime as dt
import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.run.redaction import is_redacted
from evidence.services import asks
from evidence.services.calls import needed
from evidence.services.ssm import DESCRIBE_PARAMETERS, GET_SESSION_PREFERENCES
from tests.judging import ACCOUNT, AS_OF, REGION, Judged, answered, ended, judge_answers

ID = "i-1"


def instances(state: str = "running", *ids: str) -> Answer:
    found = [{"InstanceId": i, "State": {"Name": state}} for i in ids or (ID,)]
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": found}]})


def nodes(*found: dict[str, Any], region: str = REGION) -> Answer:
    return answered("ssm", "DescribeInstanceInformation", {"InstanceInformationList": list(found)}, region=region)


# -- managed --------------------------------------------------------------------------------------------------------------

MANAGED = "ec2.instances.ssm-managed"


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ([{"InstanceId": ID, "PingStatus": "Online"}], "meets"),
        ([{"InstanceId": ID, "PingStatus": "ConnectionLost"}], "exception"),
        ([{"InstanceId": ID, "PingStatus": "Inactive"}], "exception"),
        ([{"InstanceId": ID}], "gap"),
        ([{"InstanceId": ID, "PingStatus": 1}], "gap"),
        # Not in the list: not managed, and no error says so.
        ([], "exception"),
        ([{"InstanceId": "i-2", "PingStatus": "Online"}, {"InstanceId": "mi-1", "PingStatus": "Online"}], "exception"),
    ],
)
def test_running_instances_are_managed(found: list[dict[str, Any]], judgement: str) -> None:
    assert judge_answers(MANAGED, instances(), nodes(*found))[ID] == judgement


def test_instances_that_do_not_run_are_not_judged_and_lists_that_were_denied_leave_gaps() -> None:
    online = nodes({"InstanceId": ID, "PingStatus": "Online"})
    assert judge_answers(MANAGED, instances("stopped"), nodes())[ID] == "not_applicable"
    assert judge_answers(MANAGED, instances(), ended("ssm", "DescribeInstanceInformation", "denied"))[ID] == "gap"
    assert judge_answers(MANAGED, instances())[ID] == "gap"
    assert judge_answers(MANAGED, ended("ec2", "DescribeInstances", "denied"), online).result.judgement == "gap"
    # A list that was cut may hold the others.
    cut = ended("ssm", "DescribeInstanceInformation", "throttled", online.pages[0])
    both = judge_answers(MANAGED, instances("running", ID, "i-2"), cut)
    assert both[ID] == "meets" and both["i-2"] == "gap"


# -- patches --------------------------------------------------------------------------------------------------------------

SCANNED, PATCHED = "ec2.instances.patch-scanned", "ec2.instances.patched"
CLEAN = {"MissingCount": 0, "FailedCount": 0, "CriticalNonCompliantCount": 0, "SecurityNonCompliantCount": 0}


def patches(days: float = 1, **counts: Any) -> Answer:
    state = {"InstanceId": ID, "OperationEndTime": AS_OF - dt.timedelta(days=days), **CLEAN, **counts}
    kept = {k: v for k, v in state.items() if v is not None}
    return answered("ssm", "DescribeInstancePatchStates", {"InstancePatchStates": [kept]}, InstanceIds=[ID])


NEVER = answered("ssm", "DescribeInstancePatchStates", {"InstancePatchStates": []}, InstanceIds=[ID])
DENIED = ended("ssm", "DescribeInstancePatchStates", "denied", InstanceIds=[ID])


@pytest.mark.parametrize(
    ("answer", "days", "judgement"),
    [
        (patches(6.9), 7, "meets"),
        (patches(7.1), 7, "exception"),
        (patches(20), 30, "meets"),
        (patches(OperationEndTime=None), 7, "exception"),
        (patches(OperationEndTime="yesterday"), 7, "gap"),
        (NEVER, 7, "exception"),
        (DENIED, 7, "gap"),
    ],
)
def test_running_instances_were_scanned(answer: Answer, days: int, judgement: str) -> None:
    assert judge_answers(SCANNED, instances(), answer, days=days)[ID] == judgement


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (patches(), "meets"),
        *[(patches(**{name: 1}), "exception") for name in CLEAN],
        # Old agents leave out the critical count: unknown, unless something else is missing.
        (patches(CriticalNonCompliantCount=None), "gap"),
        (patches(CriticalNonCompliantCount=None, MissingCount=3), "exception"),
        (patches(MissingCount="many"), "gap"),
        (patches(MissingCount=True), "gap"),
        (NEVER, "exception"),
        (DENIED, "gap"),
    ],
)
def test_running_instances_are_patched(answer: Answer, judgement: str) -> None:
    assert judge_answers(PATCHED, instances(), answer)[ID] == judgement


def test_patch_states_are_asked_of_running_instances_only() -> None:
    for requirement in (SCANNED, PATCHED):
        assert judge_answers(requirement, instances("stopped"))[ID] == "not_applicable"
    ask = next(a for a in asks() if a.name == "ssm:DescribeInstancePatchStates")
    assert ask.only is not None
    assert [needed(ask.only, {"State": {"Name": state}}) for state in ("running", "stopped")] == [True, False]


def test_the_state_of_another_instance_is_not_this_ones() -> None:
    other = {"InstanceId": "i-2", "OperationEndTime": AS_OF, **CLEAN}
    answer = answered("ssm", "DescribeInstancePatchStates", {"InstancePatchStates": [other]}, InstanceIds=[ID])
    assert judge_answers(PATCHED, instances(), answer)[ID] == "exception"


# -- parameters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "judgement"),
    [
        ("/shop/db/password", "SecureString", "meets"),
        ("/shop/db/password", "String", "exception"),
        ("/shop/DbPassword", "String", "exception"),
        ("DB_PASSWORD", "StringList", "exception"),
        ("/shop/stripe.api-key", "String", "exception"),
        ("/shop/apiKey", "String", "exception"),
        ("/shop/AWS_SECRET_ACCESS_KEY", "String", "exception"),
        ("/shop/password", None, "gap"),
        ("/shop/password", 1, "gap"),
        ("/shop/password/min_length", "String", "not_applicable"),
        ("/shop/password_policy", "String", "not_applicable"),
        ("/shop/db-secret", "String", "not_applicable"),  # as a rule the name of a secret, not the secret
        ("/shop/access_key", "String", "not_applicable"),  # may be the id that goes with a key
        ("/shop/monkey", "String", "not_applicable"),
    ],
)
def test_parameters_named_as_passwords_are_secure_strings(name: str, kind: Any, judgement: str) -> None:
    found = {"Name": name} | ({} if kind is None else {"Type": kind})
    answer = answered("ssm", "DescribeParameters", {"Parameters": [found]})
    assert judge_answers("ssm.parameters.secure-strings", answer)[name] == judgement


def test_no_value_of_a_secret_or_parameter_is_ever_asked() -> None:
    asked = {ask.operation for ask in asks() if ask.service in ("ssm", "secretsmanager")}
    assert not asked & {
        "GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory", "GetSecretValue", "BatchGetSecretValue",
    }  # fmt: skip
    page = {"Parameters": [{"Name": "a", "Description": "it is hunter2"}]}
    Redactor().apply(page, DESCRIBE_PARAMETERS.redact)
    assert "hunter2" not in json.dumps(page)


# -- documents ------------------------------------------------------------------------------------------------------------

OWN = {"Filters": [{"Key": "Owner", "Values": ["Self"]}]}
DOCUMENTS = answered("ssm", "ListDocuments", {"DocumentIdentifiers": [{"Name": "d", "DocumentType": "Command"}]}, **OWN)


def shared(accounts: Any) -> Answer:
    value = {"AccountIds": accounts, "AccountSharingInfoList": []}
    return answered("ssm", "DescribeDocumentPermission", value, Name="d", PermissionType="Share")


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (shared([]), "meets"),
        (shared(["999999999999"]), "meets"),
        (shared(["all"]), "exception"),
        (shared(["All"]), "exception"),
        (shared("all"), "gap"),
        (shared([1]), "gap"),
        (ended("ssm", "DescribeDocumentPermission", "denied", Name="d", PermissionType="Share"), "gap"),
    ],
)
def test_documents_are_not_shared_with_everyone(answer: Answer, judgement: str) -> None:
    assert judge_answers("ssm.documents.not-public", DOCUMENTS, answer)["d"] == judgement


def test_documents_that_could_not_be_listed_are_a_gap() -> None:
    denied = ended("ssm", "ListDocuments", "denied", **OWN)
    assert judge_answers("ssm.documents.not-public", denied).result.judgement == "gap"


SETTING = {"SettingId": "/ssm/documents/console/public-sharing-permission"}


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (answered("ssm", "GetServiceSetting", {"ServiceSetting": {"SettingValue": "Disable"}}, **SETTING), "meets"),
        (answered("ssm", "GetServiceSetting", {"ServiceSetting": {"SettingValue": "Enable"}}, **SETTING), "exception"),
        (answered("ssm", "GetServiceSetting", {"ServiceSetting": {}}, **SETTING), "gap"),
        (ended("ssm", "GetServiceSetting", "absent", code="ServiceSettingNotFound", **SETTING), "gap"),
        (ended("ssm", "GetServiceSetting", "denied", **SETTING), "gap"),
    ],
)
def test_public_sharing_of_documents_is_blocked(answer: Answer, judgement: str) -> None:
    assert judge_answers("ssm.regions.public-documents-blocked", answer)[ACCOUNT] == judgement


# -- sessions -------------------------------------------------------------------------------------------------------------

PREFERENCES = {"Name": "SSM-SessionManagerRunShell", "DocumentFormat": "JSON"}
NODE = nodes({"InstanceId": ID, "PingStatus": "Online"})


def content(**inputs: Any) -> str:
    return json.dumps({"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": inputs})


def preferences(text: Any) -> Answer:
    return answered("ssm", "GetDocument", {"Content": text}, **PREFERENCES)


def sessions(*answers: Answer) -> Judged:
    return judge_answers("ssm.regions.session-logging", *answers)


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (preferences(content(cloudWatchLogGroupName="sessions", s3BucketName="")), "meets"),
        (preferences(content(cloudWatchLogGroupName="", s3BucketName="sessions")), "meets"),
        (preferences(content(cloudWatchLogGroupName="", s3BucketName="")), "exception"),
        (preferences(content()), "exception"),
        (preferences("[redacted]"), "gap"),
        (preferences(json.dumps({"inputs": "none"})), "gap"),
        (ended("ssm", "GetDocument", "absent", code="InvalidDocument", **PREFERENCES), "exception"),
        (ended("ssm", "GetDocument", "denied", **PREFERENCES), "gap"),
    ],
)
def test_sessions_are_logged(answer: Answer, judgement: str) -> None:
    assert sessions(NODE, answer)[ACCOUNT] == judgement


def test_a_region_without_managed_nodes_has_no_sessions() -> None:
    off = preferences(content())
    assert sessions(nodes(), off)[ACCOUNT] == "not_applicable"
    assert sessions(ended("ssm", "DescribeInstanceInformation", "denied"), off)[ACCOUNT] == "gap"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (content(s3BucketName="b"), True),
        (content(shellProfile={"linux": "", "windows": ""}), True),
        (content(shellProfile={"linux": "export PASSWORD=hunter2"}), False),
        ("export PASSWORD=hunter2", False),
    ],
)
def test_session_preferences_that_run_commands_are_not_kept(text: str, kept: bool) -> None:
    page = {"Content": text, "Name": "SSM-SessionManagerRunShell"}
    Redactor().apply(page, GET_SESSION_PREFERENCES.redact)
    assert (page["Content"] == text) is kept and is_redacted(page["Content"]) is not kept
    assert "hunter2" not in json.dumps(page)
    if not kept:
        assert sessions(NODE, preferences(page["Content"]))[ACCOUNT] == "gap"
