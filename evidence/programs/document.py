"""The text of a data file (a program, acceptances) as nodes, which know their lines, and as plain values.

Read by libyaml where PyYAML has it (a catalogue of a thousand controls in a tenth of a second), by the types of YAML 1.2: only
true and false are yes and no, dates stay text, a key stands once."""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from evidence.errors import EvidenceError

Path = tuple[str | int, ...]
"""Where something stands in the file: ("controls", 3, "title")."""

_TYPES: tuple[tuple[str, str, str], ...] = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
)
"""(type, what it looks like, what it may begin with)."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": [("tag:yaml.org,2002:null", re.compile("$"))]}
    for name, looks, begins in _TYPES:
        for first in begins:
            found.setdefault(first, []).append((f"tag:yaml.org,2002:{name}", re.compile(f"(?:{looks})$")))
    return found


RESOLVERS = _resolvers()
"""First character → what a plain scalar that begins with it may be, as PyYAML has it."""

PROGRAM = ("a program file", "It needs id, name, edition, body, text, aws and controls.")


def parsed(text: str, name: str, kind: str = PROGRAM[0], needs: str = PROGRAM[1]) -> tuple[MappingNode, Any]:
    """The document as nodes and as plain values. `kind` says what it should be ("a program file"), `needs` what belongs in it.
    Raises EvidenceError."""
    loader: Any = None
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        loader.yaml_implicit_resolvers = RESOLVERS
        node = loader.get_single_node()
        if not isinstance(node, MappingNode):
            raise EvidenceError(f"{name} is not {kind}.", needs)
        for line, what, todo in _refused(node, set()):
            raise EvidenceError(f"{name}, line {line + 1}: {what}", todo)
        return node, loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise EvidenceError(f"{name}{where}: this is not YAML: {error.problem}.", "Correct the line.") from error
    except yaml.YAMLError as error:
        raise EvidenceError(f"{name}: this is not YAML: {error}.", "Save the file as UTF-8 text.") from error
    finally:
        if loader is not None:
            loader.dispose()


def _refused(node: Node, met: set[int]) -> Iterator[tuple[int, str, str]]:
    """(line, what, what to do) of keys that stand a second time in their mapping, and of aliases for whole parts: a few lines of
    these can stand for more than any machine holds, and a file may be a stranger's."""
    if isinstance(node, ScalarNode):
        return
    if id(node) in met:
        yield node.start_mark.line, "this part is repeated by an alias (*).", "Write it out where it is needed."
        return
    met.add(id(node))
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                if key.value in seen:
                    yield key.start_mark.line, f"this is not YAML: {key.value} stands twice.", "Keep one of them."
                seen.add(key.value)
            yield from _refused(value, met)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _refused(value, met)


def line_of(node: Node, at: Path) -> int:
    """The line of the last step of the path that is in the file."""
    line = node.start_mark.line
    for step in at:
        if isinstance(node, MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
    return int(line) + 1


def written(node: Node, at: Path) -> str:
    """A scalar as it stands in the file: 3.10, where its value is the number 3.1. A key, where the path ends in "[key]"."""
    if at[-1] == "[key]":
        return str(at[-2])
    for step in at:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
        elif isinstance(node, SequenceNode) and isinstance(step, int):
            node = node.value[step]
    return str(node.value) if isinstance(node, ScalarNode) else ""
