"""Amazon Athena: workgroups, and how they keep what queries find."""

from evidence.services.declare import Ask, PopulationSpec, Redact, Service, flag, text

LIST_WORKGROUPS = Ask(
    "athena", "ListWorkGroups", ("athena:ListWorkGroups",), tokens=("NextToken", "NextToken"), result="WorkGroups"
)
# What a Spark session is started with is free text, passwords included.
GET_WORKGROUP = Ask(
    "athena", "GetWorkGroup", ("athena:GetWorkGroup",), each="athena.workgroups", given={"WorkGroup": "Name"}, result="WorkGroup",
    redact=(
        Redact("WorkGroup.Configuration", "Spark setting", key="AdditionalConfiguration"),
        Redact("WorkGroup.Configuration.EngineConfiguration", "Spark setting", key="AdditionalConfigs"),
        Redact("WorkGroup.Configuration.EngineConfiguration", "Spark setting", key="SparkProperties"),
        Redact("WorkGroup.Configuration.EngineConfiguration.Classifications[]", "Spark setting", key="Properties"),
    ),
)  # fmt: skip

WORKGROUPS = PopulationSpec(
    name="athena.workgroups",
    noun="Athena workgroup",
    type="AWS::Athena::WorkGroup",
    listed_by=LIST_WORKGROUPS,
    items="WorkGroups[]",
    identity="Name",
    arn="arn:{partition}:athena:{region}:{account}:workgroup/{Name}",
    columns={
        "state": text("State"),
        "encryption": text(
            "WorkGroup.Configuration.ResultConfiguration.EncryptionConfiguration.EncryptionOption", GET_WORKGROUP,
            label="encryption of results",
        ),
        "enforced": flag("WorkGroup.Configuration.EnforceWorkGroupConfiguration", GET_WORKGROUP, label="settings enforced"),
        "metrics": flag("WorkGroup.Configuration.PublishCloudWatchMetricsEnabled", GET_WORKGROUP, label="metrics published"),
        "managed": flag("WorkGroup.Configuration.ManagedQueryResultsConfiguration.Enabled", GET_WORKGROUP, label="results kept by Athena"),
    },
)  # fmt: skip

SERVICE = Service("athena", "Amazon Athena", asks=(LIST_WORKGROUPS, GET_WORKGROUP), populations=(WORKGROUPS,))
