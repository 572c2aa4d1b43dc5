"""Endpoints, gateways, addresses and VPNs; the Region's block of public access."""

import json
from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.run.answer import Answer
from evidence.services.ec2.edges import DESCRIBE_VPNS
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

OTHER = "999999999999"
SERVICES = "ec2.vpcs.service-endpoints"
BLOCK, POLICY = "ec2.regions.vpc-public-access-blocked", "ec2.vpc-endpoints.policy-limited"
SERVICE = "com.amazonaws.eu-west-1.elasticbeanstalk"


# -- the Region's block ------------------------------------------------------------------------------------------------


def block(mode: Any = "block-ingress", state: Any = "update-complete") -> Answer:
    options = {k: v for k, v in {"InternetGatewayBlockMode": mode, "State": state}.items() if v is not None}
    return answered("ec2", "DescribeVpcBlockPublicAccessOptions", {"VpcBlockPublicAccessOptions": options})


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (block(), "meets"),
        (block("block-bidirectional"), "meets"),
        (block("off", "default-state"), "exception"),
        (block("off"), "exception"),
        # Nobody can say which of the two modes is in force while one takes the place of the other.
        (block(state="update-in-progress"), "gap"),
        (block(None), "gap"),
        (block(state=None), "gap"),
        (ended("ec2", "DescribeVpcBlockPublicAccessOptions", "denied"), "gap"),
    ],
)
def test_a_region_blocks_public_access_to_vpcs(answer: Answer, judgement: str) -> None:
    assert judge_answers(BLOCK, answer)[ACCOUNT] == judgement


def test_the_mode_is_a_matter_of_policy_and_exclusions_decide_nothing() -> None:
    assert judge_answers(BLOCK, block("block-ingress"), modes=["block-bidirectional"])[ACCOUNT] == "exception"
    assert judge_answers(BLOCK, block("off"), modes=["off"])[ACCOUNT] == "meets"
    excluded = [{"ResourceArn": "arn:vpc", "State": "create-complete"}, {"ResourceArn": "arn:gone", "State": "delete-complete"}]
    answer = answered("ec2", "DescribeVpcBlockPublicAccessExclusions", {"VpcBlockPublicAccessExclusions": excluded})
    assert judge_answers(BLOCK, block(), answer)[ACCOUNT] == "meets"


# -- endpoints ---------------------------------------------------------------------------------------------------------


WHOLE = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def policy(*statements: Any) -> str:
    return json.dumps({"Version": "2008-10-17", "Statement": list(statements)})


def endpoint(**change: Any) -> dict[str, Any]:
    found = {
        "VpcEndpointId": "vpce-1", "OwnerId": ACCOUNT, "VpcId": "vpc-1", "VpcEndpointType": "Interface", "State": "available",
        "ServiceName": SERVICE, "PrivateDnsEnabled": True, "PolicyDocument": policy(WHOLE), **change,
    }  # fmt: skip
    return {k: v for k, v in found.items() if v is not None}


def endpoints(*found: dict[str, Any]) -> Answer:
    return answered("ec2", "DescribeVpcEndpoints", {"VpcEndpoints": list(found)})


def service(supported: Any = True, name: str = SERVICE) -> Answer:
    details = [{"ServiceName": name, "VpcEndpointPolicySupported": supported}]
    return answered("ec2", "DescribeVpcEndpointServices", {"ServiceDetails": details}, ServiceNames=[SERVICE])


