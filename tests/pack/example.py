"""An invented, consistent assessment: every word of the vocabulary occurs, and every count is counted from its members."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence

from evidence.assessment.model import (
    JUDGEMENTS,
    Assessment,
    AwsReport,
    AwsSide,
    CallFailed,
    Cell,
    Conclusion,
    ConclusionWord,
    Environment,
    Judgement,
    KeyAge,
    MappedResult,
    MemberResult,
    PopulationFacts,
    ProgramFacts,
    RequirementResult,
    RunFacts,
    ServiceInUse,
    Standing,
)
from evidence.assessment.register import acceptances, accepting, register
from evidence.management.model import Acceptance, Document, People, Person, Response, Seen, Statements, Wanted
from evidence.pack.facts import PackFacts, pack_facts
from evidence.populations.population import Second, Unread
from evidence.programs.model import AttestedServices, Reach, Responsibility

SHOP, DATA = "012345678901", "111122223333"
WEST, CENTRAL = "eu-west-1", "eu-central-1"
ROOT = hashlib.sha256(b"an invented evidence root").hexdigest()
WEB, WORKER = "e-m4xq9k2ptz", "e-kq7w2mzr4d"
Judged = tuple[Judgement, str]
AS_OF = dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC)
ACCEPTED = Acceptance(
    id="A-01", requirement="s3.buckets.logging", members=("*",), reason="Both buckets hold public data only.", owner="R. Lindqvist",
    approver="M. Okoye", compensating_control="CloudTrail records who reads them.", ticket="SEC-212",
    opened=dt.date(2026, 7, 2), expires=dt.date(2026, 12, 31),
)  # fmt: skip
EXPIRED = Acceptance(
    id="A-02", requirement="kms.keys.rotation", accounts=(SHOP,), reason="The key ends in June.", owner="T. Okafor",
    approver="M. Okoye", opened=dt.date(2026, 1, 2), expires=dt.date(2026, 6, 30),
)  # fmt: skip
STATED = Statements(
    people=People(Person("A. Reader", "Platform engineering"), Person("J. Moreau", "Head of security")),
    responses=(
        Response(requirement="s3.buckets.not-public", members=("larkfield-catalogue-*",), owner="R. Lindqvist, web",
                 cause="Left open when the shop moved.", response="The policy is taken out.", due=dt.date(2026, 9, 15),
                 ticket="WEB-981"),
        Response(requirement="rds.instances.multi-az", accounts=(SHOP,), owner="T. Okafor, data",
                 response="It moves with the next window.", due=dt.date(2026, 10, 31)),
    ),
    acceptances=(ACCEPTED, EXPIRED),
    documents=(
        Document(file="board.pdf", title="Minutes of the board", provider="Company secretary", received=dt.date(2026, 9, 1),
                 controls=("soc2-2017:CC1.2",), period="2026-Q3", sha256="ab" * 32, bytes=81_234),
    ),
    wanted=(Wanted(control="soc2-2017:CC1.1", what="The code of conduct", owner="People", due=dt.date(2026, 10, 9)),),
    earlier=(
        Seen(requirement="s3.buckets.not-public", variant="", partition="aws", account=DATA, region=WEST, type="AWS::S3::Bucket",
             id="larkfield-catalogue-export-2023-public-assets-eu-west-1-012345678901", since="2026-03-30T08:00:00Z",
             run="run-2026-03-30"),
    ),
)  # fmt: skip
AWS_SIDE = AwsSide(
    True,
    (AwsReport(SHOP, "report-1", "SOC 2 Type II report", "Certifications and Attestations", "PUBLISHED", "2025-10-01", "2026-03-31",
               183, ("a1" * 8,)),),
)  # fmt: skip
SERVICES = (
    ServiceInUse("ec2", "Amazon EC2", 208, True), ServiceInUse("elasticbeanstalk", "AWS Elastic Beanstalk", 2, False),
    ServiceInUse("kms", "AWS Key Management Service", 0, True), ServiceInUse("transfer", "AWS Transfer Family", 1, False),
)  # fmt: skip
ATTESTED = AttestedServices(
    "2026-09-01", "https://aws.amazon.com/compliance/services-in-scope/SOC/", ("ec2", "elasticbeanstalk"), ("transfer",)
)
KEY_AGES = (
    KeyAge(SHOP, "etl-export", 1, 400, ("b2" * 8,)), KeyAge(SHOP, "warehouse-sync", 1, 30, ("b2" * 8,)),
    KeyAge(DATA, "release-bot", 2, None, ("b3" * 8,)),
)  # fmt: skip


def hexes(text: str, digits: int = 16) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


@dataclasses.dataclass(frozen=True)
class Thing:
    """A resource of the invented company."""

    account: str
    region: str
    type: str
    id: str
    arn: str = ""
    environments: tuple[str, ...] = ()


def volumes(n: int = 60) -> list[Thing]:
    out = []
    for k in range(n):
        account, region = (SHOP, WEST) if k % 3 else (DATA, CENTRAL)
        id = f"vol-0{hexes(f'volume {k}')}"
        arn = f"arn:aws:ec2:{region}:{account}:volume/{id}"
        out.append(Thing(account, region, "AWS::EC2::Volume", id, arn, (WEB,) if k in (1, 2, 4, 5, 7, 8) else ()))
    return out


def buckets(n: int = 40) -> list[Thing]:
    names = ["larkfield-catalogue-export-2023-public-assets-eu-west-1-012345678901", "elasticbeanstalk-eu-west-1-012345678901"]
    names += [f"larkfield-{hexes(f'bucket {k}', 6)}" for k in range(n - len(names))]
    return [
        Thing(SHOP if k % 4 else DATA, WEST, "AWS::S3::Bucket", name, f"arn:aws:s3:::{name}", (WEB, WORKER) if k == 1 else ())
        for k, name in enumerate(names)
    ]


def users(n: int = 38) -> list[Thing]:
    return [
        Thing(SHOP if k % 2 else DATA, "global", "AWS::IAM::User", f"user-{k:02}",
              f"arn:aws:iam::{SHOP if k % 2 else DATA}:user/user-{k:02}")
        for k in range(n)
    ]  # fmt: skip


def keys(n: int = 30) -> list[Thing]:
    return [
        Thing(SHOP, WEST, "AWS::KMS::Key", hexes(f"key {k}"), f"arn:aws:kms:{WEST}:{SHOP}:key/{hexes(f'key {k}')}",
              (WEB,) if k == 0 else ())
        for k in range(n)
    ]  # fmt: skip


def listeners(n: int = 16) -> list[Thing]:
    return [
        Thing(SHOP, WEST, "AWS::ElasticLoadBalancingV2::Listener", f"listener-{k}",
              f"arn:aws:elasticloadbalancing:{WEST}:{SHOP}:listener/app/awseb-web/50dc6c495c0c9188/{hexes(f'l{k}')}",
              (WEB,) if k < 2 else ())
        for k in range(n)
    ]  # fmt: skip


def databases() -> list[Thing]:
    return [
        Thing(SHOP, WEST, "AWS::RDS::DBInstance", name, f"arn:aws:rds:{WEST}:{SHOP}:db:{name}", envs)
        for name, envs in (("shop-orders", (WEB,)), ("shop-stock", ()), ("shop-mail", (WORKER,)))
    ]


def log_groups() -> list[Thing]:
    names = [f"/aws/elasticbeanstalk/shop-web-prod/var/log/{n}" for n in ("nginx/access.log", "eb-engine.log", "web.stdout.log")]
    return [Thing(SHOP, WEST, "AWS::Logs::LogGroup", n, f"arn:aws:logs:{WEST}:{SHOP}:log-group:{n}", (WEB,)) for n in names]


def groups() -> list[Thing]:
    name = "awseb-e-m4xq9k2ptz-stack-AWSEBAutoScalingGroup-1VX9T0Q2"
    return [Thing(SHOP, WEST, "AWS::AutoScaling::AutoScalingGroup", name, "", (WEB,))]


def environments() -> list[Thing]:
    return [
        Thing(SHOP, WEST, "AWS::ElasticBeanstalk::Environment", id,
              f"arn:aws:elasticbeanstalk:{WEST}:{SHOP}:environment/shop/{name}", (id,))
        for id, name in ((WEB, "shop-web-prod"), (WORKER, "shop-worker"))
    ]  # fmt: skip


DENIED = Unread(DATA, WEST, "elasticloadbalancing:DescribeLoadBalancers", "denied", "AccessDenied")
FILTERED = Unread(SHOP, CENTRAL, "elasticbeanstalk:DescribeEnvironments", "filtered", "no second source")


def second_of(name: str, members: Sequence[MemberResult]) -> Second:
    """Counted again by an invented second source, which misses one resource that was listed, and has one that was not."""
    names = sorted(f"{m.account}/{m.region}/{m.id}" for m in members)
    both, beyond = max(0, len(names) - 1), tuple(f"{m.account}/{m.region}/left-out" for m in members[:1])
    return Second(
        "config.counts", "It counts what its recorder records.", len(names), both + len(beyond), both, tuple(names[:1]), beyond
    )


def judged(
    id: str,
    things: Sequence[Thing],
    says: str,
    topic: str,
    judgements: dict[int, Judged] | None = None,
    *,
    noun: str,
    unread: tuple[Unread, ...] = (),
    corroborated: bool | None = True,
    parameters: dict[str, object] | None = None,
    variant: str = "",
    usual: str = "enabled = true",
    gone: int = 0,
    out_of_scope: int = 0,
) -> tuple[RequirementResult, list[MemberResult]]:
    """A requirement's result and its members: all meet but those named by their place."""
    members = []
    for k, t in enumerate(things):
        word, reason = (judgements or {}).get(k, ("meets", usual))
        evidence = (hexes(f"list {t.type} {t.account} {t.region}"), hexes(f"{id} {t.id}"))
        members.append(
            MemberResult(id, variant, "aws", t.account, t.region, t.type, t.id, t.arn, t.environments, word, reason, evidence)
        )
    members.sort(key=lambda m: (m.account, m.region, m.id))
    counts = {w: sum(m.judgement == w for m in members) for w in JUDGEMENTS}
    name = id.rpartition(".")[0]
    facts = PopulationFacts(
        name, noun, len(members), counts["meets"] + counts["exception"], counts["not_applicable"], counts["gap"], not unread,
        corroborated, second_of(name, members) if corroborated else None, unread, tuple(f"arn:gone/{n}" for n in range(gone)), out_of_scope,
    )  # fmt: skip
    whole: Judgement = "meets" if counts["meets"] else "not_applicable"
    worst: Judgement = "exception" if counts["exception"] else "gap" if counts["gap"] or unread else whole
    reason = f"There is no {noun} in scope: every list was read to its end and was empty." if not members and not unread else ""
    result = RequirementResult(
        id, variant, topic, says, f"Why {says[0].lower() + says[1:]}", "What the answer says is compared with the parameters.",
        "Change the setting named under “observed” with the service's own update call.", "https://docs.aws.amazon.com/",
        ("XX-01",), parameters or {}, worst, reason, facts, counts,
        sum(accepting(m, (ACCEPTED,), AS_OF.date()) is not None for m in members if m.judgement == "exception"), (hexes(f"list {name}"),),
    )  # fmt: skip
    return result, members


