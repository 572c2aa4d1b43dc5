"""Checks the text of a program file: its shape (pydantic), then what no shape can say. Every problem has its line."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from yaml import Node

from evidence.errors import EvidenceError, did_you_mean
from evidence.programs.document import Path, line_of, parsed, written
from evidence.programs.model import AwsSide, Control, Mapped, Program, Reach, Responsibility
from evidence.programs.parameters import parameter_problem
from evidence.requirements.declare import Requirement

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Mapped(_Strict):
    id: Words
    reach: Reach
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")
    why: Words = ""


class _Control(_Strict):
    id: Words
    title: Words
    responsibility: Responsibility
    requirements: list[_Mapped] = []
    adds: Words = ""
    group: Words = ""
    baselines: list[Words] = []


class _Aws(_Strict):
    attested: bool
    artifact: Words = ""
    note: Words = ""


class _Program(_Strict):
    id: Words
    name: Words
    edition: Words
    body: Words
    text: Words
    aws: _Aws
    groups: dict[str, Words] = {}
    baselines: dict[str, Words] = {}
    withdrawn: dict[str, Words] = {}
    controls: list[_Control] = Field(min_length=1)


@dataclass(frozen=True)
class _Problem:
    at: Path
    what: str
    todo: str


def checked(text: str, known: Mapping[str, Requirement], name: str) -> Program:
    """The program that `text` says. Raises EvidenceError for the first problem, with its line, and counts the others."""
    node, data = parsed(text, name)
    try:
        file = _Program.model_validate(data)
    except ValidationError as error:
        _report([_shape_problem(e, node, data) for e in error.errors()], node, name)
    problems = [*_program_problems(file), *(p for n, c in enumerate(file.controls) for p in _control_problems(n, c, file, known))]
    if problems:
        _report(problems, node, name)
    return _program(file)


def _report(problems: list[_Problem], node: Node, name: str) -> NoReturn:
    lines = sorted(((line_of(node, p.at), p) for p in problems), key=lambda pair: pair[0])
    line, first = lines[0]
    others = sorted({n for n, _ in lines[1:]})
    more = f" Further problems: {len(lines) - 1}, on line {', '.join(map(str, others))}." if others else ""
    raise EvidenceError(f"{name}, line {line}: {first.what}", first.todo + more)


def _label(at: Path, data: Any) -> str:
    """What to call the thing: "control CC6.1", "the program"."""
    if len(at) > 1 and at[0] == "controls" and isinstance(at[1], int) and isinstance(data["controls"][at[1]], dict):
        return f"control {data['controls'][at[1]].get('id', f'number {at[1] + 1}')}"
    return "the program"


_FIELDS: Mapping[int, type[_Strict]] = {0: _Program, 1: _Aws, 2: _Control, 4: _Mapped}
"""Which fields may stand at which depth of the file."""


def _shape_problem(error: Any, node: Node, data: Any) -> _Problem:
    at: Path = error["loc"]
    where, last = _label(at, data), at[-1]
    field = "a key" if last == "[key]" else f"entry {last + 1}" if isinstance(last, int) else last
    match error["type"]:
        case "missing":
            return _Problem(at, f"{where} has no {field}.", f"Add `{field}: …`.")
        case "extra_forbidden":
            allowed = [f.alias or n for n, f in _FIELDS[len(at) - 1].model_fields.items()]
            todo = did_you_mean(field, allowed) or f"Use {', '.join(allowed)}."
            if error["input"] is None:
                todo += " Text with a comma between braces needs quotes."
            return _Problem(at, f"{where} has a field {field!r} that no program file has.", todo)
        case "string_type" if isinstance(error["input"], (int, float)) and not isinstance(error["input"], bool):
            as_written = written(node, at)
            return _Problem(at, f"{where}: {field} is the number {as_written}, not text.", f'Put it in quotes: "{as_written}".')
        case "model_type" | "dict_type":
            return _Problem(at, f"{where}: {field} is not a group of fields.", "Write `name: value` lines under it.")
        case "list_type":
            return _Problem(at, f"{where}: {field} is not a list.", "Begin each entry with `- `.")
        case "string_too_short":
            return _Problem(at, f"{where}: {field} is empty.", "Write it, or leave the field out where it may be left out.")
        case "literal_error":
            choices = get_args(Reach if field == "reach" else Responsibility)
            todo = did_you_mean(str(error["input"]), choices) or f"Use {', '.join(choices)}."
            return _Problem(at, f"{where}: {field} is {error['input']!r}, not one of {', '.join(choices)}.", todo)
        case _:
            return _Problem(at, f"{where}: {field}: {error['msg']}.", "Correct the value.")


def _program_problems(file: _Program) -> Iterator[_Problem]:
    seen: set[str] = set()
    for n, control in enumerate(file.controls):
        if control.id in seen:
            yield _Problem(("controls", n, "id"), f"control {control.id} stands twice.", "Join the two, or correct one id.")
        seen.add(control.id)
    for group in file.groups.keys() - {c.group for c in file.controls}:
        yield _Problem(
            ("groups", group), f"no control is in the group {group}.", "Give its controls `group:`, or remove the group."
        )
    for key in file.baselines:
        if not re.fullmatch("[a-z0-9]+", key):
            what = f"the baseline {key!r} becomes part of ids and file names, and has something else in it than small letters and digits."
            yield _Problem(("baselines", key), what, "Rename it here and in the controls.")
        if not any(key in c.baselines for c in file.controls):
            what = f"no control is in the baseline {key}."
            yield _Problem(("baselines", key), what, "Give its controls `baselines:`, or remove the baseline.")
    for id in sorted(seen & file.withdrawn.keys()):
        yield _Problem(
            ("withdrawn", id), f"{id} is withdrawn, yet it stands among the controls.", "Remove it from one of the two."
        )


def _control_problems(n: int, control: _Control, file: _Program, known: Mapping[str, Requirement]) -> Iterator[_Problem]:
    at: Path = ("controls", n)
    if control.responsibility == "aws":
        if control.requirements:
            what = f"control {control.id} is AWS's to keep, yet requirements are mapped to it."
            yield _Problem((*at, "requirements"), what, "Remove them, or make the responsibility shared.")
        if not file.aws.artifact:
            what = f"control {control.id} is AWS's to keep, yet the program names no report of AWS's to inherit it from."
            yield _Problem(
                (*at, "responsibility"), what, "Name the report under `aws: artifact:`, or make the responsibility shared."
            )
    elif not control.adds:
        what = f"control {control.id} is {control.responsibility}, yet it does not say what a person must add."
        yield _Problem(at, what, "Add `adds: …`.")
    if control.group not in file.groups and (control.group or file.groups):
        what = f"control {control.id} is in the group {control.group!r}, which the program does not have."
        todo = did_you_mean(control.group, file.groups) or f"Use one of {', '.join(file.groups) or 'none: there are no groups'}."
        yield _Problem((*at, "group"), what, todo)
    for b, key in enumerate(control.baselines):
        if key in control.baselines[:b] or key not in file.baselines:
            twice = key in file.baselines
            what = f"control {control.id} names the baseline {key}{' twice' if twice else ', which the program does not have'}."
            todo = "Keep one." if twice else did_you_mean(key, file.baselines) or "Declare it under `baselines:` of the program."
            yield _Problem((*at, "baselines", b), what, todo)
    times = Counter(m.id for m in control.requirements)
    for m, mapped in enumerate(control.requirements):
        where: Path = (*at, "requirements", m)
        if mapped.id in [earlier.id for earlier in control.requirements[:m]]:
            what = f"control {control.id} maps {mapped.id} {times[mapped.id]} times."
            yield _Problem((*where, "id"), what, "Keep one of them, with the parameters that the control demands.")
        if mapped.id in known:
            yield from _parameter_problems(where, control.id, mapped, known[mapped.id])
        else:
            what = f"control {control.id} maps {mapped.id}, which is no requirement."
            todo = did_you_mean(mapped.id, known) or "`evidence requirements` lists them."
            yield _Problem((*where, "id"), what, todo)


def _parameter_problems(at: Path, control: str, mapped: _Mapped, requirement: Requirement) -> Iterator[_Problem]:
    for name, value in mapped.parameters.items():
        if problem := parameter_problem(requirement, name, value):
            yield _Problem((*at, "with", name), f"control {control}: {problem[0]}", problem[1])


def _program(file: _Program) -> Program:
    return Program(
        file.id, file.name, file.edition, file.body, file.text, AwsSide(**dict(file.aws)),
        tuple(_control(c) for c in file.controls), dict(file.groups), dict(file.baselines), dict(file.withdrawn),
    )  # fmt: skip


def _control(control: _Control) -> Control:
    mapped = tuple(Mapped(m.id, m.reach, dict(m.parameters), m.why) for m in control.requirements)
    return Control(
        control.id, control.title, control.responsibility, mapped, control.adds, control.group, tuple(control.baselines)
    )
