"""What looks for trouble, and what it found: GuardDuty, Inspector, Security Hub's findings, Macie. None of it in the neglected Region."""

from tests.larkfield.base import ACCOUNT, TAGS, ago, digits, uuid
from tests.larkfield.beanstalk import SECRETS
from tests.larkfield.more.place import Answer, More
from tests.larkfield.network import Names

FEATURES = ("FLOW_LOGS", "CLOUD_TRAIL", "DNS_LOGS", "S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION")


def add_detection(place: More, n: Names) -> None:
    if n.good:
        _guardduty(place, n)
        _security_hub(place, n)
        place.put(
            "macie2", "GetMacieSession", {"status": "ENABLED", "createdAt": ago(500), "findingPublishingFrequency": "SIX_HOURS"}
        )
        place.put("macie2", "GetAutomatedDiscoveryConfiguration", {"status": "ENABLED", "firstEnabledAt": ago(500)})
        place.put("macie2", "ListClassificationJobs", {"items": []})
    _inspector(place, n)


def _guardduty(place: More, n: Names) -> None:
    """A finding of last week, and one that has lain since spring."""
    detector = digits("detector", 32)
    place.put("guardduty", "ListDetectors", {"DetectorIds": [detector]})
    features = [{"Name": name, "Status": "ENABLED", "UpdatedAt": ago(300), **_agents(name)} for name in FEATURES]
    place.put(
        "guardduty",
        "GetDetector",
        {"Status": "ENABLED", "FindingPublishingFrequency": "SIX_HOURS", "ServiceRole": "x", "Features": features},
        DetectorId=detector,
    )
    seen = (("Recon:EC2/PortProbeUnprotectedPort", 3.0, 8.0), ("UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", 140.0, 7.2))
    findings = [_finding(place, n, kind, age, severity) for kind, age, severity in seen]
    place.put("guardduty", "ListFindings", {"FindingIds": [finding["Id"] for finding in findings]}, DetectorId=detector)
    place.put("guardduty", "GetFindings", {"Findings": findings}, DetectorId=detector)


def _agents(feature: str) -> Answer:
    """GuardDuty manages the agents of run-time monitoring on instances; on ECS and EKS nobody asked for it."""
    kinds = {"EC2_AGENT_MANAGEMENT": "ENABLED", "ECS_FARGATE_AGENT_MANAGEMENT": "DISABLED", "EKS_ADDON_MANAGEMENT": "DISABLED"}
    managed = [{"Name": kind, "Status": status, "UpdatedAt": ago(300)} for kind, status in kinds.items()]
    return {"AdditionalConfiguration": managed} if feature == "RUNTIME_MONITORING" else {}


def _finding(place: More, n: Names, kind: str, age: float, severity: float) -> Answer:
    made = ago(age).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "Id": digits(kind, 32), "Type": kind, "Severity": severity, "AccountId": ACCOUNT, "Region": place.region, "CreatedAt": made, "UpdatedAt": made,
        "Arn": place.arn("guardduty", f"detector/{digits('detector', 32)}/finding/{digits(kind, 32)}"), "SchemaVersion": "2.0", "Title": kind,
        "Resource": {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": n.instance(0)}},
    }  # fmt: skip


