"""AWS Config in each Region: its recorder, what it records, and where the history goes."""

from collections.abc import Callable
from typing import Any

from evidence.services.config.asks import (
    DESCRIBE_CHANNEL_STATUS,
    DESCRIBE_CHANNELS,
    DESCRIBE_RECORDER_STATUS,
    DESCRIBE_RECORDERS,
    DESCRIBE_RETENTION,
)
from evidence.services.config.history import TYPES
from evidence.services.declare import ACCOUNTS, REGIONS, Item, PopulationSpec, flag, items, number, text, time
from evidence.services.path import walk
from evidence.services.second import CONFIG_TYPES

ALL, ONLY, ALL_BUT = "ALL_SUPPORTED_RESOURCE_TYPES", "INCLUSION_BY_RESOURCE_TYPES", "EXCLUSION_BY_RESOURCE_TYPES"
IAM_TYPES = frozenset({"AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"})
BEANSTALK_TYPES = (
    "AWS::ElasticBeanstalk::Application",
    "AWS::ElasticBeanstalk::ApplicationVersion",
    "AWS::ElasticBeanstalk::Environment",
)
# IAM's four types can be recorded only in Regions where AWS Config was before February 2022: a list that grows no more.
# https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html
RECORD_IAM = frozenset({
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ap-southeast-3", "ca-central-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2",
    "eu-west-3", "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    "us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1",
})  # fmt: skip


def _the(name: str, answer: Any) -> Item | None:
    """The Region's one recorder, channel or setting; None where there is none. Raises ValueError where there are several."""
    own = [entry for entry in answer[name] if not (entry.get("servicePrincipal") or entry.get("connectorArn"))]
    if len(own) > 1:
        raise ValueError(f"{name} holds {len(own)} where AWS allows one")
    return own[0] if own else None


def _in(name: str, path: str) -> Callable[[Item, Any], Any]:
    def read(item: Item, answer: Any) -> Any:
        one = _the(name, answer)
        return None if one is None else walk(path, one)

    return read


def _strategy(group: Item) -> str:
    """The strategy, named or implied by allSupported. Raises KeyError where the answer says neither, or
    names one that we do not know."""
    named = (group.get("recordingStrategy") or {}).get("useOnly")
    if named:
        return {word: word for word in (ALL, ONLY, ALL_BUT)}[named]
    return {True: ALL, False: ONLY}[group["allSupported"]]


def _records(group: Item, kind: str, region: str) -> bool:
    """Whether a recorder with this group records a type in the Region."""
    kept = {
        ALL: kind not in IAM_TYPES or group.get("includeGlobalResourceTypes") is True,
        ONLY: kind in _types(group),
        ALL_BUT: kind not in _excluded(group),
    }[_strategy(group)]
    return kept and (kind not in IAM_TYPES or region in RECORD_IAM)


def _types(holder: Item) -> list[str]:
    """Raises TypeError for what is no list."""
    types = holder.get("resourceTypes") or []
    if not isinstance(types, list):
        raise TypeError(f"resourceTypes is a {type(types).__name__}")
    return types


def _excluded(group: Item) -> list[str]:
    return _types(group.get("exclusionByResourceTypes") or {})


def _group(read: Callable[[Item, str], Any], none: Any = None) -> Callable[[Item, Any], Any]:
    """Reads the recording group; `none` is what it means that there is no recorder."""

    def of(item: Item, answer: Any) -> Any:
        one = _the("ConfigurationRecorders", answer)
        return none if one is None else read(one["recordingGroup"], item["region"])

    return of


def _left_out(group: Item, region: str) -> list[str]:
    """The types excluded by name, IAM's apart: those are judged once for the account."""
    return [kind for kind in _excluded(group) if kind not in IAM_TYPES] if _strategy(group) == ALL_BUT else []


def _unrecorded(group: Item, region: str) -> list[str]:
    return [kind for kind in BEANSTALK_TYPES if not _records(group, kind, region)]


