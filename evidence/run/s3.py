"""A run on S3, with what a folder guarantees: nothing is half written, and no two writers mix what they write.

Objects cannot be appended to. A segment `answers/A/R/service.jsonl.gz` lies as parts `answers/A/R/service.jsonl.gz/000001.gz`,
`000002.gz` … of whole gzip members: one after the other they are the bytes that the file in a folder has, so that
`aws s3 cp --recursive s3://bucket/run/answers/A/R/service.jsonl.gz/ parts && zcat parts/*.gz` reads it with nothing of ours installed.
A run that was copied from a folder has its segments whole, under their own names: what is added to them follows as parts.

A part is put on condition that its number is free, and is never replaced: of two writers of one segment the second is refused.
What is written as a whole (run.json) is put on condition that it is what was last read. Nothing is deleted.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import base64
import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from botocore import exceptions as aws

from evidence.errors import EvidenceError
from evidence.run.s3_client import AT_ONCE, Place, client_for, code_of, complaint
from evidence.run.store import T

PARTED = ".gz"
"""What a name ends with whose bytes lie in parts."""
CONFLICTS = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")
"""S3's codes for a condition that does not hold, and for two writes of one key at once; NoSuchKey where the one to match is gone."""
TRIES = 4
"""How often a request is made whose answer broke off, or that met another write of its key."""
_PART = re.compile(r"(.+\.gz)/(\d{6,})\.gz")
_BROKE_OFF = (aws.IncompleteReadError, aws.ReadTimeoutError, aws.ResponseStreamingError, aws.FlexibleChecksumError)


