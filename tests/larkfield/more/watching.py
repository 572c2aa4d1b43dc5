"""Who watches the account: AWS Config with its rules, Access Analyzer, the security contact, and AWS's own reports."""

from tests.larkfield.base import ACCOUNT, ago, arn, uuid
from tests.larkfield.more.place import SCRIPT, Answer, More
from tests.larkfield.network import Names

MANAGEMENT, ORGANISATION = "555566667777", "o-lark1field"
CONTACT = "security@larkfield.example"
BEANSTALK_RULES = (
    "BEANSTALK_ENHANCED_HEALTH_REPORTING_ENABLED", "ELASTIC_BEANSTALK_MANAGED_UPDATES_ENABLED", "ELASTIC_BEANSTALK_LOGS_TO_CLOUDWATCH",
)  # fmt: skip


def add_config(place: More, n: Names) -> None:
    """Recording everything in the good Region; in the neglected one a recorder that somebody stopped."""
    types = {"resourceTypes": ["AWS::EC2::Instance", "AWS::S3::Bucket"]}
    group = (
        {
            "allSupported": True,
            "includeGlobalResourceTypes": True,
            "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
        }
        if n.good
        else {"allSupported": False, "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"}, **types}
    )
    role = arn("iam", "", "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig")
    recorder = {
        "name": "default",
        "roleARN": role,
        "recordingGroup": group,
        "recordingMode": {"recordingFrequency": "CONTINUOUS"},
    }
    place.put("config", "DescribeConfigurationRecorders", {"ConfigurationRecorders": [recorder]})
    status = {
        "name": "default",
        "recording": n.good,
        "lastStatus": "SUCCESS",
        "lastStartTime": ago(800),
        "lastStatusChangeTime": ago(0.1),
    }
    place.put(
        "config", "DescribeConfigurationRecorderStatus",
        {"ConfigurationRecordersStatus": [status if n.good else {**status, "lastStatus": "FAILURE", "lastErrorCode": "AccessDenied"}]},
    )  # fmt: skip
    channel = {"name": "default", "s3BucketName": "larkfield-trail", "snsTopicARN": place.arn("sns", "config")}
    place.put("config", "DescribeDeliveryChannels", {"DeliveryChannels": [channel] if n.good else []})
    delivered = {"lastStatus": "SUCCESS", "lastSuccessfulTime": ago(0.2), "lastAttemptTime": ago(0.2)}
    deliveries = {
        "name": "default",
        "configHistoryDeliveryInfo": delivered,
        "configStreamDeliveryInfo": {"lastStatus": "SUCCESS"},
    }
    place.put("config", "DescribeDeliveryChannelStatus", {"DeliveryChannelsStatus": [deliveries] if n.good else []})
    kept = {"Name": "default", "RetentionPeriodInDays": 30}
    place.put("config", "DescribeRetentionConfigurations", {"RetentionConfigurations": [] if n.good else [kept]})
    rules = [_rule(place, name.lower().replace("_", "-"), name) for name in BEANSTALK_RULES] if n.good else []
    rules.append(_rule(place, SCRIPT, "ENCRYPTED_VOLUMES"))
    verdicts = ["COMPLIANT", "COMPLIANT", "INSUFFICIENT_DATA", "NON_COMPLIANT"][-len(rules) :]
    place.put("config", "DescribeConfigRules", {"ConfigRules": rules})
    compliance = [_verdict(rule, verdict) for rule, verdict in zip(rules, verdicts, strict=True)]
    place.put("config", "DescribeComplianceByConfigRule", {"ComplianceByConfigRules": compliance})
    evaluated = [{"ConfigRuleName": rule["ConfigRuleName"], "LastSuccessfulEvaluationTime": ago(0.3)} for rule in rules]
    place.put("config", "DescribeConfigRuleEvaluationStatus", {"ConfigRulesEvaluationStatus": evaluated})
    pack = {
        "ConformancePackName": "operational-best-practices", "ConformancePackId": "conformance-pack-lark", "StackArn": place.arn("cloudformation", "stack/x/1"),
        "ConformancePackArn": place.arn("config", "conformance-pack/operational-best-practices/lark"), "LastUpdateRequestedTime": ago(90),
        "ConformancePackState": "CREATE_COMPLETE", "LastUpdateCompletedTime": ago(90),
    }  # fmt: skip
    place.put("config", "DescribeConformancePackStatus", {"ConformancePackStatusDetails": [pack] if n.good else []})
    known = [{"resourceType": "AWS::ElasticBeanstalk::Environment", "resourceId": n.id, "resourceName": n.environment}]
    place.put("config", "ListDiscoveredResources", {"resourceIdentifiers": known if n.good else []})


