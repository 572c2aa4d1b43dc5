"""docs/requirements.md and docs/permissions.md, made of the declarations that are judged and asked, so that they cannot say else.

`python -m evidence.cli.reference requirements > docs/requirements.md` makes the one anew, `permissions` the other.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from evidence.assessment.wanted import wanted
from evidence.aws.policy import ALWAYS, AWS_LIMIT, notes, policies, policy, size
from evidence.aws.scope import ASKS as ORGANIZATION
from evidence.populations import billed, events, history
from evidence.programs.load import programs
from evidence.programs.model import Control, Program, baselines
from evidence.requirements import requirements
from evidence.requirements.declare import TOPICS, Requirement
from evidence.requirements.needs import needs
from evidence.services import asks, populations, services
from evidence.services.declare import Ask
from evidence.services.plan import asks_for
from evidence.services.second import SOURCES

OVER_TIME = {"history": history.NEEDS, "events": events.NEEDS, "billing": billed.NEEDS}


@dataclass(frozen=True)
class Standing:
    """What a requirement rests on, and who asks for it.

    asks    the calls behind the members, the cells and the second source, lists before what is asked of their members
    under   program id → its controls, each with the reach
    """

    asks: tuple[Ask, ...]
    under: Mapping[str, tuple[str, ...]]

    @property
    def calls(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(ask.name for ask in self.asks))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(sorted({action for ask in self.asks for action in ask.actions}))


def standing(requirement: Requirement) -> Standing:
    """What this requirement reads, and the controls of all programs that it is mapped to."""
    found = asks_for(needs([requirement], populations()), populations())
    return Standing(found, _under().get(requirement.id, {}))


@cache
def _under() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Requirement id → program id → "CC6.1 (part)", in the programs' order; a control that maps it twice is named once."""
    out: dict[str, dict[str, dict[str, None]]] = {}
    for program in programs():
        for control in program.controls:
            for mapped in control.requirements:
                out.setdefault(mapped.id, {}).setdefault(program.id, {})[f"{control.id} ({mapped.reach})"] = None
    return {id: {program: tuple(found) for program, found in each.items()} for id, each in out.items()}


def requirements_page() -> str:
    """docs/requirements.md."""
    known = requirements()
    return "\n".join([*_requirements_top(known.values()), *_topics(known.values())]) + "\n"


def _requirements_top(known: Iterable[Requirement]) -> Iterator[str]:
    listed = tuple(known)
    yield from (
        "# Requirements", "",
        "Made of the code that judges (`python -m evidence.cli.reference requirements > docs/requirements.md`); `evidence requirements ID`",
        f"prints one of them. There are {len(listed)}. Every collection also asks {' and '.join(f'`{ask.name}`' for ask in ALWAYS)}.",
        "What a call could not read leaves a gap, never a pass; a population without members is not applicable.", "",
        "Reach: `full`, the requirement is what the control demands; `part`, some of it; `context`, it informs and shows nothing by itself.", "",
        "## By topic and service", "",
        *_counted(listed), "",
        "What each program's controls come to: [programs.md](programs.md).", "",
    )  # fmt: skip


def _counted(listed: tuple[Requirement, ...]) -> Iterator[str]:
    counts = Counter((r.over.partition(".")[0], r.topic) for r in listed)
    topics = [topic for topic in TOPICS if any(topic == t for _, t in counts)]
    yield "| service | " + " | ".join(TOPICS[topic] for topic in topics) + " | all |"
    yield "|---|" + "--:|" * (len(topics) + 1)
    for service in sorted({service for service, _ in counts}):
        row = [counts[service, topic] for topic in topics]
        yield _cells(f"`{service}`", *(n or "" for n in row), sum(row))
    yield _cells("all", *(sum(n for (_, t), n in counts.items() if t == topic) for topic in topics), len(listed))


def programs_page() -> str:
    """docs/programs.md."""
    found = programs()
    return "\n".join([*_programs_top(found), *(_program_row(p) for whole in found for p in (whole, *baselines(whole)))]) + "\n"


def _programs_top(found: Sequence[Program]) -> Iterator[str]:
    parts = [part for whole in found for part in baselines(whole)]
    controls = sum(len(p.controls) for p in found)
    yield from (
        "# Programs", "",
        "Made of the program files (`python -m evidence.cli.reference programs > docs/programs.md`). `evidence programs` lists them, `evidence programs P` shows",
        f"the controls of one. {len(found)} programs with {controls:,} controls, and {len(parts)} baselines, each chosen like a program. Every control is listed; by the",
        "farthest reach of its requirements it is shown in full, in part, by context only, by a person alone, or inherited from AWS's own report.", "",
        "A program that derives from another takes over its mappings: a crosswalk by the source that it names. \"AWS's services\" is the day of AWS's own list",
        "of services that its attestation covers; where there is none, the pack says \"not known\".", "",
        "| program | edition | controls | full | part | context | person | AWS | derives from | AWS's services |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|---|",
    )  # fmt: skip


def _program_row(program: Program) -> str:
    reached = Counter(map(reach, program.controls))
    counts = (reached[word] for word in ("full", "part", "context", "person", "aws"))
    derives = f"`{program.derives.program}`" if program.derives else ""
    services = program.aws.services.as_of if program.aws.services else ""
    return _cells(
        f"{program.name} (`{program.id}`)", program.edition, len(program.controls), *(n or "" for n in counts), derives, services
    )


def reach(control: Control) -> str:
    """How far what is mapped to a control goes: "full", "part" or "context"; else whose it is, "person" or "aws"."""
    if control.responsibility == "aws":
        return "aws"
    return next((word for word in ("full", "part", "context") if word in {m.reach for m in control.requirements}), "person")


