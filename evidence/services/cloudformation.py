"""AWS CloudFormation."""

from evidence.services.declare import Ask, PopulationSpec, Service, text, time

# Every status but DELETE_COMPLETE: stacks that are gone would be listed for ninety days more.
STANDING = (
    "CREATE_COMPLETE", "CREATE_FAILED", "CREATE_IN_PROGRESS", "DELETE_FAILED", "DELETE_IN_PROGRESS", "IMPORT_COMPLETE",
    "IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED", "IMPORT_ROLLBACK_IN_PROGRESS",
    "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS",
)  # fmt: skip

# The list tells how the last drift detection ended. Detection itself writes state, so it is never started from here.
LIST_STACKS = Ask(
    "cloudformation",
    "ListStacks",
    ("cloudformation:ListStacks",),
    parameters={"StackStatusFilter": STANDING},
    result="StackSummaries",
)
# ValidationError is how CloudFormation says that there is no stack of this name: the stack is gone, not the environment.
LIST_ENVIRONMENT_STACK = Ask(
    "cloudformation",
    "ListStackResources",
    ("cloudformation:ListStackResources",),
    each="elasticbeanstalk.environments",
    given={"StackName": "awseb-{EnvironmentId}-stack"},
    absent=frozenset({"ValidationError"}),
    result="StackResourceSummaries",
)

STACKS = PopulationSpec(
    name="cloudformation.stacks",
    noun="CloudFormation stack",
    type="AWS::CloudFormation::Stack",
    listed_by=LIST_STACKS,
    items="StackSummaries[]",
    identity="StackName",
    arn="{StackId}",
    columns={
        "name": text("StackName"),
        "status": text("StackStatus"),
        "created": time("CreationTime"),
        "parent": text("ParentId", label="parent stack"),
        "updated": time("LastUpdatedTime", label="last updated"),
        "drift": text("DriftInformation.StackDriftStatus", label="drift status"),
        "drift_checked": time("DriftInformation.LastCheckTimestamp", label="drift last looked for"),
    },
)

SERVICE = Service("cloudformation", "AWS CloudFormation", asks=(LIST_STACKS, LIST_ENVIRONMENT_STACK), populations=(STACKS,))
