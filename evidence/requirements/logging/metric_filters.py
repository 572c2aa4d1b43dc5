"""Account events that must raise an alarm: one requirement for each set of events.

What each set holds is what AWS lists for its own checks of the same name, in the sets of the CIS AWS Foundations Benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass

from evidence.populations.cells import Truth
from evidence.populations.filter_patterns import MISSING, Kind, other_than
from evidence.populations.pairs import all_hold
from evidence.populations.population import Population
from evidence.requirements.declare import Requirement, requirement
from evidence.requirements.telling import CHAIN, filtered, watched

CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html"
_LOGIC = (
    "For each kind of event ({kinds}): a trail of the account's own, with IsMultiRegionTrail and IsLogging true, records it and was "
    "delivered to its log group in the 24 hours before the run's end; a metric filter of that group takes in every such event, "
    "whatever its other fields hold (the pattern is parsed, so its spelling does not matter; it may take in more, but not ordinary reads "
    "by a role as well); an alarm without "
    "dimensions watches the filter's metric, with ActionsEnabled and a topic among its AlarmActions (or those of a composite alarm "
    "that any child sets off) that has a confirmed subscription and is not encrypted with alias/aws/sns, to which alarms cannot "
    "publish. Several filters may share the kinds. A change is a call that succeeded; what root does itself has no invokedBy and is no "
    "AwsServiceEvent; of refused calls, HeadBucket and those of delivery.logs.amazonaws.com may be left out. Thresholds are not judged. What another account owns, and filters or alarms that "
    "cannot be read, are gaps; log alarms, EventBridge rules and other tools are not read."
)
_FIX = (
    "CloudWatch console, Log groups, the trail's group, Metric filters; then an alarm on the metric with a topic whose subscription "
    "somebody confirmed. Where another tool watches for this, have the exception accepted with that tool as the compensating control."
)


def change(service: str, name: str) -> Kind:
    """A call that changed something: it succeeded, so it has no error."""
    return {
        "eventSource": service, "eventName": name, "eventType": "AwsApiCall", "eventCategory": "Management", "readOnly": False,
        "managementEvent": True, "errorCode": MISSING, "errorMessage": MISSING,
    }  # fmt: skip


def _changes(service: str, names: str) -> dict[str, Kind]:
    return {name: change(f"{service}.amazonaws.com", name) for name in names.split()}


def _sign_in(**more: str) -> Kind:
    fields = {field.replace("__", "."): value for field, value in more.items()}
    return {"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "eventType": "AwsConsoleSignIn", **fields}


@dataclass(frozen=True)
class EventSet:
    """Kinds of event that must raise an alarm together; `on` says what they are in the requirement's sentence."""

    name: str
    on: str
    why: str
    kinds: Mapping[str, Kind]