def _judgements() -> Iterable[tuple[RequirementResult, list[MemberResult]]]:
    no: Judgement
    gap: Judgement
    na: Judgement
    no, gap, na = "exception", "gap", "not_applicable"
    yield judged(
        "ec2.volumes.encrypted",
        volumes(),
        "Every EBS volume is encrypted.",
        "data_protection",
        {4: (no, "encrypted = false; size in GiB = 80"), 9: (no, "encrypted = false; size in GiB = 8")},
        noun="EBS volume",
        usual="encrypted = true; size in GiB = 80",
        gone=1,
    )
    yield judged(
        "s3.buckets.not-public",
        buckets(),
        "No bucket is open to the public.",
        "data_protection",
        {0: (no, "policy is public = true; public access block of the account = off")},
        noun="bucket",
        out_of_scope=3,
    )
    yield judged(
        "s3.buckets.encrypted",
        buckets(),
        "Every bucket encrypts by default.",
        "data_protection",
        dict.fromkeys((5, 6, 9, 13), (gap, "s3:GetBucketEncryption denied (AccessDenied)")),
        noun="bucket",
        out_of_scope=3,
    )
    yield judged(
        "s3.buckets.logging",
        buckets(),
        "Every bucket logs access to it.",
        "logging",
        {7: (no, "access logging = not set"), 8: (no, "access logging = not set")},
        noun="bucket",
        out_of_scope=3,
    )
    yield judged(
        "iam.users.console-mfa",
        users(),
        "Every user with a console password has MFA.",
        "identity",
        {3: (no, "console password = true; MFA devices = 0"), 8: (no, "console password = true; MFA devices = 0")}
        | dict.fromkeys(range(20, 35), (na, "The user has no console password.")),
        noun="IAM user",
    )
    yield judged(
        "iam.users.key-age",
        users(),
        "No active access key is older than the limit.",
        "identity",
        dict.fromkeys(range(30), (na, "The user has no active access key.")),
        noun="IAM user",
        parameters={"days": 45},
        variant="days=45",
        usual="oldest active key = 2026-09-01",
    )
    yield judged(
        "kms.keys.rotation",
        keys(),
        "Every customer key rotates yearly.",
        "data_protection",
        dict.fromkeys(range(7), (gap, "kms:GetKeyRotationStatus denied (AccessDeniedException)"))
        | dict.fromkeys(range(20, 30), (na, "AWS does not rotate asymmetric keys; see the alias instead.")),
        noun="customer managed key",
        corroborated=None,
    )
    yield judged(
        "elbv2.listeners.tls-only",
        listeners(),
        "Every listener takes TLS only, or redirects to it.",
        "infrastructure",
        noun="listener",
        unread=(DENIED,),
        usual="protocol = HTTPS",
    )
    yield judged(
        "rds.instances.multi-az",
        databases(),
        "Every database instance stands in several zones.",
        "resilience",
        {0: (no, "MultiAZ = false")},
        noun="database instance",
        usual="MultiAZ = true",
    )
    yield judged(
        "rds.instances.encrypted",
        databases(),
        "Every database instance is encrypted.",
        "data_protection",
        noun="database instance",
        usual="storage encrypted = true",
    )
    yield judged(
        "logs.groups.retention",
        log_groups(),
        "Every log group keeps its events long enough.",
        "logging",
        {0: (no, "retention in days = not set")},
        noun="log group",
        parameters={"days": 365},
        usual="retention in days = 365",
    )
    yield judged(
        "autoscaling.groups.multi-az",
        groups(),
        "Every Auto Scaling group spans several zones.",
        "resilience",
        noun="Auto Scaling group",
        usual="zones = eu-west-1a, eu-west-1b, eu-west-1c",
    )
    yield judged(
        "elasticbeanstalk.environments.managed-updates",
        environments(),
        "Every environment takes managed updates.",
        "vulnerability",
        noun="environment",
        unread=(FILTERED,),
        corroborated=None,
        usual="managed actions = true",
    )
    yield judged("efs.file-systems.encrypted", [], "Every file system is encrypted.", "data_protection", noun="file system")