@pytest.mark.parametrize(
    ("document", "judgement"),
    [
        (policy(WHOLE), "exception"),
        (policy({**WHOLE, "Principal": {"AWS": "*"}}), "exception"),
        # Through an endpoint there is one service only: all of its actions are all there are.
        (policy({**WHOLE, "Action": "elasticbeanstalk:*"}), "exception"),
        (policy({**WHOLE, "Action": "elasticbeanstalk:Describe*"}, WHOLE), "exception"),
        (policy({**WHOLE, "Action": "elasticbeanstalk:Describe*"}), "meets"),
        (policy({**WHOLE, "Resource": f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:*"}), "meets"),
        (policy({**WHOLE, "Principal": {"AWS": ACCOUNT}}), "meets"),
        (policy({**WHOLE, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}), "meets"),
        (policy(WHOLE, {**WHOLE, "Effect": "Deny", "Action": "elasticbeanstalk:TerminateEnvironment"}), "meets"),
        ("everything", "gap"),
        (policy("everything"), "gap"),
        (None, "gap"),
    ],
)
def test_an_endpoint_s_policy_is_not_aws_s_default(document: Any, judgement: str) -> None:
    assert judge_answers(POLICY, endpoints(endpoint(PolicyDocument=document)), service())["vpce-1"] == judgement


@pytest.mark.parametrize(
    ("found", "answer", "judgement"),
    [
        (endpoint(), service(supported=False), "not_applicable"),
        (endpoint(OwnerId=OTHER), service(), "not_applicable"),
        (endpoint(VpcEndpointType="GatewayLoadBalancer"), service(), "not_applicable"),
        (endpoint(VpcEndpointType=None), service(), "gap"),
        (endpoint(), service(supported=None), "gap"),
        (endpoint(), service(name="com.amazonaws.eu-west-1.sqs"), "gap"),
        (endpoint(), ended("ec2", "DescribeVpcEndpointServices", "denied", ServiceNames=[SERVICE]), "gap"),
    ],
)
def test_whether_an_endpoint_takes_a_policy(found: dict[str, Any], answer: Answer, judgement: str) -> None:
    assert judge_answers(POLICY, endpoints(found), answer)["vpce-1"] == judgement


VPCS = answered("ec2", "DescribeVpcs", {"Vpcs": [{"VpcId": "vpc-1", "OwnerId": ACCOUNT}]})
EC2 = {"ServiceName": "com.amazonaws.eu-west-1.ec2", "PrivateDnsEnabled": False}


def instances(**instance: Any) -> Answer:
    found = {"InstanceId": "i-1", "State": {"Name": "running"}, "VpcId": "vpc-1", **instance}
    return answered("ec2", "DescribeInstances", {"Reservations": [{"Instances": [found]}]})


@pytest.mark.parametrize(
    ("answers", "judgement"),
    [
        ((endpoints(endpoint(**EC2)), instances()), "meets"),
        ((endpoints(endpoint(**EC2, State="Available")), instances()), "meets"),
        ((endpoints(endpoint(**EC2, State="pending")), instances()), "exception"),
        ((endpoints(endpoint(**EC2, VpcId="vpc-2")), instances()), "exception"),
        ((endpoints(endpoint(**EC2, VpcEndpointType="Gateway")), instances()), "exception"),
        ((endpoints(endpoint(ServiceName="com.amazonaws.eu-west-1.ec2messages")), instances()), "exception"),
        ((endpoints(endpoint(**EC2, State=None)), instances()), "gap"),
        ((ended("ec2", "DescribeVpcEndpoints", "denied"), instances()), "gap"),
        ((endpoints(), instances(VpcId="vpc-2")), "not_applicable"),
        ((endpoints(), ended("ec2", "DescribeInstances", "denied")), "gap"),
    ],
)
def test_a_vpc_with_instances_has_an_endpoint_for_ec2(answers: tuple[Answer, ...], judgement: str) -> None:
    assert judge_answers("ec2.vpcs.ec2-endpoint", VPCS, *answers)["vpc-1"] == judgement


def interface(**change: Any) -> dict[str, Any]:
    found = {
        "NetworkInterfaceId": "eni-1", "OwnerId": ACCOUNT, "VpcId": "vpc-1", "InterfaceType": "interface", "RequesterManaged": False,
        "SourceDestCheck": True, "Description": "", **change,
    }  # fmt: skip
    return {k: v for k, v in found.items() if v is not None}


def interfaces(*found: dict[str, Any]) -> Answer:
    return answered("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": list(found)})


API, DKR = ({"ServiceName": f"com.amazonaws.eu-west-1.ecr.{name}", "VpcEndpointId": f"vpce-{name}"} for name in ("api", "dkr"))


@pytest.mark.parametrize(
    ("answers", "judgement"),
    [
        ((endpoints(endpoint(**API), endpoint(**DKR)), interfaces(interface())), "meets"),
        ((endpoints(endpoint(**API), endpoint(**DKR)), interfaces(interface(OwnerId=OTHER))), "meets"),
        ((endpoints(endpoint(**API)), interfaces(interface())), "exception"),
        ((endpoints(endpoint(**API), endpoint(**DKR, State="pending")), interfaces(interface())), "exception"),
        ((endpoints(endpoint(**API), endpoint(**DKR, VpcId="vpc-2")), interfaces(interface())), "exception"),
        ((endpoints(endpoint(**API), endpoint(**DKR, VpcEndpointType="Gateway")), interfaces(interface())), "exception"),
        ((endpoints(endpoint(**API), endpoint(**DKR, State=None)), interfaces(interface())), "gap"),
        ((endpoints(endpoint(**API), endpoint(**DKR | {"ServiceName": 7})), interfaces(interface())), "gap"),
        ((ended("ec2", "DescribeVpcEndpoints", "denied"), interfaces(interface())), "gap"),
        ((endpoints(), interfaces(interface(VpcId="vpc-2"))), "not_applicable"),
        ((endpoints(), interfaces()), "not_applicable"),
        ((endpoints(), interfaces(interface(VpcId=None))), "gap"),
        ((endpoints(), ended("ec2", "DescribeNetworkInterfaces", "denied")), "gap"),
    ],
)
def test_a_vpc_in_use_has_endpoints_for_the_services_named(answers: tuple[Answer, ...], judgement: str) -> None:
    assert judge_answers(SERVICES, VPCS, *answers, services=["ecr.api", "ecr.dkr"])["vpc-1"] == judgement


def test_a_service_is_found_by_the_whole_end_of_its_name() -> None:
    names = ("ssm", "ssm-contacts", "ssmmessages", "notssm", "ecrxapi")
    ssm = [endpoint(ServiceName=f"com.amazonaws.eu-west-1.{name}", VpcEndpointId=f"vpce-{name}") for name in names]
    assert judge_answers(SERVICES, VPCS, endpoints(*ssm[1:]), interfaces(interface()))["vpc-1"] == "exception"
    assert judge_answers(SERVICES, VPCS, endpoints(ssm[0]), interfaces(interface()))["vpc-1"] == "meets"
    judged = judge_answers(SERVICES, VPCS, endpoints(*ssm), interfaces(interface()), services=["ssm", "ecr.api"])
    assert judged["vpc-1"] == "exception" and "working endpoints for ecr.api" in judged.reason("vpc-1")


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        (interface(), "meets"),
        (interface(SourceDestCheck=False), "exception"),
        (interface(SourceDestCheck=False, InterfaceType="efa"), "exception"),
        (interface(SourceDestCheck=False, NetworkInterfaceId="eni-firewall"), "meets"),
        (interface(SourceDestCheck=False, RequesterManaged=True), "not_applicable"),
        (interface(SourceDestCheck=False, InterfaceType="natGateway"), "not_applicable"),
        (interface(SourceDestCheck=False, OwnerId=OTHER), "not_applicable"),
        (interface(SourceDestCheck=None), "gap"),
        (interface(SourceDestCheck="on"), "gap"),
        (interface(SourceDestCheck=False, RequesterManaged=None), "gap"),
        (interface(SourceDestCheck=False, InterfaceType=None), "gap"),
        (interface(SourceDestCheck=False, OwnerId=None), "gap"),
    ],
)
def test_network_interfaces_check_where_traffic_is_from(found: dict[str, Any], judgement: str) -> None:
    judged = judge_answers("ec2.network-interfaces.source-dest-check", interfaces(found), approved=["eni-firewall"])
    assert judged[found["NetworkInterfaceId"]] == judgement


