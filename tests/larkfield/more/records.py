"""What is on record: changes and who made them, errors reported, drift as last found, quotas, policies from above, assessments."""

import json

from evidence.services.organizations import MANAGEMENT_POLICIES
from evidence.services.servicequotas import QUOTAS
from tests.aws_simulator import World
from tests.larkfield.account import TRAIL
from tests.larkfield.base import ACCOUNT, REGIONS, ago, uuid
from tests.larkfield.beanstalk import SECRETS
from tests.larkfield.more.place import Answer, More
from tests.larkfield.more.watching import ORGANISATION
from tests.larkfield.network import Names

SOMEBODY = "jo.larkfield@example.com"
"""An address in a tag: it may be found in nothing that is kept."""
NOT_SET_UP = "Please complete AWS Audit Manager setup from home page to enable this action in this account."
BACKUPS = {"plans": {"nightly": {"regions": {"@@assign": ["eu-west-1"]}}}}


def add_records(place: More, n: Names) -> None:
    """In the good Region a pipeline makes the changes, and drift was looked for; in the other root did, and somebody's address is
    in a tag."""
    drift = {"StackDriftStatus": "IN_SYNC", "LastCheckTimestamp": ago(20)} if n.good else {"StackDriftStatus": "NOT_CHECKED"}
    place.amend("cloudformation", "ListStacks", "StackSummaries", lambda _: {"DriftInformation": drift})
    _changes(place, n)
    if n.good:
        both = [
            {"InsightType": kind, "EventCategories": ["Management"]} for kind in ("ApiCallRateInsight", "ApiErrorRateInsight")
        ]
        place.put("cloudtrail", "GetInsightSelectors", {"TrailARN": TRAIL, "InsightSelectors": both})
    else:
        off = (
            "Trail does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again."
        )
        place.fail("cloudtrail", "GetInsightSelectors", "InsightNotEnabledException", 400, off)
        place.add("elasticbeanstalk", "ListTagsForResource", "ResourceTags", {"Key": "contact", "Value": SOMEBODY})
        failed = {
            "EventDate": ago(5),
            "Severity": "ERROR",
            "Message": f"Command failed. Output: DB_PASSWORD={SECRETS['DB_PASSWORD']}",
        }
        shown = {**failed, "ApplicationName": n.application, "EnvironmentName": n.environment, "RequestId": uuid("failed update")}
        place.put("elasticbeanstalk", "DescribeEvents", {"Events": [shown]})
    assessment = {
        "name": "yearly", "id": uuid("assessment"), "complianceType": "SOC 2", "status": "ACTIVE" if n.good else "INACTIVE",
        "roles": [], "delegations": [], "creationTime": ago(300), "lastUpdated": ago(30),
    }  # fmt: skip
    place.put("auditmanager", "GetAccountStatus", {"status": "ACTIVE"})
    place.put("auditmanager", "ListAssessments", {"assessmentMetadata": [assessment]})
    _buses(place, n)
    _quotas(place.world, ACCOUNT, place.region, databases=40.0 if n.good else 1.0)


def _buses(place: More, n: Names) -> None:
    """The bus that every Region has, and one on which, in the neglected Region, anybody may put events."""
    orders = place.arn("events", "event-bus/orders")
    everyone = {"Sid": "partners", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": orders}
    member = {**everyone, "Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANISATION}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [member if n.good else everyone]})
    own = {"Name": "default", "Arn": place.arn("events", "event-bus/default")}
    place.put("events", "ListEventBuses", {"EventBuses": [own, {"Name": "orders", "Arn": orders, "Policy": policy}]})


def _changes(place: More, n: Names) -> None:
    session = {"type": "AssumedRole", "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/pipeline-512", "accountId": ACCOUNT}
    root = {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT, "principalId": ACCOUNT}
    tls = {
        "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "clientProvidedHostHeader": f"elasticbeanstalk.{place.region}.amazonaws.com",
    }  # fmt: skip
    how = {"tlsDetails": tls} if n.good else {"sessionCredentialFromConsole": "true"}
    option = {
        "namespace": "aws:elasticbeanstalk:application:environment",
        "optionName": "DB_PASSWORD",
        "value": SECRETS["DB_PASSWORD"],
    }
    record = {
        "eventVersion": "1.11", "userIdentity": session if n.good else root, "eventSource": "elasticbeanstalk.amazonaws.com",
        "eventName": "UpdateEnvironment", "awsRegion": place.region, "sourceIPAddress": "198.51.100.23", "eventType": "AwsApiCall",
        "eventTime": ago(5).isoformat(), "requestParameters": {"environmentName": n.environment, "optionSettings": [option]}, **how,
    }  # fmt: skip
    event = {
        "EventId": uuid(f"update {n.environment}"), "EventName": "UpdateEnvironment", "ReadOnly": "false", "EventTime": ago(5),
        "EventSource": "elasticbeanstalk.amazonaws.com", "Username": "pipeline-512" if n.good else "root", "Resources": [],
        "CloudTrailEvent": json.dumps(record),
    }  # fmt: skip
    update = [{"AttributeKey": "EventName", "AttributeValue": "UpdateEnvironment"}]
    place.put("cloudtrail", "LookupEvents", {"Events": [event]}, LookupAttributes=update)
    place.put("cloudtrail", "LookupEvents", {"Events": []})


def _quotas(world: World, account: str, region: str, *, databases: float = 40.0) -> None:
    values = {
        "environments": 200.0,
        "stacks": 2000.0,
        "groups": 500.0,
        "balancers": 50.0,
        "security_groups": 2500.0,
        "databases": databases,
    }
    for name, quota in QUOTAS.items():
        value: Answer = {
            "ServiceCode": quota.service, "QuotaCode": quota.code, "QuotaName": quota.says, "Value": values[name], "Unit": "None", "Adjustable": True,
        }  # fmt: skip
        world.put(account, region, "service-quotas", "GetServiceQuota", {"Quota": value}, {"QuotaCode": quota.code})


def add_elsewhere(world: World, account: str) -> None:
    """What every account is told by the organisation and by AWS, in each Region where nothing else was said."""
    for kind in MANAGEMENT_POLICIES:
        when = {"PolicyType": kind}
        if kind == "BACKUP_POLICY":
            policy = {
                "PolicyType": kind,
                "TargetId": account,
                "PolicyContent": json.dumps(BACKUPS),
                "LastUpdatedTimestamp": ago(200),
            }
            world.put(account, "global", "organizations", "DescribeEffectivePolicy", {"EffectivePolicy": policy}, when)
        else:
            world.fail(
                account,
                "global",
                "organizations",
                "DescribeEffectivePolicy",
                "EffectivePolicyNotFoundException",
                400,
                "none",
                when,
            )
    for region in REGIONS:
        if "service-quotas" not in world.account(account).regions.get(region, {}):
            _quotas(world, account, region)
        if "ListEventBuses" not in world.account(account).regions.get(region, {}).get("events", {}):
            own = {"Name": "default", "Arn": f"arn:aws:events:{region}:{account}:event-bus/default"}
            world.put(account, region, "events", "ListEventBuses", {"EventBuses": [own]})
        if "auditmanager" not in world.account(account).regions.get(region, {}):
            world.put(account, region, "auditmanager", "GetAccountStatus", {"status": "INACTIVE"})
            world.fail(account, region, "auditmanager", "ListAssessments", "AccessDeniedException", 403, NOT_SET_UP)
