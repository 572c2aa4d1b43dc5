"""What is asked of AWS Config. Every call is the Region's own; none is made for each rule."""

from typing import Any

from evidence.services.declare import Ask


def _ask(operation: str, result: str, **more: Any) -> Ask:
    return Ask("config", operation, (f"config:{operation}",), result=result, **more)


# Without a name these two tell of the customer's own recorder only, and an empty list says that there is none. Those that
# belong to an AWS service are told of by its name alone, and are not asked about.
DESCRIBE_RECORDERS = _ask("DescribeConfigurationRecorders", "ConfigurationRecorders")
DESCRIBE_RECORDER_STATUS = _ask("DescribeConfigurationRecorderStatus", "ConfigurationRecordersStatus")
DESCRIBE_CHANNELS = _ask("DescribeDeliveryChannels", "DeliveryChannels")
DESCRIBE_CHANNEL_STATUS = _ask("DescribeDeliveryChannelStatus", "DeliveryChannelsStatus")
DESCRIBE_RETENTION = _ask("DescribeRetentionConfigurations", "RetentionConfigurations")
DESCRIBE_RULES = _ask("DescribeConfigRules", "ConfigRules")
DESCRIBE_COMPLIANCE = _ask("DescribeComplianceByConfigRule", "ComplianceByConfigRules")
DESCRIBE_EVALUATIONS = _ask("DescribeConfigRuleEvaluationStatus", "ConfigRulesEvaluationStatus")
DESCRIBE_PACKS = _ask("DescribeConformancePackStatus", "ConformancePackStatusDetails")
# What AWS Config has found, recorded or not. The error says that there is no recorder, hence nothing found.
LIST_ENVIRONMENTS = _ask(
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
