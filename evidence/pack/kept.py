"""Where the answers behind an evidence id are kept, for formats that link to them."""

from collections.abc import Mapping

import orjson

from evidence.pack.material import Material
from evidence.run import segment


def kept_in(material: Material) -> Mapping[str, str]:
    """{evidence id: "evidence/answers/…/….jsonl.gz"}, from the pack's folder. The values inside the answers are not read."""
    store = material.run.store
    found: dict[str, str] = {}
    for name in store.names("answers"):
        if name.endswith(".jsonl.gz"):
            where = f"evidence/{name}"
            for line in segment.lines(store.read(name)):
                found[orjson.loads(line)["id"][:16]] = where
    return found
