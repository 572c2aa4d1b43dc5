"""The bench as a server: many connections, as a proxy, by the command, and the same bytes twice."""

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.aws_simulator import World, client, serve

ACCOUNT, REGION = "012345678901", "eu-west-1"
PROXIES = ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy")
REQUEST = (
    b"POST / HTTP/1.1\r\nHost: bench\r\nAuthorization: Credential=AKIAX/20260930/eu-west-1/kms/aws4_request\r\n"
    b"X-Amz-Target: TrentService.ListKeys\r\nContent-Length: 2\r\n\r\n{}"
)


def sample() -> World:
    world = World()
    world.put(ACCOUNT, REGION, "kms", "ListKeys", {"Keys": [{"KeyId": f"k{number}"} for number in range(20)]})
    block = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
    world.put(ACCOUNT, REGION, "s3control", "GetPublicAccessBlock", block)
    return world


def connect(url: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=10)


def read(connection: socket.socket) -> bytes:
    """One whole response."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def test_s3_control_is_reached_by_two_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with serve(sample()) as bench:
        for name, value in bench.environment.items():
            monkeypatch.setenv(name, value)
        session = boto3.Session("AKIAX", "secret", region_name=REGION)
        block = session.client("s3control").get_public_access_block(AccountId=ACCOUNT)
        assert block["PublicAccessBlockConfiguration"] == {"BlockPublicAcls": True}
        assert bench.log[-1].parameters == {"AccountId": ACCOUNT}
        assert len(session.client("kms").list_keys()["Keys"]) == 20
        assert bench.counts() == {("s3control", "GetPublicAccessBlock"): 1, ("kms", "ListKeys"): 1}
        assert len(bench.requests(service="kms", region=REGION)) == 1


def test_buckets_may_stand_in_the_host() -> None:
    world = sample()
    world.put(ACCOUNT, REGION, "s3", "GetBucketPolicy", {"Policy": "{}"}, when={"Bucket": "shop"})
    with serve(world) as bench:
        by_name = replace(bench, url=bench.url.replace("127.0.0.1", "localhost"))
        virtual = client(by_name, "s3", proxies={"http": bench.proxy_url}, s3={"addressing_style": "virtual"})
        assert virtual.get_bucket_policy(Bucket="shop")["Policy"] == "{}"
        assert bench.log[-1].parameters == {"Bucket": "shop"}


def test_64_connections_at_once_are_kept_alive() -> None:
    with serve(sample(), latency=0.05) as bench, ThreadPoolExecutor(64) as threads:

        def ask(_: int) -> int:
            with connect(bench.url) as connection:
                for _ in range(3):
                    connection.sendall(REQUEST)
                    assert b"k19" in read(connection)
            return 3

        began = time.monotonic()
        assert sum(threads.map(ask, range(64))) == 192
        assert time.monotonic() - began < 2, "answers that are late are not late one after another"
        assert len(bench.log) == 192


def test_requests_may_come_in_pieces_and_several_at_once() -> None:
    with serve(sample()) as bench, connect(bench.url) as connection:
        for piece in (REQUEST[:10], REQUEST[10:-1], REQUEST[-1:] + REQUEST):
            connection.sendall(piece)
            time.sleep(0.02)
        received = b""
        while received.count(b"HTTP/1.1 200") < 2 or not received.endswith(b"}"):
            received += connection.recv(65536)
        assert len(bench.log) == 2


def test_a_client_may_wait_for_leave_to_send_its_body() -> None:
    with serve(sample()) as bench, connect(bench.url) as connection:
        head, _, body = REQUEST.partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert b"200 OK" in read(connection)


def test_what_is_not_understood_is_said_so() -> None:
    with serve(sample()) as bench, connect(bench.url) as connection:
        connection.sendall(b"CONNECT kms.eu-west-1.amazonaws.com:443 HTTP/1.1\r\nHost: kms\r\n\r\n")
        answer = read(connection)
        assert answer.startswith(b"HTTP/1.1 501 ")
        assert b"is no operation of the bench's services" in answer


def test_the_bench_is_gone_when_its_block_ends() -> None:
    with serve(sample()) as bench:
        connection = connect(bench.url)
        connection.sendall(REQUEST)
        read(connection)
    assert connection.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        connect(bench.url)


def test_a_taken_port_is_said_so() -> None:
    with serve(sample()) as bench:
        again = serve(sample(), port=int(bench.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="address already in use"):
            again.__enter__()


def answers_to(world: World) -> list[Any]:
    with serve(world) as bench:
        keys = client(bench, "kms")
        pages = [*keys.get_paginator("list_keys").paginate(), keys.list_keys()]
        pages.append(client(bench, "s3").list_buckets())
        answers = [page["ResponseMetadata"] for page in pages]
        return [(answer["RequestId"], answer["HTTPHeaders"]["date"]) for answer in answers]


def test_by_a_stopped_clock_every_run_is_the_same() -> None:
    data = {**sample().to_dict(), "clock": "2026-09-30T23:00:00Z", "page_size": 8}
    first, second = answers_to(World.from_dict(data)), answers_to(World.from_dict(data))
    assert first == second
    identities, dates = zip(*first, strict=True)
    assert len(set(identities)) == len(identities) == 5
    assert set(dates) == {"Wed, 30 Sep 2026 23:00:00 GMT"}
    moving = {**data, "clock": None}
    assert answers_to(World.from_dict(moving))[0] != first[0]


def test_the_command_prints_what_to_set(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(sample().to_dict()), encoding="utf-8")
    command = [sys.executable, "-m", "tests.aws_simulator", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(2)]
        try:
            assert [line[1].partition("=")[0] for line in lines] == ["AWS_ENDPOINT_URL", "HTTP_PROXY"]
            with connect(lines[0][1].partition("=")[2]) as connection:
                connection.sendall(REQUEST)
                assert b"k19" in read(connection)
        finally:
            process.terminate()
