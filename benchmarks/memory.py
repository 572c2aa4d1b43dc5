"""Peak memory of a collection with 1× and 10× the answers: each in a process of its own, since a peak cannot be reset."""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench import ACCOUNT, REGION, bench
from evidence.aws.ask import Asker
from evidence.aws.collect import collect_account
from evidence.aws.redact import Redactor
from evidence.aws.session import Settings, open_session
from evidence.run.run import Run
from evidence.run.scope import Account, Scope
from evidence.services import populations
from evidence.services.s3 import BUCKETS, SERVICE
from tests.aws_simulator import World

FEW, MANY = 300, 3_000


def world(buckets: int) -> World:
    made = World(page_size=1000)
    names = [{"Name": f"bucket-{n:06}", "BucketRegion": REGION} for n in range(buckets)]
    made.put(ACCOUNT, "global", "s3", "ListBuckets", {"Buckets": names})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    made.put(ACCOUNT, REGION, "s3", "GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
    return made


def collect(buckets: int) -> None:
    """Collects the buckets and their settings, and prints calls and the peak in MiB."""
    asks = [SERVICE.asks[0], *dict.fromkeys(c.of for c in BUCKETS.columns.values() if c.of)]
    with bench(world(buckets), 0.0), tempfile.TemporaryDirectory() as scratch:
        account = Account(ACCOUNT, regions={REGION: "asked"})
        session = open_session(Settings(region=REGION))
        run = Run.create(Path(scratch) / "run", Scope((account,)), versions={})
        collected = collect_account(account, asks, populations(), Asker(lambda _: session, Redactor()), run)
        run.flush()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(collected.endings.total(), round(peak, 1))


def main() -> None:
    table = Table("buckets", "calls", "peak MiB", "ratio")
    first = 0.0
    for buckets in (FEW, MANY):
        command = [sys.executable, "-m", "benchmarks.memory", str(buckets)]
        calls, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        first = first or float(peak)
        table.add_row(f"{buckets:,}", calls, peak, f"{float(peak) / first:.2f}")
    Console().print(table)


if __name__ == "__main__":
    collect(int(sys.argv[1])) if len(sys.argv) > 1 else main()
