"""The bench on the wire: HTTP/1.1 with keep-alive, one event loop in a thread of its own.

One thread answers every connection, so that nothing of the bench needs a lock and 64 clients cost no more than one.
It is a forward proxy too: a request for an absolute URI is answered as if sent here, whatever host it names.
Source: RFC 9112 (HTTP/1.1).
"""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import responses
from typing import Any

from tests.aws_simulator.answers import Answers, Reply
from tests.aws_simulator.faults import Request
from tests.aws_simulator.rendering import REQUEST_ID
from tests.aws_simulator.wire import HttpRequest
from tests.aws_simulator.world import World

_RESET = struct.pack("ii", 1, 0)  # linger for no time at all: closing sends RST


@dataclass(frozen=True)
class Bench:
    """A running bench: where it is, and the requests it has received."""

    url: str
    log: list[Request]

    @property
    def proxy_url(self) -> str:
        """For HTTP_PROXY: S3 Control puts the account before the host's name, and only a proxy is asked for that."""
        return self.url

    @property
    def environment(self) -> dict[str, str]:
        """The two environment variables that send every AWS client here."""
        return {"AWS_ENDPOINT_URL": self.url, "HTTP_PROXY": self.proxy_url}

    def requests(self, **fields: Any) -> list[Request]:
        """The requests with these fields, e.g. `service="ec2", page=1`."""
        wanted = fields.items()
        return [request for request in self.log if all(getattr(request, name) == value for name, value in wanted)]

    def counts(self) -> Counter[tuple[str, str]]:
        """How many requests there were for each operation of each service."""
        return Counter((request.service, request.operation) for request in self.log)


@contextmanager
def serve(world: World, *, latency: float = 0.0, port: int = 0) -> Iterator[Bench]:
    """Serve the world on a port of 127.0.0.1 until the block ends; every answer comes `latency` seconds late."""
    answers = Answers(world)
    started: Future[tuple[int, Callable[[], object]]] = Future()

    async def main() -> None:
        loop, stop, connections = asyncio.get_running_loop(), asyncio.Event(), set[_Connection]()
        connect = partial(_Connection, answers, latency, connections)
        server = await loop.create_server(connect, "127.0.0.1", port, backlog=4096)
        started.set_result((server.sockets[0].getsockname()[1], lambda: loop.call_soon_threadsafe(stop.set)))
        await stop.wait()
        server.close()
        for connection in list(connections):
            connection.transport.abort()

    def run() -> None:
        try:
            asyncio.run(main())
        except Exception as why:
            if started.done():
                raise
            started.set_exception(why)  # the port is taken, or is none

    thread = threading.Thread(target=run, name="aws-simulator", daemon=True)
    thread.start()
    listening, stop = started.result()
    try:
        yield Bench(f"http://127.0.0.1:{listening}", answers.log)
    finally:
        stop()
        thread.join()


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, answers: Answers, latency: float, connections: set["_Connection"]) -> None:
        self._answers, self._latency, self._connections = answers, latency, connections
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while request := self._take():
            reply = self._answers.reply(request)
            if late := self._latency + reply.seconds:
                asyncio.get_running_loop().call_later(late, self._send, reply, request.method)
            else:
                self._send(reply, request.method)

    def _take(self) -> HttpRequest | None:
        """The next whole request out of what has been received."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return None
        first, *lines = self._received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        whole = end + 4 + int(headers.get("content-length", 0))
        if len(self._received) < whole:
            if "expect" in headers and len(self._received) == end + 4:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        method, target, _ = first.split(" ")
        request = HttpRequest(method, target, headers, bytes(self._received[end + 4 : whole]))
        del self._received[:whole]
        return request

    def _send(self, reply: Reply, method: str) -> None:
        """Write the reply, spoilt as its fault has it."""
        if self.transport.is_closing():  # the client did not wait for an answer that was late
            return
        fault, identity = reply.fault, (REQUEST_ID.encode(), reply.request_id.encode())
        kind = fault.kind if fault else None
        body = reply.rendered.body.replace(*identity)
        half, length = body[: len(body) // 2], f"Content-Length: {len(body)}"
        if kind == "reset" or (fault and fault.drop):
            length, body = "", b""
        elif kind == "cut_body":
            body = half
        elif kind == "cut_body_consistent":
            length, body = f"Content-Length: {len(half)}", half
        elif kind == "cut_chunked":
            length, body = "Transfer-Encoding: chunked", b"%x\r\n%b\r\n" % (len(half), half)
        if length:
            head = _head(reply, length).encode().replace(*identity)
            self.transport.write(head if method == "HEAD" else head + body)
        if kind == "reset":
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.transport.abort()
        elif kind in ("cut_body", "cut_chunked") or (fault and fault.drop):
            self.transport.close()


def _head(reply: Reply, length: str) -> str:
    status, headers, _ = reply.rendered
    if any(name == "Content-Length" for name, _ in headers):  # the answer to a HEAD tells of a body that is not sent
        length = "Connection: keep-alive"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status:d} {responses.get(status, '')}\r\n{lines}Date: {reply.date}\r\n{length}\r\n\r\n"
