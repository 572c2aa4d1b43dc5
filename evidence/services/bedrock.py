"""Amazon Bedrock: what it records of calls to models, and agents.

Use on demand leaves nothing that could be listed, so the record of calls is a setting of every Region. Of an agent its working
draft is read; versions that aliases point to are not. What an agent is told to do is not kept.
"""

from typing import Any

from evidence.services.declare import REGIONS, Ask, Item, Only, PopulationSpec, Redact, Service, document, text

# A Region without the setting is answered without loggingConfig.
GET_LOGGING = Ask(
    "bedrock", "GetModelInvocationLoggingConfiguration", ("bedrock:GetModelInvocationLoggingConfiguration",)
)  # fmt: skip
_PROMPT = "prompt of an agent"
LIST_AGENTS = Ask(
    "bedrock-agent", "ListAgents", ("bedrock:ListAgents",), result="agentSummaries",
    redact=(Redact("agentSummaries[]", _PROMPT, key="description"),),
)  # fmt: skip
GET_AGENT = Ask(
    "bedrock-agent", "GetAgent", ("bedrock:GetAgent",), each="bedrock.agents", given={"agentId": "agentId"},
    gone=frozenset({"ResourceNotFoundException"}), result="agent",
    redact=(
        Redact("agent", _PROMPT, key="instruction"),
        Redact("agent", _PROMPT, key="description"),
        Redact("agent.promptOverrideConfiguration.promptConfigurations[]", _PROMPT, key="basePromptTemplate"),
        Redact("agent.promptOverrideConfiguration.promptConfigurations[]", _PROMPT, key="additionalModelRequestFields"),
    ),
)  # fmt: skip


def _logging(_: Item, answer: Any) -> Any:
    """The setting; {} where it was never made."""
    return answer.get("loggingConfig") or {}


REGION = PopulationSpec(
    name="bedrock.regions",
    noun="Region",
    type="AWS::Bedrock::ModelInvocationLogging",
    listed_by=REGIONS,
    columns={"invocations": document(of=GET_LOGGING, read=_logging, label="record of model invocations")},
)
AGENTS = PopulationSpec(
    name="bedrock.agents",
    noun="Bedrock agent",
    type="AWS::Bedrock::Agent",
    listed_by=LIST_AGENTS,
    items="agentSummaries[]",
    identity="agentId",
    arn="arn:{partition}:bedrock:{region}:{account}:agent/{agentId}",
    only=Only("agentStatus", frozenset({"DELETING"}), negate=True),
    columns={
        "agent_name": text("agentName", label="name"),
        "guardrail": text("agent.guardrailConfiguration.guardrailIdentifier", GET_AGENT),
        "key": text("agent.customerEncryptionKeyArn", GET_AGENT, label="KMS key"),
    },
)

SERVICE = Service("bedrock", "Amazon Bedrock", asks=(GET_LOGGING, LIST_AGENTS, GET_AGENT), populations=(REGION, AGENTS))
