"""Program files written: what was made in code or imported, in the form in which a person writes one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from evidence.programs.document import RESOLVERS
from evidence.programs.model import Control, Program

Document = Mapping[str, Any]
"""A program file's fields as plain values, in their order."""

WIDTH = 120


class _Line(dict[str, Any]):
    """A mapping that stands on one line, so that a change of it is one line of a diff."""


class _Dumper(yaml.SafeDumper):
    """Quotes whatever our reading of YAML would take for something else than text."""

    yaml_implicit_resolvers = RESOLVERS

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented under their key."""
        super().increase_indent(flow, False)


_Dumper.add_representer(_Line, lambda dumper, line: dumper.represent_mapping("tag:yaml.org,2002:map", line, flow_style=True))
_Dumper.add_representer(tuple, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True))


def written(document: Document, notes: Iterable[str] = ()) -> str:
    """The text of a program file: `notes` as comments on top, then the fields, each mapping on one line."""
    said = "".join(f"# {line}\n" for note in notes for line in (note.splitlines() or [""]))
    lined = dict(document)
    lined["controls"] = [_control(c) for c in document.get("controls", ())]
    if "derives" in lined:
        lined["derives"] = _line(lined["derives"])
    return said + yaml.dump(lined, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


def _line(value: Any) -> Any:
    return _Line({k: _line(v) for k, v in value.items()}) if isinstance(value, Mapping) else value


def _control(control: Mapping[str, Any]) -> Mapping[str, Any]:
    lined = {k: tuple(v) if isinstance(v, Sequence) and not isinstance(v, str) else v for k, v in control.items()}
    if "requirements" in control:
        lined["requirements"] = [_line(m) for m in control["requirements"]]
    return lined if {"title", "adds", "requirements"} & lined.keys() else _line(lined)


def document_of(program: Program) -> Document:
    """The fields of a program made in code. What it derives from is worked in already."""
    services = program.aws.services
    aws = {**vars(program.aws), "services": dict(_filled(vars(services))) if services else None}
    return {
        "id": program.id, "name": program.name, "edition": program.edition, "body": program.body, "text": program.text,
        "aws": {"attested": program.aws.attested, **dict(_filled(aws))},
        **dict(_filled({"groups": dict(program.groups), "baselines": dict(program.baselines), "withdrawn": dict(program.withdrawn)})),
        "controls": list(map(_control_document, program.controls)),
    }  # fmt: skip


def _control_document(control: Control) -> Document:
    mapped = [
        {"id": m.id, "reach": m.reach, "with": dict(m.parameters), "why": m.why, "baselines": dict(m.baselines)}
        for m in control.requirements
    ]
    return dict(_filled({**vars(control), "derived": (), "requirements": [dict(_filled(m)) for m in mapped]}))


def _filled(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in fields.items() if value)