# -- gateways, addresses, network ACLs -----------------------------------------------------------------------------------


def gateway(attachments: Any, owner: str = ACCOUNT) -> Answer:
    found = {"InternetGatewayId": "igw-1", "OwnerId": owner, "Attachments": attachments}
    return answered("ec2", "DescribeInternetGateways", {"InternetGateways": [{k: v for k, v in found.items() if v is not None}]})


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        (gateway([{"VpcId": "vpc-1", "State": "available"}]), "exception"),
        (gateway([{"VpcId": "vpc-ok", "State": "available"}]), "meets"),
        (gateway([]), "meets"),
        (gateway(None), "gap"),
        (gateway("vpc-1"), "gap"),
        (gateway([{"State": "available"}]), "gap"),
        (gateway([{"VpcId": "vpc-1"}], OTHER), "not_applicable"),
    ],
)
def test_internet_gateways_stand_at_approved_vpcs(answer: Answer, judgement: str) -> None:
    assert judge_answers("ec2.internet-gateways.approved-vpc", answer, approved=["vpc-ok"])["igw-1"] == judgement


@pytest.mark.parametrize(
    ("address", "judgement"),
    [
        ({"AssociationId": "eipassoc-1"}, "meets"),
        ({}, "exception"),
        ({"ServiceManaged": "nlb"}, "not_applicable"),
        ({"AssociationId": 7}, "gap"),
    ],
)
def test_elastic_addresses_are_in_use(address: dict[str, Any], judgement: str) -> None:
    answer = answered("ec2", "DescribeAddresses", {"Addresses": [{"AllocationId": "eipalloc-1", **address}]})
    assert judge_answers("ec2.addresses.associated", answer)["eipalloc-1"] == judgement


