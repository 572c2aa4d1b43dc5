"""Tickets into Jira, by the library `jira`: one issue for each key, made once and then updated. Asked for with --jira only.

Every call is one that Atlassian documents for REST API version 2, of Jira Cloud and Data Center. Nothing is asked twice by itself:
an issue that was made although the answer was lost would be made again.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from evidence.errors import EvidenceError
from evidence.pack.ticket.model import name_of
from evidence.pack.ticket.text import one_line, wiki
from evidence.pack.ticket.write import Made

TOKEN, USER = "EVIDENCE_JIRA_TOKEN", "EVIDENCE_JIRA_USER"
SECONDS = 60
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]+")
_SUMMARY = 255
T = TypeVar("T")


def label_of(key: str) -> str:
    """The label by which an issue is found again: labels hold no spaces."""
    return f"evidence-{name_of(key)}"


@dataclass(frozen=True)
class Board:
    """A project of a Jira that let us in."""

    client: Any
    url: str
    project: str
    kind: str

    @classmethod
    def open(cls, url: str, project: str, kind: str) -> "Board":
        """Signs in, and looks at the project: who cannot see it would find no issue and make a second one. Raises EvidenceError."""
        url = url.rstrip("/")
        token, user = os.environ.get(TOKEN, ""), os.environ.get(USER, "")
        _check(url, project, token)
        try:
            from jira import JIRA
        except ImportError as error:
            raise EvidenceError("The library for Jira is not installed.", "Install it: pip install 'evidence[jira]'.") from error
        auth: dict[str, Any] = {"basic_auth": (user, token)} if user else {"token_auth": token}

        def signed_in() -> Any:
            client = JIRA(server=url, max_retries=0, timeout=SECONDS, logging=False, **auth)
            client.myself()
            client.project(project)
            return client

        return cls(_asked(f"signing in to {url} and looking at the project {project}", signed_in), url, project, kind)

    def upload_all(self, made: Sequence[Made]) -> list[str]:
        """Uploads each, and returns what was done with it. Where one fails, the error says how many are there already."""
        done: list[str] = []
        for m in made:
            try:
                done.append(self.upload(m))
            except EvidenceError as error:
                there = f" {len(done)} of {len(made)} tickets are in Jira." if len(made) > 1 else ""
                raise EvidenceError(f"{error.what}{there}", error.todo) from error
        return done

    def upload(self, made: Made) -> str:
        """Makes the issue, or updates the one that carries the key's label; the files of the same names are put in place of the old."""
        label = label_of(made.ticket.key)
        jql = f'project = "{self.project}" AND labels = "{label}" ORDER BY created ASC'
        found = _asked(f"looking for {label}", lambda: self.client.search_issues(jql, maxResults=50, fields="attachment,labels"))
        told = {"summary": one_line(made.ticket.title)[:_SUMMARY], "description": wiki(made.ticket)}
        if found:
            issue, said = found[0], "updated"
            self._update(issue, told)
        else:
            fields = {**told, "project": {"key": self.project}, "issuetype": {"name": self.kind}, "labels": [label]}
            issue, said = _asked(f"making {label}", lambda: self.client.create_issue(fields=fields, prefetch=False)), "made"
        old = getattr(getattr(issue, "fields", None), "attachment", ()) if found else ()
        for path in (made.zip, made.folder / "ticket.pdf"):
            self._attach(issue.key, path, f"{name_of(made.ticket.key)}{path.suffix}", old)
        more = f"; {len(found) - 1} more carry the label {label} and were left alone" if len(found) > 1 else ""
        return f"{said} {self.url}/browse/{issue.key}{more}"

    def _update(self, issue: Any, told: dict[str, str]) -> None:
        """The library sends to the address that Jira names for the issue: only if it is the Jira that was asked."""
        if not str(getattr(issue, "self", "")).startswith(f"{self.url}/"):
            raise EvidenceError(
                f"{self.url} says that {issue.key} is at another address.",
                "Give --jira the address that Jira has as its base URL.",
            )
        _asked(f"updating {issue.key}", lambda: issue.update(fields=told))

    def _attach(self, key: str, path: Path, name: str, old: Sequence[Any]) -> None:
        """The new one first, so that a failure leaves one too many and never none."""

        def attached() -> None:
            with path.open("rb") as file:
                self.client.add_attachment(key, file, filename=name)

        _asked(f"attaching {name} to {key}", attached)
        for attachment in old:
            if attachment.filename == name:
                _asked(f"taking the old {name} off {key}", partial(self.client.delete_attachment, attachment.id))


def _check(url: str, project: str, token: str) -> None:
    parts = urlsplit(url)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise EvidenceError(f"{url} is no address that a token is sent to.", "Name Jira like https://your-company.atlassian.net.")
    if not _PROJECT.fullmatch(project):
        raise EvidenceError(f"{project!r} is no key of a Jira project.", "Name it with --jira-project, like SEC.")
    if not token:
        raise EvidenceError(
            f"{TOKEN} is not set.", f"Put an API token (with {USER}, its e-mail address) or a personal access token there."
        )


SAID = {
    400: "Correct what Jira names; --jira-type is the type of the issues.",
    401: f"Check {TOKEN}, and for Jira Cloud {USER}.",
    403: "Let the token's account browse, create and edit issues of the project, and add and delete its attachments.",
    404: "Check --jira and --jira-project, whether the token's account may see the project, and whether attachments are on.",
    413: "Let Jira take attachments of 400 kB.",
    429: "Jira asks to wait: run it again in a while, a rerun updates.",
}


def _asked(doing: str, call: Callable[[], T]) -> T:
    """One step with Jira; whatever fails becomes a sentence, never with the token in it."""
    from jira.exceptions import JIRAError
    from requests.exceptions import RequestException

    try:
        return call()
    except JIRAError as error:
        status = error.status_code or 0
        said = one_line(str(error.text or ""))[:200]
        todo = SAID.get(status, "Jira itself failed: run it again later, a rerun updates." if status >= 500 else "Check --jira.")
        raise EvidenceError(
            f"Jira refused {doing}: HTTP {status or 'without a status'}{f', {said!r}' if said else ''}.", todo
        ) from None
    except RequestException as error:
        raise EvidenceError(
            f"Jira was not reached when {doing}: {type(error).__name__}.", "Check --jira and the network; a rerun updates."
        ) from None
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise EvidenceError(
            f"{doing.capitalize()}: the answer was not Jira's ({type(error).__name__}).", "Check --jira."
        ) from None
