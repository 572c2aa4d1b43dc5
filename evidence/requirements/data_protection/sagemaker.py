"""SageMaker: what notebooks keep."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.keys import KEY_LOGIC, aws_own


@requirement(
    "sagemaker.notebook-instances.customer-key",
    says="Every SageMaker notebook instance keeps its volume under a customer-managed KMS key.",
    why="Copies of real data end on the disks of those who explore them, and this key can be withdrawn.",
    logic="KmsKeyId is given and is no key of AWS's own. " + KEY_LOGIC,
    covers=(),
    uses=("kms.keys",),
    shows=("status",),
    fix="The key is chosen when the notebook instance is made: make another one with --kms-key-id and move the work over.",
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeNotebookInstance.html",
)
def customer_key(notebooks: Population, keys: Population) -> Truth:
    return notebooks.key.present() & ~aws_own(notebooks, keys)


REQUIREMENTS = (customer_key,)
