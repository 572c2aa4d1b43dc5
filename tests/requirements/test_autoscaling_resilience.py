"""Auto Scaling groups across zones, behind load balancers, and what they start from."""

from typing import Any

import pytest

from tests.judging import Judged, answered, ended, judge_answers

MULTI_AZ, HEALTH = "autoscaling.groups.multi-az", "autoscaling.groups.elb-health-check"
TEMPLATE = "autoscaling.groups.launch-template"


def judged(requirement: str, **more: Any) -> Judged:
    group = {
        "AutoScalingGroupName": "g",
        "AutoScalingGroupARN": "arn:g",
        "AvailabilityZones": ["a", "b"],
        "MinSize": 2,
        "MaxSize": 4,
        "DesiredCapacity": 2,
        "Instances": [running("a"), running("b")],
        "HealthCheckType": "ELB",
        "TargetGroupARNs": ["arn:tg"],
        "SuspendedProcesses": [],
        **more,
    }
    kept = {k: v for k, v in group.items() if v is not None}
    return judge_answers(requirement, answered("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroups": [kept]}))


def running(zone: str, state: str = "InService") -> dict[str, Any]:
    return {"InstanceId": f"i-{zone}", "AvailabilityZone": zone, "LifecycleState": state}


@pytest.mark.parametrize(
    ("group", "judgement"),
    [
        ({}, "meets"),
        ({"AvailabilityZones": ["a"], "Instances": []}, "exception"),
        ({"AvailabilityZones": ["a", "a"], "Instances": []}, "exception"),
        ({"Instances": [running("a"), running("a")]}, "exception"),
        ({"Instances": [running("a")]}, "meets"),
        ({"Instances": []}, "meets"),
        # An instance that is on its way out does not serve.
        ({"Instances": [running("a"), running("a"), running("b", "Terminating")]}, "exception"),
        # A group of one cannot span zones, wherever it may start.
        ({"MinSize": 1, "MaxSize": 1, "Instances": [running("a")]}, "exception"),
        ({"AvailabilityZones": None}, "gap"),
        ({"MaxSize": None}, "gap"),
        ({"Instances": None}, "gap"),
        ({"AvailabilityZones": "a, b"}, "gap"),
        ({"Instances": [{"LifecycleState": "InService"}]}, "gap"),
    ],
)
def test_groups_span_zones(group: dict[str, Any], judgement: str) -> None:
    assert judged(MULTI_AZ, **group)["g"] == judgement


def test_an_exception_shows_the_sizes_and_where_the_instances_are() -> None:
    assert "max size = 1" in judged(MULTI_AZ, MaxSize=1).reason("g")
    reason = judged(MULTI_AZ, Instances=[running("a"), running("a")]).reason("g")
    assert "all 2 instances in service are in a" in reason


@pytest.mark.parametrize(
    ("group", "judgement"),
    [
        ({}, "meets"),
        ({"HealthCheckType": "EC2,ELB"}, "meets"),
        ({"HealthCheckType": "EC2"}, "exception"),
        ({"HealthCheckType": "EC2,VPC_LATTICE"}, "exception"),
        ({"SuspendedProcesses": [{"ProcessName": "ReplaceUnhealthy"}]}, "exception"),
        ({"SuspendedProcesses": [{"ProcessName": "AZRebalance"}]}, "meets"),
        ({"HealthCheckType": None}, "gap"),
        ({"SuspendedProcesses": None}, "gap"),
        ({"HealthCheckType": 5}, "gap"),
        ({"TargetGroupARNs": []}, "not_applicable"),
        ({"TargetGroupARNs": None, "LoadBalancerNames": ["classic"], "HealthCheckType": "EC2"}, "exception"),
        ({"TargetGroupARNs": [], "TrafficSources": [{"Identifier": "arn:tg", "Type": "elbv2"}]}, "meets"),
        ({"TrafficSources": ["arn:tg"]}, "gap"),
    ],
)
def test_groups_replace_what_the_load_balancer_finds_unhealthy(group: dict[str, Any], judgement: str) -> None:
    assert judged(HEALTH, **group)["g"] == judgement


LT = {"LaunchTemplateId": "lt-1", "Version": "3"}


@pytest.mark.parametrize(
    ("group", "judgement"),
    [
        ({"LaunchTemplate": LT}, "meets"),
        ({"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": LT}}}, "meets"),
        ({"LaunchConfigurationName": "lc"}, "exception"),
        ({}, "gap"),
        ({"LaunchTemplate": {"Version": "3"}, "LaunchConfigurationName": "lc"}, "gap"),
        ({"LaunchTemplate": "lt-1"}, "gap"),
        ({"LaunchConfigurationName": 7}, "gap"),
    ],
)
def test_groups_start_from_a_launch_template(group: dict[str, Any], judgement: str) -> None:
    assert judged(TEMPLATE, **group)["g"] == judgement


def test_the_launch_configuration_is_shown() -> None:
    assert "lc-2019" in judged(TEMPLATE, LaunchConfigurationName="lc-2019").reason("g")


@pytest.mark.parametrize("requirement", [MULTI_AZ, HEALTH, TEMPLATE])
def test_a_denied_list_is_a_gap(requirement: str) -> None:
    denied = ended("autoscaling", "DescribeAutoScalingGroups", "denied")
    assert judge_answers(requirement, denied).result.judgement == "gap"