def _rule(place: More, name: str, identifier: str) -> Answer:
    return {
        "ConfigRuleName": name, "ConfigRuleArn": place.arn("config", f"config-rule/config-rule-{uuid(name)[:6]}"), "ConfigRuleState": "ACTIVE",
        "ConfigRuleId": f"config-rule-{uuid(name)[:6]}", "Source": {"Owner": "AWS", "SourceIdentifier": identifier}, "EvaluationModes": [{"Mode": "DETECTIVE"}],
    }  # fmt: skip


def _verdict(rule: Answer, verdict: str) -> Answer:
    count = {"ComplianceContributorCount": {"CappedCount": 2, "CapExceeded": False}} if verdict == "NON_COMPLIANT" else {}
    return {"ConfigRuleName": rule["ConfigRuleName"], "Compliance": {"ComplianceType": verdict, **count}}


def add_analyzer(place: More, n: Names) -> None:
    """One that looks, with a finding that was archived and one that nobody has looked at; none in the neglected Region."""
    analyzer = {
        "arn": place.arn("access-analyzer", "analyzer/outside"), "name": "outside", "type": "ACCOUNT", "createdAt": ago(700), "status": "ACTIVE",
        "lastResourceAnalyzed": "arn:aws:s3:::larkfield-catalogue", "lastResourceAnalyzedAt": ago(0.1),
    }  # fmt: skip
    place.put("accessanalyzer", "ListAnalyzers", {"analyzers": [analyzer] if n.good else []})
    if n.good:
        common = {
            "resourceType": "AWS::S3::Bucket",
            "resourceOwnerAccount": ACCOUNT,
            "analyzedAt": ago(0.2),
            "createdAt": ago(60),
            "findingType": "ExternalAccess",
        }
        findings = [
            {**common, "id": uuid("partner"), "resource": "arn:aws:s3:::larkfield-partner-drop", "status": "ARCHIVED", "updatedAt": ago(50)},
            {**common, "id": uuid("role"), "resource": arn("iam", "", "role/support"), "resourceType": "AWS::IAM::Role", "status": "ACTIVE", "updatedAt": ago(60)},
        ]  # fmt: skip
        place.put("accessanalyzer", "ListFindingsV2", {"findings": findings}, analyzerArn=analyzer["arn"])


def add_account(everywhere: More) -> None:
    contact = {"Name": "Larkfield security", "Title": "Desk", "EmailAddress": CONTACT, "PhoneNumber": "+44 20 7946 0000"}
    everywhere.put("account", "GetAlternateContact", {"AlternateContact": {**contact, "AlternateContactType": "SECURITY"}})


def organisation() -> Answer:
    return {
        "Id": ORGANISATION, "Arn": f"arn:aws:organizations::{MANAGEMENT}:organization/{ORGANISATION}", "FeatureSet": "ALL", "MasterAccountId": MANAGEMENT,
        "MasterAccountArn": f"arn:aws:organizations::{MANAGEMENT}:account/{ORGANISATION}/{MANAGEMENT}", "MasterAccountEmail": "aws@larkfield.example",
    }  # fmt: skip


def add_reports(home: More) -> None:
    """What AWS Artifact offers, and an addendum in force for the whole organisation."""
    report = {
        "id": "report-lark1", "arn": "arn:aws:artifact:us-east-1::report/report-lark1:1", "name": "AWS SOC 2 Report", "version": 1, "state": "PUBLISHED",
        "series": "SOC", "category": "Certifications And Attestations", "companyName": "AWS", "productName": "AWS", "periodStart": ago(365),
        "periodEnd": ago(183), "acceptanceType": "EXPLICIT", "uploadState": "COMPLETE", "description": "SOC 2",
    }  # fmt: skip
    older = {
        **report,
        "id": "report-lark0",
        "arn": "arn:aws:artifact:us-east-1::report/report-lark0:1",
        "periodStart": ago(900),
        "periodEnd": ago(700),
    }
    home.put("artifact", "ListReports", {"reports": [report, older]})
    home.put("artifact", "ListCustomerAgreements", {"customerAgreements": []})
