"""A process that has loaded the command line and forks for each command: most of a short command's time is loading.

It reads a JSON line for each ({"words", "env", "cwd", "room", "out", "err"}) and writes the exit code. Nothing of a command is left in it: the
child ends, and what it said is in the files `out` and `err`."""

import importlib
import json
import os
import resource
import sys
from typing import Any

LOADED = ("evidence.services", "evidence.requirements", "rich.progress", "pandas")


def load() -> None:
    """What every command would load and read again. Not at the top: a process that prints a report imports this file too."""
    from evidence.cli.app import COMMANDS
    from evidence.programs.load import programs

    for name in (*(f"evidence.cli.{name.replace('-', '_')}" for name in COMMANDS), *LOADED):
        importlib.import_module(name)
    programs()


def serve() -> None:
    load()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _run(asked)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(asked: dict[str, Any]) -> None:
    code = 1
    try:
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        if asked["room"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (asked["room"], asked["room"]))
        sys.argv = ["evidence", *asked["words"]]
        main = importlib.import_module("evidence.cli.app").main
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve()