@pytest.mark.parametrize(
    ("change", "judgement"),
    [
        ({"Associations": [{"SubnetId": "s-1"}]}, "meets"),
        ({"Associations": []}, "exception"),
        ({}, "gap"),
        ({"Associations": [], "IsDefault": True}, "not_applicable"),
        ({"Associations": [], "IsDefault": None}, "gap"),
        ({"Associations": [], "OwnerId": OTHER}, "not_applicable"),
    ],
)
def test_network_acls_are_in_force_somewhere(change: dict[str, Any], judgement: str) -> None:
    found = {"NetworkAclId": "acl-1", "OwnerId": ACCOUNT, "IsDefault": False, **change}
    answer = answered("ec2", "DescribeNetworkAcls", {"NetworkAcls": [{k: v for k, v in found.items() if v is not None}]})
    assert judge_answers("ec2.network-acls.in-use", answer)["acl-1"] == judgement


# -- VPNs, transit gateways ----------------------------------------------------------------------------------------------

LOGGED = {"LogOptions": {"CloudWatchLogOptions": {"LogEnabled": True}}}


def vpn(requirement: str, **change: Any) -> str:
    found = {"VpnConnectionId": "vpn-1", "State": "available", **change}
    return judge_answers(requirement, answered("ec2", "DescribeVpnConnections", {"VpnConnections": [found]}))["vpn-1"]


@pytest.mark.parametrize(
    ("states", "judgement"),
    [
        (["UP", "UP"], "meets"),
        (["UP", "DOWN"], "exception"),
        (["UP"], "exception"),
        ([], "exception"),
        (None, "gap"),
    ],
)
def test_both_tunnels_are_up(states: Any, judgement: str) -> None:
    telemetry = {} if states is None else {"VgwTelemetry": [{"Status": state} for state in states]}
    assert vpn("ec2.vpn-connections.tunnels-up", **telemetry) == judgement
    assert vpn("ec2.vpn-connections.tunnels-up", **telemetry, State="deleted") == "not_applicable"


@pytest.mark.parametrize(
    ("options", "judgement"),
    [
        ({"TunnelOptions": [LOGGED, LOGGED]}, "meets"),
        ({"TunnelOptions": [LOGGED, {}]}, "exception"),
        ({"TunnelOptions": [LOGGED, {"LogOptions": {"CloudWatchLogOptions": {"LogEnabled": False}}}]}, "exception"),
        ({"TunnelOptions": []}, "gap"),
        ({"TunnelOptions": [LOGGED, "on"]}, "gap"),
        ({}, "gap"),
    ],
)
def test_tunnels_are_logged(options: dict[str, Any], judgement: str) -> None:
    assert vpn("ec2.vpn-connections.logged", Options=options) == judgement