class Bucket:
    """A run on S3. What `append` and `replace` return from is there for every reader. Safe to share between threads."""

    def __init__(self, place: Place, client: Any) -> None:
        self.place, self.client = place, client
        self._lock = threading.Lock()
        self._parts: dict[str, set[int]] = {}
        self._looked: set[str] = set()
        self._tags: dict[str, str] = {}
        self._fetching = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="evidence-s3")

    @classmethod
    def open(cls, where: str) -> "Bucket":
        """The place s3://bucket/prefix. Asks S3 nothing yet. Raises EvidenceError."""
        place = Place.of(where)
        return cls(place, client_for(place))

    # Reading

    def names(self, under: str = "") -> Iterator[str]:
        """Logical names below `under`: a segment once, however many parts it has. Those numbers are what `read` then goes by."""
        return self._listed(f"{under}/" if under else "")

    def entries(self, under: str = "") -> Iterator[str]:
        start = f"{under}/" if under else ""
        names = (key.removeprefix(start).rstrip("/") for key in self._keys(start, delimiter="/"))
        yield from sorted(name for name in names if name and not name.startswith("."))

    def _listed(self, start: str) -> Iterator[str]:
        """The names that begin with `start`; once all are listed, what parts they have is known."""
        found: dict[str, set[int]] = {}
        for key in self._keys(start):
            name, number = _name_of(key)
            if any(not part or part.startswith(".") for part in name.split("/")):
                continue
            if name not in found:
                yield name
            if name.endswith(PARTED):
                found.setdefault(name, set()).add(number)
        with self._lock:
            for name, numbers in found.items():
                self._parts.setdefault(name, set()).update(numbers)
            self._looked.add(start)

    def exists(self, name: str) -> bool:
        if name.endswith(PARTED):
            return bool(self._numbers(name))
        return self._whole(name)

    def read(self, name: str) -> bytes:
        if not name.endswith(PARTED):
            data, self._tags[name] = self._get(name)
            return data
        numbers = self._numbers(name)
        missing = sorted({*range(1, max(numbers, default=1) + 1)} - numbers) if numbers != {0} else ()
        if missing:
            raise EvidenceError(
                f"{self.place}/{_part(name, missing[0])} is missing.",
                "Restore the object, or its version, from before it was deleted: what follows it hangs on it.",
            )
        parts = [_part(name, number) for number in sorted(numbers)]
        got = map(self._get, parts) if len(parts) == 1 else self._fetching.map(self._get, parts)
        return b"".join(data for data, _ in got)

    def each(self, do: Callable[[str], T], names: Iterable[str]) -> Iterator[T]:
        """Several at once, a few ahead of whoever takes the results."""
        pool, ahead = ThreadPoolExecutor(AT_ONCE), deque[Future[T]]()
        try:
            for name in names:
                ahead.append(pool.submit(do, name))
                if len(ahead) == AT_ONCE:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    # Writing

    def append(self, name: str, data: bytes) -> None:
        """Puts the next part. Raises EvidenceError where somebody else has put one of that number."""
        number = max(self._numbers(name), default=0) + 1
        self._put(_part(name, number), data, None)
        with self._lock:
            self._parts.setdefault(name, set()).add(number)

    def replace(self, name: str, data: bytes | Iterator[bytes]) -> None:
        """Puts it whole. Raises EvidenceError where it is not, or no longer, what was last read or written here."""
        whole = data if isinstance(data, bytes) else b"".join(data)
        self._tags[name] = self._put(name, whole, self._tags.get(name))

    def cut(self, name: str, length: int) -> None:
        """Nothing that was put here is torn: an object is there whole or not at all. A copy of a torn file may be."""
        raise EvidenceError(
            f"{self.place}/{name} breaks off after {length:,} bytes, and objects cannot be cut.",
            "If it was copied here from a folder, go on in the folder; otherwise restore the version that was put.",
        )

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Nothing is held, each part's number decides. What lies below is listed once, so that no segment has to be looked for."""
        for _ in self.names(name):
            pass
        yield

    def _put(self, name: str, data: bytes, tag: str | None) -> str:
        """Puts an object that must have this ETag before, or must not be there (None). Returns its new ETag."""
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        for attempt in range(TRIES):
            try:
                answer = self.client.put_object(
                    Bucket=self.place.bucket, Key=self.place.prefix + name, Body=data, ChecksumSHA256=digest, **condition
                )
                return str(answer["ETag"])
            except (aws.BotoCoreError, aws.ClientError) as error:
                if code_of(error) not in CONFLICTS or attempt + 1 == TRIES:
                    raise complaint(error, self.place, name) from error
                there = self._get(name) if self._whole(name) else (None, None)
                if there[0] == data:  # a try of our own had arrived, and its answer was lost
                    return str(there[1])
                if there[1] != tag:
                    raise EvidenceError(
                        f"Another collection writes into {self.place}: {name} is not as it was left.",
                        "Let one of them go on alone: what it kept is whole. Nothing was written over.",
                    ) from error
            time.sleep(0.2 * 2**attempt)  # S3 refuses a write while another of the key is under way, and says to try again
        raise AssertionError

    # Asking

    def _whole(self, name: str) -> bool:
        """Whether there is an object of this very name: it would be the first of those that begin with it."""
        return next(self._keys(name, most=1), "") == name

    def _numbers(self, name: str) -> frozenset[int]:
        with self._lock:
            known = name in self._parts or any(name.startswith(start) for start in self._looked)
        if not known:
            for _ in self._listed(name):
                pass
        with self._lock:
            return frozenset(self._parts.get(name, ()))

    def _keys(self, start: str, most: int = 0, delimiter: str = "") -> Iterator[str]:
        """The keys that begin with this, without the run's prefix, in S3's order; `most` of them, 0 for all. What goes on after a
        `delimiter` is named once, up to it."""
        limit = {"PaginationConfig": {"MaxItems": most, "PageSize": most}} if most else {}
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.place.bucket, Prefix=self.place.prefix + start, Delimiter=delimiter, **limit
        )
        try:
            for page in pages:
                for found in page.get("Contents", ()):
                    yield found["Key"].removeprefix(self.place.prefix)
                for found in page.get("CommonPrefixes", ()):
                    yield found["Prefix"].removeprefix(self.place.prefix)
        except (aws.BotoCoreError, aws.ClientError) as error:
            raise complaint(error, self.place) from error

    def _get(self, name: str) -> tuple[bytes, str]:
        """An object and its ETag. botocore checks its length and its checksum."""
        for attempt in range(TRIES):
            try:
                answer = self.client.get_object(Bucket=self.place.bucket, Key=self.place.prefix + name)
                return answer["Body"].read(), str(answer["ETag"])
            except (aws.BotoCoreError, aws.ClientError) as error:
                if not isinstance(error, _BROKE_OFF) or attempt + 1 == TRIES:
                    raise complaint(error, self.place, name) from error
        raise AssertionError


def _part(name: str, number: int) -> str:
    """The key of a part; 0 is the segment's own name."""
    return f"{name}/{number:06d}{PARTED}" if number else name


def _name_of(key: str) -> tuple[str, int]:
    """The logical name that a key belongs to, and its part's number, 0 for what is whole."""
    found = _PART.fullmatch(key)
    return (found[1], int(found[2])) if found and _part(found[1], int(found[2])) == key and int(found[2]) else (key, 0)
