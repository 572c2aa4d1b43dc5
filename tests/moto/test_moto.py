"""End to end against moto's own server: what was made is judged as it is, and what moto does not know is `failed`.

moto answers what it does not implement with a page of HTML, as 404 or 500: never with an AWS error code. Where it differs from
AWS otherwise, and a test accepts that, the test says so.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from botocore import xform_name

from evidence.assessment.model import Assessment
from evidence.assessment.wanted import wanted
from evidence.cli.assessing import assessment_of
from evidence.cli.common import chosen
from evidence.populations.answers import Answers
from evidence.populations.read import read_populations
from evidence.requirements import requirements
from evidence.run.answer import READ, Answer
from evidence.run.run import Run
from evidence.services import populations
from evidence.services.declare import Ask
from tests.cli.commands import HOUSE, evidence
from tests.moto.server import Moto, serve
from tests.moto.world import AWAY, HOME, MINE, PAGE, ROLE, SECRETS, THEIRS, make

pytestmark = pytest.mark.xdist_group("moto")
PROGRAMS = ("soc2-2017", "cis-aws-foundations-7.0", "aws-elastic-beanstalk")
PACKED = "house-rules"
M, X, G, N = "meets", "exception", "gap", "not_applicable"


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with serve() as found:
        found.ids = make(found.url)
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("moto")


@pytest.fixture(scope="module")
def collected(moto: Moto, folder: Path) -> CompletedProcess[str]:
    """Both accounts: our own, and one entered by a role."""
    words: list[str | Path] = ["collect", "--out", folder / "run", "--role", ROLE]
    for name, values in (("program", PROGRAMS), ("region", (HOME, AWAY)), ("account", (MINE, THEIRS))):
        words += [word for value in values for word in (f"--{name}", value)]
    # The host of S3 Control begins with the account's id. No such name resolves: hence the proxy.
    reached = {"AWS_ENDPOINT_URL": moto.url, "HTTP_PROXY": moto.url, "AWS_MAX_ATTEMPTS": "1"}
    return evidence(*words, AWS_ACCESS_KEY_ID="AKIAMOTO", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION=HOME, **reached)


@pytest.fixture(scope="module")
def run(collected: CompletedProcess[str], folder: Path) -> Run:
    assert collected.returncode == 3, collected.stderr
    return Run.open(folder / "run")


@pytest.fixture(scope="module")
def answers(run: Run) -> list[Answer]:
    return list(run.answers())


@pytest.fixture(scope="module")
def assessed(run: Run) -> Assessment:
    """For all three programs, as `evidence pack` judges before it writes."""
    return assessment_of(run, chosen(PROGRAMS))


@pytest.fixture(scope="module")
def packed(run: Run, folder: Path) -> CompletedProcess[str]:
    """One program: making PDFs is what takes time."""
    return evidence("pack", folder / "run", "--out", folder / "pack", "--program", PACKED, **HOUSE)


@pytest.fixture(scope="module")
def results(packed: CompletedProcess[str], folder: Path) -> dict[str, Any]:
    assert packed.returncode == 3, packed.stderr
    found: dict[str, Any] = json.loads((folder / "pack/report/results.json").read_bytes())
    return found


def judged(assessed: Assessment, requirement: str, account: str = MINE, region: str = "") -> dict[str, str]:
    """By id, of the requirement with its default parameters."""
    return {
        m.id: m.judgement
        for m in assessed.members
        if (m.requirement, m.variant, m.account) == (requirement, "", account) and region in ("", m.region)
    }


# -- what the commands say -------------------------------------------------------------------------------------------------


def test_collecting_and_packing_end_with_gaps_and_the_pack_verifies(
    collected: CompletedProcess[str], packed: CompletedProcess[str], folder: Path
) -> None:
    verified = evidence("verify", folder / "pack", "--json", **HOUSE)
    assert [done.returncode for done in (collected, packed, verified)] == [3, 3, 3], verified.stdout
    for done in (collected, packed, verified):
        assert "Traceback" not in done.stderr + done.stdout and "Error" not in done.stderr
    steps = {s["number"]: s["outcome"] for s in json.loads(verified.stdout)["steps"]}
    done = [number for number, outcome in steps.items() if outcome == "done"]
    assert done == [1, 2, 5, 10] and len(steps) == 11 and "failed" not in steps.values(), "unsigned, and judged again"


def test_the_pack_judges_as_the_library_does(assessed: Assessment, results: dict[str, Any]) -> None:
    def of(members: Any) -> set[tuple[str, ...]]:
        return {(m["requirement"], m["variant"], m["account"], m["region"], m["id"], m["judgement"]) for m in members}

    asked = {(r["id"], r["variant"]) for r in results["requirements"]}
    assert asked and of(results["members"]) == of(vars(m) for m in assessed.members if (m.requirement, m.variant) in asked)


def test_nothing_secret_is_kept(run: Run, results: dict[str, Any], folder: Path) -> None:
    kept = json.dumps([a.pages for a in run.answers()], default=str)
    files = [p.read_bytes() for p in (folder / "pack").rglob("*.json")]
    assert "UserData" in kept and MINE in kept
    for secret in SECRETS:
        assert secret not in kept and not any(secret.encode() in data for data in files)


# -- what was made -----------------------------------------------------------------------------------------------------------

BUCKETS = ("larkfield-good", "larkfield-open", "larkfield-logs", "larkfield-bare", "larkfield-away")
GOOD_ONLY = dict(zip(BUCKETS, (M, X, X, X, X), strict=True))
# moto has no default encryption, which every bucket has in AWS: what it says then is no declared code.
GOOD_READ = dict(zip(BUCKETS, (M, G, G, G, G), strict=True))
JUDGED: dict[str, dict[str, str]] = {
    "autoscaling.groups.elb-health-check": {"two-zones": N, "one-zone": N},
    "autoscaling.groups.multi-az": {"two-zones": M, "one-zone": X},
    "cloudtrail.account.all-regions": {MINE: M},
    "cloudtrail.account.management-events": {MINE: M},
    "cloudtrail.account.s3-read-events": {MINE: M},
    "cloudtrail.account.s3-write-events": {MINE: M},
    "cloudtrail.trails.bucket-access-logging": {"everywhere": X, "silent": X},
    "cloudtrail.trails.customer-key": {"everywhere": X, "silent": X},
    "cloudtrail.trails.file-validation": {"everywhere": M, "silent": X},
    "cloudtrail.trails.logging": {"everywhere": M, "silent": X},
    "ec2.instances.imdsv2": {"profiled": M, "bare instance": X},
    "ec2.instances.instance-profile": {"profiled": M, "bare instance": X},
    "ec2.launch-templates.imdsv2": {"template": M},
    "ec2.launch-templates.volumes-encrypted": {"template": M},
    "ec2.security-groups.no-open-admin-ports": {"ssh": X, "six": X, "all": X, "web": M, "office": M},
    "ec2.security-groups.no-open-database-ports": {"ssh": M, "six": M, "all": X, "web": M, "office": M},
    "ec2.snapshots.encrypted": {"sealed snapshot": M, "plain snapshot": X},
    "ec2.volumes.encrypted": {"sealed": M, "plain": X, "away": X},
    "ec2.vpcs.flow-logs": {"vpc": M},
    # moto knows no tags of an application, and says of it that it is not there: it leaves the population.
    "elasticbeanstalk.applications.versions-kept": {},
    "elbv2.listeners.encrypted": {"forwards": X, "redirects": M, "modern": M, "dated": M},
    "elbv2.listeners.tls-policy": {"forwards": N, "redirects": N, "modern": M, "dated": X},
    # moto names no access_logs.s3.enabled, and no desync mode, before they are set; AWS does.
    "elbv2.load-balancers.access-logs": {"front": M, "plain front": G},
    "elbv2.load-balancers.deletion-protection": {"front": M, "plain front": X},
    "elbv2.load-balancers.drop-invalid-headers": {"front": M, "plain front": G},
    "elbv2.load-balancers.multi-az": {"front": M, "plain front": M},
    "iam.account.password-classes": {MINE: M},
    "iam.account.password-length": {MINE: M},
    "iam.account.password-reuse": {MINE: X},
    "iam.account.root-no-access-keys": {MINE: M},
    # moto's summary has no AccountPasswordPresent and its credential report no row for root.
    "iam.account.root-mfa": {MINE: G},
    "iam.account.root-unused": {MINE: G},
    "iam.account.support-role": {MINE: M},
    "iam.policies.no-full-admin": {
        "policy/admin-single": X, "policy/admin-second": X, "policy/admin-stars": X, "policy/admin-notaction": X,
        "policy/reading": M, "policy/denying": M, "policy/one-service": M, "policy/unattached": N, "policy/was-admin": M,
        "role/support/inline/inline-admin": X, "user/robot/inline/inline-reading": M,
    },
    "iam.principals.administrators-known": {
        "user/ada": X, "user/grace": M, "user/robot": M, "user/nobody": M, "group/readers": M, "role/support": M,
    },
    # moto dates every credential report 2015. AWS gives out none that is older than four hours.
    "iam.users.console-mfa": {"ada": X, "grace": M, "robot": N, "nobody": N},
    "iam.users.key-age": {"ada": N, "grace": M, "robot": M, "nobody": N},
    "iam.users.no-direct-policies": {"ada": X, "grace": M, "robot": X, "nobody": M},
    "iam.users.single-active-key": {"ada": M, "grace": M, "robot": X, "nobody": M},
    "iam.users.unused-credentials": {"ada": M, "grace": M, "robot": M, "nobody": N},
    "kms.keys.not-pending-deletion": {
        "rotated key": M, "still key": M, "signing key": M, "leaving key": X, "public key": M, "single key": G,
    },
    "kms.keys.policy-not-public": {
        "rotated key": M, "still key": M, "signing key": M, "leaving key": M, "public key": X, "single key": G,
    },
    "kms.keys.rotation": {
        "rotated key": M, "still key": X, "signing key": N, "leaving key": N, "public key": X, "single key": G,
    },
    "rds.instances.backups": {"books": M, "trial": X},
    # moto does not say which CA an instance's certificate is of, and does not know the list of CAs.
    "rds.instances.certificate-valid": {"books": G, "trial": G},
    "rds.instances.deletion-protection": {"books": M, "trial": X},
    # moto knows no StorageEncryptionType, without which "not encrypted" may be a key that AWS owns.
    "rds.instances.encrypted": {"books": M, "trial": G},
    "rds.instances.log-exports": {"books": M, "trial": X},
    "rds.instances.minor-upgrades": {"books": M, "trial": X},
    "rds.instances.not-public": {"books": M, "trial": X},
    "rds.snapshots.encrypted": {"books-kept": M},
    "rds.snapshots.not-public": {"books-kept": M},
    "s3.buckets.access-logging": GOOD_ONLY,
    "s3.buckets.acls-disabled": GOOD_ONLY,
    "s3.buckets.customer-key": GOOD_READ,
    "s3.buckets.encrypted": GOOD_READ,
    "s3.buckets.not-public": dict(zip(BUCKETS, (M, X, M, M, M), strict=True)),
    "s3.buckets.public-access-blocked": GOOD_ONLY,
    "s3.buckets.tls-only": GOOD_ONLY,
    "s3.buckets.versioning": GOOD_ONLY,
    "s3control.account.public-access-blocked": {MINE: X},
}  # fmt: skip
OF_MOTOS_OWN = ("ec2.security-groups", "ec2.volumes", "ec2.vpcs", "kms.keys")
"""Populations with members that nobody made here: default VPCs and their groups, an instance's root volume, and the key with
which moto encrypts volumes. (It calls that key CUSTOMER, where AWS's own aws/ebs is AWS.)"""


@pytest.mark.parametrize("requirement", JUDGED)
def test_what_was_made_is_judged_as_it_is(moto: Moto, assessed: Assessment, requirement: str) -> None:
    expected = {moto.ids.get(name, name): (name, word) for name, word in JUDGED[requirement].items()}
    found = judged(assessed, requirement)
    assert {id: (name, found.get(id)) for id, (name, _) in expected.items()} == expected
    if not requirement.startswith(OF_MOTOS_OWN):
        assert found.keys() == expected.keys(), "and nothing else"


def test_each_region_and_account_is_judged_for_itself(moto: Moto, assessed: Assessment) -> None:
    def of(requirement: str) -> dict[tuple[str, str], str]:
        return {(m.account, m.region): m.judgement for m in assessed.members if m.requirement == requirement}

    assert of("ec2.regions.ebs-encryption-default") == {(MINE, HOME): X, (MINE, AWAY): M, (THEIRS, HOME): X, (THEIRS, AWAY): X}
    assert of("securityhub.regions.enabled") == {(MINE, HOME): M, (MINE, AWAY): X, (THEIRS, HOME): X, (THEIRS, AWAY): X}
    assert judged(assessed, "ec2.volumes.encrypted", THEIRS) == {moto.ids["theirs"]: X}
    assert judged(assessed, "cloudtrail.account.all-regions", THEIRS) == {THEIRS: X}
    assert judged(assessed, "ec2.volumes.encrypted", MINE, AWAY) == {moto.ids["away"]: X}


def test_a_filter_that_moto_ignores_shows_that_the_answer_is_believed(moto: Moto, assessed: Assessment) -> None:
    """moto does not know RestorableByUserIds and lists every snapshot as one that all may restore. AWS filters."""
    assert set(judged(assessed, "ec2.snapshots.not-public").values()) == {X}


# -- pages -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "requirement"),
    [
        ("logs:DescribeLogGroups", "logs.groups.retention"),
        ("autoscaling:DescribeLaunchConfigurations", "autoscaling.launch-configurations.imdsv2"),
    ],
)
def test_a_list_of_several_pages_is_whole(answers: list[Answer], assessed: Assessment, call: str, requirement: str) -> None:
    (listed,) = [a for a in answers if (a.call.name, a.call.account, a.call.region) == (call, MINE, HOME) and len(a.pages) > 1]
    assert len(listed.pages) == len({attempt.page for attempt in listed.attempts}) == 2
    assert len(judged(assessed, requirement)) == PAGE + 5
    facts = next(r.population for r in assessed.requirements if r.id == requirement)
    assert facts.complete and facts.listed == PAGE + 5


