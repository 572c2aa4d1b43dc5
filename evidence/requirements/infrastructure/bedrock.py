"""What stands between people and an agent's model."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "bedrock.agents.guardrail",
    says="Every Bedrock agent has a guardrail.",
    why="What people write, or a document says, can talk an agent into doing what it should not; a guardrail looks at both sides.",
    logic="guardrailConfiguration of the agent's working draft names a guardrail. What the guardrail holds back is not read, nor the "
    "versions that aliases point to.",
    covers=(),
    shows=("agent_name",),
    fix="aws bedrock-agent update-agent with --guardrail-configuration, then prepare-agent and a new version for its aliases.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/agents-guardrail.html",
)
def guardrail(agents: Population) -> Truth:
    return agents.guardrail.present()


REQUIREMENTS = (guardrail,)
