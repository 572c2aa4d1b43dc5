"""Notices of what is done to environments."""

from collections.abc import Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.filter_patterns import MISSING, Kind
from evidence.populations.pairs import all_hold
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.telling import CHAIN, filtered, recorded, ruled, watched

CALLS = {"UpdateEnvironment": "Environment update started", "TerminateEnvironment": "Environment termination started"}
"""Each call, and the status that Elastic Beanstalk itself reports to EventBridge where it begins."""
_SERVICE = "elasticbeanstalk.amazonaws.com"


def _trail_event(call: str) -> Kind:
    return {
        "eventSource": _SERVICE, "eventName": call, "eventType": "AwsApiCall", "readOnly": False, "errorCode": MISSING,
        "errorMessage": MISSING,
    }  # fmt: skip


def _api_event(call: str) -> Mapping[str, Any]:
    detail = {"eventSource": _SERVICE, "eventName": call, "eventType": "AwsApiCall"}
    return {"source": "aws.elasticbeanstalk", "detail-type": "AWS API Call via CloudTrail", "detail": detail}


def _own_event(status: str) -> Mapping[str, Any]:
    detail = {"Status": status, "Severity": "INFO"}
    return {"source": "aws.elasticbeanstalk", "detail-type": "Elastic Beanstalk resource status change", "detail": detail}


KINDS = {call: _trail_event(call) for call in CALLS}


@requirement(
    "elasticbeanstalk.environments.change-notices",
    says="Every environment's update or termination raises a notice that somebody hears.",
    why="A change that nobody planned should be noticed while it can still be stopped.",
    logic="For UpdateEnvironment and TerminateEnvironment each, one of these tells a topic with a confirmed subscription that is not "
    "encrypted with alias/aws/sns: an enabled EventBridge rule on the default bus of the environment's Region that takes in every "
    "such call (AWS API Call via CloudTrail, which needs a trail that records it in all Regions), or the environment's own event "
    "that the operation started; or a metric filter of the trail's log group that takes in every such call, and an alarm on it. A "
    "rule that is limited to some environments counts for those. Rules with other targets are gaps where they decide.",
    covers=("BP-08",),
    uses=(*CHAIN, "events.rules"),
    fix="EventBridge console, Rules, Create rule: Elastic Beanstalk, Elastic Beanstalk resource status change, target SNS topic.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.eventbridge.html",
)
def change_notices(
    environments: Population, trails: Population, filters: Population, alarms: Population, composites: Population,
    topics: Population, rules: Population,
) -> Truth:  # fmt: skip
    told = {}
    by_alarm = filtered(environments, KINDS, trails, filters, watched(filters, alarms, composites, topics))
    for call, status in CALLS.items():
        trail = environments.some_in(trails, where=recorded(trails, KINDS[call]), within="account", label="trails recording it")
        by_call = ruled(environments, _api_event(call), rules, topics, exactly=True, label=f"rules on {call}")
        by_status = ruled(environments, _own_event(status), rules, topics, exactly=False, label=f"rules on {status}")
        told[call] = (trail & by_call) | by_status | by_alarm[call]
    return all_hold(told, yes="somebody is told of", no="nobody is told of")


REQUIREMENTS = (change_notices,)
