"""AWS Step Functions: state machines. Their definitions are not asked for: the parameters in them may be secret."""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Redact, Service, items, text

LIST_MACHINES = Ask("stepfunctions", "ListStateMachines", ("states:ListStateMachines",), result="stateMachines")
DESCRIBE_MACHINE = Ask(
    "stepfunctions", "DescribeStateMachine", ("states:DescribeStateMachine",), parameters={"includedData": "METADATA_ONLY"},
    each="stepfunctions.state-machines", given={"stateMachineArn": "stateMachineArn"}, gone=frozenset({"StateMachineDoesNotExist"}),
    result="stateMachineArn", redact=(Redact("", "definition of a state machine", key="definition"),),
)  # fmt: skip


def _groups(_: Item, answer: Any) -> list[Any]:
    """The log groups that are named; a machine without the setting names none."""
    destinations = (answer.get("loggingConfiguration") or {}).get("destinations") or ()
    return [destination["cloudWatchLogsLogGroup"]["logGroupArn"] for destination in destinations]


MACHINES = PopulationSpec(
    name="stepfunctions.state-machines",
    noun="state machine",
    type="AWS::StepFunctions::StateMachine",
    listed_by=LIST_MACHINES,
    items="stateMachines[]",
    identity="stateMachineArn",
    arn="{stateMachineArn}",
    columns={
        "kind": text("type"),
        "level": text("loggingConfiguration.level", DESCRIBE_MACHINE, label="level of the log"),
        "groups": items(of=DESCRIBE_MACHINE, read=_groups, label="log groups"),
    },
)

SERVICE = Service("stepfunctions", "AWS Step Functions", asks=(LIST_MACHINES, DESCRIBE_MACHINE), populations=(MACHINES,))