def test_a_member_of_the_second_page_is_judged_like_one_of_the_first(assessed: Assessment) -> None:
    kept = judged(assessed, "logs.groups.retention")
    assert kept.pop("/larkfield/00") == X, "thirty days"
    assert set(kept.values()) == {M}, "four hundred days, or for ever"
    used = judged(assessed, "autoscaling.launch-configurations.imdsv2")
    assert used.pop("old-00") == G and set(used.values()) == {N}, "one is in use, and says nothing of its metadata options"


# -- what moto does not know -------------------------------------------------------------------------------------------------


def test_what_moto_does_not_implement_has_failed(moto: Moto, answers: list[Answer]) -> None:
    endings: dict[str, dict[str, set[str]]] = {}  # by operation as moto names it, then by service
    for a in answers:
        endings.setdefault(xform_name(a.call.operation), {}).setdefault(a.call.service, set()).add(a.ending)
    assert moto.unimplemented.keys() >= {"get_instance_metadata_defaults", "list_platform_versions", "describe_certificates"}
    for name in moto.unimplemented:
        assert {"failed"} in endings[name].values(), name


def test_every_ending_is_what_was_on_the_wire(answers: list[Answer]) -> None:
    """Answered only what came as 200, page by page; absent only what AWS's own code says, never a page of HTML."""
    for a in answers:
        status, last = {t.page: t.status for t in a.attempts}, a.attempts[-1]
        half = "which every whole answer has" in (a.message or "")  # a 200 of moto's may lack what AWS always sends
        assert (a.ending == "answered") == (set(status.values()) == {200} and not half), a.call
        if a.ending in ("absent", "gone"):
            assert re.fullmatch(r"[A-Z][A-Za-z.]+", a.code or "") and last.status in range(400, 500) and not a.pages
            assert "<html" not in (a.message or "").lower()
        elif a.ending != "answered":
            assert a.ending in ("failed", "unsupported"), "moto refuses nothing and throttles nothing"
    pages = [a for a in answers if "<html" in (a.message or "").lower() or a.code == "ResponseParserError"]
    assert {404, 500} <= {a.attempts[-1].status for a in pages} and {a.ending for a in pages} == {"failed"}


