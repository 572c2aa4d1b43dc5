"""Small whole packs, made by the code that makes them for users, with one format instead of all: seconds instead of minutes."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from unittest import mock

from evidence.pack import build
from evidence.pack.facts import PackFacts
from evidence.pack.formats import Format
from evidence.pack.material import Material
from evidence.seal.keys import FileKey, KeyType, generate, read_private
from evidence.seal.sealing import UNSEALED, Sealing
from tests.pack.example import clean
from tests.run.test_run import answer, new

ENDED = dt.datetime(2026, 9, 30, 23, 4, 51, tzinfo=dt.UTC)
ANSWERS = "evidence/answers/012345678901/eu-west-1/ec2.jsonl.gz"


def _results(material: Material) -> None:
    (material.report / "results.json").write_text('{"judged": 3}\n')


def made(folder: Path, sealing: Sealing = UNSEALED, ended: dt.datetime = ENDED) -> PackFacts:
    """A pack of three answers, in the new folder."""
    run = new(folder.with_name(f"{folder.name}-run"))
    for number in range(3):
        run.keep(answer(number))
    run.finish(ended=ended)
    assessment = clean()
    assessment = replace(assessment, run=replace(assessment.run, as_of=ended.isoformat()))
    with mock.patch.object(build, "formats", lambda: (Format("results", _results),)):
        return build.build_pack(
            run, assessment, folder, requirements=[], program_sources={"soc2-2017": b"id: soc2-2017\n"}, policy={},
            versions={"evidence": "0.1.0"}, sealing=sealing,
        )  # fmt: skip


def key(path: Path, type: KeyType = "ecdsa") -> FileKey:
    """A new key in the files `path` and `path`.pub."""
    generate(type, path)
    return read_private(path, lambda: "")
