"""moto's own server in a thread of this process, quiet, with what it says of itself."""

import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.s3.responses import S3Response
from moto.server import ThreadedMotoServer

from tests.moto.world import MINE


@dataclass
class Moto:
    """The server, the ids of what is in it, and the operations that moto itself says it does not implement."""

    url: str
    ids: dict[str, str] = field(default_factory=dict)
    unimplemented: Counter[str] = field(default_factory=Counter)


class _Listening(logging.Handler):
    """moto's server logs a traceback for whatever it cannot do."""

    def __init__(self) -> None:
        super().__init__()
        self.unimplemented: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.unimplemented.update(re.findall(r"The (\w+) action has not been implemented", record.getMessage()))


@contextmanager
def serve() -> Iterator[Moto]:
    """Serves until the block ends. moto keeps its accounts for the whole process: one block a process."""
    log, heard = logging.getLogger("werkzeug"), _Listening()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # with a thousand snapshots of theirs, all as if our own
        for name in [n for n in os.environ if n.startswith("AWS_") or n.lower() in ("http_proxy", "no_proxy", "all_proxy")]:
            patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setattr(log, "propagate", False)
        _with_regions(patch)
        level = log.level
        log.setLevel(logging.INFO)
        log.addHandler(heard)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        try:
            yield Moto(f"http://{host}:{port}", unimplemented=heard.unimplemented)
        finally:
            server.stop()
            log.removeHandler(heard)
            log.setLevel(level)


def _with_regions(patch: pytest.MonkeyPatch) -> None:
    """moto lists buckets without BucketRegion, which AWS sends. It is put in for our own account, and left out for the other."""
    serialized = S3Response.serialized

    def complete(self: S3Response, result: Any) -> Any:
        listed = result.result.get("Buckets", ()) if isinstance(result.result, dict) else ()
        if self.current_account == MINE:
            for bucket in listed:
                bucket["BucketRegion"] = self.backend.get_bucket(bucket["Name"]).region_name
        return serialized(self, result)

    patch.setattr(S3Response, "serialized", complete)
