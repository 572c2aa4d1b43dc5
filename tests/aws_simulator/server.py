"""The bench on the wire: HTTP/1.1 with keep-alive, one event loop in a thread of its own.

One thread answers every connection, so that nothing of the bench needs a lock and 64 clients cost no more than one.
It is a forward proxy too: a request for an absolute URI is answered as if it had been sent here, whatever host it names.
"""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tests.aws_simulator.answers import Answers, Reply
from tests.aws_simulator.faults import Request
from tests.aws_simulator.rendering import REQUEST_ID, Rendered, plain
from tests.aws_simulator.wire import HttpRequest
from tests.aws_simulator.world import World

_ID = REQUEST_ID.encode()


@dataclass(frozen=True)
class Bench:
    """A running bench: where it is, and the requests it has received."""

    url: str
    log: list[Request]

    @property
    def proxy_url(self) -> str:
        """For HTTP_PROXY: S3 Control puts the account before the host's name, which only a proxy can reach here."""
        return self.url

    @property
    def environment(self) -> dict[str, str]:
        """The two environment variables that send every AWS client here."""
        return {"AWS_ENDPOINT_URL": self.url, "HTTP_PROXY": self.proxy_url}

    def requests(self, **fields: Any) -> list[Request]:
        """The requests with these fields, e.g. `service="ec2", page=1`."""
        return [request for request in self.log if all(getattr(request, name) == value for name, value in fields.items())]

    def counts(self) -> Counter[tuple[str, str]]:
        """How many requests there were of each service's operation."""
        return Counter((request.service, request.operation) for request in self.log)


@contextmanager
def serve(world: World, *, latency: float = 0.0, port: int = 0) -> Iterator[Bench]:
    """Serve the world on a port of 127.0.0.1 until the block ends; every answer comes `latency` seconds late."""
    answers, loop = Answers(world), asyncio.new_event_loop()
    connections: set[_Connection] = set()
    starting = loop.create_server(lambda: _Connection(answers, latency, connections), "127.0.0.1", port, backlog=4096)
    server = loop.run_until_complete(starting)
    thread = threading.Thread(target=loop.run_forever, name="aws-simulator", daemon=True)
    thread.start()
    try:
        yield Bench(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", answers.log)
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, connections), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _close(server: asyncio.Server, connections: set["_Connection"]) -> None:
    server.close()
    for connection in list(connections):
        connection.transport.abort()
    await asyncio.sleep(0)  # a turn of the loop, in which the connections are lost


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
            if request.method == "CONNECT" or "transfer-encoding" in request.headers:
                why = plain(HTTPStatus.NOT_IMPLEMENTED, "The bench speaks plain HTTP, and reads no chunked bodies")
                self._write(why, Reply(why, "", self._answers.reply(request).date if False else ""), b"")
                return
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
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = end + 4 + int(headers.get("content-length", 0))
        if len(self._received) < length:
            if headers.get("expect") == "100-continue" and len(self._received) == end + 4:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return None
        method, target, _ = first.split(" ")
        body = bytes(self._received[end + 4 : length])
        del self._received[:length]
        return HttpRequest(method, target, headers, body)

    def _send(self, reply: Reply, method: str) -> None:
        """Write the reply, spoilt as its fault has it."""
        fault = reply.fault