def _inspector(place: More, n: Names) -> None:
    on = "ENABLED" if n.good else "DISABLED"
    kinds = {"ec2": on, "ecr": on, "lambda": "DISABLED", "lambdaCode": "DISABLED"}
    account = {
        "accountId": ACCOUNT,
        "state": _state(on),
        "resourceState": {kind: _state(status) for kind, status in kinds.items()},
    }
    place.put("inspector2", "BatchGetAccountStatus", {"accounts": [account], "failedAccounts": []})
    if not n.good:
        return
    covered = [
        {"accountId": ACCOUNT, "resourceId": n.instance(i), "resourceType": "AWS_EC2_INSTANCE", "scanType": "PACKAGE", "scanMode": "EC2_SSM_AGENT_BASED",
         "scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"}, "lastScannedAt": ago(0.2)}
        for i in range(len(n.zones))
    ]  # fmt: skip
    place.put("inspector2", "ListCoverage", {"coveredResources": covered})
    issues = (
        ("CVE-2026-11111", "HIGH", 12, "ACTIVE"),
        ("CVE-2025-22222", "CRITICAL", 64, "ACTIVE"),
        ("CVE-2024-33333", "HIGH", 400, "SUPPRESSED"),
    )
    found = [
        {"findingArn": place.arn("inspector2", f"finding/{digits(name, 32)}"), "awsAccountId": ACCOUNT, "type": "PACKAGE_VULNERABILITY", "severity": severity,
         "status": status, "title": f"{name} - openssl", "description": "A flaw.", "firstObservedAt": ago(age), "lastObservedAt": ago(0.2), "fixAvailable": "YES",
         "exploitAvailable": "NO", "remediation": {}, "resources": [{"type": "AWS_EC2_INSTANCE", "id": n.instance(0), "region": place.region}]}
        for name, severity, age, status in issues
    ]  # fmt: skip
    place.put("inspector2", "ListFindings", {"findings": found})


def _state(status: str) -> Answer:
    return {"status": status, "errorCode": "ALREADY_ENABLED", "errorMessage": ""}


def _security_hub(place: More, n: Names) -> None:
    """The three controls on the environment passed; two others failed, one of them longer than anybody meant. Details repeat a secret."""
    environment = place.arn("elasticbeanstalk", f"environment/{n.application}/{n.environment}")
    filters = {"ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}]}
    passed = [_result(place, f"ElasticBeanstalk.{i}", "PASSED", "LOW", environment, 20) for i in (1, 2, 3)]
    failed = [
        _result(place, "EC2.19", "FAILED", "CRITICAL", place.arn("ec2", "security-group/sg-1"), 9),
        _result(place, "IAM.6", "FAILED", "CRITICAL", f"AWS::::Account:{ACCOUNT}", 200),
    ]
    beanstalk = {"ComplianceSecurityControlId": [{"Value": f"ElasticBeanstalk.{i}", "Comparison": "EQUALS"} for i in (1, 2, 3)]}
    common = {
        "AwsAccountId": [{"Value": ACCOUNT, "Comparison": "EQUALS"}],
        "Region": [{"Value": place.region, "Comparison": "EQUALS"}],
        "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
    }
    severe = {
        **filters, "SeverityLabel": [{"Value": v, "Comparison": "EQUALS"} for v in ("CRITICAL", "HIGH")],
        "WorkflowStatus": [{"Value": v, "Comparison": "EQUALS"} for v in ("NEW", "NOTIFIED", "SUPPRESSED")],
    }  # fmt: skip
    place.put("securityhub", "GetFindings", {"Findings": failed}, Filters={**common, **severe})
    place.put("securityhub", "GetFindings", {"Findings": passed}, Filters={**common, **beanstalk})
    place.put(
        "securityhub",
        "DescribeSecurityHubV2",
        {"HubV2Arn": place.arn("securityhub", f"hubv2/{uuid('hub')}"), "SubscribedAt": "2026-02-01T00:00:00Z"},
    )


def _result(place: More, control: str, status: str, severity: str, resource: str, age: float) -> Answer:
    when = ago(age).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    details = {
        "Details": {
            "AwsElasticBeanstalkEnvironment": {"OptionSettings": [{"OptionName": "DB_PASSWORD", "Value": SECRETS["DB_PASSWORD"]}]}
        }
    }
    return {
        "Id": place.arn("securityhub", f"security-control/{control}/finding/{uuid(control)}"), "SchemaVersion": "2018-10-08", "ProductArn": "arn:aws:securityhub:::product/aws/securityhub",
        "GeneratorId": f"security-control/{control}", "AwsAccountId": ACCOUNT, "CreatedAt": when, "UpdatedAt": when, "FirstObservedAt": when, "Title": control,
        "Description": control, "Severity": {"Label": severity}, "Compliance": {"Status": status, "SecurityControlId": control}, "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE", "Resources": [{"Type": "Other", "Id": resource, "Region": place.region, "Tags": {t["Key"]: t["Value"] for t in TAGS[:1]}, **details}],
    }  # fmt: skip