def test_every_failed_call_is_named_in_the_pack(answers: list[Answer], results: dict[str, Any], assessed: Assessment) -> None:
    failed = {(a.call.account, a.call.region, a.call.name, a.ending, a.id) for a in answers if a.ending not in READ}
    assert failed
    for shown in (results["failed_calls"], [vars(f) for f in assessed.failed_calls]):
        assert failed <= {(f["account"], f["region"], f["call"], f["ending"], f["evidence"]) for f in shown}
    assert sum(n for ending, n in results["calls"].items() if ending not in READ) == len(failed)


def test_a_failed_call_fills_no_cell_and_a_failed_list_completes_no_population(run: Run, answers: list[Answer]) -> None:
    needed = wanted(chosen(PROGRAMS), requirements(), populations())
    read = read_populations(Answers(run.finished().scope, answers), needed, populations(), run.finished().as_of)
    cells = lists = 0
    for a in (a for a in answers if a.ending == "failed"):
        for name, columns in needed.items():
            spec, population = populations()[name], read[name]
            if isinstance(spec.listed_by, Ask) and _is(spec.listed_by, a) and spec.listed_by.each is None:
                lists += 1
                assert (a.call.account, a.call.region, a.call.name) in {(u.account, u.region, u.call) for u in population.unread}
                assert not population.complete
            for column in columns:
                of = spec.columns[column].of
                if of is None or not _is(of, a):
                    continue
                present = population[column].present().listed()
                for row, m in enumerate(population.members):
                    asked = {m.id, m.arn} & set(map(str, a.call.parameters.values())) if of.each else m.region == a.call.region
                    if asked and m.account == a.call.account:
                        cells += 1
                        assert present[row] is None, (a.call, m, "neither a value nor absent")
    assert cells > 30 and lists


