"""The endpoints of Jira's REST API version 2 that an upload uses, as Atlassian documents them, over HTTP on this machine.

Server information, who am I, projects, fields, search (`search` of Data Center, `search/jql` of Cloud), issues, attachments.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

API = "/rest/api/2/"


@dataclass
class Fake:
    """`refuse`: {(method, how the path begins after the API's root): status}, until it is taken out. `asked`: every request."""

    deployment: str = "Server"
    authorization: str = "Bearer token-of-a-reader"
    refuse: dict[tuple[str, str], int] = field(default_factory=dict)
    issues: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    base: str = ""
    url: str = ""
    made: int = 0

    def shown(self, key: str) -> dict[str, Any]:
        issue = self.issues[key]
        return {
            "id": issue["id"],
            "key": key,
            "self": f"{self.base or self.url}{API}issue/{issue['id']}",
            "fields": issue["fields"],
        }

    def make(self, fields: dict[str, Any]) -> dict[str, Any]:
        self.made += 1
        key = f"{fields['project']['key']}-{self.made}"
        self.issues[key] = {"id": str(10_000 + self.made), "fields": {**fields, "attachment": []}}
        return {k: v for k, v in self.shown(key).items() if k != "fields"}

    def find(self, jql: str) -> list[dict[str, Any]]:
        match = re.fullmatch(r'project = "([A-Z0-9_]+)" AND labels = "([A-Za-z0-9._-]+)" ORDER BY created ASC', jql)
        assert match, jql
        return [
            self.shown(key)
            for key, issue in self.issues.items()
            if key.startswith(f"{match[1]}-") and match[2] in issue["fields"]["labels"]
        ]

    def attach(self, key: str, name: str, data: bytes) -> list[dict[str, Any]]:
        id = str(len(self.files) + 1)
        self.files[id] = data
        found = {"id": id, "filename": name, "size": len(data), "self": f"{self.url}{API}attachment/{id}"}
        self.issues[key]["fields"]["attachment"].append(found)
        return [found]

    def attached(self, key: str) -> dict[str, bytes]:
        names = [a["filename"] for a in self.issues[key]["fields"]["attachment"]]
        assert len(names) == len(set(names)), names
        return {a["filename"]: self.files[a["id"]] for a in self.issues[key]["fields"]["attachment"]}


@contextmanager
def running(fake: Fake) -> Iterator[Fake]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            split = urlsplit(self.path)
            path, query = split.path.removeprefix(API), parse_qs(split.query)
            fake.asked.append((self.command, path))
            status = next((s for (m, p), s in fake.refuse.items() if m == self.command and path.startswith(p)), 0)
            if self.headers.get("Authorization") != fake.authorization:
                status = 401
            if status:
                return self._send(status, {"errorMessages": [f"refused with {status}"], "errors": {}})
            return self._answer(path, query, body)

        def _answer(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
            key = path.split("/")[1] if "/" in path else ""
            key = next((k for k, i in fake.issues.items() if key in (k, i["id"])), key)
            match self.command, path.split("/")[0], path.rpartition("/")[2]:
                case "GET", "serverInfo", _:
                    self._send(200, {"versionNumbers": [9, 12, 0], "deploymentType": fake.deployment, "baseUrl": fake.url})
                case "GET", "myself", _:
                    self._send(200, {"name": "reader"})
                case "GET", "project", "SEC":
                    self._send(200, {"id": "1", "key": "SEC", "self": f"{fake.url}{API}project/1"})
                case "GET", "field", _:
                    self._send(200, [])
                case "GET", "search", last if (last == "jql") == (fake.deployment == "Cloud"):
                    found = fake.find(query["jql"][0])
                    self._send(200, {"issues": found, "startAt": 0, "maxResults": 50, "total": len(found), "isLast": True})
                case "POST", "issue", "issue":
                    self._send(201, fake.make(json.loads(body)["fields"]))
                case "GET", "issue", _ if key in fake.issues:
                    self._send(200, fake.shown(key))
                case "PUT", "issue", _ if key in fake.issues:
                    fake.issues[key]["fields"].update(json.loads(body)["fields"])
                    self._send(204, None)
                case "POST", "issue", "attachments" if self.headers.get("X-Atlassian-Token") == "no-check":
                    head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
                    (part,) = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
                    self._send(200, fake.attach(key, part.get_filename() or "", part.get_payload(decode=True)))
                case "DELETE", "attachment", id:
                    for issue in fake.issues.values():
                        issue["fields"]["attachment"] = [a for a in issue["fields"]["attachment"] if a["id"] != id]
                    self._send(204, None)
                case _:
                    self._send(404, {"errorMessages": [f"no {self.command} {path}"], "errors": {}})

        do_GET = do_POST = do_PUT = do_DELETE = _do

        def _send(self, status: int, value: Any) -> None:
            data = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if status in (429, 503):
                self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