_PART: list[tuple[str, Reach]] = [("ec2.volumes.encrypted", "part"), ("s3.buckets.not-public", "part"), ("s3.buckets.encrypted", "part"),
         ("iam.users.console-mfa", "part"), ("kms.keys.rotation", "context")]  # fmt: skip
_CONTROLS: tuple[tuple[str, str, Responsibility, ConclusionWord, list[tuple[str, Reach]]], ...] = (
    ("CC1.1", "Leaders show integrity and ethical values", "customer", "needs a person", []),
    ("CC1.2", "The board oversees, independent of management", "customer", "needs a person", []),
    ("CC2.1", "Good information is used to run controls", "customer", "needs a person", []),
    ("CC3.2", "Risks are found and analysed", "customer", "needs a person", []),
    ("CC4.1", "Controls are evaluated", "customer", "needs a person", []),
    ("CC5.3", "Policies put controls to work", "customer", "needs a person", []),
    ("CC6.1", "Access to systems and data is restricted", "shared", "exceptions", _PART),
    ("CC6.2", "Credentials are issued and renewed", "shared", "supported", [("iam.users.key-age", "part")]),
    ("CC6.4", "Physical access to facilities is restricted", "aws", "inherited", []),
    ("CC6.5", "Equipment is wiped before it leaves protection", "aws", "inherited", []),
    ("CC6.6", "Threats from outside the boundary are kept out", "shared", "incomplete", [("elbv2.listeners.tls-only", "part")]),
    ("CC6.7", "Data in motion and on the move is protected and restricted", "shared", "incomplete",
     [("elbv2.listeners.tls-only", "part"), ("s3.buckets.encrypted", "part")]),
    ("CC6.8", "Unwanted software is kept out", "shared", "incomplete",
     [("elasticbeanstalk.environments.managed-updates", "full")]),
    ("CC7.2", "Systems are watched for anomalies", "customer", "exceptions", [("logs.groups.retention", "part")]),
    ("CC8.1", "Changes are authorised, tested and approved", "customer", "needs a person", [("kms.keys.rotation", "context")]),
    ("A1.2", "Recovery infrastructure and data backups are in place", "shared", "exceptions",
     [("rds.instances.multi-az", "part"), ("autoscaling.groups.multi-az", "part")]),
    ("A1.3", "Recovery is tested", "customer", "needs a person", []),
    ("C1.1", "Confidential data is identified and kept", "shared", "accepted", [("s3.buckets.logging", "part")]),
    ("C1.2", "Confidential data is disposed of", "customer", "supported", [("rds.instances.encrypted", "part")]),
    ("P6.1", "Shared file systems are protected", "customer", "not applicable", [("efs.file-systems.encrypted", "full")]),
)  # fmt: skip