root_use = EventSet(
    "root-use",
    on="the use of root",
    why="Root can do everything and is hardly ever needed: each use should be one somebody knows of.",
    kinds={
        "what root does itself": {
            "userIdentity.type": "Root",
            "userIdentity.invokedBy": MISSING,
            "eventType": other_than("AwsServiceEvent"),
        }
    },
)
# AWS's own deliveries and HeadBucket are refused all day long: a filter may leave them out.
refused_calls = EventSet(
    "refused-calls",
    on="calls refused for lack of rights",
    why="Somebody who tries doors finds most of them closed.",
    kinds={
        code: {
            "errorCode": code,
            "eventName": other_than("HeadBucket"),
            "sourceIPAddress": other_than("delivery.logs.amazonaws.com"),
        }
        for code in ("AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation")
    },
)
sign_in_without_mfa = EventSet(
    "sign-in-without-mfa",
    on="console sign-ins of IAM users without MFA",
    why="A stolen password is then enough.",
    kinds={
        "sign-in without MFA": _sign_in(
            userIdentity__type="IAMUser", additionalEventData__MFAUsed="No", responseElements__ConsoleLogin="Success"
        )
    },
)
failed_sign_ins = EventSet(
    "failed-sign-ins",
    on="failed sign-ins to the console",
    why="Passwords that are being guessed fail many times before one fits.",
    kinds={"failed sign-in": _sign_in(errorMessage="Failed authentication", responseElements__ConsoleLogin="Failure")},
)
iam_policy_changes = EventSet(
    "iam-policy-changes",
    on="changes of IAM policies",
    why="Who changes a policy can give himself any right.",
    kinds=_changes(
        "iam",
        "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy DeletePolicy "
        "CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy "
        "AttachGroupPolicy DetachGroupPolicy",
    ),
)
trail_changes = EventSet(
    "trail-changes",
    on="changes of CloudTrail's own settings",
    why="Who wants to leave no trace stops the trail first.",
    kinds=_changes("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
)
key_deletion = EventSet(
    "key-deletion",
    on="KMS keys that are switched off or are to be deleted",
    why="What a deleted key encrypted is lost, and there are days only to stop it.",
    kinds=_changes("kms", "DisableKey ScheduleKeyDeletion"),
)
bucket_policy_changes = EventSet(
    "bucket-policy-changes",
    on="changes of who can reach S3 buckets, and of their lifecycle and replication",
    why="One change of a bucket's policy can open its objects to everyone.",
    kinds=_changes(
        "s3",
        "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy DeleteBucketCors "
        "DeleteBucketLifecycle DeleteBucketReplication",
    ),
)
config_changes = EventSet(
    "config-changes",
    on="changes of AWS Config's own settings",
    why="With the recorder stopped, no change of configuration is recorded.",
    kinds=_changes("config", "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder"),
)
security_group_changes = EventSet(
    "security-group-changes",
    on="changes of security groups",
    why="One rule can open a server to the world.",
    kinds=_changes(
        "ec2",
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress "
        "CreateSecurityGroup DeleteSecurityGroup",
    ),
)
network_acl_changes = EventSet(
    "network-acl-changes",
    on="changes of network ACLs",
    why="A network ACL guards whole subnets.",
    kinds=_changes(
        "ec2",
        "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry "
        "ReplaceNetworkAclAssociation",
    ),
)
gateway_changes = EventSet(
    "gateway-changes",
    on="changes of gateways between a network and the outside",
    why="A new gateway is a new way in and out.",
    kinds=_changes(
        "ec2",
        "CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway DeleteInternetGateway "
        "DetachInternetGateway",
    ),
)
route_changes = EventSet(
    "route-changes",
    on="changes of route tables",
    why="A changed route can lead traffic past every guard.",
    kinds=_changes(
        "ec2",
        "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute DisassociateRouteTable",
    ),
)
# The events of ClassicLink, which some lists still hold, went with EC2-Classic in 2022: they cannot happen.
vpc_changes = EventSet(
    "vpc-changes",
    on="changes of VPCs and their peerings",
    why="Networks that were apart can be joined by one call.",
    kinds=_changes(
        "ec2",
        "CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection DeleteVpcPeeringConnection "
        "RejectVpcPeeringConnection",
    ),
)
organization_changes = EventSet(
    "organization-changes",
    on="changes of the organisation",
    why="An account that leaves the organisation leaves its guard rails too.",
    kinds=_changes(
        "organizations",
        "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization "
        "DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization "
        "LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit",
    ),
)

EVENT_SETS = (
    root_use,
    refused_calls,
    sign_in_without_mfa,
    failed_sign_ins,
    iam_policy_changes,
    trail_changes,
    key_deletion,
    bucket_policy_changes,
    config_changes,
    security_group_changes,
    network_acl_changes,
    gateway_changes,
    route_changes,
    vpc_changes,
    organization_changes,
)


def _alarm(events: EventSet) -> Requirement:
    """The requirement for one set of events; they differ in nothing but the events."""

    def judge(
        accounts: Population,
        trails: Population,
        filters: Population,
        alarms: Population,
        composites: Population,
        topics: Population,
    ) -> Truth:
        taken = filtered(accounts, events.kinds, trails, filters)
        told = filtered(accounts, events.kinds, trails, filters, watched(filters, alarms, composites, topics))
        first = all_hold(taken, yes="metric filters take in", no="no metric filter of a trail's log group takes in")
        return first & all_hold(told, yes="alarms tell somebody of", no="no alarm tells anybody of")

    return requirement(
        f"cloudtrail.account.alarm-{events.name}",
        says=f"Every account has an alarm that tells somebody of {events.on}.",
        why=events.why,
        logic=_LOGIC.format(kinds=", ".join(events.kinds)),
        covers=("LM-15",),
        uses=CHAIN,
        fix=_FIX,
        source=CONTROLS,
    )(judge)


REQUIREMENTS = tuple(_alarm(events) for events in EVENT_SETS)
