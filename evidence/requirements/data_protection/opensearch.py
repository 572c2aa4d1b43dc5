"""Search domains: at rest and on the wire."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement


@requirement(
    "opensearch.domains.encrypted",
    says="Every OpenSearch domain is encrypted at rest.",
    why="Indices, logs, swap files and automated snapshots are then unreadable without the key.",
    logic="EncryptionAtRestOptions.Enabled is true. Domains that run Elasticsearch are judged too, here and under the other requirements.",
    covers=(),
    shows=("version", "key"),
    fix="OpenSearch Service console, domain, Security configuration, Encryption; or aws opensearch update-domain-config "
    "--encryption-at-rest-options Enabled=true.",
    source="https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html",
)
def encrypted(domains: Population) -> Truth:
    return domains.encrypted.is_true()


@requirement(
    "opensearch.domains.node-to-node",
    says="Every OpenSearch domain encrypts what its nodes tell each other.",
    why="Nodes send each other whole documents when they copy and search.",
    logic="NodeToNodeEncryptionOptions.Enabled is true.",
    covers=(),
    shows=("version",),
    fix="aws opensearch update-domain-config --node-to-node-encryption-options Enabled=true. It cannot be switched off again.",
    source="https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ntn.html",
)
def node_to_node(domains: Population) -> Truth:
    return domains.between_nodes.is_true()


@requirement(
    "opensearch.domains.https-only",
    says="Every OpenSearch domain is reached by HTTPS only, with TLS 1.2 or later.",
    why="Queries and what they find, and passwords, are otherwise read on their way.",
    logic="EnforceHTTPS is true, and the name of TLSSecurityPolicy begins with Policy-Min-TLS-1-2 or Policy-Min-TLS-1-3 (AWS names the "
    "policies by the lowest version they let through).",
    covers=(),
    shows=("tls_policy",),
    fix="aws opensearch update-domain-config --domain-endpoint-options EnforceHTTPS=true,TLSSecurityPolicy=Policy-Min-TLS-1-2-PFS-2023-10.",
    source="https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainEndpointOptions.html",
)
def https_only(domains: Population) -> Truth:
    return domains.https.is_true() & domains.tls_policy.matches("^Policy-Min-TLS-1-[23]-")


REQUIREMENTS = (encrypted, node_to_node, https_only)
