"""Amazon Elastic Container Registry: private repositories, how their images are scanned, and who may pull them.

Images and their findings are not listed: what Inspector finds in them stands under inspector2.findings.
"""

from typing import Any

from evidence.services.declare import Ask, Item, PopulationSpec, Service, document, flag, items, text

_GONE = frozenset({"RepositoryNotFoundException"})

DESCRIBE_REPOSITORIES = Ask("ecr", "DescribeRepositories", ("ecr:DescribeRepositories",), result="repositories")
# Of a Region, and asked only where it has repositories.
GET_REGISTRY_SCANNING = Ask(
    "ecr", "GetRegistryScanningConfiguration", ("ecr:GetRegistryScanningConfiguration",), each="ecr.repositories",
    result="scanningConfiguration",
)  # fmt: skip
# What the registry's rules and the repository's own setting come to, as AWS works it out.
BATCH_GET_SCANNING = Ask(
    "ecr", "BatchGetRepositoryScanningConfiguration", ("ecr:BatchGetRepositoryScanningConfiguration",), each="ecr.repositories",
    given={"repositoryNames": ("repositoryName",)}, gone=_GONE, result="scanningConfigurations",
)  # fmt: skip
GET_REPOSITORY_POLICY = Ask(
    "ecr", "GetRepositoryPolicy", ("ecr:GetRepositoryPolicy",), each="ecr.repositories",
    given={"repositoryName": "repositoryName"}, absent=frozenset({"RepositoryPolicyNotFoundException"}), gone=_GONE,
    result="policyText",
)  # fmt: skip


def _scanning(answer: Any) -> Item:
    """The one entry of the answer. HTTP 200 can hide that nothing could be said: that raises ValueError, a gap."""
    found = answer["scanningConfigurations"]
    if len(found) != 1:
        codes = [failure["failureCode"] for failure in answer.get("failures") or ()]
        raise ValueError(f"ECR could not say: {', '.join(codes) or 'no entry'}")
    return dict(found[0])


REPOSITORIES = PopulationSpec(
    name="ecr.repositories",
    noun="ECR repository",
    type="AWS::ECR::Repository",
    listed_by=DESCRIBE_REPOSITORIES,
    items="repositories[]",
    identity="repositoryName",
    arn="{repositoryArn}",
    columns={
        "mutability": text("imageTagMutability", label="tag mutability"),
        "exclusions": items("imageTagMutabilityExclusionFilters[].filter", label="tags excluded"),
        "encryption": text("encryptionConfiguration.encryptionType"),
        "key": text("encryptionConfiguration.kmsKey", label="KMS key"),
        "scan_type": text("scanningConfiguration.scanType", GET_REGISTRY_SCANNING, label="the registry's type of scanning"),
        "scan_on_push": flag(of=BATCH_GET_SCANNING, read=lambda _, answer: _scanning(answer).get("scanOnPush")),
        "scan_frequency": text(of=BATCH_GET_SCANNING, read=lambda _, answer: _scanning(answer).get("scanFrequency")),
        "policy": document("policyText", GET_REPOSITORY_POLICY, label="repository policy"),
    },
)

SERVICE = Service(
    "ecr",
    "Amazon Elastic Container Registry",
    asks=(DESCRIBE_REPOSITORIES, GET_REGISTRY_SCANNING, BATCH_GET_SCANNING, GET_REPOSITORY_POLICY),
    populations=(REPOSITORIES,),
)
