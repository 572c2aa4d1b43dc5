"""The test bench in a process of its own, so that it does not share our interpreter's lock."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.aws_simulator import World

ACCOUNT, REGION = "012345678901", "eu-west-1"


@contextmanager
def bench(world: World, latency: float) -> Iterator[str]:
    """Serves the world; sets the environment that sends AWS clients there, and gives the URL."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "world.json"
        path.write_text(json.dumps(world.to_dict()))
        command = [sys.executable, "-m", "tests.aws_simulator", str(path), "--latency", str(latency)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if k not in ("AWS_ENDPOINT_URL", "HTTP_PROXY")},
        )
        assert process.stdout is not None
        lines = [process.stdout.readline().strip().removeprefix("export ").split("=", 1) for _ in range(2)]
        os.environ.update(dict(lines))
        os.environ.update(AWS_ACCESS_KEY_ID=f"AKIA{ACCOUNT}", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION=REGION)
        try:
            yield dict(lines)["AWS_ENDPOINT_URL"]
        finally:
            process.kill()
            process.wait()