def _group(control: str) -> str:
    return control.partition(".")[0] if control.startswith("CC") else control[0]


def _conclusions(program: str, variants: dict[str, str]) -> tuple[Conclusion, ...]:
    why = {"context": "A setting is context for this control, not its operation."}
    return tuple(
        Conclusion(
            program, control, title, _group(control), responsibility, word, "part" if mapped else None,
            f"What shows that “{title[0].lower() + title[1:]}” was done in the period: the policy, and a sample.",
            tuple(MappedResult(id, variants[id], reach, why.get(reach, "")) for id, reach in mapped),
            "AWS's report period" if responsibility == "aws" else "point in time" if mapped else "as its documents say",
        )
        for control, title, responsibility, word, mapped in _CONTROLS
    )  # fmt: skip


def _standing(role: str, type: str, id: str, found: str, *facts: str, arn: str = "", region: str = WEST) -> Standing:
    return Standing(role, type, id, arn, region, found, facts)


def _environments() -> tuple[Environment, ...]:
    by_id = {t.id: t for t in [*volumes(), *buckets(), *keys(), *databases(), *log_groups(), *groups()]}
    zones = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
    stands = [
        _standing("load balancer", "AWS::ElasticLoadBalancingV2::LoadBalancer", "awseb-web", "environment resources",
                  "application", *zones,
                  arn=f"arn:aws:elasticloadbalancing:{WEST}:{SHOP}:loadbalancer/app/awseb-web/50dc6c495c0c9188"),
        _standing("Auto Scaling group", "AWS::AutoScaling::AutoScalingGroup", groups()[0].id, "environment resources"),
        *(_standing("instance", "AWS::EC2::Instance", f"i-0{hexes(f'i{k}')}", "environment resources", "t3.large", zones[k % 3])
          for k in range(6)),
        *(_standing("volume", v.type, v.id, "attachment", arn=v.arn) for v in volumes() if WEB in v.environments),
        _standing("security group", "AWS::EC2::SecurityGroup", "sg-04d2c7b19e6a5f380", "stack"),
        _standing("database", "AWS::RDS::DBInstance", "shop-orders", "tag", "postgres", "eu-west-1a", arn=by_id["shop-orders"].arn),
        *(_standing("log group", t.type, t.id, "name", arn=t.arn) for t in log_groups()),
        _standing("stack", "AWS::CloudFormation::Stack", f"awseb-{WEB}-stack", "name"),
        _standing("instance profile", "AWS::IAM::InstanceProfile", "shop-web-ec2", "setting", region="global"),
        _standing("service role", "AWS::IAM::Role", "shop-web-service", "setting", region="global"),
        _standing("bucket", "AWS::S3::Bucket", buckets()[1].id, "name", arn=buckets()[1].arn),
        _standing("customer key", "AWS::KMS::Key", keys()[0].id, "attachment", arn=keys()[0].arn),
        *(_standing("alarm", "AWS::CloudWatch::Alarm", f"awseb-alarm-{k}", "stack") for k in range(5)),
        *(_standing("subnet", "AWS::EC2::Subnet", f"subnet-0{hexes(f's{k}')}", "setting", zones[k]) for k in range(3)),
    ]  # fmt: skip
    worker = [
        _standing("queue", "AWS::SQS::Queue", "awseb-worker-queue", "environment resources"),
        _standing("instance", "AWS::EC2::Instance", "i-0aaaabbbbccccdddd", "environment resources", "t3.small", "eu-west-1a"),
        _standing("bucket", "AWS::S3::Bucket", buckets()[1].id, "name", arn=buckets()[1].arn),
    ]
    platform = "Python 3.13 running on 64bit Amazon Linux 2023/4.7.2"
    return (
        Environment(WEB, "shop-web-prod", "shop", SHOP, WEST, "WebServer", platform, "Ready", "Green", (hexes("env web"),),
                    tuple(stands)),
        Environment(WORKER, "shop-worker", "shop", SHOP, WEST, "Worker", platform, "Ready", "Yellow", (hexes("env worker"),),
                    tuple(worker), ("cloudformation:ListStackResources denied (AccessDenied)",)),
    )  # fmt: skip


