"""The same services of the same account in the same moto server, by Prowler and by us: wall, CPU, peak memory, requests.

    python -m benchmarks.prowler --environment FOLDER      # a virtual environment with Prowler in it; made where there is none

Prowler lists, checks and writes its findings as JSON (OCSF). What we do is told apart: asking, which also keeps every answer;
judging, with results as JSON; and a whole pack. Both are asked for one Region and for EC2, S3, IAM and RDS, all that each has there.
Each runs once before it is measured, so that the server has loaded what either asks for.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.watched import Used, cpu_of, watched
from evidence.cli.assessing import assessment_of
from evidence.pack.results import results_json
from evidence.programs.load import given
from evidence.requirements import requirements
from evidence.run.run import Run
from tests.moto.world import HOME, Client, clients, document

SERVICES = ("ec2", "s3", "iam", "rds")
VOLUMES, BUCKETS, ROLES, DATABASES, GROUPS = 200, 100, 100, 50, 500
OURS = [sys.executable, "-c", "from evidence.cli.app import main; main()"]


# -- the account -------------------------------------------------------------------------------------------------------


def make(client: Client) -> None:
    """Every third volume, bucket and database is badly kept, and every tenth group open to the world."""
    ec2, s3, iam, rds = (client(service) for service in SERVICES)
    for n in range(VOLUMES):
        ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=8, Encrypted=n % 3 > 0)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    for n in range(GROUPS):
        group = ec2.create_security_group(GroupName=f"group-{n}", Description="made", VpcId=vpc)["GroupId"]
        source = "192.0.2.0/24" if n % 10 else "0.0.0.0/0"
        rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": source}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    for n in range(BUCKETS):
        name = f"larkfield-{n:03}"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
        if n % 3:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    trust = document({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    for n in range(ROLES):
        iam.create_role(RoleName=f"role-{n}", AssumeRolePolicyDocument=trust)
    for n in range(DATABASES):
        rds.create_db_instance(
            DBInstanceIdentifier=f"database-{n}", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20,
            MasterUsername="larkfield", MasterUserPassword="not-for-print-7", StorageEncrypted=n % 3 > 0,
            PubliclyAccessible=n % 3 == 0, BackupRetentionPeriod=7,
        )  # fmt: skip


def served() -> None:
    """moto's server with the account in it; to each line it says how many requests each service has had since the line before."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication as Dispatcher

    from tests.moto.server import serve

    had: Counter[str] = Counter()
    answer = Dispatcher.__call__

    def counted(self: Dispatcher, environ: dict[str, Any], start_response: Any) -> Any:
        scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split("/")
        had[scope[3] if len(scope) > 3 else "unsigned"] += 1
        return answer(self, environ, start_response)

    setattr(Dispatcher, "__call__", counted)  # noqa: B010
    with redirect_stdout(sys.stderr), serve() as moto:  # moto prints things of its own
        make(clients(moto.url))
        had.clear()
        print(moto.url, file=sys.__stdout__, flush=True)
        for _ in sys.stdin:
            print(json.dumps(had), file=sys.__stdout__, flush=True)
            had.clear()


class Account:
    """The server in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None and process.stdout is not None
        self._process, self._ask, self._hear = process, process.stdin, process.stdout
        url = self._hear.readline().strip()
        here = {"AWS_ENDPOINT_URL": url, "HTTP_PROXY": url, "AWS_MAX_ATTEMPTS": "1", "AWS_DEFAULT_REGION": HOME}
        keys = {"AWS_ACCESS_KEY_ID": "AKIAMOTO", "AWS_SECRET_ACCESS_KEY": "x", "AWS_EC2_METADATA_DISABLED": "true"}
        clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}
        self.env = {**clean, **here, **keys}

    def watched(self, command: Sequence[str | Path]) -> tuple[Used, Counter[str], float]:
        """What the command used, its requests by service, and the server's own seconds of CPU meanwhile."""
        before = cpu_of(self._process.pid)
        used = watched([str(word) for word in command], self.env)
        answering = cpu_of(self._process.pid) - before
        if used.code not in (0, 3):
            raise SystemExit(f"{' '.join(map(str, command))} ended with {used.code}: {used.said[-4000:]}")
        print(file=self._ask, flush=True)
        return used, Counter(json.loads(self._hear.readline())), answering