def _is(ask: Ask, answer: Answer) -> bool:
    same = (ask.service, ask.operation) == (answer.call.service, answer.call.operation)
    return same and all(answer.call.parameters.get(name, value) == value for name, value in ask.parameters.items())


@pytest.mark.parametrize(
    "requirement",
    [
        "ec2.regions.allowed-images",
        "ec2.regions.images-public-access-blocked",
        "ec2.regions.imds-default",
        "ec2.regions.snapshots-public-access-blocked",
        "securityhub.regions.standards",
    ],
)
def test_what_only_a_failed_call_could_have_told_is_a_gap_everywhere(assessed: Assessment, requirement: str) -> None:
    found = [m for m in assessed.members if m.requirement == requirement]
    assert {(m.account, m.region) for m in found} == {(account, region) for account in (MINE, THEIRS) for region in (HOME, AWAY)}
    assert {m.judgement for m in found} == {G} and all("failed" in m.reason for m in found)


def test_a_failure_costs_only_the_member_it_is_about(moto: Moto, answers: list[Answer], assessed: Assessment) -> None:
    one = moto.ids["single key"]
    failed = [a for a in answers if a.call.name == "kms:DescribeKey" and a.ending != "answered"]
    assert [a.call.parameters["KeyId"].rpartition("/")[2] for a in failed] == [one]
    for requirement in ("kms.keys.rotation", "kms.keys.not-pending-deletion", "kms.keys.policy-not-public"):
        assert [id for id, word in judged(assessed, requirement).items() if word == G] == [one]