def _failed() -> tuple[CallFailed, ...]:
    def failed(
        account: str, region: str, call: str, ending: str, code: str, resource: str, population: str, *actions: str
    ) -> CallFailed:
        return CallFailed(account, region, call, ending, code, resource, hexes(f"{call} {resource}"), (population,), actions)

    names = [t.id for k, t in enumerate(buckets()) if k in (5, 6, 9, 13)]
    accounts = [t.account for k, t in enumerate(buckets()) if k in (5, 6, 9, 13)]
    out = [
        failed(
            a,
            WEST,
            "s3:GetBucketEncryption",
            "denied",
            "AccessDenied",
            f"Bucket {n}",
            "s3.buckets",
            "s3:GetEncryptionConfiguration",
        )
        for a, n in zip(accounts, names, strict=True)
    ]
    out += [
        failed(
            SHOP,
            WEST,
            "kms:GetKeyRotationStatus",
            "denied",
            "AccessDeniedException",
            f"KeyId {t.id}",
            "kms.keys",
            "kms:GetKeyRotationStatus",
        )
        for t in keys()[:7]
    ]
    out.append(failed(DATA, WEST, DENIED.call, "denied", "AccessDenied", "", "elbv2.listeners", DENIED.call))
    out.append(failed(SHOP, CENTRAL, "logs:DescribeSubscriptionFilters", "throttled", "ThrottlingException", "", "logs.groups",
                      "logs:DescribeSubscriptionFilters"))  # fmt: skip
    return tuple(sorted(out, key=lambda c: (c.account, c.region, c.call, c.resource)))


