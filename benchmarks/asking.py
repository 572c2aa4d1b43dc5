"""Asking against a bare loop: the same signed requests, sent by as many threads over kept connections, nothing parsed.

The bare loop is the most that any client could reach here. Ours parses, checks that the answer is whole, redacts, digests and keeps.
"""

import datetime as dt
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import urllib3
from rich.console import Console
from rich.table import Table

from benchmarks.bench import ACCOUNT, REGION, bench
from evidence.aws.ask import Asker
from evidence.aws.redact import Redactor
from evidence.aws.session import Session, Settings, open_session
from evidence.run.answer import Answer, Call
from evidence.services.declare import Ask
from evidence.services.ec2.disks import DESCRIBE_VOLUMES
from evidence.services.kms import DESCRIBE_KEY
from tests.aws_simulator import World

THREADS, CALLS, ROUNDS = 32, 640, 5
SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def world() -> World:
    made = World(page_size=20)
    key = {
        "KeyId": "k",
        "Arn": "arn:aws:kms:eu-west-1:012345678901:key/k",
        "KeyManager": "CUSTOMER",
        "KeyState": "Enabled",
        "Enabled": True,
    }
    made.put(ACCOUNT, REGION, "kms", "DescribeKey", {"KeyMetadata": {**key, "CreationDate": SINCE}})
    volume = {"Encrypted": True, "Size": 80, "State": "in-use", "CreateTime": SINCE, "AvailabilityZone": "eu-west-1a"}
    attachment = {"InstanceId": "i-1", "State": "attached", "Device": "/dev/xvda", "AttachTime": SINCE}
    volumes = [{**volume, "VolumeId": f"vol-{n:017x}", "Attachments": [attachment]} for n in range(20)]
    made.put(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"Volumes": volumes})
    return made


class Keeper:
    """Keeps lines as a run does, without a disk."""

    def __init__(self) -> None:
        self.bytes = 0

    def keep(self, answer: Answer) -> None:
        self.bytes += len(answer.to_line("0" * 64))


def ours(session: Session, ask: Ask, calls: Sequence[Call]) -> Callable[[], None]:
    asker, keeper = Asker(lambda account: session, Redactor(b"0" * 32)), Keeper()

    def one(call: Call) -> None:
        answer = asker.ask(ask, call)
        assert answer.ending == "answered", answer
        keeper.keep(answer)

    return lambda: _spread(one, calls)


def bare(session: Session, calls: Sequence[Call]) -> Callable[[], None]:
    """One request, signed beforehand by botocore; only sent and read here."""
    client = session.client(calls[0].service, REGION)
    requests: list[Any] = []
    client.meta.events.register_last("before-send", lambda request, **_: requests.append(request))
    for call in calls[:1]:
        getattr(client, {"kms": "describe_key", "ec2": "describe_volumes"}[call.service])(**call.parameters)
    (model,) = requests
    headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in model.headers.items()}
    pool = urllib3.PoolManager(maxsize=THREADS, block=True)

    def one(call: Call) -> None:
        assert pool.request(model.method, model.url, body=model.body, headers=headers, preload_content=True).status == 200

    return lambda: _spread(one, calls)


def _spread(one: Callable[[Call], None], calls: Sequence[Call]) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        for done in threads.map(one, calls):
            assert done is None


def timed(run: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    table = Table("calls", "latency", "ours / bare, calls per second", "CPU per call, ours", "CPU per call, bare")
    for latency in (0.05, 0.0):
        with bench(world(), latency):
            session = open_session(Settings(region=REGION, connections=THREADS))
            for ask, calls in (
                (DESCRIBE_KEY, [Call(ACCOUNT, REGION, "kms", "DescribeKey", {"KeyId": f"k{n}"}) for n in range(CALLS)]),
                (
                    DESCRIBE_VOLUMES,
                    [
                        Call(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"DryRun": False, "VolumeIds": [f"v{n}"]})
                        for n in range(CALLS)
                    ],
                ),
            ):
                plain, mine = bare(session, calls), ours(session, ask, calls)
                plain(), mine()
                pairs = [(timed(mine), timed(plain)) for _ in range(ROUNDS)]
                ratio = statistics.median(p[0] / m[0] for m, p in pairs)
                cpu, floor = (statistics.median(x[i][1] for x in pairs) / CALLS * 1000 for i in (0, 1))
                table.add_row(ask.name, f"{latency * 1000:.0f} ms", f"{ratio:.0%}", f"{cpu:.2f} ms", f"{floor:.2f} ms")
    Console().print(table)
    assert threading.active_count() < THREADS


if __name__ == "__main__":
    main()
