"""Subnets: whether their route table leads to the internet, and whether they give out public addresses."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, Judged, answered, ended, judge_answers

PRIVATE, LAUNCH = "ec2.subnets.databases-private", "ec2.subnets.no-public-address-on-launch"
SUBNET = {"SubnetId": "s", "VpcId": "v", "OwnerId": ACCOUNT, "AvailabilityZone": "eu-west-1a", "MapPublicIpOnLaunch": False}
IGW = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
NAT = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1", "State": "active"}
EGRESS_ONLY = {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "active"}


def subnets(**change: Any) -> Answer:
    return answered("ec2", "DescribeSubnets", {"Subnets": [{k: v for k, v in {**SUBNET, **change}.items() if v is not None}]})


def table(*routes: Any, main: bool = False, of: str | None = None, vpc: str = "v") -> dict[str, Any]:
    association = {"Main": main, **({"SubnetId": of} if of else {})}
    return {
        "RouteTableId": f"rtb-{main}-{of}-{vpc}",
        "VpcId": vpc,
        "Routes": list(routes),
        "Associations": [association] if main or of else [],
    }


def tables(*found: dict[str, Any]) -> Answer:
    return answered("ec2", "DescribeRouteTables", {"RouteTables": list(found)})


def databases(*subnets: str) -> Answer:
    group = {"DBSubnetGroupName": "g", "Subnets": [{"SubnetIdentifier": s} for s in subnets]}
    one = {
        "DBInstanceIdentifier": "db",
        "Engine": "postgres",
        "DBInstanceArn": "arn:aws:rds:eu-west-1:1:db:db",
        "DBSubnetGroup": group,
    }
    return answered("rds", "DescribeDBInstances", {"DBInstances": [one]})


def judged(*answers: Answer) -> Judged:
    return judge_answers(PRIVATE, *answers)


@pytest.mark.parametrize(
    ("found", "judgement"),
    [
        ((table(LOCAL, NAT, of="s"), table(LOCAL, IGW, main=True)), "meets"),  # its own table outranks the main one
        ((table(LOCAL, IGW, of="s"), table(LOCAL, main=True)), "exception"),
        ((table(LOCAL, main=True),), "meets"),
        ((table(LOCAL, IGW, main=True),), "exception"),
        ((table(LOCAL, IGW, of="another"), table(LOCAL, main=True)), "meets"),
        ((table(LOCAL, IGW, main=True, vpc="other"), table(EGRESS_ONLY, main=True)), "meets"),
        ((table({**IGW, "State": "blackhole"}, main=True),), "meets"),
        ((table({**IGW, "DestinationCidrBlock": "8.8.8.0/24"}, main=True),), "exception"),
        ((table(LOCAL, main=True, vpc="other"),), "gap"),  # every VPC has a main table: this one's was not seen
        ((table({"GatewayId": "igw-1"}, main=True),), "gap"),
        (
            (table(LOCAL, IGW, of="s"), {"RouteTableId": "strange", "VpcId": "v", "Routes": "all", "Associations": []}),
            "exception",
        ),
    ],
)
def test_the_route_table_in_force_decides(found: tuple[dict[str, Any], ...], judgement: str) -> None:
    assert judged(subnets(), tables(*found), databases("s"))["s"] == judgement


def test_what_could_not_be_read_is_a_gap() -> None:
    assert judged(subnets(), ended("ec2", "DescribeRouteTables", "denied"), databases("s"))["s"] == "gap"
    assert judged(subnets(), tables(table(LOCAL, main=True)), ended("rds", "DescribeDBInstances", "denied"))["s"] == "gap"
    assert judged(ended("ec2", "DescribeSubnets", "denied"), tables(), databases("s")).result.judgement == "gap"
    assert judged(subnets(VpcId=None), tables(table(LOCAL, main=True)), databases("s"))["s"] == "gap"


def test_it_is_asked_only_of_subnets_where_a_database_can_stand_and_of_its_owner() -> None:
    open_one = tables(table(LOCAL, IGW, main=True))
    assert judged(subnets(), open_one, databases("other"))["s"] == "not_applicable"
    assert judged(subnets(OwnerId="999999999999"), open_one, databases("s"))["s"] == "not_applicable"


@pytest.mark.parametrize(("value", "judgement"), [(False, "meets"), (True, "exception"), (None, "gap"), ("no", "gap")])
def test_addresses_on_launch(value: Any, judgement: str) -> None:
    assert judge_answers(LAUNCH, subnets(MapPublicIpOnLaunch=value))["s"] == judgement
    assert judge_answers(LAUNCH, ended("ec2", "DescribeSubnets", "throttled")).result.judgement == "gap"