def _coverage() -> tuple[Cell, ...]:
    asked = {(SHOP, "global"): (120, 120), (SHOP, WEST): (641, 634), (SHOP, CENTRAL): (212, 211),
             (DATA, "global"): (74, 74), (DATA, WEST): (237, 232), (DATA, CENTRAL): (88, 88)}  # fmt: skip
    cells = [Cell(a, r, "read" if n == got else "in part", n, got) for (a, r), (n, got) in asked.items()]
    for account in (SHOP, DATA):
        cells += [Cell(account, r, "out of scope", 0, 0) for r in ("eu-west-2", "us-west-2")]
        cells += [Cell(account, r, "not enabled", 0, 0) for r in ("ap-southeast-3", "me-central-1")]
    return tuple(sorted(cells, key=lambda c: (c.account, c.region)))


def example() -> Assessment:
    """Two accounts, two Regions, a program with twenty controls of every conclusion, and a smaller one."""
    both = list(_judgements())
    results = tuple(r for r, _ in both)
    variants = {r.id: r.variant for r in results}
    soc2 = ProgramFacts(
        "soc2-2017", "SOC 2", "Trust Services Criteria 2017, points of focus revised 2022", "AICPA", "copyrighted; ids only",
        {"CC1": "Environment", "CC2": "Information", "CC3": "Risk", "CC4": "Monitoring", "CC5": "Activities", "CC6": "Access",
         "CC7": "Operations", "CC8": "Change", "A": "Availability", "C": "Confidentiality", "P": "Privacy"},
        True, "SOC 2 report", "The document stays with whoever accepted its terms", "", ATTESTED,
    )  # fmt: skip
    house = ProgramFacts(
        "house-rules", "House rules", "2026", "Larkfield", "our own", {}, False, "", "", "soc2-2017, by a table of our own"
    )
    own = Conclusion("house-rules", "HR-1", "Disks are encrypted", "", "customer", "exceptions", "full", "",
                     (MappedResult("ec2.volumes.encrypted", "", "full", ""),), "point in time", ("soc2-2017:CC6.1", "soc2-2017:CC6.7"))  # fmt: skip
    failed = _failed()
    accounts = tuple(
        {"id": id, "name": name, "partition": "aws", "ending": "answered", "seen": [hexes(f"sts {id}")],
         "principal": f"arn:aws:sts::{id}:assumed-role/evidence-reader/collector"}
        for id, name in ((SHOP, "shop-production"), (DATA, "shop-data"))
    )  # fmt: skip
    asked = sum(c.asked for c in _coverage())
    calls = {"answered": asked - len(failed) - 115, "absent": 115, "gone": 0, "denied": 12, "throttled": 1,
             "unsupported": 0, "expired": 0, "failed": 0}  # fmt: skip
    run = RunFacts(
        "run-2026-09-30", "Larkfield Books Ltd", "2026-Q3", "A. Reader, Platform Engineering", "2026-09-30T23:04:51Z",
        "2026-09-30T22:41:07Z", "evidence 0.1.0", "1.44.8", accounts, ("soc2-2017", "house-rules"), calls,
        {"environment property": 204, "user data": 10}, "random, so that a change of a value is not visible between runs",
    )  # fmt: skip
    members = tuple(m for _, found in both for m in found)
    return Assessment(
        run, (soc2, house), results, members, (*_conclusions("soc2-2017", variants), own), failed, _coverage(), _environments(),
        register(members, STATED, AS_OF, run.id), acceptances(STATED, members, AS_OF), AWS_SIDE, KEY_AGES, STATED, SERVICES,
    )  # fmt: skip


def registered(assessment: Assessment) -> Assessment:
    """The same with its exceptions numbered anew, after its members were changed."""
    found = register(assessment.members, assessment.management, AS_OF, assessment.run.id)
    return dataclasses.replace(assessment, exceptions=found)


def clean() -> Assessment:
    """The same company with everything read and met, no environment, and one program."""
    result, members = judged("ec2.volumes.encrypted", volumes(12), "Every EBS volume is encrypted.", "data_protection",
                             noun="EBS volume")  # fmt: skip
    full = example()
    run = dataclasses.replace(full.run, calls={"answered": 40}, redactions={}, redaction_key="", programs=("house-rules",))
    control = dataclasses.replace(full.conclusions[-1], conclusion="supported")
    cells = (Cell(SHOP, WEST, "read", 20, 20), Cell(DATA, CENTRAL, "read", 20, 20))
    return Assessment(run, full.programs[1:], (result,), tuple(members), (control,), (), cells, ())


def pack(assessment: Assessment) -> PackFacts:
    method = {"method/requirements.json": hexes("requirements", 64), "method/policy.json": hexes("policy", 64)}
    return pack_facts(assessment, ROOT, method=method)
