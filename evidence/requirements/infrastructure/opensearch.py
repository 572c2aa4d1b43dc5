"""Search domains: who reaches them, and who may do what."""

from evidence.populations.cells import Truth
from evidence.populations.policy import open_to_everyone
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_VPC = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html"
_MOVE = "A public domain cannot move into a VPC: make a new one there (aws opensearch create-domain --vpc-options) and copy the indices."


@requirement(
    "opensearch.domains.in-vpc",
    says="Every OpenSearch domain lies in a VPC.",
    why="A public endpoint leaves the access policy, and passwords, as the only fence.",
    logic="VPCOptions names a VPC.",
    covers=(),
    shows=("version",),
    fix=_MOVE,
    source=_VPC,
)
def in_vpc(domains: Population) -> Truth:
    return domains.network.present()


@requirement(
    "opensearch.domains.not-public",
    says="Every OpenSearch domain keeps strangers out, by its network or its policy.",
    why="Open indices are found by scanners within hours, and copied or held to ransom.",
    logic="VPCOptions names a VPC; or the access policy is empty, or no Allow of it names everyone (Principal * or NotPrincipal) unless a "
    "condition pins the caller: a fixed account, principal, organisation, source, VPC or address range, by an operator that fails where "
    "the key is missing. Without a word on the policy it is unknown. Fine-grained access control does not count here: it lets in whoever "
    "has a password.",
    covers=(),
    shows=("network",),
    fix=f"Name the principals in the access policy (aws opensearch update-domain-config --access-policies). {_MOVE}",
    source="https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html",
)
def not_public(domains: Population) -> Truth:
    return domains.network.present() | ~domains.policy.present() | domains.policy.free_of(open_to_everyone)


@requirement(
    "opensearch.domains.fine-grained-access",
    says="Every OpenSearch domain has fine-grained access control, without anonymous access.",
    why="Without it whoever may call the domain at all may read every index and delete it.",
    logic="AdvancedSecurityOptions.Enabled is true and AnonymousAuthEnabled is false: while a domain moves to fine-grained access control, "
    "everybody whom the access policy lets in is still served for 30 days.",
    covers=(),
    shows=("version",),
    fix="OpenSearch Service console, domain, Security configuration, Fine-grained access control; or aws opensearch update-domain-config "
    "--advanced-security-options.",
    source="https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html",
)
def fine_grained_access(domains: Population) -> Truth:
    return domains.fine_grained.is_true() & ~domains.anonymous.is_true()


REQUIREMENTS = (in_vpc, not_public, fine_grained_access)
