"""SageMaker: notebooks and models behind a network of one's own."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_NOTEBOOK = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html"
_CREATE = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html"
_METADATA = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InstanceMetadataServiceConfiguration.html"
_MODEL = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html"
_STOPPED = "Stop the notebook instance, then aws sagemaker update-notebook-instance {}."
_AGAIN = "This is chosen when the notebook instance is made: make another one {} and move the work over."


@requirement(
    "sagemaker.notebook-instances.no-direct-internet",
    says="No SageMaker notebook instance has direct internet access.",
    why="Code that somebody tries out, with the data at hand, then cannot send them anywhere past your own network.",
    logic="DirectInternetAccess is Disabled. What the VPC itself lets out is judged by its own rules.",
    covers=(),
    shows=("status", "subnet"),
    fix=_AGAIN.format("with --direct-internet-access Disabled and a subnet"),
    source=_NOTEBOOK,
)
def no_direct_internet(notebooks: Population) -> Truth:
    return notebooks.internet == "Disabled"


@requirement(
    "sagemaker.notebook-instances.in-vpc",
    says="Every SageMaker notebook instance stands in a VPC of the customer's.",
    why="Security groups and flow logs of one's own then apply to it; without a VPC it stands in a network of AWS's.",
    logic="SubnetId is given.",
    covers=(),
    shows=("status",),
    fix=_AGAIN.format("with --subnet-id and --security-group-ids"),
    source=_NOTEBOOK,
)
def notebook_in_vpc(notebooks: Population) -> Truth:
    return notebooks.subnet.present()


@requirement(
    "sagemaker.notebook-instances.no-root",
    says="No SageMaker notebook instance gives its users root access.",
    why="Whoever is root can turn off what watches the machine and read what others left on it.",
    logic="RootAccess is Disabled; left out, it is Enabled. Lifecycle scripts run as root all the same.",
    covers=(),
    shows=("status",),
    fix=_STOPPED.format("--root-access Disabled"),
    source=_CREATE,
)
def no_root(notebooks: Population) -> Truth:
    return notebooks.root.absent_means("Enabled", source=_CREATE) == "Disabled"


@requirement(
    "sagemaker.notebook-instances.imdsv2",
    says="Every SageMaker notebook instance asks for version 2 of the metadata service.",
    why="A request that a notebook is tricked into making cannot then fetch the credentials of its role.",
    logic="MinimumInstanceMetadataServiceVersion is 2; left out, version 1 is answered too.",
    covers=(),
    shows=("status",),
    fix=_STOPPED.format("--instance-metadata-service-configuration MinimumInstanceMetadataServiceVersion=2"),
    source=_METADATA,
)
def imdsv2(notebooks: Population) -> Truth:
    return notebooks.metadata.absent_means("1", source=_METADATA) == "2"


@requirement(
    "sagemaker.models.network-isolation",
    says="Every SageMaker model runs without a network.",
    why="A container made by others, or a library in it, cannot then send away what it is asked to judge.",
    logic="EnableNetworkIsolation is true. Every model is judged, deployed or not; some of AWS's own containers need a network, where the "
    "exception is to be accepted.",
    covers=(),
    fix="Make the model anew with aws sagemaker create-model --enable-network-isolation and let its endpoints use it.",
    source=_MODEL,
)
def network_isolation(models: Population) -> Truth:
    return models.isolated.is_true()


@requirement(
    "sagemaker.models.in-vpc",
    says="Every SageMaker model is tied to a VPC of the customer's.",
    why="Its traffic then goes through security groups and endpoints of one's own, and stands in their flow logs.",
    logic="VpcConfig names at least one subnet. Every model is judged, deployed or not.",
    covers=(),
    fix="Make the model anew with aws sagemaker create-model --vpc-config and let its endpoints use it.",
    source=_MODEL,
)
def model_in_vpc(models: Population) -> Truth:
    return models.subnets.present() & (models.subnets.count() >= 1)


REQUIREMENTS = (no_direct_internet, notebook_in_vpc, no_root, imdsv2, network_isolation, model_in_vpc)
