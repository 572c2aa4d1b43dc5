"""AWS Transfer Family: servers, the protocols they speak and where they log. Users and connectors are not read."""

from evidence.services.declare import Ask, PopulationSpec, Service, items, text

LIST_SERVERS = Ask("transfer", "ListServers", ("transfer:ListServers",), result="Servers")
DESCRIBE_SERVER = Ask(
    "transfer", "DescribeServer", ("transfer:DescribeServer",), each="transfer.servers", given={"ServerId": "ServerId"},
    gone=frozenset({"ResourceNotFoundException"}), result="Server",
)  # fmt: skip

SERVERS = PopulationSpec(
    name="transfer.servers",
    noun="Transfer Family server",
    type="AWS::Transfer::Server",
    listed_by=LIST_SERVERS,
    items="Servers[]",
    identity="ServerId",
    arn="{Arn}",
    columns={
        "state": text("State"),
        "protocols": items("Server.Protocols", DESCRIBE_SERVER),
        "log_role": text("Server.LoggingRole", DESCRIBE_SERVER, label="role for logs"),
        "log_groups": items("Server.StructuredLogDestinations", DESCRIBE_SERVER, label="log groups"),
    },
)

SERVICE = Service("transfer", "AWS Transfer Family", asks=(LIST_SERVERS, DESCRIBE_SERVER), populations=(SERVERS,))
