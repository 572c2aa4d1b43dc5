"""A scripted server that speaks just enough HTTP to misbehave as AWS and the network do: what a test says is what is sent."""

import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came: `operation` is the target or action, or `GET /path?query` for services without one."""

    key: str
    region: str
    operation: str
    parameters: Mapping[str, Any]
    number: int
    """How many requests of this operation came before."""


@dataclass(frozen=True)
class Reply:
    """`withhold` bytes of the body are announced and never sent; `reset` closes the connection without an answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    withhold: int = 0
    chunked: bool = False
    gzipped: bool = False
    reset: bool = False


Script = Callable[[Request], Reply]


def js(value: Any = None, status: int = 200, **more: Any) -> Reply:
    return Reply(
        json.dumps(value if value is not None else {}).encode(), status, {"Content-Type": "application/x-amz-json-1.1"}, **more
    )


def js_error(code: str, status: int = 400, message: str = "as the test says") -> Reply:
    return js({"__type": code, "message": message}, status)


def xml(text: str, status: int = 200, **more: Any) -> Reply:
    return Reply(text.encode(), status, {"Content-Type": "text/xml"}, **more)


def ec2_error(code: str, status: int = 400) -> Reply:
    error = f"<Error><Code>{code}</Code><Message>as the test says</Message></Error>"
    return xml(f"<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>", status)


def query_error(code: str, status: int = 400) -> Reply:
    error = f"<Type>Sender</Type><Code>{code}</Code><Message>as the test says</Message>"
    return xml(f"<ErrorResponse><Error>{error}</Error><RequestId>r-1</RequestId></ErrorResponse>", status)


def identity(account: str = "111122223333", partition: str = "aws") -> Reply:
    arn = f"arn:{partition}:sts::{account}:assumed-role/audit/me"
    inner = f"<Arn>{arn}</Arn><UserId>U</UserId><Account>{account}</Account>"
    return xml(
        f"<GetCallerIdentityResponse><GetCallerIdentityResult>{inner}</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


def regions(**status: str) -> Reply:
    items = "".join(
        f"<item><regionName>{name.replace('_', '-')}</regionName><optInStatus>{opt.replace('_', '-')}</optInStatus></item>"
        for name, opt in status.items()
    )
    return xml(f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>")


def assumed(key: str, expiration: str = "2099-01-01T00:00:00Z") -> Reply:
    inner = f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    credentials = f"<Credentials>{inner}<Expiration>{expiration}</Expiration></Credentials>"
    user = "<AssumedRoleUser><AssumedRoleId>x:y</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/a/b</Arn></AssumedRoleUser>"
    return xml(f"<AssumeRoleResponse><AssumeRoleResult>{credentials}{user}</AssumeRoleResult></AssumeRoleResponse>")


class Wire:
    """The server's script, and what it was asked."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.requests: list[Request] = []
        self.delay = 0.0
        self.url = ""
        self._lock = threading.Lock()

    def on(self, operation: str, *replies: Reply | Script) -> None:
        """Answers the operation's requests with these replies, one after the other; the last one stays."""

        def script(request: Request) -> Reply:
            chosen = replies[min(request.number, len(replies) - 1)]
            return chosen if isinstance(chosen, Reply) else chosen(request)

        self.scripts[operation] = script

    def answer(self, key: str, region: str, operation: str, parameters: Mapping[str, Any]) -> Reply:
        with self._lock:
            number = sum(r.operation == operation for r in self.requests)
            request = Request(key, region, operation, parameters, number)
            self.requests.append(request)
        time.sleep(self.delay)
        script = self.scripts.get(operation)
        return script(request) if script is not None else Reply(b"nothing scripted for " + operation.encode(), 501)

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scope = re.search(r"Credential=([^/]+)/\d+/([^/]+)/", self.headers.get("Authorization", ""))
        key, region = scope.groups() if scope else ("", "")
        target = self.headers.get("X-Amz-Target")
        form = dict(parse_qsl(body.decode())) if "urlencoded" in self.headers.get("Content-Type", "") else {}
        if target:
            operation, parameters = target.rpartition(".")[2], json.loads(body or b"{}")
        elif "Action" in form:
            operation, parameters = form["Action"], form
        else:
            operation, parameters = f"{self.command} {self.path.rstrip('=')}", dict(parse_qsl(url.query))
        self._send(self.server.wire.answer(key, region, operation, parameters))

    do_POST = do_HEAD = do_PUT = do_DELETE = do_GET

    def _send(self, reply: Reply) -> None:
        if reply.reset:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = gzip.compress(reply.body) if reply.gzipped else reply.body
        sent = body[: len(body) - reply.withhold]
        self.send_response(reply.status)
        self.send_header("x-amzn-RequestId", "request-1")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.gzipped:
            self.send_header("Content-Encoding", "gzip")
        if reply.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(sent), sent) + (b"" if reply.withhold else b"0\r\n\r\n"))
        elif self.command != "HEAD":
            self.wfile.write(sent)
        self.close_connection = self.close_connection or bool(reply.withhold)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Wire]:
    wire = Wire()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.wire = wire  # type: ignore[attr-defined]
    wire.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
