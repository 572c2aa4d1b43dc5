"""What agents keep."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement
from evidence.requirements.keys import KEY_LOGIC, aws_own


@requirement(
    "bedrock.agents.customer-key",
    says="Every Bedrock agent is encrypted with a customer-managed KMS key.",
    why="Its instructions and sessions may hold what customers told it, and this key can be withdrawn.",
    logic="customerEncryptionKeyArn of the agent's working draft is given and is no key of AWS's own; left out, a key of AWS's own is "
    "used. " + KEY_LOGIC,
    covers=(),
    uses=("kms.keys",),
    shows=("agent_name",),
    fix="aws bedrock-agent update-agent with --customer-encryption-key-arn, then prepare-agent and a new version for its aliases.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/encryption-agents.html",
)
def customer_key(agents: Population, keys: Population) -> Truth:
    return agents.key.present() & ~aws_own(agents, keys)


REQUIREMENTS = (customer_key,)
