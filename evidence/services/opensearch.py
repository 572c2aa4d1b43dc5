"""Amazon OpenSearch Service: domains, of Elasticsearch too."""

from typing import Any

from evidence.services.declare import Ask, Item, Only, PopulationSpec, Redact, Service, document, flag, items, number, text

LIST_DOMAINS = Ask("opensearch", "ListDomainNames", ("es:ListDomainNames",), result="DomainNames")
# What is being changed is told as texts, in which a whole option stands: its settings are judged once they are in force.
DESCRIBE_DOMAIN = Ask(
    "opensearch", "DescribeDomain", ("es:DescribeDomain",), each="opensearch.domain-names", given={"DomainName": "DomainName"},
    gone=frozenset({"ResourceNotFoundException"}), result="DomainStatus",
    redact=(
        Redact("DomainStatus.ModifyingProperties[]", "setting of a domain", key="ActiveValue", name="Name"),
        Redact("DomainStatus.ModifyingProperties[]", "setting of a domain", key="PendingValue", name="Name"),
    ),
)  # fmt: skip


def _network(domain: Item, _: Any) -> Any:
    """The domain's VPC; a public domain has no VPC options, or empty ones."""
    return (domain.get("VPCOptions") or {}).get("VPCId") or None


def _policy(domain: Item, _: Any) -> Any:
    """Empty there is none. Left out it is not told, and raises."""
    if domain["AccessPolicies"] is None:
        raise ValueError("AccessPolicies is null")
    return domain["AccessPolicies"] or None


def _published(domain: Item, _: Any) -> list[str] | None:
    """The types of log that go to a log group."""
    options = domain.get("LogPublishingOptions")
    if options is None:
        return None
    return [name for name, option in options.items() if option["Enabled"] is True and option["CloudWatchLogsLogGroupArn"]]


# A domain's answer is its entry: the list is of names only.
NAMES = PopulationSpec(
    name="opensearch.domain-names",
    noun="name of an OpenSearch domain",
    type="AWS::OpenSearchService::Domain",
    listed_by=LIST_DOMAINS,
    items="DomainNames[]",
    identity="DomainName",
    columns={},
)
DOMAINS = PopulationSpec(
    name="opensearch.domains",
    noun="OpenSearch domain",
    type="AWS::OpenSearchService::Domain",
    listed_by=DESCRIBE_DOMAIN,
    rows=lambda answer: [answer["DomainStatus"]],
    identity="DomainName",
    arn="{ARN}",
    only=Only("DomainProcessingStatus", frozenset({"Deleting"}), negate=True),
    columns={
        "version": text("EngineVersion", label="engine version"),
        "encrypted": flag("EncryptionAtRestOptions.Enabled", label="encryption at rest"),
        "key": text("EncryptionAtRestOptions.KmsKeyId", label="KMS key"),
        "between_nodes": flag("NodeToNodeEncryptionOptions.Enabled", label="encryption between nodes"),
        "https": flag("DomainEndpointOptions.EnforceHTTPS", label="EnforceHTTPS"),
        "tls_policy": text("DomainEndpointOptions.TLSSecurityPolicy", label="TLS policy"),
        "fine_grained": flag("AdvancedSecurityOptions.Enabled", label="fine-grained access control"),
        "anonymous": flag("AdvancedSecurityOptions.AnonymousAuthEnabled", label="anonymous access"),
        "network": text(read=_network, label="VPC"),
        "policy": document(read=_policy, label="access policy"),
        "published": items(read=_published, label="published logs"),
        "update": flag("ServiceSoftwareOptions.UpdateAvailable", label="update available"),
        "software": text("ServiceSoftwareOptions.CurrentVersion", label="service software"),
        "data_nodes": number("ClusterConfig.InstanceCount", label="data nodes"),
        "zone_aware": flag("ClusterConfig.ZoneAwarenessEnabled", label="zone awareness"),
        "dedicated": flag("ClusterConfig.DedicatedMasterEnabled", label="dedicated master nodes"),
        "masters": number("ClusterConfig.DedicatedMasterCount", label="number of master nodes"),
    },
)

SERVICE = Service("opensearch", "Amazon OpenSearch Service", asks=(LIST_DOMAINS, DESCRIBE_DOMAIN), populations=(NAMES, DOMAINS))
