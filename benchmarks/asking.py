"""Asking against a bare loop: the same signed requests, sent by as many threads over kept connections, nothing parsed.

The bare loop is the most that any client could reach here. botocore as it is signs and parses: the floor of what asks through it. Ours
checks that the answer is whole, redacts, digests and keeps besides.
"""

import datetime as dt
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.session
import urllib3
from botocore import xform_name
from botocore.config import Config
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

CALLS, ROUNDS = 640, 5
CASES = ((0.05, 16), (0.05, 32), (0.0, 16))
"""Latency in seconds, connections (as many threads)."""
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


def ours(session: Session, ask: Ask) -> Callable[[Call], None]:
    asker, keeper = Asker(lambda account: session, Redactor(b"0" * 32)), Keeper()

    def one(call: Call) -> None:
        answer = asker.ask(ask, call)
        assert answer.ending == "answered", answer
        keeper.keep(answer)

    return one


def plain(call: Call, connections: int) -> Callable[[Call], None]:
    """botocore alone, as it is installed, and nothing kept."""
    config = Config(max_pool_connections=connections)
    client = botocore.session.Session().create_client(call.service, region_name=call.region, config=config)
    method = getattr(client, xform_name(call.operation))

    def one(call: Call) -> None:
        method(**call.parameters)

    return one


def bare(call: Call, connections: int) -> Callable[[Call], None]:
    """One request, signed beforehand by botocore; only sent and read here."""
    client = botocore.session.Session().create_client(call.service, region_name=call.region)
    requests: list[Any] = []
    client.meta.events.register_last("before-send", lambda request, **_: requests.append(request))
    getattr(client, xform_name(call.operation))(**call.parameters)
    (model,) = requests
    headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in model.headers.items()}
    pool = urllib3.PoolManager(maxsize=connections, block=True)

    def one(_: Call) -> None:
        assert pool.request(model.method, model.url, body=model.body, headers=headers, preload_content=True).status == 200

    return one


def timed(one: Callable[[Call], None], calls: Sequence[Call], threads: int) -> tuple[float, float]:
    """Wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        for done in pool.map(one, calls):
            assert done is None
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    table = Table("calls", "latency", "connections", "calls a second", "of bare", "of botocore", "CPU a call", "botocore", "bare")
    keys = [Call(ACCOUNT, REGION, "kms", "DescribeKey", {"KeyId": f"k{n}"}) for n in range(CALLS)]
    volumes = [Call(ACCOUNT, REGION, "ec2", "DescribeVolumes", {"DryRun": False, "VolumeIds": [f"v{n}"]}) for n in range(CALLS)]
    for latency, connections in CASES:
        with bench(world(), latency):
            session = open_session(Settings(region=REGION, connections=connections))
            for ask, calls in ((DESCRIBE_KEY, keys), (DESCRIBE_VOLUMES, volumes)):
                ways = (ours(session, ask), plain(calls[0], connections), bare(calls[0], connections))
                for way in ways:
                    timed(way, calls, connections)
                rounds = [[timed(way, calls, connections) for way in ways] for _ in range(ROUNDS)]
                rate = statistics.median(CALLS / mine for (mine, _), *_ in rounds)
                of = [statistics.median(one[way][0] / one[0][0] for one in rounds) for way in (2, 1)]
                cpu = [statistics.median(one[way][1] for one in rounds) / CALLS * 1000 for way in (0, 1, 2)]
                what = (ask.name, f"{latency * 1000:.0f} ms", str(connections), f"{rate:.0f}")
                table.add_row(*what, *(f"{ratio:.0%}" for ratio in of), *(f"{each:.2f} ms" for each in cpu))
    Console(width=140).print(table)
    assert threading.active_count() == 1


if __name__ == "__main__":
    main()