_RECORDERS, _STATUS = "ConfigurationRecorders", "ConfigurationRecordersStatus"
_CHANNELS, _DELIVERY = "DeliveryChannels", "DeliveryChannelsStatus"

REGION = PopulationSpec(
    name="config.regions",
    noun="Region",
    type="AWS::Config::ConfigurationRecorder",
    listed_by=REGIONS,
    columns={
        "recorder": text(of=DESCRIBE_RECORDERS, read=_in(_RECORDERS, "name")),
        "recording": flag(of=DESCRIBE_RECORDER_STATUS, read=_in(_STATUS, "recording")),
        "last_status": text(of=DESCRIBE_RECORDER_STATUS, read=_in(_STATUS, "lastStatus")),
        "last_error": text(of=DESCRIBE_RECORDER_STATUS, read=_in(_STATUS, "lastErrorCode")),
        "started": time(of=DESCRIBE_RECORDER_STATUS, read=_in(_STATUS, "lastStartTime"), label="recorder last started"),
        "stopped": time(of=DESCRIBE_RECORDER_STATUS, read=_in(_STATUS, "lastStopTime"), label="recorder last stopped"),
        "frequency": text(of=DESCRIBE_RECORDERS, read=_in(_RECORDERS, "recordingMode.recordingFrequency")),
        "strategy": text(of=DESCRIBE_RECORDERS, read=_group(lambda group, region: _strategy(group))),
        "left_out": items(of=DESCRIBE_RECORDERS, read=_group(_left_out), label="types left out"),
        "iam_types": flag(
            of=DESCRIBE_RECORDERS,
            read=_group(lambda group, region: all(_records(group, kind, region) for kind in IAM_TYPES), none=False),
            label="IAM types recorded",
        ),
        "unrecorded": items(
            of=DESCRIBE_RECORDERS,
            read=_group(lambda group, region: [kind for kind in TYPES if not _records(group, kind, region)], none=TYPES),
            label="types with a history that are not recorded",
        ),
        "not_recorded": items(
            of=DESCRIBE_RECORDERS,
            read=_group(
                lambda group, region: [kind for kind in CONFIG_TYPES if not _records(group, kind, region)], none=CONFIG_TYPES
            ),
            label="types counted a second time that are not recorded",
        ),
        "beanstalk_unrecorded": items(
            of=DESCRIBE_RECORDERS,
            read=_group(_unrecorded, none=BEANSTALK_TYPES),
            label="Elastic Beanstalk types not recorded",
        ),
        "bucket": text(of=DESCRIBE_CHANNELS, read=_in(_CHANNELS, "s3BucketName")),
        "topic": text(of=DESCRIBE_CHANNELS, read=_in(_CHANNELS, "snsTopicARN"), label="SNS topic"),
        "history_status": text(of=DESCRIBE_CHANNEL_STATUS, read=_in(_DELIVERY, "configHistoryDeliveryInfo.lastStatus")),
        "history_error": text(of=DESCRIBE_CHANNEL_STATUS, read=_in(_DELIVERY, "configHistoryDeliveryInfo.lastErrorCode")),
        "history_delivered": time(
            of=DESCRIBE_CHANNEL_STATUS, read=_in(_DELIVERY, "configHistoryDeliveryInfo.lastSuccessfulTime")
        ),
        "notice_status": text(of=DESCRIBE_CHANNEL_STATUS, read=_in(_DELIVERY, "configStreamDeliveryInfo.lastStatus")),
        "notice_error": text(of=DESCRIBE_CHANNEL_STATUS, read=_in(_DELIVERY, "configStreamDeliveryInfo.lastErrorCode")),
        "retention": number(
            of=DESCRIBE_RETENTION, read=_in("RetentionConfigurations", "RetentionPeriodInDays"), label="retention in days"
        ),
    },
)

ACCOUNT = PopulationSpec(
    name="config.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={},
)
