"""Changes to Elastic Beanstalk as CloudTrail remembers them: who, when, from where, and over which TLS."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.cloudtrail import BEANSTALK, CHANGES, LOOKUP_CHANGES
from tests.judging import ACCOUNT, answered, ended, judge_answers
from tests.requirements.iam_answers import ago

WHO, TLS = "cloudtrail.beanstalk-changes.attributable", "cloudtrail.beanstalk-changes.modern-tls"
PERSON = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/jo", "principalId": "AROA:jo"}
ROOT = {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "principalId": ACCOUNT}
SERVICE = {"type": "AWSService", "invokedBy": "managedupdates.elasticbeanstalk.amazonaws.com"}
MODERN = {
    "tlsVersion": "TLSv1.3",
    "cipherSuite": "TLS_AES_128_GCM_SHA256",
    "clientProvidedHostHeader": "elasticbeanstalk.eu-west-1.amazonaws.com",
}


def by(name: str) -> dict[str, Any]:
    return {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}]}


def event(source: str = BEANSTALK, **record: Any) -> dict[str, Any]:
    told = {"userIdentity": PERSON, "sourceIPAddress": "198.51.100.7", "eventType": "AwsApiCall", "tlsDetails": MODERN} | record
    told = {k: v for k, v in told.items() if v is not None}
    return {
        "EventId": "e-1",
        "EventName": "UpdateEnvironment",
        "EventTime": ago(3),
        "EventSource": source,
        "CloudTrailEvent": json.dumps(told),
    }


def changes(*found: Any, name: str = "UpdateEnvironment", also: Answer | None = None) -> tuple[Answer, ...]:
    """What each lookup answers: these events for the call of this name, none for the others."""
    others = (answered("cloudtrail", "LookupEvents", {"Events": []}, **by(other)) for other in CHANGES if other != name)
    first = also or answered("cloudtrail", "LookupEvents", {"Events": list(found)}, **by(name))
    return (first, *others)


@pytest.mark.parametrize(
    ("found", "who", "tls"),
    [
        (event(), "meets", "meets"),
        (event(tlsDetails={"tlsVersion": "TLSv1.2"}), "meets", "meets"),
        (event(tlsDetails={"tlsVersion": "TLSv1.1"}), "meets", "exception"),
        (event(tlsDetails=None), "meets", "gap"),
        (event(tlsDetails={"cipherSuite": "x"}), "meets", "gap"),
        (event(tlsDetails="TLSv1.3"), "meets", "gap"),
        (event(tlsDetails=None, sessionCredentialFromConsole="true"), "meets", "not_applicable"),
        (event(tlsDetails={"tlsVersion": "TLSv1.1"}, sessionCredentialFromConsole="true"), "meets", "exception"),
        (event(userIdentity=SERVICE, tlsDetails=None), "meets", "not_applicable"),
        (event(userIdentity={**PERSON, "invokedBy": "codepipeline.amazonaws.com"}, tlsDetails=None), "meets", "not_applicable"),
        (event(userIdentity=ROOT), "exception", "meets"),
        (event(userIdentity={"type": "Unknown"}), "exception", "meets"),
        (event(userIdentity={"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}}), "meets", "meets"),
        (event(userIdentity={"arn": "arn:x"}), "gap", "meets"),
        (event(userIdentity=None), "gap", "gap"),
        (event(sourceIPAddress=None), "exception", "meets"),
        ({**event(), "EventTime": None}, "exception", "meets"),
        ({**event(), "CloudTrailEvent": "no JSON"}, "gap", "gap"),
        ({**event(), "CloudTrailEvent": "[]"}, "gap", "gap"),
        ({k: v for k, v in event().items() if k != "CloudTrailEvent"}, "gap", "gap"),
    ],
)
def test_a_change(found: dict[str, Any], who: str, tls: str) -> None:
    assert judge_answers(WHO, *changes(found))["e-1"] == who
    assert judge_answers(TLS, *changes(found))["e-1"] == tls


@pytest.mark.parametrize("name", CHANGES)
def test_every_kind_of_change_is_looked_up(name: str) -> None:
    old = event(tlsDetails={"tlsVersion": "TLSv1"})
    assert judge_answers(TLS, *changes(old, name=name))["e-1"] == "exception"


def test_other_services_calls_of_the_same_name_are_none_of_ours() -> None:
    judged = judge_answers(TLS, *changes(event("airflow.amazonaws.com", tlsDetails={"tlsVersion": "TLSv1"})))
    assert not judged.members and judged.result.judgement == "not_applicable"


def test_an_event_that_does_not_say_whose_it_is_leaves_the_list_unread() -> None:
    judged = judge_answers(TLS, *changes({"EventId": "e-1"}))
    assert not judged.members and judged.result.judgement == "gap"


def test_no_change_is_nothing_to_judge_and_an_unread_lookup_is_a_gap() -> None:
    assert judge_answers(WHO, *changes()).result.judgement == "not_applicable"
    refused = ended("cloudtrail", "LookupEvents", "denied", **by("UpdateEnvironment"))
    assert judge_answers(WHO, *changes(also=refused)).result.judgement == "gap"
    cut = ended("cloudtrail", "LookupEvents", "throttled", {"Events": [event()]}, **by("UpdateEnvironment"))
    judged = judge_answers(WHO, *changes(also=cut))
    assert judged["e-1"] == "meets" and judged.result.judgement == "gap"


def test_what_was_sent_is_not_kept_and_who_sent_it_is() -> None:
    sent = {"optionSettings": [{"optionName": "DB_PASSWORD", "value": "hunter2"}], "count": 4711}
    page = {"Events": [event(requestParameters=sent, responseElements={"token": "hunter3"}, errorMessage="hunter4")]}
    Redactor(b"k" * 32).apply(page, LOOKUP_CHANGES[0].redact)
    assert "hunter" not in str(page) and "4711" not in str(page)
    told = json.loads(page["Events"][0]["CloudTrailEvent"])
    assert told["userIdentity"] == PERSON and told["tlsDetails"] == MODERN and "requestParameters" in told


@pytest.mark.parametrize("text", ["no JSON, hunter2", '["hunter2"]', '"hunter2"'])
def test_a_record_that_is_no_json_object_is_not_kept_at_all(text: str) -> None:
    page = {"Events": [{"CloudTrailEvent": text}]}
    Redactor(b"k" * 32).apply(page, LOOKUP_CHANGES[0].redact)
    assert "hunter2" not in str(page)