def test_no_requirement_over_an_unread_list_is_said_to_be_met(assessed: Assessment) -> None:
    for r in assessed.requirements:
        facts = r.population
        assert facts.listed == facts.judged + facts.not_applicable + facts.gaps == sum(r.counts.values())
        assert facts.complete == (not facts.unread)
        if facts.unread or r.counts["gap"]:
            assert r.judgement in (G, X), r.id
    supported = {(c.program, c.control) for c in assessed.conclusions if c.conclusion in ("supported", "not applicable")}
    words = {(r.id, r.variant): r.judgement for r in assessed.requirements}
    for c in assessed.conclusions:
        if G in {words[m.id, m.variant] for m in c.requirements}:
            assert (c.program, c.control) not in supported


def test_buckets_whose_region_nobody_tells_are_unread_in_that_account_only(assessed: Assessment) -> None:
    over = [r for r in assessed.requirements if r.population.name == "s3.buckets"]
    for r in over:
        assert {(u.account, u.region, u.call, u.ending) for u in r.population.unread} == {
            (THEIRS, "global", "s3:ListBuckets", "unreadable")
        }
        assert "BucketRegion" in r.population.unread[0].detail
        assert not judged(assessed, r.id, THEIRS) and r.judgement in (G, X)
    assert over


def test_environments_without_an_id_are_unread_and_none_of_them_is_judged(answers: list[Answer], assessed: Assessment) -> None:
    """moto gives its environments no EnvironmentId: two of them would pass for one, and their stack be called awseb--stack."""
    over = [r for r in assessed.requirements if r.population.name == "elasticbeanstalk.environments"]
    for r in over:
        unread = [u.detail for u in r.population.unread if u.call == "elasticbeanstalk:DescribeEnvironments"]
        assert len(unread) == 2 and all("EnvironmentId" in detail for detail in unread)
        assert r.judgement == G and not r.population.listed and "not known whether there is any" in r.reason
    assert len(over) > 15 and not assessed.environments
    assert not [a.call for a in answers if "" in a.call.parameters.values() or "awseb--stack" in a.call.parameters.values()]


def test_the_credential_report_is_fetched_once_it_is_written(answers: list[Answer]) -> None:
    """moto's first answer is STARTED, and by the second request all else of the account has been read."""
    made = {a.call.account: a for a in answers if a.call.name == "iam:GenerateCredentialReport"}
    assert made.keys() == {MINE, THEIRS} and all(len(a.attempts) > 1 for a in made.values())
    assert {a.call.account: a.ending for a in answers if a.call.name == "iam:GetCredentialReport"} == dict.fromkeys(
        (MINE, THEIRS), "answered"
    )