@contextmanager
def account() -> Iterator[Account]:
    command = [sys.executable, "-m", "benchmarks.prowler", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Account(process)
        finally:
            process.kill()


# -- the two -----------------------------------------------------------------------------------------------------------


def environment(folder: Path) -> Path:
    """The command of Prowler in this virtual environment, which is made, with the newest Prowler, where there is none."""
    prowler = folder / "bin/prowler"
    if not prowler.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "prowler"], check=True)
    return prowler


def program(folder: Path) -> Path:
    """A program of every requirement of ours over these services."""
    ids = [id for id in requirements() if id.split(".")[0] in SERVICES]
    lines = ["id: four-services", "name: Four services", 'edition: "1"', "body: benchmark", "text: ours"]
    lines += ["aws: {attested: false}", "controls:"]
    for n, id in enumerate(ids, start=1):
        lines += [f"  - id: C-{n}", f"    title: Control {n}", "    responsibility: customer"]
        lines += [f"    requirements: [{{id: {id}, reach: full}}]", "    adds: Nothing."]
    (folder / "four-services.yaml").write_text("\n".join(lines) + "\n")
    return folder / "four-services.yaml"


def judged(run: str, file: str) -> None:
    """Judges and writes results.json beside the run; says what it covers."""
    assessment = assessment_of(Run.open(Path(run)), [given(Path(file))])
    Path(run).with_suffix(".json").write_bytes(results_json(assessment))
    found = Counter(member.judgement for member in assessment.members)
    things = {(member.region, member.type, member.id) for member in assessment.members}
    print(json.dumps({"checks": len(assessment.requirements), "found": found, "resources": len(things)}))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prowler", description=__doc__)
    parser.add_argument("--environment", type=Path, help="the virtual environment with Prowler in it (default: a new one)")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--judge", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        served()
    elif options.judge:
        judged(*options.judge)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            compared(environment(options.environment or Path(scratch) / "environment"), Path(scratch))


def compared(prowler: Path, scratch: Path) -> None:
    file, run = program(scratch), scratch / "run"
    version = subprocess.run([prowler, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    theirs = [prowler, "aws", "--service", *SERVICES, "--region", HOME, "-M", "json-ocsf", "-b", "-F", "found", "-o"]
    with account() as there:
        there.watched([*OURS, "collect", "--out", scratch / "before", "--program", file, "--region", HOME])
        there.watched([*theirs, scratch / "warm"])
        asked = there.watched([*OURS, "collect", "--out", run, "--program", file, "--region", HOME])
        judging = there.watched([sys.executable, "-m", "benchmarks.prowler", "--judge", run, file])
        packing = there.watched([*OURS, "pack", run, "--out", scratch / "pack", "--program", file])
        first = there.watched([*theirs, scratch / "out"])
    named = {f"Prowler {version}": first, "collect": asked, "judge, results.json": judging, "pack, which judges too": packing}
    show(named, first, asked, judging)
    findings = json.loads((scratch / "out/found.ocsf.json").read_text())
    checks = {finding["metadata"]["event_code"] for finding in findings}
    things = {thing["uid"] for finding in findings for thing in finding["resources"]}
    codes = Counter(finding["status_code"] for finding in findings)
    print(f"Prowler: {len(checks)} checks with findings, {len(things)} resources, {dict(codes)}")
    print(f"ours: {json.loads(judging[0].said.splitlines()[-1])}")
    print(f"Prowler's requests: {dict(first[1].most_common())}", f"ours: {dict(asked[1].most_common())}", sep="\n")
    failed = [line for line in first[0].said.splitlines() if "ERROR" in line or "CRITICAL" in line]
    print(f"Prowler's errors: {len(failed)}", *failed[:3], sep="\n  ")


def show(rows: dict[str, tuple[Used, Counter[str], float]], first: Any, asked: Any, judging: Any) -> None:
    table = Table("", "wall s", "CPU s", "peak MiB", "requests", "server's CPU s")
    for name, (used, counted, answering) in rows.items():
        peak = max(used.head, *used.workers, 0.0)
        table.add_row(name, f"{used.wall:.1f}", f"{used.cpu:.1f}", f"{peak:.0f}", f"{counted.total():,}", f"{answering:.1f}")
    wall, cpu = (sum(getattr(row[0], what) for row in (asked, judging)) for what in ("wall", "cpu"))
    peak = max(asked[0].head, judging[0].head)
    table.add_row(
        "Prowler to collecting and judging", f"{first[0].wall / wall:.1f}×", f"{first[0].cpu / cpu:.1f}×",
        f"{first[0].head / peak:.1f}×", f"{first[1].total() / asked[1].total():.2f}×", "",
    )  # fmt: skip
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