def test_the_keys_of_a_tunnel_are_not_kept() -> None:
    tunnel = {"OutsideIpAddress": "192.0.2.1", "PreSharedKey": "swordfish-1"}
    found = {
        "VpnConnectionId": "vpn-1",
        "CustomerGatewayConfiguration": "<key>swordfish-1</key>",
        "Options": {"TunnelOptions": [tunnel]},
    }
    page = {"VpnConnections": [found, {"VpnConnectionId": "vpn-2"}]}
    Redactor().apply(page, DESCRIBE_VPNS.redact)
    assert "swordfish" not in json.dumps(page) and "192.0.2.1" in json.dumps(page)


@pytest.mark.parametrize(
    ("endpoint", "judgement"),
    [
        ({"ConnectionLogOptions": {"Enabled": True}}, "meets"),
        ({"ConnectionLogOptions": {"Enabled": False}}, "exception"),
        ({"ConnectionLogOptions": {"Enabled": False}, "Status": {"Code": "deleted"}}, "not_applicable"),
        ({"ConnectionLogOptions": {}}, "gap"),
        ({"ConnectionLogOptions": "on"}, "gap"),
        ({"ConnectionLogOptions": {"Enabled": True}, "Status": {}}, "gap"),
    ],
)
def test_client_vpns_log_who_connects(endpoint: dict[str, Any], judgement: str) -> None:
    found = {"ClientVpnEndpointId": "cvpn-1", "Status": {"Code": "available"}, **endpoint}
    answer = answered("ec2", "DescribeClientVpnEndpoints", {"ClientVpnEndpoints": [found]})
    assert judge_answers("ec2.client-vpn-endpoints.connections-logged", answer)["cvpn-1"] == judgement


@pytest.mark.parametrize(
    ("gateway", "judgement"),
    [
        ({"Options": {"AutoAcceptSharedAttachments": "disable"}}, "meets"),
        ({"Options": {"AutoAcceptSharedAttachments": "enable"}}, "exception"),
        ({"Options": {}}, "gap"),
        ({"Options": {"AutoAcceptSharedAttachments": "enable"}, "OwnerId": OTHER}, "not_applicable"),
        ({"Options": {"AutoAcceptSharedAttachments": "enable"}, "State": "deleted"}, "not_applicable"),
        ({"Options": {"AutoAcceptSharedAttachments": "disable"}, "State": None}, "gap"),
    ],
)
def test_transit_gateways_accept_nobody_unasked(gateway: dict[str, Any], judgement: str) -> None:
    own = {"TransitGatewayId": "tgw-1", "TransitGatewayArn": "arn:tgw-1", "OwnerId": ACCOUNT, "State": "available"}
    answer = answered("ec2", "DescribeTransitGateways", {"TransitGateways": [{**own, **gateway}]})
    assert judge_answers("ec2.transit-gateways.no-auto-accept", answer)["tgw-1"] == judgement


LISTS = {
    "ec2.vpc-endpoints.policy-limited": "DescribeVpcEndpoints",
    "ec2.vpcs.service-endpoints": "DescribeVpcs",
    "ec2.network-interfaces.source-dest-check": "DescribeNetworkInterfaces",
    "ec2.internet-gateways.approved-vpc": "DescribeInternetGateways",
    "ec2.addresses.associated": "DescribeAddresses",
    "ec2.network-acls.in-use": "DescribeNetworkAcls",
    "ec2.vpn-connections.tunnels-up": "DescribeVpnConnections",
    "ec2.vpn-connections.logged": "DescribeVpnConnections",
    "ec2.client-vpn-endpoints.connections-logged": "DescribeClientVpnEndpoints",
    "ec2.transit-gateways.no-auto-accept": "DescribeTransitGateways",
}


@pytest.mark.parametrize(("requirement", "operation"), LISTS.items())
def test_a_denied_list_is_a_gap_and_an_empty_one_does_not_apply(requirement: str, operation: str) -> None:
    result = operation.removeprefix("Describe")
    judged: Judged = judge_answers(requirement, ended("ec2", operation, "denied"))
    assert judged.result.judgement == "gap"
    assert judge_answers(requirement, answered("ec2", operation, {result: []})).result.judgement == "not_applicable"
