"""DNS: names that lead where they should."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


@requirement(
    "route53.beanstalk-records.owned",
    says="Every DNS record that points to a name of Elastic Beanstalk points to one of the account's own environments.",
    why="Whoever takes the name of an environment that was ended answers in your name from then on, with certificates and cookies.",
    logic="The target of the CNAME or alias that ends in .elasticbeanstalk.com is the CNAME or the EndpointURL of an environment of the "
    "account in any Region, capitals and a dot at the end aside. Where there is none, but the Region that the name belongs to was not "
    "asked, it is unknown. Environments of other accounts do not count: that the name is theirs, a person must add.",
    covers=("IS-17",),
    uses=("elasticbeanstalk.environments", "ec2.regions"),
    shows=("record", "target"),
    fix="Route 53 console, hosted zone: delete the record, or point it to an environment that exists; from now on delete the record "
    "first, then the environment.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customdomains.html",
)
def owned(records: Population, environments: Population, regions: Population) -> Truth:
    found = records.some_in(environments, on=("target", "dns_names"), within="account", label="environment of that name")
    asked = records.lookup(regions, on=("target_region", "region"), column="region", within="account", label="was asked")
    return found | ~asked.matches(".")  # a Region that was not asked is absent, so unknown


@requirement(
    "route53.hosted-zones.dnssec",
    says="Every public hosted zone signs its answers with DNSSEC.",
    why="A resolver can then tell a forged answer from a true one.",
    logic="GetDNSSEC answers with the status SIGNING. Whether the parent zone holds the DS record that resolvers need is not read.",
    covers=(),
    applies=(
        Applies(
            lambda zones: ~zones.private.is_true(),
            "It is private: only resolvers of its own VPCs ask it, and it cannot be signed.",
        ),
    ),
    shows=("name",),
    fix="Route 53 console, hosted zone, DNSSEC signing, Enable; then put the DS record into the parent zone.",
    source="https://docs.aws.amazon.com/Route53/latest/APIReference/API_DNSSECStatus.html",
)
def dnssec(zones: Population) -> Truth:
    return zones.signing == "SIGNING"


REQUIREMENTS = (owned, dnssec)
