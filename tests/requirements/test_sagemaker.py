"""SageMaker: notebooks, endpoints and models."""

from typing import Any

import pytest

from evidence.aws.redact import Redactor
from evidence.services.sagemaker import DESCRIBE_MODEL, DESCRIBE_NOTEBOOK, LIST_NOTEBOOKS
from tests.judging import ACCOUNT, REGION, Judged, answered, ended, judge_answers

_ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"
NOTEBOOK, ENDPOINT, MODEL = (f"{_ARN}{kind}/trial" for kind in ("notebook-instance", "endpoint", "model"))
NAME = "trial"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1111"
OF_NOTEBOOKS = tuple(
    f"sagemaker.notebook-instances.{name}"
    for name in ("no-direct-internet", "in-vpc", "no-root", "imdsv2", "customer-key", "platform-supported")
)
OF_MODELS = ("sagemaker.models.network-isolation", "sagemaker.models.in-vpc")
SEVERAL = "sagemaker.endpoints.several-instances"


def notebook(requirement: str, status: str = "InService", **given: Any) -> Judged:
    listed = {"NotebookInstanceName": NAME, "NotebookInstanceArn": NOTEBOOK, "NotebookInstanceStatus": status}
    return judge_answers(
        f"sagemaker.notebook-instances.{requirement}",
        answered("sagemaker", "ListNotebookInstances", {"NotebookInstances": [listed]}),
        answered("sagemaker", "DescribeNotebookInstance", {"NotebookInstanceArn": NOTEBOOK, **given}, NotebookInstanceName=NAME),
        answered("kms", "ListKeys", {"Keys": []}),
    )


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        ("no-direct-internet", {"DirectInternetAccess": "Disabled"}, "meets"),
        ("no-direct-internet", {"DirectInternetAccess": "Enabled"}, "exception"),
        ("no-direct-internet", {}, "gap"),
        ("no-direct-internet", {"DirectInternetAccess": False}, "gap"),
        ("in-vpc", {"SubnetId": "subnet-1"}, "meets"),
        ("in-vpc", {}, "exception"),
        ("in-vpc", {"SubnetId": 1}, "gap"),
        ("no-root", {"RootAccess": "Disabled"}, "meets"),
        ("no-root", {"RootAccess": "Enabled"}, "exception"),
        ("no-root", {}, "exception"),
        ("no-root", {"RootAccess": 0}, "gap"),
        ("imdsv2", {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"}}, "meets"),
        ("imdsv2", {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"}}, "exception"),
        ("imdsv2", {}, "exception"),
        ("imdsv2", {"InstanceMetadataServiceConfiguration": "2"}, "gap"),
        ("platform-supported", {"PlatformIdentifier": "notebook-al2023-v1"}, "meets"),
        ("platform-supported", {"PlatformIdentifier": "notebook-al2-v3"}, "exception"),
        ("platform-supported", {"PlatformIdentifier": "notebook-al1-v1"}, "exception"),
        ("platform-supported", {"PlatformIdentifier": "notebook-al2030-v1"}, "gap"),
        ("platform-supported", {}, "gap"),
        ("platform-supported", {"PlatformIdentifier": 2}, "gap"),
        ("customer-key", {"KmsKeyId": KEY}, "meets"),
        ("customer-key", {"KmsKeyId": "alias/aws/sagemaker"}, "exception"),
        ("customer-key", {}, "exception"),
        ("customer-key", {"KmsKeyId": []}, "gap"),
    ],
)
def test_a_notebook_is_kept_in(requirement: str, given: dict[str, Any], expected: str) -> None:
    judged = notebook(requirement, **given)
    assert judged[NAME] == expected
    assert judged.members[0].arn == NOTEBOOK
    assert not notebook(requirement, "Deleting", **given).members


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({"supported": ["notebook-al2-v3"], "deprecated": ["notebook-al2-v2"]}, "meets"),
        ({"supported": ["notebook-al2-v3"], "deprecated": ["notebook-al2-v3"]}, "exception"),
        ({"deprecated": []}, "gap"),
    ],
)
def test_the_lists_of_platforms_are_the_reader_s_to_change(lists: dict[str, list[str]], expected: str) -> None:
    listed = {"NotebookInstanceName": NAME, "NotebookInstanceArn": NOTEBOOK, "NotebookInstanceStatus": "InService"}
    page = {"NotebookInstanceArn": NOTEBOOK, "PlatformIdentifier": "notebook-al2-v3"}
    judged = judge_answers(
        "sagemaker.notebook-instances.platform-supported",
        answered("sagemaker", "ListNotebookInstances", {"NotebookInstances": [listed]}),
        answered("sagemaker", "DescribeNotebookInstance", page, NotebookInstanceName=NAME),
        **lists,
    )
    assert judged[NAME] == expected


