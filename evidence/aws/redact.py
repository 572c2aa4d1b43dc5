"""Replaces what must not be kept, before an answer exists: before hashing, logging and writing."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from evidence.aws.detect import looks_like
from evidence.errors import EvidenceError
from evidence.run.redaction import is_redacted, marker
from evidence.services.declare import Redact

_KEY_BYTES = 32


class Unredactable(Exception):
    """The page has another shape than the service file says, so nobody can tell where its secrets are."""


def load_key(path: Path) -> bytes:
    """The entity's own key for the digests in markers; made where the file is not there yet, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) < _KEY_BYTES:
            raise EvidenceError(
                f"The redaction key {path} is too short.", "Restore it, or name a new file to have one made."
            ) from None
        return key
    except OSError as error:
        raise EvidenceError(
            f"The redaction key {path} cannot be made ({error.strerror}).", "Name a file in a folder you own."
        ) from error
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
    return key


def known_key(path: Path, sha256: str) -> bytes:
    """The key that whoever began the collection has under this name. Raises EvidenceError where there is none here, or another one: the
    same secret would be marked differently, and the run says that it is not."""
    if not path.is_file():
        raise EvidenceError(f"A worker has no redaction key {path}.", "Put the same file there on every worker.")
    key = load_key(path)
    if hashlib.sha256(key).hexdigest() != sha256:
        raise EvidenceError(f"A worker has another redaction key in {path}.", "Put the same file there on every worker.")
    return key


class Redactor:
    """Puts markers in the place of secrets. Without a key of the entity's own the digests compare within one account's part of a run only."""

    def __init__(self, key: bytes | None = None, detect: Callable[[str, str], str | None] = looks_like) -> None:
        self.key_sha256 = hashlib.sha256(key).hexdigest() if key is not None else ""
        self.key_facts = "kept by the entity" if key is not None else "random"
        self._key = key or secrets.token_bytes(_KEY_BYTES)
        self._detect = detect

    def apply(self, page: dict[str, Any], rules: Iterable[Redact]) -> None:
        """Redacts the page in place. Raises Unredactable where its shape is not the one expected."""
        for rule in rules:
            try:
                for holder, key in _places(rule, page):
                    if rule.when is None or rule.when(holder if isinstance(holder, dict) else {}):
                        name = holder.get(rule.name, "") if rule.name and isinstance(holder, dict) else key
                        holder[key] = self._within(holder[key], rule, str(name))
            except Unredactable:
                raise
            except Exception as error:  # its message may quote the secret
                raise Unredactable(f"{rule.path}: {type(error).__name__} while redacting") from None

    def _within(self, value: Any, rule: Redact, name: str) -> Any:
        """The value without what must not be kept: all of it, or all but some members of the JSON object that it holds."""
        if not rule.keeps or not isinstance(value, str):
            return self._replaced(value, rule.kind, name)
        try:
            told = json.loads(value)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            return self._replaced(value, rule.kind, name)
        kept = {k: v if k in rule.keeps else self._replaced(v, rule.kind, k) for k, v in told.items()}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    def _replaced(self, value: Any, kind: str, name: str) -> Any:
        if isinstance(value, dict):
            return {k: self._replaced(v, kind, str(k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self._replaced(v, kind, name) for v in value]
        if value is None or isinstance(value, bool) or value in ("", b"") or (isinstance(value, str) and is_redacted(value)):
            return value
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        text = data.decode("utf-8", "replace")
        digest = hmac.new(self._key, data, hashlib.sha256).hexdigest()[:16]
        return marker(kind, self._detect(text, name), digest)


def _places(rule: Redact, page: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of every text the rule names: `holder[key]` is what to replace."""
    steps = [*rule.path.split("."), *([rule.key] if rule.key is not None else [])] if rule.path else [rule.key]
    yield from _walk([step for step in steps if step], page, rule.path)


def _walk(steps: list[str], value: Any, path: str) -> Iterator[tuple[Any, Any]]:
    if not isinstance(value, dict):
        raise Unredactable(f"{path}: a structure was expected, not {type(value).__name__}")
    step, rest = steps[0], steps[1:]
    name, many = step.removesuffix("[]"), step.endswith("[]")
    if value.get(name) is None:
        return
    if not many:
        if rest:
            yield from _walk(rest, value[name], path)
        else:
            yield value, name
        return
    entries = value[name]
    if not isinstance(entries, list):
        raise Unredactable(f"{path}: a list was expected, not {type(entries).__name__}")
    for index, entry in enumerate(entries):
        if rest:
            yield from _walk(rest, entry, path)
        else:
            yield entries, index
