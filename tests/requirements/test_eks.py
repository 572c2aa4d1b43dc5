"""Kubernetes clusters: endpoint, encryption, logs, version, protection."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

NAME = "shop"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111"
CLUSTERS = answered("eks", "ListClusters", {"clusters": [NAME]})
ENDPOINT, SECRETS, OWN = "eks.clusters.endpoint-not-public", "eks.clusters.secrets-encrypted", "eks.clusters.customer-key"
LOGS, VERSION, PROTECTED = "eks.clusters.control-plane-logs", "eks.clusters.version-supported", "eks.clusters.deletion-protection"


def versions(*entries: Any) -> Answer:
    return answered("eks", "DescribeClusterVersions", {"clusterVersions": list(entries)}, includeAll=True)


def cluster(requirement: str, more: dict[str, Any], *answers: Answer, **parameters: Any) -> Judged:
    described = answered("eks", "DescribeCluster", {"cluster": {"name": NAME, "version": "1.33", **more}}, name=NAME)
    return judge_answers(requirement, CLUSTERS, described, answered("kms", "ListKeys", {"Keys": []}), *answers, **parameters)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"endpointPublicAccess": False}, "meets"),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["198.51.100.0/24"]}, "meets"),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["198.51.100.0/24", "0.0.0.0/0"]}, "exception"),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]}, "exception"),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["198.51.100.0/24", "::/0"]}, "exception"),
        ({"endpointPublicAccess": True}, "exception"),
        ({"endpointPublicAccess": True, "publicAccessCidrs": []}, "gap"),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["everywhere"]}, "gap"),
        ({"publicAccessCidrs": ["0.0.0.0/0"]}, "gap"),
    ],
)
def test_the_internet_does_not_reach_the_api(given: dict[str, Any], expected: str) -> None:
    judged = cluster(ENDPOINT, {"resourcesVpcConfig": given})
    assert judged[NAME] == expected
    assert judged.members[0].arn == f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{NAME}"


def config(*resources: str, key: Any = KEY) -> dict[str, Any]:
    return {"encryptionConfig": [{"resources": list(resources), "provider": {"keyArn": key}}]}


@pytest.mark.parametrize(
    ("given", "encrypted", "own"),
    [
        (config("secrets"), "meets", "meets"),
        ({"version": "1.27", **config("secrets")}, "meets", "meets"),
        ({"version": "1.27"}, "exception", "exception"),
        ({"version": "1.9"}, "exception", "exception"),
        ({"version": "1.28"}, "meets", "exception"),
        ({"version": "1.27", **config("other")}, "exception", "exception"),
        ({"version": "1.27", "encryptionConfig": [{"resources": ["secrets"]}]}, "gap", "gap"),
        ({"version": "newest"}, "gap", "exception"),
        (config("secrets", key="alias/aws/eks"), "meets", "exception"),
    ],
)
def test_secrets_are_encrypted(given: dict[str, Any], encrypted: str, own: str) -> None:
    assert (cluster(SECRETS, given)[NAME], cluster(OWN, given)[NAME]) == (encrypted, own)


def logging(*kinds: str, enabled: Any = True) -> dict[str, Any]:
    off = {"types": ["scheduler"], "enabled": False}
    return {"logging": {"clusterLogging": [{"types": list(kinds), "enabled": enabled}, off]}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (logging("api", "audit", "authenticator"), "meets"),
        (logging("api", "audit"), "exception"),
        (logging("api", "audit", "authenticator", enabled=False), "exception"),
        ({}, "exception"),
        ({"logging": "all"}, "gap"),
    ],
)
def test_the_control_plane_is_logged(given: dict[str, Any], expected: str) -> None:
    assert cluster(LOGS, given)[NAME] == expected


def test_the_kinds_of_log_asked_for_count() -> None:
    assert cluster(LOGS, logging("audit"), kinds=("audit",))[NAME] == "meets"
    assert cluster(LOGS, logging("api", "audit", "authenticator"), kinds=("scheduler",))[NAME] == "exception"


def entry(state: Any, version: str = "1.33", kind: str = "eks") -> dict[str, Any]:
    return {"clusterVersion": version, "clusterType": kind, "versionStatus": state}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((entry("STANDARD_SUPPORT"), entry("UNSUPPORTED", "1.21")), "meets"),
        ((entry("EXTENDED_SUPPORT"),), "meets"),
        ((entry("UNSUPPORTED"), entry("STANDARD_SUPPORT", "1.34")), "exception"),
        ((entry("STANDARD_SUPPORT", "1.34"),), "gap"),
        ((entry("STANDARD_SUPPORT"), entry("STANDARD_SUPPORT", kind="local")), "meets"),
        ((entry("STANDARD_SUPPORT"), entry("UNSUPPORTED", kind="local")), "gap"),
        (({"clusterVersion": "1.33"},), "gap"),
        ((), "gap"),
    ],
)
def test_the_version_is_supported(entries: tuple[Any, ...], expected: str) -> None:
    assert cluster(VERSION, {}, versions(*entries))[NAME] == expected


def test_extended_support_may_be_left_out() -> None:
    assert cluster(VERSION, {}, versions(entry("EXTENDED_SUPPORT")), counts=("STANDARD_SUPPORT",))[NAME] == "exception"
    assert cluster(VERSION, {}, ended("eks", "DescribeClusterVersions", "denied", includeAll=True))[NAME] == "gap"


@pytest.mark.parametrize(("given", "expected"), [(True, "meets"), (False, "exception"), (None, "gap"), ("maybe", "gap")])
def test_a_cluster_is_protected_from_deletion(given: Any, expected: str) -> None:
    assert cluster(PROTECTED, {"deletionProtection": given})[NAME] == expected


@pytest.mark.parametrize("requirement", [ENDPOINT, SECRETS, OWN, LOGS, VERSION, PROTECTED])
def test_clusters_that_could_not_be_read(requirement: str) -> None:
    standing = versions(entry("STANDARD_SUPPORT"))
    denied = ended("eks", "DescribeCluster", "denied", name=NAME)
    assert judge_answers(requirement, CLUSTERS, standing, denied)[NAME] == "gap"
    gone = ended("eks", "DescribeCluster", "gone", name=NAME)
    assert not judge_answers(requirement, CLUSTERS, standing, gone).members
    assert judge_answers(requirement, ended("eks", "ListClusters", "denied")).result.judgement == "gap"
    assert judge_answers(requirement, answered("eks", "ListClusters", {"clusters": []})).result.judgement == "not_applicable"