def endpoint(*variants: Any) -> Judged:
    listed = {"EndpointName": NAME, "EndpointArn": ENDPOINT, "EndpointStatus": "InService"}
    page = {"EndpointArn": ENDPOINT, "ProductionVariants": list(variants)}
    return judge_answers(
        SEVERAL,
        answered("sagemaker", "ListEndpoints", {"Endpoints": [listed]}),
        answered("sagemaker", "DescribeEndpoint", page, EndpointName=NAME),
    )


def variant(count: Any, **more: Any) -> dict[str, Any]:
    return {"VariantName": "all", "DesiredInstanceCount": count, **more}


SERVERLESS = {"VariantName": "all", "CurrentServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ((variant(2),), "meets"),
        ((variant(1),), "exception"),
        ((variant(2), variant(1)), "exception"),
        ((variant(0),), "exception"),
        ((SERVERLESS,), "not_applicable"),
        ((SERVERLESS, variant(1)), "exception"),
        (({"VariantName": "pools"},), "gap"),
        ((variant("two"),), "gap"),
        ((), "not_applicable"),
    ],
)
def test_an_endpoint_runs_on_several_instances(variants: tuple[Any, ...], expected: str) -> None:
    assert endpoint(*variants)[NAME] == expected


def model(requirement: str, **given: Any) -> Judged:
    return judge_answers(
        requirement,
        answered("sagemaker", "ListModels", {"Models": [{"ModelName": NAME, "ModelArn": MODEL}]}),
        answered("sagemaker", "DescribeModel", {"ModelArn": MODEL, **given}, ModelName=NAME),
    )


@pytest.mark.parametrize(
    ("requirement", "given", "expected"),
    [
        (OF_MODELS[0], {"EnableNetworkIsolation": True}, "meets"),
        (OF_MODELS[0], {"EnableNetworkIsolation": False}, "exception"),
        (OF_MODELS[0], {}, "gap"),
        (OF_MODELS[0], {"EnableNetworkIsolation": "surely"}, "gap"),
        (OF_MODELS[1], {"VpcConfig": {"Subnets": ["subnet-1"]}}, "meets"),
        (OF_MODELS[1], {"VpcConfig": {"Subnets": []}}, "exception"),
        (OF_MODELS[1], {}, "exception"),
        (OF_MODELS[1], {"VpcConfig": ["subnet-1"]}, "gap"),
    ],
)
def test_a_model_has_no_way_out(requirement: str, given: dict[str, Any], expected: str) -> None:
    assert model(requirement, **given)[NAME] == expected


@pytest.mark.parametrize(
    ("requirement", "lists", "describes", "result", "key"),
    [
        *(
            (r, "ListNotebookInstances", "DescribeNotebookInstance", "NotebookInstances", "NotebookInstance")
            for r in OF_NOTEBOOKS
        ),
        (SEVERAL, "ListEndpoints", "DescribeEndpoint", "Endpoints", "Endpoint"),
        *((r, "ListModels", "DescribeModel", "Models", "Model") for r in OF_MODELS),
    ],
)
def test_what_could_not_be_read(requirement: str, lists: str, describes: str, result: str, key: str) -> None:
    listed = answered("sagemaker", lists, {result: [{f"{key}Name": NAME, f"{key}Arn": f"{_ARN}x/trial"}]})
    asked: dict[str, Any] = {f"{key}Name": NAME}
    denied = ended("sagemaker", describes, "denied", **asked)
    assert judge_answers(requirement, listed, denied)[NAME] == "gap"
    assert judge_answers(requirement, ended("sagemaker", lists, "denied")).result.judgement == "gap"
    assert judge_answers(requirement, answered("sagemaker", lists, {result: []})).result.judgement == "not_applicable"


def test_nothing_that_may_be_secret_is_kept() -> None:
    word = "NotARealToken"
    address = f"https://{word}@git.example/trial.git"
    repositories = {"DefaultCodeRepository": address, "AdditionalCodeRepositories": [address]}
    container = {"Environment": {"API_TOKEN": word}}
    recommended = {"RealTimeInferenceRecommendations": [container]}
    for ask, page in (
        (LIST_NOTEBOOKS, {"NotebookInstances": [repositories]}),
        (DESCRIBE_NOTEBOOK, repositories),
        (DESCRIBE_MODEL, {"PrimaryContainer": container, "Containers": [container], "DeploymentRecommendation": recommended}),
    ):
        Redactor(b"k" * 32).apply(page, ask.redact)
        assert word not in str(page)
        assert "[redacted " in str(page)
    plain = {"DefaultCodeRepository": "https://git.example/trial.git"}
    Redactor(b"k" * 32).apply(plain, DESCRIBE_NOTEBOOK.redact)
    assert plain == {"DefaultCodeRepository": "https://git.example/trial.git"}
