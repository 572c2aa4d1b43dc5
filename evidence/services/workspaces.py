"""Amazon WorkSpaces: desktops and how their volumes are encrypted."""

from evidence.services.declare import Ask, Only, PopulationSpec, Service, flag, text

DESCRIBE_WORKSPACES = Ask("workspaces", "DescribeWorkspaces", ("workspaces:DescribeWorkspaces",), result="Workspaces")

DESKTOPS = PopulationSpec(
    name="workspaces.desktops",
    noun="WorkSpace",
    type="AWS::WorkSpaces::Workspace",
    listed_by=DESCRIBE_WORKSPACES,
    items="Workspaces[]",
    identity="WorkspaceId",
    arn="arn:{partition}:workspaces:{region}:{account}:workspace/{WorkspaceId}",
    only=Only("State", frozenset({"TERMINATING", "TERMINATED"}), negate=True),
    columns={
        "state": text("State"),
        "root_encrypted": flag("RootVolumeEncryptionEnabled", label="root volume encrypted"),
        "user_encrypted": flag("UserVolumeEncryptionEnabled", label="user volume encrypted"),
    },
)

SERVICE = Service("workspaces", "Amazon WorkSpaces", asks=(DESCRIBE_WORKSPACES,), populations=(DESKTOPS,))
