"""What is asked of AWS Config. Every call is the Region's own; none is made for each rule."""

from typing import Any

from evidence.services.declare import Ask


def ask(operation: str, result: str, **more: Any) -> Ask:
    return Ask("config", operation, (f"config:{operation}",), result=result, **more)


# Without a name these two tell of the customer's own recorder only, and an empty list says that there is none. Those that
# belong to an AWS service are told of by its name alone, and are not asked about.
DESCRIBE_RECORDERS = ask("DescribeConfigurationRecorders", "ConfigurationRecorders")
DESCRIBE_RECORDER_STATUS = ask("DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus")
DESCRIBE_CHANNELS = ask("DescribeDeliveryChannels", "DeliveryChannels")
DESCRIBE_CHANNEL_STATUS = ask("DescribeDeliveryChannelStatus", "DeliveryChannelsStatus")
DESCRIBE_RETENTION = ask("DescribeRetentionConfigurations", "RetentionConfigurations")
DESCRIBE_RULES = ask("DescribeConfigRules", "ConfigRules")
DESCRIBE_COMPLIANCE = ask("DescribeComplianceByConfigRule", "ComplianceByConfigRules")
DESCRIBE_EVALUATIONS = ask("DescribeConfigRuleEvaluationStatus", "ConfigRulesEvaluationStatus")
DESCRIBE_PACKS = ask("DescribeConformancePackStatus", "ConformancePackStatusDetails")
# What AWS Config has found, recorded or not. The error says that there is no recorder, hence nothing found.
LIST_ENVIRONMENTS = ask(
    "ListDiscoveredResources",
    "resourceIdentifiers",
    parameters={"resourceType": "AWS::ElasticBeanstalk::Environment"},
    absent=frozenset({"NoAvailableConfigurationRecorderException"}),
)

ASKS = (
    DESCRIBE_RECORDERS,
    DESCRIBE_RECORDER_STATUS,
    DESCRIBE_CHANNELS,
    DESCRIBE_CHANNEL_STATUS,
    DESCRIBE_RETENTION,
    DESCRIBE_RULES,
    DESCRIBE_COMPLIANCE,
    DESCRIBE_EVALUATIONS,
    DESCRIBE_PACKS,
    LIST_ENVIRONMENTS,
)
