"""The command line as a user has it: a process, its exit code, what it says."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests/house")))}
"""With this environment the program `house-rules` is installed: five controls, so that a pack of them is made quickly."""
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
"""A place where nobody answers: what runs there asks nobody."""
NOBODY = {
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def evidence(*words: str | Path, cwd: Path | None = None, room: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `evidence` with these words, without any AWS configuration of the machine. `room`: no file grows beyond it (bytes)."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and k != "PYTHONDONTWRITEBYTECODE"}
    env = {**clean, **NOBODY, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment}
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); " if room else ""
    command = [sys.executable, "-c", f"{limit}from evidence.cli.app import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=cwd or ROOT)


def refused(*words: str | Path, room: int = 0, **environment: str) -> str:
    """What `evidence` says when it cannot run: exit code 2, one to three sentences, no traceback."""
    out = evidence(*words, room=room, **environment)
    assert out.returncode == 2, (out.returncode, out.stdout, out.stderr)
    assert "Traceback" not in out.stderr + out.stdout
    assert len(out.stderr) < 700
    return out.stderr
