"""AWS Database Migration Service: replication instances."""

from evidence.services.declare import Ask, Only, PopulationSpec, Service, flag, text

DESCRIBE_INSTANCES = Ask(
    "dms", "DescribeReplicationInstances", ("dms:DescribeReplicationInstances",), result="ReplicationInstances"
)

INSTANCES = PopulationSpec(
    name="dms.replication-instances",
    noun="DMS replication instance",
    type="AWS::DMS::ReplicationInstance",
    listed_by=DESCRIBE_INSTANCES,
    items="ReplicationInstances[]",
    identity="ReplicationInstanceIdentifier",
    arn="{ReplicationInstanceArn}",
    only=Only("ReplicationInstanceStatus", frozenset({"deleting", "deleted"}), negate=True),
    columns={
        "version": text("EngineVersion", label="engine version"),
        "public": flag("PubliclyAccessible", label="publicly accessible"),
        "minor_upgrades": flag("AutoMinorVersionUpgrade", label="automatic minor version upgrades"),
    },
)

SERVICE = Service("dms", "AWS Database Migration Service", asks=(DESCRIBE_INSTANCES,), populations=(INSTANCES,))
