"""Amazon EventBridge: event buses and who may use them; the rules on each Region's default bus, where the events of AWS services
arrive, and their targets."""

import re
from typing import Any

from evidence.services.declare import ACCOUNTS, Ask, Item, Only, PopulationSpec, Redact, Service, document, items, text

ENABLED = frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})

# The policy comes with the list; a bus without one is the account's own to use. The description is free text.
LIST_BUSES = Ask(
    "events",
    "ListEventBuses",
    ("events:ListEventBuses",),
    tokens=("NextToken", "NextToken"),
    result="EventBuses",
    redact=(Redact("EventBuses[]", "description of an event bus", key="Description"),),
)
# Without EventBusName: the default bus.
LIST_RULES = Ask("events", "ListRules", ("events:ListRules",), result="Rules")
_FREE = "event target input"
LIST_TARGETS = Ask(
    "events",
    "ListTargetsByRule",
    ("events:ListTargetsByRule",),
    each="events.rules",
    given={"Rule": "Name"},
    only=Only("State", ENABLED),
    gone=frozenset({"ResourceNotFoundException"}),
    result="Targets",
    # What a rule hands to its target is free text: commands, environment variables, headers with tokens.
    redact=(
        Redact("Targets[]", _FREE, key="Input"),
        Redact("Targets[].InputTransformer", _FREE, key="InputTemplate"),
        Redact("Targets[].HttpParameters", _FREE, key="HeaderParameters"),
        Redact("Targets[].HttpParameters", _FREE, key="QueryStringParameters"),
        Redact("Targets[].HttpParameters", _FREE, key="PathParameterValues"),
        Redact("Targets[].RedshiftDataParameters", _FREE, key="Sql"),
        Redact("Targets[].RedshiftDataParameters", _FREE, key="Sqls"),
        Redact("Targets[].AppSyncParameters", _FREE, key="GraphQLOperation"),
        Redact("Targets[].SageMakerPipelineParameters.PipelineParameterList[]", _FREE, key="Value"),
    ),
)


def _topics(rule: Item, answer: Any) -> list[str]:
    return [t["Arn"] for t in answer["Targets"] if re.match(r"arn:[^:]+:sns:", t["Arn"])]


def _others(rule: Item, answer: Any) -> list[str]:
    """The targets that are no topics. Whether they tell anybody, a function or a chat for example, is not to be seen."""
    return [t["Arn"] for t in answer["Targets"] if not re.match(r"arn:[^:]+:sns:", t["Arn"])]


RULES = PopulationSpec(
    name="events.rules",
    noun="EventBridge rule",
    type="AWS::Events::Rule",
    listed_by=LIST_RULES,
    items="Rules[]",
    identity="Name",
    arn="{Arn}",
    columns={
        "state": text("State"),
        "pattern": document("EventPattern", label="event pattern"),
        "managed_by": text("ManagedBy", label="made by"),
        "topics": items(of=LIST_TARGETS, read=_topics, label="topics told"),
        "others": items(of=LIST_TARGETS, read=_others, label="other targets"),
    },
)

BUSES = PopulationSpec(
    name="events.buses",
    noun="EventBridge event bus",
    type="AWS::Events::EventBus",
    listed_by=LIST_BUSES,
    items="EventBuses[]",
    identity="Name",
    arn="{Arn}",
    columns={"policy": document(read=lambda item, answer: item.get("Policy") or None, label="bus policy")},
)

ACCOUNT = PopulationSpec(
    name="events.account",
    noun="account",
    type="AWS::::Account",
    listed_by=ACCOUNTS,
    arn="arn:{partition}:iam::{account}:root",
    columns={},
)

SERVICE = Service(
    "events", "Amazon EventBridge", asks=(LIST_BUSES, LIST_RULES, LIST_TARGETS), populations=(BUSES, RULES, ACCOUNT)
)
