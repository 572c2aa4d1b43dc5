"""The command line as a user has it: a process, its exit code, what it says."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from functools import cache
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
    """Runs `evidence` with these words, without any AWS configuration of the machine. `room`: no file grows beyond it (bytes).

    A command whose environment changes nothing of Python or of the system is forked from a process that has loaded everything."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and k != "PYTHONDONTWRITEBYTECODE"}
    env = {**clean, **NOBODY, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment}
    if all(name.startswith(_ONLY_OURS) for name in environment):
        return _forking().run([*map(str, words)], env, str(cwd or ROOT), room)
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); " if room else ""
    command = [sys.executable, "-c", f"{limit}from evidence.cli.app import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=cwd or ROOT)


_ONLY_OURS = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "EVIDENCE_", "COLUMNS")


class _Forking:
    """The process that commands are forked from, and where they say what they say."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.cli.forking"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.folder = tempfile.TemporaryDirectory()
        self.turn = threading.Lock()
        atexit.register(self.process.kill)

    def run(self, words: list[str], env: dict[str, str], cwd: str, room: int) -> subprocess.CompletedProcess[str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.turn:
            out, err = (Path(self.folder.name) / name for name in ("out", "err"))
            asked = {"words": words, "env": env, "cwd": cwd, "room": room, "out": str(out), "err": str(err)}
            print(json.dumps(asked), file=self.process.stdin, flush=True)
            code = int(self.process.stdout.readline())
            return subprocess.CompletedProcess(words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@cache
def _forking() -> _Forking:
    return _Forking()


def refused(*words: str | Path, room: int = 0, **environment: str) -> str:
    """What `evidence` says when it cannot run: exit code 2, one to three sentences, no traceback."""
    out = evidence(*words, room=room, **environment)
    assert out.returncode == 2, (out.returncode, out.stdout, out.stderr)
    assert "Traceback" not in out.stderr + out.stdout
    assert len(out.stderr) < 700
    return out.stderr
