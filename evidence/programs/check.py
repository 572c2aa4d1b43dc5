"""Checks the text of a program file: its shape (pydantic), then what no shape can say. Every problem has its line."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from yaml import Node

from evidence.errors import EvidenceError, did_you_mean
from evidence.programs.derive import joined, put_right
from evidence.programs.document import Path, line_of, parsed, written
from evidence.programs.model import AttestedServices, AwsSide, Control, Derives, Mapped, Program, Reach, Responsibility
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
    baselines: dict[str, dict[str, Any]] = {}


class _Control(_Strict):
    """`is` names the control of the other program that this is under another number, `of` those that it is made of, `without` what
    is not taken over from them."""

    id: Words
    title: Words = ""
    responsibility: Responsibility | None = None
    requirements: list[_Mapped] = []
    adds: Words = ""
    group: Words = ""
    baselines: list[Words] = []
    same: Words = Field("", alias="is")
    of: list[Words] = []
    without: list[Words] = []

    @property
    def sources(self) -> list[str]:
        return [self.same] if self.same else self.of


class _Derives(_Strict):
    program: Words = Field(alias="from")
    source: Words


class _Services(_Strict):
    as_of: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    page: Annotated[str, StringConstraints(pattern="^https://")]
    in_scope: list[Words] = Field(min_length=1)
    not_in_scope: list[Words] = []


class _Aws(_Strict):
    attested: bool
    artifact: Words = ""
    note: Words = ""
    services: _Services | None = None


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
    derives: _Derives | None = None
    controls: list[_Control] = Field(min_length=1)


@dataclass(frozen=True)
class _Problem:
    at: Path
    what: str
    todo: str


Base = Callable[[str], Program]
"""The program with an id, for one that derives from it. Raises EvidenceError."""


@dataclass(frozen=True)
class _Source:
    """The program that another derives from, its controls by id."""

    id: str
    controls: Mapping[str, Control]


def checked(text: str, known: Mapping[str, Requirement], name: str, base: Base) -> Program:
    """The program that `text` says, with what it takes over from the one it derives from. Raises EvidenceError for the first problem,
    with its line, and counts the others."""
    node, data = parsed(text, name)
    try:
        file = _Program.model_validate(data)
    except ValidationError as error:
        _report([_shape_problem(e, node, data) for e in error.errors()], node, name)
    taken = base(file.derives.program) if file.derives else None
    source = _Source(taken.id, {c.id: c for c in taken.controls}) if taken else None
    controls = tuple(_control(c, source) for c in file.controls)
    groups = file.groups or {g: title for g, title in (taken.groups if taken else {}).items() if g in {c.group for c in controls}}
    problems = list(_program_problems(file, controls))
    for n, (control, whole) in enumerate(zip(file.controls, controls, strict=True)):
        problems += _source_problems(("controls", n), control, source)
        problems += _whole_problems(("controls", n), whole, file.aws.artifact, groups)
        problems += _written_problems(("controls", n), control, file, known)
    if problems:
        _report(problems, node, name)
    derives = Derives(file.derives.program, file.derives.source) if file.derives else None
    return Program(
        file.id, file.name, file.edition, file.body, file.text, _aws(file.aws, taken), controls, dict(groups),
        dict(file.baselines), dict(file.withdrawn), derives,
    )  # fmt: skip


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

_SHAPES: Mapping[Path, type[_Strict]] = {("derives",): _Derives, ("aws", "services"): _Services}
"""Which fields may stand in these places of the file."""


def _shape_problem(error: Any, node: Node, data: Any) -> _Problem:
    at: Path = error["loc"]
    where, last = _label(at, data), at[-1]
    field = "a key" if last == "[key]" else f"entry {last + 1}" if isinstance(last, int) else last
    match error["type"]:
        case "missing":
            return _Problem(at, f"{where} has no {field}.", f"Add `{field}: …`.")
        case "extra_forbidden":
            shape = _SHAPES.get(at[:-1]) or _FIELDS[len(at) - 1]
            allowed = [f.alias or n for n, f in shape.model_fields.items()]
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


def _program_problems(file: _Program, controls: Sequence[Control]) -> Iterator[_Problem]:
    seen: set[str] = set()
    for n, control in enumerate(file.controls):
        if control.id in seen:
            yield _Problem(("controls", n, "id"), f"control {control.id} stands twice.", "Join the two, or correct one id.")
        seen.add(control.id)
    for group in file.groups.keys() - {c.group for c in controls}:
        yield _Problem(
            ("groups", group), f"no control is in the group {group}.", "Give its controls `group:`, or remove the group."
        )
    if file.derives and not any(c.sources for c in file.controls):
        what = f"the program derives from {file.derives.program}, yet no control says of what it is made."
        yield _Problem(("derives",), what, "Give controls `is:` or `of:`, or remove `derives:`.")
    if services := file.aws.services:
        for service in sorted({*services.in_scope} & {*services.not_in_scope}):
            what = f"AWS's attestation covers {service} and does not."
            yield _Problem(("aws", "services", "not_in_scope"), what, "Keep it in one of the two lists.")
    for key in file.baselines:
        if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", key):
            what = f"the baseline {key!r} becomes part of ids and file names, and has something else in it than small letters, digits and single hyphens."
            yield _Problem(("baselines", key), what, "Rename it here and in the controls.")
        if not any(key in c.baselines for c in file.controls):
            what = f"no control is in the baseline {key}."
            yield _Problem(("baselines", key), what, "Give its controls `baselines:`, or remove the baseline.")
    for id in sorted(seen & file.withdrawn.keys()):
        yield _Problem(
            ("withdrawn", id), f"{id} is withdrawn, yet it stands among the controls.", "Remove it from one of the two."
        )


def _source_problems(at: Path, control: _Control, source: _Source | None) -> Iterator[_Problem]:
    """What is wrong with what a control says that it is made of, or with its not being made of anything."""
    if not control.same and not control.responsibility:
        yield _Problem(at, f"control {control.id} has no responsibility.", "Add `responsibility: …`.")
    if control.same and control.of:
        what = f"control {control.id} is one control under another number, and made of others too."
        yield _Problem((*at, "of"), what, "Keep `is:` or `of:`.")
    if control.sources and source is None:
        what = f"control {control.id} is made of others, yet the program does not say whose they are."
        yield _Problem((*at, "is" if control.same else "of"), what, "Add `derives: {from: …, source: …}` to the program.")
        return
    inherited: set[str] = set()
    if source is not None and control.sources:
        there = source.controls
        for id in control.sources:
            if id not in there:
                what = f"control {control.id} is made of {id}, which {source.id} does not have."
                yield _Problem((*at, "is" if control.same else "of"), what, did_you_mean(id, there) or "Correct the number.")
        found, contested = joined([there[id] for id in control.sources if id in there], bool(control.same))
        inherited = {m.id for m in found}
        for id in set(contested) - {m.id for m in control.requirements} - set(control.without):
            what = f"control {control.id} is made of controls that demand different parameters of {id}."
            yield _Problem((*at, "of"), what, "Map it under `requirements:` with those that this control demands.")
    for n, id in enumerate(control.without):
        if id not in inherited:
            what = f"control {control.id} leaves out {id}, which it would not take over."
            yield _Problem((*at, "without", n), what, did_you_mean(id, inherited) or "Remove it.")


def _whole_problems(at: Path, control: Control, artifact: str, groups: Mapping[str, str]) -> Iterator[_Problem]:
    """What is wrong with a control, whatever of it was taken over."""
    if not control.title:
        yield _Problem(at, f"control {control.id} has no title.", "Add `title: …`.")
    if control.responsibility == "aws":
        if control.requirements:
            what = f"control {control.id} is AWS's to keep, yet requirements are mapped to it."
            yield _Problem((*at, "requirements"), what, "Remove them, or make the responsibility shared.")
        if not artifact:
            what = f"control {control.id} is AWS's to keep, yet the program names no report of AWS's to inherit it from."
            yield _Problem(
                (*at, "responsibility"), what, "Name the report under `aws: artifact:`, or make the responsibility shared."
            )
    elif not control.adds:
        what = f"control {control.id} is {control.responsibility}, yet it does not say what a person must add."
        yield _Problem(at, what, "Add `adds: …`.")
    if control.group not in groups and (control.group or groups):
        what = f"control {control.id} is in the group {control.group!r}, which the program does not have."
        todo = did_you_mean(control.group, groups) or f"Use one of {', '.join(groups) or 'none: there are no groups'}."
        yield _Problem((*at, "group"), what, todo)


def _written_problems(at: Path, control: _Control, file: _Program, known: Mapping[str, Requirement]) -> Iterator[_Problem]:
    """What is wrong with what a control says itself."""
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
        for key in mapped.baselines.keys() - set(control.baselines):
            what = f"control {control.id} has parameters of {mapped.id} for the baseline {key}, in which it is not."
            yield _Problem((*where, "baselines", key), what, did_you_mean(key, control.baselines) or "Remove them.")
        if mapped.id in known:
            yield from _parameter_problems((*where, "with"), control.id, mapped.parameters, known[mapped.id])
            for key, parameters in mapped.baselines.items():
                yield from _parameter_problems((*where, "baselines", key), control.id, parameters, known[mapped.id])
        else:
            what = f"control {control.id} maps {mapped.id}, which is no requirement."
            todo = did_you_mean(mapped.id, known) or "`evidence requirements` lists them."
            yield _Problem((*where, "id"), what, todo)


def _parameter_problems(at: Path, control: str, given: Mapping[str, Any], requirement: Requirement) -> Iterator[_Problem]:
    for name, value in given.items():
        if problem := parameter_problem(requirement, name, value):
            yield _Problem((*at, name), f"control {control}: {problem[0]}", problem[1])


def _aws(aws: _Aws, taken: Program | None) -> AwsSide:
    """AWS's side. The services that the same report covers are taken over from the program that this one derives from."""
    found = aws.services
    if found is None and taken and aws.artifact and aws.artifact == taken.aws.artifact:
        return AwsSide(aws.attested, aws.artifact, aws.note, taken.aws.services)
    services = AttestedServices(found.as_of, found.page, tuple(found.in_scope), tuple(found.not_in_scope)) if found else None
    return AwsSide(aws.attested, aws.artifact, aws.note, services)


def _control(control: _Control, source: _Source | None) -> Control:
    """The control with what it takes over. What is missing or cannot be found is one of `_source_problems`."""
    there = source.controls if source else {}
    found = [there[id] for id in control.sources if id in there]
    same = found[0] if control.same and found else None
    own = [Mapped(m.id, m.reach, dict(m.parameters), m.why, dict(m.baselines)) for m in control.requirements]
    return Control(
        control.id,
        control.title or (same.title if same else ""),
        control.responsibility or (same.responsibility if same else "customer"),
        put_right(joined(found, bool(control.same))[0], own, control.without),
        control.adds or (same.adds if same else ""),
        control.group or (same.group if same else ""),
        tuple(control.baselines),
        tuple(f"{source.id}:{c.id}" for c in found if source),
    )
