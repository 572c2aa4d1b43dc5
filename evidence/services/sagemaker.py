"""Amazon SageMaker AI: notebook instances, endpoints and models.

Not read: Studio domains, training and processing jobs. A notebook or model that was deleted meanwhile ends in a code that AWS
uses for other faults too (ValidationException): it is a gap, not gone.
"""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, flag, items, text

_ADDRESS = "address of a repository"


def _has_login(holder: Item) -> bool:
    """Whether an address of the notebook's repositories has a user in it, and so maybe a token."""
    return "@" in f"{holder.get('DefaultCodeRepository')} {holder.get('AdditionalCodeRepositories')}"


def _repositories(path: str) -> tuple[Redact, ...]:
    return tuple(
        Redact(path, _ADDRESS, key=key, when=_has_login) for key in ("DefaultCodeRepository", "AdditionalCodeRepositories")
    )


LIST_NOTEBOOKS = Ask(
    "sagemaker", "ListNotebookInstances", ("sagemaker:ListNotebookInstances",), result="NotebookInstances",
    redact=_repositories("NotebookInstances[]"),
)  # fmt: skip
DESCRIBE_NOTEBOOK = Ask(
    "sagemaker", "DescribeNotebookInstance", ("sagemaker:DescribeNotebookInstance",), each="sagemaker.notebook-instances",
    given={"NotebookInstanceName": "NotebookInstanceName"}, result="NotebookInstanceArn", redact=_repositories(""),
)  # fmt: skip
LIST_ENDPOINTS = Ask("sagemaker", "ListEndpoints", ("sagemaker:ListEndpoints",), result="Endpoints")
DESCRIBE_ENDPOINT = Ask(
    "sagemaker", "DescribeEndpoint", ("sagemaker:DescribeEndpoint",), each="sagemaker.endpoints",
    given={"EndpointName": "EndpointName"}, result="EndpointArn",
)  # fmt: skip
LIST_MODELS = Ask("sagemaker", "ListModels", ("sagemaker:ListModels",), result="Models")
_VARIABLE = "environment variable"
DESCRIBE_MODEL = Ask(
    "sagemaker", "DescribeModel", ("sagemaker:DescribeModel",), each="sagemaker.models", given={"ModelName": "ModelName"},
    result="ModelArn",
    redact=(
        Redact("PrimaryContainer", _VARIABLE, key="Environment"),
        Redact("Containers[]", _VARIABLE, key="Environment"),
        Redact("DeploymentRecommendation.RealTimeInferenceRecommendations[]", _VARIABLE, key="Environment"),
    ),
)  # fmt: skip


def _variants(_: Item, answer: Any) -> list[Item]:
    """The endpoint's variants that run on instances: those without a server of their own have none to count."""
    variants = answer["ProductionVariants"]
    serverless = ("CurrentServerlessConfig", "DesiredServerlessConfig")
    return [variant for variant in variants if not any(variant.get(name) for name in serverless)]


NOTEBOOKS = PopulationSpec(
    name="sagemaker.notebook-instances",
    noun="SageMaker notebook instance",
    type="AWS::SageMaker::NotebookInstance",
    listed_by=LIST_NOTEBOOKS,
    items="NotebookInstances[]",
    identity="NotebookInstanceName",
    arn="{NotebookInstanceArn}",
    only=Only("NotebookInstanceStatus", frozenset({"Deleting"}), negate=True),
    columns={
        "status": text("NotebookInstanceStatus"),
        "internet": text("DirectInternetAccess", DESCRIBE_NOTEBOOK, label="direct internet access"),
        "root": text("RootAccess", DESCRIBE_NOTEBOOK, label="root access"),
        "subnet": text("SubnetId", DESCRIBE_NOTEBOOK),
        "key": text("KmsKeyId", DESCRIBE_NOTEBOOK, label="KMS key"),
        "platform": text("PlatformIdentifier", DESCRIBE_NOTEBOOK, label="platform"),
        "metadata": text(
            "InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion",
            DESCRIBE_NOTEBOOK,
            label="lowest version of the metadata service",
        ),
    },
)
ENDPOINTS = PopulationSpec(
    name="sagemaker.endpoints",
    noun="SageMaker endpoint",
    type="AWS::SageMaker::Endpoint",
    listed_by=LIST_ENDPOINTS,
    items="Endpoints[]",
    identity="EndpointName",
    arn="{EndpointArn}",
    only=Only("EndpointStatus", frozenset({"Deleting"}), negate=True),
    columns={
        "status": text("EndpointStatus"),
        "variants": items(of=DESCRIBE_ENDPOINT, read=_variants, label="variants on instances"),
    },
)
MODELS = PopulationSpec(
    name="sagemaker.models",
    noun="SageMaker model",
    type="AWS::SageMaker::Model",
    listed_by=LIST_MODELS,
    items="Models[]",
    identity="ModelName",
    arn="{ModelArn}",
    columns={
        "isolated": flag("EnableNetworkIsolation", DESCRIBE_MODEL, label="network isolation"),
        "subnets": items("VpcConfig.Subnets", DESCRIBE_MODEL),
    },
)

SERVICE = Service(
    "sagemaker",
    "Amazon SageMaker AI",
    asks=(LIST_NOTEBOOKS, DESCRIBE_NOTEBOOK, LIST_ENDPOINTS, DESCRIBE_ENDPOINT, LIST_MODELS, DESCRIBE_MODEL),
    populations=(NOTEBOOKS, ENDPOINTS, MODELS),
)