def _cells(*values: object) -> str:
    return f"| {' | '.join(map(str, values))} |"


def _topics(known: Iterable[Requirement]) -> Iterator[str]:
    listed = tuple(known)
    for topic, title in TOPICS.items():
        yield from (f"## {title}", "")
        for requirement in sorted((r for r in listed if r.topic == topic), key=lambda r: r.id):
            yield from _requirement(requirement)


def _requirement(r: Requirement) -> Iterator[str]:
    stands, specs = standing(r), populations()
    uses = f"; reads `{'`, `'.join(r.uses)}` too" if r.uses else ""
    yield from (f"### {r.id}", "", r.says, "")
    yield f"- **Population** {specs[r.over].noun} (`{r.over}`){uses}"
    yield f"- **Judged** {r.logic}"
    for name, p in r.parameters.items():
        yield f"- **Parameter** `{name}` = {_value(p.default)}: {p.says}{f' ({p.source})' if p.source else ''}"
    for applies in r.applies:
        yield f"- **Not applicable** {applies.otherwise}"
    yield f"- **Calls** {_code(stands.calls) or 'none of its own'}"
    yield f"- **Permissions** {_code(stands.actions) or 'none of its own'}"
    for program, controls in stands.under.items():
        yield f"- **{program}** {', '.join(controls)}"
    yield f"- **Catalogue** {', '.join(r.covers) or 'none'}"
    yield f"- **AWS** <{r.source}>"
    yield ""


def _value(value: object) -> str:
    return ", ".join(map(str, value)) or "empty" if isinstance(value, (list, tuple)) else str(value)


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def permissions_page() -> str:
    """docs/permissions.md."""
    return "\n".join([*_permissions_top(), *_whole(), *_actions()]) + "\n"


def _permissions_top() -> Iterator[str]:
    yield from (
        "# Permissions", "",
        "Made of the calls that are declared (`python -m evidence.cli.reference permissions > docs/permissions.md`). `evidence policy` prints",
        "the policy, `--program P` what one program needs of it, `--format cloudformation` or `terraform` a role with it. Every call is a read.", "",
    )  # fmt: skip


def _whole() -> Iterator[str]:
    yield from (
        "## The whole policy", "",
        f"A managed policy of AWS has at most {AWS_LIMIT:,} characters, white space not counted: what is longer is split by the role's templates.", "",
        "| for | actions | characters | managed policies |", "|---|--:|--:|--:|",
    )  # fmt: skip
    chosen = programs()
    for title, some in (("all programs", chosen), *((f"`{program.id}`", (program,)) for program in chosen)):
        document = policy(found := _asks(some))
        count = sum(len(statement["Action"]) for statement in document["Statement"])
        yield _cells(title, count, f"{size(document):,}", len(policies(found)))
    unusual = notes(_asks(chosen))
    if unusual:
        yield from ("", "Not plain reads, and why they are safe:", "", *(f"- {note}" for note in unusual))
    yield ""


def _asks(some: Iterable[Program]) -> tuple[Ask, ...]:
    return asks_for(wanted(some, requirements(), populations()), populations())


def _actions() -> Iterator[str]:
    """By service: each action, the calls that need it, and the requirements that read those calls."""
    calls = _gathered((action, ask.name) for ask in asks() for action in ask.actions)
    readers = _gathered((action, r.id) for r in requirements().values() for action in standing(r).actions)
    collected = {action for ask in (*ALWAYS, *_asks(programs())) for action in ask.actions}
    titles = _gathered((ask.actions[0].partition(":")[0], service.title) for service in services() for ask in service.asks[:1])
    for prefix in sorted({action.partition(":")[0] for action in calls}):
        yield from (f"## {next(iter(titles.get(prefix, ())), prefix)}", "", "| action | calls | requirements |", "|---|---|---|")
        for action in sorted(a for a in calls if a.startswith(f"{prefix}:")):
            yield _cells(f"`{action}`", _code(calls[action]), _read_by(action, readers.get(action, ()), collected))
        yield ""


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Iterable[str]]:
    """First → its seconds, each once and in order."""
    out: dict[str, dict[str, None]] = {}
    for first, second in pairs:
        out.setdefault(first, {})[second] = None
    return out


@cache
def _beside() -> frozenset[str]:
    """The actions that only a second count of populations needs."""
    specs = populations()
    return frozenset(action for ask in asks_for(dict.fromkeys(SOURCES, ()), specs) for action in ask.actions)


def _read_by(action: str, readers: Iterable[str], collected: set[str]) -> str:
    ids = sorted(readers)
    if ids:
        return f"{len(ids)}: " + ", ".join(f"[{id}](requirements.md#{_anchor(id)})" for id in ids)
    if any(action in ask.actions for ask in ALWAYS):
        return "none: every collection asks it"
    if action in _beside():
        return "none: populations are counted a second time by it"
    if action in collected:
        return "none: the pages of environments show it"
    if any(action in ask.actions for ask in ORGANIZATION):
        return "none: asked with `--organization`"
    over_time = [f"`--{name}`" for name, needs in OVER_TIME.items() if action in _needed(needs)]
    if over_time:
        return f"none: asked with {', '.join(over_time)}"
    return "none: never asked, since no requirement reads it"


def _needed(columns: Mapping[str, Sequence[str]]) -> set[str]:
    return {action for ask in asks_for(columns, populations()) for action in ask.actions}


def _anchor(heading: str) -> str:
    """The fragment that a Markdown page gives a heading of this text."""
    return heading.replace(".", "").lower()


PAGES: Mapping[str, Callable[[], str]] = {
    "requirements": requirements_page,
    "permissions": permissions_page,
    "programs": programs_page,
}


if __name__ == "__main__":
    print(PAGES[sys.argv[1]](), end="")
